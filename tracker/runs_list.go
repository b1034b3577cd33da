package tracker

import (
	"context"
	"iter"
	"time"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker/store"
)

// Run returns a run. One whose ticket was erased is returned without what was said.
// Errors: [ErrNotFound].
func (t *Tracker) Run(ctx context.Context, id RunID) (Run, error) {
	return one[Run](ctx, t.core, bRuns, id, "run")
}

// RunQuery narrows a list of runs; zero fields do not.
type RunQuery struct {
	Since, Until time.Time // by when they were begun: from Since on, before Until
	Ticket       TicketID
	Procedure    string // id of the procedure that is followed
	State        sop.State
}

// Runs lists runs in the order in which they were begun.
func (t *Tracker) Runs(ctx context.Context, q RunQuery) iter.Seq2[Run, error] {
	keep := func(_ store.Reader, r *Run) (bool, error) {
		return (q.Procedure == "" || len(r.Texts) > 0 && r.Texts[0].ID == q.Procedure) &&
			(q.State == "" || r.State == q.State) && within(r.Begun, q.Since, q.Until), nil
	}
	if q.Ticket != 0 {
		return list(ctx, t.core, bRunsByTicket, store.Prefix(key(q.Ticket)), where(through[Run](bRuns), keep))
	}
	return list(ctx, t.core, bRuns, store.Range{}, where(record[Run](bRuns), keep))
}

// ProcedureText returns the text of a procedure that a run followed, by its hash, see
// [sop.Run].Texts. Errors: [ErrNotFound].
func (t *Tracker) ProcedureText(ctx context.Context, hash string) ([]byte, error) {
	var out []byte
	err := t.view(ctx, func(r store.Reader) (err error) {
		out, err = procedureText(r, hash)
		return err
	})
	return out, err
}

// Answers lists what a customer told us, ticket by ticket; of one question there may
// be several answers, of several tickets.
func (t *Tracker) Answers(ctx context.Context, customer CustomerID) iter.Seq2[Answer, error] {
	return perTicket(ctx, t, customer, func(id TicketID) iter.Seq2[Answer, error] {
		return list(ctx, t.core, bAnswers, store.Prefix(key(id)), record[Answer](bAnswers))
	})
}

// perTicket chains the lists of a customer's tickets.
func perTicket[T any](ctx context.Context, t *Tracker, customer CustomerID, of func(TicketID) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for tk, err := range t.Tickets(ctx, TicketQuery{Customer: customer}) {
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for v, err := range of(tk.ID) {
				if !yield(v, err) || err != nil {
					return
				}
			}
		}
	}
}

// RemedyQuery narrows a list of remedies; zero fields do not.
type RemedyQuery struct {
	Since, Until time.Time // by when they were given: from Since on, before Until
	Ticket       TicketID
	Customer     CustomerID
}

// Remedies lists what was given, those that were taken back too: of a customer ticket
// by ticket, else in the order in which they were given.
func (t *Tracker) Remedies(ctx context.Context, q RemedyQuery) iter.Seq2[Remedy, error] {
	keep := func(_ store.Reader, r *Remedy) (bool, error) { return within(r.Given, q.Since, q.Until), nil }
	of := func(id TicketID) iter.Seq2[Remedy, error] {
		return list(ctx, t.core, bRemediesByTicket, store.Prefix(key(id)), where(through[Remedy](bRemedies), keep))
	}
	switch {
	case q.Customer != 0:
		return perTicket(ctx, t, q.Customer, func(id TicketID) iter.Seq2[Remedy, error] {
			if q.Ticket != 0 && q.Ticket != id {
				return func(func(Remedy, error) bool) {}
			}
			return of(id)
		})
	case q.Ticket != 0:
		return of(q.Ticket)
	}
	return list(ctx, t.core, bRemedies, store.Range{}, where(record[Remedy](bRemedies), keep))
}
