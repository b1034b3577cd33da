package kb

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// finder finds terms in texts, fast: it takes apart no word that cannot be one of them,
// and stops where all of them stand close together.
type finder struct {
	terms    map[string]int      // the number of the word, from 0, that each is a form of
	initials [utf8.RuneSelf]bool // of terms that begin in ASCII, in small letters
	whole    bool                // there are terms that are made of several words
	words    int                 // how many of them are worth waiting for: those numbered below it
}

func newFinder(terms map[string]int) *finder {
	f := &finder{terms: terms}
	for t, n := range terms {
		f.words = max(f.words, n+1)
		if t[0] < utf8.RuneSelf {
			f.initials[t[0]] = true
		}
		if strings.ContainsAny(t, "-./:#") || strings.ContainsFunc(t, func(r rune) bool { return r >= 0x0E00 && unicode.IsLetter(r) }) {
			f.whole = true
		}
	}
	return f
}

// changed are the languages in which a word's form may begin with another letter than
// the word.
var changed = map[string]bool{"ca": true, "fr": true, "ga": true, "id": true, "it": true, "ms": true}

// find finds the places of text where one of the terms stands, apart from each other
// and in order: of those in the first range that has them all, and before.
func (f *finder) find(text, language string) (places []place) {
	last := make([]int, f.words) // where each word stood last
	for i := range last {
		last[i] = -snippetRange
	}
	seen := 0
	all := func() bool {
		if len(places) == seen {
			return false
		}
		seen = len(places)
		p := places[len(places)-1]
		if p.word >= f.words {
			return false
		}
		last[p.word] = p.Start
		for _, start := range last {
			if start < p.End-snippetRange {
				return false
			}
		}
		return true
	}
	switch {
	case len(f.terms) == 0:
	case f.whole:
		tokens := analyze(text, language)
		slices.SortStableFunc(tokens, func(a, b token) int { return cmp.Compare(a.start, b.start) })
		for _, t := range tokens {
			if places = f.take(places, t); all() {
				return places
			}
		}
	default:
		l := lexer{text: text}
		for t, ok := l.next(); ok; t, ok = l.next() {
			if t.class == unread && !f.initials[small(text[t.start])] && !changed[language] {
				continue
			}
			if places = f.take(places, t.read(text).formed(language)); all() {
				return places
			}
		}
	}
	return places
}

func (f *finder) take(places []place, t token) []place {
	word, ok := f.terms[t.term]
	if !ok {
		return places
	}
	if n := len(places); n > 0 && t.start < places[n-1].End {
		places[n-1].End = max(places[n-1].End, t.end)
		return places
	}
	return append(places, place{Mark{t.start, t.end}, word})
}

// formed is t in the form of a language.
func (t token) formed(language string) token {
	if t.class == word {
		t.term = stem(language, t.term)
	}
	return t
}

func small(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
