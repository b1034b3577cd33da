package kb

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// near recognizes the words within some distance of one: so many letters left out,
// put in, changed or swapped with their neighbour (the optimal string alignment
// distance). It is an automaton that reads bytes, made of the states that are met, so
// that a dictionary is looked through without reading all of it.
type near struct {
	word   []rune
	max    int  // distance
	open   bool // what goes on after a match is one too
	states []*nearState
	known  map[string]int
}

// nearState is what was read so far: for every length of the beginning of the word,
// how far what was read is from it, and the same before the last letter.
type nearState struct {
	row, before []uint8
	last        rune
	partial     string // bytes of a letter that is not read whole yet
	matched     bool   // and open

	is, can bool       // IsMatch and CanMatch
	next    [256]int32 // by byte, the state after it; 0 is not known yet
}

func newNear(word string, distance int, open bool) *near {
	n := &near{word: []rune(word), max: distance, open: open, known: map[string]int{}}
	row := make([]uint8, len(n.word)+1)
	for i := range row {
		row[i] = uint8(min(i, distance+1))
	}
	n.state(&nearState{row: row, before: row, last: -1})
	return n
}

// state is the number of s.
func (n *near) state(s *nearState) int {
	key := append(append(append([]byte{}, s.row...), s.before...), s.partial...)
	key = binary.AppendVarint(key, int64(s.last))
	if s.matched {
		key = append(key, 1)
	}
	if i, ok := n.known[string(key)]; ok {
		return i
	}
	s.is = s.matched || s.partial == "" && int(s.row[len(n.word)]) <= n.max
	s.can = s.matched || int(slices.Min(s.row)) <= n.max
	n.states = append(n.states, s)
	n.known[string(key)] = len(n.states) - 1
	return len(n.states) - 1
}

// distance is how far s is from the word: more than max when it does not match.
func (n *near) distance(s string) int {
	at := 0
	for i := range len(s) {
		at = n.Accept(at, s[i])
	}
	return int(n.states[at].row[len(n.word)])
}

// Start, IsMatch, CanMatch, WillAlwaysMatch and Accept make it an automaton as bleve's
// dictionaries take one.
func (n *near) Start() int { return 0 }

func (n *near) IsMatch(i int) bool { return n.states[i].is }

func (n *near) CanMatch(i int) bool { return n.states[i].can }

func (n *near) WillAlwaysMatch(i int) bool { return n.states[i].matched }

func (n *near) Accept(i int, b byte) int {
	s := n.states[i]
	if s.matched {
		return i
	}
	if s.next[b] != 0 {
		return int(s.next[b])
	}
	read := s.partial + string([]byte{b})
	next := &nearState{row: s.row, before: s.before, last: s.last, partial: read}
	if utf8.FullRuneInString(read) {
		r, _ := utf8.DecodeRuneInString(read)
		next = n.after(s, r)
	}
	to := n.state(next)
	s.next[b] = int32(to)
	return to
}

// after is the state that the letter r leads to.
func (n *near) after(s *nearState, r rune) *nearState {
	row := make([]uint8, len(s.row))
	row[0] = min(s.row[0]+1, uint8(n.max+1))
	for j := 1; j < len(row); j++ {
		d := s.row[j-1]
		if n.word[j-1] != r {
			d++
		}
		d = min(d, s.row[j]+1, row[j-1]+1)
		if j > 1 && n.word[j-2] == r && n.word[j-1] == s.last {
			d = min(d, s.before[j-2]+1)
		}
		row[j] = min(d, uint8(n.max+1))
	}
	return &nearState{row: row, before: s.row, last: n.letter(r), matched: n.open && int(row[len(n.word)]) <= n.max}
}

// letter is r, or -1 for a letter that the word has not: those are all alike.
func (n *near) letter(r rune) rune {
	if slices.Contains(n.word, r) {
		return r
	}
	return -1
}
