package cluster

import (
	"math"
	"slices"
)

const (
	wanted = 200 // tickets that are looked at closely
	spare  = 128 // tickets beyond these that stand in for some that go before the decision
)

// Scored is a text with the tickets that resemble it, as of one sequence number.
type Scored struct {
	seq    uint64
	epoch  *frozen
	slots  int32 // slots that were looked at
	ticket uint64
	doc    *Doc
	day    int32
	query  []queryTerm // heaviest first
	vector []weights   // of the Doc's terms
	norms  [2]float32
	self   float32 // the score of the text against itself
	hits   []hit   // best first
	cut    bool    // there were more hits
	last   float64 // the rank down to which the hits are complete
}

// weights are what a term weighs in the vectors of title and body.
type weights struct{ idf, title, body float32 }

type queryTerm struct {
	term   int // of the Doc
	weight float32
	own    float32 // what it adds to self
}

// hit is a ticket that resembles a text.
type hit struct {
	slot     int32
	score    float32 // without recency
	rank     float64 // rounded
	evidence float64 // what the model says, without recency
	similar  float64 // in [0, 1]
	judged   bool    // evidence, similar and own are known
	own      bool    // of the same sender
}

// scratch is memory that scoring reuses.
type scratch struct {
	sums    []float32 // by slot, all 0 between uses
	touched []int32
	place   []int32 // by term id: 1 + index of the Doc's term, all 0 between uses
	ids     []int32 // by term of the Doc: its id, or -1
	grams   gramTable
	order   []int32 // by term of the Doc: 1 + its place in the query, or 0
}

// Seq returns the sequence number as of which the text was scored.
func (s *Scored) Seq() uint64 { return s.seq }

// newScored weighs the terms of d as of the epoch; nothing in it depends on what
// came since.
func newScored(w *world, ticket uint64, d *Doc, day int32) *Scored {
	s := &Scored{epoch: w.epoch, ticket: ticket, doc: d, day: day}
	s.vector = make([]weights, len(d.terms))
	s.query = make([]queryTerm, len(d.terms))
	self := entry{titleLen: d.titleLen, bodyLen: d.bodyLen}
	var norms [2]float64
	for i, t := range d.terms {
		idf := w.epoch.rare
		if id, ok := w.id(t.hash); ok {
			idf = w.term(id).idf
		}
		title, body := float64(float64(idf)*damped[min(t.title, 255)]), float64(float64(idf)*damped[min(t.body, 255)])
		norms[0] += float64(title * title)
		norms[1] += float64(body * body)
		s.vector[i] = weights{idf, float32(title), float32(body)}
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
		q.own = float32(q.weight * w.epoch.impact(&self, uint8(min(t.title, 255)), uint8(min(t.body, 255))))
		s.self += q.own
	}
	return s
}

// find fills the hits from the postings of the index.
func (s *Scored) find(w *world, sc *scratch) {
	s.resolve(w, sc)
	defer s.release(sc)
	if n := int(w.slots()); len(sc.sums) < n {
		sc.sums = make([]float32, n+n/4)
	}
	sums, touched := sc.sums, sc.touched[:0]
	for _, q := range s.query {
		id := sc.ids[q.term]
		if id < 0 {
			continue
		}
		weight := q.weight
		for _, p := range w.terms[id].postings {
			if sums[p.slot] == 0 {
				touched = append(touched, p.slot)
			}
			sums[p.slot] += float32(weight * p.impact)
		}
	}
	sc.touched = touched
	s.slots = w.slots()
	s.hits, s.cut = s.best(w, sums, touched)
	for _, slot := range touched {
		sums[slot] = 0
	}
	if s.cut {
		s.last = s.hits[len(s.hits)-1].rank
	}
	for i := range s.hits[:min(len(s.hits), wanted)] {
		s.judge(w, sc, &s.hits[i])
	}
}

// best keeps the hits of highest rank, in a heap with the worst on top.
func (s *Scored) best(w *world, sums []float32, touched []int32) (hits []hit, cut bool) {
	heap := make([]hit, 0, min(len(touched), wanted+spare))
	full := false
	for _, slot := range touched {
		score := sums[slot]
		if full && float64(score)-float64(age(s.day, w.seen[slot])) < heap[0].rank-1e-6 {
			cut = true
			continue
		}
		e := w.entries[slot]
		if e == nil || e.ticket == s.ticket {
			continue
		}
		h := hit{slot: slot, score: score, rank: s.rank(score, e)}
		switch {
		case !full:
			heap = append(heap, h)
			up(heap, w)
			full = len(heap) == wanted+spare
		case before(w, h, heap[0]):
			cut = true
			heap[0] = h
			down(heap, w)
		default:
			cut = true
		}
	}
	slices.SortFunc(heap, func(a, b hit) int { return order(w, a, b) })
	return heap, cut
}

func (s *Scored) rank(score float32, e *entry) float64 {
	return round(float64(score) - float64(age(s.day, e.seen)))
}

// order puts the higher rank first, and the older ticket where both are equal.
func order(w *world, a, b hit) int {
	switch {
	case a.rank > b.rank:
		return -1
	case a.rank < b.rank:
		return 1
	}
	switch ta, tb := w.entry(a.slot).ticket, w.entry(b.slot).ticket; {
	case ta < tb:
		return -1
	case ta > tb:
		return 1
	}
	return 0
}

func before(w *world, a, b hit) bool {
	if a.rank != b.rank {
		return a.rank > b.rank
	}
	return w.entry(a.slot).ticket < w.entry(b.slot).ticket
}

func up(heap []hit, w *world) {
	for i := len(heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if !before(w, heap[parent], heap[i]) {
			return
		}
		heap[i], heap[parent] = heap[parent], heap[i]
		i = parent
	}
}

func down(heap []hit, w *world) {
	for i := 0; ; {
		worst := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(heap) && before(w, heap[worst], heap[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		heap[i], heap[worst] = heap[worst], heap[i]
		i = worst
	}
}

// resolve finds the ids of the Doc's terms in w and enters them in the scratch.
func (s *Scored) resolve(w *world, sc *scratch) {
	if n := w.termCount(); len(sc.place) < n {
		sc.place = make([]int32, n+n/4)
	}
	sc.ids, sc.order = sc.ids[:0], sc.order[:0]
	for i, t := range s.doc.terms {
		id, ok := w.id(t.hash)
		if !ok {
			sc.ids = append(sc.ids, -1)
		} else {
			sc.ids = append(sc.ids, int32(id))
			sc.place[id] = int32(i + 1)
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

// direct scores one entry without postings. It adds in the order of the query, as
// find does, so that both come to the same number.
func (s *Scored) direct(e *entry, sc *scratch) (sum float32) {
	var impacts [queryTerms]float32
	for i, id := range e.terms {
		if p := sc.place[id]; p > 0 {
			if o := sc.order[p-1]; o > 0 {
				impacts[o-1] = e.impact[i]
			}
		}
	}
	for i, q := range s.query {
		sum += float32(q.weight * impacts[i])
	}
	return sum
}
