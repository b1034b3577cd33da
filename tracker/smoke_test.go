package tracker_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "s.db")
	tr, err := tracker.Open(ctx, path, nil)
	require.NoError(t, err)
	desk := tr.As(tracker.Agent("mia"))
	for i := range 40 {
		r, err := desk.Log(ctx, tracker.Contact{From: fmt.Sprintf("Ada <ada%d@example.org>", i%30), Source: "x", SourceID: fmt.Sprint(i),
			Title: "Charged twice for the subscription", Text: fmt.Sprintf("Hello, my card was charged twice this month, number %d. Please refund one payment.", i)})
		require.NoError(t, err)
		if i%10 == 0 {
			t.Logf("%+v", r)
		}
	}
	for p, err := range tr.Problems(ctx, tracker.ProblemQuery{}) {
		require.NoError(t, err)
		t.Logf("%+v", p)
	}
	for c, err := range tr.Changes(ctx, 0) {
		require.NoError(t, err)
		if c.Seq < 20 {
			t.Logf("%+v", c)
		}
	}
	v, err := tr.Verify(ctx)
	require.NoError(t, err)
	require.True(t, v.Sound(), "%+v", v)
	require.NoError(t, tr.Close())
	tr, err = tracker.Open(ctx, path, nil)
	require.NoError(t, err)
	st, err := tr.Stats(ctx)
	require.NoError(t, err)
	t.Logf("%+v", st)
	e, err := tr.Erase(ctx, 1)
	require.NoError(t, err)
	t.Logf("%+v", e)
	require.NoError(t, tr.Close())
}
