package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// UpdateTicket lets fn change what people write on a ticket: Title, Status, Kind,
// Language, Product, Components, Version. What the tracker keeps (numbers, times,
// links, the customer) is changed by the methods made for it. An error of fn's leaves
// everything as it was. fn may run on another caller's goroutine and must not call the
// tracker.
//
// Errors: fn's, [ErrNotFound], [ErrErased], [ErrInvalid] for a change of anything else
// or to a status that cannot follow.
func (t *Tracker) UpdateTicket(ctx context.Context, id TicketID, fn func(*Ticket) error) (Ticket, error) {
	var out Ticket
	err := t.write(ctx, "update_ticket", fmt.Sprintf("ticket %d", id), 2048, func(x *tx) error {
		tk, err := x.live(id)
		if err != nil {
			return err
		}
		kept, err := must[Ticket](x, bTickets, id, "ticket") // read apart, as fn may write into what tk points to
		if err != nil {
			return err
		}
		was := *kept
		if err := fn(tk); err != nil {
			return err
		}
		status := tk.Status
		allowed := was
		allowed.Title, allowed.Kind, allowed.Language = cut(clean(tk.Title), x.c.opts.Limits.Title), tk.Kind, tk.Language
		allowed.Product, allowed.Components, allowed.Version = tk.Product, tk.Components, tk.Version
		tk.Status, tk.Title = was.Status, allowed.Title
		if !same(*tk, allowed) {
			return fmt.Errorf("%w: of a ticket only title, status, kind, language, product, components and version are edited", ErrInvalid)
		}
		if status == StatusClosed && was.Status != StatusClosed {
			return fmt.Errorf("%w: CloseTicket closes a ticket, as it asks for the outcome", ErrInvalid)
		}
		if status != was.Status {
			err = x.setStatus(&allowed, status)
		} else {
			err = errors.Join(x.saveTicket(&allowed), x.change(Change{Action: TicketChanged, Ticket: id}))
		}
		out = allowed
		return err
	})
	return out, err
}

// CloseTicket ends a ticket with its outcome. [Declined] needs a reason. A promise
// that is still open on it has to be settled first.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid], [ErrConflict] for a ticket that
// is closed or has an open promise.
func (t *Tracker) CloseTicket(ctx context.Context, id TicketID, o Outcome, reason string) (Ticket, error) {
	var out Ticket
	err := t.write(ctx, "close_ticket", fmt.Sprintf("ticket %d", id), 2048, func(x *tx) error {
		tk, err := x.live(id)
		if err != nil {
			return err
		}
		if !slices.Contains(outcomes, o) {
			return fmt.Errorf("%w: outcome %q: want one of %v", ErrInvalid, o, outcomes)
		}
		if o == Declined && strings.TrimSpace(reason) == "" {
			return fmt.Errorf("%w: who is told no is told why: give the reason", ErrInvalid)
		}
		if tk.Status == StatusClosed {
			return fmt.Errorf("%w: ticket %d is closed already, as %s", ErrConflict, id, tk.Outcome)
		}
		open, err := x.openPromises(id, "")
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return fmt.Errorf("%w: promise %d (%s) is open on ticket %d: keep it or withdraw it first", ErrConflict, open[0].ID, open[0].Kind, id)
		}
		tk.Outcome, tk.Reason, tk.Closed = o, cut(clean(reason), x.c.opts.Limits.Field), x.now
		out = *tk
		return x.setStatus(&out, StatusClosed)
	})
	return out, err
}

// setStatus moves a ticket on, if it can go there from where it is.
func (x *tx) setStatus(tk *Ticket, to Status) error {
	if !slices.Contains(statuses[tk.Status], to) {
		return fmt.Errorf("%w: a ticket that is %s can become %v, not %s", ErrInvalid, tk.Status, statuses[tk.Status], to)
	}
	tk.Status = to
	return errors.Join(x.saveTicket(tk), x.change(Change{Action: TicketChanged, Ticket: tk.ID}))
}

