package kb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// shelf are documents that most tests search.
var shelf = []kb.Document{
	{Kind: "article", ID: "1", Title: "Charged twice", Text: "Two charges for one order: refund the second. The gateway answers with error PAY-4021.", Fields: map[string]string{"audience": "customers", "product": "Big Box\nSmall Box"}, Time: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)},
	{Kind: "article", ID: "2", Title: "Printer prints blank pages", Text: "Remove the tape from the new cartridge.", Fields: map[string]string{"audience": "internal", "product": "Printer"}},
	{Kind: "ticket", ID: "1", Title: "Doppelt abgebucht", Text: "Mir wurde die Bestellung zweimal abgebucht, bitte die Buchungen prüfen.", Language: "de-AT", Fields: map[string]string{"status": "open"}},
	{Kind: "ticket", ID: "2", Title: "Where is my refund?", Text: "I was promised a refund for the charge two weeks ago.", Fields: map[string]string{"status": "closed"}},
	{Kind: "ticket", ID: "3", Title: "注文が二重に請求されました", Text: "カードに二重の請求があります。", Language: "ja"},
}

func newIndex(t testing.TB, dir string, docs ...kb.Document) *kb.Index {
	t.Helper()
	ix, err := kb.NewIndex(dir, nil)
	require.NoError(t, err)
	t.Cleanup(func() { ix.Close() })
	if len(docs) > 0 {
		require.NoError(t, ix.Put(context.Background(), docs...))
	}
	return ix
}

// names are the hits of a query, like "ticket/2", best first.
func names(t testing.TB, ix *kb.Index, q kb.Query) []string {
	t.Helper()
	r, err := ix.Search(context.Background(), q)
	require.NoError(t, err)
	require.False(t, r.Rebuilding)
	got := []string{}
	for _, h := range r.Hits {
		got = append(got, string(h.Kind)+"/"+h.ID)
	}
	return got
}

func TestSearch(t *testing.T) {
	ix := newIndex(t, "", shelf...)
	for _, test := range []struct {
		promise string
		q       kb.Query
		want    []string
	}{
		{"any word finds, all words are better", kb.Query{Text: "charged order"}, []string{"article/1", "ticket/2"}},
		{"other forms of a word are the word", kb.Query{Text: "printing page"}, []string{"article/2"}},
		{"a text is read in its own language", kb.Query{Text: "Buchung"}, []string{"ticket/1"}},
		{"scripts without spaces are searched too", kb.Query{Text: "二重請求"}, []string{"ticket/3"}},
		{"case does not matter", kb.Query{Text: "PRINTER"}, []string{"article/2"}},
		{"an error code is one word", kb.Query{Text: "pay-4021"}, []string{"article/1"}},
		{"a phrase stands together", kb.Query{Text: `"new cartridge"`}, []string{"article/2"}},
		{"a phrase whose words stand apart is not found", kb.Query{Text: `"cartridge new"`}, []string{}},
		{"curly quotation marks quote", kb.Query{Text: `“two weeks”`}, []string{"ticket/2"}},
		{"a word is left out", kb.Query{Text: "refund -weeks"}, []string{"article/1"}},
		{"a phrase is left out", kb.Query{Text: `refund -"two weeks"`}, []string{"article/1"}},
		{"only something to leave out finds the rest", kb.Query{Text: "-refund"}, []string{"article/2", "ticket/1", "ticket/3"}},
		{"a kind is a filter", kb.Query{Text: "refund kind:ticket"}, []string{"ticket/2"}},
		{"several values of one field are alternatives", kb.Query{Text: "status:open status:closed"}, []string{"ticket/1", "ticket/2"}},
		{"several fields are all asked for", kb.Query{Text: "status:open kind:article"}, []string{}},
		{"a field may be excluded", kb.Query{Text: "refund -status:closed"}, []string{"article/1"}},
		{"a value of several words is quoted", kb.Query{Text: `product:"big  box"`}, []string{"article/1"}},
		{"a field with several lines has several values", kb.Query{Text: `product:"small box"`}, []string{"article/1"}},
		{"the program's kinds narrow the person's", kb.Query{Text: "refund kind:ticket", Kinds: []kb.Kind{"article"}}, []string{}},
		{"kinds alone list everything of them", kb.Query{Kinds: []kb.Kind{"article"}}, []string{"article/1", "article/2"}},
		{"customers see what is meant for them", kb.Query{Text: "refund printer", Audience: tracker.Customers}, []string{"article/1"}},
		{"customers do not see more by asking for it", kb.Query{Text: "audience:internal", Audience: tracker.Customers}, []string{}},
		{"nothing finds nothing", kb.Query{Text: "  "}, []string{}},
		{"an unknown word finds nothing", kb.Query{Text: "xylophone"}, []string{}},
	} {
		t.Run(test.promise, func(t *testing.T) {
			require.Equal(t, test.want, names(t, ix, test.q))
		})
	}
}

