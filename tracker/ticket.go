package tracker

import "time"

// Ticket is one matter of one customer: a thread of contacts under a short
// reference.
type Ticket struct {
	ID         TicketID   `json:"id"`
	Reference  string     `json:"reference"` // to be read aloud; see [Tracker.TicketByReference]. Never a credential
	Customer   CustomerID `json:"customer,omitempty"`
	Title      string     `json:"title"`
	Status     Status     `json:"status"`
	Outcome    Outcome    `json:"outcome,omitempty"` // how it closed
	Reason     string     `json:"reason,omitempty"`  // of the outcome, in words
	Kind       Kind       `json:"kind,omitempty"`
	Channel    Channel    `json:"channel"` // of its first contact
	Language   string     `json:"language,omitempty"`
	Product    string     `json:"product,omitempty"`
	Components []string   `json:"components,omitempty"`
	Version    string     `json:"version,omitempty"`
	Contacts   int        `json:"contacts"`
	Opened     time.Time  `json:"opened"` // when its first contact was seen
	Updated    time.Time  `json:"updated"`
	Closed     time.Time  `json:"closed,omitzero"`

	Problem ProblemID `json:"problem,omitempty"`
	Link    Link      `json:"link,omitzero"` // why it belongs to Problem, or to none
	Topic   TopicID   `json:"topic,omitempty"`

	Candidates []Candidate `json:"candidates,omitempty"` // what its first contact might have belonged to, at most five
	Articles   []ArticleID `json:"articles,omitempty"`
	Follows    TicketID    `json:"follows,omitempty"` // the closed ticket that it goes on from
	Erased     bool        `json:"erased,omitempty"`
}

// Solved reports whether the customer got an answer that may help others: the ticket is
// solved, or was closed as solved or as tied to a problem.
func (t Ticket) Solved() bool {
	if t.Status == StatusClosed {
		return t.Outcome == SolvedByKnown || t.Outcome == SolvedAnew || t.Outcome == TiedToProblem
	}
	return t.Status == StatusSolved
}

// Link says by whose decision a ticket belongs to its problem.
type Link struct {
	Decision DecisionID `json:"decision,omitempty"`
	Person   bool       `json:"person,omitempty"` // confirmed by a person, else likely
}

// Status is where a ticket stands.
type Status string

const (
	StatusNew     Status = "new"
	StatusOpen    Status = "open"
	StatusPending Status = "pending" // we wait for the customer
	StatusOnHold  Status = "on_hold" // we wait for somebody else
	StatusSolved  Status = "solved"  // a further contact opens it again
	StatusClosed  Status = "closed"  // a further contact opens a new ticket that follows it
)

// statuses are all, and which may follow each. Closed is the end.
var statuses = map[Status][]Status{
	StatusNew:     {StatusOpen, StatusPending, StatusOnHold, StatusSolved, StatusClosed},
	StatusOpen:    {StatusPending, StatusOnHold, StatusSolved, StatusClosed},
	StatusPending: {StatusOpen, StatusOnHold, StatusSolved, StatusClosed},
	StatusOnHold:  {StatusOpen, StatusPending, StatusSolved, StatusClosed},
	StatusSolved:  {StatusOpen, StatusClosed},
	StatusClosed:  {},
}

// Outcome is how a ticket was closed.
type Outcome string

const (
	SolvedByKnown Outcome = "solved_by_known"
	SolvedAnew    Outcome = "solved_anew"
	TiedToProblem Outcome = "tied_to_problem" // developers own it
	Refunded      Outcome = "refunded"
	Declined      Outcome = "declined" // needs a reason
	Referred      Outcome = "referred"
	Withdrawn     Outcome = "withdrawn"
	NoReply       Outcome = "no_reply" // after two reminders that said so
	NothingAsked  Outcome = "nothing_asked"
)

var outcomes = []Outcome{SolvedByKnown, SolvedAnew, TiedToProblem, Refunded, Declined, Referred, Withdrawn, NoReply, NothingAsked}
