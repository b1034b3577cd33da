package sop

import (
	"fmt"
	"slices"
)

// ways are where the steps of a procedure lead: the number of steps stands for the
// end.
type ways [][]int

// ways returns where each step can lead, each step once.
func (p *Procedure) ways() ways {
	index := p.index()
	out := make(ways, len(p.Steps))
	for i, s := range p.Steps {
		var names []string
		switch a := s.Action.(type) {
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
			names = []string{s.Goto}
		}
		for _, name := range names {
			out[i] = append(out[i], index.target(i, name))
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}

// stepIndex finds steps by id; under "" it has how many there are.
type stepIndex map[string]int

func (p *Procedure) index() stepIndex {
	x := stepIndex{}
	for i, s := range p.Steps {
		x[s.ID] = i
	}
	x[""] = len(p.Steps)
	return x
}

// target returns the step that a word in step i leads to.
func (x stepIndex) target(i int, name string) int {
	switch name {
	case "", Next:
		return i + 1
	case Done:
		return x[""]
	}
	if to, ok := x[name]; ok {
		return to
	}
	return x[""]
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

// reach returns which steps, and at last whether the end, can be got to from one
// without going on from a step for which stop is true.
func (w ways) reach(from int, stop func(int) bool) []bool {
	seen := make([]bool, len(w)+1)
	queue := []int{from}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		if i < len(w) && !stop(i) {
			queue = append(queue, w[i]...)
		}
	}
	return seen
}

// back returns where each step, and at last the end, can be reached from.
func (w ways) back() ways {
	out := make(ways, len(w)+1)
	for i := range w {
		for _, to := range w[i] {
			out[to] = append(out[to], i)
		}
	}
	return out
}

func never(int) bool { return false }

// flow finds steps that nothing leads to, steps from which nothing leads out, and
// loops that go round without anything new.
func (c *checker) flow() {
	steps := c.p.Steps
	reached := c.ways.reach(0, never)
	out := append(c.ways.back(), nil).reach(len(steps), never)
	for i := range steps {
		switch {
		case !reached[i] && (i == 0 || reached[i-1] || steps[i].ID != ""):
			c.about(UnreachableStep, i, "", "no way leads to this step, so nobody will ever do it", "Lead to it from another step, or remove it")
		case reached[i] && !out[i]:
			c.about(NoWayOut, i, "", "from this step the procedure never ends", "Lead on to a step that comes to the end, or to done")
		}
	}
	c.loops(reached)
}

// loops finds circles of steps in which nothing is asked, looked at or waited for:
// each time round everything is as it was. It takes away what is in no circle: steps
// that bring something new, then again and again those that lead to none of the rest,
// and those that none of the rest leads to. A circle is told once, by its first step.
func (c *checker) loops(reached []bool) {
	back := c.ways.back()
	in := make([]bool, len(c.ways)+1)
	for i := range c.ways {
		in[i] = reached[i] && !c.news(i)
	}
	for _, pass := range [][2]ways{{c.ways, back}, {back, append(c.ways, nil)}} {
		w, other := pass[0], pass[1]
		left := make([]int, len(c.ways)+1) // to how many of the rest each leads
		var queue []int
		for i := range c.ways {
			for _, to := range w[i] {
				if in[to] {
					left[i]++
				}
			}
			if in[i] && left[i] == 0 {
				queue = append(queue, i)
			}
		}
		for len(queue) > 0 {
			i := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			in[i] = false
			for _, from := range other[i] {
				if left[from]--; in[from] && left[from] == 0 {
					queue = append(queue, from)
				}
			}
		}
	}
	for i := range c.ways {
		if !in[i] {
			continue
		}
		round := c.ways.reach(i, func(j int) bool { return !in[j] })
		comes := false
		for j := range c.ways {
			comes = comes || round[j] && in[j] && slices.Contains(c.ways[j], i)
		}
		if !comes {
			continue // it lies between two circles
		}
		c.about(LoopWithoutQuestion, i, "", "the steps from here come round to it again and nothing is learned on the way", "Check or ask something within the loop, or lead out of it")
		for j, is := range round {
			in[j] = in[j] && !is
		}
	}
}

// news reports whether step i, or what it includes, asks something, looks at it or
// waits for it.
func (c *checker) news(i int) bool {
	if a, ok := c.p.Steps[i].Action.(Include); ok {
		in := c.inside(a.Procedure)
		return in.news || !in.known
	}
	return news(c.p.Steps[i].Action)
}

func news(a Action) bool {
	switch a := a.(type) {
	case Ask, Check, Wait, Escalate:
		return true
	case Decide:
		return a.On == ""
	}
	return false
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
