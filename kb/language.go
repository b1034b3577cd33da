package kb

import (
	"strings"
	"sync"

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

// stemmers reduce words to what their forms have in common, by language. Words of
// other languages are taken as they are.
var stemmers = map[string]func(*snowballstem.Env) bool{
	"ar": arabic.Stem,
	"da": danish.Stem,
	"de": german.Stem,
	"en": english.Stem,
	"es": spanish.Stem,
	"fi": finnish.Stem,
	"fr": french.Stem,
	"ga": irish.Stem,
	"hu": hungarian.Stem,
	"it": italian.Stem,
	"nb": norwegian.Stem,
	"nl": dutch.Stem,
	"nn": norwegian.Stem,
	"no": norwegian.Stem,
	"pt": portuguese.Stem,
	"ro": romanian.Stem,
	"ru": russian.Stem,
	"sv": swedish.Stem,
	"ta": tamil.Stem,
	"tr": turkish.Stem,
}

// elisions are the short words that French and Italian write together with the next.
var elisions = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "c": true, "n": true, "qu": true,
	"un": true, "dell": true, "nell": true, "all": true, "dall": true, "sull": true, "quest": true,
}

// primary is the language subtag of a BCP 47 tag: "pt" of "pt-BR".
func primary(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		tag = tag[:i]
	}
	if len(tag) > 8 {
		return ""
	}
	return strings.ToLower(tag)
}

// stems remembers forms, as most words of a text are among the few thousand that a
// language mostly uses.
var stems struct {
	sync.RWMutex
	of map[[2]string]string
}

const maxStems = 1 << 16

// stem is word in the form that stands in the index for a text of the given primary
// language. Word is folded already.
func stem(language, word string) string {
	if stemmers[language] == nil || len(word) < 3 {
		return word
	}
	key := [2]string{language, word}
	stems.RLock()
	s, ok := stems.of[key]
	stems.RUnlock()
	if ok {
		return s
	}
	s = stemmed(language, word)
	stems.Lock()
	defer stems.Unlock()
	if stems.of == nil || len(stems.of) >= maxStems {
		stems.of = map[[2]string]string{}
	}
	stems.of[[2]string{language, strings.Clone(word)}] = s
	return s
}

func stemmed(language, word string) (form string) {
	if language == "fr" || language == "it" {
		if article, noun, ok := strings.Cut(word, "'"); ok && noun != "" && elisions[article] {
			word = noun
		}
	}
	defer func() {
		if recover() != nil { // generated code meeting a word its authors did not think of
			form = word
		}
	}()
	env := snowballstem.NewEnv(word)
	stemmers[language](env)
	if env.Current() == "" {
		return word
	}
	return env.Current()
}
