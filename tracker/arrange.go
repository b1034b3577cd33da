package tracker

import (
	"context"
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// Move puts tickets into a problem, or with 0 into none, whatever they belonged to.
// The machine does not bring them back to where they were.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] where no ticket is named.
func (t *Tracker) Move(ctx context.Context, to ProblemID, tickets ...TicketID) (Decision, error) {
	return t.decision(ctx, "move", fmt.Sprintf("problem %d", to), func(x *tx, d *Decision) error {
		d.Verb = VerbMove
		if to != 0 {
			p, err := x.problem(to)
			if err != nil {
				return err
			}
			d.Problem = p.ID
		}
		moved, err := x.moving(d, tickets)
		if err != nil {
			return err
		}
		if d.Problem != 0 {
			if err := x.lift(d, moved, d.Problem); err != nil {
				return err
			}
		}
		return x.decide(d)
	})
}

// moving adds the effects of taking tickets to d.Problem, and of refusing where they
// come from.
func (x *tx) moving(d *Decision, tickets []TicketID) ([]*Ticket, error) {
	if len(tickets) == 0 {
		return nil, fmt.Errorf("%w: no ticket is named", ErrInvalid)
	}
	var moved []*Ticket
	seen := map[TicketID]bool{}
	for _, id := range tickets {
		if seen[id] {
			continue
		}
		seen[id] = true
		tk, err := x.live(id)
		if err != nil {
			return nil, err
		}
		moved = append(moved, tk)
		if tk.Problem != d.Problem || !tk.Link.Person {
			d.Effects = append(d.Effects, linking(tk, d.Problem, Link{Decision: d.ID, Person: true}))
		}
		if tk.Problem == 0 || tk.Problem == d.Problem {
			continue
		}
		e := Effect{Kind: effectRefuseProblem, Ticket: id, To: uint64(tk.Problem), ToLink: Link{Decision: d.ID, Person: true}}
		if err := x.addRefusal(d, e); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// Merge makes problems one: the tickets of all from go into into, and their numbers
// resolve to it from then on. How each ticket was linked, by a person or likely,
// stays.
//
// Errors: [ErrNotFound], [ErrInvalid] where nothing is left to merge.
func (t *Tracker) Merge(ctx context.Context, into ProblemID, from ...ProblemID) (Decision, error) {
	return t.decision(ctx, "merge", fmt.Sprintf("problem %d", into), func(x *tx, d *Decision) error {
		return x.merge(d, into, from)
	})
}

func (x *tx) merge(d *Decision, into ProblemID, from []ProblemID) error {
	d.Verb = VerbMerge
	p, err := x.problem(into)
	if err != nil {
		return err
	}
	d.Problem = p.ID
	var all []*Ticket
	merged := []ProblemID{p.ID}
	for _, id := range from {
		f, err := x.problem(id)
		if err != nil {
			return err
		}
		if slices.Contains(merged, f.ID) {
			continue
		}
		merged = append(merged, f.ID)
		d.From = f.ID
		tickets, err := x.ticketsOf(f.ID)
		if err != nil {
			return err
		}
		for _, tk := range tickets {
			d.Effects = append(d.Effects, linking(tk, p.ID, Link{Decision: d.ID, Person: tk.Link.Person}))
		}
		all = append(all, tickets...)
		d.Effects = append(d.Effects, Effect{Kind: effectMergeProblem, From: uint64(f.ID), To: uint64(p.ID)})
	}
	if len(merged) == 1 {
		return fmt.Errorf("%w: name at least one other problem to merge into problem %d", ErrInvalid, p.ID)
	}
	if d.Rule == "" {
		if err := x.lift(d, all, p.ID); err != nil {
			return err
		}
		stay, err := x.ticketsOf(p.ID)
		if err != nil {
			return err
		}
		for _, id := range merged {
			if err := x.lift(d, stay, id); err != nil {
				return err
			}
		}
	}
	return x.decide(d)
}

func (x *tx) ticketsOf(p ProblemID) ([]*Ticket, error) {
	var out []*Ticket
	err := each(x, bTicketsByProblem, store.Prefix(key(p)), func(e store.Entry) error {
		tk, err := x.ticket(number[TicketID](e.Key))
		out = append(out, tk)
		return err
	})
	return out, err
}

// Split takes tickets out of a problem into a new one, which is the decision's
// Problem. The machine does not join the two again.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] where a ticket is not the
// problem's or none would stay.
func (t *Tracker) Split(ctx context.Context, from ProblemID, tickets ...TicketID) (Decision, error) {
	return t.decision(ctx, "split", fmt.Sprintf("problem %d", from), func(x *tx, d *Decision) error {
		d.Verb = VerbSplit
		p, err := x.problem(from)
		if err != nil {
			return err
		}
		d.From = p.ID
		made, err := x.newProblem(Problem{Product: p.Product})
		if err != nil {
			return err
		}
		d.Problem = made.ID
		moved, err := x.moving(d, tickets)
		if err != nil {
			return err
		}
		for _, tk := range moved {
			if tk.Problem != p.ID {
				return fmt.Errorf("%w: ticket %d is not in problem %d", ErrInvalid, tk.ID, p.ID)
			}
		}
		if len(moved) == p.Tickets {
			return fmt.Errorf("%w: no ticket would stay in problem %d", ErrInvalid, p.ID)
		}
		if err := x.decide(d); err != nil {
			return err
		}
		return x.relabel(made.ID, true)
	})
}

// MergeCustomers says that from is the same person as into: identities and tickets
// go over, and from's number resolves to into. [Tracker.Undo] takes it back.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] for one and the same customer.
func (t *Tracker) MergeCustomers(ctx context.Context, into, from CustomerID) (Decision, error) {
	return t.decision(ctx, "merge_customers", fmt.Sprintf("customer %d", into), func(x *tx, d *Decision) error {
		d.Verb = VerbMergeCustomers
		a, err := x.customer(into)
		if err != nil {
			return err
		}
		b, err := x.customer(from)
		if err != nil {
			return err
		}
		if a.ID == b.ID {
			return fmt.Errorf("%w: customers %d and %d are one already", ErrInvalid, into, from)
		}
		for _, cu := range []*Customer{a, b} {
			if cu.Erased {
				return fmt.Errorf("customer %d: %w", cu.ID, ErrErased)
			}
		}
		d.Customer = a.ID
		for _, id := range b.Identities {
			d.Effects = append(d.Effects, Effect{Kind: effectIdentityCustomer, Identity: id.hash(), From: uint64(b.ID), To: uint64(a.ID)})
		}
		err = each(x, bTicketsByCustomer, store.Prefix(key(b.ID)), func(e store.Entry) error {
			d.Effects = append(d.Effects, Effect{Kind: effectTicketCustomer, Ticket: number[TicketID](e.Key), From: uint64(b.ID), To: uint64(a.ID)})
			return nil
		})
		if err != nil {
			return err
		}
		d.Effects = append(d.Effects, Effect{Kind: effectMergeCustomer, From: uint64(b.ID), To: uint64(a.ID)})
		return x.decide(d)
	})
}
