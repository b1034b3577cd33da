package cluster

import "slices"

// A pin keeps the documents as they were when an epoch began, until the chance of
// matches among them is measured.
type pin struct {
	epoch   *frozen
	entries []*entry
	terms   []term // nil while they are the world's first known ones
	known   int
}

func newPin(w *world) *pin {
	return &pin{epoch: w.epoch, entries: slices.Clone(w.entries), known: len(w.terms)}
}

// current says that nothing has come or gone since.
func (p *pin) current(w *world) bool {
	return p.epoch == w.epoch && slices.Equal(p.entries, w.entries)
}

// detach copies what changes with w.
func (p *pin) detach(w *world) {
	if p.terms != nil {
		return
	}
	p.terms = slices.Clone(w.terms[:p.known])
	total := 0
	for _, e := range p.entries {
		total += len(e.numbers)
	}
	numbers, copies := make([]uint32, total), make([]entry, len(p.entries))
	for i, e := range p.entries {
		n := copy(numbers, e.numbers)
		copies[i] = *e
		copies[i].numbers = numbers[:n:n]
		numbers = numbers[n:]
		p.entries[i] = &copies[i]
	}
}

// world returns a world that knows what w knew, as far as scoring goes. p must be
// detached.
func (p *pin) world(o *Options) *world {
	w := newWorld(o)
	w.epoch, w.terms, w.entries = p.epoch, p.terms, p.entries
	for id, t := range w.terms {
		w.ids[t.hash] = uint32(id)
	}
	for _, e := range w.entries {
		w.seen = append(w.seen, e.seen)
	}
	w.index()
	return w
}
