package report

import (
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// Version is the format of the JSON that this package writes, [Report.Format]. A
// reader that knows a format may meet new fields in it; what a field means changes
// only with the number.
const Version = 1

// Report is what was found in the log about one period, ready to be rendered by a
// [Format]. Every list is in an order that its doc names, so that two reports can be
// compared line by line. What customers wrote is in it only as short
// quotes without what identifies them; agents are not in it at all. Times are in
// Options.Zone, UTC by default.
type Report struct {
	Format  int    `json:"format"` // Version
	Title   string `json:"title"`
	Product string `json:"product,omitempty"` // the only one that is counted; "": all
	Period  Period `json:"period"`
	Totals  Totals `json:"totals"`

	PageOne PageOne `json:"page_one"`

	Problems     []Problem    `json:"problems"`                // by weight, see [Problem.Weight]
	MoreProblems int          `json:"more_problems,omitempty"` // further ones, beyond Options.Top
	Fixes        []Fix        `json:"fixes"`                   // those that came back first, then by contacts, then by id
	Outages      []Outage     `json:"outages"`                 // that were not over before the period, by when they began, then by id
	Topics       []Topic      `json:"topics"`                  // by tickets in the period, then by id; those that have a title
	MoreTopics   int          `json:"more_topics,omitempty"`   // further ones: without a title yet, or beyond Options.Top
	Suggestions  []Suggestion `json:"suggestions"`             // by customers, then the oldest first
	Arrivals     Arrivals     `json:"arrivals"`
	Promises     Promises     `json:"promises"`
	Thanks       Thanks       `json:"thanks"`
	Articles     Articles     `json:"articles"`
	FellShort    FellShort    `json:"fell_short"`
}

// Period is the time a report is about. A time belongs to it from Since up to, but
// not including, Until.
type Period struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	// Previous is where the time of the same length before Since begins, which the
	// period is compared with; zero if the log has no ticket from before Since.
	Previous time.Time `json:"previous,omitzero"`
	// Latest is when the last contact of the whole log up to Until was said. It tells
	// an empty period from an empty log.
	Latest time.Time `json:"latest,omitzero"`
}

// Days is the length of the period, counting a day begun as a whole one.
func (p Period) Days() int {
	return int((p.Until.Sub(p.Since) + day - 1) / day)
}

func (p Period) holds(t time.Time) bool { return !t.Before(p.Since) && t.Before(p.Until) }

func (p Period) before(t time.Time) bool {
	return !p.Previous.IsZero() && !t.Before(p.Previous) && t.Before(p.Since)
}

const day = 24 * time.Hour

// Totals are the sizes of the log and of the period, and what the period is made of.
// The lists are by count, then by name.
type Totals struct {
	Log      Size    `json:"log"` // from the first contact up to Period.Until
	Period   Size    `json:"period"`
	Channels []Count `json:"channels"` // contacts from customers in the period
	Kinds    []Count `json:"kinds"`    // the same, "unknown" where none was given
	Outcomes []Count `json:"outcomes"` // tickets closed in the period
}

// Size counts records. A ticket belongs to the time in which it was opened; a
// customer and a problem to those in which a customer was heard, or heard about it.
type Size struct {
	Contacts  int `json:"contacts"` // from customers
	Answers   int `json:"answers"`  // contacts from us to them
	Tickets   int `json:"tickets"`
	Customers int `json:"customers"`
	Problems  int `json:"problems"`
	Confirmed int `json:"confirmed"` // of Problems, those confirmed by a person
}

// Count is how often something occurs.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Topic is what tickets are about, broadly.
type Topic struct {
	ID        tracker.TopicID `json:"id"`
	Title     string          `json:"title"`
	Words     []string        `json:"words,omitempty"`
	Tickets   int             `json:"tickets"`   // opened in the period
	Before    int             `json:"before"`    // opened in the time before; means nothing without Period.Previous
	Customers int             `json:"customers"` // in the period
	Problems  int             `json:"problems"`  // that these tickets belong to
}

// Suggestion is something that customers asked for: a problem whose tickets are
// suggestions, or one ticket that belongs to no problem.
type Suggestion struct {
	Problem   tracker.ProblemID `json:"problem,omitempty"`
	Ticket    tracker.TicketID  `json:"ticket"` // the oldest one
	Title     string            `json:"title"`
	Tickets   int               `json:"tickets"`   // up to Period.Until
	New       int               `json:"new"`       // of these, opened in the period
	Customers int               `json:"customers"` // up to Period.Until
	First     time.Time         `json:"first"`
	// Decided says that somebody decided on it: the problem is resolved or closed, or
	// every ticket of it is solved or closed.
	Decided bool `json:"decided"`
	// Waiting is how many of the tickets are neither solved nor closed: nobody told their customers.
	Waiting int `json:"waiting"`
}

