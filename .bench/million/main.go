// Command million logs a million contacts in one store and says how much longer a Log takes
// on the way and at the end than at 10,000. The contacts are real ones, over and over, with other words each
// time. Most are logged by many callers at once, those that are timed by one alone.
//
//	go run ./million [-contacts 1000000] DATA
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

const (
	early   = 10_000 // contacts before the first that are timed
	timed   = 2_000
	callers = 64
)

func main() {
	contacts := flag.Int("contacts", 1_000_000, "how many are logged")
	flag.Parse()
	if flag.NArg() != 1 || *contacts < early+2*timed {
		fmt.Fprintf(os.Stderr, "million: name the folder of the data, and log at least %d contacts\n", early+2*timed)
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), *contacts); err != nil {
		fmt.Fprintln(os.Stderr, "million:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, data string, contacts int) (err error) {
	texts, err := read(data)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "million")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "support.db")
	l := &log{texts: texts}
	began := time.Now()
	if l.desk, err = tracker.Open(ctx, path, &tracker.Options{Now: l.now, Key: []byte("million")}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.desk.Close()) }()

	var first []time.Duration
	for _, until := range stops(contacts) {
		if err := l.many(ctx, until); err != nil {
			return err
		}
		took, err := l.one(ctx, timed)
		if err != nil {
			return err
		}
		if first == nil {
			first = took
		}
		s, err := l.desk.Stats(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%d contacts after %.0f s: a Log p50 %v, p99 %v (%.1f and %.1f times those at first); store %d MB, index %d MB of %d tickets, %d in memory\n",
			s.Contacts, time.Since(began).Seconds(), at(took, .5), at(took, .99), ratio(took, first, .5), ratio(took, first, .99),
			s.StoreBytes>>20, s.Index.Bytes>>20, s.Index.Tickets, s.Index.Hot)
	}
	return nil
}

// stops are how many contacts there are before some are timed: 10,000, then about three
// times as many each, and nearly all at the end.
func stops(contacts int) (all []int) {
	for n, next := early, 3*early; n < contacts-timed; n, next = next, 10*n {
		all = append(all, n)
	}
	return append(all, contacts-timed)
}

// log is the contacts so far. Its clock goes on a minute with each.
type log struct {
	desk  *tracker.Tracker
	texts *texts
	next  atomic.Int64
}

func (l *log) now() time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(l.next.Load()) * time.Minute)
}

// many logs by many callers until there are so many contacts.
func (l *log) many(ctx context.Context, until int) error {
	var all sync.WaitGroup
	failed := make(chan error, callers)
	for range callers {
		all.Go(func() {
			for {
				n := l.next.Add(1) - 1
				if n >= int64(until) {
					return
				}
				if _, err := l.desk.Log(ctx, l.texts.contact(int(n))); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	l.next.Store(int64(until))
	close(failed)
	return <-failed
}

// one logs n contacts one after the other and says how long each took.
func (l *log) one(ctx context.Context, n int) ([]time.Duration, error) {
	var took []time.Duration
	for range n {
		c := l.texts.contact(int(l.next.Add(1) - 1))
		began := time.Now()
		if _, err := l.desk.Log(ctx, c); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took, nil
}

func ratio(a, b []time.Duration, share float64) float64 {
	return float64(at(a, share)) / float64(at(b, share))
}

func at(sorted []time.Duration, share float64) time.Duration {
	return sorted[int(share*float64(len(sorted)))].Round(10 * time.Microsecond)
}
