package kb_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

const pairingFile = `---
id: 12
slug: pairing
title: Pairing a lamp
language: en
audience: customers
confidence: validated
owner: mia
review_by: 2026-09-01
products: [Lamp, Lamp 2]
versions: ['2.3']
problems: [3]
procedures: [pairing]
---

## Issue

The lamp does not show up.

## Resolution

Hold the button until it blinks.

## Details

More on this.
`

func pairing() tracker.Article {
	return tracker.Article{
		ID: 12, Slug: "pairing", Title: "Pairing a lamp", Language: "en", Audience: tracker.Customers, Confidence: tracker.Validated, Owner: "mia",
		ReviewBy: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), Products: []string{"Lamp", "Lamp 2"}, Versions: []string{"2.3"},
		Problems: []tracker.ProblemID{3}, Procedures: []string{"pairing"},
		Issue: "The lamp does not show up.", Resolution: "Hold the button until it blinks.", Body: "More on this.",
	}
}

func TestFormatArticle(t *testing.T) {
	require.Equal(t, pairingFile, string(kb.FormatArticle(pairing())))
	a, err := kb.ParseArticle("pairing.md", []byte(pairingFile))
	require.NoError(t, err)
	require.Equal(t, pairing(), a)
	only := tracker.Article{Title: "T", Body: "# Only a body\n\n## Issue\n\nis no part.", Audience: tracker.Internal, Confidence: tracker.WorkInProgress}
	require.Equal(t, "---\ntitle: T\naudience: internal\nconfidence: work_in_progress\n---\n\n# Only a body\n\n## Issue <!-- text -->\n\nis no part.\n", string(kb.FormatArticle(only)))
	a, err = kb.ParseArticle("t.md", kb.FormatArticle(only))
	require.NoError(t, err)
	require.Equal(t, only, a)
}

// TestParseArticle: what people and other programs make of a head is read.
func TestParseArticle(t *testing.T) {
	for _, row := range []struct{ promise, file, key, want string }{
		{"quotes", "---\ntitle: \"A \\\"lamp\\\": \\u00e9\"\n---\n", "title", `A "lamp": é`},
		{"single quotes", "---\ntitle: 'It''s # one'\n---\n", "title", "It's # one"},
		{"a comment", "---\ntitle: A lamp # and more\n---\n", "title", "A lamp"},
		{"a text that goes on", "---\ntitle: A lamp\n  that blinks\n---\n", "title", "A lamp that blinks"},
		{"a quoted key", "---\n\"title\": A\n---\n", "title", "A"},
		{"spaces before the colon", "---\ntitle : A\n---\n", "title", "A"},
		{"Windows line ends", "---\r\ntitle: A\r\n---\r\n\r\nText\r\nmore\r\n", "body", "Text\nmore"},
		{"a byte order mark", "\uFEFF---\ntitle: A\n---\n", "title", "A"},
		{"no line end at the end", "---\ntitle: A\n---", "title", "A"},
		{"a list with an item a line", "---\ntitle: A\nproducts:\n# which\n- Lamp # one\n- \"Two\"\n---\n", "products", "Lamp|Two"},
		{"an indented list", "---\ntitle: A\nproducts:\n    - Lamp\n\n    - Two\n---\n", "products", "Lamp|Two"},
		{"a list over several lines", "---\ntitle: A\nproducts: [\n  Lamp, # one\n  'Two, three',\n]\n---\n", "products", "Lamp|Two, three"},
		{"one text for a list", "---\ntitle: A\nproducts: Lamp\n---\n", "products", "Lamp"},
		{"an empty list", "---\ntitle: A\nproducts: []\n---\n", "products", ""},
		{"null", "---\ntitle: A\nowner: ~\n---\n", "owner", ""},
		{"a number is a text", "---\ntitle: A\nversions: [1.10, 2]\n---\n", "versions", "1.10|2"},
		{"no is a language", "---\ntitle: A\nlanguage: no\n---\n", "language", "no"},
		{"keys of others, with what is in them", "---\ntitle: A\nmenu:\n  main:\n    weight: 3\nlist: [\n  a,\n]\ntext: |\n  title: B\nowner: mia\n---\n", "owner", "mia"},
		{"headings in any case", "---\ntitle: A\n---\n## ISSUE\nIt blinks.", "issue", "It blinks."},
		{"what stands before the parts is of the body", "---\ntitle: A\n---\nFirst.\n## Issue\nI.\n## Details\nLast.", "body", "First.\n\nLast."},
		{"other headings are text", "---\ntitle: A\n---\n## Issue\nI.\n### Cause\n##Cause\n## Causes\n", "issue", "I.\n### Cause\n##Cause\n## Causes"},
		{"indented code stays indented", "---\ntitle: A\n---\n## Issue\n\n\n    code\n", "issue", "    code"},
	} {
		t.Run(row.promise, func(t *testing.T) {
			a, err := kb.ParseArticle("a.md", []byte(row.file))
			require.NoError(t, err)
			require.Equal(t, row.want, map[string]string{
				"title": a.Title, "body": a.Body, "issue": a.Issue, "owner": a.Owner, "language": a.Language,
				"products": strings.Join(a.Products, "|"), "versions": strings.Join(a.Versions, "|"),
			}[row.key])
		})
	}
}

