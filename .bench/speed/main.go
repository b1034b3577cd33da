// Command speed holds the time that the grouping index takes to find candidates against
// bleve and SQLite FTS5 on the same texts and questions, turn by turn in one run.
//
//	go run ./speed [-queries 500] DATA OUT
//
// Every so many contacts one is kept out and asked about. The others are asked for any of the
// 30 words of it that weigh most, in one field, and for the best 100, as the index is. They are
// given the words as the index has them, so that none spends time on preparing text. OUT
// gets the same for speed_xapian.py.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/intake"
)

const best = 100 // candidates asked for

func main() {
	queries := flag.Int("queries", 500, "how many contacts are kept out and asked about")
	flag.Parse()
	if flag.NArg() != 2 || *queries < 1 {
		fmt.Fprintln(os.Stderr, "speed: name the folder of the data and the one to write to")
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), flag.Arg(1), *queries); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, data, out string, queries int) error {
	var all []tracker.Contact
	titanium := 0
	for _, name := range []string{"titanium/tickets", "it-tickets/contacts", "titanium/comments"} {
		for line, err := range intake.File(filepath.Join(data, name+".jsonl.gz")) {
			if err != nil {
				return err
			}
			all = append(all, line.Contact)
		}
		if titanium == 0 {
			titanium = len(all)
		}
	}

	before := heap()
	d, w := newDesk(), newWords()
	var asked []tracker.Contact
	every := max(2, len(all)/queries)
	for i, c := range all {
		if i == titanium {
			d.commit()
			d.memory("titanium tickets", heap()-before)
		}
		if i%every == every-1 && len(asked) < queries {
			asked = append(asked, c)
			continue
		}
		d.log(c)
	}
	d.commit()
	d.memory("all", heap()-before)
	for i, c := range all {
		if i%every != every-1 || i/every >= queries {
			w.add(cluster.Prepare(text(c)))
		}
	}
	peers, err := newPeers(ctx, w)
	if err != nil {
		return err
	}
	defer peers.Close()

	var ours, prepared, bleve, sqlite timing
	var terms [][]int
	for _, c := range asked {
		doc := cluster.Prepare(text(c))
		q := w.heaviest(doc, 30)
		if len(q) == 0 {
			continue
		}
		terms = append(terms, q)
		prepared.time(func() error { cluster.Prepare(text(c)); return nil })
		ours.time(func() error { d.ix.Candidates(d.ix.Score(0, doc, c.At), best); return nil })
		if err := bleve.time(func() error { return peers.askBleve(ctx, q) }); err != nil {
			return err
		}
		if err := sqlite.time(func() error { return peers.askSQLite(ctx, q) }); err != nil {
			return err
		}
	}
	fmt.Printf("\n%d questions to %d texts\n\n| what | p50 | p99 | times ours at p50 |\n| --- | --- | --- | --- |\n", len(terms), len(w.docs))
	ours.row("supportloop, Score and Candidates", ours)
	prepared.row("supportloop, Prepare", ours)
	bleve.row("bleve 2.6.1, disjunction of 30 terms", ours)
	sqlite.row("SQLite FTS5 (modernc), bm25 of 30 terms", ours)
	allocations(d, asked)
	return w.write(out, terms)
}

func allocations(d *desk, asked []tracker.Contact) {
	sum := 0.0
	for _, c := range asked {
		doc := cluster.Prepare(text(c))
		sum += testing.AllocsPerRun(1, func() { d.ix.Candidates(d.ix.Score(0, doc, c.At), best) })
	}
	fmt.Printf("\n%.1f allocations a call of Score and Candidates, on average\n", sum/float64(len(asked)))
}

// heap is how much is in use once what is not has been collected.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

type timing []time.Duration

func (t *timing) time(fn func() error) error {
	began := time.Now()
	err := fn()
	*t = append(*t, time.Since(began))
	return err
}

// row prints what was measured, in multiples of base.
func (t timing) row(what string, base timing) {
	p50, p99 := t.at(.5), t.at(.99)
	fmt.Printf("| %s | %v | %v | %.1f |\n", what, p50.Round(time.Microsecond), p99.Round(time.Microsecond), float64(p50)/float64(base.at(.5)))
}

func (t timing) at(share float64) time.Duration {
	return slices.Sorted(slices.Values(t))[int(share*float64(len(t)))]
}
