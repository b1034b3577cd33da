package tracker

import (
	"time"

	"github.com/supportloop/supportloop/sop"
)

// Run is a procedure being followed on a ticket. What was done and what is next is
// [sop.Run]; the texts that it follows are kept by their hashes.
type Run struct {
	ID      RunID     `json:"id"`
	Ticket  TicketID  `json:"ticket"`
	Begun   time.Time `json:"begun"`
	Updated time.Time `json:"updated"`
	Made    []Made    `json:"made,omitempty"` // what its entries made
	Erased  bool      `json:"erased,omitempty"`

	sop.Run
}

// Made is a record that an entry of a run's trace made.
type Made struct {
	Entry   int       `json:"entry"`
	Promise PromiseID `json:"promise,omitempty"`
	Remedy  RemedyID  `json:"remedy,omitempty"`
}

// Answer is what a customer told us once, while a procedure was followed on a
// ticket.
type Answer struct {
	Ticket TicketID `json:"ticket"`
	Run    RunID    `json:"run"`
	sop.Answer
}

// Good reports whether the answer can be used on a ticket at a time: on its own
// ticket always, on others while it is valid.
func (a Answer) Good(on TicketID, at time.Time) bool { return a.Ticket == on || a.Until.After(at) }

// Remedy is what a customer was given.
type Remedy struct {
	ID        RemedyID   `json:"id"`
	Ticket    TicketID   `json:"ticket"`
	Kind      sop.Remedy `json:"kind"`
	Amount    sop.Money  `json:"amount,omitzero"` // zero for a fix and an apology
	Text      string     `json:"text,omitempty"`
	Given     time.Time  `json:"given"`
	By        Actor      `json:"by"`
	Role      string     `json:"role,omitempty"`      // in which they gave it
	Over      bool       `json:"over,omitempty"`      // beyond the procedure's limits, by a role that may
	Run       RunID      `json:"run,omitempty"`       // that it was given in; 0: without a procedure
	TakenBack time.Time  `json:"taken_back,omitzero"` // when that was undone; limits no longer count it
	Reason    string     `json:"reason,omitempty"`    // why it was taken back, where no step was undone
}
