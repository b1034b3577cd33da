package kb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
)

const refundProcedure = `
format: 1
id: charged-twice
version: 1
title: Charged twice
purpose: The customer has the money back.
owner: first line
status: active
language: en
when:
  all:
    - field: words
      contains: [charged twice, two charges]
steps:
  - tell:
      - When the money will be back
done_when: The customer saw the money.
`

func openBase(t testing.TB, dir string) *kb.Base {
	t.Helper()
	b, err := kb.Open(context.Background(), dir, &kb.Options{Tracker: &tracker.Options{Key: []byte("test")}})
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func logged(t testing.TB, b *kb.Base, from, title, text string) tracker.Receipt {
	t.Helper()
	r, err := b.Tracker.As(tracker.Agent("mia")).Log(context.Background(), tracker.Contact{From: from, Channel: tracker.Email, Title: title, Text: text})
	require.NoError(t, err)
	return r
}

func found(t testing.TB, b *kb.Base, text string) (names []string, r kb.Results) {
	t.Helper()
	r, err := b.Search(context.Background(), kb.Query{Text: text})
	require.NoError(t, err)
	for _, h := range r.Hits {
		names = append(names, string(h.Kind)+"/"+h.ID)
	}
	return names, r
}

func TestBaseFollows(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "procedures"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "procedures", "a.yaml"), []byte(refundProcedure), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "procedures", "b.yaml"), []byte("format: nine"), 0o600))
	b := openBase(t, dir)
	require.ErrorAs(t, b.ProcedureErrors, &sop.Errors{})

	first := logged(t, b, "ada@example.org", "Charged twice", "My card shows two charges.")
	_, r := found(t, b, "charges")
	require.True(t, r.Rebuilding, "opening builds nothing")
	require.Positive(t, r.Behind)

	require.NoError(t, b.CatchUp(ctx))
	got, r := found(t, b, "charges")
	require.Equal(t, []string{"ticket/1", "procedure/charged-twice"}, got, "a contact and a procedure")
	require.Zero(t, r.Behind)
	require.False(t, r.Rebuilding)

	second := logged(t, b, "bo@example.org", "Printer on fire", "Smoke comes out of it.")
	got, r = found(t, b, "smoke")
	require.Empty(t, got)
	require.Positive(t, r.Behind, "said, not hidden")
	require.NoError(t, b.CatchUp(ctx))
	got, _ = found(t, b, "smoke "+second.Reference)
	require.Equal(t, []string{"ticket/2"}, got)

	art, err := b.Tracker.CreateArticle(ctx, tracker.Article{Title: "Refunding", Issue: "Two payments", Audience: tracker.Customers})
	require.NoError(t, err)
	_, err = b.Tracker.CloseTicket(ctx, first.Ticket, tracker.SolvedByKnown, "")
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))
	got, _ = found(t, b, "refund kind:article audience:customers")
	require.Equal(t, []string{"article/1"}, got)
	got, _ = found(t, b, "outcome:solved_by_known")
	require.Equal(t, []string{"ticket/1"}, got)
	_, err = b.Tracker.UpdateArticle(ctx, art.ID, func(a *tracker.Article) error { a.Confidence = tracker.Archived; return nil })
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))
	got, _ = found(t, b, "refund kind:article")
	require.Empty(t, got, "an archived article is not found")

	require.NoError(t, b.Close())
	require.NoError(t, os.Remove(filepath.Join(dir, "procedures", "a.yaml")))
	b = openBase(t, dir)
	got, r = found(t, b, "smoke")
	require.Equal(t, []string{"ticket/2"}, got, "the index is kept")
	require.Zero(t, r.Behind)
	require.NoError(t, b.CatchUp(ctx))
	got, _ = found(t, b, "kind:procedure")
	require.Empty(t, got, "a procedure that was taken away")
}

