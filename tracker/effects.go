package tracker

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// Whatever a decision changes, it changes by effects: so that what it did is on
// record to the last link, and taking it back is the same list, turned around.
const (
	effectLink             EffectKind = "link"              // Ticket belongs to problem To, no longer to From (0: none)
	effectRefuseProblem    EffectKind = "refuse_problem"    // Ticket is not problem To (From: the refusal is lifted)
	effectRefuseTicket     EffectKind = "refuse_ticket"     // Ticket is not the same as ticket To (From: lifted)
	effectMergeProblem     EffectKind = "merge_problem"     // problem From was made one with To; turned around it stands alone again
	effectSplitProblem     EffectKind = "split_problem"     // the inverse of merge_problem
	effectMergeCustomer    EffectKind = "merge_customer"    // customer From is one with To
	effectSplitCustomer    EffectKind = "split_customer"    // the inverse of merge_customer
	effectTicketCustomer   EffectKind = "ticket_customer"   // Ticket is customer To's, no longer From's
	effectIdentityCustomer EffectKind = "identity_customer" // the Identity is customer To's, no longer From's
)

// inverse is the effect that takes e back.
func (e Effect) inverse() Effect {
	e.From, e.To = e.To, e.From
	e.FromLink, e.ToLink = e.ToLink, e.FromLink
	switch e.Kind {
	case effectMergeProblem:
		e.Kind = effectSplitProblem
	case effectSplitProblem:
		e.Kind = effectMergeProblem
	case effectMergeCustomer:
		e.Kind = effectSplitCustomer
	case effectSplitCustomer:
		e.Kind = effectMergeCustomer
	}
	return e
}

// decide gives d a number, carries out its effects and writes it down.
func (x *tx) decide(d *Decision) error {
	if d.ID == 0 {
		x.number(d)
	}
	d.At, d.Actor = x.now, x.actor
	if d.Rule != "" {
		d.Actor = machine()
	}
	for _, e := range d.Effects {
		if err := x.carryOut(e); err != nil {
			return err
		}
	}
	if err := x.saveDecision(d); err != nil {
		return err
	}
	err := x.change(Change{Action: DecisionMade, Decision: d.ID, Ticket: d.Ticket, Problem: d.Problem, Customer: d.Customer})
	if err != nil {
		return err
	}
	return x.review(d)
}

// number gives d its number before its effects are made up: links carry it.
func (x *tx) number(d *Decision) {
	x.head.Decisions++
	d.ID = x.head.Decisions
}

func (x *tx) saveDecision(d *Decision) error {
	tickets := []TicketID{d.Ticket, d.With}
	for _, e := range d.Effects {
		tickets = append(tickets, e.Ticket)
	}
	slices.Sort(tickets)
	for _, t := range slices.Compact(tickets) {
		if t != 0 {
			if err := x.Put(bDecisionsByTicket, pair(t, d.ID), []byte{}); err != nil {
				return err
			}
		}
	}
	return save(x, bDecisions, key(d.ID), d)
}

func (x *tx) carryOut(e Effect) error {
	switch e.Kind {
	case effectLink:
		return x.link(e)
	case effectRefuseProblem, effectRefuseTicket:
		return x.refuse(e)
	case effectMergeProblem, effectSplitProblem:
		return x.mergeProblem(e)
	case effectMergeCustomer, effectSplitCustomer:
		return x.mergeCustomer(e)
	case effectTicketCustomer:
		return x.moveTicket(e)
	case effectIdentityCustomer:
		return x.moveIdentity(e)
	}
	return fmt.Errorf("effect %q: %w", e.Kind, ErrInvalid)
}

// linking is the effect of joining tk to a problem, or to none.
func linking(tk *Ticket, to ProblemID, link Link) Effect {
	return Effect{Kind: effectLink, Ticket: tk.ID, From: uint64(tk.Problem), To: uint64(to), FromLink: tk.Link, ToLink: link, Erased: tk.Erased}
}

// link carries out effectLink: the one place where a ticket changes its problem,
// and where problems are counted.
func (x *tx) link(e Effect) error {
	tk, err := x.ticket(e.Ticket)
	if err != nil {
		return err
	}
	from, to := ProblemID(e.From), ProblemID(e.To)
	if from != 0 {
		if err := x.count(from, tk, -1, tk.Link.Person); err != nil {
			return err
		}
		if err := x.Delete(bTicketsByProblem, pair(from, tk.ID)); err != nil {
			return err
		}
	}
	tk.Problem, tk.Link = to, e.ToLink
	if to != 0 {
		if err := x.Put(bTicketsByProblem, pair(to, tk.ID), []byte{}); err != nil {
			return err
		}
	}
	if err := x.saveTicket(tk); err != nil {
		return err
	}
	if from != to {
		if err := x.change(Change{Action: TicketLinked, Ticket: tk.ID, Problem: to, Decision: e.ToLink.Decision}); err != nil {
			return err
		}
	}
	if to != 0 {
		return x.count(to, tk, 1, tk.Link.Person)
	}
	return nil
}