// TestArticleMistakes: each is told with its line, and all at once.
func TestArticleMistakes(t *testing.T) {
	for _, row := range []struct{ promise, file, want string }{
		{"no head", "# Lamp\n", "a.md:1: the file does not begin with a line of three hyphens and the keys of the article"},
		{"a head without an end", "---\ntitle: A\n", "a.md:1: there is no second line of three hyphens within 64 KiB"},
		{"no title", "---\nid: 1\n---\n", "a.md:1: the article has no title: write one like title: Pairing a lamp"},
		{"an empty title", "---\nid: 1\ntitle: ' '\n---\n", "a.md:3: title: is empty"},
		{"a conflict of git's", "---\ntitle: A\n<<<<<<< HEAD\nowner: mia\n=======\nowner: bob\n>>>>>>> b\n---\n",
			"a.md:3: this is not a key with a value: write it like title: Pairing a lamp\n" +
				"a.md:5: this is not a key with a value: write it like title: Pairing a lamp\n" +
				"a.md:6: \"owner\" is said twice, first on line 4: keep one of them\n" +
				"a.md:7: this is not a key with a value: write it like title: Pairing a lamp"},
		{"words that are none", "---\ntitle: A\naudience: all\nconfidence: sure\nid: x\nproblems: [3, -1]\nreview_by: soon\n---\n",
			"a.md:5: id: \"x\" is not a number of a record\n" +
				"a.md:3: audience: \"all\": want internal or customers\n" +
				"a.md:4: confidence: \"sure\": want work_in_progress, not_validated, validated or archived\n" +
				"a.md:7: review_by: \"soon\" is not a date like 2026-09-01\n" +
				"a.md:6: problems: \"-1\" is not a number of a record"},
		{"a list for a text", "---\ntitle: [A, B]\n---\n", "a.md:2: title: want one text, not a list"},
		{"a colon in a text", "---\ntitle: A: B\n---\n", "a.md:2: title: put this text in quotes, as YAML reads it otherwise"},
		{"a quote that is open", "---\ntitle: 'A\n---\n", "a.md:2: title: a quote is not closed, or something stands behind it"},
		{"an item that is empty", "---\ntitle: A\nproducts:\n  - B\n  -\n---\n", "a.md:5: products: an item is empty"},
		{"keys in a list", "---\ntitle: A\nproducts:\n  B: C\n---\n", "a.md:4: products: want a text, or a list with an item a line like \"  - Lamp\""},
		{"an anchor", "---\ntitle: &a A\n---\n", "a.md:2: title: put this text in quotes, as YAML reads it otherwise"},
		{"a block of text", "---\ntitle: >\n  A\n---\n", "a.md:2: title: put this text in quotes, as YAML reads it otherwise"},
		{"a part twice", "---\ntitle: A\n---\n## Issue\nA\n## Cause\nB\n## issue\nC\n", "a.md:8: the heading issue stands on line 4 already: keep one of them"},
		{"replaced but in use", "---\ntitle: A\nreplaced_by: 3\n---\n", "a.md:3: replaced_by: only an archived article is replaced: write confidence: archived, or take this out"},
		{"not UTF-8", "---\ntitle: A\n---\n\xff\n", "a.md:4: this is not UTF-8: save the file as UTF-8"},
	} {
		t.Run(row.promise, func(t *testing.T) {
			_, err := kb.ParseArticle("a.md", []byte(row.file))
			require.ErrorIs(t, err, kb.ErrInvalid)
			require.EqualError(t, err, row.want)
		})
	}
}