func TestSearchRefuses(t *testing.T) {
	ix := newIndex(t, "", shelf...)
	for _, q := range []kb.Query{
		{Text: "a", Limit: -1}, {Text: "a", Limit: kb.MaxHits + 1}, {Text: "a", After: "next"},
		{Text: "a", Audience: "everybody"},
	} {
		_, err := ix.Search(context.Background(), q)
		require.ErrorIs(t, err, kb.ErrInvalid)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := ix.Search(ctx, kb.Query{Text: "refund"})
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, ix.Damage(), "a cancelled search is no damage")
}

func TestHit(t *testing.T) {
	ix := newIndex(t, "", kb.Document{
		ID: "x", Title: "A\u202e title\x07", Time: time.Date(2026, 5, 4, 3, 2, 1, 0, time.FixedZone("", 3600)),
		Text: strings.Repeat("filler words stand here ", 40) + "<b>the answer</b> is\r\n\tforty-two " + strings.Repeat("and more follows ", 40),
	})
	r, err := ix.Search(context.Background(), kb.Query{Text: "answers 42 forty-two"})
	require.NoError(t, err)
	require.Len(t, r.Hits, 1)
	h := r.Hits[0]
	require.Equal(t, "A title", h.Title, "nothing that turns or hides text")
	require.Equal(t, time.Date(2026, 5, 4, 2, 2, 1, 0, time.UTC), h.Time)
	require.Contains(t, h.Snippet.Text, "<b>the answer</b> is forty-two", "markup is text")
	require.Less(t, len(h.Snippet.Text), 300)
	var marked []string
	for _, m := range h.Snippet.Marks {
		marked = append(marked, h.Snippet.Text[m.Start:m.End])
	}
	require.Equal(t, []string{"answer", "forty", "two"}, marked)
}

func TestPutReplacesAndDeleteRemoves(t *testing.T) {
	ctx := context.Background()
	for _, dir := range []string{"", t.TempDir()} {
		ix := newIndex(t, dir, shelf...)
		require.NoError(t, ix.Put(ctx, kb.Document{Kind: "article", ID: "2", Title: "Scanner"}, kb.Document{Kind: "article", ID: "2", Title: "Plotter"}))
		require.Equal(t, []string{"article/2"}, names(t, ix, kb.Query{Text: "plotter"}))
		require.Empty(t, names(t, ix, kb.Query{Text: "printer scanner"}))
		require.Equal(t, len(shelf), ix.Len())

		require.NoError(t, ix.Delete(ctx, "article", "2", "77"))
		require.Empty(t, names(t, ix, kb.Query{Text: "plotter"}))
		require.Equal(t, len(shelf)-1, ix.Len())
		require.Empty(t, names(t, ix, kb.Query{Text: "product:printer"}), "no document has that value any more")
	}
}

