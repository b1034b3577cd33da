package cluster

import "math"

// What a word proves is not only how rare it is: "implement" in two titles says little
// where every task is called so, and the name of a screen says much. So the ranker learns
// for single words what it is worth that both titles have them, from the same examples as
// its weights: a softmax with one more weight a word, held back from 0 by its square, so
// that a word must decide again and again to count.
const (
	heldWords = 1.0 // what one unit of worth costs, in units of log-likelihood
	usualIDF  = 7.0 // of a word that has a unit's worth
	longest   = 0.5 // step, in units
)

// titleWord is a term that two titles have in common.
type titleWord struct {
	hash uint64
	idf  float32
}

// worth is what a word adds to the evidence.
func worth(units, idf float32) float32 { return float32(units*idf) / usualIDF }

// common returns the words that the titles of the text and of an entry have in common.
func (s *Scored) common(sc *scratch, e *entry) (all []titleWord) {
	for i, id := range e.terms() {
		inTitle, _ := e.occ(i)
		if p := sc.place[id]; p > 0 && inTitle > 0 && s.doc.terms[p-1].title > 0 {
			all = append(all, titleWord{s.doc.terms[p-1].hash, s.vector[p-1].idf})
		}
	}
	return all
}

// lexicon learns what words are worth.
type lexicon struct {
	hashes []uint64 // in the order in which examples have them
	uses   [][]use  // by word, in the order of the examples
	units  []float64
}

// use is a candidate whose title has a word in common with the text.
type use struct {
	example, row int32
	value        float64 // of a unit
}

func newLexicon(examples []example) *lexicon {
	l := &lexicon{}
	at := map[uint64]int{}
	for i, x := range examples {
		for k := range x.rows {
			x.rows[k].x[fWords] = 0
			for _, v := range x.rows[k].words {
				n, ok := at[v.hash]
				if !ok {
					n = len(l.hashes)
					at[v.hash] = n
					l.hashes, l.uses = append(l.hashes, v.hash), append(l.uses, nil)
				}
				l.uses[n] = append(l.uses[n], use{int32(i), int32(k), float64(worth(1, v.idf))})
			}
		}
	}
	l.units = make([]float64, len(l.hashes))
	return l
}

// step moves the worth of each word in turn towards what makes the right candidates most
// probable, the weights being what they are (coordinate ascent by Newton's method), and
// enters it in the examples.
func (l *lexicon) step(r *ranker, examples []example) {
	odds := make([][exampleRows]float64, len(examples)) // of the rows, up to a factor an example
	sums := make([]float64, len(examples))
	for i, x := range examples {
		softmax(r, x.rows, odds[i][:len(x.rows)])
		sums[i] = 1
	}
	for n, uses := range l.uses {
		gradient, curve := -2*heldWords*l.units[n], 2*heldWords
		for len(uses) > 0 {
			i := uses[0].example
			mean, square := 0.0, 0.0
			for len(uses) > 0 && uses[0].example == i {
				u := uses[0]
				p := odds[i][u.row] / sums[i]
				mean += float64(p * u.value)
				square += float64(float64(p*u.value) * u.value)
				if u.row == 0 {
					gradient += u.value
				}
				uses = uses[1:]
			}
			gradient -= mean
			curve += square - float64(mean*mean)
		}
		move := max(-longest, min(gradient/curve, longest))
		l.units[n] += move
		for _, u := range l.uses[n] {
			was := odds[u.example][u.row]
			is := was * math.Exp(float64(move*u.value))
			odds[u.example][u.row] = is
			sums[u.example] += is - was
		}
	}
	l.enter(examples)
}

// enter sets the feature of the words in the examples.
func (l *lexicon) enter(examples []example) {
	for _, x := range examples {
		for k := range x.rows {
			x.rows[k].x[fWords] = 0
		}
	}
	for n, uses := range l.uses {
		for _, u := range uses {
			examples[u.example].rows[u.row].x[fWords] += float32(l.units[n] * u.value)
		}
	}
}

// worth returns what was learned, by hash.
func (l *lexicon) worth() map[uint64]float32 {
	all := map[uint64]float32{}
	for n, hash := range l.hashes {
		if u := float32(math.Round(l.units[n]*fineness) / fineness); u != 0 {
			all[hash] = u
		}
	}
	return all
}
