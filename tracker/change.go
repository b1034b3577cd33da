package tracker

import "time"

// Change is one line of the log: what happened, to which records. Changes are
// numbered 1, 2, 3 … in the order in which they were committed, without gaps.
// They carry numbers, never content; a follower reads the records as they are now.
type Change struct {
	Seq      uint64     `json:"seq"`
	At       time.Time  `json:"at"`
	Actor    Actor      `json:"actor"`
	Action   Action     `json:"action"`
	Contact  ContactID  `json:"contact,omitempty"`
	Ticket   TicketID   `json:"ticket,omitempty"`
	Customer CustomerID `json:"customer,omitempty"`
	Problem  ProblemID  `json:"problem,omitempty"`
	Topic    TopicID    `json:"topic,omitempty"`
	Article  ArticleID  `json:"article,omitempty"`
	Promise  PromiseID  `json:"promise,omitempty"`
	Decision DecisionID `json:"decision,omitempty"`
	Run      RunID      `json:"run,omitempty"`
	Remedy   RemedyID   `json:"remedy,omitempty"`
	Use      UseID      `json:"use,omitempty"`
	Outage   OutageID   `json:"outage,omitempty"`
	Same     bool       `json:"same,omitempty"`  // of ticket.judged and candidate.audited: it was the same
	Audit    bool       `json:"audit,omitempty"` // of ticket.judged: the ticket was drawn at random
}

// Action is what a [Change] says happened.
type Action string

const (
	ContactLogged      Action = "contact.logged"      // Contact, Ticket, Customer
	TicketOpened       Action = "ticket.opened"       // Ticket, Customer
	TicketChanged      Action = "ticket.changed"      // Ticket
	TicketLinked       Action = "ticket.linked"       // Ticket, Problem (0: to none any more), Decision
	TicketTopic        Action = "ticket.topic"        // Ticket, Topic
	CustomerChanged    Action = "customer.changed"    // Customer
	CustomerErased     Action = "customer.erased"     // Customer
	TicketErased       Action = "ticket.erased"       // Ticket
	ContactErased      Action = "contact.erased"      // Contact, Ticket
	ProblemChanged     Action = "problem.changed"     // Problem
	ProblemRegressed   Action = "problem.regressed"   // Problem, Ticket
	ProblemConfirmed   Action = "problem.confirmed"   // Problem: a person linked its first ticket
	ProblemUnconfirmed Action = "problem.unconfirmed" // Problem: that was taken back
	TopicChanged       Action = "topic.changed"       // Topic
	ArticleChanged     Action = "article.changed"     // Article; Use and Ticket where it was used or flagged
	ArticleErased      Action = "article.erased"      // Article: what it took of a ticket that is erased is gone from it
	PromiseChanged     Action = "promise.changed"     // Promise, Ticket
	RunChanged         Action = "run.changed"         // Run, Ticket
	RemedyChanged      Action = "remedy.changed"      // Remedy, Ticket
	OutageChanged      Action = "outage.changed"      // Outage
	DecisionMade       Action = "decision.made"       // Decision, and what it is about
	TicketJudged       Action = "ticket.judged"       // Ticket, Problem, Decision, Same, Audit: a person said so; the ranking learns from it
	CandidateAudited   Action = "candidate.audited"   // Ticket, Problem, Decision, Same: likewise, of a problem that was confirmed; the machine may link to such by itself once these are right
)
