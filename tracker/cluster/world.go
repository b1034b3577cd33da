package cluster

import (
	"math"
	"slices"
)

// A world is what an index knows. The index has one; a batch lays a second one
// over it, which holds only what the batch changed. All changes go through
// world.apply, so that both change alike.
type world struct {
	base      *world // nil: this is the index's own
	options   *Options
	epoch     *frozen
	terms     []term
	ids       map[uint64]uint32 // by hash
	firstID   uint32            // id of terms[0]
	entries   []*entry          // by slot; nil: gone
	seen      []int32           // days by slot; nil in a world laid over another
	shards    []shard           // the entries by their terms; nil in a world laid over another
	first     int32             // slot of entries[0]
	gone      map[int32]bool    // slots of the base that are gone here
	tickets   map[uint64]*ticket
	problems  map[uint64]*problem
	prints    map[uint64][]print
	topics    map[uint64]int // known tickets of each
	loose     int            // tickets in memory that have no problem
	oldest    int32          // no ticket in memory without a problem has a lower slot
	adds      uint64
	threshold threshold // as measured, once pin is gone
	pin       *pin      // what threshold is to be measured on; nil: it is
	asleep    bool      // nothing is indexed by its terms: a turn has left that for later
	audits    int
	wrong     int
	ranker    *ranker
	school    *school // nil in a world laid over another: it learns nothing
}

// term is a distinct term of the documents in memory.
type term struct {
	hash uint64
	kind kind
	df   uint32 // documents in memory that have it
	idf  float32
}

// unseen marks the day of a slot whose document is gone.
const unseen = math.MinInt32

// ticket is what is known of every ticket, in memory or not.
type ticket struct {
	problem, topic uint64
	fingerprint    uint64
	sender         uint64
	slot           int32 // -1: not in memory
	seen           int32 // days since 1970
}

// problem is what is known of a group.
type problem struct {
	tickets   int      // known ones
	hot       []uint64 // the ones in memory, in the order in which they joined
	confirmed bool
	seen      int32 // days since 1970 of the ticket seen last
}

// print says who has a fingerprint: a problem, with so many tickets, or a ticket
// without one.
type print struct {
	problem, ticket uint64
	tickets         int32
}

func newWorld(o *Options) *world {
	w := &world{
		options: o, ids: map[uint64]uint32{}, tickets: map[uint64]*ticket{},
		problems: map[uint64]*problem{}, prints: map[uint64][]print{}, topics: map[uint64]int{},
		ranker: shipped, school: &school{},
	}
	w.epoch, w.threshold = w.freeze(0), unmeasured
	return w
}

// over returns a world that is laid over w.
func (w *world) over() *world {
	return &world{
		base: w, options: w.options, epoch: w.epoch, ids: map[uint64]uint32{}, firstID: uint32(len(w.terms)),
		first: int32(len(w.entries)), gone: map[int32]bool{}, tickets: map[uint64]*ticket{},
		problems: map[uint64]*problem{}, prints: map[uint64][]print{}, topics: map[uint64]int{},
		threshold: w.threshold, loose: w.loose, oldest: w.oldest, adds: w.adds, audits: w.audits, wrong: w.wrong, ranker: w.ranker,
	}
}

// ticket returns what is known of a ticket, nil if nothing is.
func (w *world) ticket(id uint64) *ticket {
	t, ok := w.tickets[id]
	if !ok && w.base != nil {
		return w.base.ticket(id)
	}
	return t
}

// of returns what is known of the ticket of an entry in memory.
func (w *world) of(e *entry) *ticket {
	if w.base != nil {
		if t, ok := w.tickets[e.ticket]; ok {
			return t
		}
	}
	return e.known
}

// ownTicket returns a ticket for changing.
func (w *world) ownTicket(id uint64) *ticket {
	t, ok := w.tickets[id]
	if ok || w.base == nil {
		return t
	}
	if t = w.base.ticket(id); t != nil {
		c := *t
		t = &c
		w.tickets[id] = t
	}
	return t
}

func (w *world) problem(id uint64) *problem {
	p, ok := w.problems[id]
	if !ok && w.base != nil {
		return w.base.problem(id)
	}
	return p
}

// ownProblem returns a problem for changing; there is always one.
func (w *world) ownProblem(id uint64) *problem {
	p := w.problems[id]
	if p == nil {
		p = &problem{}
		if w.base != nil {
			if b := w.base.problem(id); b != nil {
				*p = *b
				p.hot = slices.Clone(b.hot)
			}
		}
		w.problems[id] = p
	}
	return p
}

// topic returns how many known tickets a topic has.
func (w *world) topic(id uint64) int {
	n, ok := w.topics[id]
	if !ok && w.base != nil {
		return w.base.topic(id)
	}
	return n
}

// count takes a ticket into a topic, or with -1 out of it.
func (w *world) count(topic uint64, by int) {
	if topic == 0 {
		return
	}
	if n := w.topic(topic) + by; n == 0 && w.base == nil {
		delete(w.topics, topic)
	} else {
		w.topics[topic] = n
	}
}

func (w *world) print(f uint64) []print {
	p, ok := w.prints[f]
	if !ok && w.base != nil {
		return w.base.print(f)
	}
	return p
}

func (w *world) ownPrint(f uint64) []print {
	p, ok := w.prints[f]
	if !ok && w.base != nil {
		p = slices.Clone(w.base.print(f))
	}
	return p
}

// entry returns what stands in a slot, nil if it is gone.
func (w *world) entry(slot int32) *entry {
	if slot >= w.first {
		return w.entries[slot-w.first]
	}
	if w.gone[slot] {
		return nil
	}
	return w.base.entry(slot)
}

func (w *world) slots() int32 { return w.first + int32(len(w.entries)) }

// id finds a term, false if no document in memory has it.
func (w *world) id(hash uint64) (uint32, bool) {
	if id, ok := w.ids[hash]; ok {
		return id, true
	}
	if w.base != nil {
		return w.base.id(hash)
	}
	return 0, false
}

func (w *world) term(id uint32) *term {
	if id >= w.firstID {
		return &w.terms[id-w.firstID]
	}
	return w.base.term(id)
}

func (w *world) termCount() int { return int(w.firstID) + len(w.terms) }

// intern gives a term an id.
func (w *world) intern(t docTerm) uint32 {
	if id, ok := w.id(t.hash); ok {
		return id
	}
	id := uint32(w.termCount())
	w.ids[t.hash] = id
	w.terms = append(w.terms, term{hash: t.hash, kind: t.kind, idf: w.epoch.rare})
	return id
}
