package cluster

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"slices"
)

// A snapshot is a magic line, the settings it was made with, the state, and a
// CRC-32C of all that. Numbers are unsigned varints, little-endian where their
// width is fixed. Postings, impacts and vector lengths are not in it: they follow from the rest.
const magic = "supportloop cluster snapshot 6\n"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteTo writes a snapshot that [Read] loads. It is a cache: versioned,
// checksummed, and to be made anew from the log whenever it does not load. The same
// Ops make the same bytes. No word that anybody wrote stands in it, hashes do.
func (ix *Index) WriteTo(w io.Writer) (int64, error) {
	ix.read()
	defer ix.mu.RUnlock()
	e := &encoder{w: bufio.NewWriterSize(w, 1<<16)}
	e.write([]byte(magic))
	ix.encode(e)
	e.fixed32(e.sum)
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.n, e.err
}

func (ix *Index) encode(e *encoder) {
	w := ix.world
	o := ix.options
	e.float(o.Caution)
	e.uint(uint64(o.Hot), uint64(o.Exemplars), ix.seq, ix.next, w.adds, uint64(w.audits), uint64(w.wrong), uint64(w.loose), uint64(w.oldest))
	f := w.epoch
	e.uint(uint64(f.number), uint64(f.docs))
	e.float(f.avgTitle, f.avgBody, w.threshold.problem, w.threshold.within, w.threshold.topic)
	e.uint(uint64(w.threshold.measured))
	e.school(w.school)

	e.uint(uint64(len(w.terms)))
	for i := range w.terms {
		t := &w.terms[i]
		e.fixed64(t.hash)
		e.fixed32(math.Float32bits(t.idf))
		e.uint(uint64(t.kind), uint64(t.df))
	}
	e.uint(uint64(len(w.entries)))
	for _, x := range w.entries {
		e.entry(x)
	}
	e.uint(uint64(len(w.tickets)))
	for _, id := range slices.Sorted(maps.Keys(w.tickets)) {
		t := w.tickets[id]
		e.uint(id, t.problem, t.topic, uint64(t.slot+1), zigzag(t.seen))
		e.fixed64(t.fingerprint)
		e.fixed64(t.sender)
	}
	e.uint(uint64(len(w.problems)))
	for _, id := range slices.Sorted(maps.Keys(w.problems)) {
		p := w.problems[id]
		confirmed := uint64(0)
		if p.confirmed {
			confirmed = 1
		}
		e.uint(id, confirmed, zigzag(p.seen), uint64(p.tickets), uint64(len(p.hot)))
		e.uint(p.hot...)
	}
}

func (e *encoder) entry(x *entry) {
	if x == nil {
		e.uint(0)
		return
	}
	e.uint(1, x.ticket, zigzag(x.seen), uint64(x.titleLen), uint64(x.bodyLen))
	e.uint(uint64(x.termCount), uint64(len(x.components())), uint64(x.gramCount), uint64(len(x.shingles())))
	for _, id := range x.terms() {
		e.uint(uint64(id))
	}
	for _, c := range x.components() {
		e.fixed32(c)
	}
	for i := range x.terms() {
		title, body := x.occ(i)
		e.write([]byte{title, body})
	}
	e.set(x.grams())
	e.set(x.shingles())
	e.fixed32(x.product)
	e.fixed32(x.version)
	e.fixed32(x.organization)
}

