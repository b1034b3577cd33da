package kb

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Documents are ranked by BM25F (Zaragoza and others, TREC 2004): a word counts by
// how rare it is, and by how often it stands in the title and in the text, each for
// its length. bleve gives the occurrences and the lengths; it is not asked for its
// own score, which depends on how its segments were merged. So a document's score
// depends on the documents alone, and an index made anew ranks as the old one did.
//
//	idf(w)   = ln(1 + (N - df + ½)/(df + ½))
//	tf(w, d) = Σ_f weight_f · occ_f / (1 - b_f + b_f · length_f/average length_f)
//	score(d) = (1 + titleShare · share(d)) · Σ_w occ_q(w) · idf(w) · (k1 + 1)·tf/(k1 + tf)
//	share(d) = of the idf of all words in the title, what the words of the query have
//
// The constants were chosen on three public sets of questions and help articles; a
// high k1 suits articles, where a word that is repeated is what the article is about.
const (
	k1          = 3.0
	titleWeight = 5.0
	titleB      = 0.75
	textB       = 0.7
	askedWeight = 1.0 // how people asked is text, as far as it counts
	askedB      = 0.7

	// A title of which much was asked for says what the document is about: then its
	// score is up to that much higher. This was chosen on the same three sets.
	titleShare = 0.5
)

// searcher answers one query from one state of the index.
type searcher struct {
	ctx      context.Context
	reader   index.IndexReader
	parts    []part // of reader
	state    state
	columns  *columns  // of the generation
	unpacked *unpacked // of the generation; nil keeps nothing
	language string    // of the query; "" is any

	terms map[string]bool // searched for, in all forms: what snippets mark
	words map[string]int  // the number, from 1, of the word that each is a form of
	finds *finder         // of terms, once they are known
	tells bool            // hits say which words they show

	numbered int // words so far that stand anywhere
	matches  *matches
	gone     *set // see deleted
	idf      map[string]float64
	known    map[string][]string
	asked    []counted // what is searched for, the rarest first

	synonyms Synonyms
	expanded map[string][]form
	opened   map[termOf][]*packed
	dicts    map[string][]segment.TermDictionary // of each part, by field
	notes    []string                            // for who typed, about what was forgiven
}

// candidate is a document that matches.
type candidate struct {
	number uint64 // within the reader
	score  float64
	title  float64 // of score, for how much of the title was asked for
	key    string
}

// close gives back memory; nothing that match returned may be used any more.
func (s *searcher) close() { spare.Put(s.matches) }

func newSearcher(ctx context.Context, r index.IndexReader) (*searcher, error) {
	framed, err := r.GetInternal(stateKey)
	if err != nil {
		return nil, err
	}
	s := &searcher{ctx: ctx, reader: r, state: newState(""), terms: map[string]bool{}, words: map[string]int{}, idf: map[string]float64{}, known: map[string][]string{},
		expanded: map[string][]form{}, opened: map[termOf][]*packed{}, dicts: map[string][]segment.TermDictionary{}}
	s.matches = spare.Get().(*matches)
	s.matches.docs.empty()
	if s.parts, err = partsOf(r); err != nil {
		return nil, err
	}
	if framed == nil {
		return s, nil // nothing was ever put in
	}
	data, err := unframe(framed)
	if err == nil {
		err = json.Unmarshal(data, &s.state)
	}
	return s, err
}

// aboutLanguage is the language in what about wrote.
func aboutLanguage(encoded []byte) string {
	language, _, _ := bytes.Cut(encoded, []byte{'\t'})
	return string(language)
}

// match finds and scores what p asks for, once in a search.
func (s *searcher) match(p parsed, q Query) (*matches, error) {
	allowed, err := s.allowed(p, q)
	if err != nil {
		return nil, err
	}
	if !q.Exact && p.least == 0 {
		if err := s.widen(p, q, allowed); err != nil {
			return nil, err
		}
	}
	words := map[string]float64{} // and how often they were typed
	for _, w := range p.words {
		words[w]++
	}
	needed := map[string]bool{}
	for _, phrase := range p.phrases {
		for _, w := range phrase {
			words[w]++
			needed[w] = true
		}
	}
	order, err := s.rarest(words)
	if err != nil {
		return nil, err
	}
	unwanted, err := s.unwanted(p, q)
	if err != nil {
		return nil, err
	}
	m := s.matches
	some := false // of these may be found
	for i := range order {
		w := &order[i]
		w.typed, w.needed = words[w.word], needed[w.word]
		w.phrase = w.needed && !slices.Contains(p.words, w.word)
		w.idf = s.rarity(float64(w.df))
		if some && !w.needed && s.common(w.df) {
			continue
		}
		with, df, err := s.with(w.lists)
		if err != nil {
			return nil, err
		}
		w.idf = s.rarity(float64(df))
		m.docs.or(with)
		if w.needed {
			allowed = allowed.and(with)
		}
		some = some || !p.leavesOutPhrases() && m.docs.meets(allowed, unwanted)
	}
	if len(words) == 0 { // there are only words to leave out
		if allowed == nil {
			allowed = s.all()
		}
		m.docs.or(allowed)
	}
	m.docs.and(allowed)
	m.docs.not(unwanted)
	m.number()
	s.asked = order
	return m, s.score(p, order)
}

