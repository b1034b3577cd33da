// Package fts asks SQLite's FTS5 for any of the words of a question, by its own bm25.
package fts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	_ "modernc.org/sqlite"
)

// Stemmed is the tokenizer that knows the endings of English words.
const Stemmed = "porter unicode61"

// Table is one of texts, numbered from 1 in the order in which they were added. What
// was added is found at once. It is for one goroutine.
type Table struct {
	db  *sql.DB
	tx  *sql.Tx // nil once the table is full
	add string
}

// Hit is a text and how well it answers.
type Hit struct {
	Text  int64
	Score float64
}

// Create makes an empty table with columns in a new file; in ":memory:" it has none.
// Without a tokenizer words are as they stand.
func Create(ctx context.Context, path, tokenizer string, columns ...string) (*Table, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // in memory, each connection has tables of its own
	t := &Table{db: db, add: "INSERT INTO texts VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ")"}
	if tokenizer != "" {
		columns = append(slices.Clone(columns), fmt.Sprintf("tokenize = '%s'", tokenizer))
	}
	_, err = db.ExecContext(ctx, "CREATE VIRTUAL TABLE texts USING fts5("+strings.Join(columns, ", ")+")")
	if err == nil {
		t.tx, err = db.BeginTx(ctx, nil)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return t, nil
}

// Add adds a text by its columns.
func (t *Table) Add(ctx context.Context, columns ...any) error {
	_, err := t.tx.ExecContext(ctx, t.add, columns...)
	return err
}

// Fill ends the adding: the index is made as fast as it can be, and written to its file.
func (t *Table) Fill(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, `INSERT INTO texts(texts) VALUES ('optimize')`)
	if err == nil {
		err, t.tx = t.tx.Commit(), nil
	}
	return err
}

// Best is the n texts that answer any of the words best, the best first.
func (t *Table) Best(ctx context.Context, words []string, n int) ([]Hit, error) {
	if len(words) == 0 {
		return nil, nil
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
	}
	query := t.db.QueryContext
	if t.tx != nil {
		query = t.tx.QueryContext
	}
	rows, err := query(ctx, `SELECT rowid, -rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?`, strings.Join(quoted, " OR "), n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var hits []Hit
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Text, &h.Score); err != nil {
			return nil, err
		}
		hits = append(hits, h)
	}
	return hits, rows.Err()
}

// Close closes the table.
func (t *Table) Close() error {
	var err error
	if t.tx != nil {
		err = t.tx.Commit()
	}
	return errors.Join(err, t.db.Close())
}

// Words are the different words of a text.
func Words(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	return slices.Compact(words)
}
