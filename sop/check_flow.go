package sop

import (
	"fmt"
	"slices"
)

// leads returns the steps that step i can lead to, each once; the number of steps
// stands for the end.
func (p *Procedure) leads(i int) []int {
	var names []string
	switch a := p.Steps[i].Action.(type) {
	case Check:
		names = []string{a.Yes, a.No}
	case Decide:
		for _, c := range a.Cases {
			names = append(names, c.Goto)
		}
		if a.Otherwise != "" || !p.decided(a) {
			names = append(names, a.Otherwise)
		}
	default:
		names = []string{p.Steps[i].Goto}
	}
	var out []int
	for _, name := range names {
		if to := p.target(i, name); !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}

// target returns the step that a word in step i leads to.
func (p *Procedure) target(i int, name string) int {
	switch name {
	case "", Next:
		return i + 1
	case Done:
		return len(p.Steps)
	}
	for j := range p.Steps {
		if p.Steps[j].ID == name {
			return j
		}
	}
	return len(p.Steps)
}

// decided reports whether the cases of d cover every answer there can be.
func (p *Procedure) decided(d Decide) bool {
	need, ok := p.Need(d.On)
	if !ok || need.Optional {
		return false
	}
	for _, answer := range need.answers() {
		if !slices.ContainsFunc(d.Cases, func(c Case) bool { return c.Is == answer }) {
			return false
		}
	}
	return len(need.answers()) > 0
}

// answers returns what a question can be answered with, nil where that is open.
func (n Need) answers() []string {
	if n.Type == NeedYesNo {
		return []string{"yes", "no"}
	}
	return n.Choices
}

// reach returns which steps, and at last whether the end, can be got to from some
// without going on from a step for which stop is true.
func (p *Procedure) reach(from []int, stop func(int) bool) []bool {
	seen := make([]bool, len(p.Steps)+1)
	queue := slices.Clone(from)
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		if i < len(p.Steps) && !stop(i) {
			queue = append(queue, p.leads(i)...)
		}
	}
	return seen
}

func never(int) bool { return false }

// flow finds steps that nothing leads to, steps from which nothing leads out, and
// loops that go round without anything new.
func (c *checker) flow() {
	p := c.p
	reached := p.reach([]int{0}, never)
	backwards := make([][]int, len(p.Steps)+1)
	for i := range p.Steps {
		for _, to := range p.leads(i) {
			backwards[to] = append(backwards[to], i)
		}
	}
	out := make([]bool, len(p.Steps)+1)
	queue := []int{len(p.Steps)}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !out[i] {
			out[i] = true
			queue = append(queue, backwards[i]...)
		}
	}
	for i := range p.Steps {
		switch {
		case !reached[i] && (i == 0 || reached[i-1] || p.Steps[i].ID != ""):
			c.about(UnreachableStep, i, "", "no way leads to this step, so nobody will ever do it", "Lead to it from another step, or remove it")
		case reached[i] && !out[i]:
			c.about(NoWayOut, i, "", "from this step the procedure never ends", "Lead on to a step that comes to the end, or to done")
		}
	}
	c.loops(reached)
}

// loops finds circles of steps in which nothing is asked, looked at or waited for:
// each time round everything is as it was.
func (c *checker) loops(reached []bool) {
	p := c.p
	news := func(i int) bool {
		switch a := p.Steps[i].Action.(type) {
		case Ask, Check, Wait, Escalate, Include:
			return true
		case Decide:
			return a.On == ""
		}
		return false
	}
	told := make([]bool, len(p.Steps)+1)
	for i := range p.Steps {
		if !reached[i] || told[i] || news(i) {
			continue
		}
		from := p.reach(p.leads(i), news)
		if !from[i] {
			continue
		}
		for j := range p.Steps { // tell a circle once, by its first step
			if from[j] && !news(j) {
				told[j] = told[j] || p.reach(p.leads(j), news)[i]
			}
		}
		c.about(LoopWithoutQuestion, i, "", "the steps from here come round to it again and nothing is learned on the way", "Check or ask something within the loop, or lead out of it")
	}
}

// money finds what is given without a limit, above all limits, or by a role that has
// none.
func (c *checker) money() {
	for i, s := range c.p.Steps {
		act, ok := s.Action.(Act)
		if !ok || !act.Remedy.CostsMoney() {
			continue
		}
		var limits []Limit
		role, most := false, false
		for _, l := range c.p.Limits {
			if l.Remedy != act.Remedy {
				continue
			}
			limits = append(limits, l)
			role = role || fold(l.Role) == fold(act.By)
			most = most || l.UpTo.Currency == act.Amount.Currency && l.UpTo.Minor >= act.Amount.Minor
		}
		switch {
		case len(limits) == 0:
			c.about(ActWithoutLimit, i, "remedy", fmt.Sprintf("this step gives a %s and no limit says who may give how much", act.Remedy), fmt.Sprintf("Add a limit with remedy: %s", act.Remedy))
		case act.By != "" && !role:
			c.about(RoleWithoutLimit, i, "by", fmt.Sprintf("%s gives a %s here and no limit says up to how much", act.By, act.Remedy), fmt.Sprintf("Add a limit with role: %s", act.By))
		case !act.Amount.IsZero() && !most:
			c.about(AmountOverLimits, i, "amount", fmt.Sprintf("%s is more than any limit on a %s allows", act.Amount, act.Remedy), "Lower the amount, or raise the limit of who may give it")
		}
	}
}
