package kb

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker/show"
)

// liner writes a [show.Line] character by character.
type liner struct {
	strings.Builder
	space bool // before what comes next
}

// next writes the first character of s, and returns its bytes in s.
func (l *liner) next(s string) int {
	if c := s[0]; c > ' ' && c < 0x7F {
		l.settle()
		l.WriteByte(c)
		return 1
	}
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsSpace(r):
		l.space = true
		return size
	case !show.Visible(r):
		return size
	}
	l.settle()
	l.WriteRune(r)
	return size
}

// settle writes the space that stands before what comes next.
func (l *liner) settle() {
	if l.space && l.Len() > 0 {
		l.WriteByte(' ')
	}
	l.space = false
}
