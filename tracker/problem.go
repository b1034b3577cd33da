package tracker

import "time"

// Problem is one cause behind many tickets. It is proposed by the machine or
// confirmed by a person ([Problem.Confirmed]); how far the work on it has come is
// its Status, which is another matter.
type Problem struct {
	ID     ProblemID     `json:"id"`
	Title  string        `json:"title"`            // no other problem's, unless people called both so
	Titled bool          `json:"titled,omitempty"` // by a person: the machine leaves it alone
	Words  []string      `json:"words,omitempty"`  // what sets its tickets apart, most telling first
	Status ProblemStatus `json:"status"`
	Before ProblemStatus `json:"before,omitempty"` // its Status before it regressed; "" once a person gave it another

	RootCause  string `json:"root_cause,omitempty"`
	Workaround string `json:"workaround,omitempty"` // a temporary answer
	Resolution string `json:"resolution,omitempty"` // the final one
	Product    string `json:"product,omitempty"`
	FixedIn    string `json:"fixed_in,omitempty"` // the first version without it

	Tickets          int       `json:"tickets"`
	ConfirmedTickets int       `json:"confirmed_tickets"` // those a person linked; the others are likely
	MadeByPerson     bool      `json:"made_by_person,omitempty"`
	First            time.Time `json:"first"`
	Last             time.Time `json:"last"`
	Resolved         time.Time `json:"resolved,omitzero"`  // when its Status became resolved or closed
	Regressed        time.Time `json:"regressed,omitzero"` // since when one of its contacts is about FixedIn or later
	MergedInto       ProblemID `json:"merged_into,omitempty"`
}

// Confirmed reports whether a person made p or linked one of its tickets.
func (p Problem) Confirmed() bool { return p.MadeByPerson || p.ConfirmedTickets > 0 }

// KnownError reports whether p can be answered: it has a root cause, a workaround
// or a resolution.
func (p Problem) KnownError() bool {
	return p.RootCause != "" || p.Workaround != "" || p.Resolution != ""
}

// Fixes reports whether FixedIn is newer than version: then updating helps. known is
// false when the two cannot be compared, as when one of them is empty.
func (p Problem) Fixes(version string) (helps, known bool) {
	c, known := compareVersions(version, p.FixedIn)
	return c < 0, known
}

// ProblemStatus is how far the work on a problem has come.
type ProblemStatus string

const (
	ProblemNew           ProblemStatus = "new"
	ProblemAssess        ProblemStatus = "assess"
	ProblemRootCause     ProblemStatus = "root_cause"
	ProblemFixInProgress ProblemStatus = "fix_in_progress"
	ProblemResolved      ProblemStatus = "resolved"
	ProblemClosed        ProblemStatus = "closed"
)

var problemStatuses = []ProblemStatus{ProblemNew, ProblemAssess, ProblemRootCause, ProblemFixInProgress, ProblemResolved, ProblemClosed}

// Topic is what contacts are about, broadly; the machine makes it, it holds many
// problems, and nothing is closed or reopened through it.
type Topic struct {
	ID      TopicID  `json:"id"`
	Title   string   `json:"title"` // "" while it has fewer than four tickets
	Words   []string `json:"words,omitempty"`
	Tickets int      `json:"tickets"`
}
