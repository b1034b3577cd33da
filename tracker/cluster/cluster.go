// Package cluster says which texts speak of the same thing. Values go in and
// values come out: it does no I/O, reads no clock and starts no goroutine.
//
// [Prepare] turns what a ticket says into a [Doc]: greetings, signatures, quoted
// replies and markup are gone, words are stemmed, and values that differ from one
// telling to the next (addresses, numbers, dates) have become typed tokens. An
// [Index] holds such documents and is changed by [Op] values alone. It ranks older
// tickets for a new text ([Index.Score]), and a [Batch] decides which problem and
// which topic the text belongs to, or that it belongs to none yet.
//
// # How a decision comes about
//
// Scoring is the expensive half and needs no lock but a shared one, so it is done
// outside the writer, as of some sequence number. Deciding is done by the one
// writer: what came after the score is taken in, nothing else is scored again, and
// the verdict is the same as if everything had happened at the head.
//
// A text joins a problem in this order: it has the fingerprint of one (the same
// words, with other numbers, addresses and dates); it is a near-copy of one; or it
// resembles one by more than what chance reaches in this very log. What chance
// reaches is measured, not assumed: texts are composed of halves of two unrelated
// tickets, and the best match that each of them finds is a match by chance.
// A join has to stand out, too: what resembles several other things as much is none. And
// as tickets look alike for more reasons than chance, only a tenth of the wrong joins that
// [Options.Caution] accepts may be left to it.
//
// # Learning
//
// Candidates are ranked by a weighted sum of features: scores, cosines between titles and
// bodies, titles' characters, components, age. The shipped weights were learned from past
// links of a public issue tracker. What people confirm ([Judge]) teaches an index its own:
// the weights that make the right problem most probable among the best candidates, held back
// towards the shipped ones, so that few judgements change little; and what single words prove
// when two titles have them, which for most words stays nothing. Judgements that were drawn
// at random tell how probable it is that a candidate is right ([Candidate.Probability]).
// Neither moves what a join has to show: that is chance's to say.
//
// # Determinism
//
// The same Ops in the same order make the same index and the same verdicts, on
// every platform and however they were batched. Document frequencies and mean
// lengths are frozen by epochs, whose boundaries depend on the number of Adds only;
// what was learned takes effect there too.
package cluster

import "time"

// Version names the machine that decides, and its version. It stands in every
// decision: a verdict can only be repeated by the version that gave it.
func Version() string { return "cluster/3" }

// Options are the settings of an index. The zero value of a field means its default.
type Options struct {
	// Caution is how many wrong joins one accepts in 1,000 contacts: those that chance
	// makes, as measured in this log, and nine times as many for things that look alike
	// for a reason. Less is more careful. A log of fewer than 400 tickets accepts up to
	// 38 times as many. Default 2. The tracker's BacktestCaution says what another one
	// would have joined.
	Caution float64
	// Hot is how many tickets without a problem are kept in memory, the newest
	// ones by order of their Adds. Older ones are found by fingerprint only.
	// Default 100,000.
	Hot int
	// Exemplars is how many tickets of one problem are kept in memory, half of
	// them its first and half its newest. Default 32, at least 2.
	Exemplars int
	// BatchSize is how many Adds a Batch takes before it is full. Default 64.
	BatchSize int
}

// Options returns the settings of the index, defaults filled in.
func (ix *Index) Options() Options { return ix.options }

const (
	defaultCaution   = 2
	defaultHot       = 100_000
	defaultExemplars = 32
	defaultBatch     = 64
)

func (o *Options) filled() Options {
	var f Options
	if o != nil {
		f = *o
	}
	if f.Caution <= 0 {
		f.Caution = defaultCaution
	}
	if f.Hot <= 0 {
		f.Hot = defaultHot
	}
	if f.Exemplars <= 0 {
		f.Exemplars = defaultExemplars
	}
	f.Exemplars = max(f.Exemplars, 2)
	if f.BatchSize <= 0 {
		f.BatchSize = defaultBatch
	}
	return f
}

