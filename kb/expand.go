package kb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// form is a term that a typed word matches.
type form struct {
	term   string
	weight float64  // of its occurrences: 1 for the word itself
	how    string   // HowWord …
	also   []string // words that a document needs too: the others of a synonym's phrase
}

// What is forgiven, and how much it weighs. The weights were chosen on queries of three
// public sets that got a typo, or lost the end of their last word; between .5 and 1
// they matter little.
const (
	typoLetters   = 4 // of a word that may have one mistake
	typoLetters2  = 8 // of one that may have two
	prefixLetters = 2 // of a word that goes on
	maxForgiven   = 16
	maxLooked     = 500  // words of a dictionary's segment
	ownRight      = 5000 // fields of documents: a word that more have stands for itself, unfinished or not
	typoWeight    = 0.8
	typoWeight2   = 0.5
	prefixWeight  = 0.8
	prefixWeak    = 0.4 // when what was typed is a word already
	synonymWeight = 0.7
)

// forms are the terms that a word has in the index: one for each language.
func (s *searcher) forms(word string) []string {
	if have, ok := s.known[word]; ok {
		return have
	}
	forms := []string{word}
	for _, l := range s.languages() {
		if f := stem(l, word); !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	s.known[word] = forms
	return forms
}

// languages are those that a query may be in.
func (s *searcher) languages() []string {
	if s.language != "" {
		return []string{s.language}
	}
	return sortedKeys(s.state.Languages)
}

// expand are the terms that a word matches: its own forms first, then what widen
// found that may be meant.
func (s *searcher) expand(word string) []form {
	if have, ok := s.expanded[word]; ok {
		return have
	}
	var forms []form
	for i, f := range s.forms(word) {
		how := HowForm
		if i == 0 {
			how = HowWord
		}
		forms = append(forms, form{term: f, weight: 1, how: how})
	}
	s.expanded[word] = forms
	return forms
}

// widen finds what else the words of a query may mean: typos, an unfinished last
// word, synonyms. Words of phrases and of identifiers mean themselves. What is taken
// for a typo or goes on with a word has to stand in one of the allowed documents, so
// that nobody is told words of documents that are not for them.
func (s *searcher) widen(p parsed, q Query, allowed *set) error {
	fixed := map[string]bool{}
	for _, phrase := range p.phrases {
		for _, w := range phrase {
			fixed[w] = true
		}
	}
	if err := s.synonymous(p.words, fixed); err != nil {
		return err
	}
	last := unfinished(q.Text, p)
	for _, t := range split(cut(q.Text, MaxQuery)) {
		if t.class == joined {
			for _, part := range split(t.term) {
				fixed[part.term] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, w := range p.words {
		if seen[w] || fixed[w] || !lettersOnly(w) {
			continue
		}
		seen[w] = true
		known, err := s.present(w, allowed)
		if err != nil {
			return err
		}
		if w == last {
			on, err := s.goesOn(w, known, allowed)
			if err != nil {
				return err
			}
			known = known || on
		}
		if !known {
			if err := s.correct(w, w == last, allowed); err != nil {
				return err
			}
		}
	}
	return nil
}

// present reports whether a word stands in an allowed document.
func (s *searcher) present(word string, allowed *set) (bool, error) {
	if n, err := s.count(word); n == 0 || err != nil || allowed == nil {
		return n > 0, err
	}
	for _, f := range s.forms(word) {
		if may, err := s.stands(f, scored, allowed); may || err != nil {
			return may, err
		}
	}
	return false, nil
}

// unfinished is the last word of what was typed, when nothing ends it yet; else "".
func unfinished(text string, p parsed) string {
	if len(text) > MaxQuery || len(p.words) == 0 {
		return ""
	}
	text = strings.ToValidUTF8(text, " ")
	if i := strings.LastIndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || quote(r) }); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[i:])
		text = text[i+size:]
	}
	tokens := split(text)
	if len(tokens) == 0 || strings.HasPrefix(text, "-") {
		return ""
	}
	t := tokens[len(tokens)-1]
	if t.class != word || t.end != len(text) || t.term != p.words[len(p.words)-1] || utf8.RuneCountInString(t.term) < prefixLetters {
		return ""
	}
	return t.term
}

func lettersOnly(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' || unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) {
			return false
		}
	}
	return true
}

// meant is a word of the dictionary that a typed one may stand for.
type meant struct {
	word     string
	n        uint64 // fields of documents
	distance int
}

// goesOn adds the words that begin with an unfinished one, and reports whether there
// are any; known is whether it is a word as it stands.
func (s *searcher) goesOn(word string, known bool, allowed *set) (bool, error) {
	if known {
		n, err := s.count(word)
		if err != nil || n > ownRight {
			return false, err
		}
	}
	found := map[string]uint64{}
	err := s.dictionary(nil, word, maxLooked, func(w string, n uint64) {
		if w != word {
			found[w] += n
		}
	})
	if err != nil {
		return false, err
	}
	weight, most := prefixWeight, maxForgiven
	if known {
		weight, most = prefixWeak, maxForgiven/4
	}
	living, err := s.living(found, func(string) int { return 0 }, most, allowed)
	s.mean(word, living, HowUnfinished, weight)
	return len(living) > 0, err
}

