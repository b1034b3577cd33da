package sop_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every condition is explained line by line, whether it holds or not.
func TestExplainGolden(t *testing.T) {
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	facts := sop.Facts{
		Kind: "complaint", Channel: "email", Product: "Larkspur", Version: "4.4.0", Language: "en-GB", Status: "new",
		Title: "CHARGED ME TWICE",
		Text:  "You charged me twice in March. I would like my money back, or I cancel. Please call me.",
	}
	var b strings.Builder
	for _, m := range l.Match(facts) {
		fmt.Fprintf(&b, "%s %g\n", m.Procedure.ID, m.Score)
	}
	for _, id := range []string{"double-charge", "refund", "outage"} {
		p, ok := l.Procedure(id)
		require.True(t, ok)
		m := p.Explain(facts)
		fmt.Fprintf(&b, "\n%s holds: %t, score %g\n", id, m.Holds, m.Score)
		for _, r := range m.Why {
			b.WriteString(r.String() + "\n")
		}
	}
	golden(t, "explain.txt", b.String())
}

// golden holds got against a file that people read, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
}

// when returns a library of one procedure that applies when the test holds.
func when(t *testing.T, test string) *sop.Procedure {
	t.Helper()
	p, err := sop.Parse("f", []byte(procedure("p", oneStep+"when: "+test+"\n")))
	require.NoError(t, err, test)
	return p
}

