package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

// desk is the agents of the sample: Mia, who looks at each ticket when it comes, and
// her colleagues.
type desk struct {
	*sample
	base  *kb.Base
	all   *tracker.Tracker
	mia   *tracker.Tracker
	about map[tracker.TicketID]string // label of a ticket's first contact
	later []later
	told  *happened

	outage tracker.OutageID // that goes on
}

// later is something that is done at a time.
type later struct {
	at time.Time
	do func(context.Context) error
}

// answered is how soon Mia answers.
const answered = 90 * time.Minute

// until does what is to be done up to a time, and moves the clock there.
func (d *desk) until(ctx context.Context, to time.Time) error {
	slices.SortStableFunc(d.later, func(a, b later) int { return a.at.Compare(b.at) })
	for len(d.later) > 0 && !d.later[0].at.After(to) {
		next := d.later[0]
		d.later = d.later[1:]
		d.now = next.at
		if err := next.do(ctx); err != nil {
			return err
		}
	}
	d.now = to
	return nil
}

// work is what the agents do after a contact.
func (d *desk) work(ctx context.Context, l intake.Line, r tracker.Receipt) error {
	label := ""
	if v := l.Values("about"); len(v) > 0 {
		label = v[0]
	}
	if _, ok := d.about[r.Ticket]; !ok {
		d.about[r.Ticket] = label
	}
	if r.Duplicate {
		return nil
	}
	acts := d.acts[l.Contact.SourceID]
	if r.NewTicket {
		if err := d.look(ctx, label, r); err != nil {
			return err
		}
		if !slices.ContainsFunc(acts, func(a act) bool { return a.Unanswered }) {
			if err := d.answer(ctx, label, r); err != nil {
				return err
			}
		}
	}
	for _, a := range acts {
		if err := d.do(ctx, a, r); err != nil {
			return err
		}
	}
	return nil
}

// look shows Mia what the ticket may be the same as. A problem that it was put into she
// confirms or rejects; else she confirms the best candidate, or lets it be.
func (d *desk) look(ctx context.Context, label string, r tracker.Receipt) error {
	if r.Problem != 0 {
		first, err := d.oldest(ctx, r.Problem)
		if err != nil {
			return err
		}
		d.told.shown++
		if d.about[first] == label {
			d.told.confirmed++
			_, err = d.mia.Confirm(ctx, r.Ticket, tracker.Target{Problem: r.Problem})
			return err
		}
		d.told.rejected++
		_, err = d.mia.Reject(ctx, r.Ticket, tracker.Target{Problem: r.Problem})
		return err
	}
	switch label {
	case "other", "noise", "praise", "suggestion": // say nothing about a common cause
		return nil
	}
	if len(r.Candidates) == 0 {
		return nil
	}
	d.told.shown++
	best := r.Candidates[0]
	if d.about[best.Ticket] != label {
		return nil
	}
	d.told.confirmed++
	_, err := d.mia.Confirm(ctx, r.Ticket, best.Target())
	return err
}

// oldest is the first ticket of a problem.
func (d *desk) oldest(ctx context.Context, p tracker.ProblemID) (tracker.TicketID, error) {
	for t, err := range d.all.Tickets(ctx, tracker.TicketQuery{Problem: p}) {
		return t.ID, err
	}
	return 0, nil
}

// answer keeps the promise of an answer, and closes what asked for nothing.
func (d *desk) answer(ctx context.Context, label string, r tracker.Receipt) error {
	if label == "noise" {
		if r.Promise != 0 {
			if _, err := d.mia.SettlePromise(ctx, r.Promise, tracker.PromiseWithdrawn, "nothing was asked"); err != nil {
				return err
			}
		}
		_, err := d.mia.CloseTicket(ctx, r.Ticket, tracker.NothingAsked, "")
		return err
	}
	d.later = append(d.later, later{d.now.Add(answered), func(ctx context.Context) error {
		if err := d.settle(ctx, r.Ticket, tracker.PromiseAnswer); err != nil || label != "praise" {
			return err
		}
		_, err := d.mia.CloseTicket(ctx, r.Ticket, tracker.NothingAsked, "")
		return err
	}})
	return nil
}

