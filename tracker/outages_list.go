package tracker

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// Outage returns an outage. Errors: [ErrNotFound].
func (t *Tracker) Outage(ctx context.Context, id OutageID) (Outage, error) {
	return one[Outage](ctx, t.core, bOutages, id, "outage")
}

// OutageQuery narrows a list of outages; zero fields do not.
type OutageQuery struct {
	Since, Until time.Time // those that were not over before Since, and began before Until
	Open         bool      // only those that are not over
	Product      string    // that is affected, in capitals or not: an outage that names no product affects all
	Problem      ProblemID // that is the cause
}

// Outages lists outages in the order in which they were posted.
//
// Errors: [ErrNotFound] for a problem that is not there.
func (t *Tracker) Outages(ctx context.Context, q OutageQuery) iter.Seq2[Outage, error] {
	problem := q.Problem
	if problem != 0 {
		p, err := t.Problem(ctx, problem)
		if err != nil {
			return failed[Outage](err)
		}
		problem = p.ID
	}
	return list(ctx, t.core, bOutages, store.Range{}, where(record[Outage](bOutages), func(r store.Reader, o *Outage) (bool, error) {
		switch {
		case q.Open && !o.Open(), !o.Open() && o.Ended.Before(q.Since), !within(o.Began, time.Time{}, q.Until):
			return false, nil
		case q.Product != "" && len(o.Products) > 0 && !slices.ContainsFunc(o.Products, func(p string) bool { return strings.EqualFold(p, q.Product) }):
			return false, nil
		case problem == 0 || o.Problem == 0:
			return problem == 0, nil
		}
		p, err := readProblem(r, o.Problem)
		return err == nil && p.ID == problem, err
	}))
}

// Affected is a ticket that waits while an outage goes on, or to hear that it is over.
type Affected struct {
	Ticket    TicketID   `json:"ticket"`
	Reference string     `json:"reference"`
	Customer  CustomerID `json:"customer,omitempty"`
	// Told is when we first wrote or spoke to them since the newest update; zero: they do
	// not know it yet.
	Told time.Time `json:"told,omitzero"`
}

// Affected lists whom to tell of an outage: the tickets of its problem that are neither
// solved nor closed, in the order of their numbers. Logging an outbound contact on a ticket,
// but for an automatic reply, ticks it off, until the outage has another update. An outage without a problem has none.
//
// Errors: [ErrNotFound].
func (t *Tracker) Affected(ctx context.Context, id OutageID) iter.Seq2[Affected, error] {
	return func(yield func(Affected, error) bool) {
		o, err := t.Outage(ctx, id)
		if err != nil {
			yield(Affected{}, err)
			return
		}
		if o.Problem == 0 {
			return
		}
		waiting := TicketQuery{Problem: o.Problem, Status: []Status{StatusNew, StatusOpen, StatusPending, StatusOnHold}}
		for tk, err := range t.Tickets(ctx, waiting) {
			a := Affected{Ticket: tk.ID, Reference: tk.Reference, Customer: tk.Customer}
			if err == nil && tk.Erased {
				continue
			}
			if err == nil {
				a.Told, err = t.toldSince(ctx, tk.ID, o.Told().At)
			}
			if !yield(a, err) || err != nil && !errors.Is(err, store.ErrDamaged) {
				return
			}
		}
	}
}

// toldSince is when the first outbound contact from a time on was logged on a ticket. An
// automatic reply, as to what they just wrote, tells nothing of an outage.
func (t *Tracker) toldSince(ctx context.Context, id TicketID, since time.Time) (time.Time, error) {
	for c, err := range t.Contacts(ctx, ContactQuery{Ticket: id, Direction: Outbound}) {
		if err != nil || !c.Automatic && !c.LoggedAt.Before(since) {
			return c.LoggedAt, err
		}
	}
	return time.Time{}, nil
}
