package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/supportloop/supportloop/bench/fts"
)

// peers are the same texts in bleve and in SQLite, in a folder of their own.
type peers struct {
	dir   string
	bleve bleve.Index
	fts   *fts.Table
}

func newPeers(ctx context.Context, w *words) (*peers, error) {
	dir, err := os.MkdirTemp("", "speed")
	if err != nil {
		return nil, err
	}
	p := &peers{dir: dir}
	m := bleve.NewIndexMapping()
	err = m.AddCustomAnalyzer("words", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name})
	m.DefaultAnalyzer = "words"
	if err == nil {
		p.bleve, err = bleve.New(filepath.Join(dir, "bleve"), m)
	}
	if err == nil {
		p.fts, err = fts.Create(ctx, filepath.Join(dir, "fts5.db"), "", "text")
	}
	if err == nil {
		err = p.fill(ctx, w)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *peers) fill(ctx context.Context, w *words) error {
	batch := p.bleve.NewBatch()
	for i, d := range w.docs {
		text := strings.Join(named(d), " ")
		if err := p.fts.Add(ctx, text); err != nil {
			return err
		}
		if err := batch.Index(strconv.Itoa(i), map[string]string{"text": text}); err != nil {
			return err
		}
		if batch.Size() == 1000 || i == len(w.docs)-1 {
			if err := p.bleve.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	return p.fts.Fill(ctx)
}

func (p *peers) Close() error {
	var errs []error
	if p.bleve != nil {
		errs = append(errs, p.bleve.Close())
	}
	if p.fts != nil {
		errs = append(errs, p.fts.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(p.dir))...)
}

func (p *peers) askBleve(ctx context.Context, terms []int) error {
	var any []query.Query
	for _, t := range named(terms) {
		q := bleve.NewTermQuery(t)
		q.SetField("text")
		any = append(any, q)
	}
	_, err := p.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), best, 0, false))
	return err
}

func (p *peers) askSQLite(ctx context.Context, terms []int) error {
	_, err := p.fts.Best(ctx, named(terms), best)
	return err
}
