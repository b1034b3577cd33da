package kb

import (
	"math/bits"
	"slices"
	"sync"
)

// tally adds up something positive for each of some documents, by their numbers
// within a reader, which are dense.
type tally struct {
	of    []float64
	which []uint64 // that have something, in the order of their first addition
}

var tallies = sync.Pool{New: func() any { return &tally{} }}

func newTally() *tally { return tallies.Get().(*tally) }

// release keeps the memory of tallies for other searches.
func release(all ...*tally) {
	for _, t := range all {
		t.clear()
		tallies.Put(t)
	}
}

func (t *tally) add(d uint64, v float64) {
	if d >= uint64(len(t.of)) {
		t.of = append(t.of, make([]float64, max(int(d)+1-len(t.of), len(t.of)))...)
	}
	if t.of[d] == 0 {
		t.which = append(t.which, d)
	}
	t.of[d] += v
}

// get is what d has.
func (t *tally) get(d uint64) float64 {
	if d >= uint64(len(t.of)) {
		return 0
	}
	return t.of[d]
}

// sorted are the documents that have something, in order.
func (t *tally) sorted() []uint64 {
	docs := slices.Clone(t.which)
	slices.Sort(docs)
	return docs
}

// clear forgets everything and keeps the memory.
func (t *tally) clear() {
	for _, d := range t.which {
		t.of[d] = 0
	}
	t.which = t.which[:0]
}

// set is a set of document numbers. A nil *set is all of them.
type set struct{ words []uint64 }

func (s *set) add(d uint64) {
	if i := int(d / 64); i >= len(s.words) {
		s.words = append(s.words, make([]uint64, i+1-len(s.words))...)
	}
	s.words[d/64] |= 1 << (d % 64)
}

func (s *set) has(d uint64) bool {
	return s == nil || d/64 < uint64(len(s.words)) && s.words[d/64]&(1<<(d%64)) != 0
}

// and is what both hold. It may change s.
func (s *set) and(o *set) *set {
	if s == nil {
		return o
	}
	if o == nil {
		return s
	}
	s.words = s.words[:min(len(s.words), len(o.words))]
	for i := range s.words {
		s.words[i] &= o.words[i]
	}
	return s
}

// all yields the members in order.
func (s *set) all(yield func(uint64) bool) {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			if !yield(uint64(i*64 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// between yields the members from first on and before end, in order.
func (s *set) between(first, end uint64) func(yield func(uint64) bool) {
	return func(yield func(uint64) bool) {
		for i := first / 64; i < uint64(len(s.words)) && i*64 < end; i++ {
			w := s.words[i]
			if i == first/64 {
				w &= ^uint64(0) << (first % 64)
			}
			for ; w != 0; w &= w - 1 {
				d := i*64 + uint64(bits.TrailingZeros64(w))
				if d >= end || !yield(d) {
					return
				}
			}
		}
	}
}

// nth is the n-th highest score, n from 1 to len(found).
func nth(found []candidate, n int) float64 {
	low := make([]float64, 0, n) // a heap of the n highest so far, the lowest first
	for _, c := range found {
		switch {
		case len(low) < n:
			low = append(low, c.score)
			if len(low) == n {
				slices.Sort(low)
			}
		case c.score > low[0]:
			low[0] = c.score
			for i := 0; ; {
				least := 2*i + 1
				if least >= n {
					break
				}
				if least+1 < n && low[least+1] < low[least] {
					least++
				}
				if low[i] <= low[least] {
					break
				}
				low[i], low[least] = low[least], low[i]
				i = least
			}
		}
	}
	return low[0]
}
