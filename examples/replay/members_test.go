package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// Following the log gives what asking gives, whatever was decided.
func TestMembers(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	t.Parallel()
	db := t.TempDir()
	mustRun(t, "-in", larkspur, "-db", db, "-confirm", "about", "-audit", ".5")
	ctx := t.Context()
	desk, err := tracker.Open(ctx, filepath.Join(db, "supportloop.db"), nil)
	require.NoError(t, err)
	defer desk.Close()
	m := newMembers(desk)
	check := func() {
		t.Helper()
		require.NoError(t, m.follow(ctx))
		problems := 0
		for p, err := range desk.Problems(ctx, tracker.ProblemQuery{}) {
			require.NoError(t, err)
			var want []tracker.TicketID
			for tk, err := range desk.Tickets(ctx, tracker.TicketQuery{Problem: p.ID}) {
				require.NoError(t, err)
				want = append(want, tk.ID)
			}
			require.Equal(t, want, m.in[p.ID], "problem %d", p.ID)
			problems++
		}
		require.Greater(t, problems, 5)
	}
	check()

	person := desk.As(tracker.Agent("mia"))
	var ids []tracker.ProblemID
	for p := range desk.Problems(ctx, tracker.ProblemQuery{}) {
		if p.Tickets >= 3 {
			ids = append(ids, p.ID)
		}
	}
	require.Greater(t, len(ids), 2)
	merge, err := person.Merge(ctx, ids[0], ids[1])
	require.NoError(t, err)
	check()
	_, err = person.Split(ctx, ids[2], m.in[ids[2]][1])
	require.NoError(t, err)
	_, err = person.Move(ctx, 0, m.in[ids[0]][0])
	require.NoError(t, err)
	check()
	_, err = person.Undo(ctx, merge.ID)
	require.NoError(t, err)
	check()
}
