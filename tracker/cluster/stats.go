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

// What Go takes for a thing of which there are many. Slices that grow have some to spare.
const (
	bytesEntry   = 96 + (8+4)*9/8 // with its places in world.entries and world.seen
	bytesTerm    = 24 * 9 / 8     // without its id by hash and its lists
	bytesList    = 24             // of a shard, for one term
	bytesTicket  = 48             // without its place in world.tickets
	bytesPrint   = 24             // and likewise
	bytesProblem = 48             // and likewise, and without the tickets in memory
)

// bytes estimates the memory that w keeps. It goes by what there is, and not by what Go
// set aside, so that an index that was made anew says the same.
func (w *world) bytes() int64 {
	n := len(w.tickets)*bytesTicket + mapped(len(w.tickets), 8+8) +
		len(w.terms)*(bytesTerm+len(w.shards)*bytesList) + mapped(len(w.terms), 8+8) +
		len(w.problems)*bytesProblem + mapped(len(w.problems), 8+8) +
		mapped(len(w.topics), 8+8) + mapped(len(w.prints), 8+24) + mapped(len(w.ranker.words), 8+4)
	for _, p := range w.prints {
		n += len(p) * bytesPrint
	}
	for _, p := range w.problems {
		n += allocated(8 * len(p.hot))
	}
	for _, x := range w.school.examples {
		for _, row := range x.rows {
			n += 4*featureCount + 24 + 16*len(row.words)
		}
	}
	postings := 0
	for _, e := range w.entries {
		if e != nil {
			n += bytesEntry + allocated(4*len(e.numbers)) + allocated(2*len(e.small))
			postings += int(e.termCount)
		}
	}
	return int64(n + 4*postings*11/10) // there is room for those to come
}

// mapped is what Go takes for a map of n pairs of a size: tables that double when seven
// eighths are full and split at 1,024 places, with a byte more a place.
func mapped(n, size int) int {
	places := 8
	for places*7/8 < n {
		places *= 2
	}
	tables := max(places/1024, 1)
	return tables * allocated(places/tables*(size+1))
}

// allocated is what Go takes for n bytes, about.
func allocated(n int) int {
	step := max(16, 1<<bits.Len(uint(n))>>4)
	if n > 32<<10 {
		step = 8 << 10 // whole pages
	}
	return (n + step - 1) / step * step
}
