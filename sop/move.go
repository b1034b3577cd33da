package sop

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Move is what somebody does about the step that is next.
type Move struct {
	Seen int // length of the trace that whoever moves has seen: what came since is a conflict

	How     How
	Reason  string              // needed to skip, to do otherwise and to stop; at most MaxAnswer bytes
	Choice  string              // of a check: yes or no; of a decision: a case, or otherwise
	Answers map[string][]string // by question; those the step asks, and any that came up
	Amount  Money               // of a step that gives money and does not say how much
	To      string              // of a deviation: path of the step to go on with, or Done; empty: the one that follows

	// Of a step done otherwise: what was given or promised instead of what it says.
	Remedy Remedy
	Due    time.Time
}

// How is what a move does with a step, and what a trace says was done.
type How string

const (
	Did       How = "did"       // as the step says
	Skipped   How = "skipped"   // not done: a deviation
	Otherwise How = "otherwise" // done in another way, which Reason tells: a deviation
	Undone    How = "undo"      // the last move is taken back, with what followed from it
	Abandoned How = "stop"      // the run is given up

	Started How = "start"   // in a trace: the run began
	OnFile  How = "on_file" // in a trace: a question was skipped, since its answer is known
)

// Desk is what a transition is told from outside: who moves, and what is known of
// the customer. Nothing of it is read anywhere else.
type Desk struct {
	Now    time.Time         // in the zone of the team: months of limits and hours of business are counted in it
	By     string            // who moves
	Role   string            // in which role; empty: DefaultRole
	OnFile map[string]Answer // answers of the customer that are still good, by question; From says where each stands
	Given  []Given           // what the customer was given; limits count it

	// Due turns a length of time into a moment; nil: Span.After.
	Due func(Span, time.Time) time.Time
}

// DefaultRole is who follows procedures where nobody says otherwise.
const DefaultRole = "agent"

// Given is money that a customer was given.
type Given struct {
	Remedy     Remedy
	Amount     Money
	At         time.Time
	SameTicket bool // on the ticket that the run is on
}

func (d Desk) role() string {
	if d.Role == "" {
		return DefaultRole
	}
	return d.Role
}

func (d Desk) due(s Span) time.Time {
	switch {
	case s.IsZero():
		return time.Time{}
	case d.Due != nil:
		return d.Due(s, d.Now).UTC()
	}
	return s.After(d.Now).UTC()
}

// MaxTrace is how many entries a run may have before it can only be stopped or undone,
// and MaxWords how many bytes its entries may have in words.
const (
	MaxTrace = 2000
	MaxWords = 4 << 20
)

// Errors of transitions. What the step asks for is in the message.
var (
	ErrMoved  = errors.New("somebody else moved this run meanwhile")
	ErrOver   = errors.New("the run is over: undo its last move to go on, or start another")
	ErrMove   = errors.New("the step cannot be done so")
	ErrReason = errors.New("a deviation is welcome and needs its reason, so that the procedure can learn from it")
	ErrLimit  = errors.New("more than this role may give")
)

// LimitError says who may give what the mover may not. It is [ErrLimit].
type LimitError struct {
	Role   string
	Remedy Remedy
	Amount Money
	Left   Money    // what the role may still give over the period; zero: it has no limit of its own
	Roles  []string // who may
}

func (e *LimitError) Error() string {
	s := fmt.Sprintf("%s may not give a %s of %s", e.Role, e.Remedy, e.Amount)
	if !e.Left.IsZero() {
		s += fmt.Sprintf(": %s is left of the limit", e.Left)
	}
	if len(e.Roles) > 0 {
		s += "; ask " + strings.Join(e.Roles, " or ")
	}
	return s
}

// Is reports that e is [ErrLimit].
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

// Start begins a run. Questions whose answers are on file are passed over at once.
func (pl *Plan) Start(d Desk) (Run, []Effect) {
	e := Entry{N: 1, At: d.Now.UTC(), By: d.By, Role: d.role(), How: Started, Procedure: pl.texts[0].ID}
	return pl.settle(pl.Texts(), []Entry{e}, pl.land(0), d)
}

