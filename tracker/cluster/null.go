package cluster

import (
	"math"
	"slices"
)

// What chance reaches is measured on texts that cannot be about any one thing:
// half the words of one ticket and half of another. The best match that such a
// chimera finds, its sources apart, is a match by chance. The upper tail of these
// is exponential (peaks over threshold, Pickands 1975), which reaches further than
// the chimeras that were counted.
const (
	chimeras   = 400
	tailShare  = 0.15 // of the chimeras that the tail is fitted to
	fewTickets = 48   // with fewer, nothing is measured
	remeasure  = 1.25 // growth after which it is measured anew
)

// threshold is what a similarity has to beat.
type threshold struct {
	problem  float64 // to join a problem
	topic    float64 // to join a topic
	measured int     // tickets in memory when it was measured
}

var unmeasured = threshold{problem: 0.75, topic: 0.35}

// measure finds the thresholds for the log as it is.
func (w *world) measure(sc *scratch) {
	n := len(w.entries)
	if n < fewTickets {
		w.threshold = unmeasured
		return
	}
	if float64(n) < remeasure*float64(w.threshold.measured) {
		return
	}
	best := make([]float64, 0, chimeras)
	for i := range chimeras {
		seed := mix(uint64(w.epoch.number)<<32 | uint64(i))
		a, b := w.entries[seed%uint64(n)], w.entries[mix(seed)%uint64(n)]
		if a == b {
			continue
		}
		s := newScored(w, a.ticket, w.chimera(a, b, seed), max(a.seen, b.seen))
		s.findFew(w, sc)
		top := 0.0
		for _, h := range s.hits {
			if w.entries[h.slot] != b {
				top = max(top, h.similar)
			}
		}
		best = append(best, top)
	}
	slices.Sort(best)
	w.threshold = threshold{
		problem:  min(quantile(best, w.options.Caution/1000), 0.99),
		topic:    min(quantile(best, topicChance), 0.9),
		measured: n,
	}
}

const topicChance = 0.5

// chimera takes each term of a or of b, by the toss of a coin.
func (w *world) chimera(a, b *entry, seed uint64) *Doc {
	d := &Doc{tags: a.tags}
	var terms []docTerm
	for side, e := range [2]*entry{a, b} {
		for i, id := range e.terms {
			t := &w.terms[id]
			if mix(t.hash^seed)&1 != uint64(side) {
				continue
			}
			terms = append(terms, docTerm{hash: t.hash, kind: t.kind, title: uint16(e.occ[2*i]), body: uint16(e.occ[2*i+1])})
			d.titleLen += uint32(e.occ[2*i])
			d.bodyLen += uint32(e.occ[2*i+1])
		}
	}
	d.terms = mergeTerms(terms)
	return d
}

// docOf makes a document of an entry again, without the words that people wrote.
func (w *world) docOf(e *entry) *Doc {
	d := &Doc{
		terms: make([]docTerm, len(e.terms)), grams: e.grams, shingles: e.shingles, fingerprint: e.fingerprint,
		titleLen: e.titleLen, bodyLen: e.bodyLen, tags: e.tags,
	}
	for i, id := range e.terms {
		t := w.term(id)
		d.terms[i] = docTerm{hash: t.hash, kind: t.kind, title: uint16(e.occ[2*i]), body: uint16(e.occ[2*i+1])}
	}
	return d
}

// quantile returns the value that a share of p of the population of sorted
// exceeds, from the tail where the sample ends.
func quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	k := max(int(tailShare*float64(n)), 1)
	if p >= tailShare {
		return sorted[max(n-1-int(p*float64(n)), 0)]
	}
	u := sorted[n-1-k]
	excess := 0.0
	for _, x := range sorted[n-k:] {
		excess += x - u
	}
	excess /= float64(k)
	return round(u + float64(excess*math.Log(float64(k)/float64(n)/p)))
}
