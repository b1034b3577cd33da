package kb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

// Every mistake of a file of synonyms is told with its line, and what is sound counts.
func TestParseSynonyms(t *testing.T) {
	for _, test := range []struct {
		promise, text string
		entries       int
		mistakes      []string
	}{
		{"groups and rules for one direction", "# ours\n- [invoice, bill]\n- [Sign In, log in, login]\n- router: [modem, box]\n", 3, nil},
		{"lists written line by line", "-\n  - a b\n  - c\n- d:\n  - e\n", 2, nil},
		{"what YAML takes for a number or a truth is a word", "- [404, no, on]\n", 1, nil},
		{"an empty file", "", 0, nil},
		{"only comments", "# nothing yet\n", 0, nil},
		{"no list", "invoice: bill\n", 0, []string{"line 1: want a list: begin each line with - , like - [invoice, bill]"}},
		{"a lone word", "- [a, b]\n- invoice\n", 1, []string{"line 2: want words in brackets, like - [invoice, bill]"}},
		{"a group of one", "- [a]\n", 0, []string{"line 1: a group has at least two words; add one, or remove the line"}},
		{"a key without a list", "- a: b\n", 0, []string{"line 1: want a list in brackets after the colon, like router: [modem, box]; put a word that has a colon in quotation marks"}},
		{"two keys in one entry", "- a: [b]\n  c: [d]\n", 0, []string{"line 1: want one key with its list, like - router: [modem, box]; give every key an entry of its own"}},
		{"an empty list", "- a: []\n", 0, []string{"line 1: the list is empty"}},
		{"a list in a list", "- [a, [b]]\n- [c, d]\n", 1, []string{"line 1: want a word or a phrase here, and no list, alias or tag; quotation marks make any text one"}},
		{"twice the same", "- [a, b,\n  A]\n", 0, []string{`line 2: "A" is said twice`}},
		{"no word", "- [a, '?!']\n", 0, []string{`line 1: "?!" has no word in it`}},
		{"too long a phrase", "- [a, one two three four five six seven]\n", 0, []string{`line 1: "one two three four five six seven" has 7 words; at most 6 can be`}},
		{"an alias", "- [&x a, b]\n- [*x, c]\n", 0, []string{
			"line 1: want a word or a phrase here, and no list, alias or tag; quotation marks make any text one",
			"line 2: want a word or a phrase here, and no list, alias or tag; quotation marks make any text one",
		}},
		{"broken YAML", "- [a, b\n", 0, []string{"the synonyms are no YAML: line 1: did not find expected ',' or ']'"}},
		{"two documents", "- [a, b]\n---\n- [c, d]\n", 0, []string{"the synonyms are no YAML: a second document begins: remove the line ---"}},
		{"another encoding", "- [gr\xfc\xdfe, b]\n", 0, []string{"the synonyms are not in UTF-8: save the file in that encoding"}},
		{"too many members", "- [" + strings.Repeat("a, ", kb.MaxSynonyms) + "b]\n", 0, []string{"line 1: 17 members; at most 16 can be"}},
		{"too long a file", strings.Repeat("#", kb.MaxSynonymFile+1), 0, []string{"the synonyms are longer than 1048576 bytes: divide them"}},
	} {
		t.Run(test.promise, func(t *testing.T) {
			s, err := kb.ParseSynonyms(strings.NewReader(test.text))
			require.Equal(t, test.entries, s.Len())
			if test.mistakes == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, kb.ErrInvalid)
			require.Equal(t, "invalid: "+strings.Join(test.mistakes, "\ninvalid: "), err.Error())
		})
	}
}

// Synonyms find each other in any form, in the directions that the file says, below
// what was typed; a phrase's synonym counts where all its words stand.
func TestSynonyms(t *testing.T) {
	synonyms, err := kb.ParseSynonyms(strings.NewReader("- [invoice, bill]\n- [sign in, login]\n- router: [modem]\n"))
	require.NoError(t, err)
	ix, err := kb.NewIndex("", &kb.IndexOptions{Synonyms: synonyms})
	require.NoError(t, err)
	defer ix.Close()
	ctx := context.Background()
	for id, text := range map[string]string{
		"invoice": "your invoices are here", "bill": "your bills are here",
		"login": "the login does not work", "sign in": "to sign in does not work", "sign": "the sign does not work",
		"router": "reset a router first", "modem": "reset a modem first",
	} {
		require.NoError(t, ix.Put(ctx, kb.Document{ID: id, Text: text}))
	}
	for text, want := range map[string]string{
		"invoice": "invoice bill", "billing": "bill invoice",
		"login": "login sign in", "sign in": "sign in login sign",
		"routers": "router modem", "modem": "modem",
		`"your bills"`: "bill", `"sign in"`: "sign in", "-login work": "sign sign in",
	} {
		found, err := ix.Search(ctx, kb.Query{Text: text + " "})
		require.NoError(t, err)
		require.Equal(t, want, ids(found), text)
	}
	found, err := ix.Search(ctx, kb.Query{Text: "invoice", Exact: true})
	require.NoError(t, err)
	require.Equal(t, "invoice", ids(found))
}