// What was logged is found while Follow runs, and Follow ends with its context.
func TestFollow(t *testing.T) {
	b := openBase(t, t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Follow(ctx) }()
	for i := range 20 {
		word := fmt.Sprintf("marker%d", i)
		logged(t, b, "ada@example.org", "About "+word, "Nothing else.")
		for {
			if got, r := found(t, b, word); len(got) == 1 && r.Behind == 0 {
				break
			}
		}
	}
	stop()
	require.ErrorIs(t, <-ended, context.Canceled)
}

// What a draft took of a ticket is not shown any more once that is erased, though the
// index has not heard of it.
func TestErasedWordsOfDraftsAreWithheld(t *testing.T) {
	ctx := context.Background()
	b := openBase(t, t.TempDir())
	r := logged(t, b, "ada@example.org", "Lamp", "The lamp of secretword is unfindable.")
	_, err := b.Tracker.CloseTicket(ctx, r.Ticket, tracker.SolvedAnew, "")
	require.NoError(t, err)
	a, err := b.Tracker.DraftArticle(ctx, r.Ticket)
	require.NoError(t, err)
	require.Contains(t, a.Issue, "secretword")
	require.NoError(t, b.CatchUp(ctx))
	got, _ := found(t, b, "secretword")
	require.ElementsMatch(t, []string{"ticket/1", "article/1"}, got)

	_, err = b.Tracker.Erase(ctx, r.Customer)
	require.NoError(t, err)
	got, res := found(t, b, "secretword")
	require.Empty(t, got)
	require.Positive(t, res.Behind)
	require.NoError(t, b.CatchUp(ctx))
	got, _ = found(t, b, "article")
	require.Contains(t, got, "article/1", "what is left of it is found again")
}

// An erased customer's words are found no more, and stand in no file.
func TestErase(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	b := openBase(t, dir)
	r := logged(t, b, "ada@example.org", "Xanthippe", "My secretword is unfindable.")
	logged(t, b, "bo@example.org", "Something else", "Of another customer.")
	require.NoError(t, b.CatchUp(ctx))
	got, _ := found(t, b, "secretword")
	require.Equal(t, []string{"ticket/1"}, got)

	_, err := b.Tracker.Erase(ctx, r.Customer)
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))
	got, _ = found(t, b, "secretword xanthippe")
	require.Empty(t, got)
	got, _ = found(t, b, "another")
	require.Equal(t, []string{"ticket/2"}, got)
	require.NoError(t, b.Close())
	for _, name := range files(t, filepath.Join(dir, "index")) {
		data, err := os.ReadFile(filepath.Join(dir, "index", name))
		require.NoError(t, err)
		for _, word := range []string{"secretword", "Xanthippe", "xanthipp"} {
			require.False(t, bytes.Contains(data, []byte(word)), "%s holds %s", name, word)
		}
	}
}

// The index of a Base is a cache: whatever happens to it, CatchUp makes it answer as
// before.
func TestBaseRepairsItsIndex(t *testing.T) {
	ctx, origin := context.Background(), t.TempDir()
	b := openBase(t, origin)
	for i := range 12 {
		logged(t, b, fmt.Sprintf("c%d@example.org", i%5), fmt.Sprintf("Invoice %d is wrong", i), strings.Repeat("The total differs. ", i+1))
	}
	require.NoError(t, b.CatchUp(ctx))
	_, want := found(t, b, "total invoice 7")
	require.NotEmpty(t, want.Hits)
	require.NoError(t, b.Close())

	for promise, damage := range map[string]func(index string) error{
		"the folder is gone":      os.RemoveAll,
		"the pointer is gone":     func(index string) error { return os.Remove(filepath.Join(index, "current")) },
		"the pointer is wrong":    func(index string) error { return os.WriteFile(filepath.Join(index, "current"), []byte("9\n"), 0o600) },
		"the generation is empty": func(index string) error { return empty(filepath.Join(index, "1")) },
		"first creation was killed": func(index string) error {
			return errors.Join(empty(filepath.Join(index, "1", "store")), os.Remove(filepath.Join(index, "1", "seal")))
		},
		"a bit of root.bolt flipped": func(index string) error { return flip(filepath.Join(index, "1", "store", "root.bolt")) },
		"a rebuild was killed":       func(index string) error { return os.MkdirAll(filepath.Join(index, "2", "store"), 0o700) },
	} {
		t.Run(promise, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(origin)))
			require.NoError(t, damage(filepath.Join(dir, "index")))
			b := openBase(t, dir)
			_, r := found(t, b, "total invoice 7")
			if r.Rebuilding {
				require.Empty(t, r.Hits)
				require.Positive(t, r.Behind)
			} else {
				require.Equal(t, want, r)
			}
			logged(t, b, "late@example.org", "Late", "Logging goes on.")
			require.NoError(t, b.CatchUp(ctx))
			got, _ := found(t, b, "logging goes on")
			require.Equal(t, []string{"ticket/13"}, got[:1])
			require.NoError(t, b.Close())
			b = openBase(t, dir)
			got, r = found(t, b, "logging")
			require.Equal(t, []string{"ticket/13"}, got, "what was repaired is kept")
			require.False(t, r.Rebuilding)
		})
	}
}

