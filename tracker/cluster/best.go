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
	keys, ranks := sc.keys[:0], &sc.ranks
	ranks.start(s.query)
	for n := len(w.shards) - 1; n >= 0; n-- {
		shard := &w.shards[n]
		sc.lists = sc.lists[:0]
		for _, q := range s.query {
			if id := sc.ids[q.term]; id >= 0 && int(id) < len(shard.lists) {
				sc.lists = append(sc.lists, weighted{shard.lists[id], q.weight})
			}
		}
		for block := len(shard.newest) - 1; block >= 0; block-- {
			if shard.newest[block] == unseen {
				continue // empty
			}
			first := int32(n*shardSlots + block*blockSlots)
			sc.sum(first, ranks.floor+age(s.day, shard.newest[block]))
			for _, at := range sc.found {
				slot := first + int32(at)
				seen, score := w.seen[slot], sc.sums[at]
				if seen == unseen || slot == s.mine {
					continue
				}
				if rank := score - age(s.day, seen); rank >= ranks.floor {
					keys = append(keys, key{float64(rank), score, slot})
					if !s.all {
						ranks.add(rank)
					}
				}
			}
			clear(sc.sums[:])
		}
	}
	sc.keys = keys
	keys = slices.DeleteFunc(keys, func(k key) bool { return k.rank < float64(ranks.floor) })
	for i := range keys {
		keys[i].rank = s.rank(keys[i].score, w.seen[keys[i].slot])
	}
	slices.SortFunc(keys, func(a, b key) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return cmp.Compare(w.entries[a.slot].ticket, w.entries[b.slot].ticket)
	})
	s.cut = ranks.bin > 0
	if len(keys) > wanted+spare && !s.all {
		keys, s.cut = keys[:wanted+spare], true
	}
	return keys
}

// sum adds up what the lists have in the block that begins at a slot, and cuts it off
// them. found are the places in the block whose sums reach least.
func (sc *scratch) sum(slot int32, least float32) {
	first, found, sums := newPosting(slot, 0), sc.found[:0], &sc.sums
	least = max(least, math.SmallestNonzeroFloat32)
	for i := range sc.lists {
		postings, weight := sc.lists[i].postings, sc.lists[i].weight
		n := len(postings) - 1
		for ; n >= 0 && postings[n] >= first; n-- {
			at := postings[n].place() % blockSlots
			before := sums[at]
			after := before + float32(weight*postings[n].impact())
			sums[at] = after
			if after >= least && before < least {
				found = append(found, at)
			}
		}
		sc.lists[i].postings = postings[:n+1]
	}
	sc.found = found
}

// tally counts ranks as they come, in bins, to say below which one none is wanted any more.
type tally struct {
	floor float32 // wanted+spare of the ranks so far are above it
	bin   int     // that begins there
	above int32   // ranks in it and beyond
	scale float32 // bins in a unit of rank
	count [1024]int32
}

const slack = 1e-4 // covers the difference between a rank in single precision and the rounded one

// start makes room for ranks up to the highest that a query allows.
func (t *tally) start(query []queryTerm) {
	high := float32(0)
	for _, q := range query {
		high += float32(q.weight * impactUnit)
	}
	*t = tally{floor: -math.MaxFloat32, scale: float32(len(t.count)) / (high - lowest)}
}

func (t *tally) add(rank float32) {
	bin := min(int(float32((rank-lowest)*t.scale)), len(t.count)-1)
	t.count[bin]++
	if bin < t.bin {
		return
	}
	for t.above++; t.above-t.count[t.bin] >= wanted+spare; t.bin++ {
		t.above -= t.count[t.bin]
		t.floor = lowest + float32(float32(t.bin+1)/t.scale) - slack
	}
}
