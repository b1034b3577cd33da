package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker/internal/redact"
	"github.com/supportloop/supportloop/tracker/show"
)

// A quote is at most so long.
const (
	quoteChars = 200
	quoteWords = 35
	fewestIn   = 4    // words of a sentence that is worth quoting
	readAtMost = 4096 // bytes of a contact's text that quotes are looked for in
)

// voice picks from a customer's text the sentence, or the two in a row, that name
// most of the words given and hide least, cleaned; and says how well it did. A quote
// has at most 200 characters and 35 words. Nothing worth quoting is "".
func voice(text, language string, words []string, x redact.Redaction) (string, int) {
	text = show.Text(redact.Beginning(text, readAtMost))
	x.Nouns = x.Nouns || redact.SpeaksGerman(language, text)
	found := redact.Sentences(text)
	best, most := "", 0
	for i := range found {
		for n := 1; n <= 2 && i+n <= len(found); n++ {
			raw := strings.Join(found[i:i+n], " ")
			if n == 2 && utf8.RuneCountInString(raw) > quoteChars || redact.Presents(raw) {
				continue
			}
			var parts []string
			hides := 0
			for _, s := range found[i : i+n] {
				p, h := x.Sentence(s)
				parts, hides = append(parts, p), hides+h
			}
			quote := clip(strings.Join(parts, " "), quoteChars, quoteWords)
			if !worthQuoting(quote) {
				continue
			}
			if score := 3*hits(quote, words) - 2*hides - n; best == "" || score > most {
				best, most = quote, score
			}
		}
	}
	return best, most
}

func worthQuoting(s string) bool {
	shown := strings.ReplaceAll(s, redact.Hidden, "")
	n := 0
	for _, w := range strings.Fields(shown) {
		if strings.ContainsFunc(w, unicode.IsLetter) {
			n++
		}
	}
	wide := redact.Unspaced(shown)
	return (n >= fewestIn || wide >= 2*fewestIn) && 2*strings.Count(s, redact.Hidden) <= max(n, wide/2)
}

// hits counts the words that a quote names, by the beginning of each so that endings
// do not matter.
func hits(quote string, words []string) int {
	quote = strings.ToLower(quote)
	n := 0
	for _, w := range words {
		w = strings.ToLower(w)
		if r := []rune(w); len(r) > 6 {
			w = string(r[:len(r)-2])
		}
		if w != "" && strings.Contains(quote, w) {
			n++
		}
	}
	return n
}
