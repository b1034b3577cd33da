package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/internal/redact"
	"github.com/supportloop/supportloop/tracker/show"
)

func TestVoice(t *testing.T) {
	ada := tracker.Customer{
		Name: "Ada Okafor", Organization: "Brightwater Mills",
		Address:    "王小伟",
		Identities: []tracker.Identity{{Kind: tracker.IdentityEmail, Value: "ada.o@brightwater.example"}},
	}
	for _, row := range []struct {
		promise, text, language, want string
	}{
		{"the sentence that names the problem is taken",
			"Thanks for the new layout. The export stops in the middle of my list. Have a nice day over there.", "", "The export stops in the middle of my list."},
		{"two in a row are, if both speak of it",
			"The export stops in the middle. After the update the export is empty.", "", "The export stops in the middle. After the update the export is empty."},
		{"greeting and signature are left out", "Hi Mia,\nmy export stops in the middle\n\nBest regards\nAda", "", "my export stops in the middle"},
		{"quoted replies are left out", "> the export stops, you wrote once\nIt still fails on every single list.", "", "It still fails on every single list."},
		{"addresses, links and telephone numbers are hidden",
			"The export at https://x.example/a?u=ada fails, call +49 170 1234567 or write ada@x.example please", "", "The export at […] fails, call […] or write […] please"},
		{"order numbers are hidden, versions and error codes are not",
			"Since 2.14.0 the export of order 4711823 and INV-2024-00123 ends with HTTP 500 and E1234 again", "", "Since 2.14.0 the export of order […] and […] ends with HTTP 500 and E1234 again"},
		{"the customer's own names are hidden, in any case", "The export that ada made for okafor stops in the middle", "", "The export that […] made for […] stops in the middle"},
		{"names of others are hidden", "My colleague Priya Raman sees the export stop in the middle too", "", "My colleague […] sees the export stop in the middle too"},
		{"also at the beginning", "Priya Raman sees the export stop in the middle too", "", "[…] sees the export stop in the middle too"},
		{"the problem's own words are not names", "When I start an Export in Safari it stops in the middle", "", "When I start an Export in Safari it stops in the middle"},
		{"nouns of German are not names", "Seit gestern bricht der Export meiner Tabelle mitten in der Liste ab.", "de", "Seit gestern bricht der Export meiner Tabelle mitten in der Liste ab."},
		{"names in German are", "Meine Kollegin Frau Weber sieht im Export der Liste auch nichts, sagt Jonas Brandt.", "de", "Meine Kollegin Frau […] sieht im Export der Liste auch nichts, sagt […]."},
		{"who introduces themselves is not quoted", "My name is Ada and my export stops. The export is empty every time.", "", "The export is empty every time."},
		{"what a machine wrote is not quoted", "0x80070005 | 12:00:01 | -- | 0000\n[1] {export: 2, a: 3, b: 4}\nThe export is empty every time.", "", "The export is empty every time."},
		{"nothing worth quoting is nothing", "ok\nthanks", "", ""},
		{"what would be hidden for the most part is nothing", "Anna Bauer Carl Dorn Emil Frey", "", ""},
		{"code and markup are not quoted", "if (export) { stops = true; }\n<p>export stops</p>\nThe export is empty every time.", "", "The export is empty every time."},
		{"an abbreviation ends no sentence", "The export stops with large tables, e.g. with the one of last year.", "", "The export stops with large tables, e.g. with the one of last year."},
		{"a date in German ends no sentence", "Moin, der Export bricht seit dem 25. Februar jeden Tag mitten in der Liste ab.", "de", "der Export bricht seit dem 25. Februar jeden Tag mitten in der Liste ab."},
		{"a number at the end of a sentence does", "The export stops at page 25. The export then shows an empty list.", "", "The export stops at page 25."},
		{"a word that is cut where reading ends is not quoted", strings.Repeat(">", readAtMost-42) + "\nThe export stops again, says grace.hopper@example.org to me", "", "The export stops again, says"},
		{"where no spaces are, all is read", "更新之后导出功能停止" + strings.Repeat("了吗", readAtMost), "", "更新之后导出功能停止" + strings.Repeat("了吗", 94) + "了…"},
		{"paths are hidden where no space stands before them", "把项目路径/home/ada/export连接到了另一个目录之后导出功能就停止了", "", "把项目路径[…]连接到了另一个目录之后导出功能就停止了"},
		{"a version among them is not a number", "更新到1.85.1之后导出功能就停止了", "", "更新到1.85.1之后导出功能就停止了"},
		{"names are hidden there, with what they are written together with", "更新之后导出功能停止，请王小伟看一下吧", "", "更新之后导出功能停止，[…]"},
		{"file paths are hidden", `I saved the export under C:\Users\ada\x.csv and /home/ada/x.csv but both are empty`, "", "I saved the export under […] and […] but both are empty"},
	} {
		t.Run(row.promise, func(t *testing.T) {
			x := hiding(tracker.Contact{}, ada, "Export stops")
			got, _ := voice(row.text, row.language, []string{"export", "stops", "update"}, x)
			require.Equal(t, row.want, got)
		})
	}
}

