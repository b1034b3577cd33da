package kb

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func knows(name string) bool { return name == "kind" || name == "status" }

func TestParse(t *testing.T) {
	type filters = map[string][]string
	for _, test := range []struct {
		promise, text string
		want          parsed
	}{
		{"words, in lower case", "Charged TWICE", parsed{words: []string{"charged", "twice"}}},
		{"an identifier, its parts and the whole", "E-1234", parsed{words: []string{"e", "1234", "e-1234"}}},
		{"a phrase", `"charged twice" help`, parsed{words: []string{"help"}, phrases: [][]string{{"charged", "twice"}}}},
		{"a phrase of one word is a word", `"help"`, parsed{words: []string{"help"}}},
		{"quotation marks end a word", `a"b c"d`, parsed{words: []string{"a", "d"}, phrases: [][]string{{"b", "c"}}}},
		{"to leave out", `-spam -"two words" -e-mail`, parsed{without: [][]string{{"spam"}, {"two", "words"}, {"e", "mail"}}}},
		{"a lone hyphen is nothing", "a - b -", parsed{words: []string{"a", "b"}}},
		{"a known field", `status:Open kind:"a  b"`, parsed{only: filters{"status": {"open"}, "kind": {"a b"}}}},
		{"a known field to leave out", "-status:open", parsed{except: filters{"status": {"open"}}}},
		{"bounds of time", "after:2026-01-31 Before:2027", parsed{since: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}},
		{"no date is words", "after:31.1. before:2026-13", parsed{words: []string{"after", "31.1", "after:31.1", "before", "2026", "13", "before:2026-13"}, notes: []string{
			"after:31.1. is no date like 2026-01-31, 2026-01 or 2026, so it was taken as words", "before:2026-13 is no date like 2026-01-31, 2026-01 or 2026, so it was taken as words",
		}}},
		{"a word before a colon is a word", "what comes after: this", parsed{words: []string{"what", "comes", "after", "this"}}},
		{"an unknown field is words", "error:timeout", parsed{words: []string{"error", "timeout"}}},
		{"an address is words", "https://example.org/a", parsed{words: []string{"https", "example", "org", "a"}}},
		{"a field without a value", "status: x", parsed{words: []string{"status", "x"}, notes: []string{"status: has no value after the colon, so it was taken as a word"}}},
		{"an open quotation mark", `say "hello there`, parsed{words: []string{"say", "hello", "there"}, notes: []string{"a quotation mark is not closed, so what follows was taken as words"}}},
		{"too many words", strings.Repeat("a ", MaxWords+1), parsed{words: strings.Fields(strings.Repeat("a ", MaxWords)), notes: []string{"only the first 64 words of the query were used"}}},
		{"too many bytes", strings.Repeat("é", MaxQuery), parsed{words: []string{strings.Repeat("é", maxTerm/2)}, notes: []string{"only the first 2000 bytes of the query were used"}}},
		{"broken text", "a\xffb", parsed{words: []string{"a", "b"}}},
		{"punctuation", `!? () * ~ ^ && || + : \ /`, parsed{}},
	} {
		t.Run(test.promise, func(t *testing.T) {
			if test.want.only == nil {
				test.want.only = filters{}
			}
			if test.want.except == nil {
				test.want.except = filters{}
			}
			require.Empty(t, cmp.Diff(test.want, parse(test.text, knows), cmp.AllowUnexported(parsed{})))
		})
	}
}

// No text is refused, and what is made of it keeps to the limits.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`a "b c" -d kind:e`, `-"x`, `status:"`, "--a", `""`, "“„", "kind:-a", "二重請求", "a.b'c_1,2", "\xff\"\x00", "after:2026-02 -before:0000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := parse(text, knows)
		for _, w := range p.words {
			if w == "" || len(w) > maxTerm || !utf8.ValidString(w) {
				t.Fatalf("word %q", w)
			}
		}
		for _, phrase := range append(p.phrases, p.without...) {
			if len(phrase) == 0 {
				t.Fatal("an empty phrase")
			}
		}
		for name := range p.only {
			if !knows(name) {
				t.Fatalf("field %q", name)
			}
		}
	})
}

// Every token lies where it says, in order, and any snippet's marks are sound.
func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"", "Don't e-mail PAY-4021 at 12.5,3", "größer:kleiner–x", "注文が二重に", "a’b ﬁn İ", "\u0301x \xf0\x9f"} {
		f.Add(s, "de")
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		text = strings.ToValidUTF8(text, "?")
		terms, last := map[string]bool{}, 0
		for i, tok := range analyze(text, language) {
			if tok.start >= tok.end || tok.end > len(text) || !utf8.ValidString(text[tok.start:tok.end]) {
				t.Fatalf("token %+v of %q", tok, text)
			}
			if tok.class != joined {
				if tok.start < last {
					t.Fatalf("token %+v of %q overlaps", tok, text)
				}
				last = tok.end
			}
			if i%3 == 0 {
				terms[tok.term] = true
			}
		}
		s := snippet(text, language, terms)
		at := 0
		for _, m := range s.Marks {
			if m.Start < at || m.End <= m.Start || m.End > len(s.Text) || !utf8.ValidString(s.Text[m.Start:m.End]) {
				t.Fatalf("mark %v of %q", m, s.Text)
			}
			at = m.End
		}
		if !utf8.ValidString(s.Text) || strings.ContainsAny(s.Text, "\n\r\t\x00\u202e") {
			t.Fatalf("snippet %q", s.Text)
		}
	})
}