func TestHolds(t *testing.T) {
	for _, row := range []struct {
		promise string
		when    string
		facts   sop.Facts
		want    bool
	}{
		{"equals ignores case", `{field: product, equals: larkspur}`, sop.Facts{Product: "LARKSPUR"}, true},
		{"equals is the whole value", `{field: product, equals: lark}`, sop.Facts{Product: "Larkspur"}, false},
		{"in is one of", `{field: kind, in: [question, praise]}`, sop.Facts{Kind: "praise"}, true},
		{"what is not known equals nothing", `{field: channel, equals: email}`, sop.Facts{}, false},
		{"what is not known is not greater", `{field: extra.spend, gt: -1}`, sop.Facts{}, false},
		{"a language holds for its regions", `{field: language, equals: de}`, sop.Facts{Language: "de-AT"}, true},
		{"a region does not hold for its language", `{field: language, equals: de-AT}`, sop.Facts{Language: "de"}, false},
		{"a language is not the beginning of another", `{field: language, equals: de}`, sop.Facts{Language: "den"}, false},
		{"4.10 is after 4.9", `{field: version, gt: 4.9}`, sop.Facts{Version: "4.10"}, true},
		{"4.2 is 4.2.0", `{field: version, equals: 4.2}`, sop.Facts{Version: "v4.2.0"}, true},
		{"4.2.1 is after 4.2", `{field: version, gt: 4.2}`, sop.Facts{Version: "4.2.1"}, true},
		{"a beta is before its release", `{field: version, lt: 4.2}`, sop.Facts{Version: "4.2-beta.2"}, true},
		{"a build does not count", `{field: version, equals: 4.2}`, sop.Facts{Version: "4.2+117"}, true},
		{"a word is no version", `{field: version, gt: 4.2}`, sop.Facts{Version: "newest"}, false},
		{"numbers beyond 64 bits compare", `{field: version, gt: 4.99999999999999999999}`, sop.Facts{Version: "4.100000000000000000000"}, true},
		{"extra fields compare as numbers", `{field: extra.spend, gt: 90}`, sop.Facts{Extra: map[string]string{"spend": "100.5"}}, true},
		{"a word is no number", `{field: extra.spend, gt: 90}`, sop.Facts{Extra: map[string]string{"spend": "NaN"}}, false},
		{"a problem by its number", `{field: problem, in: [3, 12]}`, sop.Facts{Problem: 12}, true},
		{"no problem exists", `{field: problem, exists: false}`, sop.Facts{}, true},
		{"a problem exists", `{field: problem, exists: true}`, sop.Facts{Problem: 1}, true},
		{"True is true", `{field: problem, exists: True}`, sop.Facts{Problem: 1}, true},
		{"FALSE is false", `{field: problem, exists: FALSE}`, sop.Facts{Problem: 1}, false},
		{"words are whole", `{field: words, contains: cat}`, sop.Facts{Text: "a category"}, false},
		{"words end at punctuation", `{field: words, contains: cat}`, sop.Facts{Text: "(cat)."}, true},
		{"hyphens separate words", `{field: words, contains: log in}`, sop.Facts{Text: "I cannot log-in"}, true},
		{"words stand in their order", `{field: words, contains: charged twice}`, sop.Facts{Text: "twice charged"}, false},
		{"words stand side by side", `{field: words, contains: charged twice}`, sop.Facts{Text: "charged me twice"}, false},
		{"a lone star is any one word", `{field: words, contains: charged * twice}`, sop.Facts{Text: "charged me twice"}, true},
		{"a star ends a word", `{field: words, contains: crash*}`, sop.Facts{Text: "it CRASHED"}, true},
		{"a star within a phrase", `{field: words, contains: not arriv* yet}`, sop.Facts{Text: "has not arrived yet"}, true},
		{"one of several phrases will do", `{field: words, contains: [dog, cat]}`, sop.Facts{Text: "cat"}, true},
		{"case is folded beyond ASCII", `{field: words, contains: ÜBERWEISUNG}`, sop.Facts{Text: "die Überweisung"}, true},
		{"sharp s is ss", `{field: words, contains: STRASSE}`, sop.Facts{Text: "Straße"}, true},
		{"final sigma is sigma", `{field: words, contains: ΣΊΣΥΦΟΣ}`, sop.Facts{Text: "σίσυφος"}, true},
		{"scripts without spaces", `{field: words, contains: 返金}`, sop.Facts{Text: "二重の返金をお願いします"}, true},
		{"a phrase does not run from the title into the text", `{field: words, contains: charged twice}`, sop.Facts{Title: "charged", Text: "twice"}, false},
		{"words has the title", `{field: words, contains: refund}`, sop.Facts{Title: "Refund"}, true},
		{"words has further words", `{field: words, contains: refund}`, sop.Facts{Words: []string{"a refund"}}, true},
		{"title is not text", `{field: title, contains: refund}`, sop.Facts{Text: "refund"}, false},
		{"matches ignores case", `{field: text, matches: 'lk-[0-9]+'}`, sop.Facts{Text: "Error LK-2041"}, true},
		{"matches keeps its alternatives together", `{field: text, matches: '^a|b$'}`, sop.Facts{Text: "xb"}, true},
		{"what is beyond the limit is not read", `{field: text, contains: cat}`, sop.Facts{Text: strings.Repeat("é ", sop.MaxText) + "cat"}, false},
		{"what is beyond the limit is not searched", `{field: text, matches: cat}`, sop.Facts{Text: strings.Repeat("é ", sop.MaxSearch) + "cat"}, false},
		{"and what is within it is", `{field: text, matches: 'cat'}`, sop.Facts{Text: strings.Repeat(" ", sop.MaxSearch/2) + "cat" + strings.Repeat("é ", sop.MaxSearch)}, true},
		{"all", `{all: [{field: kind, equals: praise}, {field: title, exists: true}]}`, sop.Facts{Kind: "praise"}, false},
		{"any", `{any: [{field: kind, equals: praise}, {field: title, exists: true}]}`, sop.Facts{Kind: "praise"}, true},
		{"none", `{none: [{field: kind, equals: praise}]}`, sop.Facts{Kind: "praise"}, false},
		{"groups hold together", `{any: [{field: kind, equals: praise}], none: [{field: title, exists: true}]}`, sop.Facts{Kind: "praise", Title: "x"}, false},
		{"groups within groups", `{all: [{any: [{none: [{field: kind, equals: praise}]}]}]}`, sop.Facts{Kind: "question"}, true},
		{"a slow test after a quick one", `{all: [{field: text, matches: x}, {field: kind, equals: praise}]}`, sop.Facts{Kind: "praise", Text: "x"}, true},
		{"a slow test that excludes", `{all: [{field: kind, equals: praise}], none: [{field: text, matches: x}]}`, sop.Facts{Kind: "praise", Text: "x"}, false},
	} {
		t.Run(row.promise, func(t *testing.T) {
			p := when(t, row.when)
			m := p.Explain(row.facts)
			require.Equal(t, row.want, m.Holds, m.Why)
			l, err := sop.Load(fstest.MapFS{"f.yaml": file(procedure("p", oneStep+"when: "+row.when+"\n"))})
			require.NoError(t, err)
			require.Equal(t, row.want, len(l.Match(row.facts)) == 1, "Match and Explain agree")
			if !m.Holds {
				require.Zero(t, m.Score)
			}
		})
	}
}

