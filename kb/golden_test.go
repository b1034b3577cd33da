package kb_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What is found on a small shelf in six languages: a change of ranking shows as a
// change of testdata/shelf.golden, which people can judge.
func TestGoldenSearch(t *testing.T) {
	docs, asked := readShelf(t, "testdata/shelf.txt")
	ix := newIndex(t, "", docs...)
	var out strings.Builder
	first, reciprocal := 0, 0.0
	for _, q := range asked {
		r, err := ix.Search(context.Background(), kb.Query{Text: q.text, Limit: 3})
		require.NoError(t, err)
		var ids []string
		for _, h := range r.Hits {
			ids = append(ids, h.ID)
		}
		rank := slices.Index(ids, q.want) + 1
		switch {
		case rank == 1:
			first++
			reciprocal++
		case rank > 1:
			reciprocal += 1 / float64(rank)
		}
		mark := "  "
		if rank != 1 {
			mark = "! "
		}
		fmt.Fprintf(&out, "%s%s: %s\n", mark, q.text, strings.Join(ids, " "))
	}
	n := float64(len(asked))
	got := fmt.Sprintf("%d documents, %d queries, first %.3f, MRR@3 %.3f\n\n%s", len(docs), len(asked), float64(first)/n, reciprocal/n, out.String())
	if *update {
		require.NoError(t, os.WriteFile("testdata/shelf.golden", []byte(got), 0o644))
	}
	want, err := os.ReadFile("testdata/shelf.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), got, "if this is better, run the test with -update")
}

type asked struct{ want, text string }

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
		case "?":
			want, text, _ := strings.Cut(rest, " ")
			queries = append(queries, asked{want, text})
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
		for n := 1; n <= len(words) && n <= 12; n++ {
			var some []string
			for k := range n {
				some = append(some, words[(i+k*7)%len(words)])
			}
			require.Contains(t, names(t, ix, kb.Query{Text: strings.Join(some, " "), Limit: len(docs)}), "document/"+d.ID)
		}
	}
}
