// Command speed holds the time that the grouping index takes to find candidates against
// bleve, SQLite FTS5 and Xapian on the same texts and questions, turn by turn in one run.
//
//	go run ./speed [-queries 500] [-python python3] DATA
//
// Every so many contacts one is kept out and asked about. The others are asked for any of the
// 30 words of it that weigh most, in one field, and for the best 100, as the index is. They are
// given the words as the index has them, so that none spends time on preparing text.
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
	var o options
	flag.IntVar(&o.queries, "queries", 500, "how many contacts are kept out and asked about")
	flag.StringVar(&o.python, "python", "", "a Python that has Xapian; without it Xapian is left out")
	flag.Parse()
	if o.data = flag.Arg(0); flag.NArg() != 1 || o.queries < 1 {
		fmt.Fprintln(os.Stderr, "speed: name the folder of the data")
		os.Exit(2)
	}
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

type options struct {
	data    string
	queries int
	python  string
}

func run(ctx context.Context, o options) error {
	var all []tracker.Contact
	titanium := 0
	for _, name := range []string{"titanium/tickets", "it-tickets/contacts", "titanium/comments"} {
		for line, err := range intake.File(filepath.Join(o.data, name+".jsonl.gz")) {
			if err != nil {
				return err
			}
			all = append(all, line.Contact)
		}
		if titanium == 0 {
			titanium = len(all)
		}
	}

	asked, logged := []tracker.Contact(nil), make([]tracker.Contact, 0, len(all))
	before := heap()
	d := newDesk()
	every := max(2, len(all)/o.queries)
	for i, c := range all {
		if i == titanium {
			d.commit()
			d.memory("titanium tickets", heap()-before)
		}
		if i%every == every-1 && len(asked) < o.queries {
			asked = append(asked, c)
			continue
		}
		d.log(c)
		logged = append(logged, c)
	}
	d.commit()
	d.memory("all", heap()-before)
	runtime.KeepAlive(all) // what was in use before is so still
	w := newWords()
	for _, c := range logged {
		w.add(cluster.Prepare(text(c)))
	}
	peers, err := newPeers(ctx, w)
	if err != nil {
		return err
	}
	defer peers.Close()

	var x *xapian
	if o.python != "" {
		if x, err = newXapian(o.python, peers.dir, w); err != nil {
			return err
		}
		defer x.Close()
	}
	return compare(ctx, d, w, peers, x, asked)
}

// compare asks everyone in turn about each contact. x may be nil.
func compare(ctx context.Context, d *desk, w *words, peers *peers, x *xapian, asked []tracker.Contact) error {
	var prepare, ours, bleve, sqlite, xapian timing
	var allocated [3]float64
	for _, c := range asked {
		doc := cluster.Prepare(text(c))
		terms := w.heaviest(doc, 30)
		if len(terms) == 0 {
			continue
		}
		prepare.time(func() error { cluster.Prepare(text(c)); return nil })
		ours.time(func() error { d.ix.Candidates(d.ix.Score(0, doc, c.At), best); return nil })
		if err := bleve.time(func() error { return peers.askBleve(ctx, terms) }); err != nil {
			return err
		}
		if err := sqlite.time(func() error { return peers.askSQLite(ctx, terms) }); err != nil {
			return err
		}
		if x != nil {
			took, err := x.took(terms)
			if err != nil {
				return err
			}
			xapian = append(xapian, took)
		}
		scored := d.ix.Score(0, doc, c.At)
		allocated[0] += testing.AllocsPerRun(1, func() { d.ix.Score(0, doc, c.At) })
		allocated[1] += testing.AllocsPerRun(1, func() { d.ix.Candidates(scored, 10) })
		allocated[2] += testing.AllocsPerRun(1, func() { d.ix.Candidates(scored, best) })
	}
	n := float64(len(ours))
	fmt.Printf("\n%d questions to %d texts, of which the index has %d in memory\n\n", len(ours), len(w.docs), d.ix.Stats().Hot)
	fmt.Print("| what | p50 | p99 | p50, times ours | p99, times ours |\n| --- | --- | --- | --- | --- |\n")
	ours.row("supportloop, Score and Candidates", ours)
	prepare.row("supportloop, Prepare", ours)
	bleve.row("bleve 2.6.1, disjunction of 30 terms", ours)
	sqlite.row("SQLite FTS5 (modernc), bm25 of 30 terms", ours)
	if x != nil {
		xapian.row("Xapian "+x.version+", any of 30 terms", ours)
	}
	fmt.Printf("\nallocations a call, on average: Score %.1f, Candidates of 10 %.1f, of %d %.1f\n", allocated[0]/n, allocated[1]/n, best, allocated[2]/n)
	return nil
}

// heap is how much is in use once what is not has been collected: twice, as what a
// [sync.Pool] holds goes with the second time.
func heap() int64 {
	runtime.GC()
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
	fmt.Printf("| %s | %v | %v | %.2f | %.2f |\n", what, p50.Round(time.Microsecond), p99.Round(time.Microsecond),
		float64(p50)/float64(base.at(.5)), float64(p99)/float64(base.at(.99)))
}

func (t timing) at(share float64) time.Duration {
	return slices.Sorted(slices.Values(t))[int(share*float64(len(t)))]
}
