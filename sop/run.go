package sop

import (
	"slices"
	"time"
)

// Run is a procedure being followed on a ticket: a value, which [Plan.Do] makes a
// new one of. It keeps what its content was by hash, and everything that was done in
// words, so that it can be read when the file is long another one.
type Run struct {
	Texts   []Text            `json:"texts"`             // the procedure that is followed, then those it includes
	State   State             `json:"state"`             // what became of it
	At      string            `json:"at,omitempty"`      // path of the step that is next; "" when it is over
	Until   time.Time         `json:"until,omitzero"`    // of a wait that is next: when it is over
	Answers map[string]Answer `json:"answers,omitempty"` // what is known, by the question's id
	Trace   []Entry           `json:"trace"`             // all that was done, in order; what was undone too
}

// State says what became of a run.
type State string

const (
	Running  State = "running"
	Finished State = "finished" // the end was reached
	Stopped  State = "stopped"  // somebody gave it up, with a reason
)

// Answer is what a customer told us, to one question.
type Answer struct {
	From   uint64    `json:"from,omitempty"` // number of the run that it is a copy of an answer in, as whoever keeps the records says; 0: it was given in this one
	Need   string    `json:"need"`           // id of the question
	Values []string  `json:"values"`         // one; for a question with several choices one or more
	At     time.Time `json:"at"`             // when they said so
	By     string    `json:"by,omitempty"`   // who wrote it down
	Until  time.Time `json:"until,omitzero"` // how long it is good for other tickets of the customer; zero: it is not
}

// Entry is one line of a trace. It can be read without the procedure.
type Entry struct {
	N         int       `json:"n"` // from 1
	At        time.Time `json:"at"`
	By        string    `json:"by,omitempty"`
	Role      string    `json:"role,omitempty"`
	How       How       `json:"how"`
	Procedure string    `json:"procedure,omitempty"` // id of the one that the step stands in
	Step      string    `json:"step,omitempty"`      // path of the step
	ID        string    `json:"id,omitempty"`        // id of the step, where it has one
	Says      string    `json:"says,omitempty"`      // the step in words, see Step.String
	Choice    string    `json:"choice,omitempty"`    // of a check: yes or no; of a decision: the case
	Reason    string    `json:"reason,omitempty"`    // of a deviation or a stop
	Of        int       `json:"of,omitempty"`        // of an undo: the first entry that it takes back; all after it go too
	To        string    `json:"to,omitempty"`        // path of the step that is next; "": the end
	Until     time.Time `json:"until,omitzero"`      // where a wait is next: when it is over

	Answers   []Answer   `json:"answers,omitempty"`
	Gave      *Gift      `json:"gave,omitempty"`
	Promised  *Promised  `json:"promised,omitempty"`
	Escalated *Escalated `json:"escalated,omitempty"`
}

// Gift is a remedy that a step gave.
type Gift struct {
	Remedy Remedy `json:"remedy"`
	Amount Money  `json:"amount,omitzero"` // zero for what costs no money
	What   string `json:"what,omitempty"`
	Over   bool   `json:"over,omitempty"` // beyond the limits, by a role that may
}

// Promised is what a step promised the customer.
type Promised struct {
	Kind PromiseKind `json:"kind"`
	What string      `json:"what,omitempty"`
	Due  time.Time   `json:"due"`
}

// Escalated is what a step handed up.
type Escalated struct {
	To     string    `json:"to"`
	Reason string    `json:"reason"`
	Bring  []string  `json:"bring,omitempty"`
	Due    time.Time `json:"due,omitzero"` // by when they answer; zero: not said
}

// Spared reports whether a was known when the step was done, so that the customer was
// not asked.
func (e Entry) Spared(a Answer) bool { return e.How == OnFile || a.From != 0 }

// Deviation reports whether a step was done otherwise than the procedure says.
func (e Entry) Deviation() bool { return e.How == Skipped || e.How == Otherwise }

// Effect is what a transition asks of whoever keeps the records: to store an answer,
// book a remedy, make a promise, hand a matter up, or take back what an entry had
// asked for. Exactly one of its pointers is set, or TakeBack.
type Effect struct {
	Entry     int // number of the entry that asks for it
	Answer    *Answer
	Gave      *Gift
	Promised  *Promised
	Escalated *Escalated
	TakeBack  int // number of an entry that was undone
}

// size is how many bytes an entry has in words.
func (e *Entry) size() int {
	n := len(e.Says) + len(e.Reason)
	for _, a := range e.Answers {
		for _, v := range a.Values {
			n += len(v)
		}
	}
	if e.Gave != nil {
		n += len(e.Gave.What)
	}
	if e.Promised != nil {
		n += len(e.Promised.What)
	}
	if e.Escalated != nil {
		n += len(e.Escalated.Reason)
		for _, b := range e.Escalated.Bring {
			n += len(b)
		}
	}
	return n
}

// effects returns what an entry asks for.
func (e *Entry) effects() []Effect {
	var out []Effect
	for i := range e.Answers {
		if !e.Spared(e.Answers[i]) {
			out = append(out, Effect{Entry: e.N, Answer: &e.Answers[i]})
		}
	}
	if e.Gave != nil {
		out = append(out, Effect{Entry: e.N, Gave: e.Gave})
	}
	if e.Promised != nil {
		out = append(out, Effect{Entry: e.N, Promised: e.Promised})
	}
	if e.Escalated != nil {
		out = append(out, Effect{Entry: e.N, Escalated: e.Escalated})
	}
	return out
}

// Replay makes a run of its trace alone. It is how every run is made.
func Replay(texts []Text, trace []Entry) Run {
	r := Run{Texts: texts, State: Running, Trace: trace}
	for _, e := range standing(trace) {
		for _, a := range e.Answers {
			if r.Answers == nil {
				r.Answers = map[string]Answer{}
			}
			r.Answers[a.Need] = a
		}
		switch {
		case e.How == Abandoned:
			r.State, r.Until = Stopped, time.Time{}
			continue
		case e.To == "":
			r.State = Finished
		default:
			r.State = Running
		}
		r.At, r.Until = e.To, e.Until
	}
	if r.State == Stopped {
		r.At = ""
	}
	return r
}

// standing returns the entries of a trace that were not undone.
func standing(trace []Entry) []Entry {
	var out []Entry
	for _, e := range trace {
		if e.How == Undone {
			out = slices.DeleteFunc(out, func(o Entry) bool { return o.N >= e.Of })
			continue
		}
		out = append(out, e)
	}
	return out
}

// Standing returns the entries of the trace that were not undone.
func (r Run) Standing() []Entry { return standing(r.Trace) }

// Deviations returns the entries that stand and deviate from the procedure.
func (r Run) Deviations() []Entry {
	return slices.DeleteFunc(standing(r.Trace), func(e Entry) bool { return !e.Deviation() })
}
