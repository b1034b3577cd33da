package kb_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// What a search answers depends on the documents alone: not on how many parts the index has,
// nor on what was replaced and deleted since, nor on what was searched for before.
func TestAnswersDependOnDocumentsAlone(t *testing.T) {
	ctx := context.Background()
	draw := rand.New(rand.NewPCG(8, 9))
	synonyms, err := kb.ParseSynonyms(strings.NewReader("- [wlan, radio net]\n- [bill, invoice]\n"))
	require.NoError(t, err)
	words := strings.Fields("the printer radio net printing invoice bills l'error E-1234 refund refunded wlan scanner scan cartridge Äpfel überein box 404 重複 請求 ใบแจ้ง")
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(words[int(float64(len(words))*draw.Float64()*draw.Float64())] + []string{" ", " ", ", ", ". "}[draw.IntN(4)])
		}
		return b.String()
	}
	one := func(of ...string) string { return of[draw.IntN(len(of))] }
	document := func(id int) kb.Document {
		d := kb.Document{
			ID: fmt.Sprint(id), Kind: []kb.Kind{"article", "ticket", "ticket"}[id%3], Title: text(draw.IntN(6)), Text: text(draw.IntN(40)),
			Language: one("en", "de", "fr", "ja", "th"), Asked: text(draw.IntN(3) * draw.IntN(20)),
			Fields: map[string]string{"audience": one("customers", "internal"), "team": one("Red", "red", "BLUE\nred", "", "red\nRed\nRED"), "own": fmt.Sprint(draw.IntN(1 << 20))},
		}
		if draw.IntN(3) > 0 {
			d.Time = day("2026-01-01").Add(time.Duration(draw.IntN(1000)) * time.Hour)
		}
		return d
	}
	query := func() kb.Query {
		q := kb.Query{Text: text(draw.IntN(4)), Facets: []string{"team", "kind", "own", "none"}, Explain: true, Limit: 1 + draw.IntN(40), Exact: draw.IntN(4) == 0}
		for _, more := range []string{
			"-" + one(words...), `"` + strings.Trim(text(2), " .,") + `"`, `-"` + strings.Trim(text(2), " .,") + `"`, "team:red", "-team:blue", "after:2026-01-20", "before:2026-02",
			"kind:ticket", "own:1", "priner", "refnuded", "scanne",
		} {
			if draw.IntN(8) == 0 {
				q.Text += " " + more
			}
		}
		if draw.IntN(4) == 0 {
			q.Audience = tracker.Customers
		}
		if draw.IntN(4) == 0 {
			q.Fields = map[string][]string{"team": {one("red", "Blue", "", "none")}}
		}
		if draw.IntN(4) == 0 {
			q.Kinds = []kb.Kind{"ticket"}
		}
		if draw.IntN(4) == 0 {
			q.Since = day("2026-01-01").Add(time.Duration(draw.IntN(1000)) * time.Hour)
		}
		q.Language = one("", "", "en", "fr")
		return q
	}
	for _, size := range []int{150, 1200} {
		docs := map[int]kb.Document{}
		changed, anew := newIndexOf(t, synonyms), newIndexOf(t, synonyms)
		for range 25 {
			var batch []kb.Document
			for i := range size {
				if len(docs) == size && draw.IntN(15) > 0 {
					continue
				}
				docs[i] = document(i)
				batch = append(batch, docs[i])
			}
			require.NoError(t, changed.Put(ctx, batch...))
		}
		for i := range size {
			if draw.IntN(5) == 0 {
				require.NoError(t, changed.Delete(ctx, docs[i].Kind, docs[i].ID))
				delete(docs, i)
			}
		}
		require.NoError(t, anew.Put(ctx, slices.Collect(maps.Values(docs))...))
		found := 0
		for range 120 {
			q := query()
			want, err := anew.Search(ctx, q)
			require.NoError(t, err)
			for range 2 { // the second time more is remembered
				got, err := changed.Search(ctx, q)
				require.NoError(t, err)
				require.Empty(t, cmp.Diff(want, got, cmpopts.IgnoreUnexported(kb.Hit{}), cmpopts.EquateApprox(0, 1e-9)), "%+v", q)
			}
			found += len(want.Hits)
		}
		require.Greater(t, found, 800)
	}
}

func newIndexOf(t *testing.T, synonyms kb.Synonyms) *kb.Index {
	t.Helper()
	ix, err := kb.NewIndex("", &kb.IndexOptions{Synonyms: synonyms})
	require.NoError(t, err)
	t.Cleanup(func() { ix.Close() })
	return ix
}
