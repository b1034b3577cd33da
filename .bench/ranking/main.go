// Command ranking ranks older tickets for each new one of which an older duplicate is
// known, by bleve's own scoring, by SQLite FTS5's bm25 and by REP, and writes TREC runs.
// Each ticket is asked about before it is added, so nothing newer is ever found.
//
//	go run ./ranking DATA OUT
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/supportloop/supportloop/bench/titanium"
)

const (
	best  = 100     // tickets ranked for a query
	limit = 4 << 10 // bytes of a query's text that bleve and SQLite are asked about
)

// A ranker finds, among the tickets that were added to it, those that resemble one.
type ranker interface {
	Add(*titanium.Ticket) error
	Rank(*titanium.Ticket) ([]hit, error)
	Close() error
}

type hit struct {
	id    string
	score float64
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "ranking: name the folder of the data and the one to write to")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "ranking:", err)
		os.Exit(1)
	}
}

func run(data, out string) error {
	tickets, err := titanium.Tickets(data)
	if err != nil {
		return err
	}
	queries, err := titanium.Queries(data, tickets)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ranking")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	write := func(name string, r ranker, err error) error {
		if err != nil {
			return err
		}
		return errors.Join(rank(filepath.Join(out, name+".trec"), r, tickets, queries), r.Close())
	}
	if err := write("newest", &newest{}, nil); err != nil {
		return err
	}
	plain, err := newRep(published)
	if err := write("rep-published", plain, err); err != nil {
		return err
	}
	learned, err := train(tickets, queries[:len(queries)/2])
	if err := write("rep-trained", learned, err); err != nil {
		return err
	}
	bl, err := newBleve(filepath.Join(dir, "bleve"))
	if err := write("bleve", bl, err); err != nil {
		return err
	}
	sq, err := newSQLite(filepath.Join(dir, "fts5.db"))
	return write("sqlite", sq, err)
}

func rank(path string, r ranker, tickets, queries []*titanium.Ticket) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	asked := map[*titanium.Ticket]bool{}
	for _, q := range queries {
		asked[q] = true
	}
	for _, t := range tickets {
		if asked[t] {
			hits, err := r.Rank(t)
			if err != nil {
				return fmt.Errorf("%s: %w", t.ID, err)
			}
			for i, h := range hits {
				fmt.Fprintln(w, t.ID, "Q0", h.id, i+1, h.score, "bench")
			}
		}
		if err := r.Add(t); err != nil {
			return fmt.Errorf("%s: %w", t.ID, err)
		}
	}
	return nil
}

// question is what bleve and SQLite are asked about a ticket.
func question(t *titanium.Ticket) string {
	return t.Title + "\n" + strings.ToValidUTF8(t.Text[:min(len(t.Text), limit)], "")
}

// newest ranks without reading anything: what came last comes first.
type newest struct{ ids []string }

func (n *newest) Close() error { return nil }

func (n *newest) Add(t *titanium.Ticket) error {
	n.ids = append(n.ids, t.ID)
	return nil
}

func (n *newest) Rank(*titanium.Ticket) ([]hit, error) {
	var hits []hit
	for i := len(n.ids) - 1; i >= 0 && len(hits) < best; i-- {
		hits = append(hits, hit{n.ids[i], float64(i)})
	}
	return hits, nil
}
