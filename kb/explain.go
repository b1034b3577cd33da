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

// wordScore is a word of the query as it was scored.
type wordScore struct {
	word   string
	typed  float64 // how often
	idf    float64
	phrase bool // it was typed only in a phrase
}

// explain says of each of hits what makes up its score, the most first. It asks the
// index again, by the functions that the ranking uses, for these documents only.
func (s *searcher) explain(hits []candidate) (map[uint64][]Why, error) {
	var docs []uint64
	for _, c := range hits {
		docs = append(docs, c.number)
	}
	slices.Sort(docs)
	type piece struct {
		doc               uint64
		found, how, field string
		tf                float64
	}
	all := map[uint64][]Why{}
	tf, before := newTally(), newTally()
	defer release(tf, before)
	for _, w := range s.wordScores {
		tf.clear()
		before.clear()
		var pieces []piece
		lists, err := s.lists(w.word)
		if err != nil {
			return nil, err
		}
		for _, l := range lists {
			if err := s.add(tf, nil, []postings{l}, docs); err != nil {
				return nil, err
			}
			for _, d := range docs {
				if more := tf.get(d) - before.get(d); more > 0 {
					pieces = append(pieces, piece{d, l.term, l.how, l.field, more})
					before.add(d, more)
				}
			}
		}
		for _, p := range pieces {
			f := tf.get(p.doc)
			all[p.doc] = append(all[p.doc], Why{
				Typed: w.word, Found: p.found, How: w.how(p.how), Field: p.field,
				Score: gain(w.typed, w.idf, f) * p.tf / f,
			})
		}
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
func (w wordScore) how(found string) string {
	if w.phrase {
		return HowPhrase
	}
	return found
}
