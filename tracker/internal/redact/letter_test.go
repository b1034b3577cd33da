package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/internal/redact"
)

func TestLetter(t *testing.T) {
	ada := redact.New([]string{"Ada Okafor <ada@mills.example>"}, []string{"Brightwater Mills"}, []string{"Lamp"})
	for _, row := range []struct{ promise, text, language, want string }{
		{"greeting and signature go", "Dear team,\nthe lamp blinks.\n\nRegards\nAda", "", "the lamp blinks."},
		{"what is quoted goes", "It blinks.\n\n> What does it do?\n\nAll night.", "", "It blinks.\n\nAll night."},
		{"wrapped lines are one paragraph, so that a name at the beginning of a line is found", "My neighbour\nPriya says that it blinks.", "", "My neighbour […] says that it blinks."},
		{"items of a list stay items", "Do this:\n1. Open it.\n2. Close it\nagain.\n- Wait.\n\nThat helps.", "", "Do this:\n\n1. Open it.\n2. Close it again.\n- Wait.\n\nThat helps."},
		{"who introduces themselves is left out, the rest of the paragraph is not", "My name is Ada. The lamp blinks.", "", "The lamp blinks."},
		{"names, addresses and numbers are hidden", "The Lamp of ada blinks, write to a@b.example or call +49 170 1234567.", "", "The Lamp of […] blinks, write to […] or call […]."},
		{"nouns of German are no names", "Seit gestern blinkt die Lampe der Firma.", "de", "Seit gestern blinkt die Lampe der Firma."},
		{"a paragraph of which nothing is left is nothing", "ada@mills.example\n\nIt blinks.", "", "It blinks."},
		{"nothing is nothing", "", "", ""},
	} {
		t.Run(row.promise, func(t *testing.T) { require.Equal(t, row.want, ada.Letter(row.text, row.language, 1000)) })
	}
	require.Equal(t, "It blinks. It hums.", ada.Letter("It blinks. It hums. It sings.\n\nNo.", "", 24), "it ends with a sentence")
	require.Equal(t, "Android 14\nrouter of […]", ada.Lines("Android 14\n\n router of Ada "))
	require.Equal(t, "lamp of […] blinks", ada.Title("Hello, lamp of Ada Okafor blinks", ""))
}

func FuzzLetter(f *testing.F) {
	f.Add("Dear Ada,\n1. Open it.\n- Ask Priya Raman\n> no\nRegards\nAda", "en", 100)
	f.Add("王小伟 ada@x.example", "de", 3)
	f.Fuzz(func(t *testing.T, text, language string, most int) {
		got := redact.New([]string{"Quillfeather"}, nil, nil).Letter(text, language, most)
		require.LessOrEqual(t, len(got), max(most, 0))
		require.True(t, utf8.ValidString(got))
		for _, word := range strings.FieldsFunc(got, func(r rune) bool { return r == ' ' || r == '\n' }) {
			require.NotEqual(t, "quillfeather", strings.ToLower(word))
		}
	})
}
