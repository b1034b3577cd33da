package kb

import (
	"slices"
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

// treatment is what the words of a language get: in this order, whatever of it is there.
type treatment struct {
	normal  func(string) string          // writes equal what people write in several ways
	stem    func(*snowballstem.Env) bool // a Snowball stemmer
	endings *endings                     // or a light one of ours
	plain   bool                         // accents are left out, as many type without
}

// treatments are the languages that have one; words of others are taken as they are.
var treatments = map[string]treatment{
	"ar":  {stem: arabic.Stem},
	"be":  {endings: belarusian},
	"bg":  {endings: bulgarian},
	"bs":  {endings: croatian, plain: true},
	"ca":  {normal: elided, endings: catalan, plain: true},
	"ckb": {normal: sorani},
	"cs":  {endings: czech, plain: true},
	"da":  {stem: danish.Stem, plain: true},
	"de":  {normal: umlauts, stem: german.Stem, plain: true},
	"el":  {normal: tonos, endings: modernGreek},
	"en":  {normal: unaccented, stem: english.Stem},
	"es":  {normal: spanishAccents, stem: spanish.Stem, plain: true},
	"et":  {endings: estonian, plain: true},
	"eu":  {endings: basque, plain: true},
	"fa":  {normal: persian},
	"fi":  {stem: finnish.Stem, plain: true},
	"fr":  {normal: elided, stem: french.Stem, plain: true},
	"ga":  {stem: irish.Stem, plain: true},
	"gl":  {endings: galician, plain: true},
	"hi":  {normal: hindi},
	"hr":  {endings: croatian, plain: true},
	"hu":  {stem: hungarian.Stem, plain: true},
	"hy":  {endings: armenianEndings},
	"id":  {normal: malay},
	"it":  {normal: elided, stem: italian.Stem, plain: true},
	"ja":  {normal: longVowel},
	"kk":  {endings: kazakh},
	"km":  {},
	"ko":  {endings: korean},
	"lo":  {},
	"lt":  {endings: lithuanian, plain: true},
	"lv":  {endings: latvian, plain: true},
	"mk":  {endings: macedonian},
	"ms":  {normal: malay},
	"my":  {},
	"nb":  {stem: norwegian.Stem, plain: true},
	"nl":  {stem: dutch.Stem, plain: true},
	"nn":  {stem: norwegian.Stem, plain: true},
	"no":  {stem: norwegian.Stem, plain: true},
	"pl":  {endings: polish, plain: true},
	"pt":  {normal: portugueseAccents, stem: portuguese.Stem, plain: true},
	"ro":  {normal: commas, stem: romanian.Stem, plain: true},
	"ru":  {normal: yo, stem: russian.Stem},
	"sk":  {endings: slovak, plain: true},
	"sl":  {endings: slovenian, plain: true},
	"sr":  {normal: serbianLatin, endings: croatian, plain: true},
	"sv":  {stem: swedish.Stem, plain: true},
	"ta":  {stem: tamil.Stem},
	"th":  {},
	"tr":  {normal: properNoun, stem: turkish.Stem, plain: true},
	"uk":  {normal: ukrainianLetters, endings: ukrainian},
	"ur":  {normal: persian},
	"vi":  {plain: true},
	"zh":  {},
}

// languageTags are the languages that [DetectLanguage] looks for when not told which.
var languageTags = slices.DeleteFunc(sortedKeys(treatments), func(tag string) bool { return tag == "no" })

// Languages are those whose texts are analyzed as their speakers would expect, by
// primary tag in order. Texts of other languages are searched by their words as they
// stand, apart from case and width.
//
//   - With the Snowball stemmers: Arabic, Danish, Dutch, English, Finnish, French, German,
//     Hungarian, Irish, Italian, Norwegian, Portuguese, Romanian, Russian, Spanish, Swedish,
//     Tamil and Turkish.
//   - With those of bleve: Hindi, Persian (which serves Urdu) and Sorani.
//   - With light ones of our own, which take the endings of cases and numbers off:
//     Armenian, Basque, Belarusian, Bosnian, Bulgarian, Catalan, Croatian, Czech, Estonian,
//     Galician, Greek, Indonesian, Kazakh, Korean, Latvian, Lithuanian, Macedonian, Malay,
//     Polish, Serbian (in both scripts), Slovak, Slovenian and Ukrainian.
//   - By pairs of characters: Burmese, Chinese, Japanese, Khmer, Lao and Thai, which are
//     written without spaces, and Korean besides its words.
//
// Accents may be left out in all those written in Latin letters, and in Greek; German ß
// and umlauts may be written ss, ae, oe and ue. Vietnamese words are found with their
// accents or without, better with the same.
func Languages() []string { return sortedKeys(treatments) }

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
	t, ok := treatments[language]
	if !ok || len(word) < 3 {
		return word
	}
	key := [2]string{language, word}
	stems.RLock()
	form, ok := stems.of[key]
	stems.RUnlock()
	if ok {
		return form
	}
	form = t.of(word)
	stems.Lock()
	defer stems.Unlock()
	if stems.of == nil || len(stems.of) >= maxStems {
		stems.of = map[[2]string]string{}
	}
	stems.of[[2]string{language, strings.Clone(word)}] = form
	return form
}

// of is the form of a word.
func (t treatment) of(word string) (form string) {
	form = word
	defer func() {
		if recover() != nil { // generated code meeting a word its authors did not think of
			form = word
		}
	}()
	if t.normal != nil {
		form = t.normal(form)
	}
	switch {
	case t.stem != nil:
		env := snowballstem.NewEnv(form)
		t.stem(env)
		form = env.Current()
	case t.endings != nil:
		form = t.endings.off(form)
	}
	if t.plain {
		form = unaccented(form)
	}
	if form == "" {
		return word
	}
	return form
}