func TestPutRefuses(t *testing.T) {
	ix := newIndex(t, "")
	for _, d := range []kb.Document{
		{}, {ID: strings.Repeat("x", kb.MaxID+1)}, {ID: "\xff"}, {ID: "1", Kind: "Two Words"},
		{ID: "1", Title: strings.Repeat("x", kb.MaxTitle+1)}, {ID: "1", Fields: map[string]string{"kind": "x"}},
		{ID: "1", Fields: map[string]string{"no:colon": "x"}},
		{ID: "1", Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, {ID: "1", Time: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		require.ErrorIs(t, ix.Put(context.Background(), kb.Document{ID: "sound"}, d), kb.ErrInvalid)
	}
	require.Zero(t, ix.Len(), "nothing was put")
}

func TestIndexIsKeptOnDisk(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	ix := newIndex(t, dir, shelf...)
	_, err := kb.NewIndex(dir, nil)
	require.ErrorIs(t, err, kb.ErrInUse)
	require.NoError(t, ix.Close())
	require.NoError(t, ix.Close(), "twice is no error")
	_, err = ix.Search(ctx, kb.Query{Text: "refund"})
	require.ErrorIs(t, err, kb.ErrClosed)
	require.ErrorIs(t, ix.Put(ctx, shelf...), kb.ErrClosed)

	ix = newIndex(t, dir)
	require.NoError(t, ix.Damage())
	require.Equal(t, []string{"article/1", "ticket/2"}, names(t, ix, kb.Query{Text: "charged order"}))
	require.NoError(t, ix.Close())

	ix, err = kb.NewIndex(dir, &kb.IndexOptions{Language: "de"})
	require.NoError(t, err)
	defer ix.Close()
	require.ErrorIs(t, ix.Damage(), kb.ErrDamaged, "texts were read as English")
}

// The rank of a document depends on what there is, not on how it came to be there.
func TestHistoryDoesNotChangeResults(t *testing.T) {
	ctx := context.Background()
	fresh := newIndex(t, t.TempDir(), shelf...)
	worn := newIndex(t, t.TempDir())
	for round := range 30 {
		for i := range shelf {
			d := shelf[(i*7+round)%len(shelf)]
			if round < 29 {
				d.Text = fmt.Sprint("charged refund printer other text ", round, d.Text)
			}
			require.NoError(t, worn.Put(ctx, d))
		}
		require.NoError(t, worn.Put(ctx, kb.Document{ID: fmt.Sprint(round), Title: "refund"}))
	}
	for round := range 30 {
		require.NoError(t, worn.Delete(ctx, "", fmt.Sprint(round)))
	}
	for _, text := range []string{"charged refund", "printer page order", "-weeks", "Buchung zweimal refund"} {
		want, err := fresh.Search(ctx, kb.Query{Text: text})
		require.NoError(t, err)
		got, err := worn.Search(ctx, kb.Query{Text: text})
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
}

func TestRebuildReplacesEverything(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	ix := newIndex(t, dir, shelf...)
	some := func(yield func(kb.Document, error) bool) {
		for i := range 1200 {
			if !yield(kb.Document{ID: fmt.Sprint(i), Title: fmt.Sprint("number ", i)}, nil) {
				return
			}
		}
	}
	require.NoError(t, ix.Rebuild(ctx, some))
	require.Equal(t, 1200, ix.Len())
	require.Empty(t, names(t, ix, kb.Query{Text: "refund"}))
	require.Equal(t, []string{"document/77"}, names(t, ix, kb.Query{Text: "77"}))
	require.Equal(t, []string{"2", "current", "lock"}, entries(t, dir), "the old files are gone")

	broken := func(yield func(kb.Document, error) bool) {
		if yield(kb.Document{ID: "1"}, nil) {
			yield(kb.Document{}, os.ErrDeadlineExceeded)
		}
	}
	require.ErrorIs(t, ix.Rebuild(ctx, broken), os.ErrDeadlineExceeded)
	require.Equal(t, 1200, ix.Len(), "the old index stays")
	require.Equal(t, []string{"2", "current", "lock"}, entries(t, dir), "and what was begun is gone")

	require.NoError(t, ix.Rebuild(ctx, some))
	require.Equal(t, []string{"4", "current", "lock"}, entries(t, dir), "whose place nothing takes")
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for i := range all {
		all[i] = filepath.Base(all[i])
	}
	return all
}
