package cluster

import "slices"

// Feature is one thing by which the ranking compares a text with a candidate.
type Feature struct {
	Name   string  // score, titles, bodies, component, age …
	Value  float64 // in the feature's own measure
	Weight float64 // shipped or learned; Value times Weight is what it adds to the candidate's Score
}

// Features says how the Score of a candidate came about. It is nil if c is none of s's
// candidates any more.
func (ix *Index) Features(s *Scored, c Candidate) []Feature {
	ix.read()
	defer ix.mu.RUnlock()
	sc := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(sc)
	w := ix.world
	s = s.at(w, sc)
	s.resolve(w, sc)
	defer s.release(sc)
	all := groups(w, s, nil, nil)
	i := slices.IndexFunc(all, func(g group) bool {
		return g.problem == c.Problem && (g.problem != 0 || g.ticket == c.Ticket)
	})
	if i < 0 {
		return nil
	}
	x := w.features(s, sc, &all[i])
	out := make([]Feature, featureCount)
	for f := range out {
		out[f] = Feature{Name: features[f].name, Value: float64(x[f]), Weight: s.ranker.weights[f]}
	}
	return out
}
