package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestRefusalsBind: what a person took apart, no later pass of the machine brings
// together again: not a further contact on the ticket, not a regrouping, not a
// merge of what was refused, not a new start.
func TestRefusalsBind(t *testing.T) {
	for _, row := range []struct {
		promise string
		refuse  func(*tracker.Tracker) (tracker.Decision, error)
		tickets []tracker.TicketID // that are to stay out of problem 1
	}{
		{"a ticket that was rejected",
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Reject(ctx, 3, ofProblem(1)) }, []tracker.TicketID{3}},
		{"one that was rejected beside a ticket",
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Reject(ctx, 3, ofTicket(1)) }, []tracker.TicketID{3}},
		{"tickets that were moved out",
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Move(ctx, 0, 2, 3) }, []tracker.TicketID{2, 3}},
		{"tickets that were split off",
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Split(ctx, 1, 2, 3) }, []tracker.TicketID{2, 3}},
		{"a join of the machine's that was undone",
			func(tr *tracker.Tracker) (tracker.Decision, error) {
				made := all(t, tr.Decisions(ctx, tracker.DecisionQuery{Ticket: 3}))
				return tr.Undo(ctx, made[0].ID)
			}, []tracker.TicketID{3}},
		{"an audit that said no",
			func(tr *tracker.Tracker) (tracker.Decision, error) { return tr.Audit(ctx, 3, ofProblem(1), false) }, []tracker.TicketID{3}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			path, clock := tempFile(t), newClock()
			tr := openBolt(t, path, clock)
			for n := range 6 {
				require.Equal(t, n > 0, logged(t, tr, about(0, n)).Problem == 1)
			}
			_, err := row.refuse(tr)
			require.NoError(t, err)
			out := func(step string) {
				t.Helper()
				for _, id := range row.tickets {
					tk, err := tr.Ticket(ctx, id)
					require.NoError(t, err)
					p, err := tr.Problem(ctx, 1)
					require.NoError(t, err)
					require.NotEqual(t, p.ID, tk.Problem, step)
				}
				checkSound(t, tr)
			}
			out("at once")
			for _, id := range row.tickets {
				tk, err := tr.Ticket(ctx, id)
				require.NoError(t, err)
				cu, err := tr.Customer(ctx, tk.Customer)
				require.NoError(t, err)
				c := about(0, int(id)-1)
				c.From, c.Ticket = cu.Identities[0].Value, id
				logged(t, tr, c)
			}
			out("after the customer said it again")
			_, err = tr.Regroup(ctx)
			require.NoError(t, err)
			out("after regrouping")
			clock.forward(time.Hour)
			require.NoError(t, tr.Close())
			tr = openBolt(t, path, clock)
			_, err = tr.Regroup(ctx)
			require.NoError(t, err)
			out("after a new start")
			other := problem(t, tr, logged(t, tr, alone(99)).Ticket)
			_, err = tr.Merge(ctx, other, 1)
			require.NoError(t, err)
			for _, id := range row.tickets {
				c := about(0, int(id)-1)
				c.Ticket = id
				logged(t, tr, c)
			}
			_, err = tr.Regroup(ctx)
			require.NoError(t, err)
			out("after the problem was merged into another")
		})
	}
}

// TestRefusalHoldsForTheLinkItWasShown: it binds one ticket, not the rest of the
// group.
func TestRefusalHoldsForTheLinkItWasShown(t *testing.T) {
	tr, _ := openMem(t)
	for n := range 4 {
		logged(t, tr, about(0, n))
	}
	_, err := tr.Reject(ctx, 2, ofProblem(1))
	require.NoError(t, err)
	require.Equal(t, tracker.ProblemID(1), logged(t, tr, about(0, 9)).Problem)
}

// TestUndoneRefusalBindsNoLonger: who takes a refusal back hands the ticket to the
// machine again.
func TestUndoneRefusalBindsNoLonger(t *testing.T) {
	tr, _ := openMem(t)
	for n := range 4 {
		logged(t, tr, about(0, n))
	}
	logged(t, tr, alone(5))
	made, err := tr.Reject(ctx, 5, ofProblem(1))
	require.NoError(t, err)
	_, err = tr.Undo(ctx, made.ID)
	require.NoError(t, err)
	undone := about(0, 7)
	undone.Ticket, undone.Text = 5, undone.Text+" "+undone.Text
	logged(t, tr, undone)
	kept := export(t, tr)
	require.NotContains(t, kept, `"bucket":"refusals"`)
}

// TestPeoplesLinksStay: no pass of the machine moves what a person linked.
func TestPeoplesLinksStay(t *testing.T) {
	tr, _ := openMem(t)
	for n := range 5 {
		logged(t, tr, about(0, n))
	}
	for n := range 5 {
		logged(t, tr, about(1, 10+n))
	}
	_, err := tr.Confirm(ctx, 7, ofProblem(1)) // an odd choice, but a person's
	require.NoError(t, err)
	for range 2 {
		_, err = tr.Regroup(ctx)
		require.NoError(t, err)
		c := about(1, 16)
		c.Ticket = 7
		logged(t, tr, c)
		tk, err := tr.Ticket(ctx, 7)
		require.NoError(t, err)
		require.Equal(t, tracker.ProblemID(1), tk.Problem)
		require.True(t, tk.Link.Person)
	}
	checkSound(t, tr)
}
