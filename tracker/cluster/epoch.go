package cluster

import "slices"

// An epoch ends when the Adds have grown by a tenth, and at least by this.
const epochGap = 16

// boundary returns the number of Adds at which the epoch ends that begins with
// adds Adds.
func boundary(adds uint64, hot int) uint64 {
	return adds + max(epochGap, min(adds, uint64(hot))/10)
}

// turn begins a new epoch: what is gone is cleared away, and the statistics are
// taken anew. What follows from them for every document waits for the first who
// asks, as for most epochs of a replay nobody does.
func (w *world) turn(sc *scratch) {
	n := 0
	for i, e := range w.entries {
		if e == nil {
			continue
		}
		if n != i {
			w.entries[n], w.seen[n] = e, e.seen
			w.tickets[e.ticket].slot = int32(n)
		}
		n++
	}
	clear(w.entries[n:])
	w.entries = w.entries[:n]
	w.seen = w.seen[:n]
	w.oldest = 0

	due := n >= fewTickets && float64(n) >= remeasure*float64(w.threshold.measured)
	if due || n < fewTickets {
		w.pin = nil
	} else if w.pin != nil {
		w.pin.detach(w)
	}
	w.sweepTerms()
	w.epoch = w.freeze(w.epoch.number + 1)
	for i := range w.terms {
		w.terms[i].idf = w.epoch.idf(w.terms[i].df)
	}
	w.shards = nil
	switch {
	case n < fewTickets:
		w.threshold = unmeasured
	case due:
		w.threshold.measured = n
		w.pin = newPin(w)
	}
	w.asleep = true
	if len(w.school.pending) > 0 { // what is learned must not depend on who asks when
		w.wake(sc)
		w.study(sc)
	}
}

// wake does what the last turn left for later. The outcome does not depend on when
// that is.
func (w *world) wake(sc *scratch) {
	pin := w.pin
	w.pin = nil
	if pin != nil && !pin.current(w) {
		pin.detach(w)
		w.measure(pin.world(w.options), sc)
		pin = nil
	}
	w.index()
	w.asleep = false
	if pin != nil {
		w.measure(w, sc)
	}
}

// measure takes the threshold from what chance reaches in of; when that was due stands.
func (w *world) measure(of *world, sc *scratch) {
	due := w.threshold.measured
	w.threshold = of.chance(sc)
	w.threshold.measured = due
}

// sweepTerms drops the terms that no document has any more.
func (w *world) sweepTerms() {
	first := slices.IndexFunc(w.terms, func(t term) bool { return t.df == 0 })
	if first < 0 {
		return
	}
	renamed := make([]uint32, len(w.terms))
	n := uint32(0)
	for id, t := range w.terms {
		if t.df == 0 {
			delete(w.ids, t.hash)
			continue
		}
		renamed[id] = n
		w.terms[n] = t
		if int(n) != id {
			w.ids[t.hash] = n
		}
		n++
	}
	clear(w.terms[n:])
	w.terms = w.terms[:n]
	for _, e := range w.entries {
		for i, id := range e.terms() {
			e.terms()[i] = renamed[id]
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
