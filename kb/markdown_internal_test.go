package kb

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMarked(t *testing.T) {
	for in, want := range map[string]string{
		"Plain words, 4.2 and 100 % of it (yes)": "Plain words, 4.2 and 100 % of it (yes)",
		"<img src=x onerror=alert(1)>":           `\<img src=x onerror=alert(1)\>`,
		"a *b* _c_ snake_case `d`":               "a \\*b\\* \\_c\\_ snake_case \\`d\\`",
		"[a](http://b) ![c](d)":                  `\[a\](http\://b) !\[c\](d)`,
		"# head\n- item\n1. more":                `\# head - item 1. more`,
		"- item":                                 `\- item`,
		"1. item":                                `1\. item`,
		"1) item":                                `1\) item`,
		"2.":                                     `2\.`,
		"4.2":                                    "4.2",
		"@all, mail a@b":                         "@&#8203;all, mail a@&#8203;b",
		"&lt; & &#60;":                           `\&lt; & \&\#60;`,
		"see www.example.org":                    `see www\.example.org`,
		"a | b ~~c~~ $d$ \\":                     `a \| b \~\~c\~\~ \$d\$ \\`,
		"turned \u202e round \x1b[31m":           `turned round \[31m`,
	} {
		require.Equal(t, want, marked(in), in)
	}
}

// Nothing that is written in a title begins a line, a tag, a link or a code of its own.
func FuzzMarked(f *testing.F) {
	for _, s := range []string{"", "1.", "\n# a", "<a>", "`", "\\", "[x](y)", "a\r\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := marked(s)
		require.NotContains(t, got, "\n")
		require.NotContains(t, got, "\r")
		unescaped := strings.ReplaceAll(got, `\\`, "")
		for i, r := range unescaped {
			if strings.ContainsRune("`*[]<>|~$", r) {
				require.True(t, i > 0 && unescaped[i-1] == '\\', "%q leaves %q free in %q", s, r, got)
			}
		}
	})
}
