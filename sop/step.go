package sop

import (
	"fmt"
	"strings"
)

// Targets that a step may name besides the ids of other steps.
const (
	Next = "next" // the step that follows, or the end after the last
	Done = "done" // the end of the procedure
)

// Step is one thing to do. It is guidance: an agent may do it otherwise and
// says why.
type Step struct {
	ID     string // unique in its procedure; empty: nothing leads here by name
	Action Action // Ask, Check, Tell, Act, Decide, Escalate, Promise, Wait or Include; never nil
	Goto   string // where to go afterwards: a step id, Next or Done; always empty for Check and Decide
	Note   string // a hint for the agent; may be empty
	Pos    Position
}

// Verb returns the step's verb as the file has it: "ask", "check", "tell",
// "act", "decide", "escalate", "promise", "wait" or "include".
func (s Step) Verb() string {
	if s.Action == nil {
		return ""
	}
	return s.Action.verb()
}

// String returns the step in one line for people, like "promise a callback
// within 1 business day".
func (s Step) String() string {
	if s.Action == nil {
		return ""
	}
	return s.Action.String()
}

// Action is what a step does. The types of this package are the only ones:
// [Ask], [Check], [Tell], [Act], [Decide], [Escalate], [Promise], [Wait] and
// [Include].
type Action interface {
	fmt.Stringer
	verb() string
}

// Ask puts questions; it is skipped for answers that are on file and valid.
type Ask struct {
	Needs []string // ids of Procedure.Needs, one or more, each once
}

// Check looks whether a statement is true.
type Check struct {
	Statement string
	Yes, No   string // where each leads: a step id, Next or Done; never empty
}

// Tell gets points across, in the agent's own words.
type Tell struct {
	Points []string // what the customer must know afterwards, one or more
	Avoid  []string // what to stay clear of
}

// Act does something for the customer.
type Act struct {
	Do     string
	Remedy Remedy // what the customer is given by it; empty: none
	Amount Money  // how much, when the procedure knows; zero: not said
	By     string // the role that does it; empty: whoever follows the procedure
}

// Decide leads on by cases. When no case fits and Otherwise is empty, the next
// step follows.
type Decide struct {
	Question  string
	On        string // id of the question whose answer decides; empty: the agent judges
	Cases     []Case // one or more
	Otherwise string // a step id, Next, Done, or empty
}

// Case is one way a [Decide] can go.
type Case struct {
	Is   string // an answer when Decide.On is set, else a description
	Goto string // a step id, Next or Done
}

// Escalate hands the matter up.
type Escalate struct {
	To     string
	Reason string
	Within Span     // how soon they answer; zero: not said
	Bring  []string // what they need so that the customer never repeats anything
}

// Promise tells the customer what will happen and by when. Exactly one of
// Within and At is set.
type Promise struct {
	Kind   PromiseKind
	What   string // what will happen; may be empty
	Within Span
	At     string // id of the question, of type NeedDate or NeedTime, that holds when
}

// PromiseKind is what is promised.
type PromiseKind string

const (
	PromiseAnswer   PromiseKind = "answer"
	PromiseCallback PromiseKind = "callback"
	PromiseUpdate   PromiseKind = "update"
	PromiseFollowUp PromiseKind = "follow_up"
)

// Wait lets time pass.
type Wait struct {
	Span Span
	For  string // what should happen meanwhile; may be empty
}

// Include follows another procedure and comes back.
type Include struct {
	Procedure string // its id
}

func (Ask) verb() string      { return "ask" }
func (Check) verb() string    { return "check" }
func (Tell) verb() string     { return "tell" }
func (Act) verb() string      { return "act" }
func (Decide) verb() string   { return "decide" }
func (Escalate) verb() string { return "escalate" }
func (Promise) verb() string  { return "promise" }
func (Wait) verb() string     { return "wait" }
func (Include) verb() string  { return "include" }

func (a Ask) String() string     { return "ask for " + strings.Join(a.Needs, ", ") }
func (a Check) String() string   { return "check: " + a.Statement }
func (a Tell) String() string    { return "tell: " + strings.Join(a.Points, "; ") }
func (a Decide) String() string  { return "decide: " + a.Question }
func (a Include) String() string { return "follow the procedure " + a.Procedure }

// String returns what to do, with the remedy and the amount.
func (a Act) String() string {
	var b strings.Builder
	b.WriteString("do: " + a.Do)
	var extra []string
	if a.Remedy != "" {
		extra = append(extra, string(a.Remedy))
	}
	if !a.Amount.IsZero() {
		extra = append(extra, a.Amount.String())
	}
	if a.By != "" {
		extra = append(extra, "by "+a.By)
	}
	if len(extra) > 0 {
		b.WriteString(" (" + strings.Join(extra, ", ") + ")")
	}
	return b.String()
}

// String returns to whom, how soon and why.
func (a Escalate) String() string {
	s := "escalate to " + a.To
	if !a.Within.IsZero() {
		s += " within " + a.Within.String()
	}
	return s + ": " + a.Reason
}

// String returns what is promised and by when.
func (a Promise) String() string {
	s := map[PromiseKind]string{
		PromiseAnswer:   "promise an answer",
		PromiseCallback: "promise a callback",
		PromiseUpdate:   "promise an update",
		PromiseFollowUp: "promise a follow-up",
	}[a.Kind]
	if a.At != "" {
		s += " at the time in " + a.At
	} else {
		s += " within " + a.Within.String()
	}
	if a.What != "" {
		s += ": " + a.What
	}
	return s
}

// String returns how long and what for.
func (a Wait) String() string {
	s := "wait " + a.Span.String()
	if a.For != "" {
		s += " for " + a.For
	}
	return s
}
