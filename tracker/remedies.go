package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/sop"
)

// remedy books what a customer is given.
func (x *tx) remedy(r Remedy) (RemedyID, error) {
	x.head.Remedies++
	r.ID, r.Given, r.By, r.Text = x.head.Remedies, x.now, x.actor, cut(clean(r.Text), x.c.opts.Limits.Field)
	return r.ID, errors.Join(
		save(x, bRemedies, key(r.ID), r),
		x.Put(bRemediesByTicket, pair(r.Ticket, r.ID), []byte{}),
		x.change(Change{Action: RemedyChanged, Remedy: r.ID, Ticket: r.Ticket}),
	)
}

// BookRemedy writes down what a customer was given without a procedure: Ticket, Kind,
// for money Amount, best also Text and Role. Limits of procedures count it, and do not
// bind it: an Authorizer does, which is asked for "book_remedy", and for "act_as" as by
// [Tracker.StartRun].
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid], [ErrForbidden].
func (t *Tracker) BookRemedy(ctx context.Context, r Remedy) (Remedy, error) {
	if err := t.actsAs(ctx, r.Role); err != nil {
		return r, err
	}
	err := t.write(ctx, "book_remedy", fmt.Sprintf("ticket %d", r.Ticket), 1024, func(x *tx) error {
		if _, err := x.live(r.Ticket); err != nil {
			return err
		}
		if !slices.Contains([]sop.Remedy{sop.Fix, sop.Apology, sop.Credit, sop.Refund}, r.Kind) {
			return fmt.Errorf("%w: remedy %q: want fix, apology, credit or refund", ErrInvalid, r.Kind)
		}
		if r.Kind.CostsMoney() != r.Amount.Payable() || !r.Kind.CostsMoney() && !r.Amount.IsZero() {
			return fmt.Errorf("%w: a credit and a refund have an amount like 12.50 EUR, a fix and an apology have none", ErrInvalid)
		}
		id, err := x.remedy(Remedy{Ticket: r.Ticket, Kind: r.Kind, Amount: r.Amount, Text: r.Text, Role: r.Role})
		if err != nil {
			return err
		}
		booked, err := must[Remedy](x, bRemedies, id, "remedy")
		if err == nil {
			r = *booked
		}
		return err
	})
	return r, err
}

// TakeBackRemedy writes down that something booked by [Tracker.BookRemedy] was not given
// after all, or given back, and why. Limits no longer count it. What a run gave is taken
// back by undoing the run's step.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] without a reason, [ErrConflict] for
// one that was taken back already or that a run gave.
func (t *Tracker) TakeBackRemedy(ctx context.Context, id RemedyID, reason string) (Remedy, error) {
	var out Remedy
	err := t.write(ctx, "take_back_remedy", fmt.Sprintf("remedy %d", id), 1024, func(x *tx) error {
		r, err := must[Remedy](x, bRemedies, id, "remedy")
		if err != nil {
			return err
		}
		if _, err := x.live(r.Ticket); err != nil {
			return err
		}
		reason := cut(clean(reason), x.c.opts.Limits.Field)
		switch {
		case reason == "":
			return fmt.Errorf("%w: a remedy is taken back with the reason", ErrInvalid)
		case !r.TakenBack.IsZero():
			return fmt.Errorf("%w: remedy %d was taken back already", ErrConflict, id)
		case r.Run != 0:
			return fmt.Errorf("%w: remedy %d was given in run %d: undo the step that gave it", ErrConflict, id, r.Run)
		}
		err = x.takeBackRemedy(r, reason)
		out = *r
		return err
	})
	return out, err
}

func (x *tx) takeBackRemedy(r *Remedy, reason string) error {
	r.TakenBack, r.Reason = x.now, reason
	return errors.Join(save(x, bRemedies, key(r.ID), r), x.change(Change{Action: RemedyChanged, Remedy: r.ID, Ticket: r.Ticket}))
}
