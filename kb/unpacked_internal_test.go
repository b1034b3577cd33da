package kb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Postings that are kept say what those in the segments say: the first time and later, of
// all documents and of some, before documents are deleted and after.
func TestUnpackedPostings(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	draw := rand.New(rand.NewPCG(3, 9))
	words := []string{"refund", "printer", "label", "the", "invoice"}
	compare := func() {
		plain, keeping := searching(t, ctx, ix), searching(t, ctx, ix)
		keeping.unpacked = &ix.gen.unpacked
		some, few := &set{}, &set{}
		for d := range plain.all().all {
			if draw.IntN(3) == 0 {
				some.add(d)
			}
			if draw.IntN(40) == 0 {
				few.add(d)
			}
		}
		for range 3 {
			for _, w := range words {
				for _, docs := range []*set{few, some, nil} {
					want := tallied(t, plain, w, docs)
					require.True(t, docs == few || len(want) > 0)
					require.Equal(t, want, tallied(t, keeping, w, docs))
					clear(plain.opened) // so that nothing is remembered within a search
					clear(keeping.opened)
				}
			}
		}
	}
	for batch := range 4 {
		var docs []Document
		for i := range 200 {
			text := ""
			for range draw.IntN(12) {
				text += words[draw.IntN(len(words))] + " "
			}
			docs = append(docs, Document{ID: fmt.Sprint(batch, "-", i), Title: words[i%5] + " " + words[i%3], Text: strings.Repeat(text, 1+i%2)})
		}
		require.NoError(t, ix.Put(ctx, docs...))
		compare()
		for i := range 50 {
			require.NoError(t, ix.Delete(ctx, "", fmt.Sprint(batch, "-", i*3)))
		}
		compare()
	}
	require.NotEmpty(t, ix.gen.unpacked.kept)
}

// What is kept is bounded, and a list that is too long for it is not kept.
func TestUnpackedIsBounded(t *testing.T) {
	var u unpacked
	for i := range 20 {
		u.keep(listOf{uint64(i), termOf{textField, "a"}}, make([]occurrence, maxUnpacked/8))
		require.LessOrEqual(t, u.size, maxUnpacked)
	}
	u.keep(listOf{99, termOf{textField, "a"}}, make([]occurrence, maxUnpacked/2))
	list, _ := u.get(listOf{99, termOf{textField, "a"}})
	require.Nil(t, list)
	before := u.size
	for range 3 { // as searches do that read it at once
		u.keep(listOf{19, termOf{textField, "a"}}, make([]occurrence, maxUnpacked/8))
	}
	require.Equal(t, before, u.size, "what is kept again is counted once")
}

// A search among kept postings stops when its context ends, too.
func TestUnpackedPostingsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	require.NoError(t, ix.Put(ctx, Document{ID: "1", Title: "printer"}, Document{ID: "2", Title: "printer"}))
	s := searching(t, ctx, ix)
	s.unpacked = &ix.gen.unpacked
	tallied(t, s, "printer", nil)
	lists, err := s.lists("printer")
	require.NoError(t, err)
	cancel()
	_, _, err = s.with(lists)
	require.ErrorIs(t, err, context.Canceled)
	s.matches.docs.or(s.all())
	s.matches.number()
	require.ErrorIs(t, s.matches.count(lists[0], s.field(titleField), 1), context.Canceled)
}

// Who reads an older state of the index finds what was deleted since, though another search
// has read the postings after that.
func TestUnpackedPostingsOfOlderReader(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	require.NoError(t, ix.Put(ctx, Document{ID: "1", Text: "printer"}, Document{ID: "2", Text: "printer"}, Document{ID: "3", Text: "printer"}))
	open := func() *searcher {
		s := searching(t, ctx, ix)
		s.unpacked = &ix.gen.unpacked
		return s
	}
	before := open()
	require.NoError(t, ix.Delete(ctx, "", "1"))
	between := open()
	require.NoError(t, ix.Delete(ctx, "", "2"))
	for _, s := range []*searcher{between, open(), before} {
		require.Len(t, tallied(t, s, "printer", nil), s.all().count())
	}
	require.Equal(t, 3, before.all().count())
}
