package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/internal/redact"
)

// Names are found however they are written, also where nothing is guessed from capitals.
func TestSentence(t *testing.T) {
	x := redact.New([]string{"Nora O'Brien", "José d’Angelo", "ﾀﾅｶ"}, nil, nil)
	x.Nouns = true
	for _, row := range []struct{ promise, in, want string }{
		{"what follows an apostrophe is a name", "die Karte von o’brien und Angelo", "die Karte von […] und […]"},
		{"what an apostrophe adds is none", "nora's Karte, Nora'", "[…] Karte, […]'"},
		{"letters may be encoded in two ways", "die Karte von jose\u0301", "die Karte von […]"},
		{"and have two widths", "タナカ と ﾀﾅｶ", "[…] と […]"},
		{"a telephone number with dots is no version", "ab 2.14.0 unter 555.123.4567 oder 01.23.45.67.89", "ab 2.14.0 unter […] oder […]"},
		{"brackets and punctuation stay", "Mail (ada@x.example), <a@b>", "Mail ([…]), <[…]>"},
	} {
		t.Run(row.promise, func(t *testing.T) {
			got, _ := x.Sentence(row.in)
			require.Equal(t, row.want, got)
		})
	}
}
