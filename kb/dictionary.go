package kb

import segment "github.com/blevesearch/scorch_segment_api/v2"

// wordsField holds the words of a document as they are written, each once, where their
// terms in the other fields are stems, which are not what people type, nor what one can
// show them. Together the fields are the dictionary that typos and unfinished words are
// looked up in.
const wordsField = "words"

var spelled = []string{wordsField, titleField, textField}

// automaton is what bleve's dictionaries are asked with.
type automaton interface {
	Start() int
	IsMatch(int) bool
	CanMatch(int) bool
	WillAlwaysMatch(int) bool
	Accept(int, byte) int
}

// dictionaries are a field's, of each part.
func (s *searcher) dictionaries(field string) ([]segment.TermDictionary, error) {
	if have, ok := s.dicts[field]; ok {
		return have, nil
	}
	all := make([]segment.TermDictionary, len(s.parts))
	for i, p := range s.parts {
		var err error
		if all[i], err = p.Segment().Dictionary(field); err != nil {
			return nil, err
		}
	}
	s.dicts[field] = all
	return all, nil
}

// uncounted is a dictionary that can be gone through without reading how many documents
// have each word. What bleve's say is wrong anyway, for all words after the first one that
// stands in a single document.
type uncounted interface {
	AutomatonIteratorOmitCount(a segment.Automaton, from, to []byte) segment.DictionaryIterator
}

// dictionary calls fn for the words that a accepts and that begin with prefix, with
// the number of fields that have them. It goes through the segments of bleve's index
// itself: bleve would do so in goroutines of its own, where a damaged file ends the
// process. A segment's words come in order, and at most the first limit of them.
func (s *searcher) dictionary(a automaton, prefix string, limit int, fn func(word string, n uint64)) error {
	var from, to []byte
	if prefix != "" {
		from, to = []byte(prefix), append([]byte(prefix), 0xFF) // no UTF-8 has that byte
	}
	var list segment.PostingsList // its memory serves one word after the other
	for _, field := range spelled {
		dicts, err := s.dictionaries(field)
		if err != nil {
			return err
		}
		for i, dict := range dicts {
			var words segment.DictionaryIterator
			if d, ok := dict.(uncounted); ok {
				words = d.AutomatonIteratorOmitCount(a, from, to)
			} else {
				words = dict.AutomatonIterator(a, from, to)
			}
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
				if !lettersOnly(entry.Term) {
					continue
				}
				if list, err = dict.PostingsList([]byte(entry.Term), s.parts[i].Deleted(), list); err != nil {
					return err
				}
				if n := list.Count(); n > 0 {
					fn(entry.Term, n)
				}
			}
		}
	}
	return nil
}
