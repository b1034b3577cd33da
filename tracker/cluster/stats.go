package cluster

// Stats returns what the index holds and what it goes by.
func (ix *Index) Stats() Stats {
	ix.read()
	defer ix.mu.RUnlock()
	w := ix.world
	st := Stats{
		Tickets: len(w.tickets), Terms: len(w.terms), Epoch: w.epoch.number, Adds: w.adds,
		Threshold: w.threshold.problem, Audits: w.audits, Wrong: w.wrong,
	}
	for _, p := range w.problems {
		if p.tickets > 0 {
			st.Problems++
		}
	}
	st.Topics = len(w.topics)
	st.Bytes = int64(len(w.tickets))*72 + int64(len(w.topics))*32 + int64(len(w.prints))*72 + int64(len(w.terms))*80
	for _, x := range w.school.examples {
		for _, row := range x.rows {
			st.Bytes += 4*featureCount + 24 + 16*int64(len(row.words))
		}
	}
	st.Bytes += 24 * int64(len(w.ranker.words))
	for _, e := range w.entries {
		if e == nil {
			continue
		}
		st.Hot++
		st.Bytes += 216 + int64(len(e.terms))*(4+2+8) + int64(len(e.grams))*2 + int64(len(e.shingles))*4
	}
	return st
}
