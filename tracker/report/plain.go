package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain makes text harmless to look at: valid UTF-8 without control characters,
// without characters that turn the direction of writing or cannot be seen, and with
// white space other than line ends made a space. Joiners stay, as scripts and emoji
// need them.
func plain(s string) string {
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

// line is plain text on one line, without white space at its ends or two in a row.
func line(s string) string { return strings.Join(strings.Fields(plain(s)), " ") }

// clip shortens a line to so many characters and words at most, with an ellipsis
// where something was cut off, between words if there is room for one.
func clip(s string, chars, words int) string {
	s = line(s)
	cut := false
	if f := strings.Fields(s); len(f) > words {
		s, cut = strings.Join(f[:words], " "), true
	}
	if !cut && utf8.RuneCountInString(s) <= chars {
		return s
	}
	r := []rune(s)
	if len(r) > chars-1 {
		r = r[:chars-1]
		for i := len(r) - 1; i > chars/2; i-- {
			if r[i] == ' ' {
				r = r[:i]
				break
			}
		}
	}
	return strings.TrimRight(string(r), " .,;:-–—") + "…"
}
