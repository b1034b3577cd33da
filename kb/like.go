package kb

import (
	"cmp"
	"slices"
)

// likeness is a search by a whole text, of which the most telling words count.
type likeness struct {
	text string
	only map[string][]string
}

const (
	likeText  = 4 << 10 // bytes that are looked at
	likeWords = 25      // that are searched for
	likeFew   = 50      // documents, from which on a word that a tenth of them has is too common
	likeLeast = 2       // different words that a hit has to have, where there are as many
	likeShare = 0.2     // of the telling power of all the words, that a hit has to have
)

// like makes a query of a text: no syntax, and of its words those that are rarest in
// the index.
func (s *searcher) like(l *likeness) (parsed, error) {
	s.tells = true
	p := parsed{only: map[string][]string{}, share: likeShare, least: likeLeast}
	for f, values := range l.only {
		p.only[f] = slices.Clone(values)
	}
	var words []counted
	seen := map[string]bool{}
	for _, t := range split(cut(l.text, likeText)) {
		if seen[t.term] {
			continue
		}
		seen[t.term] = true
		n, err := s.count(t.term)
		if err != nil {
			return p, err
		}
		if n > 0 && !(s.state.Documents >= likeFew && n > uint64(s.state.Documents)/10) {
			words = append(words, counted{word: t.term, df: n})
		}
	}
	slices.SortStableFunc(words, func(a, b counted) int { return cmp.Compare(a.df, b.df) })
	for _, w := range words[:min(len(words), likeWords)] {
		p.words = append(p.words, w.word)
	}
	return p, nil
}

// count is in how many fields of documents a word stands, about.
func (s *searcher) count(word string) (n uint64, err error) {
	for _, form := range s.forms(word) {
		for _, field := range scored {
			lists, err := s.find(termOf{field, form})
			if err != nil {
				return 0, err
			}
			for _, l := range lists {
				n += l.count
			}
		}
	}
	return n, s.ctx.Err()
}
