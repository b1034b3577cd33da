package kb

import (
	"context"
	"slices"
	"time"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
)

// RunAdvice is a procedure that was begun on the ticket.
type RunAdvice struct {
	Run       tracker.RunID `json:"run"`
	Procedure string        `json:"procedure"` // id
	Title     string        `json:"title"`
	State     sop.State     `json:"state"`
	Begun     time.Time     `json:"begun"`
	Updated   time.Time     `json:"updated"`
	Next      string        `json:"next,omitempty"`  // what it waits for, in words; "" when it is over
	Role      string        `json:"role,omitempty"`  // who does that; "" whoever follows it
	Until     time.Time     `json:"until,omitzero"`  // of a wait: when it is over
	Asks      []string      `json:"asks,omitempty"`  // of a step that asks: what is not answered yet
	Steps     int           `json:"steps,omitempty"` // that were done, skipped or done otherwise
}

const adviceRuns = 5

// findRuns fills in the runs on the ticket, and marks procedures that were begun.
func (b *Base) findRuns(ctx context.Context, a *Advice) error {
	if a.Ticket.ID == 0 {
		return nil
	}
	for run, err := range b.Tracker.Runs(ctx, tracker.RunQuery{Ticket: a.Ticket.ID}) {
		if b.leftOut(err) || err == nil && (run.Erased || len(run.Texts) == 0) {
			continue
		}
		if err != nil {
			return err
		}
		r := RunAdvice{
			Run: run.ID, Procedure: run.Texts[0].ID, Title: run.Texts[0].ID, State: run.State,
			Begun: run.Begun, Updated: run.Updated, Steps: len(run.Standing()),
		}
		if p, ok := b.Procedures.Procedure(r.Procedure); ok {
			r.Title = p.Title
		}
		turn, ok, err := b.Tracker.Turn(ctx, run.ID, "")
		if err != nil && !b.leftOut(err) {
			return err
		}
		if err == nil && ok {
			r.Next, r.Role, r.Until = turn.Says, turn.Role, turn.Until
			for _, n := range turn.Missing {
				r.Asks = append(r.Asks, n.Ask)
			}
		}
		for i := range a.Procedures {
			if a.Procedures[i].ID == r.Procedure {
				a.Procedures[i].Run = run.ID
			}
		}
		a.Runs = append(a.Runs, r)
	}
	slices.Reverse(a.Runs)
	slices.SortStableFunc(a.Runs, func(x, y RunAdvice) int { return over(x) - over(y) })
	a.Runs = a.Runs[:min(len(a.Runs), adviceRuns)]
	return nil
}

func over(r RunAdvice) int {
	if r.State == sop.Running {
		return 0
	}
	return 1
}
