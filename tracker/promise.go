package tracker

import "time"

// Promise is what a customer was told would happen, and by when.
type Promise struct {
	ID       PromiseID    `json:"id"`
	Ticket   TicketID     `json:"ticket"`
	Customer CustomerID   `json:"customer,omitempty"`
	Kind     PromiseKind  `json:"kind"`
	Text     string       `json:"text,omitempty"` // what was promised, in words
	Made     time.Time    `json:"made"`
	Due      time.Time    `json:"due"`
	State    PromiseState `json:"state"`
	Settled  time.Time    `json:"settled,omitzero"` // when it was kept, broken or withdrawn
	Reason   string       `json:"reason,omitempty"` // of a withdrawal
	By       Actor        `json:"by"`
}

// PromiseKind is what was promised.
type PromiseKind string

const (
	PromiseAnswer   PromiseKind = "answer"
	PromiseCallback PromiseKind = "callback"
	PromiseUpdate   PromiseKind = "update"
	PromiseFollowUp PromiseKind = "follow_up"
)

// PromiseState is what became of a promise. One that is settled after its time
// was broken, however late.
type PromiseState string

const (
	PromiseOpen      PromiseState = "open"
	PromiseKept      PromiseState = "kept"
	PromiseBroken    PromiseState = "broken"
	PromiseWithdrawn PromiseState = "withdrawn"
)
