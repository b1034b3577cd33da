package kb_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

func TestFacets(t *testing.T) {
	ctx := context.Background()
	ix := newIndex(t, "", dated...)
	// What was replaced and deleted counts no more.
	require.NoError(t, ix.Put(ctx, kb.Document{ID: "gone", Title: "box", Fields: map[string]string{"team": "violet"}}))
	require.NoError(t, ix.Delete(ctx, "", "gone"))
	for _, test := range []struct {
		promise string
		q       kb.Query
		want    map[string][]kb.FacetCount
	}{
		{
			"the most frequent first, then by value, as most write them", kb.Query{Text: "box"},
			map[string][]kb.FacetCount{"team": {{"Red", 3}, {"BLUE", 2}, {"green", 1}}, "status": {{"Open", 1}}, "kind": {{"document", 5}}, "owner": {}},
		},
		{
			"of what was found only", kb.Query{Text: "box after:2026-02"},
			map[string][]kb.FacetCount{"team": {{"BLUE", 1}, {"Red", 1}}, "status": {{"Open", 1}}, "kind": {{"document", 2}}, "owner": {}},
		},
		{
			"of what the reader may see only", kb.Query{Text: "box", Audience: tracker.Customers},
			map[string][]kb.FacetCount{"team": {{"Red", 2}, {"Blue", 1}}, "status": {}, "kind": {{"document", 2}}, "owner": {}},
		},
		{
			"a page does not change them", kb.Query{Text: "box", Limit: 1},
			map[string][]kb.FacetCount{"team": {{"Red", 3}, {"BLUE", 2}, {"green", 1}}, "status": {{"Open", 1}}, "kind": {{"document", 5}}, "owner": {}},
		},
		{
			"of what has a phrase", kb.Query{Text: `"no such phrase" box`},
			map[string][]kb.FacetCount{"team": {}, "status": {}, "kind": {}, "owner": {}},
		},
	} {
		t.Run(test.promise, func(t *testing.T) {
			test.q.Facets = []string{"team", "status", "kind", "owner"}
			r, err := ix.Search(ctx, test.q)
			require.NoError(t, err)
			require.Equal(t, test.want, r.Facets)
		})
	}

	var many []kb.Document
	for i := range 2 * kb.MaxFacet {
		many = append(many, kb.Document{ID: fmt.Sprint(i), Title: "many", Fields: map[string]string{"number": fmt.Sprint(i)}})
	}
	require.NoError(t, ix.Put(ctx, many...))
	r, err := ix.Search(ctx, kb.Query{Text: "many", Facets: []string{"number"}})
	require.NoError(t, err)
	require.Len(t, r.Facets["number"], kb.MaxFacet)
}

// Facets, filters and times agree with the documents, whatever became of the index.
func TestColumnsAgreeWithDocuments(t *testing.T) {
	ctx := context.Background()
	for _, dir := range []string{"", t.TempDir()} {
		ix := newIndex(t, dir)
		rnd := rand.New(rand.NewPCG(7, 7))
		have := map[string]kb.Document{}
		for range 30 {
			var docs []kb.Document
			for range 1 + rnd.IntN(40) {
				d := kb.Document{ID: fmt.Sprint(rnd.IntN(400)), Title: "word", Fields: map[string]string{"color": []string{"red", "green", "blue\nred"}[rnd.IntN(3)], "own": fmt.Sprint(rnd.IntN(5000))}}
				if rnd.IntN(4) > 0 {
					d.Time = day("2026-01-01").Add(time.Duration(rnd.IntN(100)) * time.Hour)
				}
				docs = append(docs, d)
			}
			require.NoError(t, ix.Put(ctx, docs...))
			for _, d := range docs {
				have[d.ID] = d
			}
			drop := fmt.Sprint(rnd.IntN(400))
			require.NoError(t, ix.Delete(ctx, "", drop))
			delete(have, drop)

			since := day("2026-01-01").Add(time.Duration(rnd.IntN(100)) * time.Hour)
			colors, red, late := map[string]int{}, 0, 0
			for _, d := range have {
				for _, c := range strings.Fields(d.Fields["color"]) {
					colors[c]++
				}
				if strings.Contains(d.Fields["color"], "red") {
					red++
				}
				if !d.Time.IsZero() && !d.Time.Before(since) {
					late++
				}
			}
			r, err := ix.Search(ctx, kb.Query{Text: "word", Facets: []string{"color", "own"}})
			require.NoError(t, err)
			require.Equal(t, len(have), r.Total)
			for _, f := range r.Facets["color"] {
				require.Equal(t, colors[f.Value], f.Count, f.Value)
			}
			for _, text := range []string{"word", ""} { // found by a word, and listed
				r, err = ix.Search(ctx, kb.Query{Text: text, Fields: map[string][]string{"color": {"red"}}})
				require.NoError(t, err)
				require.Equal(t, red, r.Total)
				r, err = ix.Search(ctx, kb.Query{Text: text, Since: since})
				require.NoError(t, err)
				require.Equal(t, late, r.Total)
			}
		}
	}
}

// Every value of a document counts once, in the first of the forms that the document has it
// in, whatever parts of the index have the field, one form or several.
func TestFacetsOfSeveralForms(t *testing.T) {
	ctx := context.Background()
	draw := rand.New(rand.NewPCG(5, 9))
	values := []string{"red", "Red", "RED", "blue", "Blue", "green", "Ärger", "ärger", "Big  box", "big box", " ", ""}
	ix := newIndex(t, "")
	have := map[string][]string{}
	for batch := range 12 {
		var docs []kb.Document
		for i := range 1 + draw.IntN(80) {
			var own []string
			for range draw.IntN(4) * min(batch%3, 1) {
				own = append(own, values[draw.IntN(len(values))])
			}
			id := fmt.Sprint(batch/2, "-", i)
			docs = append(docs, kb.Document{ID: id, Title: "word", Fields: map[string]string{"tag": strings.Join(own, "\n")}})
			have[id] = own
		}
		require.NoError(t, ix.Put(ctx, docs...))
		counts, forms := map[string]int{}, map[string]map[string]int{}
		for _, own := range have {
			first := map[string]string{} // of the forms in the order of their bytes, those that differ from the value
			for _, v := range own {
				v = strings.Join(strings.Fields(v), " ")
				l := strings.ToLower(v)
				if f, ok := first[l]; v != "" && (!ok || f == l || v != l && v < f) {
					first[l] = v
				}
			}
			for l, f := range first {
				counts[l]++
				if forms[l] == nil {
					forms[l] = map[string]int{}
				}
				forms[l][f]++
			}
		}
		want := []kb.FacetCount{}
		for l, n := range counts {
			best := kb.FacetCount{}
			for f, n := range forms[l] {
				if n > best.Count || n == best.Count && f < best.Value {
					best = kb.FacetCount{Value: f, Count: n}
				}
			}
			want = append(want, kb.FacetCount{Value: best.Value, Count: n})
		}
		slices.SortFunc(want, func(a, b kb.FacetCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(strings.ToLower(a.Value), strings.ToLower(b.Value)))
		})
		for _, text := range []string{"word", `"word"`, "-nothing"} {
			r, err := ix.Search(ctx, kb.Query{Text: text, Facets: []string{"tag"}})
			require.NoError(t, err)
			require.Equal(t, want, r.Facets["tag"])
		}
		for _, f := range want {
			r, err := ix.Search(ctx, kb.Query{Fields: map[string][]string{"tag": {f.Value}}})
			require.NoError(t, err)
			require.Equal(t, f.Count, r.Total, "a facet's value is a filter: %s", f.Value)
		}
	}
}
