package kb

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// An index that another version of the library made is said to be so, and made anew.
func TestIndexOfAnotherLayout(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	for _, other := range []int{layout - 1, layout + 1} {
		ix, err := NewIndex(dir, nil)
		require.NoError(t, err)
		doc := func(yield func(Document, error) bool) { yield(Document{ID: "1", Title: "Scanner"}, nil) }
		require.NoError(t, ix.Rebuild(ctx, doc))
		ix.gen.state.Layout = other
		require.NoError(t, ix.gen.flush(ctx))
		require.NoError(t, ix.Close())

		ix, err = NewIndex(dir, nil)
		require.NoError(t, err)
		require.ErrorIs(t, ix.Damage(), ErrDamaged)
		require.ErrorContains(t, ix.Damage(), "layout")
		r, err := ix.Search(ctx, Query{Text: "scanner"})
		require.NoError(t, err)
		require.True(t, r.Rebuilding)
		require.NoError(t, ix.Rebuild(ctx, doc))
		require.NoError(t, ix.Damage())
		require.NoError(t, ix.Close())
	}
}
