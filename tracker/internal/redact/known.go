package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Known hides what people are known to be called, and the addresses and long numbers of
// whoever it is; unlike a [Redaction] it guesses nothing, so that what colleagues wrote
// keeps its links and the names of products. The zero value knows nobody.
type Known struct {
	cased map[string]bool // words of names, which are other words, or numbers, too where they have no capital
	any   map[string]bool // handles
	whole []string        // in scripts without capitals, where words may stand together
}

var (
	nameToken  = regexp.MustCompile(`[\pL\pM\pN_]+(?:[-.][\pL\pM\pN_]+)*`)
	nameWord   = regexp.MustCompile(`[\pL\pM\pN_]+`)
	anyAddress = regexp.MustCompile(address)
	anyNumber  = regexp.MustCompile(`\+?\(?(?:\b|_)` + digits)
	marks      = regexp.MustCompile(`\[…\](?:\s+\[…\])+`)
	harmless   = regexp.MustCompile(`^(?:\(?\pN{1,4}(?:\.\pN{1,5}){1,3}\)?[ /-]*)+$|^(?:19|20)\pN\pN-\pN\pN-\pN\pN$`) // versions, dates
)

// AddName takes in what somebody, or an organization, is called.
func (k *Known) AddName(name string) {
	if k.cased == nil {
		k.cased = map[string]bool{}
	}
	for _, w := range nameWord.FindAllString(norm.NFC.String(name), -1) {
		switch {
		case utf8.RuneCountInString(w) < 2:
		case strings.ToUpper(w) == strings.ToLower(w) && lettered(w):
			k.whole = append(k.whole, w)
		case !mailWords[fold(w)] && !honorifics[fold(w)]:
			k.cased[fold(w)] = true
		}
	}
	slices.SortStableFunc(k.whole, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may begin another
}

// lettered reports whether a word of a name has a letter; a number alone is nobody's.
func lettered(w string) bool { return strings.ContainsFunc(w, unicode.IsLetter) }

// AddHandle takes in what somebody calls themselves on a network.
func (k *Known) AddHandle(handle string) {
	if k.any == nil {
		k.any = map[string]bool{}
	}
	k.any[fold(handle)] = true
}

// Hide is text with [Hidden] for what is hidden. A name is hidden where it has a
// capital, or stands beside another one.
func (k *Known) Hide(text string) string {
	text = anyAddress.ReplaceAllString(norm.NFC.String(text), Hidden)
	text = anyNumber.ReplaceAllStringFunc(text, func(n string) string {
		if long(n) {
			return Hidden
		}
		return n
	})
	for _, name := range k.whole {
		text = strings.ReplaceAll(text, name, Hidden)
	}
	text = nameToken.ReplaceAllStringFunc(text, func(s string) string {
		if k.any[fold(s)] {
			return Hidden
		}
		return s
	})
	return marks.ReplaceAllString(k.hideNames(text), Hidden)
}

func (k *Known) hideNames(text string) string {
	if len(k.cased)+len(k.any) == 0 {
		return text
	}
	var words []span
	end, beside := 0, false // where the last word ends, and whether it is a name
	for _, m := range nameWord.FindAllStringIndex(text, -1) {
		w := text[m[0]:m[1]]
		first, _ := utf8.DecodeRuneInString(w)
		s := span{from: m[0], to: m[1], hide: k.any[fold(w)]}
		name := k.cased[fold(w)]
		switch {
		case !name:
		case !unicode.IsLower(first) && lettered(w):
			s.hide = true
		case beside && strings.TrimSpace(text[end:m[0]]) == "":
			s.hide, words[len(words)-1].hide = true, true
		}
		words = append(words, s)
		end, beside = m[1], name
	}
	hidden, _ := without(text, words)
	return hidden
}

// long reports whether a number is one that may be a customer's, and no version, no date.
func long(n string) bool {
	all := 0
	for _, r := range n {
		if unicode.IsNumber(r) {
			all++
		}
	}
	return all >= 7 && (!harmless.MatchString(n) || addressLike.MatchString(n) || phoneLike.MatchString(n))
}

// fold makes words equal that differ in case, in width, or in how their accents are
// encoded only.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }
