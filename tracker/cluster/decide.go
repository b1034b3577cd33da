package cluster

import (
	"cmp"
	"math"
	"slices"
)

// Rules by which a text joins.
const (
	byFingerprint = "fingerprint"
	byNearCopy    = "near_copy"
	byModel       = "model"
)

const (
	kept     = 5 // candidates kept with a verdict
	together = 3 // members whose mean similarity stands for a group
)

// group is a problem with its tickets among the hits, or a ticket without one.
type group struct {
	problem uint64
	ticket  uint64  // the most similar one
	hits    []hit   // most similar first
	similar float64 // of the tickets of other senders
	score   float64
}

// groups gathers the hits by problem.
func groups(w *world, s *Scored, refused, refusedTicket func(uint64) bool) []group {
	all := make([]group, 0, len(s.hits))
	at := map[uint64]int{}
	of := make([]int, len(s.hits)) // which group each hit is in, -1 for none
	size := make([]int, 0, len(s.hits))
	for i, h := range s.hits {
		of[i] = -1
		if refusedTicket != nil && refusedTicket(h.entry.ticket) {
			continue
		}
		p := w.of(h.entry).problem
		g, known := at[p]
		if p == 0 || !known {
			g = len(all)
			if p != 0 && refused != nil && refused(p) {
				g = -1
			} else {
				all, size = append(all, group{problem: p, ticket: h.entry.ticket}), append(size, 0)
			}
			if p != 0 {
				at[p] = g
			}
		}
		if of[i] = g; g >= 0 {
			size[g]++
		}
	}
	room := make([]hit, len(s.hits))
	for g, n := range size {
		all[g].hits, room = room[:0:n], room[n:]
	}
	for i, g := range of {
		if g >= 0 {
			all[g].hits = append(all[g].hits, s.hits[i])
		}
	}
	for i := range all {
		g := &all[i]
		if len(g.hits) > 1 {
			slices.SortFunc(g.hits, func(a, b hit) int {
				return cmp.Or(cmp.Compare(b.similar, a.similar), cmp.Compare(a.entry.ticket, b.entry.ticket))
			})
			g.ticket = g.hits[0].entry.ticket
		}
		g.measure(w, s)
	}
	return all
}

func bySimilarity(a, b group) int {
	return cmp.Or(cmp.Compare(b.similar, a.similar), cmp.Compare(a.ticket, b.ticket))
}

func byScore(a, b group) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.ticket, b.ticket))
}

// measure takes the mean similarity of the best members. What the sender of the text
// said before is no evidence; a member that is no hit has none of the similarity.
func (g *group) measure(w *world, s *Scored) {
	sum, n := 0.0, 0
	for _, h := range g.hits {
		if !h.own && n < together {
			sum += h.similar
			n++
		}
	}
	if n > 0 && n < together && g.problem != 0 {
		n = 0
		for _, id := range w.problem(g.problem).hot {
			if s.counts(id) && !s.own(w, id) {
				n++
			}
		}
		n = min(n, together)
	}
	g.similar = round(sum / float64(max(n, 1)))
}

// best is the hit for which the evidence is strongest.
func (g *group) best() *hit {
	best := &g.hits[0]
	for i := range g.hits {
		if g.hits[i].evidence > best.evidence {
			best = &g.hits[i]
		}
	}
	return best
}

// features are those of the best hit of a group, and what the group has in common.
func (w *world) features(s *Scored, sc *scratch, g *group) vector {
	best := g.best()
	x := s.compare(sc, best.entry, best.score)
	w.shared(s, g, best, &x)
	return x
}

// shared fills in the features that the tickets of a group have in common.
func (w *world) shared(s *Scored, g *group, best *hit, x *vector) {
	seen := best.entry.seen
	if g.problem != 0 {
		p := w.problem(g.problem)
		known := 0
		for _, id := range p.hot {
			if s.counts(id) {
				known++
				seen = max(seen, w.ticket(id).seen)
			}
		}
		if !s.past {
			seen = max(seen, p.seen)
		}
		if p.confirmed && known > 1 {
			x[fRecurs] = 1
		}
	}
	x[fAge] = age(s.day, seen)
}

// candidates ranks groups for people.
func candidates(w *world, s *Scored, sc *scratch, all []group, n int) []Candidate {
	for i := range all {
		g := &all[i]
		var x vector
		best := g.best()
		w.shared(s, g, best, &x)
		g.score = round(best.evidence + s.ranker.weigh(&x))
	}
	n = min(n, len(all))
	if n <= kept { // far fewer than there are
		for i := range n {
			best := i
			for k := range all[i:] {
				if byScore(all[i+k], all[best]) < 0 {
					best = i + k
				}
			}
			all[i], all[best] = all[best], all[i]
		}
	} else {
		slices.SortFunc(all, byScore)
	}
	tickets := 0
	for i := range all[:n] {
		tickets += len(all[i].hits)
	}
	found, whys := make([]uint64, 0, tickets), make([]Reason, 0, n*reasons)
	out := make([]Candidate, 0, n)
	for i := range all[:n] {
		g := &all[i]
		from, said := len(found), len(whys)
		whys = s.why(sc, g.hits[0], whys)
		c := Candidate{Problem: g.problem, Ticket: g.ticket, Score: g.score, Similarity: g.similar, Probability: w.probability(g.similar), Why: whys[said:len(whys):len(whys)]}
		for _, h := range g.hits {
			found = append(found, h.entry.ticket)
		}
		c.Tickets = found[from:len(found):len(found)]
		if g.problem != 0 {
			c.Confirmed = w.problem(g.problem).confirmed
		}
		out = append(out, c)
	}
	return out
}