// score scores the matches.
func (s *searcher) score(p parsed, order []counted) error {
	m := s.matches
	least := min(p.least, len(order))
	var share []float64 // of the idf of all words, that each match has
	var several []int   // of the words
	if least > 0 {
		share, several = make([]float64, m.n), make([]int, m.n)
	}
	total := 0.0
	for _, w := range order {
		for _, l := range w.lists {
			if err := m.count(l, s.field(l.field), w.idf); err != nil {
				return err
			}
		}
		if least > 0 {
			for _, n := range m.having {
				share[n] += w.idf
				several[n]++
			}
		}
		m.settle(w.typed, w.idf)
		total += w.idf
		for _, form := range s.expand(w.word) {
			s.idf[form.term] = w.idf
		}
	}
	if least > 0 {
		m.keep(func(n int) bool { return several[n] >= least && share[n] >= float64(p.share*total) })
	} else {
		m.entitle(s.rarity(math.Sqrt(float64(s.state.Documents))))
	}
	return nil
}

// rarity is idf of the formula above, of a word that df documents have.
func (s *searcher) rarity(df float64) float64 {
	return math.Log(1 + (float64(s.state.Documents)-df+0.5)/(df+0.5))
}

// gain is what a word adds to the score of a document in which it has tf.
func gain(typed, idf, tf float64) float64 {
	return float64(typed*idf*(k1+1)*tf) / (k1 + tf)
}

// unwanted are the documents that p excludes by a word or by a field, and those that
// are hidden.
func (s *searcher) unwanted(p parsed, q Query) (*set, error) {
	out := &set{}
	if q.hides(p) {
		var err error
		if out, err = s.having(kindField, []string{string(q.hidden)}); err != nil {
			return nil, err
		}
	}
	add := func(d uint64) bool {
		out.add(d)
		return false
	}
	for _, w := range p.without {
		if len(w) > 1 {
			continue // see verified
		}
		for _, form := range s.forms(w[0]) {
			for _, field := range []string{titleField, textField} {
				if err := s.walk(field, form, add); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, f := range sortedKeys(p.except) {
		for _, v := range p.except[f] {
			if err := s.walk(fieldPrefix+f, v, add); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// counted is a word, and in how many documents it stands.
type counted struct {
	word   string
	df     uint64     // about
	lists  []postings // where, in all its forms
	idf    float64
	typed  float64 // how often
	needed bool    // in every document: it is of a phrase
	phrase bool    // and of nothing else
}

// rarest are the words, the rarest first; what was forgiven counts where the word itself
// stands nowhere. A document that has a word in its title and
// in its text counts twice, up to the number of all documents.
func (s *searcher) rarest(words map[string]float64) ([]counted, error) {
	var order []counted
	for _, w := range sortedKeys(words) {
		lists, err := s.lists(w)
		if err != nil {
			return nil, err
		}
		var own, all uint64
		for _, l := range lists {
			if all += l.count; l.weight == 1 {
				own += l.count
			}
		}
		order = append(order, counted{word: w, df: min(cmp.Or(own, all), uint64(s.state.Documents)), lists: lists})
	}
	slices.SortStableFunc(order, func(a, b counted) int { return cmp.Compare(a.df, b.df) })
	return order, nil
}

// common reports whether a word is so common, like "the", that it finds nothing
// beside rarer ones: it only adds to the score of what they find.
func (s *searcher) common(df uint64) bool {
	const few = 1000 // documents, among which every word may tell
	return s.state.Documents >= few && df > uint64(s.state.Documents)/10
}

// finder finds what was searched for.
func (s *searcher) finder() *finder {
	if s.finds != nil {
		return s.finds
	}
	terms := map[string]int{}
	next := s.numbered
	for _, t := range sortedKeys(s.terms) {
		n := s.words[t]
		if n == 0 { // of a word that is nowhere
			next++
			n = next
		}
		terms[t] = n - 1
	}
	s.finds = newFinder(terms)
	s.finds.words = s.numbered
	return s.finds
}

// best are the n best of found, which are those and some that are as good, in order:
// documents that are equally good by their keys.
func (s *searcher) best(found []candidate, n int) ([]candidate, error) {
	for i := range found {
		if i%1024 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		key, err := s.reader.ExternalID(index.NewIndexInternalID(nil, found[i].number))
		if err != nil {
			return nil, err
		}
		found[i].key = key
	}
	return foremost(found, n, func(a, b candidate) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(a.key, b.key)
	}), nil
}

// foremost are the first n of all, from 1, in the order of compare. It moves what is in all,
// and takes a fraction of the time of sorting it.
func foremost[E any](all []E, n int, compare func(a, b E) int) []E {
	heap := all[:min(n, len(all))] // the last of them first, once there are more
	if len(heap) < len(all) {
		slices.SortFunc(heap, func(a, b E) int { return compare(b, a) })
	}
	for _, e := range all[len(heap):] {
		if compare(e, heap[0]) >= 0 {
			continue
		}
		i := 0
		for child := 1; child < n; child = 2*i + 1 {
			if child+1 < n && compare(heap[child+1], heap[child]) > 0 {
				child++
			}
			if compare(e, heap[child]) >= 0 {
				break
			}
			heap[i] = heap[child]
			i = child
		}
		heap[i] = e
	}
	slices.SortFunc(heap, compare)
	return heap
}
