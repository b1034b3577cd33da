package main

import (
	"errors"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"

	"github.com/supportloop/supportloop/bench/titanium"
)

// bleveRanker asks bleve as its documentation does: a match query, English analysis,
// nothing weighted.
type bleveRanker struct {
	index bleve.Index
	batch *bleve.Batch // what was added since the last question
}

func newBleve(dir string) (*bleveRanker, error) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = en.AnalyzerName
	index, err := bleve.New(dir, m)
	if err != nil {
		return nil, err
	}
	return &bleveRanker{index, index.NewBatch()}, nil
}

func (b *bleveRanker) Close() error { return b.index.Close() }

func (b *bleveRanker) Add(t *titanium.Ticket) error {
	return b.batch.Index(t.ID, map[string]string{"title": t.Title, "text": t.Text})
}

func (b *bleveRanker) Rank(t *titanium.Ticket) ([]hit, error) {
	err := b.index.Batch(b.batch)
	b.batch = b.index.NewBatch()
	res, searched := b.index.Search(bleve.NewSearchRequestOptions(bleve.NewMatchQuery(question(t)), best, 0, false))
	if err := errors.Join(err, searched); err != nil {
		return nil, err
	}
	var hits []hit
	for _, h := range res.Hits {
		hits = append(hits, hit{h.ID, h.Score})
	}
	return hits, nil
}
