package show_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/show"
)

func TestText(t *testing.T) {
	for _, row := range []struct{ promise, in, want string }{
		{"lines stay lines, however they end", "a\r\nb\rc\u2028d\u2029e\u0085f\n\ng", "a\nb\nc\nd\ne\nf\n\ng"},
		{"other white space is a space", "a\tb\u00a0c\vd", "a b c d"},
		{"no command reaches a terminal", "a\x1b[31m\x00b", "a[31mb"},
		{"no direction is turned", "a\u202eb\u2066c\u2069\u200e\u200f\u061c", "abc"},
		{"nothing without width tells two texts apart", "a\u200bb\u2060c\ufeffd\u00ade\u180ef\U000e0041", "abcdef"},
		{"nothing depends on a font", "a\ue000b", "ab"},
		{"joiners stay", "می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"},
		{"what is no UTF-8 is marked", "a\xff\xfeb", "a\uFFFDb"},
	} {
		t.Run(row.promise, func(t *testing.T) { require.Equal(t, row.want, show.Text(row.in)) })
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		" ":                  "",
		"one line":           "one line",
		" a  b\n\nc\t":       "a b c",
		"a ":                 "a",
		"\u3000\u200b ä\x7f": "ä",
	} {
		require.Equal(t, want, show.Line(in), "%q", in)
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"", " a  b", "a\r\nb\u2028", "\xff\u202e\x07"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := show.Line(s)
		require.Equal(t, strings.Join(strings.Fields(show.Text(s)), " "), got, "also for what is a line already")
		require.Equal(t, got, show.Line(got))
		require.True(t, utf8.ValidString(got))
		for _, r := range got {
			require.True(t, r == ' ' || show.Visible(r) && !unicode.IsSpace(r), "%q in %q", r, got)
		}
	})
}
