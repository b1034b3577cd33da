package tracker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestUndoMeetsWhatCameLater: what came later stays; a person's later word in the
// way is a conflict that names it.
func TestUndoMeetsWhatCameLater(t *testing.T) {
	type made = tracker.Decision
	for _, row := range []struct {
		promise string
		first   func(desk) (made, error)
		later   func(desk) (made, error)
		stand   problems // after the undo; nil: it is a conflict
	}{
		{"a later move of the same ticket is in the way",
			func(d desk) (made, error) { return d.Confirm(ctx, 5, ofProblem(1)) },
			func(d desk) (made, error) { return d.Move(ctx, 2, 5) }, nil},
		{"one of another ticket is not",
			func(d desk) (made, error) { return d.Confirm(ctx, 5, ofProblem(1)) },
			func(d desk) (made, error) { return d.Move(ctx, 2, 6) }, problems{1, 1, 2, 2, 0, 2, 0, 0}},
		{"what joined a merged problem since stays in it",
			func(d desk) (made, error) { return d.Merge(ctx, 1, 2) },
			func(d desk) (made, error) { return d.Confirm(ctx, 5, ofProblem(2)) }, problems{1, 1, 2, 2, 1, 0, 0, 0}},
		{"a ticket that left it since is in the way",
			func(d desk) (made, error) { return d.Merge(ctx, 1, 2) },
			func(d desk) (made, error) { return d.Move(ctx, 0, 3) }, nil},
		{"a merge that went on is in the way",
			func(d desk) (made, error) { return d.Merge(ctx, 1, 2) },
			func(d desk) (made, error) {
				p := problem(d.t, d.Tracker, 8)
				return d.Merge(ctx, p, 1)
			}, nil},
		{"what was split off and has grown keeps its new ticket",
			func(d desk) (made, error) { return d.Split(ctx, 1, 2) },
			func(d desk) (made, error) { return d.Confirm(ctx, 5, ofProblem(3)) }, problems{1, 1, 2, 2, 3, 0, 0, 0}},
		{"a later refusal of the same is not in the way of the first",
			func(d desk) (made, error) { return d.Reject(ctx, 5, ofProblem(1)) },
			func(d desk) (made, error) { return d.Reject(ctx, 5, ofProblem(2)) }, problems{1, 1, 2, 2, 0, 0, 0, 0}},
		{"a confirmation since is in the way of undoing a refusal",
			func(d desk) (made, error) { return d.Reject(ctx, 1, ofProblem(1)) },
			func(d desk) (made, error) { return d.Confirm(ctx, 1, ofProblem(1)) }, nil},
		{"a ticket that goes back to a problem that was merged since goes to what that became",
			func(d desk) (made, error) { return d.Move(ctx, 0, 1) },
			func(d desk) (made, error) { return d.Merge(ctx, 2, 1) }, problems{2, 2, 2, 2, 0, 0, 0, 0}},
		{"also when it was taken out by a refusal",
			func(d desk) (made, error) { return d.Reject(ctx, 1, ofProblem(1)) },
			func(d desk) (made, error) { return d.Merge(ctx, 2, 1) }, problems{2, 2, 2, 2, 0, 0, 0, 0}},
		{"a merge of a problem that lost its tickets is undone",
			func(d desk) (made, error) {
				_, err := d.Move(ctx, 2, 1, 2)
				require.NoError(d.t, err)
				return d.Merge(ctx, 2, 1)
			},
			func(d desk) (made, error) { return d.Confirm(ctx, 5, ofProblem(2)) }, problems{2, 2, 2, 2, 2, 0, 0, 0}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			d := newDesk(t)
			first, err := row.first(d)
			require.NoError(t, err)
			later, err := row.later(d)
			require.NoError(t, err)
			stood := export(t, d.Tracker)
			_, err = d.Undo(ctx, first.ID)
			if row.stand == nil {
				require.ErrorIs(t, err, tracker.ErrConflict)
				require.Equal(t, stood, export(t, d.Tracker))
				_, err = d.Undo(ctx, later.ID)
				require.NoError(t, err)
				_, err = d.Undo(ctx, first.ID)
				require.NoError(t, err, "once that is out of the way, it goes")
				require.Equal(t, problems{1, 1, 2, 2, 0, 0, 0}, d.stand()[:7])
				checkSound(t, d.Tracker)
				return
			}
			require.NoError(t, err)
			require.Equal(t, row.stand, d.stand())
			checkSound(t, d.Tracker)
		})
	}
	d := newDesk(t)
	_, err := d.Undo(ctx, 99)
	require.ErrorIs(t, err, tracker.ErrNotFound)
}

