package sop

import (
	"cmp"
	"slices"
	"strings"
)

// Learner counts how procedures fare, for their owners' next version and for the
// report. Tell it of every ticket by Ticket and of every run by Run, in any order.
// The zero Learner is ready. It counts steps and reasons, never people.
type Learner struct {
	lessons   map[string]*lesson
	tickets   int
	unmatched int
}

// lesson is a Lesson being counted.
type lesson struct {
	Lesson
	why   reasons
	steps map[[2]string]int // by id and words, where in Steps
	whys  []reasons         // of each of Steps
}

// reasons counts what people gave as reasons.
type reasons struct {
	list []Because
	at   map[string]int // by the folded reason, where in list
}

// MaxReasons is how many different reasons are kept of each step; later ones that are
// new count for the step alone.
const MaxReasons = 1000

// Lessons is what was learned about all procedures.
type Lessons struct {
	Tickets    int      `json:"tickets"`    // that were looked at
	Unmatched  int      `json:"unmatched"`  // that no procedure applied to
	Procedures []Lesson `json:"procedures"` // by id
}

// Lesson is how one procedure fared.
type Lesson struct {
	Procedure  string       `json:"procedure"`
	Applied    int          `json:"applied"`  // tickets that it applied to
	Followed   int          `json:"followed"` // runs that were begun
	Finished   int          `json:"finished"`
	Stopped    int          `json:"stopped"`
	Running    int          `json:"running"`
	Deviations int          `json:"deviations"`      // steps skipped or done otherwise
	Deviating  int          `json:"deviating"`       // runs with at least one of these
	Undone     int          `json:"undone"`          // moves that were taken back
	Why        []Because    `json:"why,omitempty"`   // reasons of those who stopped, the most frequent first
	Steps      []StepLesson `json:"steps,omitempty"` // in the order in which they were first met
}

// StepLesson is how one step of a procedure fared. A step is known by its id and its
// words, through all versions.
type StepLesson struct {
	ID        string    `json:"id,omitempty"`
	Says      string    `json:"says"`
	Reached   int       `json:"reached"` // times it was next and something was done about it
	Did       int       `json:"did"`
	OnFile    int       `json:"on_file"` // questions that did not have to be asked
	Skipped   int       `json:"skipped"`
	Otherwise int       `json:"otherwise"`
	Why       []Because `json:"why,omitempty"` // reasons of the deviations, the most frequent first
}

// Because is a reason that people gave, and how often. Reasons that differ in case
// and spaces alone are one.
type Because struct {
	Reason string `json:"reason"` // as it was first written
	Times  int    `json:"times"`
}

// AlwaysSkipped are the steps that were reached at least a number of times and never
// done: the procedure asks for something that nobody does.
func (l Lesson) AlwaysSkipped(atLeast int) []StepLesson {
	return slices.DeleteFunc(slices.Clone(l.Steps), func(s StepLesson) bool {
		return s.Reached < max(atLeast, 1) || s.Skipped < s.Reached
	})
}

func (l *Learner) of(id string) *lesson {
	if l.lessons == nil {
		l.lessons = map[string]*lesson{}
	}
	if l.lessons[id] == nil {
		l.lessons[id] = &lesson{Lesson: Lesson{Procedure: id}, steps: map[[2]string]int{}}
	}
	return l.lessons[id]
}

// Ticket takes in which procedures applied to a ticket, none for one that matched
// nothing.
func (l *Learner) Ticket(matches ...Match) {
	l.tickets++
	if len(matches) == 0 {
		l.unmatched++
	}
	for _, m := range matches {
		l.of(m.Procedure.ID).Applied++
	}
}

// Run takes in a run, as it is now. What happened within an included procedure counts
// for that one, too, as steps.
func (l *Learner) Run(r Run) {
	if len(r.Texts) == 0 {
		return
	}
	main := l.of(r.Texts[0].ID)
	main.Followed++
	switch r.State {
	case Finished:
		main.Finished++
	case Stopped:
		main.Stopped++
	default:
		main.Running++
	}
	deviates := false
	for _, e := range r.Trace {
		if e.How == Undone {
			main.Undone++
		}
	}
	for _, e := range standing(r.Trace) {
		switch {
		case e.How == Abandoned:
			main.why.add(e.Reason)
			continue
		case e.Step == "":
			continue
		}
		of := l.of(e.Procedure)
		s, why := of.step(e)
		s.Reached++
		switch e.How {
		case Did:
			s.Did++
		case OnFile:
			s.OnFile++
		case Skipped:
			s.Skipped++
		case Otherwise:
			s.Otherwise++
		}
		if e.Deviation() {
			deviates = true
			of.Deviations++
			why.add(e.Reason)
		}
	}
	if deviates {
		main.Deviating++
	}
}

func (l *lesson) step(e Entry) (*StepLesson, *reasons) {
	k := [2]string{e.ID, e.Says}
	i, ok := l.steps[k]
	if !ok {
		i = len(l.Steps)
		l.steps[k] = i
		l.Steps = append(l.Steps, StepLesson{ID: e.ID, Says: e.Says})
		l.whys = append(l.whys, reasons{})
	}
	return &l.Steps[i], &l.whys[i]
}

func (r *reasons) add(reason string) {
	reason = strings.Join(strings.Fields(reason), " ")
	folded := fold(reason)
	i, ok := r.at[folded]
	switch {
	case reason == "": // it was erased
		return
	case !ok && len(r.list) == MaxReasons:
		return
	case !ok:
		if r.at == nil {
			r.at = map[string]int{}
		}
		i = len(r.list)
		r.at[folded] = i
		r.list = append(r.list, Because{Reason: reason})
	}
	r.list[i].Times++
}

// often returns the reasons, the most frequent first.
func (r *reasons) often() []Because {
	why := slices.Clone(r.list)
	slices.SortStableFunc(why, func(a, b Because) int { return cmp.Compare(b.Times, a.Times) })
	return why
}

// Lessons returns what was learned so far.
func (l *Learner) Lessons() Lessons {
	out := Lessons{Tickets: l.tickets, Unmatched: l.unmatched}
	for _, one := range l.lessons {
		c := one.Lesson
		c.Why, c.Steps = one.why.often(), slices.Clone(c.Steps)
		for i := range c.Steps {
			c.Steps[i].Why = one.whys[i].often()
		}
		out.Procedures = append(out.Procedures, c)
	}
	slices.SortFunc(out.Procedures, func(a, b Lesson) int { return strings.Compare(a.Procedure, b.Procedure) })
	return out
}