func TestAnotherStoresIndexIsNotShown(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	b := openBase(t, dir)
	logged(t, b, "ada@example.org", "Private", "matter of the first store")
	require.NoError(t, b.CatchUp(ctx))
	require.NoError(t, b.Close())
	other, err := tracker.Open(ctx, filepath.Join(t.TempDir(), "other.db"), &tracker.Options{Key: []byte("other")})
	require.NoError(t, err)
	defer other.Close()
	b, err = kb.New(ctx, kb.Parts{Tracker: other, Index: filepath.Join(dir, "index")}, nil)
	require.NoError(t, err)
	defer b.Close()
	got, r := found(t, b, "matter")
	require.Empty(t, got)
	require.True(t, r.Rebuilding)
	require.NoError(t, b.CatchUp(ctx))
	got, r = found(t, b, "matter")
	require.Empty(t, got)
	require.False(t, r.Rebuilding)
}

func TestAdvise(t *testing.T) {
	ctx := context.Background()
	tr, err := tracker.Open(ctx, filepath.Join(t.TempDir(), "t.db"), &tracker.Options{NoGrouping: true})
	require.NoError(t, err)
	defer tr.Close()
	p, err := sop.Parse("a.yaml", []byte(refundProcedure))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, p.ID+".yaml"), []byte(refundProcedure), 0o600))
	lib, err := sop.Load(os.DirFS(dir))
	require.NoError(t, err)
	b, err := kb.New(ctx, kb.Parts{Tracker: tr, Procedures: lib}, nil)
	require.NoError(t, err)
	defer b.Close()

	problem, err := tr.CreateProblem(ctx, tracker.Problem{Title: "Double charges after a slow bank answer", Workaround: "Refund the second charge.", FixedIn: "4.2"})
	require.NoError(t, err)
	linked, err := tr.CreateArticle(ctx, tracker.Article{Title: "When a payment runs again", Resolution: "Refund it.", Problems: []tracker.ProblemID{problem.ID}})
	require.NoError(t, err)
	byWords, err := tr.CreateArticle(ctx, tracker.Article{Title: "Charged twice by card", Body: "Look for two charges on the card."})
	require.NoError(t, err)
	_, err = tr.CreateArticle(ctx, tracker.Article{Title: "Printing labels", Body: "Choose the label printer."})
	require.NoError(t, err)
	old := logged(t, b, "bo@example.org", "Charged twice on my card", "Two charges again on the card.")
	require.NoError(t, tr.UseArticle(ctx, linked.ID, old.Ticket))
	_, err = tr.CloseTicket(ctx, old.Ticket, tracker.Refunded, "second charge returned")
	require.NoError(t, err)
	r := logged(t, b, "ada@example.org", "I was charged twice", "There are two charges on my card. -\"not a filter")
	_, err = tr.As(tracker.Agent("mia")).Move(ctx, problem.ID, r.Ticket)
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))

	a, err := b.Advise(ctx, r.Ticket)
	require.NoError(t, err)
	require.Equal(t, problem.ID, a.Problem.Problem.ID)
	require.Equal(t, "a person linked the ticket to it", a.Problem.Why)
	require.Equal(t, []string{"Update to version 4.2 or later.", "Workaround: Refund the second charge."}, a.Problem.Do)
	require.Len(t, a.Articles, 2, "the unrelated one is not among them")
	require.Equal(t, linked.ID, a.Articles[0].Article.ID)
	require.Equal(t, `it is about the problem "Double charges after a slow bank answer"`, a.Articles[0].Why)
	require.Equal(t, byWords.ID, a.Articles[1].Article.ID)
	require.Contains(t, a.Articles[1].Why, "charged")
	require.Len(t, a.Procedures, 1)
	require.Equal(t, `it says "charged twice, two charges" (words has "charged twice" or "two charges")`, strings.ToLower(a.Procedures[0].Why))
	require.Len(t, a.Similar, 1)
	require.Equal(t, old.Ticket, a.Similar[0].Ticket.ID)
	require.Equal(t, "refunded, with article 1: second charge returned", a.Similar[0].Ended)
	require.Zero(t, a.Behind)

	_, err = tr.Erase(ctx, r.Customer)
	require.NoError(t, err)
	_, err = b.Advise(ctx, r.Ticket)
	require.ErrorIs(t, err, tracker.ErrErased)
	_, err = b.Advise(ctx, 99)
	require.ErrorIs(t, err, tracker.ErrNotFound)
}

