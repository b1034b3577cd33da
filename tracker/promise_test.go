package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func answerWithin(d time.Duration) option {
	return func(o *tracker.Options) { o.AnswerWithin = d }
}

// TestAnswers: a new ticket is promised an answer, and what keeps that promise.
func TestAnswers(t *testing.T) {
	for _, row := range []struct {
		promise string
		after   time.Duration
		answer  tracker.Contact
		state   tracker.PromiseState
	}{
		{"an answer in time keeps it", time.Hour, tracker.Contact{Direction: tracker.Outbound}, tracker.PromiseKept},
		{"on the minute is in time", 4 * time.Hour, tracker.Contact{Direction: tracker.Outbound}, tracker.PromiseKept},
		{"a late one breaks it", 4*time.Hour + time.Second, tracker.Contact{Direction: tracker.Outbound}, tracker.PromiseBroken},
		{"an automatic reply keeps no promise", time.Hour, tracker.Contact{Direction: tracker.Outbound, Automatic: true}, tracker.PromiseOpen},
		{"nor does a note", time.Hour, tracker.Contact{Direction: tracker.Note}, tracker.PromiseOpen},
		{"nor does the customer", time.Hour, tracker.Contact{Direction: tracker.Inbound}, tracker.PromiseOpen},
		{"an answer that claims to be older than it is keeps it by its own time", 5 * time.Hour,
			tracker.Contact{Direction: tracker.Outbound, At: monday.Add(time.Hour)}, tracker.PromiseKept},
	} {
		tr, clock := openMem(t, peopleOnly, answerWithin(4*time.Hour))
		r := logged(t, tr, alone(1))
		require.NotZero(t, r.Promise)
		require.Equal(t, monday.Add(4*time.Hour), r.AnswerBy)
		clock.forward(row.after)
		row.answer.Ticket, row.answer.Text, row.answer.From = r.Ticket, "Well.", "p1@example.org"
		logged(t, tr, row.answer)
		p, err := tr.Promise(ctx, r.Promise)
		require.NoError(t, err)
		require.Equal(t, row.state, p.State, row.promise)
		require.Len(t, all(t, tr.Promises(ctx, tracker.PromiseQuery{})), 1, "a second answer is never promised on an open ticket")
	}
}

func TestAnswerIsPromisedAgain(t *testing.T) {
	tr, clock := openMem(t, peopleOnly, answerWithin(time.Hour))
	r := logged(t, tr, alone(1))
	logged(t, tr, tracker.Contact{Direction: tracker.Outbound, Ticket: r.Ticket, Text: "Do this."})
	_, err := tr.UpdateTicket(ctx, r.Ticket, func(tk *tracker.Ticket) error { tk.Status = tracker.StatusSolved; return nil })
	require.NoError(t, err)
	clock.forward(24 * time.Hour)
	again := logged(t, tr, tracker.Contact{From: "p1@example.org", Ticket: r.Ticket, Text: "It did not help."})
	require.Equal(t, monday.Add(25*time.Hour), again.AnswerBy, "what opens again is answered again")
	auto := alone(2)
	auto.Automatic = true
	require.Zero(t, logged(t, tr, auto).Promise, "an automatic message asks for no answer")
}

func TestPromises(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	id := logged(t, tr, alone(1)).Ticket
	for _, row := range []struct {
		why string
		p   tracker.Promise
		err error
	}{
		{"it is of a kind", tracker.Promise{Ticket: id, Kind: "miracle", Due: monday.Add(time.Hour)}, tracker.ErrInvalid},
		{"it lies ahead", tracker.Promise{Ticket: id, Kind: tracker.PromiseUpdate, Due: monday}, tracker.ErrInvalid},
		{"it is due at all", tracker.Promise{Ticket: id, Kind: tracker.PromiseUpdate}, tracker.ErrInvalid},
		{"in a year that can be written", tracker.Promise{Ticket: id, Kind: tracker.PromiseUpdate, Due: monday.AddDate(9000, 0, 0)}, tracker.ErrInvalid},
		{"to somebody", tracker.Promise{Ticket: id + 1, Kind: tracker.PromiseUpdate, Due: monday.Add(time.Hour)}, tracker.ErrNotFound},
	} {
		_, err := tr.MakePromise(ctx, row.p)
		require.ErrorIs(t, err, row.err, row.why)
	}
	kept, err := tr.MakePromise(ctx, tracker.Promise{Ticket: id, Kind: tracker.PromiseUpdate, Due: monday.Add(2 * time.Hour), Text: "We tell you how it goes."})
	require.NoError(t, err)
	late, err := tr.MakePromise(ctx, tracker.Promise{Ticket: id, Kind: tracker.PromiseCallback, Due: monday.Add(time.Hour)})
	require.NoError(t, err)
	gone, err := tr.MakePromise(ctx, tracker.Promise{Ticket: id, Kind: tracker.PromiseFollowUp, Due: monday.Add(3 * time.Hour), State: tracker.PromiseKept, Reason: "forged"})
	require.NoError(t, err)
	require.Equal(t, tracker.PromiseOpen, gone.State, "a promise begins open, whatever the caller says")
	require.Empty(t, gone.Reason)
	require.Equal(t, mia, gone.By)

	due := all(t, tr.Promises(ctx, tracker.PromiseQuery{State: tracker.PromiseOpen}))
	require.Equal(t, []tracker.Promise{late, kept, gone}, due, "the open ones by when they are due")
	require.Equal(t, []tracker.Promise{late}, all(t, tr.Promises(ctx, tracker.PromiseQuery{State: tracker.PromiseOpen, DueBefore: monday.Add(2 * time.Hour)})))

	_, err = tr.SettlePromise(ctx, gone.ID, tracker.PromiseWithdrawn, "")
	require.ErrorIs(t, err, tracker.ErrInvalid, "a withdrawal has a reason")
	_, err = tr.SettlePromise(ctx, gone.ID, tracker.PromiseBroken, "oops")
	require.ErrorIs(t, err, tracker.ErrInvalid, "nobody declares a promise broken; time does")
	got, err := tr.SettlePromise(ctx, gone.ID, tracker.PromiseWithdrawn, "The part is no longer made.")
	require.NoError(t, err)
	require.Equal(t, tracker.PromiseWithdrawn, got.State)
	clock.forward(90 * time.Minute)
	got, err = tr.SettlePromise(ctx, late.ID, tracker.PromiseKept, "")
	require.NoError(t, err)
	require.Equal(t, tracker.PromiseBroken, got.State, "kept too late is broken")
	got, err = tr.SettlePromise(ctx, kept.ID, tracker.PromiseKept, "")
	require.NoError(t, err)
	require.Equal(t, tracker.PromiseKept, got.State)
	_, err = tr.SettlePromise(ctx, kept.ID, tracker.PromiseKept, "")
	require.ErrorIs(t, err, tracker.ErrConflict, "a promise is settled once")
	_, err = tr.SettlePromise(ctx, 99, tracker.PromiseKept, "")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	require.Empty(t, all(t, tr.Promises(ctx, tracker.PromiseQuery{State: tracker.PromiseOpen})))

	_, err = tr.CloseTicket(ctx, id, tracker.SolvedAnew, "")
	require.NoError(t, err)
	_, err = tr.MakePromise(ctx, tracker.Promise{Ticket: id, Kind: tracker.PromiseUpdate, Due: monday.Add(9 * time.Hour)})
	require.ErrorIs(t, err, tracker.ErrConflict, "nothing is promised on a closed ticket")
	checkSound(t, tr)
}
