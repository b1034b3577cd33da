package tracker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// desk is a world for decisions: tickets 1 and 2 are in problem 1, 3 and 4 in
// problem 2 by people's decisions, 5 to 8 in none. Its methods hold it against what a row expects.
type desk struct {
	*tracker.Tracker
	t testing.TB
}

func newDesk(t testing.TB) desk {
	tr, _ := openMem(t, peopleOnly)
	ids := tickets(t, tr, 8)
	problem(t, tr, ids[:2]...)
	problem(t, tr, ids[2:4]...)
	return desk{tr, t}
}

// stand says which problem each ticket belongs to, in order; a person's links are
// negative in nothing: see persons.
func (d desk) stand() []tracker.ProblemID {
	var out []tracker.ProblemID
	for _, tk := range all(d.t, d.Tickets(ctx, tracker.TicketQuery{})) {
		out = append(out, tk.Problem)
	}
	return out
}

type problems = []tracker.ProblemID

func ofTicket(id tracker.TicketID) tracker.Target   { return tracker.Target{Ticket: id} }
func ofProblem(id tracker.ProblemID) tracker.Target { return tracker.Target{Problem: id} }

// TestDecisions: every decision moves what its row says, counts stay right, and
// Undo brings back exactly what was.
func TestDecisions(t *testing.T) {
	for _, row := range []struct {
		promise string
		do      func(desk) (tracker.Decision, error)
		stand   problems
		err     error
	}{
		{"a ticket is confirmed into a problem",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 5, ofProblem(1)) }, problems{1, 1, 2, 2, 1, 0, 0, 0}, nil},
		{"or with a ticket that is in one",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 5, ofTicket(3)) }, problems{1, 1, 2, 2, 2, 0, 0, 0}, nil},
		{"the other way round, too",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 3, ofTicket(5)) }, problems{1, 1, 2, 2, 2, 0, 0, 0}, nil},
		{"two tickets without a problem found one",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 5, ofTicket(6)) }, problems{1, 1, 2, 2, 3, 3, 0, 0}, nil},
		{"a person's word for another problem moves the ticket",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 1, ofProblem(2)) }, problems{2, 1, 2, 2, 0, 0, 0, 0}, nil},
		{"two tickets that people put into two problems are a conflict",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 1, ofTicket(3)) }, nil, tracker.ErrConflict},
		{"a ticket is not compared with itself",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 1, ofTicket(1)) }, nil, tracker.ErrInvalid},
		{"nor with nothing",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 1, tracker.Target{}) }, nil, tracker.ErrInvalid},
		{"nor with two things at once",
			func(d desk) (tracker.Decision, error) {
				return d.Reject(ctx, 1, tracker.Target{Ticket: 2, Problem: 2})
			}, nil, tracker.ErrInvalid},
		{"nor with a ticket that is not there",
			func(d desk) (tracker.Decision, error) { return d.Confirm(ctx, 1, ofTicket(99)) }, nil, tracker.ErrNotFound},
		{"nor with a problem that is not there",
			func(d desk) (tracker.Decision, error) { return d.Reject(ctx, 1, ofProblem(99)) }, nil, tracker.ErrNotFound},
		{"nor is a ticket that is not there",
			func(d desk) (tracker.Decision, error) { return d.Reject(ctx, 99, ofProblem(1)) }, nil, tracker.ErrNotFound},

		{"a rejected ticket leaves the problem",
			func(d desk) (tracker.Decision, error) { return d.Reject(ctx, 1, ofProblem(1)) }, problems{0, 1, 2, 2, 0, 0, 0, 0}, nil},
		{"also when it is rejected beside a ticket that is in it",
			func(d desk) (tracker.Decision, error) { return d.Reject(ctx, 1, ofTicket(2)) }, problems{0, 1, 2, 2, 0, 0, 0, 0}, nil},
		{"a refusal of where it is not moves nothing",
			func(d desk) (tracker.Decision, error) { return d.Reject(ctx, 1, ofProblem(2)) }, problems{1, 1, 2, 2, 0, 0, 0, 0}, nil},

		{"tickets are moved from wherever they are",
			func(d desk) (tracker.Decision, error) { return d.Move(ctx, 2, 1, 5, 1) }, problems{2, 1, 2, 2, 2, 0, 0, 0}, nil},
		{"or to nowhere",
			func(d desk) (tracker.Decision, error) { return d.Move(ctx, 0, 1, 2) }, problems{0, 0, 2, 2, 0, 0, 0, 0}, nil},
		{"a move names tickets",
			func(d desk) (tracker.Decision, error) { return d.Move(ctx, 2) }, nil, tracker.ErrInvalid},
		{"that are there",
			func(d desk) (tracker.Decision, error) { return d.Move(ctx, 2, 5, 99) }, nil, tracker.ErrNotFound},
		{"to a problem that is there",
			func(d desk) (tracker.Decision, error) { return d.Move(ctx, 99, 5) }, nil, tracker.ErrNotFound},

		{"problems are made one",
			func(d desk) (tracker.Decision, error) { return d.Merge(ctx, 2, 1) }, problems{2, 2, 2, 2, 0, 0, 0, 0}, nil},
		{"one is not merged with itself",
			func(d desk) (tracker.Decision, error) { return d.Merge(ctx, 1, 1) }, nil, tracker.ErrInvalid},
		{"nor with nothing",
			func(d desk) (tracker.Decision, error) { return d.Merge(ctx, 1) }, nil, tracker.ErrInvalid},
		{"nor with what is not there",
			func(d desk) (tracker.Decision, error) { return d.Merge(ctx, 1, 2, 99) }, nil, tracker.ErrNotFound},

		{"tickets are split off into a new problem",
			func(d desk) (tracker.Decision, error) { return d.Split(ctx, 1, 2) }, problems{1, 3, 2, 2, 0, 0, 0, 0}, nil},
		{"one has to stay",
			func(d desk) (tracker.Decision, error) { return d.Split(ctx, 1, 1, 2) }, nil, tracker.ErrInvalid},
		{"only the problem's own are split off",
			func(d desk) (tracker.Decision, error) { return d.Split(ctx, 1, 3) }, nil, tracker.ErrInvalid},
		{"and some are",
			func(d desk) (tracker.Decision, error) { return d.Split(ctx, 1) }, nil, tracker.ErrInvalid},
	} {
		t.Run(row.promise, func(t *testing.T) {
			d := newDesk(t)
			before, whole := belongings(t, d.Tracker), export(t, d.Tracker)
			made, err := row.do(d)
			if row.err != nil {
				require.ErrorIs(t, err, row.err)
				require.Equal(t, whole, export(t, d.Tracker), "what is refused changes nothing")
				return
			}
			require.NoError(t, err)
			require.Equal(t, row.stand, d.stand())
			checkSound(t, d.Tracker)
			kept, err := d.Decision(ctx, made.ID)
			require.NoError(t, err)
			require.Equal(t, made, kept)
			require.Equal(t, mia, made.Actor)
			after := belongings(t, d.Tracker)

			undo, err := d.As(bob).Undo(ctx, made.ID)
			require.NoError(t, err)
			require.Equal(t, made.ID, undo.Undoes)
			require.Equal(t, before, belongings(t, d.Tracker), "what was undone is as it was")
			checkSound(t, d.Tracker)
			_, err = d.Undo(ctx, made.ID)
			require.ErrorIs(t, err, tracker.ErrConflict, "it is undone once")

			_, err = d.Undo(ctx, undo.ID)
			require.NoError(t, err)
			require.Equal(t, after, belongings(t, d.Tracker), "and an undo is undone as exactly")
			checkSound(t, d.Tracker)
			_, err = d.Undo(ctx, made.ID)
			require.NoError(t, err, "what holds again can be undone again")
			require.Equal(t, before, belongings(t, d.Tracker))
		})
	}
}

