package kb

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Columns of parts that bleve has merged into others are kept no longer than until the next
// column is made.
func TestColumnsOfMergedPartsGo(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	require.NoError(t, ix.Put(ctx, Document{ID: "1", Title: "box", Fields: map[string]string{"team": "Red"}}))
	merged := columnOf{1 << 40, spelledPrefix + "team"}
	ix.gen.columns.made = map[columnOf]*column{merged: {}}
	for range 2 {
		_, err = ix.Search(ctx, Query{Text: "box", Facets: []string{"team", "kind"}})
		require.NoError(t, err)
		require.Len(t, ix.gen.columns.made, 2)
		require.NotContains(t, ix.gen.columns.made, merged)
	}
}