func decide(w *world, s *Scored, sc *scratch, refused, refusedTicket func(uint64) bool) Verdict {
	all := groups(w, s, refused, refusedTicket)
	v := Verdict{Threshold: w.threshold.problem, Chance: w.share()}
	s.decideTopic(w, &v)
	switch {
	case s.decidePrint(w, &v, refused, refusedTicket):
	case s.decideNear(sc, &v, all):
	default:
		s.decideModel(w, sc, &v, all)
	}
	v.Candidates = candidates(w, s, sc, all, kept)
	return v
}

// decidePrint joins what has the same fingerprint: the largest problem, or else the
// oldest ticket.
func (s *Scored) decidePrint(w *world, v *Verdict, refused, refusedTicket func(uint64) bool) bool {
	if s.doc.fingerprint == 0 {
		return false
	}
	var best print
	for _, p := range w.print(s.doc.fingerprint) {
		switch {
		case p.problem == 0 && (p.ticket == s.ticket || s.own(w, p.ticket) || refusedTicket != nil && refusedTicket(p.ticket)):
			continue
		case p.problem != 0 && refused != nil && refused(p.problem):
			continue
		case p.problem != 0 && p.tickets == 1 && s.owns(w, p.problem):
			continue
		}
		if best == (print{}) || p.problem != 0 && best.problem == 0 ||
			(p.problem != 0) == (best.problem != 0) && (p.tickets > best.tickets || p.tickets == best.tickets && cmp.Or(p.problem, p.ticket) < cmp.Or(best.problem, best.ticket)) {
			best = p
		}
	}
	if best == (print{}) {
		return false
	}
	v.Problem, v.With, v.Rule, v.Score, v.Threshold = best.problem, best.ticket, byFingerprint, 1, 1
	for _, t := range s.doc.terms[:min(len(s.doc.terms), 8)] {
		v.Why = append(v.Why, Reason{Word: t.surface, Field: t.field()})
	}
	return true
}

// own says if a ticket is of the text's sender.
func (s *Scored) own(w *world, ticket uint64) bool {
	return same(s.doc.tags.sender, w.ticket(ticket).sender)
}

// owns says if the text's own ticket is in the problem.
func (s *Scored) owns(w *world, problem uint64) bool {
	t := w.ticket(s.ticket)
	return s.ticket != 0 && t != nil && t.problem == problem
}

// decideNear joins the ticket of which the text is most nearly a copy.
func (s *Scored) decideNear(sc *scratch, v *Verdict, all []group) bool {
	if len(s.doc.shingles) < nearShingles {
		return false
	}
	best, at, from := 0.0, hit{}, -1
	for i := range all {
		for _, h := range all[i].hits {
			e := h.entry
			if h.own || h.score < s.self/2 || len(e.shingles()) < nearShingles {
				continue
			}
			if r := round(resemblance(s.doc.shingles, e.shingles())); r > best || r == best && from >= 0 && e.ticket < at.entry.ticket {
				best, at, from = r, h, i
			}
		}
	}
	if best < nearCopy {
		return false
	}
	v.Problem, v.Rule, v.Score, v.Threshold = all[from].problem, byNearCopy, best, nearCopy
	if v.Problem == 0 {
		v.With = at.entry.ticket
	}
	v.Why = s.why(sc, at, nil)
	return true
}

// decideModel joins what is more similar than chance would have it.
func (s *Scored) decideModel(w *world, sc *scratch, v *Verdict, all []group) {
	if len(all) == 0 {
		return
	}
	g, others := &all[0], rivals{}
	for i := range all {
		others.add(all[i].similar)
		if bySimilarity(all[i], *g) < 0 {
			g = &all[i]
		}
	}
	i := slices.IndexFunc(g.hits, func(h hit) bool { return !h.own })
	if i < 0 {
		return
	}
	v.Score, v.Why = others.standing(g.similar), s.why(sc, g.hits[i], nil)
	if v.Score <= w.threshold.problem {
		return
	}
	if g.problem != 0 && w.problem(g.problem).confirmed && !w.trusted() {
		return
	}
	v.Rule, v.Problem = byModel, g.problem
	if g.problem == 0 {
		v.With = g.ticket
	}
}

const (
	wrongAllowed = 0.05
	confidence   = 0.95
)

// trusted says if the judgements of people bound the share of wrong joins well
// enough that the machine may join confirmed problems: the one-sided bound of Clopper and
// Pearson (1934). Without an error that takes 59.
func (w *world) trusted() bool {
	n, p := float64(w.audits), 0.0
	for k := range w.wrong + 1 {
		a, _ := math.Lgamma(n + 1)
		b, _ := math.Lgamma(float64(k) + 1)
		c, _ := math.Lgamma(n - float64(k) + 1)
		p += math.Exp(a - b - c + float64(float64(k)*math.Log(wrongAllowed)) + float64((n-float64(k))*math.Log(1-wrongAllowed)))
	}
	return w.audits > 0 && p <= 1-confidence
}
