package main

import (
	"context"

	"github.com/supportloop/supportloop/bench/fts"
)

// sqlitePeer asks FTS5 for any of the words, by its own bm25 and Porter stemmer.
type sqlitePeer struct {
	*fts.Table
	ids []string
}

func newSQLite() (*sqlitePeer, error) {
	t, err := fts.Create(context.Background(), ":memory:", fts.Stemmed, "title", "text")
	return &sqlitePeer{Table: t}, err
}

func (s *sqlitePeer) Put(docs []row) error {
	for _, d := range docs {
		if err := s.Add(context.Background(), d.Title, d.Text); err != nil {
			return err
		}
		s.ids = append(s.ids, d.ID)
	}
	return s.Fill(context.Background())
}

func (s *sqlitePeer) Ask(text string) ([]hit, error) {
	found, err := s.Best(context.Background(), fts.Words(text), best)
	var hits []hit
	for _, h := range found {
		hits = append(hits, hit{s.ids[h.Text-1], h.Score})
	}
	return hits, err
}
