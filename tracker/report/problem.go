package report

import (
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// Weeks is how many weeks [Problem.Weeks] counts.
const Weeks = 12

// Problem is one problem as the report shows it. What people wrote about it and its
// status are as they are now; counts reach up to Period.Until.
type Problem struct {
	ID        tracker.ProblemID     `json:"id"`
	Title     string                `json:"title"`
	Words     []string              `json:"words,omitempty"`
	Status    tracker.ProblemStatus `json:"status"`
	Confirmed bool                  `json:"confirmed"` // by a person, else proposed by the machine
	Trend     Trend                 `json:"trend"`
	Weight    int                   `json:"weight"` // see [Weigh]

	ConfirmedTickets int `json:"confirmed_tickets"` // a person said that they belong
	LikelyTickets    int `json:"likely_tickets"`    // the machine thinks so
	Customers        int `json:"customers"`

	Period Impact `json:"period"`

	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
	Weeks []int     `json:"weeks"` // customers who opened a ticket, a week each, the last one ends with the period

	Products   []Count `json:"products,omitempty"` // tickets that name them; by count, then by name
	Versions   []Count `json:"versions,omitempty"`
	Components []Count `json:"components,omitempty"`

	KnownError bool                `json:"known_error"`
	RootCause  string              `json:"root_cause,omitempty"`
	Workaround string              `json:"workaround,omitempty"`
	Resolution string              `json:"resolution,omitempty"`
	FixedIn    string              `json:"fixed_in,omitempty"`
	Regressed  time.Time           `json:"regressed,omitzero"`
	Articles   []tracker.ArticleID `json:"articles,omitempty"` // in order

	Voice    string   `json:"voice,omitempty"` // a customer's own words, see the package's doc
	Evidence Evidence `json:"evidence"`
}

// Impact is what a problem did to customers within the period.
type Impact struct {
	Tickets    int `json:"tickets"`
	Customers  int `json:"customers"`  // who wrote or called about it, praise apart
	Complaints int `json:"complaints"` // customers who complained
	Contacts   int `json:"contacts"`   // from customers, praise apart
	Before     int `json:"before"`     // the same in the time before; means nothing without Period.Previous
}

// Tickets is how many tickets belong to p, confirmed and likely ones.
func (p Problem) Tickets() int { return p.ConfirmedTickets + p.LikelyTickets }

// Evidence is why the tickets of a problem are held to be the same: what was
// decided, less what was taken back.
type Evidence struct {
	ByPeople int     `json:"by_people"`       // decisions of people
	Rules    []Rule  `json:"rules,omitempty"` // of the machine; by decisions, then by name
	Words    []Count `json:"words,omitempty"` // that matched, in how many decisions; at most twelve
}

// Rule is how often the machine went by one rule, and how sure it was.
type Rule struct {
	Name      string  `json:"name"`
	Decisions int     `json:"decisions"`
	Lowest    float64 `json:"lowest"` // similarities, 0 to 1, to two digits
	Median    float64 `json:"median"`
	Highest   float64 `json:"highest"`
	Threshold float64 `json:"threshold"` // the highest that had to be beaten
}

// Fix is a problem that was said to be fixed, and what came of it.
type Fix struct {
	Problem tracker.ProblemID `json:"problem"`
	Title   string            `json:"title"`
	FixedIn string            `json:"fixed_in"`
	// Before and After are contacts from customers about it, praise apart, in the time
	// before the period and in the period. Before means nothing without Period.Previous.
	Before    int       `json:"before"`
	After     int       `json:"after"`
	Regressed time.Time `json:"regressed,omitzero"` // when FixedIn or a later version was first said to have it
}