// Arrivals are the contacts from customers by the hour at which they came, in the
// period, beside the promises made at that hour: where these break, people are
// missing.
type Arrivals struct {
	Zone     string    `json:"zone"` // whose clock it is, as in "UTC" or "Europe/Paris"
	Hours    []Hour    `json:"hours"`
	Weekdays []Weekday `json:"weekdays"` // Monday first
}

// Hour is one hour of the day.
type Hour struct {
	Hour     int `json:"hour"` // 0 to 23
	Contacts int `json:"contacts"`
	Promised int `json:"promised"` // answers promised to what came then
	Broken   int `json:"broken"`   // of these, those not kept in time
}

// Weekday is one day of the week.
type Weekday struct {
	Day      string `json:"day"` // "monday"
	Contacts int    `json:"contacts"`
	Hours    []int  `json:"hours"` // contacts by hour, 24 of them
}

// Promises are those made in the period, and those that are open whenever they
// were made.
type Promises struct {
	Kinds   []PromiseCount `json:"kinds"`    // by name
	Overdue int            `json:"overdue"`  // open, and their time is past
	DueSoon int            `json:"due_soon"` // open, and due within a week
}

// PromiseCount is what became of the promises of one kind.
type PromiseCount struct {
	Kind      tracker.PromiseKind `json:"kind"`
	Made      int                 `json:"made"` // in the period, as are kept, broken and withdrawn ones
	Kept      int                 `json:"kept"`
	Broken    int                 `json:"broken"`
	Withdrawn int                 `json:"withdrawn"`
	Open      int                 `json:"open"`
	Overdue   int                 `json:"overdue"` // of Open
}

// Thanks is the praise that came in the period.
type Thanks struct {
	Contacts  int      `json:"contacts"`
	Customers int      `json:"customers"`
	Voices    []string `json:"voices,omitempty"` // the latest, at most three
}

// Articles say what of the written knowledge needs care.
type Articles struct {
	Articles  int         `json:"articles"`  // all but archived ones
	Validated int         `json:"validated"` // of these
	Solved    int         `json:"solved"`    // tickets solved in the period, see [tracker.Ticket.Solved]; one that is not closed yet counts when it last changed
	Linked    int         `json:"linked"`    // of these, with an article that helped or was made of them
	Known     int         `json:"known"`     // tickets closed in the period as solved by something known, or tied to a problem
	Anew      int         `json:"anew"`      // closed as solved anew
	Reused    int         `json:"reused"`    // times that an article helped on a ticket in the period
	Drafted   int         `json:"drafted"`   // articles made of a ticket in the period
	Flagged   int         `json:"flagged"`   // times that an article was flagged in the period
	Flags     []Flags     `json:"flags"`     // that are open; most first, then by id
	Overdue   []Overdue   `json:"overdue"`   // the longest overdue first
	Unwritten []Unwritten `json:"unwritten"` // known errors first, then by tickets, then by id
	Unfound   []Unfound   `json:"unfound"`   // the longest unchanged first
}

// Closed are the tickets closed in the period as solved by something known or anew.
func (a Articles) Closed() int { return a.Known + a.Anew }

// Flags is an article with open flags.
type Flags struct {
	ID    tracker.ArticleID `json:"id"`
	Title string            `json:"title"`
	Flags int               `json:"flags"`
	Since time.Time         `json:"since"` // of the oldest
}

// Unfound is an article that never helped on any ticket, and stands as it is since
// before the period.
type Unfound struct {
	ID      tracker.ArticleID `json:"id"`
	Title   string            `json:"title"`
	Updated time.Time         `json:"updated"`
}

// Overdue is an article whose review is past its time.
type Overdue struct {
	ID       tracker.ArticleID `json:"id"`
	Title    string            `json:"title"`
	ReviewBy time.Time         `json:"review_by"`
	Reused   int               `json:"reused"` // tickets that used it
}

// Unwritten is a problem with many tickets and no article.
type Unwritten struct {
	ID         tracker.ProblemID `json:"id"`
	Title      string            `json:"title"`
	Tickets    int               `json:"tickets"`
	KnownError bool              `json:"known_error"` // what to answer is known; only the article is missing
}

// FellShort counts, of the contacts from customers in the period, those that this
// report says less about than it should.
type FellShort struct {
	NoProblem int     `json:"no_problem"`          // their ticket belongs to no problem
	NoVersion int     `json:"no_version"`          // neither they nor their ticket name a version
	Erased    int     `json:"erased"`              // their text was erased
	Flags     []Count `json:"flags"`               // what was not right when they were logged, see [tracker.Flag]; by count, then by name
	Voiceless int     `json:"voiceless_problems"`  // problems listed of which no sentence could be quoted
	Unjudged  int     `json:"unconfirmed_tickets"` // tickets of the problems listed that no person has confirmed
}