// TestRewriteArticle: only what has to change changes.
func TestRewriteArticle(t *testing.T) {
	const mine = "---\n# ours\nweight: 3   # for the menu\ntitle:   \"Pairing a lamp\" # short\nslug: 'pairing'\nid: 12\n\nlanguage: en\naudience: customers\nconfidence: validated\nowner: mia\nreview_by: 2026-09-01T00:00:00Z\nproducts:\n  # the old one\n  - Lamp # 2019\n  # the one that hums\n  - \"Lamp 2\"\nversions: [ \"2.3\" ]\nproblems: 3\nprocedures:\n- pairing\n---\n## issue\nThe lamp does not show up.\n\n\n## Details\nMore on this.\n## Resolution\n\nHold the button until it blinks.   \n\n"
	for _, row := range []struct {
		promise  string
		change   func(*tracker.Article)
		old, new string
	}{
		{"nothing changes where it says the same", func(a *tracker.Article) { a.Reused, a.Revision = 7, 9 }, "", ""},
		{"a title, in place, with its comment", func(a *tracker.Article) { a.Title = "Pairing: a lamp" }, "title:   \"Pairing a lamp\" # short\n", "title: 'Pairing: a lamp' # short\n"},
		{"an item more, beside the others and their comments", func(a *tracker.Article) { a.Products = []string{"Lamp", "Lamp 2", "Lamp 3"} }, "  - \"Lamp 2\"\n", "  - \"Lamp 2\"\n  - Lamp 3\n"},
		{"an item less", func(a *tracker.Article) { a.Products = []string{"Lamp 2"} }, "  - Lamp # 2019\n", ""},
		{"the last item less: a comment is nobody's but its author's", func(a *tracker.Article) { a.Products = []string{"Lamp"} }, "  - \"Lamp 2\"\n", ""},
		{"items in another order, each with its comment", func(a *tracker.Article) { a.Products = []string{"Lamp 2", "Lamp"} }, "  # the old one\n  - Lamp # 2019\n  # the one that hums\n  - \"Lamp 2\"\n", "  # the one that hums\n  - \"Lamp 2\"\n  # the old one\n  - Lamp # 2019\n"},
		{"a list in brackets", func(a *tracker.Article) { a.Versions = []string{"2.3", "a, b"} }, "[ \"2.3\" ]", "['2.3', 'a, b']"},
		{"a key that goes", func(a *tracker.Article) { a.Owner = "" }, "owner: mia\n", ""},
		{"a date", func(a *tracker.Article) { a.ReviewBy = a.ReviewBy.AddDate(1, 0, 0) }, "2026-09-01T00:00:00Z", "2027-09-01"},
		{"a part: the Markdown is written anew, the head stays", func(a *tracker.Article) { a.Issue = "It hides." }, mine[strings.Index(mine, "## issue"):], "\n## Issue\n\nIt hides.\n\n## Resolution\n\nHold the button until it blinks.\n\n## Details\n\nMore on this.\n"},
	} {
		for _, windows := range []bool{false, true} {
			t.Run(fmt.Sprint(row.promise, windows), func(t *testing.T) {
				ends := func(s string) string {
					if windows {
						s = strings.ReplaceAll(s, "\n", "\r\n")
					}
					return s
				}
				a := pairing()
				row.change(&a)
				got, err := kb.RewriteArticle("p.md", []byte(ends(mine)), a)
				require.NoError(t, err)
				require.Equal(t, ends(strings.Replace(mine, row.old, row.new, 1)), string(got))
			})
		}
	}
	fresh, err := kb.RewriteArticle("p.md", []byte("---\n# mine\ntitle: T\n---"), pairing())
	require.NoError(t, err)
	require.Contains(t, string(fresh), "---\nid: 12\nslug: pairing\n# mine\ntitle: Pairing a lamp\nlanguage: en\n", "new keys stand where the format has them")
	_, err = kb.RewriteArticle("p.md", []byte("title"), pairing())
	require.ErrorIs(t, err, kb.ErrInvalid)
}

