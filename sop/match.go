package sop

// Facts are what is known about a ticket. Empty means not known.
type Facts struct {
	Kind     string // question, incident, request, suggestion, complaint or praise
	Channel  string
	Product  string
	Version  string // of the product, like 4.2.1
	Language string // BCP 47; a test for en holds for en-GB too
	Status   string // of the ticket: new, open, pending, on_hold, solved or closed
	Title    string
	Text     string // what the customer wrote; the first MaxText bytes count

	Problem      uint64 // id of the problem the ticket is tied to; 0: none
	ProblemTitle string

	Words []string          // further words or phrases to find by, such as the topic's
	Extra map[string]string // what else the caller knows: a test names it extra.KEY
}

// Match is how well a procedure fits.
type Match struct {
	Procedure *Procedure
	Holds     bool     // whether it applies; always true in what Library.Match returns
	Score     float64  // how specifically, 0 when it does not apply; comparable within one library only
	Why       []Reason // every line of the condition, in file order
}

// Reason is one line of a condition: a group, or a test within one.
type Reason struct {
	Depth int    // 0 at the top; the lines of a group are one deeper
	Text  string // the line in words: `kind is "incident"`, or "all of", "any of", "none of"
	Held  bool   // whether the line is true; a test under "none of" should not be
	Seen  string // the value, or the words of it, that a test saw; empty: nothing is known
	Pos   Position
}

// Match returns the active procedures that apply, the most specific first and
// equal ones by id.
func (l *Library) Match(f Facts) []Match { return nil }

// Explain says whether and why p applies, whatever its status.
func (p *Procedure) Explain(f Facts) Match { return Match{Procedure: p} }
