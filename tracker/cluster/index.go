package cluster

import (
	"sync"
	"time"
)

// Index holds documents of tickets and finds the ones that resemble a text.
// Its methods may be called from any goroutine.
type Index struct {
	mu      sync.RWMutex
	options Options
	world   *world
	next    uint64 // Adds at which the epoch ends
	seq     uint64
	scratch sync.Pool
}

// New returns an empty index. A nil o means defaults.
func New(o *Options) *Index {
	ix := &Index{options: o.filled()}
	ix.world = newWorld(&ix.options)
	ix.next = boundary(0, ix.options.Hot)
	ix.scratch.New = func() any { return &scratch{} }
	return ix
}

// Apply changes the index by ops, in order. Call it for what is committed only.
// Now and then an Add ends an epoch. Then the first who asks the index for anything
// waits longer, in proportion to what is in memory; where nobody asks, as between the
// epochs of a replay, nobody does.
func (ix *Index) Apply(ops ...Op) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	sc := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(sc)
	for _, op := range ops {
		ix.world.apply(op)
		ix.seq = max(ix.seq, op.Seq)
		if ix.world.adds >= ix.next {
			ix.next = boundary(ix.world.adds, ix.options.Hot)
			ix.world.turn(sc)
		}
	}
}

// read locks the index for reading, awake.
func (ix *Index) read() {
	for {
		ix.mu.RLock()
		if !ix.world.asleep {
			return
		}
		ix.mu.RUnlock()
		ix.wake()
	}
}

func (ix *Index) wake() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.world.asleep {
		sc := ix.scratch.Get().(*scratch)
		defer ix.scratch.Put(sc)
		ix.world.wake(sc)
	}
}

// Seq returns the sequence number of the last Op applied, or what Advance said.
func (ix *Index) Seq() uint64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.seq
}

// Advance says that the changes up to seq are taken in, where some made no Op.
func (ix *Index) Advance(seq uint64) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.seq = max(ix.seq, seq)
}

// Score finds the tickets that resemble d best. ticket is the one that d belongs
// to, 0 if it is new, and is never found; at is when it was said, and what was
// last seen longer before that ranks lower.
func (ix *Index) Score(ticket uint64, d *Doc, at time.Time) *Scored {
	ix.read()
	defer ix.mu.RUnlock()
	sc := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(sc)
	s := newScored(ix.world, ticket, d, day(at))
	s.seq = ix.seq
	s.find(ix.world, sc, wanted)
	return s
}
