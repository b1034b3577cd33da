package main

import (
	"context"

	"github.com/supportloop/supportloop/bench/fts"
	"github.com/supportloop/supportloop/bench/titanium"
)

// sqliteRanker asks FTS5 for any of the words, by its own bm25 and Porter stemmer.
type sqliteRanker struct {
	*fts.Table
	ids []string
}

func newSQLite(path string) (*sqliteRanker, error) {
	t, err := fts.Create(context.Background(), path, fts.Stemmed, "title", "text")
	return &sqliteRanker{Table: t}, err
}

func (s *sqliteRanker) Add(t *titanium.Ticket) error {
	s.ids = append(s.ids, t.ID)
	return s.Table.Add(context.Background(), t.Title, t.Text)
}

func (s *sqliteRanker) Rank(t *titanium.Ticket) ([]hit, error) {
	found, err := s.Best(context.Background(), fts.Words(question(t)), best)
	var hits []hit
	for _, h := range found {
		hits = append(hits, hit{s.ids[h.Text-1], h.Score})
	}
	return hits, err
}
