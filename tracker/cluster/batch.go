package cluster

import "slices"

// Batch is the index as the one writer sees it within a transaction: with what
// the transaction added so far. It is for one goroutine.
type Batch struct {
	ix    *Index
	world *world
	start uint64 // Adds before the batch
}

// Batch starts a batch on top of what the index holds now. Once the index has
// changed, start another one.
func (ix *Index) Batch() *Batch {
	ix.read()
	defer ix.mu.RUnlock()
	return &Batch{ix: ix, world: ix.world.over(), start: ix.world.adds}
}

// Full says that the batch must be committed before the next Add: it is at its
// size, or it has reached the end of an epoch. An empty batch is never full.
func (b *Batch) Full() bool {
	return b.world.adds >= b.ix.next || b.world.adds-b.start >= uint64(b.ix.options.BatchSize)
}

// Apply takes op into the batch. After the commit, pass the same Ops to
// [Index.Apply], in the same order.
func (b *Batch) Apply(op Op) {
	b.ix.mu.RLock()
	defer b.ix.mu.RUnlock()
	b.world.apply(op)
}

// Decide says which problem and which topic a scored text belongs to. refused says
// which problems, refusedTicket which tickets a person has ruled out for it; nil
// means none. Tickets that came since s was scored are scored now; if that is more
// than an epoch ago, all are.
func (b *Batch) Decide(s *Scored, refused func(problem uint64) bool, refusedTicket func(ticket uint64) bool) Verdict {
	b.ix.mu.RLock()
	defer b.ix.mu.RUnlock()
	sc := b.ix.scratch.Get().(*scratch)
	defer b.ix.scratch.Put(sc)
	s = s.at(b.world, sc)
	s.resolve(b.world, sc)
	defer s.release(sc)
	return decide(b.world, s, sc, refused, refusedTicket)
}

// Candidates ranks problems and tickets without a problem for people to look at,
// best first, the older one first among equals, at most n.
func (ix *Index) Candidates(s *Scored, n int) []Candidate {
	ix.read()
	defer ix.mu.RUnlock()
	sc := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(sc)
	s = s.at(ix.world, sc)
	s.resolve(ix.world, sc)
	defer s.release(sc)
	return candidates(ix.world, s, sc, groups(ix.world, s, nil, nil), n)
}

// at returns s as of w: without what is gone, with what came since.
func (s *Scored) at(w *world, sc *scratch) *Scored {
	base := w
	if w.base != nil {
		base = w.base
	}
	if s.epoch != w.epoch {
		s = newScored(base, s.ticket, s.doc, s.day)
		s.find(base, sc, wanted)
	}
	if now, ok := s.catchUp(w, sc); ok {
		return now
	}
	s = newScored(base, s.ticket, s.doc, s.day)
	s.all = true
	s.find(base, sc, wanted)
	now, _ := s.catchUp(w, sc) // with all hits there are, none is missing
	return now
}

// catchUp takes in the slots of w that s has not seen. It fails if so many hits are
// gone that others, unknown to s, would take their places.
func (s *Scored) catchUp(w *world, sc *scratch) (*Scored, bool) {
	now := *s
	now.hits = make([]hit, 0, len(s.hits)+int(w.slots()-s.slots))
	for _, h := range s.hits {
		if w.entry(h.slot) != nil {
			now.hits = append(now.hits, h)
		}
	}
	var came []hit
	now.resolve(w, sc)
	defer now.release(sc)
	for slot := s.slots; slot < w.slots(); slot++ {
		e := w.entry(slot)
		if e == nil || e.ticket == s.ticket {
			continue
		}
		score := now.direct(e, sc)
		if score == 0 {
			continue
		}
		came = append(came, hit{entry: e, slot: slot, score: score, rank: now.rank(score, e.seen)})
	}
	slices.SortFunc(came, order)
	now.hits = merge(now.hits, came)
	if s.cut {
		sure := 0
		for sure < len(now.hits) && now.hits[sure].rank >= s.last {
			sure++
		}
		if sure < wanted {
			return nil, false
		}
	}
	now.hits = now.hits[:min(len(now.hits), wanted)]
	for i := range now.hits {
		if !now.hits[i].judged {
			now.judge(sc, &now.hits[i])
		}
	}
	now.slots = w.slots()
	return &now, true
}

// merge puts two ordered lists together, in a, which has room for both.
func merge(a, b []hit) []hit {
	i, j := len(a), len(b)
	a = a[:i+j]
	for j > 0 {
		if i > 0 && order(a[i-1], b[j-1]) > 0 {
			i--
			a[i+j] = a[i]
		} else {
			j--
			a[i+j] = b[j]
		}
	}
	return a
}
