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
	count := make([]int, len(w.terms))
	for from := 0; from < len(w.entries); from += shardSlots {
		entries := w.entries[from:min(from+shardSlots, len(w.entries))]
		s := newShard(len(w.terms))
		s.room(entries, min(len(w.entries)/8, shardSlots-len(entries)), count)
		w.shards = append(w.shards, s)
		for i, e := range entries {
			if e != nil {
				w.settle(e)
				w.list(int32(from+i), e)
			}
		}
	}
}

// room makes room in the lists for entries and for some that come later, all in one
// piece. An epoch brings about a tenth of what there is. count is scratch.
func (s *shard) room(entries []*entry, later int, count []int) {
	clear(count)
	for _, e := range entries {
		if e != nil {
			for _, id := range e.terms() {
				count[id]++
			}
		}
	}
	total := 0
	for id, n := range count {
		count[id] = n + n*later/len(entries)
		total += count[id]
	}
	all := make([]posting, total)
	for id, n := range count {
		s.lists[id], all = all[:0:n], all[n:]
	}
}