// anyText is a text of what breaks readers.
func anyText(r *rand.Rand, pieces int) string {
	hard := []string{"word ", "lamp ", "\n", "\n\n", "## Issue", "\n## Details\n", "\n## issue <!-- text -->\n", "\n## Cause <!-- text --> <!-- text --> \t\n", "---\n", "\r\n", "\r", "```\n", "  ", "\t", "#", ": ", " #", "'", `"`, "\\", "é", "日本", "\u2028", "\uFEFF", "\x00", "\x1b", "[", "]", ",", "{", "&", "*", "!", "|", ">", "%", "@", "`", "- ", "? ", "null", "true", "~", "1.10", "\u0085", "\U0001F600", "<b>"}
	var b strings.Builder
	for range r.IntN(pieces + 1) {
		b.WriteString(hard[r.IntN(len(hard))])
	}
	return b.String()
}

// anyArticle is one that the tracker may hold.
func anyArticle(r *rand.Rand, n int) tracker.Article {
	line := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(c rune) bool { return c <= ' ' || c == 0x85 || c == 0x2028 || c == 0xFEFF }), " ")
	}
	list := func() (out []string) {
		for range r.IntN(4) {
			out = append(out, anyText(r, 3))
		}
		return out
	}
	a := tracker.Article{
		ID: tracker.ArticleID(n), Title: "T " + line(anyText(r, 5)), Language: []string{"", "en", "no", "y"}[r.IntN(4)], Owner: anyText(r, 3),
		Audience: []tracker.Audience{tracker.Internal, tracker.Customers}[r.IntN(2)], Confidence: []tracker.Confidence{tracker.WorkInProgress, tracker.NotValidated, tracker.Validated}[r.IntN(3)],
		Products: list(), Versions: list(), Procedures: list(),
		Issue: anyText(r, 12), Environment: anyText(r, 4), Cause: anyText(r, 4), Resolution: anyText(r, 12), Workaround: anyText(r, 4), Body: anyText(r, 20),
	}
	a.Title = strings.TrimSpace(a.Title)
	if r.IntN(2) == 0 {
		a.Slug = []string{fmt.Sprint("slug-", n), fmt.Sprint("Slug ", n), fmt.Sprintf("%d%s", n, anyText(r, 3)), fmt.Sprint("../", n), fmt.Sprint("lämp/", n)}[r.IntN(5)]
	}
	if r.IntN(2) == 0 {
		a.ReviewBy = time.Date(2026, 1, 1+r.IntN(900), 0, 0, 0, r.IntN(2)*5e8, time.UTC)
	}
	return a
}

// TestArticlesSurviveTheirFiles: any article is read from its file as it was, whatever
// it says; and the head says to another reader of YAML what it says to ours.
func TestArticlesSurviveTheirFiles(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		a := anyArticle(r, int(seed+1))
		file := kb.FormatArticle(a)
		got, err := kb.ParseArticle("a.md", file)
		require.NoError(t, err, "%s", file)
		require.Equal(t, file, kb.FormatArticle(got), "seed %d", seed)
		tidy := func(s string) string {
			for strings.Contains(s, "\r\n") {
				s = strings.ReplaceAll(s, "\r\n", "\n")
			}
			return strings.TrimSpace(s)
		}
		for _, p := range [][2]string{{a.Issue, got.Issue}, {a.Environment, got.Environment}, {a.Cause, got.Cause}, {a.Resolution, got.Resolution}, {a.Workaround, got.Workaround}, {a.Body, got.Body}} {
			require.Equal(t, tidy(p[0]), strings.TrimSpace(p[1]), "seed %d", seed)
		}
		agrees(t, file)

		b := anyArticle(r, int(seed+1))
		changed, err := kb.RewriteArticle("a.md", file, b)
		require.NoError(t, err, "%s\n\n%s", file, kb.FormatArticle(b))
		require.Equal(t, string(kb.FormatArticle(b)), string(changed), "a file of ours that is changed is as if it were new, seed %d", seed)
	}
}

