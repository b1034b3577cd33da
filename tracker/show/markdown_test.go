package show_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/show"
)

func TestMarkdown(t *testing.T) {
	for _, row := range []struct{ promise, in, want string }{
		{"words stay readable", "Charged twice, in 2.4 (again)! 100 % of it", "Charged twice, in 2.4 (again)! 100 % of it"},
		{"no heading", "# a\n## b", `\# a \#\# b`},
		{"no heading by underlining", "===", `\===`},
		{"no line across the page", "---", `\---`},
		{"no list is begun", "- a", `\- a`},
		{"by any sign", "+ a", `\+ a`},
		{"nor a list of tasks", "- [x] a", `\- \[x\] a`},
		{"nor a numbered one", "12. a", `12\. a`},
		{"nor with a bracket", "1) a", `1\) a`},
		{"nor an empty one", "2.", `2\.`},
		{"a version is no list", "2.4 is out", "2.4 is out"},
		{"a pipe ends no cell", "a|b", `a\|b`},
		{"backticks open no code", "```rm```", "\\`\\`\\`rm\\`\\`\\`"},
		{"nor do tildes, or strike out", "~~~ ~~a~~", `\~\~\~ \~\~a\~\~`},
		{"nor indentation", "\t    a", "a"},
		{"a backslash hides nothing", `\| \`, `\\\| \\`},
		{"links and images are text", "[x](http://e.example) ![y](z)", `\[x\](http\://e.example) !\[y\](z)`},
		{"bare addresses are no links", "www.e.example WWW.e.example ftp://e.example", `www\.e.example WWW\.e.example ftp\://e.example`},
		{"nor are those in angles", "<http://e.example>", `\<http\://e.example\>`},
		{"nor one that a character of no width hides", "https\u200b://e.example", `https\://e.example`},
		{"nobody is mentioned, no issue is", "@ada #12", `@&#8203;ada \#12`},
		{"by no sign before it", "(@ada) x.@ada é@ada a-@ada", `(@&#8203;ada) x.@&#8203;ada é@&#8203;ada a-@&#8203;ada`},
		{"an e-mail address stays whole, to be copied", "help@example.org, a_@example.org", `help@example.org, a\_@example.org`},
		{"HTML is text", "<img src=x onerror=alert(1)><!-- -->", `\<img src=x onerror=alert(1)\>\<!-- --\>`},
		{"entities are text", "&lt; & &#60;", `\&lt; & \&\#60;`},
		{"a name with underscores keeps them, an emphasis does not", "solved_by_known _x_ *y*", `solved_by_known \_x\_ \*y\*`},
		{"no formula", "$x$", `\$x\$`},
		{"one line", "a\r\n\n b\u2028c\td", "a b c d"},
		{"nothing invisible", "a\u202eb\x07\u200bc", "abc"},
	} {
		t.Run(row.promise, func(t *testing.T) { require.Equal(t, row.want, show.Markdown(row.in)) })
	}
	long := strings.Repeat("a*", 100_000)
	require.Equal(t, strings.ReplaceAll(long, "*", `\*`), show.Markdown(long), "nothing is cut off")
}

// FuzzMarkdown undoes the escaping with rules of its own: CommonMark's backslash before
// ASCII punctuation, and the one entity that is written. No character with a meaning
// may be left that a backslash does not stand before.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"a|b", `\`, "`<&@#", "1. x", "-- ", "www.x", "http://x", "\xff\u2028 x", "[x](y)", "a\r\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := show.Markdown(s)
		require.NotContains(t, got, "\n")
		var back strings.Builder
		runes := []rune(strings.ReplaceAll(got, "@&#8203;", "@"))
		for i := 0; i < len(runes); i++ {
			r := runes[i]
			if r == '\\' {
				i++
				require.Less(t, i, len(runes), "a backslash at the end escapes what follows the text")
				require.True(t, runes[i] < 128 && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", runes[i]))
				back.WriteRune(runes[i])
				continue
			}
			require.False(t, strings.ContainsRune("`*[]<>|~#$", r), "%q in %q", r, got)
			if r == '_' {
				require.True(t, i > 0 && i+1 < len(runes) && runes[i-1] != ' ' && runes[i+1] != ' ', "_ in %q", got)
			}
			back.WriteRune(r)
		}
		require.Equal(t, show.Line(s), back.String())
	})
}
