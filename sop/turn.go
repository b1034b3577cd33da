package sop

import (
	"slices"
	"time"
)

// Turn is what may be done about a run now, and by whom.
type Turn struct {
	Path      string
	Step      Step
	Procedure *Procedure // that the step stands in
	Says      string     // the step in words, with what is known in the place of {names}
	Role      string     // who does it; empty: whoever follows the procedure
	Choices   []string   // of a check or a decision
	Decided   string     // the choice that an answer makes; another one is a deviation
	Known     []Answer   // of the questions that the step asks: what is known already
	Missing   []Need     // and what is not
	Left      []Left     // of a step that gives money: what each role may still give
	Until     time.Time  // of a wait: when it is over
}

// Left is what a role may still give a customer of a remedy. Of several limits it is
// the tightest.
type Left struct {
	Role   string
	Remedy Remedy
	Amount Money
}

// Next says what a run waits for; ok is false when it is over.
func (pl *Plan) Next(r Run, d Desk) (turn Turn, ok bool) {
	n := pl.at(r.At)
	if n == nil || r.State != Running {
		return Turn{}, false
	}
	w := &walker{pl: pl, r: r, d: d, n: n, e: &Entry{}}
	turn = Turn{Path: n.path, Step: *n.step, Procedure: n.p, Says: w.fill(n.step.String()), Until: r.Until}
	switch a := n.step.Action.(type) {
	case Ask:
		for _, id := range a.Needs {
			if known, ok := w.spared(id); ok {
				turn.Known = append(turn.Known, known)
			} else if need, ok := pl.need(n, id); ok {
				turn.Missing = append(turn.Missing, need)
			}
		}
	case Check:
		turn.Choices = []string{"yes", "no"}
	case Decide:
		for _, c := range a.Cases {
			turn.Choices = append(turn.Choices, c.Is)
		}
		turn.Choices = append(turn.Choices, NoCase)
		turn.Decided, _ = w.decided(a)
	case Act:
		turn.Role = a.By
		if a.Remedy.CostsMoney() {
			turn.Left = pl.left(n, a, d)
		}
	}
	return turn, true
}

func (pl *Plan) left(n *planned, a Act, d Desk) []Left {
	auth := authority{pl.around(n), a.Remedy, a.Amount, d}
	limits, _ := auth.limits()
	var out []Left
	for _, l := range limits {
		auth.amount = l.UpTo
		_, left, _ := auth.left(limits, l.Role)
		same := func(o Left) bool { return o.Role == l.Role && o.Amount.Currency == left.Currency }
		if !slices.ContainsFunc(out, same) {
			out = append(out, Left{l.Role, a.Remedy, left})
		}
	}
	return out
}
