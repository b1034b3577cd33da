package tracker

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// Confirm says that a ticket is the same matter as a problem, or as another ticket.
// Two tickets without a problem found one together. The links it names are a
// person's from then on; what people refused before and what is confirmed now do
// not both hold, so those refusals are lifted. Whoever t names, it is a person's word:
// call it for people, and for rules that people wrote.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] for a target that names nothing
// or the ticket itself, [ErrConflict] when both tickets belong to different problems
// by people's decisions.
func (t *Tracker) Confirm(ctx context.Context, id TicketID, target Target) (Decision, error) {
	return t.judge(ctx, "confirm", id, target, true, false)
}

// Reject says that a ticket is not the same as a problem, or as another ticket. It
// leaves the problem if it was in it, and the machine does not bring it back.
//
// Errors: as Confirm, without the conflict.
func (t *Tracker) Reject(ctx context.Context, id TicketID, target Target) (Decision, error) {
	return t.judge(ctx, "reject", id, target, false, false)
}

// Audit is Confirm or Reject about a ticket that was drawn at random: only from such
// answers can be told how often the machine is right.
func (t *Tracker) Audit(ctx context.Context, id TicketID, target Target, same bool) (Decision, error) {
	return t.judge(ctx, "audit", id, target, same, true)
}

func (t *Tracker) judge(ctx context.Context, action string, id TicketID, target Target, same, audit bool) (Decision, error) {
	return t.decision(ctx, action, fmt.Sprintf("ticket %d", id), func(x *tx, d *Decision) error {
		d.Ticket, d.Audit = id, audit
		tk, err := x.live(id)
		if err != nil {
			return err
		}
		var other *Ticket
		switch {
		case target.Ticket == id && id != 0, target == Target{}, target.Ticket != 0 && target.Problem != 0:
			return fmt.Errorf("%w: name one problem or one other ticket that ticket %d is compared with", ErrInvalid, id)
		case target.Ticket != 0:
			d.With = target.Ticket
			if other, err = x.live(target.Ticket); err != nil {
				return err
			}
			d.Problem = other.Problem
		default:
			p, err := x.problem(target.Problem)
			if err != nil {
				return err
			}
			d.Problem = p.ID
		}
		shown := d.Problem
		known, err := x.confirmed(shown)
		if err != nil {
			return err
		}
		if same {
			err = x.confirm(d, tk, other)
		} else {
			err = x.reject(d, tk, other)
		}
		if err != nil {
			return err
		}
		if err := x.decide(d); err != nil {
			return err
		}
		if judged := cmp.Or(shown, d.Problem); judged != 0 {
			if err := x.change(Change{Action: TicketJudged, Ticket: id, Problem: judged, Decision: d.ID, Same: same, Audit: audit}); err != nil {
				return err
			}
		}
		if audit && known {
			if err := x.change(Change{Action: CandidateAudited, Ticket: id, Problem: shown, Decision: d.ID, Same: same}); err != nil {
				return err
			}
		}
		if !same {
			return nil
		}
		p, err := x.problem(d.Problem)
		if err != nil || p.Title != "" {
			return err
		}
		return x.relabel(p.ID, true)
	})
}

// decision makes one decision in one operation.
func (t *Tracker) decision(ctx context.Context, action, object string, do func(*tx, *Decision) error) (Decision, error) {
	var out Decision
	err := t.write(ctx, action, object, 4096, func(x *tx) error {
		var d Decision
		x.number(&d)
		if err := do(x, &d); err != nil {
			return err
		}
		out = d
		return nil
	})
	return out, err
}

func (x *tx) confirmed(id ProblemID) (bool, error) {
	if id == 0 {
		return false, nil
	}
	p, err := x.problem(id)
	return err == nil && p.Confirmed(), err
}

// live reads a ticket that was not erased.
func (x *tx) live(id TicketID) (*Ticket, error) {
	tk, err := x.ticket(id)
	if err == nil && tk.Erased {
		err = fmt.Errorf("ticket %d: %w", id, ErrErased)
	}
	return tk, err
}