// OpKind says what an [Op] changes.
type OpKind uint8

const (
	// Add says that Ticket is new or that its text changed: Doc is what it says
	// now, At when it was last seen. A changed ticket keeps its problem and topic.
	Add OpKind = iota + 1
	// Link says that Ticket belongs to Problem from now on, or to none if that is 0.
	Link
	// Topic says that Ticket belongs to Topic from now on, or to none if that is 0.
	Topic
	// Confirm says that a person confirmed Problem (On), or took that back.
	Confirm
	// Audit says that a person judged a join or a candidate of the machine's for a
	// confirmed problem: Same if the ticket does belong there.
	Audit
	// Judge says that a person looked at Ticket and Problem and found them the Same, or
	// not: the ranker learns from it. On says that it was drawn at random, so that
	// probabilities can be told from it. A Link that follows from it stands before it.
	Judge
	// Forget says that Ticket is gone, with everything it said.
	Forget
)

// Op is one change of an [Index]. Ops that name an unknown ticket are harmless.
type Op struct {
	Kind    OpKind
	Seq     uint64 // of the change in the log that this is part of
	Ticket  uint64
	Problem uint64
	Topic   uint64
	At      time.Time
	Doc     *Doc
	On      bool // Confirm, Judge
	Same    bool // Audit, Judge
}

// Verdict is what a [Batch] decided about one text. The zero Verdict says: none yet.
type Verdict struct {
	Problem   uint64  // the problem to join, or 0
	With      uint64  // the ticket to found a problem with, or 0
	Rule      string  // "fingerprint", "near_copy", "model", or "" for none yet
	Score     float64 // similarity in [0, 1]; by the model, how far it stands out from that to others
	Threshold float64 // what Score had to beat, in [0, 1]
	Chance    float64 // share of such texts that are expected to join something by chance alone; 0 while there is too little to measure that on

	Topic      uint64  // the topic to join, or 0
	TopicWith  uint64  // the ticket to found a topic with, or 0
	TopicScore float64 // in [0, 1]

	Why        []Reason    // what Score rests on, most weight first, at most 8
	Candidates []Candidate // best first, at most 5
}

// Candidate is a problem, or a ticket that has none yet, that may be the same as
// the text in question.
type Candidate struct {
	Problem     uint64   // 0: Ticket has no problem yet
	Ticket      uint64   // the most similar ticket of the problem
	Score       float64  // what the ranking goes by: evidence and recency; comparable within one list only
	Similarity  float64  // in [0, 1], without recency
	Probability float64  // that it is the same, by what audits said of candidates as similar; 0 while uncalibrated: below 59 audits, or below 5 of either answer
	Tickets     []uint64 // members that were found, most similar first
	Confirmed   bool     // Problem is confirmed by a person
	Why         []Reason // most weight first, at most 8
}

// Reason is one thing that two texts have in common.
type Reason struct {
	Word   string  // as it was written in the text in question
	Field  string  // title, body, code, exception, status, version; product or organization
	Weight float64 // share of the similarity, in [0, 1]; 0 for what only supports it
}

// Stats describe an index as it is.
type Stats struct {
	Tickets   int     // known tickets, in memory or by fingerprint
	Hot       int     // tickets in memory
	Problems  int     // problems with at least one known ticket
	Topics    int     // topics with at least one known ticket
	Terms     int     // distinct terms in memory
	Bytes     int64   // memory in use, estimated; what a call takes while it runs comes on top
	Epoch     int     // boundaries crossed
	Adds      uint64  // Adds applied
	Threshold float64 // what the model must beat, see Verdict.Score; 0.5 while there is too little to measure it on
	Audits    int     // judgements of people about confirmed problems
	Wrong     int     // of these, how many said that the machine was wrong
}
