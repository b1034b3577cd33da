package kb_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What is found on a small shelf in many languages: a change of ranking or of analysis
// shows as a change of testdata/shelf.golden, which people can judge.
func TestGoldenSearch(t *testing.T) {
	docs, asked := readShelf(t, "testdata/shelf.txt")
	var out strings.Builder
	figures(t, &out, docs, asked)
	fmt.Fprintf(&out, "\nThe same of documents that do not say their language:\n\n")
	unsaid := slices.Clone(docs)
	for i := range unsaid {
		unsaid[i].Language = ""
	}
	found := search(t, unsaid, asked)
	fmt.Fprintln(&out, measured(found).row("all"))
	fmt.Fprintf(&out, "\nWhat is found, best first; ! marks where another is better than the right one:\n\n")
	for _, q := range search(t, docs, asked) {
		mark := "  "
		if q.rank != 1 {
			mark = "! "
		}
		how := ""
		if q.how != "" {
			how = " (" + q.how + ")"
		}
		fmt.Fprintf(&out, "%s%s%s: %s\n", mark, q.text, how, strings.Join(q.ids[:min(3, len(q.ids))], " "))
	}
	if *update {
		require.NoError(t, os.WriteFile("testdata/shelf.golden", []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile("testdata/shelf.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), out.String(), "if this is better, run the test with -update")
}

// figures are what share of the queries find the right document among the best 3 and the
// best 10, and the mean of 1/its place, by what sort of query and by language.
func figures(t *testing.T, out *strings.Builder, docs []kb.Document, queries []asked) {
	fmt.Fprintf(out, "%d documents\n\n%-12s %7s %9s %9s %6s\n", len(docs), "queries", "number", "recall@3", "recall@10", "MRR")
	found := search(t, docs, queries)
	by := map[string][]answered{}
	for _, q := range found {
		by[q.language] = append(by[q.language], q)
		if q.how != "" {
			by[q.how] = append(by[q.how], q)
		}
	}
	fmt.Fprintln(out, measured(found).row("all"))
	for _, name := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintln(out, measured(by[name]).row(name))
	}
}

// answered is a query with what it found.
type answered struct {
	asked
	ids  []string
	rank int // of the right one; 0: it is not there
}

func search(t *testing.T, docs []kb.Document, queries []asked) []answered {
	ix := newIndex(t, "", docs...)
	var all []answered
	for _, q := range queries {
		r, err := ix.Search(context.Background(), kb.Query{Text: q.text, Limit: 10})
		require.NoError(t, err)
		a := answered{asked: q}
		for _, h := range r.Hits {
			a.ids = append(a.ids, h.ID)
		}
		a.rank = slices.Index(a.ids, q.want) + 1
		all = append(all, a)
	}
	return all
}

type measures struct {
	queries        int
	in3, in10, mrr float64
}

func measured(found []answered) measures {
	m := measures{queries: len(found)}
	n := float64(len(found))
	for _, q := range found {
		if q.rank == 0 {
			continue
		}
		m.in10 += 1 / n
		m.mrr += 1 / float64(q.rank) / n
		if q.rank <= 3 {
			m.in3 += 1 / n
		}
	}
	return m
}

func (m measures) row(name string) string {
	return fmt.Sprintf("%-12s %7d %9.3f %9.3f %6.3f", name, m.queries, m.in3, m.in10, m.mrr)
}

// asked is a query, the document that is right, and that one's language.
type asked struct{ want, text, how, language string }

func readShelf(t *testing.T, path string) (docs []kb.Document, queries []asked) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		head, rest, _ := strings.Cut(line, " ")
		switch head {
		case "#", "":
		case "=":
			id, rest, _ := strings.Cut(rest, " ")
			language, title, _ := strings.Cut(rest, " ")
			docs = append(docs, kb.Document{ID: id, Title: title, Language: language})
		case "?", "?typo", "?typing", "?plain", "?code", "?phrase":
			want, text, _ := strings.Cut(rest, " ")
			i := slices.IndexFunc(docs, func(d kb.Document) bool { return d.ID == want })
			require.GreaterOrEqual(t, i, 0, line)
			queries = append(queries, asked{want, text, head[1:], docs[i].Language})
		default:
			docs[len(docs)-1].Text += line + "\n"
		}
	}
	require.NotEmpty(t, queries)
	return docs, queries
}

// A document that has all plain words of a query is always found.
func TestAllWordsAreFound(t *testing.T) {
	docs, _ := readShelf(t, "testdata/shelf.txt")
	ix := newIndex(t, "", docs...)
	for i, d := range docs {
		words := strings.Fields(strings.Map(func(r rune) rune {
			if strings.ContainsRune("\"“”„«»-:", r) {
				return ' '
			}
			return r
		}, d.Title+" "+d.Text))
		words = slices.DeleteFunc(words, func(w string) bool { return strings.Trim(w, ".,!?»") == "" })
		for n := 1; n <= len(words) && n <= 12; n++ {
			var some []string
			for k := range n {
				some = append(some, words[(i+k*7)%len(words)])
			}
			require.Contains(t, names(t, ix, kb.Query{Text: strings.Join(some, " "), Limit: len(docs)}), "document/"+d.ID, "%q", some)
		}
	}
}
