package cluster

import "math/bits"

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
	for _, e := range w.entries {
		if e != nil {
			st.Hot++
		}
	}
	st.Bytes = w.bytes()
	return st
}

// What Go takes for things that there are many of. Maps are about two thirds full.
const (
	bytesEntry  = 96 + 8 + 4                       // with its places in world.entries and world.seen
	bytesTerm   = 24 + 24 + (8+8+1)*3/2            // with its list's place and its id by hash
	bytesTicket = 48 + (8+8+1)*3/2                 // in world.tickets
	bytesPrint  = 24 + (8+24+1)*3/2                // in world.prints
	bytesTopic  = (8 + 8 + 1) * 3 / 2              // in world.topics
	bytesGroup  = 48 + 8*defaultExemplars + 17*3/2 // in world.problems
)

// bytes estimates the memory that w keeps. It goes by what there is, and not by what Go
// set aside, so that an index that was made anew says the same.
func (w *world) bytes() int64 {
	n := bytesTicket*len(w.tickets) + bytesTopic*len(w.topics) + bytesPrint*len(w.prints) + bytesTerm*len(w.terms) + bytesGroup*len(w.problems)
	for _, x := range w.school.examples {
		n += len(x.rows) * 4 * featureCount
	}
	for _, e := range w.entries {
		if e != nil {
			n += bytesEntry + allocated(4*len(e.numbers)) + allocated(2*len(e.small)) + 4*int(e.termCount)
		}
	}
	return int64(n)
}

// allocated is what Go takes for n bytes, about.
func allocated(n int) int {
	step := max(16, 1<<bits.Len(uint(n))>>4)
	return (n + step - 1) / step * step
}
