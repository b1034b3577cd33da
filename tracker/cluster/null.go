package cluster

import (
	"math"
	"slices"
)

// What chance reaches is measured on texts that cannot be about any one thing:
// half the words of one ticket and half of another. The best match that such a
// chimera finds is a match by chance, unless nearly all of it comes from one half:
// then it may well be about the same as the source of that half. The upper tail of these
// is held to be exponential (peaks over threshold, Pickands 1975), which reaches further than
// the chimeras that were counted.
const (
	chimeras    = 400
	chimeraHits = 50   // that are looked at for each
	tailStart   = 0.2  // share of the chimeras where the tail begins
	tailEnd     = 0.05 // and up to where it is trusted
	fewTickets  = 48   // with fewer, nothing is measured
	remeasure   = 1.25 // growth after which it is measured anew
)

// threshold is what a similarity has to beat.
type threshold struct {
	problem  float64 // to join a problem, by as much as it stands out
	within   float64 // to stay in a problem, once there
	topic    float64 // to join a topic
	measured int     // tickets in memory when that was last due
}

// No threshold is below the least, however uniform the log.
const (
	leastProblem = 0.12
	leastTopic   = 0.08
)

// ofChance is the part of wrong joins that chance makes. The others join what looks alike
// for a reason: two tasks of one template, two faults of one screen. Of 200 joins on a
// public issue tracker, read one by one, ten times as many were wrong as chance explains.
const ofChance = 0.1

var unmeasured = threshold{problem: 0.5, within: 0.25, topic: 0.3}

const loosened = 0.5 // of what joins by chance reach: what holds a problem together, once it is one

// chance finds what problems and topics have to beat in the log as it is.
func (w *world) chance(sc *scratch) threshold {
	n := len(w.entries)
	t := unmeasured
	var standing, similar []float64
	for i := range chimeras {
		seed := mix(uint64(w.epoch.number)<<32 | uint64(i))
		from := int32(seed % uint64(n))
		a, b := w.entries[from], w.entries[mix(seed)%uint64(n)]
		if a == b {
			continue
		}
		s := newScored(w, a.ticket, w.chimera(a, b, seed), max(a.seen, b.seen))
		s.mine = from // of a pinned world's tickets only the documents are known
		s.find(w, sc, chimeraHits)
		if best, ok := s.chanceHits(w, sc, seed, b); ok {
			standing, similar = append(standing, best.standing(best[0])), append(similar, best[0])
		}
	}
	if len(similar) < chimeras/4 {
		return t
	}
	slices.Sort(standing)
	slices.Sort(similar)
	share := ofChance * w.options.Caution / 1000
	t.problem = min(max(quantile(standing, share), leastProblem), 0.99)
	if n < smallLog {
		t.problem = min(t.problem, max(quantile(standing, share*bolder(n)), leastSmall))
	}
	t.within = loosened * min(max(quantile(similar, share), leastProblem), 0.99)
	t.topic = min(max(quantile(similar, topicChance), leastTopic), 0.9)
	return t
}

// In a small log chance has few tickets to work with, and one join in 1,000 contacts
// would be none in years. Below smallLog tickets more of it is accepted, the more the fewer
// they are, but no similarity below the least. Chosen on three logs of up to 350 tickets;
// decision 2 has what that costs.
const (
	smallLog   = 400.0
	boldest    = 38.0 // times the share that Options.Caution accepts
	leastSmall = 0.165
)

// bolder is by how much more of chance is accepted among n tickets.
func bolder(n int) float64 {
	fewer := smallLog / float64(n)
	return min(max(fewer*fewer, 1), boldest)
}

// share is the share of texts that chance alone is expected to bring above the threshold; 0
// where that is not known.
func (w *world) share() float64 {
	if w.threshold.problem == unmeasured.problem {
		return 0
	}
	return ofChance * w.options.Caution / 1000 * bolder(w.threshold.measured)
}

const topicChance = 0.18 // of the texts may find their topic by chance

// chanceHits are the best similarities to which both halves of a chimera add. It fails
// if its sources resemble each other: then they may be about one thing.
func (s *Scored) chanceHits(w *world, sc *scratch, seed uint64, source *entry) (best rivals, ok bool) {
	s.resolve(w, sc)
	defer s.release(sc)
	for _, h := range s.hits[:min(len(s.hits), chimeraHits)] {
		e, half := h.entry, [2]float32{}
		if h.similar <= best[rivalPlace] && e != source {
			continue
		}
		for i, id := range e.terms() {
			if p := sc.place[id]; p > 0 && sc.order[p-1] > 0 {
				half[side(s.doc.terms[p-1].hash, seed)] += float32(s.query[sc.order[p-1]-1].weight * float32(s.epoch.of(e, i)))
			}
		}
		if min(half[0], half[1]) < halfShare*(half[0]+half[1]) {
			continue
		}
		if e == source {
			return best, false
		}
		best.add(h.similar)
	}
	return best, true
}

const halfShare = 0.2 // of a match by chance, at least, from either half

func side(hash, seed uint64) int { return int(mix(hash^seed) & 1) }

// chimera takes each term of a or of b, by the toss of a coin.
func (w *world) chimera(a, b *entry, seed uint64) *Doc {
	d := &Doc{tags: a.tags()}
	var terms []docTerm
	for half, e := range [2]*entry{a, b} {
		for i, id := range e.terms() {
			t := &w.terms[id]
			if side(t.hash, seed) != half {
				continue
			}
			title, body := e.occ(i)
			terms = append(terms, docTerm{hash: t.hash, kind: t.kind, title: uint16(title), body: uint16(body)})
			d.titleLen += uint32(title)
			d.bodyLen += uint32(body)
		}
	}
	d.terms = mergeTerms(terms)
	return d
}

// docOf makes a document of an entry again, without the words that people wrote.
func (w *world) docOf(e *entry) *Doc {
	d := &Doc{
		terms: make([]docTerm, e.termCount), grams: e.grams(), shingles: e.shingles(), fingerprint: w.of(e).fingerprint,
		titleLen: uint32(e.titleLen), bodyLen: uint32(e.bodyLen), tags: e.tags(),
	}
	for i, id := range e.terms() {
		t := w.term(id)
		title, body := e.occ(i)
		d.terms[i] = docTerm{hash: t.hash, kind: t.kind, title: uint16(title), body: uint16(body)}
	}
	return d
}

// quantile returns the value that a share of p of the population of sorted
// exceeds. Where the sample is too small for that, the tail is extended at the rate at
// which it falls between two quantiles, and not by its mean excess: the few matches in it
// that are no chance would weigh too much.
func quantile(sorted []float64, p float64) float64 {
	at := func(p float64) float64 { return sorted[max(len(sorted)-1-int(p*float64(len(sorted))), 0)] }
	if p >= tailStart {
		return at(p)
	}
	rate := (at(tailEnd) - at(tailStart)) / math.Log(tailStart/tailEnd)
	return round(at(tailStart) + float64(rate*math.Log(tailStart/p)))
}