// correct adds the words that a mistyped one may stand for; where there are none and
// the word is unfinished, those that begin like one.
func (s *searcher) correct(word string, open bool, allowed *set) error {
	letters := utf8.RuneCountInString(word)
	for distance := 1; distance <= 2; distance++ {
		if letters < typoLetters || distance == 2 && letters < typoLetters2 {
			return nil
		}
		a := newNear(word, distance, open && distance == 1)
		found := map[string]uint64{}
		err := s.dictionary(a, "", maxLooked, func(w string, n uint64) { found[w] += n })
		if err != nil {
			return err
		}
		living, err := s.living(found, a.distance, maxForgiven, allowed)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(living, func(m meant) bool { return m.distance > distance }); i > 0 {
			living = living[:i]
		}
		if len(living) > 0 {
			s.forgave(word, living)
			s.mean(word, living, HowTypo, []float64{0, typoWeight, typoWeight2}[distance])
			return nil
		}
	}
	return nil
}

// living are the best of the words that were found in a dictionary, at most so many:
// the nearest, and of those the most frequent. They stand in an allowed document.
func (s *searcher) living(found map[string]uint64, distance func(string) int, most int, allowed *set) ([]meant, error) {
	var all, best []meant
	for w, n := range found {
		all = append(all, meant{w, n, distance(w)})
	}
	slices.SortFunc(all, func(a, b meant) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.n, a.n), cmp.Compare(a.word, b.word))
	})
	for _, m := range all {
		if len(best) == most {
			break
		}
		may, err := s.stands(m.word, spelled, allowed)
		if err != nil {
			return nil, err
		}
		if may {
			best = append(best, m)
		}
	}
	return best, nil
}

// stands reports whether a term stands in one of the allowed documents, in one of the
// fields.
func (s *searcher) stands(term string, fields []string, allowed *set) (bool, error) {
	if allowed == nil {
		return true, nil
	}
	for _, field := range fields {
		stands := false
		err := s.walk(field, term, func(d uint64) bool {
			stands = allowed.has(d)
			return stands
		})
		if stands || err != nil {
			return stands, err
		}
	}
	return false, s.ctx.Err()
}

// mean lets word match what was meant too.
func (s *searcher) mean(word string, all []meant, how string, weight float64) {
	var more []form
	for _, m := range all {
		for _, term := range s.forms(m.word) {
			more = append(more, form{term: term, weight: weight, how: how})
		}
	}
	s.attach(word, more)
}

// synonymous adds the synonyms of words and of phrases that were typed. A synonym of a
// phrase stands for each of its words.
func (s *searcher) synonymous(typed []string, fixed map[string]bool) error {
	for i, w := range typed {
		for _, l := range s.languages() {
			for _, r := range s.synonyms.beginning(l, stem(l, w)) {
				if !begins(l, typed[i:], r.from) || slices.ContainsFunc(r.from, func(w string) bool { return fixed[w] }) {
					continue
				}
				for _, to := range r.to {
					forms, err := s.phrase(to)
					if err != nil {
						return err
					}
					for _, w := range typed[i : i+len(r.from)] {
						s.attach(w, forms)
					}
				}
			}
		}
	}
	return nil
}

// begins reports whether typed begins with the words of phrase, in any form.
func begins(language string, typed, phrase []string) bool {
	if len(typed) < len(phrase) {
		return false
	}
	for i, w := range phrase {
		if stem(language, w) != stem(language, typed[i]) {
			return false
		}
	}
	return true
}

// phrase are the forms that stand for a synonym: of its rarest word, with the others.
func (s *searcher) phrase(words []string) ([]form, error) {
	rarest, least := 0, uint64(0)
	for i, w := range words {
		n, err := s.count(w)
		if err != nil {
			return nil, err
		}
		if i == 0 || n < least {
			rarest, least = i, n
		}
	}
	var forms []form
	for _, term := range s.forms(words[rarest]) {
		f := form{term: term, weight: synonymWeight, how: HowSynonym}
		f.also = append(append(f.also, words[:rarest]...), words[rarest+1:]...)
		forms = append(forms, f)
	}
	return forms, nil
}

// attach lets word match more forms, at most maxForgiven.
func (s *searcher) attach(word string, more []form) {
	forms := s.expand(word)
	own := len(s.forms(word))
	for _, m := range more {
		if len(forms)-own >= maxForgiven {
			break
		}
		if !slices.ContainsFunc(forms, func(f form) bool { return f.term == m.term && len(f.also) == 0 }) {
			forms = append(forms, m)
		}
	}
	s.expanded[word] = forms
}

// forgave tells the person who typed what a word was taken for: the two likeliest, but
// no stems of others of them.
func (s *searcher) forgave(word string, all []meant) {
	all = slices.DeleteFunc(slices.Clone(all), func(m meant) bool {
		return slices.ContainsFunc(all, func(o meant) bool { return len(o.word) > len(m.word) && slices.Contains(s.forms(o.word), m.word) })
	})
	taken := "“" + all[0].word + "”"
	if len(all) > 1 {
		taken += " or “" + all[1].word + "”"
	}
	s.notes = append(s.notes, fmt.Sprintf("searched for %s instead of “%s”", taken, word))
}
