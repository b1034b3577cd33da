package sop

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrase is a run of words to look for.
type phrase []word

// word is one folded word of a phrase; with prefix set it stands for every word
// that begins so.
type word struct {
	text   string
	prefix bool
}

// parsePhrase reads words of which some may end in a star. A star alone stands
// for any one word, not for the first.
func parsePhrase(s string) (phrase, bool) {
	var p phrase
	for _, part := range strings.Fields(s) {
		part, star := strings.CutSuffix(part, "*")
		tokens := tokenize(nil, part)
		for _, t := range tokens {
			p = append(p, word{text: t.folded})
		}
		switch {
		case star && len(tokens) > 0:
			last := &p[len(p)-1]
			last.prefix = true
			if utf8.RuneCountInString(last.text) < 2 {
				return nil, false
			}
		case star:
			p = append(p, word{prefix: true})
		}
	}
	return p, len(p) > 0 && p[0].text != ""
}

// token is one word of a text.
type token struct {
	folded  string // what is compared; empty: the end of a text
	surface string // as it stands in the text
}

// tokenize appends the words of s: runs of letters, digits and their marks.
// Scripts that do not put spaces between words give a token a character, so that
// phrases are found in them too.
func tokenize(out []token, s string) []token {
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, token{fold(s[start:end]), s[start:end]})
			start = -1
		}
	}
	for i, c := range s {
		switch {
		case c < utf8.RuneSelf:
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
				if start < 0 {
					start = i
				}
			} else {
				flush(i)
			}
		case unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			flush(i)
			start = i
			flush(i + utf8.RuneLen(c))
		case unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c):
			if start < 0 {
				start = i
			}
		case unicode.Is(unicode.Cf, c): // soft hyphens and joiners sit within words
		default:
			flush(i)
		}
	}
	flush(len(s))
	return out
}

// fold makes texts that differ in case only the same: Unicode simple folding,
// and ß as ss. Format characters are dropped.
func fold(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range s {
		switch {
		case c == 'ß' || c == 'ẞ':
			b.WriteString("ss")
		case c >= utf8.RuneSelf && unicode.Is(unicode.Cf, c):
		default:
			b.WriteRune(unicode.ToLower(unicode.ToUpper(c)))
		}
	}
	return b.String()
}

// wordIndex finds phrases in some texts. A phrase never runs from one text into
// the next.
type wordIndex struct {
	tokens []token
	places map[string][]int32
	sorted []string // the different words; made when a prefix is first looked for
}

func newWordIndex(texts ...string) *wordIndex {
	x := &wordIndex{}
	for _, t := range texts {
		x.tokens = append(tokenize(x.tokens, t), token{})
	}
	x.places = make(map[string][]int32, len(x.tokens))
	for i, t := range x.tokens {
		if t.folded != "" {
			x.places[t.folded] = append(x.places[t.folded], int32(i))
		}
	}
	return x
}

// at returns the first place where the phrase stands.
func (x *wordIndex) at(p phrase) (place int, ok bool) {
	if len(p) == 0 {
		return 0, false
	}
	if !p[0].prefix {
		return x.first(x.places[p[0].text], p)
	}
	for _, w := range x.beginning(p[0].text) {
		if at, found := x.first(x.places[w], p); found && (!ok || at < place) {
			place, ok = at, true
		}
	}
	return place, ok
}

func (x *wordIndex) first(places []int32, p phrase) (int, bool) {
	for _, at := range places {
		if x.stands(p, int(at)) {
			return int(at), true
		}
	}
	return 0, false
}

// surface returns n words as the text has them.
func (x *wordIndex) surface(at, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = x.tokens[at+i].surface
	}
	return strings.Join(words, " ")
}

func (x *wordIndex) stands(p phrase, at int) bool {
	if at+len(p) > len(x.tokens) {
		return false
	}
	for i, w := range p {
		t := x.tokens[at+i].folded
		if t == "" || t != w.text && !(w.prefix && strings.HasPrefix(t, w.text)) {
			return false
		}
	}
	return true
}

// beginning returns the words that begin with a prefix, in order.
func (x *wordIndex) beginning(prefix string) []string {
	if x.sorted == nil {
		for w := range x.places {
			x.sorted = append(x.sorted, w)
		}
		slices.Sort(x.sorted)
	}
	from, _ := slices.BinarySearch(x.sorted, prefix)
	to := from
	for to < len(x.sorted) && strings.HasPrefix(x.sorted[to], prefix) {
		to++
	}
	return x.sorted[from:to]
}
