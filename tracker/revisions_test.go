package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func article(t *testing.T, tr *tracker.Tracker, a tracker.Article) tracker.Article {
	t.Helper()
	a, err := tr.CreateArticle(ctx, a)
	require.NoError(t, err)
	return a
}

func TestArticleRevisions(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	ids := tickets(t, tr, 1)
	a := article(t, tr, tracker.Article{Slug: "pairing", Title: "One", Body: "Hold it."})
	_, err := tr.As(bob).UpdateArticle(ctx, a.ID, func(a *tracker.Article) error {
		a.Slug, a.Title, a.Body, a.Reason = "pair", "Two", "Hold it for long.", "Too short."
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, tr.UseArticle(ctx, a.ID, ids[0]))
	_, err = tr.RetireArticle(ctx, a.ID, 0, "the lamp is not sold any more")
	require.NoError(t, err)

	back, err := tr.RestoreArticle(ctx, a.ID, 1, "It is sold again.")
	require.NoError(t, err)
	want := a
	want.Slug, want.Reused, want.Revision, want.Reason = "pair", 1, 4, "It is sold again."
	require.Equal(t, want, back, "what it said is said again; the slug is where people find it")

	var titles, reasons []string
	for _, r := range all(t, tr.ArticleRevisions(ctx, a.ID)) {
		titles, reasons = append(titles, r.Title), append(reasons, r.Reason)
	}
	require.Equal(t, []string{"One", "Two", "Two", "One"}, titles)
	require.Equal(t, []string{"", "Too short.", "the lamp is not sold any more", "It is sold again."}, reasons)
	second, err := tr.ArticleRevision(ctx, a.ID, 2)
	require.NoError(t, err)
	require.Equal(t, bob, second.By)

	_, err = tr.RestoreArticle(ctx, a.ID, 4, "")
	require.ErrorIs(t, err, tracker.ErrInvalid, "it is in that one")
	for _, n := range []int{0, -1, 5} {
		_, err = tr.RestoreArticle(ctx, a.ID, n, "")
		require.ErrorIs(t, err, tracker.ErrNotFound)
		_, err = tr.ArticleRevision(ctx, a.ID, n)
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
	_, err = collect(tr.ArticleRevisions(ctx, 99))
	require.ErrorIs(t, err, tracker.ErrNotFound)
	checkSound(t, tr)
}

func TestRetireArticle(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	old, fresh := article(t, tr, tracker.Article{Title: "Old"}), article(t, tr, tracker.Article{Title: "New"})
	_, err := tr.RetireArticle(ctx, old.ID, fresh.ID, " ")
	require.ErrorIs(t, err, tracker.ErrInvalid, "with the reason")
	_, err = tr.RetireArticle(ctx, old.ID, 99, "x")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = tr.RetireArticle(ctx, old.ID, old.ID, "x")
	require.ErrorIs(t, err, tracker.ErrInvalid, "not by itself")
	gone, err := tr.RetireArticle(ctx, old.ID, fresh.ID, "It says more.")
	require.NoError(t, err)
	require.Equal(t, tracker.Archived, gone.Confidence)
	require.Equal(t, fresh.ID, gone.ReplacedBy)
	_, err = tr.RetireArticle(ctx, old.ID, 0, "x")
	require.ErrorIs(t, err, tracker.ErrConflict, "it is archived")
	_, err = tr.RetireArticle(ctx, fresh.ID, old.ID, "x")
	require.ErrorIs(t, err, tracker.ErrConflict, "an archived one replaces nothing, so nothing replaces itself in a circle")
	back, err := tr.RestoreArticle(ctx, old.ID, 1, "")
	require.NoError(t, err)
	require.Zero(t, back.ReplacedBy)
	back, err = tr.UpdateArticle(ctx, old.ID, func(a *tracker.Article) error { a.ReplacedBy = fresh.ID; return nil })
	require.NoError(t, err)
	require.Zero(t, back.ReplacedBy, "what is in use is not replaced")
}

// Who follows what replaces what comes to an end.
func TestNothingReplacesItself(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	a, b, c := article(t, tr, tracker.Article{Title: "A"}), article(t, tr, tracker.Article{Title: "B"}), article(t, tr, tracker.Article{Title: "C"})
	archive := func(id, by tracker.ArticleID) error {
		_, err := tr.UpdateArticle(ctx, id, func(a *tracker.Article) error { a.Confidence, a.ReplacedBy = tracker.Archived, by; return nil })
		return err
	}
	require.ErrorIs(t, archive(a.ID, a.ID), tracker.ErrInvalid)
	require.NoError(t, archive(a.ID, b.ID))
	err := archive(b.ID, a.ID)
	require.ErrorIs(t, err, tracker.ErrInvalid)
	require.ErrorContains(t, err, "article 1 is in the end replaced by article 2 itself: name one that is in use, or bring article 1 back first")
	require.NoError(t, archive(b.ID, c.ID))
	require.ErrorIs(t, archive(c.ID, a.ID), tracker.ErrInvalid, "nor by way of another")
	require.NoError(t, archive(c.ID, 0))
	_, err = tr.RestoreArticle(ctx, b.ID, 1, "")
	require.NoError(t, err)
	require.NoError(t, archive(c.ID, a.ID), "what is in use again is replaced by nothing")
	require.ErrorIs(t, archive(b.ID, c.ID), tracker.ErrInvalid)
}

// An article names a problem once, though it was about two that are one now.
func TestArticlesNameProblemsOnce(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	into, from := problem(t, tr), problem(t, tr)
	a := article(t, tr, tracker.Article{Title: "A", Problems: []tracker.ProblemID{from, into, from}})
	require.Equal(t, []tracker.ProblemID{from, into}, a.Problems)
	_, err := tr.Merge(ctx, into, from)
	require.NoError(t, err)
	a, err = tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error { a.Issue = "It is dark."; return nil })
	require.NoError(t, err)
	require.Equal(t, []tracker.ProblemID{into}, a.Problems)
}

func TestFlags(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	ids := tickets(t, tr, 2)
	a := article(t, tr, tracker.Article{Title: "Pairing"})
	flag := func(ticket tracker.TicketID) tracker.ArticleUse {
		u, err := tr.FlagArticle(ctx, a.ID, ticket, "The button is on the left.")
		require.NoError(t, err)
		return u
	}
	_, err := tr.FlagArticle(ctx, a.ID, 0, " ")
	require.ErrorIs(t, err, tracker.ErrInvalid)
	_, err = tr.FlagArticle(ctx, a.ID, 99, "x")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	one, two := flag(ids[0]), flag(0)
	require.Equal(t, tracker.ArticleUse{ID: 1, Article: a.ID, Ticket: ids[0], Kind: tracker.ArticleFlagged, Revision: 1, Reason: "The button is on the left.", At: monday, By: mia}, one)
	open := func() int {
		found, err := tr.Article(ctx, a.ID)
		require.NoError(t, err)
		listed := all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Article: a.ID, Kind: tracker.ArticleFlagged, Standing: true}))
		require.Len(t, listed, found.Flags)
		return found.Flags
	}
	require.Equal(t, 2, open())
	tk, err := tr.Ticket(ctx, ids[0])
	require.NoError(t, err)
	require.Empty(t, tk.Articles, "what is wrong did not help")

	_, err = tr.DismissFlag(ctx, two.ID, "")
	require.ErrorIs(t, err, tracker.ErrInvalid)
	_, err = tr.TakeBackUse(ctx, two.ID, "x")
	require.ErrorIs(t, err, tracker.ErrInvalid)
	two, err = tr.As(bob).DismissFlag(ctx, two.ID, "On the right since March.")
	require.NoError(t, err)
	require.Equal(t, []any{bob, 0, "On the right since March."}, []any{two.SettledBy, two.Fixed, two.Answer})
	_, err = tr.DismissFlag(ctx, two.ID, "x")
	require.ErrorIs(t, err, tracker.ErrConflict)

	update := func(fn func(*tracker.Article)) {
		_, err := tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error { fn(a); return nil })
		require.NoError(t, err)
	}
	update(func(a *tracker.Article) { a.Owner, a.ReviewBy = "bob", monday })
	require.Equal(t, 1, open(), "another owner mends nothing")
	clock.forward(time.Hour)
	update(func(a *tracker.Article) { a.Body = "Left." })
	require.Zero(t, open())
	one = all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Ticket: ids[0]}))[0]
	require.Equal(t, 3, one.Fixed)
	require.Equal(t, monday.Add(time.Hour), one.Settled)
	flag(ids[1])
	_, err = tr.RetireArticle(ctx, a.ID, 0, "x")
	require.NoError(t, err)
	require.Zero(t, open(), "what is archived is mended")
	_, err = tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error { a.Flags = 7; return nil })
	require.ErrorIs(t, err, tracker.ErrInvalid)
	checkSound(t, tr)
}

// TestFlagsComeBack: a flag is answered by a text or by nobody reading it; with the text
// it comes back, unless somebody said that it was wrong itself.
func TestFlagsComeBack(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	a := article(t, tr, tracker.Article{Title: "Pairing", Body: "Right."})
	first, err := tr.FlagArticle(ctx, a.ID, 0, "It is on the left.")
	require.NoError(t, err)
	wrong, err := tr.FlagArticle(ctx, a.ID, 0, "It is blue.")
	require.NoError(t, err)
	_, err = tr.DismissFlag(ctx, wrong.ID, "It is red.")
	require.NoError(t, err)
	for _, away := range []func(*tracker.Article){
		func(a *tracker.Article) { a.Body = "Left." },
		func(a *tracker.Article) { a.Confidence = tracker.Archived },
	} {
		_, err = tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error { away(a); return nil })
		require.NoError(t, err)
		require.Empty(t, all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Article: a.ID, Standing: true})))
		back, err := tr.RestoreArticle(ctx, a.ID, 1, "Mia knows better.")
		require.NoError(t, err)
		require.Equal(t, 1, back.Flags)
		require.Equal(t, []tracker.ArticleUse{first}, all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Article: a.ID, Standing: true})))
		checkSound(t, tr)
	}
}

func TestTakeBackUse(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	ids := tickets(t, tr, 1)
	a := article(t, tr, tracker.Article{Title: "Pairing"})
	for n := range 2 {
		require.NoError(t, tr.UseArticle(ctx, a.ID, ids[0]))
		clock.forward(time.Hour)
		uses := all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Ticket: ids[0], Standing: true}))
		require.Len(t, uses, 1)
		require.Equal(t, tracker.ArticleReused, uses[0].Kind)
		_, err := tr.TakeBackUse(ctx, uses[0].ID, "")
		require.ErrorIs(t, err, tracker.ErrInvalid)
		_, err = tr.DismissFlag(ctx, uses[0].ID, "x")
		require.ErrorIs(t, err, tracker.ErrInvalid)
		u, err := tr.TakeBackUse(ctx, uses[0].ID, "It was another lamp.")
		require.NoError(t, err)
		require.False(t, u.Stands())
		_, err = tr.TakeBackUse(ctx, u.ID, "x")
		require.ErrorIs(t, err, tracker.ErrConflict)
		found, err := tr.Article(ctx, a.ID)
		require.NoError(t, err)
		require.Equal(t, a, found, "as it was before, time %d", n)
		tk, err := tr.Ticket(ctx, ids[0])
		require.NoError(t, err)
		require.Nil(t, tk.Articles)
	}
	late := tracker.ArticleUseQuery{Since: monday.Add(time.Hour), Until: monday.Add(2 * time.Hour)}
	require.Len(t, all(t, tr.ArticleUses(ctx, late)), 1, "figures are of a period")
	_, err := tr.TakeBackUse(ctx, 99, "x")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	checkSound(t, tr)
}
