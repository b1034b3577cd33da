package tracker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func TestArticles(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	ids := tickets(t, tr, 2)
	p := problem(t, tr, ids[0])
	for name, a := range map[string]tracker.Article{
		"no title":          {Title: " "},
		"unknown audience":  {Title: "T", Audience: "everybody"},
		"unknown certainty": {Title: "T", Confidence: "sure"},
	} {
		_, err := tr.CreateArticle(ctx, a)
		require.ErrorIs(t, err, tracker.ErrInvalid, name)
	}
	_, err := tr.CreateArticle(ctx, tracker.Article{Title: "T", Problems: []tracker.ProblemID{99}})
	require.ErrorIs(t, err, tracker.ErrNotFound, "an article is about problems that are there")

	a, err := tr.CreateArticle(ctx, tracker.Article{ID: 17, Reused: 99, Slug: "pairing", Title: "Pairing a lamp", Problems: []tracker.ProblemID{p}})
	require.NoError(t, err)
	require.Equal(t, tracker.Article{
		ID: 1, Slug: "pairing", Title: "Pairing a lamp", Audience: tracker.Internal, Confidence: tracker.WorkInProgress,
		Problems: []tracker.ProblemID{p}, Revision: 1, Updated: monday, By: mia,
	}, a)
	_, err = tr.CreateArticle(ctx, tracker.Article{Slug: "pairing", Title: "Another"})
	require.ErrorIs(t, err, tracker.ErrConflict, "a slug is one article's")

	b, err := tr.As(bob).UpdateArticle(ctx, a.ID, func(a *tracker.Article) error {
		a.Slug, a.Body, a.Confidence = "pair", "Hold the button.", tracker.Validated
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 2, b.Revision)
	require.Equal(t, bob, b.By)
	_, err = tr.ArticleBySlug(ctx, "pairing")
	require.ErrorIs(t, err, tracker.ErrNotFound, "an old slug is free again")
	found, err := tr.ArticleBySlug(ctx, "pair")
	require.NoError(t, err)
	require.Equal(t, b, found)
	for name, change := range map[string]func(*tracker.Article){
		"number":   func(a *tracker.Article) { a.ID++ },
		"revision": func(a *tracker.Article) { a.Revision++ },
		"uses":     func(a *tracker.Article) { a.Reused++ },
		"no title": func(a *tracker.Article) { a.Title = "" },
	} {
		_, err := tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error { change(a); return nil })
		require.ErrorIs(t, err, tracker.ErrInvalid, name)
	}

	for range 2 {
		require.NoError(t, tr.UseArticle(ctx, a.ID, ids[0]))
	}
	require.NoError(t, tr.UseArticle(ctx, a.ID, ids[1]))
	found, err = tr.Article(ctx, a.ID)
	require.NoError(t, err)
	require.Equal(t, 2, found.Reused, "two tickets used it, one of them twice")
	tk, err := tr.Ticket(ctx, ids[0])
	require.NoError(t, err)
	require.Equal(t, []tracker.ArticleID{a.ID}, tk.Articles)
	require.ErrorIs(t, tr.UseArticle(ctx, 99, ids[0]), tracker.ErrNotFound)
	require.ErrorIs(t, tr.UseArticle(ctx, a.ID, 99), tracker.ErrNotFound)

	other := problem(t, tr, ids[1])
	_, err = tr.Merge(ctx, other, p)
	require.NoError(t, err)
	require.Len(t, all(t, tr.Articles(ctx, tracker.ArticleQuery{Problem: other})), 1, "an article is also about what its problem was merged into")
	require.Len(t, all(t, tr.Articles(ctx, tracker.ArticleQuery{Problem: p})), 1)
	checkSound(t, tr)
}

// TestArticlesDoNotShareMemory: what the caller gave is the caller's.
func TestArticlesDoNotShareMemory(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	ids := tickets(t, tr, 2)
	p, q := problem(t, tr, ids[0]), problem(t, tr, ids[1])
	_, err := tr.Merge(ctx, q, p)
	require.NoError(t, err)
	mine := []tracker.ProblemID{p}
	a, err := tr.CreateArticle(ctx, tracker.Article{Title: "T", Problems: mine})
	require.NoError(t, err)
	require.Equal(t, []tracker.ProblemID{q}, a.Problems)
	require.Equal(t, []tracker.ProblemID{p}, mine)
}
