package cluster

import "time"

// entry is a document in memory, in the numbers of its world.
type entry struct {
	ticket      uint64
	known       *ticket  // what its own world knows of the ticket; see world.of
	seen        int32    // days since 1970
	terms       []uint32 // ids, in the order of the Doc's hashes
	occ         []uint8  // occurrences of each term in title and body, by turns, at most 255
	titleNorm   float32  // lengths of the idf vectors; frozen with the epoch
	bodyNorm    float32
	titleLen    uint32
	bodyLen     uint32
	grams       []uint16
	shingles    []uint32
	fingerprint uint64
	tags        tags
}

// day counts days since 1970, rounded down.
func day(t time.Time) int32 {
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return int32(min(max(d, -1<<30), 1<<30))
}

// newEntry makes d an entry, with the term ids that id gives.
func newEntry(ticket uint64, d *Doc, at time.Time, id func(docTerm) uint32) *entry {
	e := &entry{
		ticket: ticket, seen: day(at), titleLen: d.titleLen, bodyLen: d.bodyLen,
		grams: d.grams, shingles: d.shingles, fingerprint: d.fingerprint, tags: d.tags,
		terms: make([]uint32, len(d.terms)), occ: make([]uint8, 2*len(d.terms)),
	}
	for i, t := range d.terms {
		e.terms[i] = id(t)
		e.occ[2*i], e.occ[2*i+1] = uint8(min(t.title, 255)), uint8(min(t.body, 255))
	}
	return e
}
