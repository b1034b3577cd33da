package kb

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/segment"
	"golang.org/x/text/unicode/norm"
)

// maxTerm is how many bytes of a word count. What is longer is no word.
const maxTerm = 64

// token is a word of a text, where it stands, and its term in the index.
type token struct {
	start, end int
	term       string
	written    string // the word, where its term is another form of it
	class      class
}

// class is what sort of token one is.
type class uint8

const (
	word      class = iota // letters, which a language has forms of
	code                   // has digits or underscores: as it stands
	ideograph              // one character of a script without spaces, with its marks
	joined                 // an identifier or a pair, besides its parts
	unread                 // in ASCII, and nobody has looked at it yet; see lexer
)

// analyze takes text apart into words, in the forms of the given primary language.
// After the words come the joined tokens: an identifier like E-1234 is a term as a
// whole too, and so is every pair of ideographs, every pair of syllables of a Korean word,
// and a Vietnamese word with its accents.
func analyze(text, language string) []token {
	tokens := split(text)
	for i, t := range tokens {
		if t.class != word {
			continue
		}
		form := stem(language, t.term)
		if form == t.term {
			continue
		}
		tokens[i].term, tokens[i].written = form, t.term
		if language == "vi" {
			tokens = append(tokens, token{start: t.start, end: t.end, term: t.term, class: joined})
		}
	}
	return tokens
}

// split is analyze without a language's forms. Words are those of UAX #29, but for
// full stops and colons, which part letters here: people forget the space after them.
func split(text string) []token {
	tokens := make([]token, 0, len(text)/6+1)
	l := lexer{text: text}
	for t, ok := l.next(); ok; t, ok = l.next() {
		tokens = append(tokens, t.read(text))
	}
	return append(tokens, join(text, tokens)...)
}

// lexer gives one word of a text after the other, without a language's forms and without
// what is joined. Those in ASCII are not read yet, as most readers want few of them.
type lexer struct {
	text string
	at   int
	rest []token // of those after each other without anything of ASCII between them
	few  [4]token
}

func (l *lexer) next() (t token, ok bool) {
	for len(l.rest) == 0 {
		if l.at == len(l.text) {
			return token{}, false
		}
		start := l.at
		end, ascii := run(l.text, start)
		if l.at = end; end == start {
			l.at++
			continue
		}
		if ascii {
			return token{start: start, end: end, class: unread}, true
		}
		l.rest = segmented(l.few[:0], l.text, start, end)
	}
	t, l.rest = l.rest[0], l.rest[1:]
	return t, true
}

// read is t with its term.
func (t token) read(text string) token {
	if t.class == unread {
		return newToken(text, t.start, t.end, word)
	}
	return t
}

// run is where the word, or the words without anything of ASCII between them, that
// begin at a place end; at itself when none does.
func run(text string, at int) (end int, ascii bool) {
	ascii = true
	for end = at; end < len(text); end++ {
		c := text[end]
		if c >= utf8.RuneSelf {
			ascii = false
			continue
		}
		if letter(c) || digit(c) || c == '_' {
			continue
		}
		if end == at || end+1 == len(text) {
			break
		}
		before, after := text[end-1], text[end+1]
		if (c == '\'' && apart(before) && apart(after)) || ((c == '.' || c == ',') && digit(before) && digit(after)) {
			continue
		}
		break
	}
	return end, ascii
}

// segmented appends the words of text[at:end], where there are letters beyond ASCII.
func segmented(tokens []token, text string, at, end int) []token {
	for at < end {
		n := strings.IndexFunc(text[at:end], unspaced)
		if n < 0 {
			n = end - at
		}
		tokens = spaced(tokens, text, at, at+n)
		for at += n; at < end; at += n {
			if n = glyph(text[at:end]); n == 0 {
				break
			}
			tokens = append(tokens, newToken(text, at, at+n, ideograph))
		}
	}
	return tokens
}

