package kb_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// impatient is a context that ends at the n-th time it is asked.
type impatient struct {
	context.Context
	left int
}

func (c *impatient) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// A search stops wherever it is when its context ends, and that is no damage.
func TestSearchStopsAnywhere(t *testing.T) {
	ix := newIndex(t, "", append(dated, shelf...)...)
	for _, q := range []kb.Query{
		{Text: `box "new cartridge" -refund`, Explain: true},
		{Text: "-nothing after:2026", Facets: []string{"team", "status"}},
		{Text: "printer box", Fields: map[string][]string{"team": {"red"}}, Audience: tracker.Customers},
	} {
		want, err := ix.Search(context.Background(), q)
		require.NoError(t, err)
		for n := 0; ; n++ {
			got, err := ix.Search(&impatient{context.Background(), n}, q)
			require.NoError(t, ix.Damage())
			if err == nil {
				require.Equal(t, want, got)
				require.Greater(t, n, 3, "it asks now and then")
				break
			}
			require.ErrorIs(t, err, context.Canceled)
			require.Less(t, n, 10000)
		}
	}
}

// A phrase that begins everywhere in a long text can be stopped there.
func TestPhraseStopsWithinText(t *testing.T) {
	ix := newIndex(t, "", kb.Document{ID: "dump", Text: strings.Repeat("00 ", 100000) + "01"})
	q := kb.Query{Text: `"00 00 00 01"`}
	for n, stopped := 0, 0; ; n++ {
		r, err := ix.Search(&impatient{context.Background(), n}, q)
		if err == nil {
			require.Equal(t, 1, r.Total)
			require.Greater(t, stopped, 30)
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		stopped++
	}
}