// agrees fails unless another reader of YAML reads of a head what ours does.
func agrees(t *testing.T, file []byte) {
	t.Helper()
	a, err := kb.ParseArticle("a.md", file)
	if err != nil {
		return
	}
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	_, rest, _ := bytes.Cut(file, []byte("\n"))
	var head []byte
	for l := range bytes.Lines(rest) {
		if string(bytes.TrimRight(l, " \t\r\n")) == "---" {
			break
		}
		head = append(head, l...)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(head, &root); err != nil {
		t.Skip("something that is not ours is no YAML")
	}
	if len(root.Content) == 0 {
		return
	}
	require.Equal(t, yaml.MappingNode, root.Content[0].Kind)
	theirs := map[string][]string{}
	for i := 0; i+1 < len(root.Content[0].Content); i += 2 {
		key, v := root.Content[0].Content[i].Value, root.Content[0].Content[i+1]
		switch {
		case v.Kind == yaml.SequenceNode:
			for _, item := range v.Content {
				theirs[key] = append(theirs[key], item.Value)
			}
		case v.Tag != "!!null":
			theirs[key] = []string{v.Value}
		}
	}
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	same := func(key string, ours []string) {
		want := theirs[key]
		if len(want) == 1 && want[0] == "" && len(ours) == 0 {
			want = nil
		}
		require.Equal(t, want, ours, "%s in %s", key, head)
	}
	require.Equal(t, strings.Join(strings.Fields(strings.Join(theirs["title"], "")), " "), a.Title)
	same("slug", one(a.Slug))
	same("owner", one(a.Owner))
	same("language", one(a.Language))
	same("products", a.Products)
	same("versions", a.Versions)
	same("procedures", a.Procedures)
}

func FuzzParseArticle(f *testing.F) {
	f.Add([]byte(pairingFile))
	f.Add([]byte("---\r\ntitle : \"A \\x41\"\r\nproducts:\r\n- a # b\r\n-   'c'\r\nx: {a: [1,\n2]}\r\n---\r\n## Issue <!-- text -->\r\n"))
	f.Add([]byte("---\ntitle: A\nowner: b\n  c\nversions: [1.10, \"a\\\"]\", 'it''s',\n]\nslug: # none\n---\n\n## Cause\nx\n## Details\n"))
	for seed := range uint64(20) {
		f.Add(kb.FormatArticle(anyArticle(rand.New(rand.NewPCG(seed, 2)), 1)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := kb.ParseArticle("a.md", file)
		if err != nil {
			require.ErrorIs(t, err, kb.ErrInvalid)
			return
		}
		same, err := kb.RewriteArticle("a.md", file, a)
		require.NoError(t, err)
		require.Equal(t, file, same, "what says the same stays")
		again, err := kb.ParseArticle("a.md", kb.FormatArticle(a))
		require.NoError(t, err)
		require.Equal(t, kb.FormatArticle(a), kb.FormatArticle(again))
		b := a
		b.Owner, b.Products, b.Issue = "bob", append([]string{"New"}, a.Products...), "Another."
		if changed, err := kb.RewriteArticle("a.md", file, b); err == nil {
			got, err := kb.ParseArticle("a.md", changed)
			require.NoError(t, err)
			require.Equal(t, kb.FormatArticle(b), kb.FormatArticle(got))
		}
		agrees(t, file)
	})
}
