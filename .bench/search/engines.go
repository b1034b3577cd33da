package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"

	"github.com/supportloop/supportloop/bench/fts"
	"github.com/supportloop/supportloop/kb"
)

// batch is how many documents bleve is given at a time: as many as kb gives it.
const batch = 500

// own is kb's.
type own struct {
	dir   string
	index *kb.Index
}

func (o *own) build(ctx context.Context, docs []kb.Document) (err error) {
	if o.index, err = kb.NewIndex(o.dir, nil); err != nil {
		return err
	}
	return o.index.Rebuild(ctx, func(yield func(kb.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
}

// reopen says how long opening takes.
func (o *own) reopen(ctx context.Context) (err error) {
	if err := o.index.Close(); err != nil {
		return err
	}
	began := time.Now()
	if o.index, err = kb.NewIndex(o.dir, nil); err != nil {
		return err
	}
	opened := time.Since(began)
	err = o.ask(ctx, []string{"application", "crashes"})
	fmt.Printf("\nkb opens in %v, and has answered after %v\n", opened.Round(time.Microsecond), time.Since(began).Round(time.Microsecond))
	return err
}

func (o *own) ask(ctx context.Context, words []string) error {
	_, err := o.index.Search(ctx, kb.Query{Text: strings.Join(words, " "), Limit: hits})
	return err
}

func (o *own) close() error { return o.index.Close() }

// faceted is an own that is asked for the facets of what it finds, too.
type faceted struct{ *own }

func (f faceted) ask(ctx context.Context, words []string) error {
	_, err := f.index.Search(ctx, kb.Query{Text: strings.Join(words, " "), Limit: hits, Facets: []string{"source", "product", "label"}})
	return err
}

// bare is bleve as it comes.
type bare struct {
	path   string
	static bool
	index  bleve.Index
}

func (b *bare) build(_ context.Context, docs []kb.Document) (err error) {
	m := bleve.NewIndexMapping()
	if b.static {
		field := bleve.NewTextFieldMapping()
		field.Store, field.IncludeTermVectors, field.DocValues = false, false, false
		m.DefaultMapping = mapping.NewDocumentStaticMapping()
		m.DefaultMapping.AddFieldMappingsAt("title", field)
		m.DefaultMapping.AddFieldMappingsAt("text", field)
	}
	if b.index, err = bleve.New(b.path, m); err != nil {
		return err
	}
	next := b.index.NewBatch()
	for i, d := range docs {
		if err := next.Index(d.ID, map[string]string{"title": d.Title, "text": d.Text}); err != nil {
			return err
		}
		if next.Size() == batch || i == len(docs)-1 {
			if err := b.index.Batch(next); err != nil {
				return err
			}
			next.Reset()
		}
	}
	return nil
}

func (b *bare) ask(ctx context.Context, words []string) error {
	q := bleve.NewMatchQuery(strings.Join(words, " "))
	_, err := b.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, hits, 0, false))
	return err
}

func (b *bare) close() error { return b.index.Close() }

// sqlite is FTS5, words as they stand.
type sqlite struct {
	path string
	*fts.Table
}

func (q *sqlite) build(ctx context.Context, docs []kb.Document) (err error) {
	if q.Table, err = fts.Create(ctx, q.path, "", "title", "text"); err != nil {
		return err
	}
	for _, d := range docs {
		if err := q.Add(ctx, d.Title, d.Text); err != nil {
			return err
		}
	}
	return q.Fill(ctx)
}

func (q *sqlite) ask(ctx context.Context, words []string) error {
	_, err := q.Best(ctx, words, hits)
	return err
}

func (q *sqlite) close() error { return q.Close() }
