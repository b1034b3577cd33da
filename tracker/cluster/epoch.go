package cluster

// An epoch ends when the Adds have grown by a tenth, and at least by this.
const epochGap = 16

// boundary returns the number of Adds at which the epoch ends that begins with
// adds Adds.
func boundary(adds uint64, hot int) uint64 {
	return adds + max(epochGap, min(adds, uint64(hot))/10)
}

// turn begins a new epoch: what is gone is cleared away, and everything that
// depends on the log as a whole is computed anew.
func (w *world) turn(sc *scratch) {
	n := 0
	for _, e := range w.entries {
		if e != nil {
			w.entries[n] = e
			w.seen[n] = e.seen
			w.tickets[e.ticket].slot = int32(n)
			n++
		}
	}
	clear(w.entries[n:])
	w.entries = w.entries[:n]
	w.seen = w.seen[:n]
	w.oldest = 0

	w.sweepTerms()
	w.epoch = w.freeze(w.epoch.number + 1)
	for i := range w.terms {
		t := &w.terms[i]
		t.idf = w.epoch.idf(t.df)
		t.postings = make([]posting, 0, t.df+t.df/8)
	}
	for slot, e := range w.entries {
		w.settle(e)
		for i, id := range e.terms {
			w.terms[id].postings = append(w.terms[id].postings, posting{int32(slot), e.impact[i]})
		}
	}
	w.measure(sc)
}

// sweepTerms drops the terms that no document has any more.
func (w *world) sweepTerms() {
	renamed := make([]uint32, len(w.terms))
	n := uint32(0)
	for id, t := range w.terms {
		if t.df == 0 {
			delete(w.ids, t.hash)
			continue
		}
		renamed[id] = n
		w.terms[n] = t
		w.ids[t.hash] = n
		n++
	}
	if int(n) == len(w.terms) {
		return
	}
	clear(w.terms[n:])
	w.terms = w.terms[:n]
	for _, e := range w.entries {
		for i, id := range e.terms {
			e.terms[i] = renamed[id]
		}
	}
}

// freeze takes the statistics of the documents in memory.
func (w *world) freeze(number int) *frozen {
	title, body, n := float64(priorDocs*priorTitle), float64(priorDocs*priorBody), float64(priorDocs)
	for _, e := range w.entries {
		title += float64(e.titleLen)
		body += float64(e.bodyLen)
		n++
	}
	f := &frozen{number: number, docs: n, avgTitle: max(title/n, 1), avgBody: max(body/n, 1)}
	f.rare = f.idf(1)
	return f
}
