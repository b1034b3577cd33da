package kb

import (
	"math/bits"
)

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

// or adds what o holds.
func (s *set) or(o *set) {
	s.reach(len(o.words))
	for i, w := range o.words {
		s.words[i] |= w
	}
}

// lay adds the documents whose bits are set in words, the first of them being first.
func (s *set) lay(words []uint64, first uint64) {
	at, shift := int(first/64), first%64
	s.reach(at + len(words) + 1)
	for i, w := range words {
		s.words[at+i] |= w << shift
		s.words[at+i+1] |= w >> (64 - shift) // nothing, where shift is 0
	}
}

// not takes out what o holds.
func (s *set) not(o *set) {
	for i := range min(len(s.words), len(o.words)) {
		s.words[i] &^= o.words[i]
	}
}

// meets reports whether s and o hold the same document, one that is not among without.
func (s *set) meets(o, without *set) bool {
	for i, w := range s.words {
		if o != nil {
			if i == len(o.words) {
				return false
			}
			w &= o.words[i]
		}
		if i < len(without.words) {
			w &^= without.words[i]
		}
		if w != 0 {
			return true
		}
	}
	return false
}

// count is how many members there are.
func (s *set) count() (n int) {
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// reach makes room for the documents of so many words.
func (s *set) reach(words int) {
	if more := words - len(s.words); more > 0 {
		s.words = append(s.words, make([]uint64, more)...)
	}
}

// empty takes all members out and keeps the memory.
func (s *set) empty() { s.words = s.words[:0] }

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