// Do makes a move. It returns the run as it is then and what follows for the records:
// r stays as it is. Whoever keeps runs applies both at once, or neither.
//
// A run can always be stopped and its last move undone, also when it is full and by a
// nil Plan, which is all there is where the text is lost; but one that was stopped when
// it was full stays so.
//
// Errors: [ErrMoved], [ErrOver], [ErrReason], [ErrLimit] (a [*LimitError]), [ErrMove]
// with what is missing or wrong. A move that fails has no effect.
func (pl *Plan) Do(r Run, m Move, d Desk) (Run, []Effect, error) {
	if m.Seen != len(r.Trace) {
		return r, nil, moved(r, m.Seen)
	}
	reason, err := words(m.Reason)
	if err != nil {
		return r, nil, wrong("the reason: %v", err)
	}
	e := Entry{N: len(r.Trace) + 1, At: d.Now.UTC(), By: d.By, Role: d.role(), How: m.How, Reason: reason}
	if m.How == Undone {
		return m.undo(r, e)
	}
	if r.State != Running {
		return r, nil, fmt.Errorf("%w (%s)", ErrOver, r.State)
	}
	w := &walker{pl: pl, r: r, m: m, d: d, n: pl.at(r.At), e: &e}
	if e.Step = r.At; w.n != nil {
		e.Procedure, e.ID, e.Says = w.n.p.ID, w.n.step.ID, w.n.step.String()
	} else if m.How != Abandoned {
		return r, nil, wrong("the procedure has no step %s; it is not the text that the run was started with", r.At)
	}
	to, err := w.step()
	if err != nil {
		return r, nil, err
	}
	trace := append(slices.Clip(slices.Clone(r.Trace)), e)
	if (m.How != Abandoned || e.Answers != nil) && full(trace) {
		return r, nil, wrong("the run is full, with %d entries; stop here and start another run", len(r.Trace))
	}
	if m.How == Abandoned {
		return Replay(r.Texts, trace), e.effects(), nil
	}
	after, effects := pl.settle(r.Texts, trace, pl.land(to), d)
	return after, effects, nil
}

// full reports whether a trace is longer than it may be.
func full(trace []Entry) bool {
	size := 0
	for i := range trace {
		size += trace[i].size()
	}
	return len(trace) > MaxTrace || size > MaxWords
}

func moved(r Run, seen int) error {
	if seen > len(r.Trace) || seen < 0 {
		return fmt.Errorf("%w: %d entries were seen and there are %d", ErrMoved, seen, len(r.Trace))
	}
	e := r.Trace[len(r.Trace)-1]
	return fmt.Errorf("%w: %s %s %q at %s. Look at the run and decide anew", ErrMoved, e.By, e.How, e.Says, e.At.Format(time.RFC3339))
}

// settle ends a transition at a step: it notes where the run stands, and passes over
// questions that were not put yet and whose answers are known.
func (pl *Plan) settle(texts []Text, trace []Entry, to int, d Desk) (Run, []Effect) {
	effects := trace[len(trace)-1].effects()
	w, put := &walker{pl: pl, r: Replay(texts, trace), d: d}, map[string]bool{}
	for _, e := range standing(trace) {
		put[e.Step] = true
	}
	for {
		last := &trace[len(trace)-1]
		last.To = pl.pathOf(to)
		if to < 0 {
			break
		}
		n := &pl.steps[to]
		if a, ok := n.step.Action.(Wait); ok {
			last.Until = d.due(a.Span)
		}
		ask, ok := n.step.Action.(Ask)
		if !ok || len(trace) >= MaxTrace || put[n.path] {
			break
		}
		put[n.path] = true
		e := Entry{N: len(trace) + 1, At: d.Now.UTC(), By: d.By, Role: d.role(), How: OnFile, Procedure: n.p.ID, Step: n.path, ID: n.step.ID, Says: n.step.String()}
		w.n, w.e = n, &e
		for _, id := range ask.Needs {
			if a, ok := w.spared(id); ok {
				e.Answers = append(e.Answers, a)
			}
		}
		if len(e.Answers) < len(ask.Needs) {
			break
		}
		trace = append(trace, e)
		w.r = Replay(texts, trace)
		to = pl.land(n.on)
	}
	return Replay(texts, trace), effects
}

// undo takes back the last move that stands, with the questions passed over after it.
func (m Move) undo(r Run, e Entry) (Run, []Effect, error) {
	if len(m.Answers) > 0 || m.says() {
		return r, nil, wrong("an undo takes back and does nothing else; do the step anew afterwards")
	}
	stand := standing(r.Trace)
	i := len(stand) - 1
	for i >= 0 && stand[i].How == OnFile {
		i--
	}
	if i < 0 || stand[i].How == Started {
		return r, nil, wrong("there is nothing to undo")
	}
	e.Of, e.Procedure, e.Step, e.ID, e.Says = stand[i].N, stand[i].Procedure, stand[i].Step, stand[i].ID, stand[i].Says
	trace := append(slices.Clip(slices.Clone(r.Trace)), e)
	if stand[i].How == Abandoned && full(trace) {
		return r, nil, wrong("the run is full, with %d entries; start another run", len(r.Trace))
	}
	var effects []Effect
	for j := len(stand) - 1; j >= i; j-- {
		if len(stand[j].effects()) > 0 {
			effects = append(effects, Effect{Entry: e.N, TakeBack: stand[j].N})
		}
	}
	return Replay(r.Texts, trace), effects, nil
}

// says reports whether a move says more than how, why and what the customer answered.
func (m Move) says() bool {
	return m.Choice != "" || !m.Amount.IsZero() || m.To != "" || m.Remedy != "" || !m.Due.IsZero()
}
