// Package show makes what people wrote harmless to show: as plain text, on one line, or
// within Markdown.
//
//	fmt.Fprintf(w, "- **%s**\n", show.Markdown(ticket.Title))
//
// It needs nothing but the standard library, and what shows text uses it: what is
// harmless in a report is so in a briefing and in a procedure. For a page of HTML, give
// [Text] to html/template. What says who somebody is stays; tracker.Redaction takes it
// out.
package show

import (
	"strings"
	"unicode"
)

// Text is s as valid UTF-8 with [Visible] characters only, the lines ended by "\n" and
// any other white space a space. What is not UTF-8 becomes U+FFFD.
func Text(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case !Visible(r):
			return -1
		}
		return r
	}, s)
}

// Line is [Text] on one line, without white space at its ends or two in a row.
func Line(s string) string {
	if isLine(s) {
		return s
	}
	return strings.Join(strings.Fields(Text(s)), " ")
}

// isLine reports whether s is certainly a line already, as most are.
func isLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7F || c == ' ' && before == ' ' {
			return false
		}
		before = s[i]
	}
	return s == "" || before != ' '
}

// Visible reports whether r has a place in a text: that it is no control character and
// none that turns the direction of writing, has no width, or means something to one
// font only. Joiners are visible, as scripts and emoji need them; white space that is
// no control character is.
func Visible(r rune) bool {
	return r == '\u200c' || r == '\u200d' || !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}