// CreateProblem makes a problem that a person knows of before any ticket. Title is
// required; of the rest what UpdateProblem takes.
func (t *Tracker) CreateProblem(ctx context.Context, p Problem) (Problem, error) {
	var out Problem
	err := t.write(ctx, "create_problem", "", 2048, func(x *tx) error {
		made, err := x.newProblem(Problem{MadeByPerson: true})
		if err != nil {
			return err
		}
		p.ID, p.MadeByPerson = made.ID, true
		p.Status = orNew(p.Status)
		if out, err = x.editProblem(made, p); err != nil {
			return err
		}
		return x.change(Change{Action: ProblemConfirmed, Problem: made.ID})
	})
	return out, err
}

func orNew(s ProblemStatus) ProblemStatus {
	if s == "" {
		return ProblemNew
	}
	return s
}

// UpdateProblem lets fn change what people write about a problem: Title, Status,
// RootCause, Workaround, Resolution, Product, FixedIn. A title that a person gave
// stays. With another FixedIn the problem counts as not regressed any more. fn may run
// on another caller's goroutine and must not call the tracker.
//
// Errors: fn's, [ErrNotFound], [ErrInvalid] for an unknown status, no title, or a change
// of anything else.
func (t *Tracker) UpdateProblem(ctx context.Context, id ProblemID, fn func(*Problem) error) (Problem, error) {
	var out Problem
	err := t.write(ctx, "update_problem", fmt.Sprintf("problem %d", id), 2048, func(x *tx) error {
		p, err := readProblem(x, id)
		if err != nil {
			return err
		}
		edited, err := readProblem(x, id)
		if err != nil {
			return err
		}
		if err := fn(edited); err != nil {
			return err
		}
		out, err = x.editProblem(p, *edited)
		return err
	})
	return out, err
}

func (x *tx) editProblem(p *Problem, edited Problem) (Problem, error) {
	was := *p
	p.Title = cut(clean(edited.Title), x.c.opts.Limits.Title)
	p.Status, p.RootCause, p.Workaround, p.Resolution = edited.Status, edited.RootCause, edited.Workaround, edited.Resolution
	p.Product, p.FixedIn = edited.Product, edited.FixedIn
	rest := edited
	rest.Title = p.Title
	switch {
	case !same(rest, *p):
		return was, fmt.Errorf("%w: of a problem only title, status, root cause, workaround, resolution, product and fixed-in are edited", ErrInvalid)
	case p.Title == "":
		return was, fmt.Errorf("%w: a problem needs a title", ErrInvalid)
	case !slices.Contains(problemStatuses, p.Status):
		return was, fmt.Errorf("%w: problem status %q: want one of %v", ErrInvalid, p.Status, problemStatuses)
	}
	p.Titled = p.Titled || p.Title != was.Title
	if p.FixedIn != was.FixedIn {
		p.Regressed, p.Before = time.Time{}, ""
	}
	if p.Status != was.Status {
		p.Before = ""
	}
	if done := p.Status == ProblemResolved || p.Status == ProblemClosed; !done {
		p.Resolved = time.Time{}
	} else if p.Resolved.IsZero() {
		p.Resolved = x.now
	}
	return *p, errors.Join(x.saveProblem(p), x.change(Change{Action: ProblemChanged, Problem: p.ID}), x.retitled(p, was.Title))
}

// UpdateCustomer lets fn change what people write about a customer: Name, Address,
// Organization, Language. fn may run on another caller's goroutine and must not call
// the tracker.
//
// Errors: fn's, [ErrNotFound], [ErrErased], [ErrInvalid] for a change of anything else.
func (t *Tracker) UpdateCustomer(ctx context.Context, id CustomerID, fn func(*Customer) error) (Customer, error) {
	var out Customer
	err := t.write(ctx, "update_customer", fmt.Sprintf("customer %d", id), 1024, func(x *tx) error {
		cu, err := x.customer(id)
		if err != nil {
			return err
		}
		if cu.Erased {
			return fmt.Errorf("customer %d: %w", cu.ID, ErrErased)
		}
		edited, err := x.customer(id)
		if err != nil {
			return err
		}
		if err := fn(edited); err != nil {
			return err
		}
		cu.Name, cu.Address, cu.Organization, cu.Language = edited.Name, edited.Address, edited.Organization, edited.Language
		if !same(*edited, *cu) {
			return fmt.Errorf("%w: of a customer only name, address, organization and language are edited", ErrInvalid)
		}
		out = *cu
		return errors.Join(x.saveCustomer(cu), x.change(Change{Action: CustomerChanged, Customer: cu.ID}))
	})
	return out, err
}
