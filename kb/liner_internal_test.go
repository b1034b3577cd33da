package kb

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/show"
)

// What is hidden in a title is hidden in a snippet.
func TestSnippetsAreLines(t *testing.T) {
	for _, s := range []string{
		"one line", " a  b\n\nc\t", "a\x1b[31m\x00b", "a\u202eb\u2066c\u2069\u200e", "a\u200bb\u2060c\ufeffd\u00ade\U000e0041f\ue000g",
		"می\u200cخواهم 👩\u200d💻", "日本\u2028語 ä",
	} {
		require.Equal(t, show.Line(s), snippet(s, "", nil).Text, "%q", s)
	}
}
