package sop

// Procedure is one standard operating procedure, as its file says it.
//
// Format, ID, Version, Title, Purpose, Owner, Status, Steps and DoneWhen are
// always set on a procedure that [Parse] returned without an error.
type Procedure struct {
	Format     int          // version of the file format, 1
	ID         string       // names the procedure for ever, like charged-twice; at most 64 bytes
	Version    int          // counted up by hand with each change, from 1
	Title      string       // one line, at most 200 characters
	Purpose    string       // what is better afterwards, and for whom
	Owner      string       // who keeps it true: a person, a role or a team
	ReviewBy   Date         // when somebody should read it again; zero: not said
	Status     Status       // only active procedures are matched
	ReplacedBy string       // id of the successor of a retired procedure; empty: none
	Language   string       // BCP 47 tag of the text, like en or pt-BR; empty: not said
	When       Condition    // when it applies; zero: only when included or chosen by hand
	Needs      []Need       // what it has to know, in file order
	Limits     []Limit      // who may give how much, in file order
	Steps      []Step       // at least one, in file order
	DoneWhen   string       // how one sees that the matter is settled
	Escalation []Escalation // where to turn when the steps do not help, first choice first
	See        []Link       // what else to read
	Silence    []Silence    // findings of the checker that somebody looked at and keeps

	Hash string // SHA-256 of the file's bytes, in lower-case hexadecimal
	File string // the name given to Parse, or the path within Load's file system

	source []byte
}

// Source returns the bytes of the file that the procedure was read from, nil for one
// that was made otherwise. They are not to be changed.
func (p *Procedure) Source() []byte { return p.source }

// Format1 is the version of the file format that this package reads.
const Format1 = 1

// Step returns the step with the given id.
func (p *Procedure) Step(id string) (Step, bool) {
	for _, s := range p.Steps {
		if id != "" && s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// Need returns the question with the given id.
func (p *Procedure) Need(id string) (Need, bool) {
	for _, n := range p.Needs {
		if n.ID == id {
			return n, true
		}
	}
	return Need{}, false
}

// Status says whether a procedure is in force.
type Status string

const (
	Draft   Status = "draft"   // being written; never matched
	Active  Status = "active"  // in force
	Retired Status = "retired" // kept so that old traces stay readable; never matched
)

// Position is a place in a file. Both count from 1; a column counts characters.
type Position struct {
	Line, Column int
}

// Need is one question a procedure needs answered. What a customer answered
// once is not asked again while the answer is valid.
type Need struct {
	ID       string   // names the question and its answer, like charge_dates
	Ask      string   // what to find out, as guidance and not as a sentence to read aloud
	Type     NeedType // what an answer looks like
	Choices  []string // the answers to choose from; for NeedChoice and NeedChoices only, two or more
	Why      string   // why we ask, for when the customer wonders; may be empty
	Optional bool     // the procedure goes on without an answer
	ValidFor Span     // how long an answer is good for other tickets of the customer; zero: for its own ticket only
	Pos      Position
}

// NeedType is what the answer to a question looks like.
type NeedType string

const (
	NeedText    NeedType = "text"
	NeedNumber  NeedType = "number"
	NeedMoney   NeedType = "money"   // a number and a currency
	NeedDate    NeedType = "date"    // a day without a clock time
	NeedTime    NeedType = "time"    // a day and a clock time
	NeedYesNo   NeedType = "yes_no"  // one of two
	NeedChoice  NeedType = "choice"  // one of Choices
	NeedChoices NeedType = "choices" // one or more of Choices
)

// Remedy is what a customer is given when something went wrong.
type Remedy string

const (
	Fix     Remedy = "fix"
	Apology Remedy = "apology"
	Credit  Remedy = "credit" // money off what is paid later
	Refund  Remedy = "refund" // money back
)

// CostsMoney reports whether the remedy is a sum of money, which limits bind.
func (r Remedy) CostsMoney() bool { return r == Credit || r == Refund }

// Limit is the authority of a role: up to this much without asking anyone.
type Limit struct {
	Role   string // who, as the team names its roles
	Remedy Remedy // Credit or Refund
	UpTo   Money  // inclusive, never negative
	Per    Period // over what UpTo is summed
	Pos    Position
}

// Period is what a limit is counted over. Where nobody knows whose a ticket is, the
// ticket stands for the customer.
type Period string

const (
	PerTicket           Period = "ticket"
	PerCustomerAndMonth Period = "customer and month" // a calendar month
	PerCustomerAndYear  Period = "customer and year"  // a calendar year
)

// Link leads to something else that helps. Exactly one of its first three fields
// is set.
type Link struct {
	Procedure string // id of a procedure
	Article   string // slug of an article of the knowledge base
	Problem   uint64 // number of a problem
	Pos       Position
}

// Silence keeps the checker from telling a finding again.
type Silence struct {
	Code   string // of the finding
	Step   string // id of the step it is about; empty: wherever in the file
	Reason string // why it may stay
	Pos    Position
}

// Escalation is where a matter goes when the steps do not settle it.
type Escalation struct {
	To     string // a person, a role or a team
	When   string // in which case; empty: in any
	Within Span   // how soon they answer; zero: not said
	Pos    Position
}
