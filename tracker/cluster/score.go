package cluster

import (
	"cmp"
	"math"
	"slices"
)

const (
	wanted = 200 // tickets that are looked at closely
	spare  = 64  // tickets beyond these that stand in for some that go before the decision
)

// Scored is a text with the tickets that resemble it, as of one sequence number.
type Scored struct {
	seq    uint64
	epoch  *frozen
	ranker *ranker
	slots  int32 // slots that were looked at
	ticket uint64
	mine   int32 // slot of ticket; -1: not in memory
	doc    *Doc
	day    int32
	past   bool        // only what is older than ticket counts
	query  []queryTerm // heaviest first
	vector []weights   // of the Doc's terms
	ids    []int32     // of the Doc's terms as of the epoch's index; -1: none then
	norms  [2]float32
	self   float32 // the score of the text against itself
	hits   []hit   // best first
	cut    bool    // there were more hits
	all    bool    // there are to be all hits
	last   float64 // the rank down to which the hits are complete
}

// weights are what a term weighs in the vectors of title and body, and what the ranker
// has learned that it is worth in both titles.
type weights struct{ idf, title, body, worth float32 }

type queryTerm struct {
	term   int // of the Doc
	weight float32
	own    float32 // what it adds to self
}

// hit is a ticket that resembles a text.
type hit struct {
	entry    *entry
	slot     int32
	score    float32 // without recency
	rank     float64 // rounded
	evidence float64 // what the model says, without recency
	similar  float64 // in [0, 1]
	judged   bool    // evidence, similar and own are known
	own      bool    // of the same sender
}

// key is what hits are ordered by.
type key struct {
	rank  float64
	score float32
	slot  int32
}

// scratch is memory that scoring reuses.
type scratch struct {
	sums    [blockSlots]float32 // by place in the block, all 0 between uses
	lists   []weighted          // what is left of the lists of the query's terms
	found   []uint32            // places in the block whose sums are high enough
	ranks   tally
	keys    []key    // of what ranks high enough
	place   []uint16 // by term id: 1 + index of the Doc's term, all 0 between uses
	ids     []int32  // by term of the Doc: its id, or -1
	grams   gramTable
	reasons []Reason
	order   []int32 // by term of the Doc: 1 + its place in the query, or 0
}

// Seq returns the sequence number as of which the text was scored.
func (s *Scored) Seq() uint64 { return s.seq }

// newScored weighs the terms of d as of the epoch; nothing in it depends on what
// came since.
func newScored(w *world, ticket uint64, d *Doc, day int32) *Scored {
	s := &Scored{epoch: w.epoch, ranker: w.ranker, ticket: ticket, mine: -1, doc: d, day: day}
	if t := w.ticket(ticket); t != nil {
		s.mine = t.slot
	}
	s.vector = make([]weights, len(d.terms))
	s.ids = make([]int32, len(d.terms))
	s.query = make([]queryTerm, len(d.terms))
	var norms [2]float64
	for i, t := range d.terms {
		idf := w.epoch.rare
		s.ids[i] = -1
		if id, ok := w.id(t.hash); ok {
			idf, s.ids[i] = w.term(id).idf, int32(id)
		}
		title, body := float64(float64(idf)*damped[min(t.title, 255)]), float64(float64(idf)*damped[min(t.body, 255)])
		norms[0] += float64(title * title)
		norms[1] += float64(body * body)
		s.vector[i] = weights{idf: idf, title: float32(title), body: float32(body)}
		if t.title > 0 && len(s.ranker.words) > 0 {
			s.vector[i].worth = worth(s.ranker.words[t.hash], idf)
		}
		weight := queryWeight(idf, t.title, t.body)
		s.query[i] = queryTerm{term: i, weight: weight}
	}
	s.norms = [2]float32{float32(math.Sqrt(norms[0])), float32(math.Sqrt(norms[1]))}
	slices.SortFunc(s.query, func(a, b queryTerm) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return a.term - b.term
	})
	s.query = s.query[:min(len(s.query), queryTerms)]
	for i := range s.query {
		q := &s.query[i]
		t := d.terms[q.term]
		q.own = float32(q.weight * float32(w.epoch.impact(d.titleLen, d.bodyLen, uint8(min(t.title, 255)), uint8(min(t.body, 255)))))
		s.self += q.own
	}
	return s
}

// find fills the hits from the postings of the index, and looks closely at the
// first of them.
func (s *Scored) find(w *world, sc *scratch, look int) {
	s.resolve(w, sc)
	defer s.release(sc)
	s.slots = w.slots()
	keys := s.best(w, sc)
	s.hits = make([]hit, len(keys))
	for i, k := range keys {
		s.hits[i] = hit{entry: w.entries[k.slot], slot: k.slot, score: k.score, rank: k.rank}
	}
	if s.cut {
		s.last = s.hits[len(s.hits)-1].rank
	}
	for i := range s.hits[:min(len(s.hits), look)] {
		s.judge(sc, &s.hits[i])
	}
}

func (s *Scored) rank(score float32, seen int32) float64 {
	return round(float64(score) - float64(age(s.day, seen)))
}

// order puts the higher rank first, and the older ticket where both are equal.
func order(a, b hit) int {
	switch {
	case a.rank > b.rank:
		return -1
	case a.rank < b.rank:
		return 1
	}
	return cmp.Compare(a.entry.ticket, b.entry.ticket)
}

// counts says if a ticket may be held against the text.
func (s *Scored) counts(ticket uint64) bool {
	return ticket != s.ticket && (!s.past || ticket < s.ticket)
}

// resolve finds the ids of the Doc's terms in w and enters them in the scratch.
func (s *Scored) resolve(w *world, sc *scratch) {
	if n := w.termCount(); len(sc.place) < n {
		sc.place = make([]uint16, n+n/4)
	}
	sc.ids, sc.order = sc.ids[:0], sc.order[:0]
	for i, id := range s.ids {
		if id < 0 {
			if now, ok := w.id(s.doc.terms[i].hash); ok {
				id = int32(now)
			}
		}
		if sc.ids = append(sc.ids, id); id >= 0 {
			sc.place[id] = uint16(i + 1)
		}
		sc.order = append(sc.order, 0)
	}
	for i, q := range s.query {
		sc.order[q.term] = int32(i + 1)
	}
	sc.enterGrams(s.doc.grams)
}

func (s *Scored) release(sc *scratch) {
	for _, id := range sc.ids {
		if id >= 0 {
			sc.place[id] = 0
		}
	}
	if len(s.doc.grams) > 0 {
		sc.grams = gramTable{}
	}
}

// impacts returns those of an entry's terms, by their place in the query. sc is resolved.
func (s *Scored) impacts(e *entry, sc *scratch) (all [queryTerms]float32) {
	for i, id := range e.terms() {
		if p := sc.place[id]; p > 0 {
			if o := sc.order[p-1]; o > 0 {
				all[o-1] = float32(s.epoch.of(e, i))
			}
		}
	}
	return all
}

// direct scores one entry without postings. It adds in the order of the query, as
// find does, so that both come to the same number.
func (s *Scored) direct(e *entry, sc *scratch) (sum float32) {
	impacts := s.impacts(e, sc)
	for i, q := range s.query {
		sum += float32(q.weight * impacts[i])
	}
	return sum
}
