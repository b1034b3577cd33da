package kb

import (
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// wordsField holds the words of a document as they are written, each once, where their
// terms in the other fields are stems, which are not what people type, nor what one can
// show them. Together the fields are the dictionary that typos and unfinished words are
// looked up in.
const wordsField = "words"

var dictionaries = []string{wordsField, titleField, textField}

// automaton is what bleve's dictionaries are asked with.
type automaton interface {
	Start() int
	IsMatch(int) bool
	CanMatch(int) bool
	WillAlwaysMatch(int) bool
	Accept(int, byte) int
}

// dictionary calls fn for the words that a accepts and that begin with prefix, with
// the number of fields that have them, which may count what was deleted. It goes
// through the segments of bleve's index itself: bleve would do so in goroutines of its
// own, where a damaged file ends the process. A segment's words come in order, and at
// most the first limit of them.
func (s *searcher) dictionary(a automaton, prefix string, limit int, fn func(word string, n uint64)) error {
	snapshot, ok := s.reader.(*scorch.IndexSnapshot)
	if !ok {
		return fmt.Errorf("the index is a %T, which has no segments", s.reader)
	}
	var from, to []byte
	if prefix != "" {
		from, to = []byte(prefix), append([]byte(prefix), 0xFF) // no UTF-8 has that byte
	}
	for _, segment := range snapshot.Segments() {
		for _, field := range dictionaries {
			dict, err := segment.Segment().Dictionary(field)
			if err != nil {
				return err
			}
			words := dict.AutomatonIterator(a, from, to)
			for range limit {
				if err := s.ctx.Err(); err != nil {
					return err
				}
				entry, err := words.Next()
				if err != nil {
					return err
				}
				if entry == nil {
					break
				}
				if lettersOnly(entry.Term) {
					fn(entry.Term, entry.Count)
				}
			}
		}
	}
	return nil
}
