package kb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// While documents are put and deleted between pages, each that was found all the time
// is shown exactly once, and none twice.
func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		ix := newIndex(t, "")
		words := []string{"box", "red", "blue", "lid", "cable", "the"}
		document := func(id string, found bool) kb.Document {
			text := []string{"filler"}
			if found {
				text = append(text, "box")
			}
			for range rnd.IntN(12) {
				text = append(text, words[rnd.IntN(len(words))])
			}
			return kb.Document{ID: id, Title: words[rnd.IntN(3)], Text: strings.Join(text, " ")}
		}
		put := func(id string) { require.NoError(t, ix.Put(ctx, document(id, true))) }
		var docs []kb.Document
		stays := map[string]bool{}
		for i := range 60 {
			id := fmt.Sprint("stays", i)
			stays[id] = true
			docs = append(docs, document(id, true), document(fmt.Sprint("comes", i), i%2 == 0))
		}
		require.NoError(t, ix.Put(ctx, docs...))
		text := []string{"box", "red box", "box the cable lid", `"filler box" red`}[seed%4]
		shown := map[string]int{}
		q := kb.Query{Text: text, Limit: 1 + rnd.IntN(9)}
		for pages := 0; ; pages++ {
			r, err := ix.Search(ctx, q)
			require.NoError(t, err)
			require.LessOrEqual(t, len(r.Hits), q.Limit)
			for _, h := range r.Hits {
				shown[h.ID]++
				require.Equal(t, 1, shown[h.ID], "%s is shown again", h.ID)
			}
			if r.Next == "" {
				break
			}
			require.Len(t, r.Hits, q.Limit, "a page that others follow is full")
			q.After, q.Limit = r.Next, 1+rnd.IntN(9)
			require.Less(t, pages, 1000, "pages come to an end")
			for range rnd.IntN(6) {
				id := fmt.Sprint("comes", rnd.IntN(70))
				switch rnd.IntN(3) {
				case 0:
					require.NoError(t, ix.Delete(ctx, "", id))
				case 1:
					put(id)
				default: // one that stays says something else, and is still found
					put(fmt.Sprint("stays", rnd.IntN(60)))
				}
			}
		}
		for id := range stays {
			require.Equal(t, 1, shown[id], "%s, seed %d", id, seed)
		}
	}
}

func TestAfterRefuses(t *testing.T) {
	ctx := context.Background()
	ix := newIndex(t, "", shelf...)
	q := kb.Query{Text: "-xylophone", Limit: 2}
	r, err := ix.Search(ctx, q)
	require.NoError(t, err)
	require.NotEmpty(t, r.Next)
	for _, other := range []kb.Query{
		{Text: "xylophone", After: r.Next},
		{Text: q.Text, After: r.Next, Audience: tracker.Customers},
		{Text: q.Text, After: r.Next, Kinds: []kb.Kind{"article"}},
		{Text: q.Text, After: r.Next, Fields: map[string][]string{"status": {"open"}}},
		{Text: q.Text, After: r.Next, Since: day("2026-01-01")},
		{Text: q.Text, After: r.Next[1:]},
		{Text: q.Text, After: r.Next + "AAAA"},
		{Text: q.Text, After: "?"},
	} {
		_, err := ix.Search(ctx, other)
		require.ErrorIs(t, err, kb.ErrInvalid)
	}
	for _, bad := range []kb.Query{
		{Facets: []string{"Two Words"}}, {Fields: map[string][]string{"": nil}}, {Fields: map[string][]string{"a": make([]string, kb.MaxValues+1)}},
	} {
		_, err := ix.Search(ctx, bad)
		require.ErrorIs(t, err, kb.ErrInvalid)
	}
	same := kb.Query{Text: q.Text, Limit: 3, After: r.Next, Explain: true, Facets: []string{"kind"}, Kinds: []kb.Kind{}}
	rest, err := ix.Search(ctx, same)
	require.NoError(t, err)
	require.Len(t, rest.Hits, 3)
	require.Empty(t, rest.Next)
}
