package redact

import (
	"strings"
	"unicode"
)

// Plain makes text harmless to look at: valid UTF-8 without control characters,
// without characters that turn the direction of writing or cannot be seen, and with
// white space other than line ends made a space. Joiners stay, as scripts and emoji
// need them.
func Plain(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case r == '\u200c' || r == '\u200d':
			return r
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, s)
}

// Line is plain text on one line, without white space at its ends or two in a row.
func Line(s string) string { return strings.Join(strings.Fields(Plain(s)), " ") }
