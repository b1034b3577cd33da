package tracker_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestCandidatesChangeNothing: who asks what a contact may be the same as leaves no
// trace, and is told what Log would go by.
func TestCandidatesChangeNothing(t *testing.T) {
	tr, _ := openMem(t)
	for n := range 8 {
		logged(t, tr, about(n%2, n))
	}
	before := export(t, tr)
	c := about(1, 20)
	c.Text += " It has happened three times by now."
	found, err := tr.Candidates(ctx, c, 10)
	require.NoError(t, err)
	require.NotEmpty(t, found)
	require.Equal(t, before, export(t, tr))

	best := found[0]
	tk, err := tr.Ticket(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, tk.Problem, best.Problem, "the other matter ranks behind")
	require.Equal(t, tracker.Target{Problem: tk.Problem}, best.Target())
	require.NotEmpty(t, best.Why, "every candidate has its evidence")
	require.NotEmpty(t, best.Tickets)
	require.True(t, slices.IsSortedFunc(found, func(a, b tracker.Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	}), "best first")
	features, err := tr.Explain(ctx, c, best)
	require.NoError(t, err)
	sum := 0.0
	for _, f := range features {
		sum += f.Value * f.Weight
	}
	require.InDelta(t, best.Score, sum, 1e-5, "the features add up to the score")
	none, err := tr.Explain(ctx, c, tracker.Candidate{Problem: 99})
	require.NoError(t, err)
	require.Nil(t, none)
	for n := range len(found) {
		some, err := tr.Candidates(ctx, c, n)
		require.NoError(t, err)
		require.Len(t, some, n)
	}
	require.Equal(t, tracker.Target{Ticket: 7}, tracker.Candidate{Ticket: 7}.Target())

	r := logged(t, tr, c)
	require.NotEmpty(t, r.Candidates)
	require.Equal(t, best.Problem, r.Candidates[0].Problem, "Log keeps the same ranking")
	require.LessOrEqual(t, len(r.Candidates), 5)

	bad := c
	bad.Direction = "sideways"
	_, err = tr.Candidates(ctx, bad, 5)
	require.ErrorIs(t, err, tracker.ErrInvalid)
	off, _ := openMem(t, peopleOnly)
	logged(t, off, c)
	found, err = off.Candidates(ctx, c, 5)
	require.NoError(t, err)
	require.Empty(t, found, "without grouping there are none")
}
