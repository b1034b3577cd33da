package cluster

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
