package kb_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// What people ask finds a document, and stands nowhere in what is shown of it.
func TestAsked(t *testing.T) {
	ctx := context.Background()
	router := kb.Document{ID: "router", Title: "Reset the router", Text: "Hold the button for ten seconds."}
	asked := router
	asked.Asked = "my internet is dead\nthe wifi blinks red"
	ix := newIndex(t, "", asked, kb.Document{ID: "invoice", Title: "Pay an invoice", Text: "By card or by bank."})
	for text, want := range map[string][]string{
		"wifi dead":       {"document/router"},
		"blinking router": {"document/router"},
		`"wifi blinks"`:   {}, // phrases are of what can be read
		"router -wifi":    {"document/router"},
	} {
		require.Equal(t, want, names(t, ix, kb.Query{Text: text}), text)
	}
	r, err := ix.Search(ctx, kb.Query{Text: "wifi dead"})
	require.NoError(t, err)
	require.Equal(t, kb.Snippet{Text: router.Text}, r.Hits[0].Snippet)

	require.NoError(t, ix.Put(ctx, router))
	require.Empty(t, names(t, ix, kb.Query{Text: "wifi dead"}), "what was asked is forgotten with its document")

	asked.Asked = strings.Repeat("a", kb.MaxText+1)
	require.ErrorIs(t, ix.Put(ctx, asked), kb.ErrInvalid)
}

// An article is found by how customers asked on the tickets that it solved, as long as
// they are solved and not erased; whether the index followed or was made anew.
func TestArticlesLearnHowCustomersAsk(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	b := openBase(t, dir)
	tr := b.Tracker
	article, err := tr.CreateArticle(ctx, tracker.Article{Title: "Reset the router", Body: "Hold the button for ten seconds.", Confidence: tracker.Validated})
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))

	articles := func(text string) (ids []string) {
		t.Helper()
		require.NoError(t, b.CatchUp(ctx))
		r, err := b.Search(ctx, kb.Query{Text: text, Kinds: []kb.Kind{kb.Article}})
		require.NoError(t, err)
		for _, h := range r.Hits {
			ids = append(ids, h.ID)
			require.NotContains(t, h.Snippet.Text, "telly")
		}
		return ids
	}
	ada := logged(t, b, "ada@example.org", "Telly says no signal", "Since this morning, my order is 12345678, write to ada@example.org.")
	bo := logged(t, b, "Bo Quill <bo@example.org>", "Nothing streams", "The picture freezes. Quill")
	for _, r := range []tracker.Receipt{ada, bo} {
		require.NoError(t, tr.UseArticle(ctx, article.ID, r.Ticket))
	}
	require.Empty(t, articles("telly"), "not solved yet")

	for _, r := range []tracker.Receipt{ada, bo} {
		_, err := tr.CloseTicket(ctx, r.Ticket, tracker.SolvedByKnown, "")
		require.NoError(t, err)
	}
	require.Equal(t, []string{"1"}, articles("telly"))
	require.Equal(t, []string{"1"}, articles("freezing"))
	require.Empty(t, articles("12345678"), "of one customer only")
	require.Empty(t, articles("quill"), "a name")
	require.Empty(t, articles("ada@example.org"), "of one customer only")

	_, err = tr.UpdateArticle(ctx, article.ID, func(a *tracker.Article) error { a.Title = "Restart the router"; return nil })
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, articles("telly"), "what was learned outlives an edit")

	_, err = tr.Erase(ctx, ada.Customer)
	require.NoError(t, err)
	require.Empty(t, articles("telly"))
	require.Equal(t, []string{"1"}, articles("freezing"))
	require.NoError(t, b.Close())
	for _, name := range files(t, filepath.Join(dir, "index")) {
		data, err := os.ReadFile(filepath.Join(dir, "index", name))
		require.NoError(t, err)
		for _, word := range []string{"Telly", "telli"} {
			require.False(t, bytes.Contains(data, []byte(word)), "%s holds %s", name, word)
		}
	}

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "index")))
	b = openBase(t, dir)

	require.Equal(t, []string{"1"}, articles("freezing"), "made anew")
	require.Empty(t, articles("telly"))
}

// Only the newest tickets count, and only so much of them.
func TestAskedIsBounded(t *testing.T) {
	ctx := context.Background()
	b := openBase(t, t.TempDir())
	article, err := b.Tracker.CreateArticle(ctx, tracker.Article{Title: "Reset the router", Confidence: tracker.Validated})
	require.NoError(t, err)
	for i := range 60 {
		r := logged(t, b, fmt.Sprintf("p%d@example.org", i), "Unit "+word(i)+" is dead", "It is dark. "+strings.Repeat("Please help me soon. ", 30)+"Thanks, zebra.")
		require.NoError(t, b.Tracker.UseArticle(ctx, article.ID, r.Ticket))
		_, err := b.Tracker.CloseTicket(ctx, r.Ticket, tracker.SolvedByKnown, "")
		require.NoError(t, err)
	}
	finds := func(text string) bool {
		r, err := b.Search(ctx, kb.Query{Text: text, Kinds: []kb.Kind{kb.Article}})
		require.NoError(t, err)
		return len(r.Hits) > 0
	}
	require.NoError(t, b.CatchUp(ctx))
	require.True(t, finds(word(59)))
	require.False(t, finds(word(5)), "of an old ticket")
	require.False(t, finds("zebra"), "from far down in a ticket")
}

// word is one of its own for every number.
func word(n int) string { return "q" + string(rune('a'+n/26)) + string(rune('a'+n%26)) + "x" }
