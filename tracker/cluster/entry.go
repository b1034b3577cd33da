package cluster

import "time"

// entry is a document in memory, in the numbers of its world. There are many of
// them, so what varies in length is packed.
type entry struct {
	ticket    uint64
	known     *ticket  // what its own world knows of the ticket; see world.of
	numbers   []uint32 // ids of its terms in the order of the Doc's hashes, then its components
	small     []uint16 // occurrences of each term, grams, shingles
	seen      int32    // days since 1970
	titleNorm float32  // lengths of the idf vectors; frozen with the epoch
	bodyNorm  float32
	titleLen  uint16
	bodyLen   uint16
	termCount uint16
	gramCount uint16
	product   uint32
	version   uint32

	organization uint32
}

func (e *entry) terms() []uint32 { return e.numbers[:e.termCount] }

func (e *entry) components() []uint32 { return e.numbers[e.termCount:] }

// occ returns how often title and body have the term at i, at most 255 times.
func (e *entry) occ(i int) (title, body uint8) {
	return uint8(e.small[i] >> 8), uint8(e.small[i])
}

func (e *entry) grams() []uint16 {
	return e.small[e.termCount : int(e.termCount)+int(e.gramCount)]
}

func (e *entry) shingles() []uint16 {
	return e.small[int(e.termCount)+int(e.gramCount):]
}

// tags are those of the Doc.
func (e *entry) tags() tags {
	return tags{sender: e.known.sender, product: e.product, version: e.version, organization: e.organization, components: e.components()}
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

// newEntry makes d an entry of t, with the term ids that id gives. A text is cut at a few
// KiB, so that all counts fit.
func newEntry(ticket uint64, t *ticket, d *Doc, at time.Time, id func(docTerm) uint32) *entry {
	e := &entry{
		ticket: ticket, known: t, seen: day(at),
		numbers:  make([]uint32, 0, len(d.terms)+len(d.tags.components)),
		small:    make([]uint16, 0, len(d.terms)+len(d.grams)+len(d.shingles)),
		titleLen: uint16(d.titleLen), bodyLen: uint16(d.bodyLen),
		termCount: uint16(len(d.terms)), gramCount: uint16(len(d.grams)),
		product: d.tags.product, version: d.tags.version, organization: d.tags.organization,
	}
	for _, t := range d.terms {
		e.numbers = append(e.numbers, id(t))
		e.small = append(e.small, min(t.title, 255)<<8|min(t.body, 255))
	}
	e.numbers = append(e.numbers, d.tags.components...)
	e.small = append(append(e.small, d.grams...), d.shingles...)
	return e
}