// What is edited is what is compared.
func TestEditedTestExplains(t *testing.T) {
	for op, edit := range map[sop.Op][2]string{sop.Contains: {"crash", "refund"}, sop.Matches: {"cra.h", "re.und"}} {
		p := when(t, fmt.Sprintf("{field: words, %s: '%s'}", op, edit[0])).Clone()
		p.When.Test.Values = []string{edit[1]}
		require.False(t, p.Explain(sop.Facts{Text: "it will crash"}).Holds, op)
		require.True(t, p.Explain(sop.Facts{Text: "a refund, please"}).Holds, op)
	}
}

// Only active procedures match; the most specific comes first, equal ones by id.
// What Match finds is what each procedure says of itself.
func TestMatchIsExplain(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	samples, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	many, err := sop.Load(thousand())
	require.NoError(t, err)
	rnd := rand.New(rand.NewPCG(1, 2))
	words := []string{"charged", "twice", "CRASHES", "password", "receipt", "broken", "Receipt", "crashed", "matter7", "no", "umlauts", "kündigung", "refunds", "the", "furious", "sync", "phone", "callback", "thank", "you", "for"}
	some := func() string {
		var out []string
		for range rnd.IntN(6) {
			out = append(out, words[rnd.IntN(len(words))])
		}
		return strings.Join(out, " ")
	}
	found := 0
	for range 80 {
		f := sop.Facts{
			Kind:  []string{"", "incident", "complaint", "suggestion", "request"}[rnd.IntN(5)],
			Title: some(), Text: some(), ProblemTitle: some(), Words: []string{some()}, Problem: uint64(rnd.IntN(2)),
		}
		for _, l := range []*sop.Library{samples, many} {
			var want, got []string
			for _, p := range l.All() {
				if p.Explain(f).Holds {
					want = append(want, p.ID)
				}
			}
			for _, m := range l.Match(f) {
				got = append(got, m.Procedure.ID)
			}
			slices.Sort(got)
			require.Equal(t, want, got, "%+v", f)
			found += len(got)
		}
	}
	require.Greater(t, found, 80)
}

func TestMatchOrder(t *testing.T) {
	in := func(status, when string) func(id string) *fstest.MapFile {
		return func(id string) *fstest.MapFile {
			return file(strings.Replace(procedure(id, oneStep+"when: "+when+"\n"), "active", status, 1))
		}
	}
	kind, words := `{field: kind, equals: incident}`, `{field: words, contains: [app crashes]}`
	l, err := sop.Load(fstest.MapFS{
		"1.yaml": in("active", kind)("z-kind"),
		"2.yaml": in("active", kind)("a-kind"),
		"3.yaml": in("active", words)("words"),
		"4.yaml": in("active", `{all: [`+kind+`, `+words+`]}`)("both"),
		"5.yaml": in("active", `{field: problem, equals: 7}`)("problem"),
		"6.yaml": in("draft", kind)("draft"),
		"7.yaml": in("retired", kind)("retired"),
		"8.yaml": file(procedure("by-hand", oneStep)),
	})
	require.NoError(t, err)
	var got []string
	for _, m := range l.Match(sop.Facts{Kind: "incident", Text: "The app crashes.", Problem: 7}) {
		require.True(t, m.Holds)
		got = append(got, fmt.Sprintf("%s %g", m.Procedure.ID, m.Score))
	}
	require.Equal(t, []string{"problem 8", "both 4", "words 3", "a-kind 1", "z-kind 1"}, got)
}
