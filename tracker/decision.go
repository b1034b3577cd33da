package tracker

import (
	"slices"
	"time"
)

// Decision is one change of what belongs together: by whom and why, and exactly
// what it moved, so that it can be taken back.
type Decision struct {
	ID       DecisionID `json:"id"`
	At       time.Time  `json:"at"`
	Actor    Actor      `json:"actor"`
	Verb     Verb       `json:"verb"`
	Ticket   TicketID   `json:"ticket,omitempty"`
	With     TicketID   `json:"with,omitempty"` // the ticket it was compared with
	Problem  ProblemID  `json:"problem,omitempty"`
	From     ProblemID  `json:"from,omitempty"`
	Customer CustomerID `json:"customer,omitempty"`

	// Of a machine's decision: which rule, what it scored, what it had to beat
	// (similarities, 0 to 1), and the words that matched.
	Rule      string   `json:"rule,omitempty"`
	Score     float64  `json:"score,omitempty"`
	Threshold float64  `json:"threshold,omitempty"`
	Why       []Reason `json:"why,omitempty"`
	Audit     bool     `json:"audit,omitempty"` // asked at random, so that the answers can be counted on

	Effects  []Effect   `json:"effects,omitempty"`
	Undoes   DecisionID `json:"undoes,omitempty"`
	UndoneBy DecisionID `json:"undone_by,omitempty"`
}

// concerns reports whether d is about p, or brought a ticket to it or took one from it.
func (d *Decision) concerns(p ProblemID) bool {
	return d.Problem == p || d.From == p || slices.ContainsFunc(d.Effects, func(e Effect) bool {
		return e.Kind == effectLink && (ProblemID(e.From) == p || ProblemID(e.To) == p)
	})
}

// Problems are all whose tickets or whose number d changed: those that a ticket came to
// or left, and those that were made one or stand alone again; each once, in order.
func (d Decision) Problems() []ProblemID {
	var all []ProblemID
	for _, e := range d.Effects {
		switch e.Kind {
		case effectLink, effectMergeProblem, effectSplitProblem:
			for _, id := range []uint64{e.From, e.To} {
				if id != 0 {
					all = append(all, ProblemID(id))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Verb is what a decision did.
type Verb string

const (
	VerbBirth          Verb = "birth"   // a problem was made of tickets that had none
	VerbLink           Verb = "link"    // the machine joined a ticket to a problem
	VerbConfirm        Verb = "confirm" // a person said: the same
	VerbReject         Verb = "reject"  // a person said: not the same
	VerbMove           Verb = "move"
	VerbMerge          Verb = "merge"
	VerbSplit          Verb = "split"
	VerbMergeCustomers Verb = "merge_customers"
	VerbUndo           Verb = "undo"
)

// Reason is one piece of evidence: a word that matched, in the form in which the
// contact has it, or a feature by name.
type Reason struct {
	Word   string  `json:"word"`
	Field  string  `json:"field,omitempty"`
	Weight float64 `json:"weight"`
}

// Candidate is a problem, or a ticket that has none yet, that may be the same as
// a contact.
type Candidate struct {
	Problem    ProblemID `json:"problem,omitempty"`
	Ticket     TicketID  `json:"ticket"`     // the most similar one: the problem's, or the candidate itself
	Score      float64   `json:"score"`      // for ranking; lower with the time since it was last seen
	Similarity float64   `json:"similarity"` // 0 to 1, whatever the time
	// Probability is that it is the same, by what people's audits said of candidates as
	// similar; 0 while that is uncalibrated, which takes 59 audits, 5 of either answer.
	Probability float64    `json:"probability,omitempty"`
	Tickets     []TicketID `json:"tickets,omitempty"` // of the problem, best first; only from Candidates
	Why         []Reason   `json:"why,omitempty"`
}

// Target is the candidate as [Tracker.Confirm] and [Tracker.Reject] take it.
func (c Candidate) Target() Target {
	if c.Problem != 0 {
		return Target{Problem: c.Problem}
	}
	return Target{Ticket: c.Ticket}
}

// Target is what a ticket may be the same as: a problem, or another ticket. One
// of the two is set.
type Target struct {
	Problem ProblemID
	Ticket  TicketID
}

// Effect is one elementary thing that a decision changed. Undo turns From and To
// around.
type Effect struct {
	Kind     EffectKind `json:"kind"`
	Ticket   TicketID   `json:"ticket,omitempty"`
	Customer CustomerID `json:"customer,omitempty"`
	Identity string     `json:"identity,omitempty"` // a hash: the identity itself may be erased
	From     uint64     `json:"from,omitempty"`
	To       uint64     `json:"to,omitempty"`
	FromLink Link       `json:"from_link,omitzero"` // of a link or a refusal: whose decision it was
	ToLink   Link       `json:"to_link,omitzero"`   // and whose it is now
	Erased   bool       `json:"erased,omitempty"`   // the Ticket was erased already: taking the effect back brings nothing of it back
}

// EffectKind is what an [Effect] changes.
type EffectKind string
