package kb

import (
	"cmp"
	"slices"
)

// Why is one reason for a hit's score: something that was typed, and what it found.
type Why struct {
	Typed string  `json:"typed"` // a word, in small letters
	Found string  `json:"found"` // the term in the index, which may be a word's stem
	How   string  `json:"how"`   // HowWord …
	Field string  `json:"field"` // "title", "text" or "asked"
	Score float64 `json:"score"` // what it adds to Hit.Score
}

// How a word that was typed found a term.
const (
	HowWord   = "word"   // it is the term
	HowForm   = "form"   // another form of it, as one language has them
	HowPhrase = "phrase" // it stands in a phrase

	HowTypo       = "typo"       // it is one or two letters away
	HowUnfinished = "unfinished" // it goes on with the last word
	HowTitle      = "title"      // much of the title was asked for; Typed and Found are empty
	HowSynonym    = "synonym"    // it means the same; of a phrase, its rarest word
)

// explain says of each of hits what makes up its score, the most first. It asks the
// index again, by the functions that the ranking uses, for these documents only.
func (s *searcher) explain(hits []candidate) (map[uint64][]Why, error) {
	type piece struct {
		doc               uint64
		found, how, field string
		tf                float64
	}
	all := map[uint64][]Why{}
	m := s.matches
	m.docs.empty()
	for _, c := range hits {
		m.docs.add(c.number)
	}
	m.number()
	for _, w := range s.asked {
		var pieces []piece
		for _, l := range w.lists {
			before := slices.Clone(m.tf)
			if err := m.count(l, s.field(l.field), w.idf); err != nil {
				return nil, err
			}
			for d := range m.docs.all {
				n := m.until(d)
				if more := m.tf[n] - before[n]; more > 0 {
					pieces = append(pieces, piece{d, l.term, l.how, l.field, more})
				}
			}
		}
		for _, p := range pieces {
			n := m.until(p.doc)
			f := m.tf[n]
			all[p.doc] = append(all[p.doc], Why{
				Typed: w.word, Found: p.found, How: w.how(p.how), Field: p.field,
				Score: gain(w.typed, w.idf, f) * p.tf / f,
			})
		}
		m.forget()
	}
	for _, c := range hits {
		if c.title > 0 {
			all[c.number] = append(all[c.number], Why{How: HowTitle, Field: titleField, Score: c.title})
		}
	}
	for _, why := range all {
		slices.SortStableFunc(why, func(a, b Why) int { return cmp.Compare(b.Score, a.Score) })
	}
	return all, nil
}

// how says how the word found something.
func (w counted) how(found string) string {
	if w.phrase {
		return HowPhrase
	}
	return found
}
