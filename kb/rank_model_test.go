package kb_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

// What a search finds, in which order, with which scores and facets, is what the formula
// says of the documents, whatever was put, replaced and deleted before.
func TestRankingIsTheFormula(t *testing.T) {
	for seed := range uint64(4) {
		size := 300
		if seed == 3 {
			size = 1300 // from 1,000 documents on, words can be too common to find anything
		}
		draw := rand.New(rand.NewPCG(seed, 5))
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			ctx := context.Background()
			ix, err := kb.NewIndex("", nil)
			require.NoError(t, err)
			defer ix.Close()
			words := make([]string, 40)
			for i := range words {
				words[i] = "w" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "q"
			}
			text := func(n int) string {
				var s []string
				for range n {
					s = append(s, words[int(float64(len(words))*math.Pow(draw.Float64(), 3))])
				}
				return strings.Join(s, " ")
			}
			model := map[string]kb.Document{}
			for i := 0; i < 2*size; {
				var batch []kb.Document
				for range size / 10 {
					batch = append(batch, kb.Document{
						ID: fmt.Sprint(i - draw.IntN(size/3)), Title: text(draw.IntN(5)), Text: text(draw.IntN(30)), Language: "tlh",
						Fields: map[string]string{"color": []string{"red", "Red", "blue", ""}[draw.IntN(4)]},
					})
					model[batch[len(batch)-1].ID] = batch[len(batch)-1]
					i++
				}
				require.NoError(t, ix.Put(ctx, batch...))
				for range 5 {
					id := fmt.Sprint(i - draw.IntN(size))
					require.NoError(t, ix.Delete(ctx, "", id))
					delete(model, id)
				}
			}
			for range 100 {
				q := kb.Query{Limit: 1 + draw.IntN(30), Exact: true, Facets: []string{"color"}}
				asked := map[string]float64{}
				for range 1 + draw.IntN(3) {
					asked[words[draw.IntN(len(words))]]++
				}
				for w, n := range asked {
					q.Text += strings.Repeat(w+" ", int(n))
				}
				without := ""
				if draw.IntN(3) == 0 {
					without = words[5+draw.IntN(20)]
					q.Text += "-" + without
				}
				if draw.IntN(3) == 0 {
					q.Fields = map[string][]string{"color": {"red"}}
				}
				got, err := ix.Search(ctx, q)
				require.NoError(t, err)
				want := formula(model, asked, without, q.Fields != nil)
				require.Equal(t, len(want), got.Total, q.Text)
				colors := map[string]int{}
				for _, h := range want {
					if c := strings.ToLower(model[h.ID].Fields["color"]); c != "" {
						colors[c]++
					}
				}
				told := map[string]int{}
				for _, f := range got.Facets["color"] {
					told[strings.ToLower(f.Value)] = f.Count
				}
				require.Equal(t, colors, told, q.Text)
				require.Len(t, got.Hits, min(q.Limit, len(want)))
				for i, h := range got.Hits {
					require.InDelta(t, want[i].Score, h.Score, 2e-6, "%s: %d", q.Text, i)
				}
			}
		})
	}
}

// formula are the hits among docs by the text of the package's ranking: every document is
// gone through, word by word.
func formula(docs map[string]kb.Document, asked map[string]float64, without string, red bool) []kb.Hit {
	type words map[string]float64
	type parts struct{ title, text words }
	split := func(s string) (w words, n float64) {
		w = words{}
		for _, t := range strings.Fields(s) {
			w[t]++
			n++
		}
		return w, n
	}
	all := map[string]parts{}
	titles, texts := 0.0, 0.0
	df, fields := map[string]float64{}, map[string]float64{}
	for id, d := range docs {
		title, n := split(d.Title)
		text, m := split(d.Text)
		all[id] = parts{title, text}
		titles, texts = titles+n, texts+m
		for w := range asked {
			if title[w]+text[w] > 0 {
				df[w]++
			}
			fields[w] += min(title[w], 1) + min(text[w], 1)
		}
	}
	n := float64(len(docs))
	idf := func(df float64) float64 { return math.Log(1 + (n-df+.5)/(df+.5)) }
	may := func(id string) bool {
		p := all[id]
		return (without == "" || p.title[without]+p.text[without] == 0) && (!red || strings.EqualFold(docs[id].Fields["color"], "red"))
	}
	order := slices.SortedFunc(func(yield func(string) bool) {
		for w := range asked {
			if !yield(w) {
				return
			}
		}
	}, func(a, b string) int {
		return cmp.Or(cmp.Compare(min(fields[a], n), min(fields[b], n)), cmp.Compare(a, b))
	})
	found, some := map[string]bool{}, false
	weight := map[string]float64{}
	for _, w := range order {
		weight[w] = idf(df[w])
		if f := min(fields[w], n); some && n >= 1000 && f > math.Floor(n/10) {
			weight[w] = idf(f)
			continue
		}
		for id, p := range all {
			if p.title[w]+p.text[w] > 0 {
				found[id] = true
				some = some || may(id)
			}
		}
	}
	var hits []kb.Hit
	for id := range found {
		if !may(id) {
			continue
		}
		p := all[id]
		length := func(w words) (n float64) {
			for _, m := range w {
				n += m
			}
			return n
		}
		score, told, known := 0.0, 0.0, 0.0
		for w, typed := range asked {
			tf := 5*p.title[w]/(.25+.75*length(p.title)/(titles/n)) + p.text[w]/(.3+.7*length(p.text)/(texts/n))
			score += typed * weight[w] * 4 * tf / (3 + tf)
			told += p.title[w] * weight[w]
			known += p.title[w]
		}
		if told > 0 {
			score *= 1 + .5*told/(told+(length(p.title)-known)*idf(math.Sqrt(n)))
		}
		hits = append(hits, kb.Hit{ID: id, Score: score})
	}
	slices.SortFunc(hits, func(a, b kb.Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits
}
