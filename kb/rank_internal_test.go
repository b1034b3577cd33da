package kb

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Words that are everywhere rank what rarer words find, as if all their documents had
// been looked at; alone, they find.
func TestCommonWords(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	var docs []Document
	for i := range 1500 {
		d := Document{ID: fmt.Sprint(i), Title: fmt.Sprintf("number %d", i), Text: strings.Repeat("the box ", i%7) + fmt.Sprint("group", i%50)}
		if i%3 == 0 {
			d.Title = "The " + d.Title
		}
		docs = append(docs, d)
	}
	require.NoError(t, ix.Put(ctx, docs...))

	s := searching(t, ctx, ix)
	whole, rare := tallied(t, s, "the", nil), tallied(t, s, "group7", nil)
	require.Len(t, rare, 30)
	with := &set{}
	for d := range rare {
		with.add(d)
	}
	some := tallied(t, s, "the", with)
	for d := range rare {
		require.Equal(t, whole[d], some[d])
	}
	require.Less(t, len(some), len(whole))

	for text, want := range map[string]int{
		"the group7": 30, "the": len(whole), "xylophone the": len(whole), `"the box"`: 1285, "group7 group8": 60,
	} {
		found, err := ix.Search(ctx, Query{Text: text})
		require.NoError(t, err)
		require.Equal(t, want, found.Total, text)
	}
}

// Of documents that are equally good there are no more than asked for.
func TestBestIsBounded(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	for i := range 9 {
		require.NoError(t, ix.Put(ctx, Document{ID: fmt.Sprint(i), Title: "the same"}))
	}
	s := searching(t, ctx, ix)
	s.matches.docs.or(s.all())
	s.matches.number()
	found := s.matches.best(3)
	require.Len(t, found, 9, "all that may be among them")
	best, err := s.best(found, 3)
	require.NoError(t, err)
	require.Len(t, best, 3)
	require.Equal(t, "document/0", best[0].key)
}

func TestNth(t *testing.T) {
	var scores []float64
	for i := range 100 {
		scores = append(scores, float64(i*37%100))
	}
	for n := 1; n <= 100; n++ {
		require.Equal(t, float64(100-n), nth(scores, n))
	}
}

// tallied is how often a word stands in docs, or in all documents, weighed.
func tallied(t *testing.T, s *searcher, word string, docs *set) map[uint64]float64 {
	t.Helper()
	if docs == nil {
		docs = s.all()
	}
	lists, err := s.lists(word)
	require.NoError(t, err)
	m := &matches{}
	m.docs.or(docs)
	m.number()
	for _, l := range lists {
		require.NoError(t, m.count(l, s.field(l.field), 1))
	}
	tf := map[uint64]float64{}
	for d := range m.docs.all {
		if n := m.until(d); m.tf[n] > 0 {
			tf[d] = m.tf[n]
		}
	}
	return tf
}

// What was replaced or deleted makes no word more frequent, also where other words are
// forgiven beside it.
func TestRarityForgetsWhatIsGone(t *testing.T) {
	ctx := context.Background()
	hits := func(times int) []Hit {
		ix, err := NewIndex("", nil)
		require.NoError(t, err)
		defer ix.Close()
		var docs []Document
		for i, title := range []string{"invoice of March", "invoice of May", "invoices of June", "invoicing", "label", "printer"} {
			docs = append(docs, Document{ID: fmt.Sprint(i), Title: title, Language: "tlh"})
		}
		require.NoError(t, ix.Put(ctx, docs...))
		for range times {
			require.NoError(t, ix.Put(ctx, docs[1:]...))
		}
		r, err := ix.Search(ctx, Query{Text: "label invoice"})
		require.NoError(t, err)
		require.Equal(t, 4, r.Total, "what goes on with the word is found beside it")
		return r.Hits
	}
	require.Equal(t, hits(0), hits(9))
}

func TestForemost(t *testing.T) {
	draw := rand.New(rand.NewPCG(2, 9))
	for range 300 {
		all := make([]int, draw.IntN(60))
		for i := range all {
			all[i] = draw.IntN(40)
		}
		want := slices.Clone(all)
		slices.Sort(want)
		n := 1 + draw.IntN(60)
		require.Equal(t, want[:min(n, len(all))], foremost(all, n, cmp.Compare[int]))
	}
}

// Only documents that have all words of the phrases are looked into, and of those that are
// like a text only those that have enough of its words, and enough that tell.
func TestMatchesAreNarrowed(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	for i, text := range []string{"red box", "red", "box", "red box lid", "lid", "red box", "hinge lid", "red box", "red box", "red box"} {
		require.NoError(t, ix.Put(ctx, Document{ID: fmt.Sprint(i), Text: text, Language: "tlh"}))
	}
	r, err := ix.gen.reader()
	require.NoError(t, err)
	defer r.Close()
	for _, test := range []struct {
		p    parsed
		want []uint64
	}{
		{parsed{words: []string{"lid"}, phrases: [][]string{{"red", "box"}}}, []uint64{0, 3, 5, 7, 8, 9}},
		{parsed{words: []string{"hinge", "lid", "red", "box"}, least: 1}, []uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
		{parsed{words: []string{"hinge", "lid", "red", "box"}, least: 2}, []uint64{0, 3, 5, 6, 7, 8, 9}},
		{parsed{words: []string{"hinge", "lid", "red", "box"}, least: 2, share: .3}, []uint64{3, 6}},
		{parsed{words: []string{"hinge", "lid", "red", "box"}, least: 3, share: .3}, []uint64{3}},
	} {
		s := searching(t, ctx, ix)
		m, err := s.match(test.p, Query{Exact: true})
		require.NoError(t, err)
		var found []uint64
		for _, c := range m.best(99) {
			found = append(found, c.number)
			require.Positive(t, c.score)
		}
		require.Equal(t, test.want, found, test.p)
		require.Equal(t, m.n, len(found))
		s.close()
	}
}

// searching is a search in ix as it is now, until the test ends.
func searching(t *testing.T, ctx context.Context, ix *Index) *searcher {
	t.Helper()
	r, err := ix.gen.reader()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	s, err := newSearcher(ctx, r)
	require.NoError(t, err)
	t.Cleanup(s.close)
	s.columns = &ix.gen.columns
	return s
}
