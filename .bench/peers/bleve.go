package main

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
)

// blevePeer asks bleve as its documentation does: a match query over everything,
// English analysis, nothing weighted.
type blevePeer struct {
	bleve.Index
	fuzziness int
}

func newBleve() (*blevePeer, error) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = en.AnalyzerName
	index, err := bleve.NewMemOnly(m)
	return &blevePeer{Index: index}, err
}

func (b *blevePeer) Put(docs []row) error {
	batch := b.NewBatch()
	for _, d := range docs {
		if err := batch.Index(d.ID, map[string]string{"title": d.Title, "text": d.Text}); err != nil {
			return err
		}
	}
	return b.Batch(batch)
}

func (b *blevePeer) Ask(text string) ([]hit, error) {
	q := bleve.NewMatchQuery(text)
	q.SetFuzziness(b.fuzziness)
	res, err := b.Search(bleve.NewSearchRequestOptions(q, best, 0, false))
	if err != nil {
		return nil, err
	}
	var hits []hit
	for _, h := range res.Hits {
		hits = append(hits, hit{h.ID, h.Score})
	}
	return hits, nil
}
