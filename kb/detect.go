package kb

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What [DetectLanguage] looks at.
const (
	detectText  = 4 << 10 // bytes that are read at most: the rest is more of the same
	detectWords = 20      // words that are scored at most
)

// DetectLanguage tells which of the languages among (BCP 47; all that [Languages] has
// when there are none) a text is written in, as it stands there. It is honest: sure says
// that another answer would surprise, and of such answers some 99 in 100 are right about
// ten words and more. A language that it does not know may pass for its neighbour. When
// it is not sure, tag is the best guess, or "" when nothing speaks for any.
//
// First counts the script, then frequent words and the letters that follow each other.
// It knows more languages than it is asked for, so a Swedish text is not taken for a
// Danish one because only Danish was expected. Words that look like code, addresses and
// paths do not count. It is not sure of a text in two languages, of a stack trace, and
// seldom of two or three words. The beginning of a long text stands for the whole.
func DetectLanguage(text string, among []string) (tag string, sure bool) {
	if len(among) == 0 {
		among = languageTags
	}
	var d detection
	d.read(cut(text, detectText))
	s, clear := d.script()
	switch s {
	case none:
		return "", false
	case han:
		tag, sure = d.east(among)
	case latin, cyrillic, arabicScript, devanagari:
		tag, sure = d.judge(s, among)
	default:
		tag = asked(scriptLanguage[s], among)
		sure = tag != ""
	}
	return tag, sure && clear
}

// asked is the one of the languages asked for that is the given one, as it is written
// there, or "".
func asked(language string, among []string) string {
	for _, tag := range among {
		if spokenIn(tag) == language {
			return tag
		}
	}
	return ""
}

// spokenIn is the primary language of a tag, as detect.txt names it.
func spokenIn(tag string) string {
	if p := primary(tag); p != "no" {
		return p
	}
	return "nb"
}

// detection is what counts of a text.
type detection struct {
	letters  [scripts]int // by script
	chinese  int          // characters that only Chinese has
	japanese int          // and that only Japanese has

	words  [detectWords]span // in scripts of several languages
	n      int               // of them
	bytes  [detectText]byte  // of words, in small letters
	filled int
}

// span is a word within detection.bytes.
type span struct {
	start, end int
	of         script
	name       bool // it may be a name, or quoted: its language is not the text's
}

// read takes in what stands between two spaces, one after the other.
func (d *detection) read(text string) {
	if !ascii(text) {
		text = norm.NFC.String(text)
	}
	first, quoted := true, 0
	for start := 0; start < len(text) && d.n < len(d.words); {
		end, next, line := len(text), len(text), false
		for i, r := range text[start:] {
			if unicode.IsSpace(r) {
				end, next, line = start+i, start+i+utf8.RuneLen(r), r == '\n'
				break
			}
		}
		if c := text[start:end]; c != "" {
			if quoted == 0 && opens(c) {
				quoted = quotedWords
			}
			if !technical(c) {
				d.chunk(c, first, quoted > 0)
			}
			quoted = max(0, quoted-1)
			if closes(c) {
				quoted = 0
			}
			first = strings.IndexByte(".!?:-*", c[len(c)-1]) >= 0
		}
		first = first || line
		start = next
	}
	names := 0
	for _, w := range d.words[:d.n] {
		if w.name {
			names++
		}
	}
	if names*3 > d.n*2 { // in capitals altogether, or all quoted
		for i := range d.n {
			d.words[i].name = false
		}
	}
}

// quotedWords is how long a quotation is that may be another language's.
const quotedWords = 12

func opens(c string) bool {
	r, _ := utf8.DecodeRuneInString(c)
	return quote(r) || r == '`' || r == '[' || r == '‘'
}

func closes(c string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(c, ".,;:!?)"))
	return quote(r) || r == '`' || r == ']' || r == '’'
}

// chunk takes in the letters of c. First is whether a sentence may begin with it.
func (d *detection) chunk(c string, first, quoted bool) {
	start, of, name := d.filled, none, quoted
	finish := func() {
		end := d.filled
		for end > start && d.bytes[end-1] == '\'' {
			end--
		}
		if of.shared() && end > start && d.n < len(d.words) {
			d.words[d.n] = span{start, end, of, name}
			d.n++
			first = false
		}
		start, of, name = d.filled, none, quoted
	}
	put := func(r rune) {
		if of.shared() && d.filled+utf8.UTFMax <= len(d.bytes) {
			d.filled += utf8.EncodeRune(d.bytes[d.filled:], r)
		}
	}
	for _, r := range c {
		switch {
		case r == '\'' || r == '’':
			put('\'')
		case unicode.IsMark(r):
			put(r)
		case !unicode.IsLetter(r):
			finish()
		default:
			if s := scriptOf(r); s != of {
				finish()
				of = s
				name = quoted || !first && unicode.IsUpper(r)
			}
			d.letters[of]++
			if of == han {
				switch {
				case onlyChinese[r]:
					d.chinese++
				case onlyJapanese[r]:
					d.japanese++
				}
			}
			put(unicode.ToLower(r))
		}
	}
	finish()
}

// technical reports whether what stands between two spaces looks like a name in a
// program, an address or a path: 4.2, e-mail addresses, getName(), HTTP.
func technical(c string) bool {
	inner, capitals, small := false, 0, 0
	for i := range len(c) {
		b := c[i]
		switch {
		case b >= utf8.RuneSelf:
			return false
		case b >= 'a' && b <= 'z':
			small++
		case b >= 'A' && b <= 'Z':
			if small > 0 {
				return true
			}
			capitals++
		case digit(b), b == '_', b == '\\', b == '@', b == '=', b == '{', b == '}', b == '<', b == '>', b == '$', b == '|':
			return true
		case b == '.', b == '/', b == ':', b == '(', b == '&', b == '#':
			inner = inner || i > 0 && i+1 < len(c) && letter(c[i-1]) && (letter(c[i+1]) || c[i+1] == ')' || c[i+1] == '/' || c[i+1] == ':')
		}
	}
	return inner || small == 0 && capitals > 1 && capitals <= 4
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// every stands for all languages that we know.
const every = "*"

// expected is how an index remembers which languages it expects: the one of texts that
// do not tell, and after a colon those that are looked for.
func expected(language string, languages []string) string {
	if language = primary(language); language == "" {
		language = "en"
	}
	if languages == nil {
		return language + ":" + every
	}
	var tags []string
	for _, tag := range languages {
		if p := primary(tag); p != "" {
			tags = append(tags, p)
		}
	}
	slices.Sort(tags)
	return language + ":" + strings.Join(slices.Compact(tags), ",")
}

// languageOf is the primary language that a document is analyzed in.
func languageOf(d Document, expected string) string {
	if p := primary(d.Language); p != "" && p != "und" && !strings.ContainsAny(p, "\t\n") {
		return p
	}
	otherwise, list, _ := strings.Cut(expected, ":")
	if list == "" {
		return otherwise
	}
	var among []string
	if list != every {
		among = strings.Split(list, ",")
	}
	if tag, sure := DetectLanguage(d.Title+"\n"+cut(d.Text, detectText), among); sure {
		return tag
	}
	return otherwise
}