// count takes a ticket into a problem's numbers, or out of them, and tells the log
// when that makes the problem a confirmed one, or no longer one.
func (x *tx) count(id ProblemID, tk *Ticket, by int, person bool) error {
	p, err := x.problemAt(id)
	if err != nil {
		return err
	}
	was := p.Confirmed()
	p.Tickets += by
	if person {
		p.ConfirmedTickets += by
	}
	if by > 0 {
		p.stretch(tk.Opened)
	} else if !tk.Opened.After(p.First) || !tk.Opened.Before(p.Last) {
		if x.left == nil {
			x.left = map[ProblemID]bool{}
		}
		x.left[id] = true
	}
	if err := x.saveProblem(p); err != nil {
		return err
	}
	if p.Confirmed() == was {
		return nil
	}
	action := ProblemConfirmed
	if was {
		action = ProblemUnconfirmed
	}
	return x.change(Change{Action: action, Problem: id})
}

// refuse carries out a refusal (ToLink names its decision) or its lifting.
func (x *tx) refuse(e Effect) error {
	kind := byte('p')
	if e.Kind == effectRefuseTicket {
		kind = 't'
	}
	set := func(a TicketID, b uint64) error {
		if e.To == 0 {
			return x.Delete(bRefusals, refusalKey(a, kind, b))
		}
		return x.Put(bRefusals, refusalKey(a, kind, b), key(e.ToLink.Decision))
	}
	other := e.To | e.From // one of them is 0
	if err := set(e.Ticket, other); err != nil || kind == 'p' {
		return err
	}
	return set(TicketID(other), uint64(e.Ticket))
}

func refusalKey(t TicketID, kind byte, other uint64) []byte {
	return append(append(key(t), kind), key(other)...)
}

func (x *tx) mergeProblem(e Effect) error {
	from, into := ProblemID(e.From), ProblemID(e.To)
	if e.Kind == effectSplitProblem {
		from, into = ProblemID(e.To), 0
	}
	p, err := x.problemAt(from)
	if err != nil {
		return err
	}
	p.MergedInto = into
	return errors.Join(x.saveProblem(p), x.change(Change{Action: ProblemChanged, Problem: p.ID}))
}

func (x *tx) mergeCustomer(e Effect) error {
	from, into := CustomerID(e.From), CustomerID(e.To)
	if e.Kind == effectSplitCustomer {
		from, into = CustomerID(e.To), 0
	}
	cu, err := must[Customer](x, bCustomers, from, "customer")
	if err != nil {
		return err
	}
	cu.MergedInto = into
	return errors.Join(x.saveCustomer(cu), x.change(Change{Action: CustomerChanged, Customer: cu.ID}))
}

func (x *tx) moveTicket(e Effect) error {
	tk, err := x.ticket(e.Ticket)
	if err != nil {
		return err
	}
	tk.Customer = CustomerID(e.To)
	return errors.Join(
		x.Delete(bTicketsByCustomer, pair(CustomerID(e.From), tk.ID)),
		x.Put(bTicketsByCustomer, pair(tk.Customer, tk.ID), []byte{}),
		x.saveTicket(tk),
		x.change(Change{Action: TicketChanged, Ticket: tk.ID, Customer: tk.Customer}),
	)
}

func (x *tx) moveIdentity(e Effect) error {
	from, err := must[Customer](x, bCustomers, e.From, "customer")
	if err != nil {
		return err
	}
	to, err := must[Customer](x, bCustomers, e.To, "customer")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(from.Identities, func(id Identity) bool { return id.hash() == e.Identity })
	if i < 0 {
		return fmt.Errorf("the identity is no longer customer %d's: %w", from.ID, ErrConflict)
	}
	k, err := hex.DecodeString(e.Identity)
	if err != nil {
		return err
	}
	to.Identities = append(to.Identities, from.Identities[i])
	from.Identities = slices.Delete(from.Identities, i, i+1)
	return errors.Join(
		x.saveCustomer(from), x.saveCustomer(to),
		x.Put(bIdentities, k, key(to.ID)),
	)
}
