package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

var promiseKinds = []PromiseKind{PromiseAnswer, PromiseCallback, PromiseUpdate, PromiseFollowUp}

// MakePromise writes down what a customer was told would happen: Ticket, Kind and
// Due, best also Text. Due lies ahead.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid], [ErrConflict] on a closed ticket.
func (t *Tracker) MakePromise(ctx context.Context, p Promise) (Promise, error) {
	var out Promise
	err := t.write(ctx, "make_promise", fmt.Sprintf("ticket %d", p.Ticket), 1024, func(x *tx) error {
		tk, err := x.live(p.Ticket)
		if err != nil {
			return err
		}
		switch {
		case !slices.Contains(promiseKinds, p.Kind):
			return fmt.Errorf("%w: promise %q: want one of %v", ErrInvalid, p.Kind, promiseKinds)
		case !p.Due.After(x.now), p.Due.Year() > 9999:
			return fmt.Errorf("%w: a promise is due at a time ahead, not at %v", ErrInvalid, p.Due)
		case tk.Status == StatusClosed:
			return fmt.Errorf("%w: ticket %d is closed", ErrConflict, tk.ID)
		}
		p.Customer = tk.Customer
		out, err = x.promise(p)
		return err
	})
	return out, err
}

// SettlePromise ends a promise as kept or withdrawn; a withdrawal needs a reason, as
// the customer is owed one. One that is kept after its time is written down as
// broken.
//
// Errors: [ErrNotFound], [ErrInvalid], [ErrConflict] for one that is settled.
func (t *Tracker) SettlePromise(ctx context.Context, id PromiseID, to PromiseState, reason string) (Promise, error) {
	var out Promise
	err := t.write(ctx, "settle_promise", fmt.Sprintf("promise %d", id), 1024, func(x *tx) error {
		p, err := must[Promise](x, bPromises, id, "promise")
		if err != nil {
			return err
		}
		switch {
		case to != PromiseKept && to != PromiseWithdrawn:
			return fmt.Errorf("%w: a promise is settled as kept or withdrawn, not as %q", ErrInvalid, to)
		case to == PromiseWithdrawn && clean(reason) == "":
			return fmt.Errorf("%w: a promise is withdrawn with the reason that the customer is given", ErrInvalid)
		case p.State != PromiseOpen:
			return fmt.Errorf("%w: promise %d is %s already", ErrConflict, id, p.State)
		}
		err = x.settle(p, to, cut(clean(reason), x.c.opts.Limits.Field), x.now)
		out = *p
		return err
	})
	return out, err
}

func (x *tx) promise(p Promise) (Promise, error) {
	x.head.Promises++
	p.ID, p.Made, p.State, p.By = x.head.Promises, x.now, PromiseOpen, x.actor
	p.Due, p.Settled, p.Reason = p.Due.UTC().Truncate(time.Millisecond), time.Time{}, ""
	return p, errors.Join(
		save(x, bPromises, key(p.ID), p),
		x.Put(bPromisesByTicket, pair(p.Ticket, p.ID), []byte{}),
		x.Put(bPromisesOpen, append(moment(p.Due), key(p.ID)...), []byte{}),
		x.change(Change{Action: PromiseChanged, Promise: p.ID, Ticket: p.Ticket}),
	)
}

// settle ends p at a time; kept too late is broken.
func (x *tx) settle(p *Promise, to PromiseState, reason string, at time.Time) error {
	if p.State, p.Settled, p.Reason = to, at, reason; to == PromiseKept && at.After(p.Due) {
		p.State = PromiseBroken
	}
	return errors.Join(
		save(x, bPromises, key(p.ID), p),
		x.Delete(bPromisesOpen, append(moment(p.Due), key(p.ID)...)),
		x.change(Change{Action: PromiseChanged, Promise: p.ID, Ticket: p.Ticket}),
	)
}

// openPromises are the open ones on a ticket, of one kind or of all (""), oldest
// first.
func (x *tx) openPromises(id TicketID, kind PromiseKind) ([]Promise, error) {
	var out []Promise
	err := each(x, bPromisesByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		p, err := must[Promise](x, bPromises, number[PromiseID](e.Key), "promise")
		if err == nil && p.State == PromiseOpen && (kind == "" || p.Kind == kind) {
			out = append(out, *p)
		}
		return err
	})
	return out, err
}