// spaced is segmented, where there is nothing unspaced.
func spaced(tokens []token, text string, at, end int) []token {
	s := segment.NewWordSegmenterDirect([]byte(text[at:end]))
	for s.Segment() {
		n := len(s.Bytes())
		switch s.Type() {
		case segment.None:
		case segment.Ideo:
			c := ideograph
			if _, size := utf8.DecodeRuneInString(text[at : at+n]); size < n { // katakana
				c = word
			}
			tokens = append(tokens, newToken(text, at, at+n, c))
		default:
			tokens = append(tokens, newToken(text, at, at+n, word))
		}
		at += n
	}
	return tokens
}

// unspaced reports whether r belongs to Thai, Lao, Burmese or Khmer, whose words UAX #29
// leaves to dictionaries.
func unspaced(r rune) bool {
	return r >= 0xE00 && r <= 0xEFF && (unicode.IsLetter(r) || unicode.IsMark(r)) ||
		r >= 0x1000 && r <= 0x109F && (unicode.IsLetter(r) || unicode.IsMark(r)) ||
		r >= 0x1780 && r <= 0x17FF && (unicode.IsLetter(r) || unicode.IsMark(r))
}

// glyph is how long the unspaced letter is that s begins with, with its marks and with
// what they put below it.
func glyph(s string) int {
	below := true
	for i, r := range s {
		if !unspaced(r) || !unicode.IsMark(r) && !below {
			return i
		}
		below = r == 0x1039 || r == 0x17D2
	}
	return len(s)
}

func newToken(text string, start, end int, c class) token {
	t := token{start: start, end: end, term: cut(fold(text[start:end]), maxTerm), class: c}
	if c == word && strings.ContainsAny(t.term, "0123456789_") {
		t.class = code
	}
	return t
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
func apart(c byte) bool  { return letter(c) || c >= utf8.RuneSelf }

// join finds the identifiers and the pairs of ideographs and syllables among words.
func join(text string, words []token) []token {
	var found []token
	for i := 0; i < len(words); {
		last := i
		for last+1 < len(words) && glued(text[words[last].end:words[last+1].start]) {
			last++
		}
		whole := text[words[i].start:words[last].end]
		if last > i && len(whole) <= maxTerm && strings.ContainsAny(whole, "0123456789") {
			found = append(found, token{start: words[i].start, end: words[last].end, term: fold(whole), class: joined})
		}
		for ; i <= last; i++ {
			found = append(found, syllables(words[i])...)
			if i+1 < len(words) && words[i].class == ideograph && words[i+1].class == ideograph && words[i].end == words[i+1].start {
				pair := text[words[i].start:words[i+1].end]
				found = append(found, token{start: words[i].start, end: words[i+1].end, term: fold(pair), class: joined})
			}
		}
	}
	return found
}

// syllables are the pairs of a Korean word, so that it is found in longer ones: spaces
// are a matter of taste there.
func syllables(w token) []token {
	const hangul = 3 // bytes of a syllable
	if w.class != word || len(w.term) < 3*hangul || len(w.term) != w.end-w.start {
		return nil
	}
	for _, r := range w.term {
		if r < 0xAC00 || r > 0xD7A3 {
			return nil
		}
	}
	var pairs []token
	for i := 0; i+2*hangul <= len(w.term); i += hangul {
		pairs = append(pairs, token{start: w.start + i, end: w.start + i + 2*hangul, term: w.term[i : i+2*hangul], class: joined})
	}
	return pairs
}

// glued reports whether what stands between two words makes an identifier of them.
func glued(between string) bool {
	return len(between) == 1 && strings.Contains("-_./:#", between)
}

// fold makes words equal that differ in case, in width or in how their accents are
// encoded only.
func fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s)
	}
	s = strings.ToLower(norm.NFKC.String(s))
	return norm.NFC.String(strings.ReplaceAll(s, "’", "'"))
}

// cut shortens s to at most n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// clip is [cut], and says so.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return cut(s, n) + "…"
}
