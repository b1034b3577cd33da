package kb

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sequence stands where the words of a text, all of them taken apart, have it.
func TestSequenceStands(t *testing.T) {
	ctx := context.Background()
	ix, err := NewIndex("", nil)
	require.NoError(t, err)
	defer ix.Close()
	pieces := map[string][]string{
		"en": {"The", "printer", "prints", "dying", "E-1234", "it's", "v2.0.1", "snake_case", "Zażółć", "naïve"},
		"de": {"Die", "Rechnungen", "überein", "Straße", "ÄRGER", "E-Mail", "Umlaute"},
		"fr": {"L'écran", "aujourd'hui", "l'application", "Été", "application", "s'ouvre", "pas"},
		"ca": {"l'error", "error", "greu", "d'impressora", "sessió"},
		"id": {"membeli", "dibelikan", "beli", "menghapus", "hapus", "printer"},
		"ja": {"重複", "請求", "エラー", "E-1234", "です", "プリンター"},
		"th": {"ใบแจ้งหนี้", "ไม่", "error", "ทำงาน"},
		"ko": {"결제가", "환불", "안돼요", "app"},
		"tr": {"IĞDIR", "İade", "ışık", "fatura"},
	}
	draw := rand.New(rand.NewPCG(1, 9))
	gaps := []string{" ", "  ", ", ", "", "-", ".", "\n", " … ", "/", "\u200b"}
	text := func(language string) string {
		var b strings.Builder
		for range 1 + draw.IntN(12) {
			b.WriteString(pieces[language][draw.IntN(len(pieces[language]))] + gaps[draw.IntN(len(gaps))])
		}
		return b.String()
	}
	for language := range pieces {
		require.NoError(t, ix.Put(ctx, Document{ID: language, Text: text(language), Language: language}))
	}
	s := searching(t, ctx, ix)

	stood := 0
	for range 3000 {
		for _, language := range sortedKeys(pieces) {
			in := text(language)
			of := in
			if draw.IntN(4) == 0 {
				of = text(language)
			}
			var words []string
			for _, t := range split(of) {
				if t.class != joined {
					words = append(words, t.term)
				}
			}
			if len(words) == 0 {
				continue
			}
			from := draw.IntN(len(words))
			words = words[from:min(len(words), from+1+draw.IntN(3))]
			want := false
			tokens := slices.DeleteFunc(analyze(in, language), func(t token) bool { return t.class == joined })
			for i := range len(tokens) - len(words) + 1 {
				all := true
				for j, w := range words {
					all = all && slices.Contains(s.forms(w), tokens[i+j].term)
				}
				want = want || all
			}
			if want {
				stood++
			}
			require.Equal(t, want, s.sequence(words).stands(in, language), "%s: %q in %q", language, words, in)
		}
	}
	require.Greater(t, stood, 5000)
}
