package sop

import (
	"fmt"
	"slices"
	"strconv"
)

// MaxPlanSteps is how many steps a procedure may have with all that it includes.
const MaxPlanSteps = 5000

// Plan is a procedure made ready to be followed, with those it includes put in
// place. It does not change and may be used by many goroutines.
//
// A step of a plan is named by its path: its number in the file, from 1, and within
// an include the number of the include before it, like "3" or "4.2".
type Plan struct {
	texts []*Procedure // the one that is followed, then those it includes, each once
	steps []planned
	paths map[string]int
}

// planned is a step in its place, and where it leads: to another, or to the end.
type planned struct {
	path   string
	p      *Procedure
	step   *Step
	within int // the include it stands in; nowhere: none

	follow  int // the one after it in its file
	on      int // where it leads; of an include: its first step
	yes, no int
	cases   []int
	other   int
}

const (
	theEnd  = -1
	nowhere = -2
)

// Text names the content that a run follows: an id and a version may be written
// twice, a hash is what was read.
type Text struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Hash    string `json:"hash"` // SHA-256 of the file, in hexadecimal
}

// Plan makes the current version of a procedure ready to be followed. It fails where
// the procedure, or one that it includes, is not there or has no steps, where they include each other
// in a circle, and beyond [MaxPlanSteps].
func (l *Library) Plan(id string) (*Plan, error) {
	p, ok := l.Procedure(id)
	if !ok {
		return nil, fmt.Errorf("no procedure is called %q", id)
	}
	return newPlan(p, l.Procedure)
}

// NewPlan is [Library.Plan] for the first of some procedures; the others are those
// that it includes.
func NewPlan(p *Procedure, included ...*Procedure) (*Plan, error) {
	return newPlan(p, func(id string) (*Procedure, bool) {
		i := slices.IndexFunc(included, func(q *Procedure) bool { return q.ID == id })
		if i < 0 {
			return nil, false
		}
		return included[i], true
	})
}

func newPlan(p *Procedure, find func(string) (*Procedure, bool)) (*Plan, error) {
	pl := &Plan{paths: map[string]int{}}
	if err := pl.put(p, "", nowhere, theEnd, find, nil); err != nil {
		return nil, err
	}
	return pl, nil
}

// put adds the steps of p, which lead to exit at their end.
func (pl *Plan) put(p *Procedure, prefix string, within, exit int, find func(string) (*Procedure, bool), around []string) error {
	if slices.Contains(around, p.ID) {
		return fmt.Errorf("%s includes itself by way of %v", p.ID, around)
	}
	if len(p.Steps) == 0 {
		return fmt.Errorf("%s has no steps", p.ID)
	}
	if len(pl.steps)+len(p.Steps) > MaxPlanSteps {
		return fmt.Errorf("%s has more than %d steps with all that is included", pl.texts[0].ID, MaxPlanSteps)
	}
	if !slices.Contains(pl.texts, p) {
		pl.texts = append(pl.texts, p)
	}
	base, index := len(pl.steps), p.index()
	at := func(i int) int {
		if i >= len(p.Steps) {
			return exit
		}
		return base + i
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		n := planned{path: prefix + strconv.Itoa(i+1), p: p, step: s, within: within, follow: at(i + 1)}
		to := func(name string) int { return at(index.target(i, name)) }
		n.on = to(s.Goto)
		switch a := s.Action.(type) {
		case Check:
			n.yes, n.no, n.on = to(a.Yes), to(a.No), n.follow
		case Decide:
			for _, c := range a.Cases {
				n.cases = append(n.cases, to(c.Goto))
			}
			n.other, n.on = to(a.Otherwise), n.follow
		}
		pl.paths[n.path] = len(pl.steps)
		pl.steps = append(pl.steps, n)
	}
	for i, s := range p.Steps {
		a, ok := s.Action.(Include)
		if !ok {
			continue
		}
		q, ok := find(a.Procedure)
		if !ok {
			return fmt.Errorf("%s, %s: no procedure is called %q", p.ID, p.where(i), a.Procedure)
		}
		n := &pl.steps[base+i]
		exit, path := n.on, n.path
		n.on = len(pl.steps)
		if err := pl.put(q, path+".", base+i, exit, find, append(around, p.ID)); err != nil {
			return err
		}
	}
	return nil
}

// Procedure returns the procedure that is followed.
func (pl *Plan) Procedure() *Procedure { return pl.texts[0] }

// Procedures returns the procedure that is followed and those it includes, each once.
// The caller may keep the slice.
func (pl *Plan) Procedures() []*Procedure { return slices.Clone(pl.texts) }

// Texts names the content of [Plan.Procedures].
func (pl *Plan) Texts() []Text {
	out := make([]Text, len(pl.texts))
	for i, p := range pl.texts {
		out[i] = Text{p.ID, p.Version, p.Hash}
	}
	return out
}

// Step returns the step at a path, and the procedure it stands in.
func (pl *Plan) Step(path string) (Step, *Procedure, bool) {
	i, ok := pl.paths[path]
	if !ok {
		return Step{}, nil, false
	}
	return *pl.steps[i].step, pl.steps[i].p, true
}

// at returns the step at a path, nil where there is none.
func (pl *Plan) at(path string) *planned {
	if pl == nil {
		return nil
	}
	i, ok := pl.paths[path]
	if !ok {
		return nil
	}
	return &pl.steps[i]
}

// land returns where one stands who is led to step i: an include leads into what it
// includes.
func (pl *Plan) land(i int) int {
	for i >= 0 {
		if _, ok := pl.steps[i].step.Action.(Include); !ok {
			break
		}
		i = pl.steps[i].on
	}
	return i
}

// pathOf names a step, "" the end.
func (pl *Plan) pathOf(i int) string {
	if i < 0 {
		return ""
	}
	return pl.steps[i].path
}

// around returns the procedure of a step, and those that include it, outwards.
func (pl *Plan) around(n *planned) []*Procedure {
	out := []*Procedure{n.p}
	for n.within >= 0 {
		n = &pl.steps[n.within]
		out = append(out, n.p)
	}
	return out
}

// need finds a question, first in a step's own procedure.
func (pl *Plan) need(n *planned, id string) (Need, bool) {
	if n != nil {
		if q, ok := n.p.Need(id); ok {
			return q, true
		}
	}
	if pl == nil {
		return Need{}, false
	}
	for _, p := range pl.texts {
		if q, ok := p.Need(id); ok {
			return q, true
		}
	}
	return Need{}, false
}
