package cluster

// A shard lists the documents of shardSlots slots by their terms. Scoring goes through it
// in blocks, so that the sums of one block stay in the processor's nearest cache.
type shard struct {
	lists  [][]posting                    // by term id, each by slot; none for later terms
	newest [shardSlots / blockSlots]int32 // day of the document seen last in each block
}

const (
	shardSlots = 1 << 16
	blockSlots = 1 << 12
)

// posting says that a document has a term: its place in the shard in the upper half,
// the impact of the term in the lower.
type posting uint32

func newPosting(slot int32, impact uint16) posting {
	return posting(uint32(slot%shardSlots)<<16 | uint32(impact))
}

func (p posting) place() uint32 { return uint32(p >> 16) }

func (p posting) impact() float32 { return float32(p & 0xffff) }

// list enters the document in a slot under its terms.
func (w *world) list(slot int32, e *entry) {
	n := int(slot / shardSlots)
	for len(w.shards) <= n {
		w.shards = append(w.shards, newShard(len(w.terms)))
	}
	s := &w.shards[n]
	for i, id := range e.terms() {
		for int(id) >= len(s.lists) {
			s.lists = append(s.lists, nil)
		}
		s.lists[id] = append(s.lists[id], newPosting(slot, w.epoch.of(e, i)))
	}
	block := slot % shardSlots / blockSlots
	s.newest[block] = max(s.newest[block], e.seen)
}

func newShard(terms int) shard {
	s := shard{lists: make([][]posting, terms)}
	for i := range s.newest {
		s.newest[i] = unseen
	}
	return s
}

// index computes what the documents in memory take from the epoch, and lists them
// by their terms.
func (w *world) index() {
	w.shards = nil
	count := make([]uint32, len(w.terms))
	for from := 0; from < len(w.entries); from += shardSlots {
		w.shards = append(w.shards, newShard(len(w.terms)))
		entries := w.entries[from:min(from+shardSlots, len(w.entries))]
		w.shards[len(w.shards)-1].room(entries, count)
		for i, e := range entries {
			if e != nil {
				w.settle(e)
				w.list(int32(from+i), e)
			}
		}
	}
}

// room makes room in the lists for entries and for some that come later, all in one
// piece. count is scratch.
func (s *shard) room(entries []*entry, count []uint32) {
	clear(count)
	for _, e := range entries {
		if e != nil {
			for _, id := range e.terms() {
				count[id]++
			}
		}
	}
	room := func(n uint32) uint32 { return n + n/8 }
	total := 0
	for _, n := range count {
		total += int(room(n))
	}
	all := make([]posting, total)
	for id, n := range count {
		s.lists[id], all = all[:0:room(n)], all[room(n):]
	}
}
