package main

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"unicode"

	_ "modernc.org/sqlite"

	"github.com/supportloop/supportloop/bench/titanium"
)

// sqliteRanker asks FTS5 for any of the words, by its own bm25 and Porter stemmer.
type sqliteRanker struct {
	db *sql.DB
	tx *sql.Tx
}

func newSQLite(path string) (*sqliteRanker, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	if _, err = db.Exec(`CREATE VIRTUAL TABLE tickets USING fts5(id UNINDEXED, title, text, tokenize = 'porter unicode61')`); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	tx, err := db.Begin()
	return &sqliteRanker{db, tx}, err
}

func (s *sqliteRanker) Close() error { return errors.Join(s.tx.Commit(), s.db.Close()) }

func (s *sqliteRanker) Add(t *titanium.Ticket) error {
	_, err := s.tx.Exec(`INSERT INTO tickets VALUES (?, ?, ?)`, t.ID, t.Title, t.Text)
	return err
}

func (s *sqliteRanker) Rank(t *titanium.Ticket) ([]hit, error) {
	words := strings.FieldsFunc(strings.ToLower(question(t)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	rows, err := s.tx.Query(`SELECT id, -rank FROM tickets WHERE tickets MATCH ? ORDER BY rank LIMIT ?`,
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