func ids(r kb.Results) string {
	var ids []string
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return strings.Join(ids, " ")
}

// A knowledge base reads synonyms.yaml; a mistake there is told and not fatal.
func TestOpenReadsSynonyms(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "synonyms.yaml"), []byte("- [a, b]\n- c\n"), 0o600))
	base, err := kb.Open(context.Background(), dir, nil)
	require.NoError(t, err)
	defer base.Close()
	require.ErrorIs(t, base.SynonymErrors, kb.ErrInvalid)
	require.ErrorContains(t, base.SynonymErrors, "synonyms.yaml: invalid: line 2:")
}

// No file of synonyms makes the reader panic, and whatever it accepts can be searched
// with.
func FuzzParseSynonyms(f *testing.F) {
	for _, s := range []string{"- [a, b]\n- c d: [e]\n", "{{},<<}", "- &x [a, *x]\n", "- [a, b]\n---\n", "- ? [a]\n  : b\n", "- !!binary [a]", "\t", "- [\"\\u0000\", b]"} {
		f.Add(s, "a b")
	}
	f.Fuzz(func(t *testing.T, file, typed string) {
		s, err := kb.ParseSynonyms(strings.NewReader(file))
		if err != nil && s.Len() == 0 {
			return
		}
		ix, err := kb.NewIndex("", &kb.IndexOptions{Synonyms: s})
		require.NoError(t, err)
		defer ix.Close()
		ctx := context.Background()
		require.NoError(t, ix.Put(ctx, kb.Document{ID: "1", Text: typed}))
		_, err = ix.Search(ctx, kb.Query{Text: typed})
		require.NoError(t, err)
	})
}

func ExampleParseSynonyms() {
	ctx := context.Background()
	synonyms, err := kb.ParseSynonyms(strings.NewReader("- [invoice, bill]\n- router: [modem, box]\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	index, err := kb.NewIndex("", &kb.IndexOptions{Synonyms: synonyms})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer index.Close()
	err = index.Put(ctx, kb.Document{ID: "1", Title: "Reading your bill"}, kb.Document{ID: "2", Title: "Where the invoices are"})
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := index.Search(ctx, kb.Query{Text: "invoice"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range found.Hits {
		fmt.Println(h.Title)
	}
	// Output:
	// Where the invoices are
	// Reading your bill
}

// A synonym of several words is found in documents that have all of them in one field,
// as often as the rarest, whichever part of the index they stand in and whatever is gone.
func TestSynonymPhraseInParts(t *testing.T) {
	ctx := context.Background()
	synonyms, err := kb.ParseSynonyms(strings.NewReader("- [wlan, radio net]\n"))
	require.NoError(t, err)
	texts := []string{
		"radio only", "net only", "radio and net", "net", "radio", "radio net radio net", "the radio net", "radio radio radio net",
	}
	search := func(gone bool, parts ...int) []kb.Hit {
		ix, err := kb.NewIndex("", &kb.IndexOptions{Synonyms: synonyms})
		require.NoError(t, err)
		defer ix.Close()
		for i := 0; i < len(texts); {
			var docs []kb.Document
			for range parts[i%len(parts)] {
				if i < len(texts) {
					docs = append(docs, kb.Document{ID: fmt.Sprint(i), Text: texts[i], Language: "en"})
					i++
				}
			}
			if gone {
				docs = append(docs, kb.Document{ID: fmt.Sprint("gone", i), Text: "radio net", Language: "en"})
			}
			require.NoError(t, ix.Put(ctx, docs...))
			if gone {
				require.NoError(t, ix.Delete(ctx, "", fmt.Sprint("gone", i)))
			}
		}
		var first kb.Results
		for i := range 2 { // the second time what was read is kept
			r, err := ix.Search(ctx, kb.Query{Text: "wlan"})
			require.NoError(t, err)
			if i == 0 {
				first = r
			}
			require.Equal(t, first, r)
			r, err = ix.Search(ctx, kb.Query{Text: "radio", Exact: true})
			require.NoError(t, err)
			require.Equal(t, 6, r.Total, "its words are found as before")
			for _, h := range r.Hits {
				require.Greater(t, h.Score, 0.0)
			}
		}
		return first.Hits
	}
	want := search(false, len(texts))
	var ids []string
	for _, h := range want {
		ids = append(ids, h.ID)
	}
	require.Equal(t, []string{"5", "2", "6", "7"}, ids)
	for _, parts := range [][]int{{1}, {2}, {3}, {1, 3, 2}} {
		require.Equal(t, want, search(false, parts...))
		require.Equal(t, want, search(true, parts...))
	}
}