func TestLoadArticles(t *testing.T) {
	got, err := kb.LoadArticles(strings.NewReader(`[{"id": "a", "title": "A", "products": ["Box"]}, {"id": 7, "title": "B", "about": "x"}]`))
	require.NoError(t, err)
	require.Equal(t, []tracker.Article{{Slug: "a", Title: "A", Products: []string{"Box"}}, {Title: "B"}}, got)
	for text, want := range map[string]string{
		`{}`: "begin the file with [", `[{"title": "A"}, {}]`: "article 2 has no title", `[{"title": 7}]`: "article 1", `[{"title": "A"}`: "after article 1",
		`[{"title": "A"}] [{"title": "B"}]`: "one array",
	} {
		_, err := kb.LoadArticles(strings.NewReader(text))
		require.ErrorIs(t, err, kb.ErrInvalid)
		require.ErrorContains(t, err, want)
	}
	for _, text := range []string{"", `[{"title": "A"},`} {
		_, err := kb.LoadArticles(io.MultiReader(strings.NewReader(text), iotest.ErrReader(os.ErrPermission)))
		require.ErrorIs(t, err, os.ErrPermission, "what could not be read is not a mistake in the file")
	}
}

func empty(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Mkdir(dir, 0o700)
}

func flip(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[len(data)/3] ^= 1
	return os.WriteFile(path, data, 0o600)
}

// Who keeps an article, how sure the house is of it, and which problem it is about is not
// for customers: they neither filter by it nor see it counted.
func TestInnerFields(t *testing.T) {
	b := openBase(t, t.TempDir())
	_, err := b.Tracker.CreateArticle(t.Context(), tracker.Article{Title: "Reset the router", Owner: "mia", Audience: tracker.Customers, Products: []string{"R200"}})
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(t.Context()))
	search := func(text string, who tracker.Audience) kb.Results {
		r, err := b.Search(t.Context(), kb.Query{Text: text, Audience: who, Facets: []string{"owner", "product"}})
		require.NoError(t, err)
		return r
	}
	require.Equal(t, []kb.FacetCount{{Value: "mia", Count: 1}}, search("owner:mia", "").Facets["owner"])
	require.Empty(t, search("owner:mia", tracker.Customers).Hits, "it is two words, which stand nowhere")
	shown := search("router -owner:mia", tracker.Customers)
	require.Len(t, shown.Hits, 1)
	require.Equal(t, map[string][]kb.FacetCount{"product": {{Value: "R200", Count: 1}}}, shown.Facets)
}
