package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/search/query"
	_ "modernc.org/sqlite"
)

// peers are the same texts in bleve and in SQLite, in a folder of their own.
type peers struct {
	dir   string
	bleve bleve.Index
	db    *sql.DB
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
		p.db, err = sql.Open("sqlite", filepath.Join(dir, "fts5.db"))
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
	if _, err := p.db.ExecContext(ctx, `CREATE VIRTUAL TABLE texts USING fts5(text)`); err != nil {
		return err
	}
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	batch := p.bleve.NewBatch()
	for i, d := range w.docs {
		text := strings.Join(named(d), " ")
		if _, err := tx.ExecContext(ctx, `INSERT INTO texts VALUES (?)`, text); err != nil {
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
	if _, err := tx.ExecContext(ctx, `INSERT INTO texts(texts) VALUES ('optimize')`); err != nil {
		return err
	}
	return tx.Commit()
}

func (p *peers) Close() error {
	var errs []error
	if p.bleve != nil {
		errs = append(errs, p.bleve.Close())
	}
	if p.db != nil {
		errs = append(errs, p.db.Close())
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
	rows, err := p.db.QueryContext(ctx, `SELECT rowid, rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?`, strings.Join(named(terms), " OR "), best)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var rank float64
		if err := rows.Scan(&id, &rank); err != nil {
			return err
		}
	}
	return rows.Err()
}