func TestTitlesKeepTheirCapitals(t *testing.T) {
	x := hiding(tracker.Contact{}, tracker.Customer{Name: "Dana Lindqvist"})
	x.Titles = true
	for in, want := range map[string]string{
		"Dark Mode":                   "Dark Mode",
		"Dunkles Design, bitte":       "Dunkles Design, bitte",
		"Please give us a Dark Mode":  "Please give us a […]",
		"Dark mode, says Emre Yildiz": "Dark mode, says […]",
		"A Dark Mode For Every App":   "A Dark Mode For Every App",
		"Dark mode for Dana":          "Dark mode for […]",
		"Dark mode, asks Mrs. Weber":  "Dark mode, asks Mrs. […]",
		"Dark mode for order 4711823": "Dark mode for order […]",
	} {
		got, _ := x.Sentence(in)
		require.Equal(t, want, got)
	}
}

func TestVoiceIsShort(t *testing.T) {
	for _, text := range []string{strings.Repeat("a b c ", 2000), strings.Repeat("export", 2000) + " is all that I can say", strings.Repeat("the export stops in the middle and ", 50)} {
		got, _ := voice(text, "", nil, redact.Redaction{})
		require.LessOrEqual(t, utf8.RuneCountInString(got), quoteChars)
		require.LessOrEqual(t, len(strings.Fields(got)), quoteWords)
	}
}

func FuzzVoice(f *testing.F) {
	f.Add("Hi Mia,\nmy Export of 4711823 stops. Write ada@x.example! Best regards", "de")
	f.Add("\xff\u202e a @b c://d", "")
	f.Fuzz(func(t *testing.T, text, language string) {
		got, _ := voice(text, language, []string{"export", ""}, redact.Redaction{})
		require.True(t, utf8.ValidString(got))
		require.LessOrEqual(t, utf8.RuneCountInString(got), quoteChars)
		require.LessOrEqual(t, len(strings.Fields(got)), quoteWords)
		require.Equal(t, show.Line(got), got, "one line, nothing invisible")
		require.NotRegexp(t, `[^\s@]@[^\s@]|\d{8}`, got)
	})
}

func TestClip(t *testing.T) {
	for _, row := range []struct {
		promise, in string
		chars, n    int
		want        string
	}{
		{"what fits stays", "one two", 7, 2, "one two"},
		{"words are counted", "one two three", 99, 2, "one two…"},
		{"words are not cut if there is room", "alpha beta gamma", 13, 9, "alpha beta…"},
		{"one long word is", "abcdefghij", 5, 9, "abcd…"},
	} {
		t.Run(row.promise, func(t *testing.T) { require.Equal(t, row.want, clip(row.in, row.chars, row.n)) })
	}
}
