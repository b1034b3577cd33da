package report

import (
	"strings"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker/show"
)

// clip shortens a line to so many characters and words at most, with an ellipsis
// where something was cut off, between words if there is room for one.
func clip(s string, chars, words int) string {
	s = show.Line(s)
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
