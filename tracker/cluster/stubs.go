package cluster

import (
	"io"
	"sync"
	"time"
)

// Text is what a ticket says: its inbound contacts, oldest first.
type Text struct {
	Title        string // as received
	Body         string // as received; cut at 4 KiB after cleaning, between two characters
	Language     string // BCP 47, empty if unknown
	Product      string
	Version      string
	Organization string
	Components   []string
}

// Doc is a [Text] prepared for comparison. It does not change and may be shared
// between goroutines.
type Doc struct{}

// Kept is one token of a text: what it was kept as, or why it was dropped.
type Kept struct {
	Field string // title or body
	Text  string // as written, cleaned
	As    string // the term it became, empty if dropped
	Kind  string // word, number, email, url, …; or why it was dropped: greeting, quote, signature, markup, stop word …
}

// Prepare makes t ready for comparison. It is pure, may be called from any
// goroutine, takes time linear in the length of t and never panics.
func Prepare(t Text) *Doc { return &Doc{} }

// Kept returns what became of each part of the text, in order, for printing.
func (d *Doc) Kept() []Kept { return nil }

// Index holds documents of tickets and finds the ones that resemble a text.
// Its methods may be called from any goroutine.
type Index struct{ mu sync.RWMutex }

// New returns an empty index. A nil o means defaults.
func New(o *Options) *Index { return &Index{} }

// Apply changes the index by ops, in order. Call it for what is committed only.
func (ix *Index) Apply(ops ...Op) {}

// Seq returns the sequence number of the last Op applied, or what Advance said.
func (ix *Index) Seq() uint64 { return 0 }

// Advance says that the changes up to seq are taken in, where some made no Op.
func (ix *Index) Advance(seq uint64) {}

// Scored is a text with the tickets that resemble it, as of one sequence number.
type Scored struct{}

// Seq returns the sequence number as of which the text was scored.
func (s *Scored) Seq() uint64 { return 0 }

// Score finds the tickets that resemble d best. ticket is the one that d belongs
// to, 0 if it is new, and is never found; at is when it was said, and what was
// last seen longer before that ranks lower.
func (ix *Index) Score(ticket uint64, d *Doc, at time.Time) *Scored { return &Scored{} }

// Candidates ranks problems and tickets without a problem for people to look at,
// best first, at most n.
func (ix *Index) Candidates(s *Scored, n int) []Candidate { return nil }

// Batch is the index as the one writer sees it within a transaction: with what
// the transaction added so far.
type Batch struct{}

// Batch starts a batch on top of what the index holds now. Apply must not be
// called on the index while the batch is in use.
func (ix *Index) Batch() *Batch { return &Batch{} }

// Full says that the batch must be committed before the next Add: it is at its
// size, or the Add would cross an epoch boundary.
func (b *Batch) Full() bool { return false }

// Decide says which problem and which topic a scored text belongs to. refused says
// which problems, refusedTicket which tickets a person has ruled out for it; nil
// means none.
func (b *Batch) Decide(s *Scored, refused func(problem uint64) bool, refusedTicket func(ticket uint64) bool) Verdict {
	return Verdict{}
}

// Apply takes op into the batch. After the commit, pass the same Ops to
// [Index.Apply], in the same order.
func (b *Batch) Apply(op Op) {}

// LabelText is one member of a group that is to be named.
type LabelText struct {
	Text     Text
	Customer uint64 // each customer is counted once
}

// Label is how a group is named: a title and the words that set it apart.
type Label struct {
	Title string
	Words []string // most telling first, at most 8, as people write them
}

// Label names a group by its members. Pass at most 50 of them.
func (ix *Index) Label(members []LabelText) Label { return Label{} }

// RegroupOptions bind a regrouping to what people decided.
type RegroupOptions struct {
	Touched func(problem uint64) bool         // a person decided about the problem; nil: none
	Refused func(ticket, problem uint64) bool // a person ruled the link out; nil: none
}

// Plan is what a regrouping proposes. Nothing in it has happened yet.
type Plan struct {
	Merges []Merge
	Moves  []Move
	Splits []Split
	Topics []TopicMove
}

// Merge proposes that From becomes part of Into.
type Merge struct {
	From, Into       uint64
	Score, Threshold float64 // similarity and what it had to beat, in [0, 1]
	Why              []Reason
}

// Move proposes that Ticket leaves From (0: it has none) and belongs to Into.
type Move struct {
	Ticket, From, Into uint64
	Score, Threshold   float64
	Why                []Reason
}

// Split proposes that Tickets leave Problem: they hold together with nothing that stays.
type Split struct {
	Problem uint64
	Tickets []uint64
	Score   float64 // similarity that is left between the parts
}

// TopicMove proposes that Ticket belongs to a topic: to Topic if that is not 0,
// and else to a new one that all moves of the same Group share.
type TopicMove struct {
	Ticket uint64
	Topic  uint64
	Group  int // numbers the new topics from 1; 0 if Topic is set
}

// Regroup looks at everything in memory at once and proposes better groups.
func (ix *Index) Regroup(o RegroupOptions) Plan { return Plan{} }

// WriteTo writes a snapshot that [Read] loads. It is a cache: versioned,
// checksummed, and to be made anew from the log whenever it does not load.
func (ix *Index) WriteTo(w io.Writer) (int64, error) { return 0, nil }

// Read loads a snapshot. It fails with [ErrSnapshot] if the snapshot is damaged,
// of another version or made with other options.
func Read(r io.Reader, o *Options) (*Index, error) { return New(o), nil }

// Stats returns what the index holds and what it goes by.
func (ix *Index) Stats() Stats { return Stats{} }
