package cluster

import (
	"cmp"
	"math"
	"slices"
)

// weighted is a list of postings with what its term weighs in the query.
type weighted struct {
	postings []posting
	weight   float32
}

// best returns the hits of highest rank, best first. The newest block comes first: age
// lowers ranks, so what it holds soon says how much a sum in an older one has to reach.
func (s *Scored) best(w *world, sc *scratch) []key {
	keys, floor := sc.keys[:0], math.Inf(-1) // no rank below the floor is wanted
	for n := len(w.shards) - 1; n >= 0; n-- {
		shard := &w.shards[n]
		sc.lists = sc.lists[:0]
		for _, q := range s.query {
			if id := sc.ids[q.term]; id >= 0 && int(id) < len(shard.lists) {
				sc.lists = append(sc.lists, weighted{shard.lists[id], q.weight})
			}
		}
		for block := len(shard.newest) - 1; block >= 0; block-- {
			first := int32(n*shardSlots + block*blockSlots)
			sc.sum(uint32(block*blockSlots), float32(floor+float64(age(s.day, shard.newest[block])))-slack)
			for _, at := range sc.found {
				slot := first + int32(at)
				seen, score := w.seen[slot], sc.sums[at]
				if seen == unseen || float64(score-age(s.day, seen)) < floor-slack {
					continue
				}
				e := w.entries[slot]
				rank := s.rank(score, e)
				if rank < floor || e.ticket == s.ticket {
					continue
				}
				keys = append(keys, key{rank, score, slot})
				if len(keys) == 2*(wanted+spare) && !s.all {
					keys, s.cut = w.trim(keys), true
					floor = keys[len(keys)-1].rank
				}
			}
			clear(sc.sums[:])
		}
	}
	if len(keys) > wanted+spare && !s.all {
		s.cut = true
		return w.trim(keys)
	}
	w.sort(keys)
	return keys
}

// slack covers the difference between a rank in single precision and the rounded one.
const slack = 1e-4

// sum adds up what the lists have in the block that begins at a place of the shard, and
// cuts it off them. found are the places in the block where the sum reaches least.
func (sc *scratch) sum(begin uint32, least float32) {
	least = max(least, math.SmallestNonzeroFloat32)
	found := sc.found[:0]
	for i := range sc.lists {
		l := &sc.lists[i]
		n := len(l.postings)
		for n > 0 {
			p := l.postings[n-1]
			if p.place() < begin {
				break
			}
			n--
			at := p.place() % blockSlots
			before := sc.sums[at]
			after := before + float32(l.weight*p.impact())
			sc.sums[at] = after
			if after >= least && before < least {
				found = append(found, at)
			}
		}
		l.postings = l.postings[:n]
	}
	sc.found = found
}

// trim sorts keys and keeps the best.
func (w *world) trim(keys []key) []key {
	w.sort(keys)
	return keys[:wanted+spare]
}

// sort puts the higher rank first, and the older ticket where both are equal.
func (w *world) sort(keys []key) {
	slices.SortFunc(keys, func(a, b key) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return cmp.Compare(w.entries[a.slot].ticket, w.entries[b.slot].ticket)
	})
}