// TestMergedNumbersResolve: whatever a problem was merged into answers to its number,
// through any number of merges.
func TestMergedNumbersResolve(t *testing.T) {
	d := newDesk(t)
	third := problem(t, d.Tracker, 5)
	for _, m := range [][2]tracker.ProblemID{{2, 1}, {third, 2}} {
		_, err := d.Merge(ctx, m[0], m[1])
		require.NoError(t, err)
	}
	for _, id := range []tracker.ProblemID{1, 2, third} {
		p, err := d.Problem(ctx, id)
		require.NoError(t, err)
		require.Equal(t, third, p.ID)
		require.Len(t, all(t, d.Tickets(ctx, tracker.TicketQuery{Problem: id})), 5)
	}
	_, err := d.Confirm(ctx, 6, ofProblem(1))
	require.NoError(t, err)
	require.Equal(t, third, d.stand()[5], "and a decision about it is about what it became")
	_, err = d.UpdateProblem(ctx, 2, func(p *tracker.Problem) error { p.Title = "One of three"; return nil })
	require.NoError(t, err)
	p, err := d.Problem(ctx, third)
	require.NoError(t, err)
	require.Equal(t, "One of three", p.Title)
	require.Len(t, all(t, d.Problems(ctx, tracker.ProblemQuery{})), 1)
	require.Len(t, all(t, d.Problems(ctx, tracker.ProblemQuery{All: true})), 3)
	checkSound(t, d.Tracker)
}

// TestRedoneMergesMakeNoCircle: a merge that was undone is not had back once the two
// were merged the other way round, or the one into a third.
func TestRedoneMergesMakeNoCircle(t *testing.T) {
	d := newDesk(t)
	third := problem(t, d.Tracker, 5)
	for _, row := range []struct {
		promise string
		merge   func(into, from int) (tracker.Decision, error)
	}{
		{"problems", func(into, from int) (tracker.Decision, error) {
			return d.Merge(ctx, tracker.ProblemID(into), tracker.ProblemID(from))
		}},
		{"customers", func(into, from int) (tracker.Decision, error) {
			return d.MergeCustomers(ctx, tracker.CustomerID(into), tracker.CustomerID(from))
		}},
	} {
		for _, since := range [][2]int{{1, 2}, {int(third), 2}} {
			before := belongings(t, d.Tracker)
			made, err := row.merge(2, 1)
			require.NoError(t, err)
			undone, err := d.Undo(ctx, made.ID)
			require.NoError(t, err)
			other, err := row.merge(since[0], since[1])
			require.NoError(t, err)
			_, err = d.Undo(ctx, undone.ID)
			require.ErrorIs(t, err, tracker.ErrConflict, row.promise)
			_, err = d.Undo(ctx, other.ID)
			require.NoError(t, err)
			require.Equal(t, before, belongings(t, d.Tracker))
		}
	}
	checkSound(t, d.Tracker)
}

// TestRedoneMergesLeaveNobodyBehind: what came to a problem after its merge was
// undone is not left in it when the merge is to hold again.
func TestRedoneMergesLeaveNobodyBehind(t *testing.T) {
	d := newDesk(t)
	made, err := d.Merge(ctx, 1, 2)
	require.NoError(t, err)
	undone, err := d.Undo(ctx, made.ID)
	require.NoError(t, err)
	later, err := d.Confirm(ctx, 5, ofProblem(2))
	require.NoError(t, err)
	_, err = d.Undo(ctx, undone.ID)
	require.ErrorIs(t, err, tracker.ErrConflict)
	require.ErrorContains(t, err, "ticket 5 came to problem 2 since")
	_, err = d.Undo(ctx, later.ID)
	require.NoError(t, err)
	_, err = d.Undo(ctx, undone.ID)
	require.NoError(t, err)
	require.Equal(t, problems{1, 1, 1, 1, 0, 0, 0, 0}, d.stand())
	checkSound(t, d.Tracker)

	made, err = d.MergeCustomers(ctx, 1, 2)
	require.NoError(t, err)
	undone, err = d.Undo(ctx, made.ID)
	require.NoError(t, err)
	logged(t, d.Tracker, email(address(1), "New", "It came since."))
	_, err = d.Undo(ctx, undone.ID)
	require.ErrorIs(t, err, tracker.ErrConflict)
	_, err = d.MergeCustomers(ctx, 1, 2)
	require.NoError(t, err)
	checkSound(t, d.Tracker)
}

// TestUndoAroundErasures: what was erased before a decision is not in the way of
// undoing it, what was erased since is, and that is said.
func TestUndoAroundErasures(t *testing.T) {
	d := newDesk(t)
	tk, err := d.Ticket(ctx, 3)
	require.NoError(t, err)
	_, err = d.Erase(ctx, tk.Customer)
	require.NoError(t, err)
	made, err := d.Merge(ctx, 1, 2)
	require.NoError(t, err)
	undone, err := d.Undo(ctx, made.ID)
	require.NoError(t, err)
	require.Equal(t, problems{1, 1, 2, 2, 0, 0, 0, 0}, d.stand())
	checkSound(t, d.Tracker)
	_, err = d.Undo(ctx, undone.ID)
	require.NoError(t, err)
	require.Equal(t, problems{1, 1, 1, 1, 0, 0, 0, 0}, d.stand())

	tk, err = d.Ticket(ctx, 4)
	require.NoError(t, err)
	_, err = d.Erase(ctx, tk.Customer)
	require.NoError(t, err)
	_, err = d.Undo(ctx, made.ID)
	require.ErrorIs(t, err, tracker.ErrConflict)
	require.ErrorIs(t, err, tracker.ErrErased)
	require.ErrorContains(t, err, "ticket 4 was erased since, and stays where it is; move the others by hand")
	checkSound(t, d.Tracker)
}
