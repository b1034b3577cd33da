package tracker

import (
	"context"

	"github.com/supportloop/supportloop/tracker/cluster"
)

// Regrouped counts what a [Tracker.Regroup] did.
type Regrouped struct {
	Merges int `json:"merges"` // problems that became part of another
	Moves  int `json:"moves"`  // tickets that went to another problem
	Splits int `json:"splits"` // problems that were taken apart
	Topics int `json:"topics"` // tickets that went to another topic
}

// Regroup looks at everything in memory at once and betters what no person has
// touched: merges and splits problems, moves tickets, makes the topics anew. Each is
// a decision of the machine's, with its reasons, and can be undone; what people
// decided holds. Writers wait while it runs; it is for the caller's schedule, a
// quiet hour.
func (t *Tracker) Regroup(ctx context.Context) (Regrouped, error) {
	var sum Regrouped
	if t.index == nil {
		return sum, nil
	}
	err := t.write(ctx, "regroup", "", maxBytes, func(x *tx) error {
		sum = Regrouped{}
		plan, err := x.plan()
		if err != nil {
			return err
		}
		return x.regroup(plan, &sum)
	})
	return sum, err
}

// plan asks the index, bound by what people decided.
func (x *tx) plan() (cluster.Plan, error) {
	var failed error
	note := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	refused := map[uint64]func(uint64) bool{}
	plan := x.c.index.Regroup(cluster.RegroupOptions{
		Touched: func(id uint64) bool {
			p, err := x.problem(ProblemID(id))
			if err != nil {
				note(err)
				return true
			}
			return touched(p)
		},
		Refused: func(ticket, problem uint64) bool {
			no, ok := refused[ticket]
			if !ok {
				var err error
				if no, _, err = x.refusals(TicketID(ticket)); err != nil {
					note(err)
				}
				refused[ticket] = no
			}
			return no != nil && no(problem)
		},
	})
	return plan, failed
}

// touched reports whether a person has had to do with p.
func touched(p *Problem) bool {
	return p.Confirmed() || p.Titled || p.Status != ProblemNew || p.KnownError() || p.FixedIn != ""
}

func (x *tx) regroup(plan cluster.Plan, sum *Regrouped) error {
	rule := "regroup"
	for _, m := range plan.Merges {
		apart, err := x.apart(ProblemID(m.Into), ProblemID(m.From))
		if err != nil {
			return err
		}
		if apart {
			continue
		}
		d := Decision{Rule: rule, Score: m.Score, Threshold: m.Threshold, Why: reasons(m.Why)}
		x.number(&d)
		if err := x.merge(&d, ProblemID(m.Into), []ProblemID{ProblemID(m.From)}); err != nil {
			return err
		}
		sum.Merges++
	}
	for _, m := range plan.Moves {
		no, _, err := x.refusals(TicketID(m.Ticket))
		if err != nil {
			return err
		}
		into, err := x.problem(ProblemID(m.Into)) // a merge of the plan may have taken it along
		if err != nil {
			return err
		}
		if no != nil && no(uint64(into.ID)) {
			continue
		}
		d := Decision{Verb: VerbMove, Ticket: TicketID(m.Ticket), From: ProblemID(m.From), Rule: rule, Score: m.Score, Threshold: m.Threshold, Why: reasons(m.Why)}
		if err := x.machineMove(&d, []TicketID{d.Ticket}, into.ID); err != nil {
			return err
		}
		sum.Moves++
	}
	for _, s := range plan.Splits {
		p, err := x.problem(ProblemID(s.Problem))
		if err != nil {
			return err
		}
		made, err := x.newProblem(Problem{Product: p.Product})
		if err != nil {
			return err
		}
		var tickets []TicketID
		for _, t := range s.Tickets {
			tickets = append(tickets, TicketID(t))
		}
		d := Decision{Verb: VerbSplit, From: p.ID, Rule: rule, Score: s.Score}
		if err := x.machineMove(&d, tickets, made.ID); err != nil {
			return err
		}
		if err := x.relabel(made.ID, true); err != nil {
			return err
		}
		sum.Splits++
	}
	return x.retopic(plan.Topics, sum)
}

// apart reports whether two problems are not the machine's to merge: they are one
// already, or a person refused a ticket of the one the other, or a ticket of it. The
// index holds only some tickets of each; this asks about all.
func (x *tx) apart(a, b ProblemID) (bool, error) {
	var both [2]*Problem
	for i, id := range []ProblemID{a, b} {
		var err error
		if both[i], err = x.problem(id); err != nil {
			return false, err
		}
	}
	if both[0].ID == both[1].ID {
		return true, nil
	}
	for i, p := range both {
		tickets, err := x.ticketsOf(p.ID)
		if err != nil {
			return false, err
		}
		for _, tk := range tickets {
			if no, _, err := x.refusals(tk.ID); err != nil || no != nil && no(uint64(both[1-i].ID)) {
				return true, err
			}
		}
	}
	return false, nil
}

// machineMove moves tickets to a problem in one decision.
func (x *tx) machineMove(d *Decision, tickets []TicketID, to ProblemID) error {
	if to != 0 {
		p, err := x.problem(to)
		if err != nil {
			return err
		}
		to = p.ID
	}
	x.number(d)
	d.Problem = to
	for _, id := range tickets {
		tk, err := x.ticket(id)
		if err != nil {
			return err
		}
		if d.From == 0 {
			d.From = tk.Problem
		}
		if !tk.Link.Person && !tk.Erased && tk.Problem != to {
			d.Effects = append(d.Effects, linking(tk, to, Link{Decision: d.ID}))
		}
	}
	return x.decide(d)
}

// retopic moves tickets to other topics, and names the topics that it changed.
func (x *tx) retopic(moves []cluster.TopicMove, sum *Regrouped) error {
	made := map[int]TopicID{}
	var changed []TopicID
	note := map[TopicID]bool{0: true}
	for _, m := range moves {
		to := TopicID(m.Topic)
		if to == 0 && m.Group != 0 {
			if made[m.Group] == 0 {
				x.head.Topics++
				made[m.Group] = x.head.Topics
				if err := save(x, bTopics, key(x.head.Topics), Topic{ID: x.head.Topics}); err != nil {
					return err
				}
			}
			to = made[m.Group]
		}
		tk, err := x.ticket(TicketID(m.Ticket))
		if err != nil {
			return err
		}
		if tk.Topic == to {
			continue
		}
		for _, id := range []TopicID{tk.Topic, to} {
			if !note[id] {
				note[id] = true
				changed = append(changed, id)
			}
		}
		if err := x.setTopic(tk.ID, to); err != nil {
			return err
		}
		sum.Topics++
	}
	for _, id := range changed {
		if err := x.relabelTopic(id, true); err != nil {
			return err
		}
	}
	return nil
}
