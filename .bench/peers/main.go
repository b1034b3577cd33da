// Command peers answers queries by bleve as it comes, by bleve with its fuzziness, and by
// SQLite FTS5, and writes a TREC run of each.
//
//	go run ./peers CORPUS QUERIES OUT/PREFIX
//
// CORPUS and QUERIES are JSON Lines with id, title and text. The runs are named
// PREFIX.bleve.trec and so on.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const best = 100 // documents ranked for a query

type row struct{ ID, Title, Text string }

type hit struct {
	id    string
	score float64
}

// A peer is put all documents first, and then asked.
type peer interface {
	Put(docs []row) error
	Ask(text string) ([]hit, error)
	Close() error
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "peers: name the corpus, the queries and what the files to write begin with")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(corpus, queries, out string) error {
	docs, err := rows(corpus)
	if err != nil {
		return err
	}
	asked, err := rows(queries)
	if err != nil {
		return err
	}
	b, err := newBleve()
	if err != nil {
		return err
	}
	s, err := newSQLite()
	if err != nil {
		return err
	}
	for _, p := range []struct {
		name string
		peer
	}{{"bleve", b}, {"sqlite", s}} {
		if err := errors.Join(p.Put(docs), answer(p, asked, out+"."+p.name+".trec")); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	b.fuzziness = 1
	return errors.Join(answer(b, asked, out+".bleve-fuzzy.trec"), b.Close(), s.Close())
}

func answer(p peer, queries []row, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	for _, q := range queries {
		hits, err := p.Ask(q.Text)
		if err != nil {
			return fmt.Errorf("query %s: %w", q.ID, err)
		}
		for i, h := range hits {
			fmt.Fprintln(w, q.ID, "Q0", h.id, i+1, h.score, "bench")
		}
	}
	return nil
}

func rows(path string) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := io.Reader(f)
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	var all []row
	for dec := json.NewDecoder(in); ; {
		var r row
		if err := dec.Decode(&r); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, r)
	}
}
