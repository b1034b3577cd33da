package show

import (
	"strings"
	"unicode"
)

// Markdown is s as a [Line] that CommonMark and its GitHub flavour show as it is, at the
// beginning of a line or within one, in a heading, a table's cell or an emphasis: no
// character of markup, HTML, a mention or a link is left to act. What cannot act where
// it stands is left as it is, so that the source can be read too. Behind an @ that no
// word stands before is a space of no width, as no backslash keeps GitHub from making a
// mention; an e-mail address stays whole, to be copied.
func Markdown(s string) string {
	runes := []rune(Line(s))
	near := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	inWord := func(i int) bool { return unicode.IsLetter(near(i)) || unicode.IsNumber(near(i)) }
	var b strings.Builder
	number := true // nothing but digits so far: a list's, if a dot or a bracket follows
	for i, r := range runes {
		acts := false
		switch r {
		case '@':
			if before := near(i - 1); before > unicode.MaxASCII || !inWord(i-1) && before != '_' {
				b.WriteString("@&#8203;")
				number = false
				continue
			}
		case '\\', '`', '*', '[', ']', '<', '>', '|', '~', '$', '#':
			acts = true
		case '_':
			acts = !inWord(i-1) || !inWord(i+1)
		case '&':
			acts = inWord(i+1) || near(i+1) == '#'
		case '-', '+', '=':
			acts = i == 0
		case ')':
			acts = number && i > 0 && near(i+1) == ' '
		case '.':
			acts = number && i > 0 && near(i+1) == ' ' || i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www")
		case ':':
			acts = near(i+1) == '/' && near(i+2) == '/'
		}
		if acts {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		number = number && '0' <= r && r <= '9'
	}
	return b.String()
}
