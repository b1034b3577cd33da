package tracker

import (
	"context"
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// Undo takes a decision back: exactly what it moved, and nothing that came later.
// It is a decision too, and can be undone. A join of the machine's that was taken
// back is not made again.
//
// Errors: [ErrNotFound]; [ErrConflict] when it was taken back already, when a person
// decided about the same since, when a ticket that it moved was erased since, or when
// something came since to what would be merged again; the message names what to do first.
func (t *Tracker) Undo(ctx context.Context, id DecisionID) (Decision, error) {
	return t.decision(ctx, "undo", fmt.Sprintf("decision %d", id), func(x *tx, d *Decision) error {
		of, err := must[Decision](x, bDecisions, id, "decision")
		if err != nil {
			return err
		}
		if of.UndoneBy != 0 {
			return fmt.Errorf("%w: decision %d was undone by decision %d; undo that to have it back", ErrConflict, id, of.UndoneBy)
		}
		d.Verb, d.Undoes = VerbUndo, id
		d.Ticket, d.With, d.Problem, d.From, d.Customer = of.Ticket, of.With, of.Problem, of.From, of.Customer
		if d.Effects, err = x.inverse(of); err != nil {
			return fmt.Errorf("decision %d cannot be undone: %w", id, err)
		}
		if of.Rule != "" {
			if err := x.bind(d, of); err != nil {
				return err
			}
		}
		if err := x.decide(d); err != nil {
			return err
		}
		of.UndoneBy = d.ID
		if err := save(x, bDecisions, key(id), of); err != nil || of.Undoes == 0 {
			return err
		}
		first, err := must[Decision](x, bDecisions, of.Undoes, "decision") // undone no longer
		if err != nil {
			return err
		}
		first.UndoneBy = 0
		return save(x, bDecisions, key(first.ID), first)
	})
}

// inverse makes up the effects that take of back, as far as what it did still stands.
func (x *tx) inverse(of *Decision) ([]Effect, error) {
	var out, identities []Effect
	apart := map[uint64]bool{} // problems that stand alone again
	for _, e := range slices.Backward(of.Effects) {
		stands, err := x.stands(e)
		if err != nil {
			return nil, err
		}
		if !stands {
			continue
		}
		inv := e.inverse()
		switch {
		case inv.Kind == effectSplitProblem:
			apart[inv.To] = true
		case inv.Kind == effectLink && inv.To != 0 && !apart[inv.To]:
			p, err := x.problem(ProblemID(inv.To)) // it may have become part of another since
			if err != nil {
				return nil, err
			}
			inv.To = uint64(p.ID)
		case inv.Kind == effectIdentityCustomer: // they go back in the order in which they came
			identities = append([]Effect{inv}, identities...)
			continue
		}
		out = append(out, inv)
	}
	out = append(out, identities...)
	return out, x.emptied(out)
}

// emptied fails if effects make a problem or a customer part of another, but leave
// something with it that came since the two were taken apart.
func (x *tx) emptied(effects []Effect) error {
	goes := func(kind EffectKind, t TicketID, identity string) bool {
		return slices.ContainsFunc(effects, func(e Effect) bool { return e.Kind == kind && e.Ticket == t && e.Identity == identity })
	}
	for _, m := range effects {
		var b store.Bucket
		var kind EffectKind
		var what string
		switch m.Kind {
		case effectMergeProblem:
			b, kind, what = bTicketsByProblem, effectLink, "problem"
		case effectMergeCustomer:
			b, kind, what = bTicketsByCustomer, effectTicketCustomer, "customer"
			cu, err := must[Customer](x, bCustomers, m.From, "customer")
			if err != nil {
				return err
			}
			for _, id := range cu.Identities {
				if !goes(effectIdentityCustomer, 0, id.hash()) {
					return fmt.Errorf("%w: customer %d got another identity since; merge it into customer %d anew", ErrConflict, m.From, m.To)
				}
			}
		default:
			continue
		}
		err := each(x, b, store.Prefix(key(m.From)), func(e store.Entry) error {
			if t := number[TicketID](e.Key); !goes(kind, t, "") {
				return fmt.Errorf("%w: ticket %d came to %s %d since; merge it into %s %d anew", ErrConflict, t, what, m.From, what, m.To)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bind adds to the undoing of a machine's decision that its tickets are not brought
// to where it had brought them.
func (x *tx) bind(d, of *Decision) error {
	if of.Verb == VerbBirth && of.With != 0 {
		return x.addRefusal(d, Effect{Kind: effectRefuseTicket, Ticket: of.Ticket, To: uint64(of.With), ToLink: Link{Decision: d.ID, Person: true}})
	}
	for _, e := range d.Effects {
		if e.Kind != effectLink || e.From == 0 {
			continue
		}
		refused := Effect{Kind: effectRefuseProblem, Ticket: e.Ticket, To: e.From, ToLink: Link{Decision: d.ID, Person: true}}
		if err := x.addRefusal(d, refused); err != nil {
			return err
		}
	}
	return nil
}

// stands reports whether what e did is still so. What the machine changed since is
// none of an undo's business; what a person did is a conflict.
func (x *tx) stands(e Effect) (bool, error) {
	switch e.Kind {
	case effectLink:
		tk, err := x.unerased(e)
		if err != nil {
			return false, err
		}
		if tk.Problem == ProblemID(e.To) && tk.Link == e.ToLink {
			return true, nil
		}
		return false, x.later(tk)
	case effectRefuseProblem, effectRefuseTicket:
		by, err := x.refusedBy(e.Kind, e.Ticket, e.To|e.From)
		if err == nil && by != e.ToLink.Decision {
			err = fmt.Errorf("%w: somebody decided anew since what ticket %d is not", ErrConflict, e.Ticket)
		}
		return true, err
	case effectMergeProblem, effectSplitProblem:
		from, into := e.From, e.To
		if e.Kind == effectSplitProblem {
			from, into = e.To, 0
		}
		p, err := x.problemAt(ProblemID(from))
		if err == nil && uint64(p.MergedInto) != into {
			err = fmt.Errorf("%w: problem %d was merged otherwise since", ErrConflict, p.ID)
		}
		if err != nil || e.Kind == effectMergeProblem {
			return true, err
		}
		if p, err = x.problemAt(ProblemID(e.From)); err == nil && p.MergedInto != 0 {
			err = fmt.Errorf("%w: problem %d was merged into problem %d since; undo that first", ErrConflict, p.ID, p.MergedInto)
		}
		return true, err
	case effectMergeCustomer, effectSplitCustomer:
		from, into := e.From, e.To
		if e.Kind == effectSplitCustomer {
			from, into = e.To, 0
		}
		err := x.customerStands(from, into)
		if err == nil && e.Kind == effectSplitCustomer {
			err = x.customerStands(e.From, 0)
		}
		return true, err
	case effectTicketCustomer:
		tk, err := x.unerased(e)
		if err != nil {
			return false, err
		}
		if uint64(tk.Customer) != e.To {
			err = fmt.Errorf("%w: ticket %d went to customer %d since", ErrConflict, tk.ID, tk.Customer)
		}
		return true, err
	case effectIdentityCustomer:
		cu, err := must[Customer](x, bCustomers, e.To, "customer")
		if err == nil && !slices.ContainsFunc(cu.Identities, func(id Identity) bool { return id.hash() == e.Identity }) {
			err = fmt.Errorf("%w: an identity of customer %d is no longer theirs", ErrConflict, cu.ID)
		}
		return true, err
	}
	return false, fmt.Errorf("effect %q: %w", e.Kind, ErrInvalid)
}

// customerStands fails unless a customer is merged into another as said, or into none.
func (x *tx) customerStands(id, into uint64) error {
	cu, err := must[Customer](x, bCustomers, id, "customer")
	switch {
	case err != nil:
		return err
	case cu.Erased:
		return fmt.Errorf("%w: customer %d was erased since: %w", ErrConflict, id, ErrErased)
	case uint64(cu.MergedInto) == into:
		return nil
	case cu.MergedInto == 0:
		return fmt.Errorf("%w: customer %d was taken apart from customer %d since", ErrConflict, id, into)
	}
	return fmt.Errorf("%w: customer %d was merged into customer %d since; undo that first", ErrConflict, id, cu.MergedInto)
}

// unerased reads e's ticket, which must not have been erased since.
func (x *tx) unerased(e Effect) (*Ticket, error) {
	tk, err := x.ticket(e.Ticket)
	if err == nil && tk.Erased && !e.Erased {
		err = fmt.Errorf("%w: ticket %d was erased since, and stays where it is; move the others by hand: %w", ErrConflict, tk.ID, ErrErased)
	}
	return tk, err
}

// later is the conflict with the decision by which tk stands where it does now, nil
// where that is the machine's.
func (x *tx) later(tk *Ticket) error {
	if tk.Link.Decision == 0 {
		return fmt.Errorf("%w: ticket %d stands as it was before it", ErrConflict, tk.ID)
	}
	by, err := must[Decision](x, bDecisions, tk.Link.Decision, "decision")
	if err != nil || by.Rule != "" {
		return err
	}
	return fmt.Errorf("%w: ticket %d was moved by decision %d (%s by %s) since; undo that first", ErrConflict, tk.ID, by.ID, by.Verb, by.Actor)
}
