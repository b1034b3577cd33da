package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker/store"
)

// StartRun begins to follow a procedure on a ticket, in a role (empty:
// [sop.DefaultRole]). The texts that the plan was made of are kept with it, so that
// the run goes on, and can be read, when the files are others. A ticket may have
// several runs.
//
// An Authorizer is asked for "start_run", and for "act_as" with the role as its object
// where it is not the default one.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] for a procedure that is not active,
// or includes one that is not, and for a plan that is not what was read from files,
// [ErrConflict] on a closed ticket.
func (t *Tracker) StartRun(ctx context.Context, ticket TicketID, plan *sop.Plan, role string) (Run, error) {
	var out Run
	given, size := plan.Procedures(), 8192
	for _, p := range given {
		switch {
		case p.Source() == nil:
			return out, fmt.Errorf("%w: procedure %s was not read from a file: write it and load it", ErrInvalid, p.ID)
		case p.Status == sop.Retired:
			return out, fmt.Errorf("%w: procedure %s is retired; its successor is %q", ErrInvalid, p.ID, p.ReplacedBy)
		case p.Status != sop.Active:
			return out, fmt.Errorf("%w: procedure %s is a %s: make it active first", ErrInvalid, p.ID, p.Status)
		}
		size += len(p.Source())
	}
	if err := t.actsAs(ctx, role); err != nil {
		return out, err
	}
	err := t.write(ctx, "start_run", fmt.Sprintf("ticket %d", ticket), size, func(x *tx) error {
		if err := x.open(ticket); err != nil {
			return err
		}
		for _, p := range given {
			if err := x.keepText(p); err != nil {
				return err
			}
		}
		plan, err := planFrom(x, plan.Texts())
		if err != nil {
			return err
		}
		if !slices.EqualFunc(plan.Procedures(), given, sameProcedure) {
			return fmt.Errorf("%w: procedure %s, or one that it includes, is not what its file says: write it and load it", ErrInvalid, given[0].ID)
		}
		d, err := x.desk(ticket, role)
		if err != nil {
			return err
		}
		x.head.Runs++
		run := Run{ID: x.head.Runs, Ticket: ticket, Begun: x.now}
		var effects []sop.Effect
		run.Run, effects = plan.Start(d)
		if err := x.Put(bRunsByTicket, pair(ticket, run.ID), []byte{}); err != nil {
			return err
		}
		err = x.saveRun(&run, effects, d)
		out = run
		return err
	})
	return out, err
}

// MoveRun makes a move on a run, in a role (empty: [sop.DefaultRole]). What follows
// happens with it or not at all: answers are stored with the customer, remedies
// booked, promises made, and by an undo taken back. The limits of authority are
// checked against all that the customer was given, by whomever. Of a ticket without a
// customer nobody knows more than what was given on it: there a limit per customer is
// one per ticket.
//
// An Authorizer is asked for "move_run", and for "act_as" as by [Tracker.StartRun].
//
// Errors: [ErrNotFound], [ErrErased]; [ErrConflict] on a closed ticket (but a run can
// be stopped there), when somebody else moved the run since m.Seen ([sop.ErrMoved]), when it is
// over ([sop.ErrOver]) and when an undo would take back a promise that was settled;
// [ErrForbidden] beyond the limits (a [*sop.LimitError], which says who may);
// [ErrInvalid] for a move that the step does not take ([sop.ErrMove],
// [sop.ErrReason]).
func (t *Tracker) MoveRun(ctx context.Context, id RunID, role string, m sop.Move) (Run, error) {
	var out Run
	if err := t.actsAs(ctx, role); err != nil {
		return out, err
	}
	plan, err := t.planOf(ctx, id)
	if err != nil && m.How != sop.Abandoned && m.How != sop.Undone { // which need none
		return out, err
	}
	err = t.write(ctx, "move_run", fmt.Sprintf("run %d", id), 8192, func(x *tx) error {
		run, err := must[Run](x, bRuns, id, "run")
		if err != nil {
			return err
		}
		if _, err := x.live(run.Ticket); err != nil {
			return err
		}
		if m.How != sop.Abandoned {
			if err := x.open(run.Ticket); err != nil {
				return err
			}
		}
		d, err := x.desk(run.Ticket, role)
		if err != nil {
			return err
		}
		after, effects, err := plan.Do(run.Run, m, d)
		if err != nil {
			return moveError(id, err)
		}
		run.Run = after
		err = x.saveRun(run, effects, d)
		out = *run
		return err
	})
	return out, err
}

// moveError says of an error of a transition what it is to a caller of the tracker.
func moveError(id RunID, err error) error {
	kind := ErrInvalid
	switch {
	case errors.Is(err, sop.ErrMoved), errors.Is(err, sop.ErrOver):
		kind = ErrConflict
	case errors.Is(err, sop.ErrLimit):
		kind = ErrForbidden
	}
	return fmt.Errorf("run %d: %w: %w", id, kind, err)
}

// actsAs asks whether the actor may act in a role.
func (t *Tracker) actsAs(ctx context.Context, role string) error {
	if role != cut(clean(role), t.opts.Limits.Field) {
		return fmt.Errorf("%w: %.40q is no name of a role", ErrInvalid, role)
	}
	if role == "" || role == sop.DefaultRole {
		return nil
	}
	return t.authorize(ctx, "act_as", role)
}

