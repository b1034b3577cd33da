package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/kb"
)

// others tells how long searches of other kinds take, each the median of nine.
func (o *own) others(ctx context.Context) error {
	fmt.Print("\n| kb asked for | found | p50 |\n| --- | --- | --- |\n")
	for _, q := range []kb.Query{
		{Text: `"the application"`}, {Text: `"application crashes"`}, {Text: "the application"}, {Text: "application crahses"},
		{Kinds: []kb.Kind{"document"}},
	} {
		var took []time.Duration
		total := 0
		for range 9 {
			q.Limit = hits
			began := time.Now()
			r, err := o.index.Search(ctx, q)
			if err != nil {
				return err
			}
			took, total = append(took, time.Since(began)), r.Total
		}
		slices.Sort(took)
		name := q.Text
		if name == "" {
			name = "a filter alone"
		}
		fmt.Printf("| %s | %d | %v |\n", name, total, took[len(took)/2].Round(10*time.Microsecond))
	}
	return nil
}

// typing looks for titles by two or three of their words, in their order.
func (o *own) typing(ctx context.Context, docs []kb.Document, n int) error {
	if n == 0 {
		return nil
	}
	fmt.Printf("\n| of the last word | of %d titles among the first %d |\n| --- | --- |\n", n, hits)
	for _, part := range []int{60, 80, 100} {
		draw := rand.New(rand.NewPCG(10, 2))
		found := 0
		for asked := 0; asked < n; {
			d := docs[draw.IntN(len(docs))]
			title, count := strings.Fields(d.Title), 2+draw.IntN(2)
			if len(title) <= count {
				continue
			}
			at := draw.Perm(len(title))[:count]
			slices.Sort(at)
			var words []string
			for _, i := range at {
				words = append(words, title[i])
			}
			last := []rune(words[count-1])
			if len(last) < 4 {
				continue
			}
			asked++
			words[count-1] = string(last[:(len(last)*part+99)/100])
			r, err := o.index.Search(ctx, kb.Query{Text: strings.Join(words, " "), Limit: hits})
			if err != nil {
				return err
			}
			if slices.ContainsFunc(r.Hits, func(h kb.Hit) bool { return h.ID == d.ID }) {
				found++
			}
		}
		fmt.Printf("| %d %% | %.3f |\n", part, float64(found)/float64(n))
	}
	return nil
}