// settle says that what was promised on a ticket was done, whatever of it is open.
func (d *desk) settle(ctx context.Context, t tracker.TicketID, kinds ...tracker.PromiseKind) error {
	var open []tracker.PromiseID
	for p, err := range d.all.Promises(ctx, tracker.PromiseQuery{Ticket: t, State: tracker.PromiseOpen}) {
		if err != nil {
			return err
		}
		if slices.Contains(kinds, p.Kind) {
			open = append(open, p.ID)
		}
	}
	for _, p := range open {
		if _, err := d.mia.SettlePromise(ctx, p, tracker.PromiseKept, ""); err != nil {
			return err
		}
	}
	return nil
}

// do is one act of desk.json.
func (d *desk) do(ctx context.Context, a act, r tracker.Receipt) error {
	by := d.all.As(tracker.Agent(a.By))
	if a.Promise != nil {
		p := *a.Promise
		p.Ticket = r.Ticket
		made, err := by.MakePromise(ctx, p)
		if err != nil {
			return err
		}
		if !a.Kept.IsZero() {
			d.later = append(d.later, later{a.Kept, func(ctx context.Context) error {
				_, err := by.SettlePromise(ctx, made.ID, tracker.PromiseKept, "")
				return err
			}})
		}
	}
	if a.Follow != "" {
		if err := d.follow(ctx, by, r.Ticket, a); err != nil {
			return err
		}
	}
	if a.Outage != nil {
		d.later = append(d.later, later{a.Outage.At, func(ctx context.Context) error { return d.announce(ctx, by, a.Outage) }})
	}
	if a.About == "" {
		return nil
	}
	problem, others, err := d.problems(ctx, a.About)
	if err != nil {
		return err
	}
	if problem == 0 { // the machine has not seen it yet
		made, err := by.CreateProblem(ctx, tracker.Problem{Title: cmp.Or(a.Title, a.About)})
		if err != nil {
			return err
		}
		problem = made.ID
		if _, err := by.Confirm(ctx, r.Ticket, tracker.Target{Problem: problem}); err != nil {
			return err
		}
	}
	if len(others) > 0 {
		if _, err := by.Merge(ctx, problem, others...); err != nil {
			return err
		}
	}
	if _, err := by.UpdateProblem(ctx, problem, func(p *tracker.Problem) error {
		if a.Title != "" {
			p.Title = a.Title
		}
		p.Status, p.RootCause, p.Resolution, p.FixedIn = a.Status, a.RootCause, a.Resolution, a.FixedIn
		return nil
	}); err != nil || !a.Solved {
		return err
	}
	return d.solve(ctx, by, problem)
}

// announce tells everybody of an outage, or how it goes on.
func (d *desk) announce(ctx context.Context, by *tracker.Tracker, o *outage) error {
	if o.Title != "" {
		made, err := by.PostOutage(ctx, o.Outage, o.Text)
		d.outage = made.ID
		return err
	}
	var problem tracker.ProblemID
	if o.About != "" {
		var err error
		if problem, _, err = d.problems(ctx, o.About); err != nil {
			return err
		}
	}
	_, err := by.UpdateOutage(ctx, d.outage, o.Text, func(x *tracker.Outage) error {
		x.Phase, x.Expected, x.Ended, x.Prevention = o.Phase, cmp.Or(o.Expected, x.Expected), o.Ended, o.Prevention
		x.Problem = problem
		return nil
	})
	return err
}

// solve closes the tickets of a problem: their customers were told.
func (d *desk) solve(ctx context.Context, by *tracker.Tracker, problem tracker.ProblemID) error {
	var open []tracker.TicketID
	for t, err := range d.all.Tickets(ctx, tracker.TicketQuery{Problem: problem}) {
		if err != nil {
			return err
		}
		if t.Status != tracker.StatusClosed {
			open = append(open, t.ID)
		}
	}
	for _, t := range open {
		if err := d.settle(ctx, t, tracker.PromiseAnswer, tracker.PromiseUpdate); err != nil {
			return err
		}
		if _, err := by.CloseTicket(ctx, t, tracker.SolvedAnew, ""); err != nil {
			return err
		}
	}
	return nil
}

// follow begins a procedure on a ticket and does its first step, which asks.
func (d *desk) follow(ctx context.Context, by *tracker.Tracker, t tracker.TicketID, a act) error {
	plan, err := d.base.Procedures.Plan(a.Follow)
	if err != nil {
		return err
	}
	run, err := by.StartRun(ctx, t, plan, "")
	if err != nil {
		return err
	}
	_, err = by.MoveRun(ctx, run.ID, "", sop.Move{Seen: len(run.Trace), How: sop.Did, Answers: a.Answers})
	return err
}