// confirm makes up the effects of a person's word that tk belongs to d.Problem, or
// together with other.
func (x *tx) confirm(d *Decision, tk, other *Ticket) error {
	d.Verb = VerbConfirm
	linked := []*Ticket{tk}
	if other != nil {
		linked = append(linked, other)
		switch {
		case other.Problem == 0 && tk.Problem == 0:
			p, err := x.newProblem(Problem{Product: other.Product})
			if err != nil {
				return err
			}
			d.Problem = p.ID
		case other.Problem == 0:
			d.Problem = tk.Problem
		case tk.Problem == 0, tk.Problem == other.Problem, !tk.Link.Person:
			d.Problem = other.Problem
		case !other.Link.Person:
			d.Problem = tk.Problem
		default:
			return fmt.Errorf("%w: people put ticket %d into problem %d and ticket %d into problem %d; merge the two, or move one ticket",
				ErrConflict, tk.ID, tk.Problem, other.ID, other.Problem)
		}
	}
	for _, l := range linked {
		if l.Problem != d.Problem || !l.Link.Person {
			d.From = l.Problem
			d.Effects = append(d.Effects, linking(l, d.Problem, Link{Decision: d.ID, Person: true}))
		}
	}
	return x.lift(d, linked, d.Problem)
}

// lift takes back what was refused between tickets and the problem they now belong to.
func (x *tx) lift(d *Decision, tickets []*Ticket, p ProblemID) error {
	for _, tk := range tickets {
		err := each(x, bRefusals, store.Prefix(key(tk.ID)), func(e store.Entry) error {
			kind, other := effectRefuseProblem, number[uint64](e.Key)
			in := false
			if e.Key[8] == 'p' {
				r, err := x.problem(ProblemID(other))
				if err != nil {
					return err
				}
				in = r.ID == p
			} else {
				kind = effectRefuseTicket
				o, err := x.ticket(TicketID(other))
				if err != nil {
					return err
				}
				in = o.Problem == p || slices.ContainsFunc(tickets, func(t *Ticket) bool { return t.ID == o.ID })
			}
			lifted := Effect{Kind: kind, Ticket: tk.ID, From: other, FromLink: Link{Decision: number[DecisionID](e.Value)}}
			turned := Effect{Kind: kind, Ticket: TicketID(other), From: uint64(tk.ID), FromLink: lifted.FromLink}
			if in && !slices.Contains(d.Effects, lifted) && !slices.Contains(d.Effects, turned) {
				d.Effects = append(d.Effects, lifted)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reject makes up the effects of a person's word that tk does not belong to
// d.Problem, or not together with other.
func (x *tx) reject(d *Decision, tk, other *Ticket) error {
	d.Verb = VerbReject
	e := Effect{Kind: effectRefuseProblem, Ticket: tk.ID, To: uint64(d.Problem), ToLink: Link{Decision: d.ID, Person: true}}
	if other != nil {
		e.Kind, e.To = effectRefuseTicket, uint64(other.ID)
	}
	if err := x.addRefusal(d, e); err != nil {
		return err
	}
	if tk.Problem != 0 && tk.Problem == d.Problem {
		d.Effects = append(d.Effects, linking(tk, 0, Link{Decision: d.ID, Person: true}))
	}
	return nil
}

// addRefusal adds e to d unless it stands already.
func (x *tx) addRefusal(d *Decision, e Effect) error {
	by, err := x.refusedBy(e.Kind, e.Ticket, e.To)
	if err == nil && by == 0 {
		d.Effects = append(d.Effects, e)
	}
	return err
}

// refusedBy is the decision by which a refusal stands, 0 if it does not.
func (x *tx) refusedBy(kind EffectKind, t TicketID, other uint64) (DecisionID, error) {
	k := byte('p')
	if kind == effectRefuseTicket {
		k = 't'
	}
	raw, err := x.Get(bRefusals, refusalKey(t, k, other))
	return number[DecisionID](raw), err
}
