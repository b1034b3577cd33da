package cluster

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// stemmers are the algorithms of snowballstem.org by primary language tag. A
// language that is not here, or not known, is stemmed lightly.
var stemmers = map[string]func(*snowballstem.Env) bool{
	"ar": arabic.Stem, "da": danish.Stem, "de": german.Stem, "en": english.Stem, "es": spanish.Stem,
	"fi": finnish.Stem, "fr": french.Stem, "ga": irish.Stem, "hu": hungarian.Stem, "it": italian.Stem,
	"nb": norwegian.Stem, "nl": dutch.Stem, "nn": norwegian.Stem, "no": norwegian.Stem, "pt": portuguese.Stem,
	"ro": romanian.Stem, "ru": russian.Stem, "sv": swedish.Stem, "ta": tamil.Stem, "tr": turkish.Stem,
}

const maxStems = 1 << 14 // words remembered a language; then it starts over

// stemmer returns the function for a primary language. It remembers what it answered.
func (p *preparer) stemmer(primary string) func(string) string {
	stem := stemmers[primary]
	if stem == nil {
		return lightStem
	}
	known := p.stems[primary]
	if known == nil {
		known = map[string]string{}
		p.stems[primary] = known
	}
	return func(w string) string {
		if s, ok := known[w]; ok {
			return s
		}
		env := snowballstem.NewEnv(w)
		stem(env)
		s := env.Current()
		if s == "" {
			s = w
		}
		if len(known) >= maxStems {
			clear(known)
		}
		w = strings.Clone(w)
		known[w] = s
		return s
	}
}

// lightStem takes off an English plural, -ed and -ing, and leaves short words
// alone; it does little harm to words of other languages.
func lightStem(w string) string {
	n := len(w)
	if n < 4 {
		return w
	}
	switch {
	case strings.HasSuffix(w, "sses"):
		w = w[:n-2]
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i':
		w = w[:n-1]
	}
	n = len(w)
	switch {
	case n > 5 && strings.HasSuffix(w, "ing"):
		return undouble(w[:n-3])
	case n > 5 && strings.HasSuffix(w, "ed") && w[n-3] != 'e':
		return undouble(w[:n-2])
	case n > 4 && w[n-1] == 'e':
		return w[:n-1]
	}
	return w
}

// undouble takes back the doubling before an ending: stopp-ed.
func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && w[n-1] != 'l' && w[n-1] != 's' && w[n-1] != 'z' {
		return w[:n-1]
	}
	if n > 3 && w[n-1] == 'e' {
		return w[:n-1]
	}
	return w
}