// Turn says what a run waits for, in the eyes of a role; ok is false when it is
// over.
//
// Errors: [ErrNotFound], [ErrErased].
func (t *Tracker) Turn(ctx context.Context, id RunID, role string) (turn sop.Turn, ok bool, err error) {
	plan, err := t.planOf(ctx, id)
	if err != nil {
		return turn, false, err
	}
	now := t.now()
	err = t.view(ctx, func(r store.Reader) error {
		run, err := must[Run](r, bRuns, id, "run")
		if err != nil {
			return err
		}
		if run.Erased {
			return fmt.Errorf("run %d: %w", id, ErrErased)
		}
		d, err := deskOf(r, run.Ticket)
		d.Now, d.By, d.Role, d.Due = t.local(now), t.actor.String(), role, t.opts.Due
		turn, ok = plan.Next(run.Run, forRun(d, now))
		return err
	})
	return turn, ok, err
}

// planOf returns what a run follows, made of the texts that are kept.
func (t *Tracker) planOf(ctx context.Context, id RunID) (*sop.Plan, error) {
	run, err := t.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	key := ""
	for _, text := range run.Texts {
		key += text.Hash
	}
	if plan, ok := t.plans.Load(key); ok {
		return plan.(*sop.Plan), nil
	}
	var plan *sop.Plan
	err = t.view(ctx, func(r store.Reader) (err error) {
		plan, err = planFrom(r, run.Texts)
		return err
	})
	if err != nil {
		return nil, err
	}
	t.plans.Store(key, plan)
	return plan, nil
}

// planFrom makes a plan of texts that are kept, of which the first is followed.
func planFrom(r store.Reader, texts []sop.Text) (*sop.Plan, error) {
	var all []*sop.Procedure
	for _, text := range texts {
		data, err := procedureText(r, text.Hash)
		if err != nil {
			return nil, err
		}
		p, err := sop.Parse(text.ID+".yaml", data)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("a run that names no procedure's text: %w", store.ErrDamaged)
	}
	plan, err := sop.NewPlan(all[0], all[1:]...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return plan, nil
}

// sameProcedure reports whether two procedures are the same in all but their files' names.
func sameProcedure(a, b *sop.Procedure) bool {
	other := *b
	other.File = a.File
	return same(*a, other)
}

// open returns why nothing new can be begun on a ticket, nil where it can.
func (x *tx) open(id TicketID) error {
	tk, err := x.live(id)
	if err == nil && tk.Status == StatusClosed {
		err = fmt.Errorf("%w: ticket %d is closed", ErrConflict, id)
	}
	return err
}

// saveRun applies what a transition asks for and writes the run.
func (x *tx) saveRun(run *Run, effects []sop.Effect, d sop.Desk) error {
	run.Updated = x.now
	for _, e := range effects {
		var made Made
		var err error
		switch {
		case e.TakeBack != 0:
			err = x.takeBack(run, e.TakeBack)
		case e.Gave != nil:
			made.Remedy, err = x.remedy(Remedy{Ticket: run.Ticket, Kind: e.Gave.Remedy, Amount: e.Gave.Amount, Text: e.Gave.What, Role: d.Role, Over: e.Gave.Over, Run: run.ID})
		case e.Promised != nil:
			tk, terr := x.ticket(run.Ticket)
			if terr != nil {
				return terr
			}
			var p Promise
			p, err = x.promise(Promise{Ticket: run.Ticket, Customer: tk.Customer, Kind: PromiseKind(e.Promised.Kind), Text: cut(clean(e.Promised.What), x.c.opts.Limits.Field), Due: e.Promised.Due})
			made.Promise = p.ID
		}
		if err != nil {
			return err
		}
		if made.Promise != 0 || made.Remedy != 0 {
			made.Entry = e.Entry
			run.Made = append(run.Made, made)
		}
	}
	if err := save(x, bRuns, key(run.ID), run); err != nil {
		return err
	}
	if err := x.fileAnswers(run.Ticket); err != nil {
		return err
	}
	return x.change(Change{Action: RunChanged, Run: run.ID, Ticket: run.Ticket})
}

// takeBack undoes what an entry made.
func (x *tx) takeBack(run *Run, entry int) error {
	for _, made := range run.Made {
		if made.Entry != entry {
			continue
		}
		if made.Remedy != 0 {
			r, err := must[Remedy](x, bRemedies, made.Remedy, "remedy")
			if err != nil {
				return err
			}
			if err := x.takeBackRemedy(r, ""); err != nil {
				return err
			}
		}
		if made.Promise != 0 {
			p, err := must[Promise](x, bPromises, made.Promise, "promise")
			if err != nil {
				return err
			}
			if p.State != PromiseOpen {
				return fmt.Errorf("%w: promise %d is %s since and cannot be taken back", ErrConflict, p.ID, p.State)
			}
			if err := x.settle(p, PromiseWithdrawn, "the step that made it was undone", x.now); err != nil {
				return err
			}
		}
	}
	return nil
}
