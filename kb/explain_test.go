package kb_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

// The reasons of a hit add up to its score.
func TestExplain(t *testing.T) {
	ctx := context.Background()
	docs, asked := readShelf(t, "testdata/shelf.txt")
	ix := newIndex(t, "", docs...)
	reasons := 0
	for _, a := range asked {
		for _, text := range []string{a.text, a.text + " " + a.text + ` "` + a.text + `"`} {
			r, err := ix.Search(ctx, kb.Query{Text: text, Explain: true})
			require.NoError(t, err)
			for _, h := range r.Hits {
				sum := 0.0
				for _, w := range h.Why {
					sum += w.Score
					reasons++
				}
				require.InDelta(t, h.Score, sum, 1e-6, "%s: %s", text, h.ID)
			}
			r, err = ix.Search(ctx, kb.Query{Text: text})
			require.NoError(t, err)
			for _, h := range r.Hits {
				require.Empty(t, h.Why, "nobody asked")
			}
		}
	}
	require.Greater(t, reasons, 100)

	r, err := ix.Search(ctx, kb.Query{Text: `printing "print head"`, Explain: true, Limit: 1})
	require.NoError(t, err)
	how := map[string]bool{}
	for _, w := range r.Hits[0].Why {
		how[w.Typed+" "+w.Found+" "+w.How+" "+w.Field] = true
	}
	require.True(t, how["printing print form text"], how)
	require.True(t, how["head head phrase text"], how)
}
