package cluster

import (
	"math"
	"slices"
	"time"
)

// apply takes one change into the world.
func (w *world) apply(op Op) {
	switch op.Kind {
	case Add:
		if op.Doc != nil {
			w.add(op.Ticket, op.Doc, op.At)
		}
	case Link:
		w.link(op.Ticket, op.Problem)
	case Topic:
		if t := w.ownTicket(op.Ticket); t != nil {
			w.count(t.topic, -1)
			t.topic = op.Topic
			w.count(t.topic, 1)
		}
	case Confirm:
		if p := w.problem(op.Problem); op.On || p != nil {
			w.ownProblem(op.Problem).confirmed = op.On
		}
	case Audit:
		w.audits++
		if !op.Same {
			w.wrong++
		}
	case Judge:
		if w.school != nil {
			w.school.hear(judgement{op.Ticket, op.Problem, op.Same, op.On})
		}
	case Forget:
		w.forget(op.Ticket)
	}
}

func (w *world) add(id uint64, d *Doc, at time.Time) {
	t := w.ownTicket(id)
	if t == nil {
		t = &ticket{slot: -1}
		w.tickets[id] = t
	} else {
		w.leave(id, t)
	}
	w.adds++
	t.fingerprint, t.sender, t.seen = d.fingerprint, d.tags.sender, day(at)
	t.slot = w.insert(newEntry(id, t, d, at, w.intern))
	w.join(id, t)
}

func (w *world) link(id, to uint64) {
	t := w.ownTicket(id)
	if t == nil || t.problem == to {
		return
	}
	slot := t.slot
	w.leaveKeeping(id, t)
	t.problem, t.slot = to, slot
	w.join(id, t)
}

func (w *world) forget(id uint64) {
	if t := w.ownTicket(id); t != nil {
		w.leave(id, t)
		w.count(t.topic, -1)
		if w.base == nil {
			delete(w.tickets, id)
		} else {
			w.tickets[id] = nil
		}
	}
}

// join makes t count: under its fingerprint, and in its problem or among the
// tickets without one. What there is too much of in memory goes.
func (w *world) join(id uint64, t *ticket) {
	w.enroll(id, t)
	if t.problem == 0 {
		if t.slot >= 0 {
			w.loose++
			w.oldest = min(w.oldest, t.slot)
			w.trimLoose()
		}
		return
	}
	p := w.ownProblem(t.problem)
	p.tickets++
	p.seen = max(p.seen, t.seen)
	if t.slot < 0 {
		return
	}
	if w.twin(p, t) {
		w.evict(t)
		return
	}
	p.hot = append(p.hot, id)
	if len(p.hot) > w.options.Exemplars {
		i := w.options.Exemplars / 2
		out := p.hot[i]
		p.hot = slices.Delete(p.hot, i, i+1)
		w.evict(w.ownTicket(out))
	}
}

// twin says if a ticket in memory has the same problem and fingerprint as t.
func (w *world) twin(p *problem, t *ticket) bool {
	return t.fingerprint != 0 && slices.ContainsFunc(p.hot, func(id uint64) bool {
		return w.ticket(id).fingerprint == t.fingerprint
	})
}

// leave undoes join and takes t out of memory.
func (w *world) leave(id uint64, t *ticket) {
	slot := t.slot
	w.leaveKeeping(id, t)
	if t.slot = slot; slot >= 0 {
		w.evict(t)
	}
}

// leaveKeeping undoes join, but for the document in memory.
func (w *world) leaveKeeping(id uint64, t *ticket) {
	w.strike(id, t)
	if t.problem == 0 {
		if t.slot >= 0 {
			w.loose--
		}
		return
	}
	p := w.ownProblem(t.problem)
	p.tickets--
	if i := slices.Index(p.hot, id); i >= 0 {
		p.hot = slices.Delete(p.hot, i, i+1)
	}
	if p.tickets == 0 && !p.confirmed && w.base == nil {
		delete(w.problems, t.problem)
	}
}

// trimLoose takes the oldest ticket without a problem out of memory when there are
// too many.
func (w *world) trimLoose() {
	for w.loose > w.options.Hot {
		e := w.entry(w.oldest)
		w.oldest++
		if e == nil {
			continue
		}
		if t := w.ownTicket(e.ticket); t.problem == 0 {
			w.evict(t)
			w.loose--
		}
	}
}

// enroll and strike keep the fingerprints.
func (w *world) enroll(id uint64, t *ticket) {
	if t.fingerprint == 0 {
		return
	}
	prints := w.ownPrint(t.fingerprint)
	if t.problem != 0 {
		for i := range prints {
			if prints[i].problem == t.problem {
				prints[i].tickets++
				w.prints[t.fingerprint] = prints
				return
			}
		}
		prints = append(prints, print{problem: t.problem, tickets: 1})
	} else {
		prints = append(prints, print{ticket: id, tickets: 1})
	}
	w.prints[t.fingerprint] = prints
}

func (w *world) strike(id uint64, t *ticket) {
	if t.fingerprint == 0 {
		return
	}
	prints := w.ownPrint(t.fingerprint)
	i := slices.IndexFunc(prints, func(p print) bool {
		return p.problem == t.problem && (p.problem != 0 || p.ticket == id)
	})
	if prints[i].tickets--; prints[i].tickets == 0 {
		prints = slices.Delete(prints, i, i+1)
	}
	if len(prints) == 0 && w.base == nil {
		delete(w.prints, t.fingerprint)
		return
	}
	w.prints[t.fingerprint] = prints
}

// insert puts an entry into memory and returns its slot.
func (w *world) insert(e *entry) int32 {
	slot := w.slots()
	w.entries = append(w.entries, e)
	if !w.asleep {
		w.settle(e)
	}
	if w.base != nil {
		return slot
	}
	w.seen = append(w.seen, e.seen)
	for _, id := range e.terms() {
		w.terms[id].df++
	}
	if !w.asleep {
		w.list(slot, e)
	}
	return slot
}

// settle computes the lengths of an entry as of the epoch.
func (w *world) settle(e *entry) {
	var title, body float64
	for i, id := range e.terms() {
		idf := float64(w.term(id).idf)
		inTitle, inBody := e.occ(i)
		x, y := float64(idf*damped[inTitle]), float64(idf*damped[inBody])
		title += float64(x * x)
		body += float64(y * y)
	}
	e.titleNorm, e.bodyNorm = float32(math.Sqrt(title)), float32(math.Sqrt(body))
}

// evict takes the document of t out of memory. Its postings stay until the next
// boundary; nobody looks at them.
func (w *world) evict(t *ticket) {
	if t.slot >= w.first {
		if w.base == nil {
			for _, id := range w.entries[t.slot].terms() {
				w.terms[id].df--
			}
			w.seen[t.slot] = unseen
		}
		w.entries[t.slot-w.first] = nil
	} else {
		w.gone[t.slot] = true
	}
	t.slot = -1
}
