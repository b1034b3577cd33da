package fts_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/supportloop/supportloop/bench/fts"
)

// What was added is found, before the table is full and then.
func TestBest(t *testing.T) {
	ctx := context.Background()
	for tokenizer, want := range map[string][]int64{"": {2}, fts.Stemmed: {2, 1}} {
		table, err := fts.Create(ctx, filepath.Join(t.TempDir(), "fts5.db"), tokenizer, "title", "text")
		if err != nil {
			t.Fatal(err)
		}
		defer table.Close()
		ask := func() {
			t.Helper()
			hits, err := table.Best(ctx, fts.Words(`REFUNDED, "refunded"!`), 10)
			var got []int64
			for _, h := range hits {
				got = append(got, h.Text)
			}
			if slices.Sort(got); err != nil || !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("tokenizer %q finds %v (%v), want %v", tokenizer, got, err, want)
			}
			if hits, err := table.Best(ctx, fts.Words("!"), 10); hits != nil || err != nil {
				t.Errorf("no word finds %v (%v)", hits, err)
			}
		}
		for _, text := range [][]any{{"A refund", ""}, {"", "It was refunded"}, {"Dark", "lamp"}} {
			if err := table.Add(ctx, text...); err != nil {
				t.Fatal(err)
			}
		}
		ask()
		if err := table.Fill(ctx); err != nil {
			t.Fatal(err)
		}
		ask()
	}
}