// Read loads a snapshot. It fails with [ErrSnapshot] if the snapshot is damaged, of
// another version, or made with other options. The first question to the index
// waits until the documents are listed by their terms.
func Read(r io.Reader, o *Options) (*Index, error) {
	var raw bytes.Buffer // grows by doubling, which [io.ReadAll] does not
	if known, ok := r.(interface{ Len() int }); ok {
		raw.Grow(known.Len() + bytes.MinRead)
	}
	_, err := raw.ReadFrom(r)
	all := raw.Bytes()
	if err != nil {
		return nil, fmt.Errorf("cluster: reading a snapshot: %w", err)
	}
	body := len(all) - 4
	if body < len(magic) || string(all[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it is not one, or of another version", ErrSnapshot)
	}
	if crc32.Checksum(all[:body], castagnoli) != binary.LittleEndian.Uint32(all[body:]) {
		return nil, fmt.Errorf("%w: its checksum does not hold", ErrSnapshot)
	}
	ix := New(o)
	d := &decoder{b: all[len(magic):body]}
	if d.float() != ix.options.Caution || d.uint() != uint64(ix.options.Hot) || d.uint() != uint64(ix.options.Exemplars) {
		return nil, fmt.Errorf("%w: it was made with other options", ErrSnapshot)
	}
	if ix.decode(d); d.bad || len(d.b) > 0 {
		return nil, fmt.Errorf("%w: it does not add up", ErrSnapshot)
	}
	return ix, nil
}

func (ix *Index) decode(d *decoder) {
	w := ix.world
	ix.seq, ix.next = d.uint(), d.uint()
	w.adds, w.audits, w.wrong, w.loose, w.oldest = d.uint(), int(d.uint()), int(d.uint()), int(d.uint()), int32(d.uint())
	f := &frozen{number: int(d.uint()), docs: float64(d.uint())}
	f.avgTitle, f.avgBody = d.float(), d.float()
	f.rare = f.idf(1)
	w.epoch = f
	w.threshold = threshold{problem: d.float(), within: d.float(), topic: d.float(), measured: int(d.uint())}

	if w.school = d.school(); d.bad {
		return
	}
	w.ranker, w.school.chance = learned(w.school.examples), calibrate(w.school.audits)

	w.terms = make([]term, d.count(14))
	w.ids = make(map[uint64]uint32, len(w.terms))
	for i := range w.terms {
		t := term{hash: d.fixed64(), idf: math.Float32frombits(d.fixed32()), kind: kind(d.uint()), df: uint32(d.uint())}
		if int(t.kind) >= len(kindNames) {
			d.bad = true
			return
		}
		w.terms[i] = t
		w.ids[t.hash] = uint32(i)
	}
	w.entries = make([]*entry, d.count(1))
	w.seen = make([]int32, len(w.entries))
	for slot := range w.entries {
		e := d.entry(len(w.terms))
		if d.bad {
			return
		}
		if w.entries[slot] = e; e == nil {
			w.seen[slot] = unseen
			continue
		}
		w.seen[slot] = e.seen
	}
	w.asleep = true
	n := d.count(13)
	w.tickets = make(map[uint64]*ticket, n)
	all := make([]ticket, n)
	for i := range all {
		id := d.uint()
		all[i] = ticket{problem: d.uint(), topic: d.uint(), slot: int32(d.uint()) - 1, seen: d.zigzag(), fingerprint: d.fixed64(), sender: d.fixed64()}
		t := &all[i]
		if d.bad || int(t.slot) >= len(w.entries) || t.slot >= 0 && (w.entries[t.slot] == nil || w.entries[t.slot].ticket != id) {
			d.bad = true
			return
		}
		w.tickets[id] = t
		if t.slot >= 0 {
			w.entries[t.slot].known = t
		}
		w.enroll(id, t)
		w.count(t.topic, 1)
	}
	for _, e := range w.entries {
		if e != nil && e.known == nil {
			d.bad = true
			return
		}
	}
	n = d.count(5)
	for range n {
		id := d.uint()
		p := &problem{confirmed: d.uint() == 1, seen: d.zigzag(), tickets: int(d.uint()), hot: make([]uint64, d.count(1))}
		for i := range p.hot {
			p.hot[i] = d.uint()
			if t := w.tickets[p.hot[i]]; t == nil || t.slot < 0 {
				d.bad = true
				return
			}
		}
		w.problems[id] = p
	}
}

func (d *decoder) entry(terms int) *entry {
	if d.uint() == 0 {
		return nil
	}
	e := &entry{ticket: d.uint(), seen: d.zigzag(), titleLen: uint16(d.uint()), bodyLen: uint16(d.uint())}
	n, components, grams, shingles := d.count(3), d.count(4), d.count(1), d.count(1)
	if d.bad || n > math.MaxUint16 || grams > math.MaxUint16 {
		d.bad = true
		return nil
	}
	e.termCount, e.gramCount = uint16(n), uint16(grams)
	e.numbers, e.small = make([]uint32, n+components), make([]uint16, n+grams+shingles)
	for i := range e.terms() {
		id := d.uint()
		if id >= uint64(terms) {
			d.bad = true
			return nil
		}
		e.numbers[i] = uint32(id)
	}
	for i := range e.components() {
		e.components()[i] = d.fixed32()
	}
	occ := d.take(2 * n)
	if d.bad {
		return nil
	}
	for i := range n {
		e.small[i] = uint16(occ[2*i])<<8 | uint16(occ[2*i+1])
	}
	d.set(e.grams())
	d.set(e.shingles())
	e.product, e.version, e.organization = d.fixed32(), d.fixed32(), d.fixed32()
	return e
}

func (e *encoder) school(l *school) {
	e.uint(uint64(len(l.pending)))
	for _, j := range l.pending {
		e.uint(j.ticket, j.problem, uint64(b2i(j.same)+2*b2i(j.audit)))
	}
	e.uint(uint64(len(l.audits)))
	for _, a := range l.audits {
		e.fixed32(math.Float32bits(a.similar))
		e.uint(uint64(b2i(a.same)))
	}
	e.uint(uint64(len(l.examples)))
	for _, x := range l.examples {
		e.uint(uint64(len(x.rows)))
		for _, row := range x.rows {
			for _, v := range row.x {
				e.fixed32(math.Float32bits(v))
			}
			e.uint(uint64(len(row.words)))
			for _, v := range row.words {
				e.fixed64(v.hash)
				e.fixed32(math.Float32bits(v.idf))
			}
		}
	}
}

func (d *decoder) school() *school {
	l := &school{pending: make([]judgement, d.count(3))}
	for i := range l.pending {
		j := judgement{ticket: d.uint(), problem: d.uint()}
		how := d.uint()
		j.same, j.audit = how&1 > 0, how&2 > 0
		l.pending[i] = j
	}
	l.audits = make([]audited, d.count(5))
	for i := range l.audits {
		l.audits[i] = audited{math.Float32frombits(d.fixed32()), d.uint() == 1}
	}
	l.examples = make([]example, d.count(1))
	for i := range l.examples {
		rows := d.count(4*featureCount + 1)
		if rows < 2 || rows > exampleRows {
			d.bad = true
			return l
		}
		l.examples[i].rows = make([]candidateRow, rows)
		for k := range l.examples[i].rows {
			row := &l.examples[i].rows[k]
			for f := range row.x {
				row.x[f] = math.Float32frombits(d.fixed32())
			}
			row.words = make([]titleWord, d.count(12))
			for n := range row.words {
				row.words[n] = titleWord{d.fixed64(), math.Float32frombits(d.fixed32())}
			}
		}
	}
	return l
}
