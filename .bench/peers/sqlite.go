package main

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"unicode"

	_ "modernc.org/sqlite"
)

// sqlitePeer asks FTS5 for any of the words, by its own bm25 and Porter stemmer.
type sqlitePeer struct{ db *sql.DB }

func newSQLite() (*sqlitePeer, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each connection has a memory of its own
	if _, err = db.Exec(`CREATE VIRTUAL TABLE documents USING fts5(id UNINDEXED, title, text, tokenize = 'porter unicode61')`); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &sqlitePeer{db}, nil
}

func (s *sqlitePeer) Close() error { return s.db.Close() }

func (s *sqlitePeer) Put(docs []row) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	for _, d := range docs {
		if _, err := tx.Exec(`INSERT INTO documents VALUES (?, ?, ?)`, d.ID, d.Title, d.Text); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func (s *sqlitePeer) Ask(text string) ([]hit, error) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	rows, err := s.db.Query(`SELECT id, -rank FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT ?`,
		`"`+strings.Join(slices.Compact(words), `" OR "`)+`"`, best)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var hits []hit
	for rows.Next() {
		var h hit
		if err := rows.Scan(&h.id, &h.score); err != nil {
			return nil, err
		}
		hits = append(hits, h)
	}
	return hits, rows.Err()
}