// TestCountsSayWhoLinked: "12 confirmed + 28 likely".
func TestCountsSayWhoLinked(t *testing.T) {
	tr, _ := openMem(t)
	for n := range 6 {
		logged(t, tr, about(0, n))
	}
	count := func(tickets, confirmed int) {
		t.Helper()
		p, err := tr.Problem(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, []int{tickets, confirmed}, []int{p.Tickets, p.ConfirmedTickets})
		require.Equal(t, confirmed > 0, p.Confirmed())
	}
	count(6, 0)
	_, err := tr.Confirm(ctx, 3, ofProblem(1))
	require.NoError(t, err)
	count(6, 1)
	made, err := tr.Confirm(ctx, 1, ofTicket(2))
	require.NoError(t, err)
	count(6, 3)
	_, err = tr.Undo(ctx, made.ID)
	require.NoError(t, err)
	count(6, 1)
	_, err = tr.Reject(ctx, 3, ofProblem(1))
	require.NoError(t, err)
	count(5, 0)
	checkSound(t, tr)
	var confirmed []tracker.Action
	for _, ch := range all(t, tr.Changes(ctx, 0)) {
		if ch.Action == tracker.ProblemConfirmed || ch.Action == tracker.ProblemUnconfirmed {
			confirmed = append(confirmed, ch.Action)
		}
	}
	require.Equal(t, []tracker.Action{tracker.ProblemConfirmed, tracker.ProblemUnconfirmed}, confirmed)
}

// TestAudits: a verdict about a confirmed problem is told to the log, once.
func TestAudits(t *testing.T) {
	d := newDesk(t)
	for _, row := range []struct {
		ticket tracker.TicketID
		target tracker.Target
		same   bool
		counts bool
	}{
		{5, ofProblem(1), true, true},
		{6, ofProblem(1), false, true},
		{7, ofTicket(8), true, false}, // no problem was shown
	} {
		head, err := d.Head(ctx)
		require.NoError(t, err)
		made, err := d.Audit(ctx, row.ticket, row.target, row.same)
		require.NoError(t, err)
		require.True(t, made.Audit)
		n := 0
		for _, ch := range all(t, d.Changes(ctx, head)) {
			if ch.Action == tracker.CandidateAudited {
				n++
				require.Equal(t, row.same, ch.Same)
				require.Equal(t, tracker.ProblemID(1), ch.Problem)
			}
		}
		require.Equal(t, row.counts, n == 1)
	}
	require.Equal(t, problems{1, 1, 2, 2, 1, 0, 3, 3}, d.stand())
}
