package kb

import (
	"context"
	"fmt"
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

	r, err := ix.gen.reader()
	require.NoError(t, err)
	defer r.Close()
	s, err := newSearcher(ctx, r)
	require.NoError(t, err)
	whole, some, rare := newTally(), newTally(), newTally()
	tallied(t, s, "the", nil, whole)
	tallied(t, s, "group7", nil, rare)
	require.Len(t, rare.which, 30)
	tallied(t, s, "the", rare.sorted(), some)
	for _, d := range rare.which {
		require.Equal(t, whole.get(d), some.get(d))
	}
	require.Less(t, len(some.which), len(whole.which))

	for text, want := range map[string]int{
		"the group7": 30, "the": len(whole.which), "xylophone the": len(whole.which), `"the box"`: 1285, "group7 group8": 60,
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
	r, err := ix.gen.reader()
	require.NoError(t, err)
	defer r.Close()
	s, err := newSearcher(ctx, r)
	require.NoError(t, err)
	var found []candidate
	every, err := s.all()
	require.NoError(t, err)
	for d := range every.all {
		found = append(found, candidate{number: d})
	}
	best, err := s.best(found, 3)
	require.NoError(t, err)
	require.Len(t, best, 3)
	require.Equal(t, "document/0", best[0].key)
}

func TestNth(t *testing.T) {
	var found []candidate
	for i := range 100 {
		found = append(found, candidate{score: float64(i * 37 % 100)})
	}
	for n := 1; n <= 100; n++ {
		require.Equal(t, float64(100-n), nth(found, n))
	}
}

// tallied adds to tf what a word has in docs, or in all documents.
func tallied(t *testing.T, s *searcher, word string, docs []uint64, tf *tally) {
	t.Helper()
	lists, err := s.lists(word)
	require.NoError(t, err)
	require.NoError(t, s.add(tf, nil, lists, docs))
}
