package tracker

import (
	"slices"
	"time"
)

// Outage is a public notice of a service interruption: what is wrong, since when, until
// when, and what is done so that it does not happen again. It goes on in phases, and each
// of its texts is for everybody to read: nothing of a customer's belongs into one, and
// erasing a customer leaves them as they are.
type Outage struct {
	ID         OutageID       `json:"id"`
	Title      string         `json:"title"`
	Products   []string       `json:"products,omitempty"` // that are affected; none: all of them
	Problem    ProblemID      `json:"problem,omitempty"`  // its cause, where that is known; [Tracker.Problem] resolves one that was merged since
	Phase      OutagePhase    `json:"phase"`
	Began      time.Time      `json:"began"`
	Expected   time.Time      `json:"expected,omitzero"` // when it is expected to end, as it was said last; zero: nobody knows
	Ended      time.Time      `json:"ended,omitzero"`    // zero while it is open
	Prevention string         `json:"prevention,omitempty"`
	Updates    []OutageUpdate `json:"updates"` // what was told, the oldest first; there is always one
}

// OutageUpdate is what everybody was told of an outage at a time, and its phase from then
// on.
type OutageUpdate struct {
	Phase     OutagePhase `json:"phase"`
	At        time.Time   `json:"at"`
	By        Actor       `json:"by"`
	Text      string      `json:"text"`
	Reopened  bool        `json:"reopened,omitempty"` // the outage was resolved before it
	Corrected time.Time   `json:"corrected,omitzero"` // when Text was last changed afterwards
}

// OutagePhase is how far the work on an outage has come.
type OutagePhase string

// The phases, in their order.
const (
	OutageInvestigating OutagePhase = "investigating" // something is wrong, nobody knows what
	OutageIdentified    OutagePhase = "identified"    // the cause is known
	OutageMonitoring    OutagePhase = "monitoring"    // it was fixed, and is watched
	OutageResolved      OutagePhase = "resolved"      // it is over
)

var outagePhases = []OutagePhase{OutageInvestigating, OutageIdentified, OutageMonitoring, OutageResolved}

// Open reports whether the outage is not over.
func (o Outage) Open() bool { return o.Phase != OutageResolved }

// Told returns what was told last.
func (o Outage) Told() OutageUpdate {
	if len(o.Updates) == 0 {
		return OutageUpdate{}
	}
	return o.Updates[len(o.Updates)-1]
}

// At returns the outage as far as it was told at a moment, in its phase of then and open
// if it was; ok is false when nothing was told yet. One that was over then ended when that
// was told, if it was opened again since or is said to have ended later. What is no update's, like the title and the time at
// which the end is expected, is as it is now.
func (o Outage) At(moment time.Time) (then Outage, ok bool) {
	n := 0
	for n < len(o.Updates) && !o.Updates[n].At.After(moment) {
		n++
	}
	if n == 0 {
		return Outage{}, false
	}
	then = o
	then.Updates = o.Updates[:n:n]
	then.Phase = then.Told().Phase
	switch {
	case then.Open():
		then.Ended, then.Prevention = time.Time{}, ""
	case then.Ended.After(moment), slices.ContainsFunc(o.Updates[n:], func(u OutageUpdate) bool { return u.Reopened }):
		for n > 1 && o.Updates[n-2].Phase == OutageResolved {
			n--
		}
		then.Ended = o.Updates[n-1].At // the end that it has now is another one
	}
	return then, true
}
