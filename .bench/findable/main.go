// Command findable tells how soon a logged contact is found while many come in, and how
// long the index takes to open. It fills a knowledge base with documents of invented
// words, logs contacts at a steady rate with Follow running, and asks for each by a word
// of its own, in the order they were logged in, until a search finds it.
//
//	go run ./findable [-tickets 20000] [-rate 200] [-seconds 20] [-dir DIR]
//
// A DIR that holds a base already is used as it is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

func main() {
	tickets := flag.Int("tickets", 20_000, "that are there before")
	rate := flag.Int("rate", 200, "contacts a second")
	seconds := flag.Int("seconds", 20, "for which they come in")
	dir := flag.String("dir", "", "folder of the base; without, one that is thrown away")
	flag.Parse()
	if err := run(context.Background(), *dir, *tickets, *rate, *seconds); err != nil {
		fmt.Fprintln(os.Stderr, "findable:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, tickets, rate, seconds int) error {
	if dir == "" {
		made, err := os.MkdirTemp("", "findable")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made)
		dir = made
	}
	if err := fill(ctx, dir, tickets); err != nil {
		return err
	}
	if err := opening(dir); err != nil {
		return err
	}
	return findable(ctx, dir, rate, seconds)
}

func open(ctx context.Context, dir string) (*kb.Base, error) {
	return kb.Open(ctx, dir, &kb.Options{Tracker: &tracker.Options{NoGrouping: true}})
}

// fill makes a base of so many tickets, if there is none yet.
func fill(ctx context.Context, dir string, tickets int) error {
	b, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer b.Close()
	head, err := b.Tracker.Head(ctx)
	if err != nil {
		return err
	}
	if head == 0 {
		failed := 0
		_, err = b.Tracker.Import(ctx, func(yield func(tracker.Contact, error) bool) {
			for i := range tickets {
				if !yield(contact(i), nil) {
					return
				}
			}
		}, func(_ tracker.Contact, _ tracker.Receipt, err error) {
			if err != nil {
				failed++
			}
		})
		if err == nil && failed > 0 {
			err = fmt.Errorf("%d contacts were refused", failed)
		}
		if err != nil {
			return err
		}
	}
	began := time.Now()
	if err := b.CatchUp(ctx); err != nil {
		return err
	}
	fmt.Printf("CatchUp: %v\n", time.Since(began).Round(time.Millisecond))
	return b.Close()
}

// contact is a matter of some 60 words, the rarer the higher their number, of a customer of its own.
func contact(i int) tracker.Contact {
	rnd := rand.New(rand.NewPCG(uint64(i), 7))
	words := func(n int) string {
		var s []byte
		for range n {
			s = append(s, "w"+strconv.FormatUint(uint64(rnd.ExpFloat64()*3000), 36)+"x "...)
		}
		return string(s)
	}
	return tracker.Contact{From: fmt.Sprintf("p%d@example.org", i), Channel: tracker.Email, Title: words(6), Text: words(55)}
}

// opening tells how long the index takes to open: closed well, and as a process that
// died leaves it.
func opening(dir string) error {
	index := filepath.Join(dir, "index")
	for _, how := range []string{"closed well", "its process died"} {
		var took []time.Duration
		for range 7 {
			if how != "closed well" {
				seals, err := filepath.Glob(filepath.Join(index, "*", "seal"))
				if err != nil || len(seals) != 1 {
					return errors.Join(err, errors.New("the index has no seal"))
				}
				if err := os.Remove(seals[0]); err != nil {
					return err
				}
			}
			began := time.Now()
			ix, err := kb.NewIndex(index, nil)
			if err != nil {
				return err
			}
			took = append(took, time.Since(began))
			if err := errors.Join(ix.Damage(), ix.Close()); err != nil {
				return err
			}
		}
		slices.Sort(took)
		fmt.Printf("opening the index, %s: %v (of %d, from %v to %v)\n", how, took[3].Round(time.Millisecond), len(took), took[0].Round(time.Millisecond), took[6].Round(time.Millisecond))
	}
	return nil
}

// findable logs at the rate, and tells how long after Log has returned a contact is found.
func findable(ctx context.Context, dir string, rate, seconds int) error {
	b, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer b.Close()
	following, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- b.Follow(following) }()

	head, err := b.Tracker.Head(ctx)
	if err != nil {
		return err
	}
	total := rate * seconds
	began := time.Now()
	var log []time.Duration
	var failed error
	var mu sync.Mutex
	var all sync.WaitGroup
	logged := make(chan asked, total)
	go func() {
		for i := range total {
			time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
			all.Go(func() {
				word := fmt.Sprintf("marker%dof%d", i, head)
				c := contact(1_000_000 + i)
				c.From, c.Text = word+"@example.org", c.Text+word
				before := time.Now()
				_, err := b.Tracker.Log(ctx, c)
				mu.Lock()
				defer mu.Unlock()
				log, failed = append(log, time.Since(before)), errors.Join(failed, err)
				if err == nil {
					logged <- asked{word, time.Now()}
				}
			})
		}
		all.Wait()
		close(logged)
	}()
	var find []time.Duration
	for q := range logged {
		for found := false; !found; {
			r, err := b.Search(ctx, kb.Query{Text: q.word, Limit: 1})
			if err != nil {
				return err
			}
			if found = len(r.Hits) > 0; !found {
				time.Sleep(2 * time.Millisecond)
			}
			if time.Since(q.at) > time.Minute {
				return fmt.Errorf("%s was not found within a minute: %d changes behind", q.word, r.Behind)
			}
		}
		find = append(find, time.Since(q.at))
	}
	took := time.Since(began)
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		failed = errors.Join(failed, err)
	}
	if failed != nil {
		return failed
	}
	fmt.Printf("%d contacts in %v, %.0f a second\n", total, took.Round(time.Millisecond), float64(total)/took.Seconds())
	show("Log takes", log)
	show("found after", find)
	return b.Close()
}

// asked is a word that a search finds one contact by, and when that was logged.
type asked struct {
	word string
	at   time.Time
}

func show(what string, took []time.Duration) {
	slices.Sort(took)
	fmt.Print(what)
	for _, p := range []int{50, 95, 99} {
		fmt.Printf(" p%d %v", p, took[len(took)*p/100].Round(100*time.Microsecond))
	}
	fmt.Printf(" max %v\n", took[len(took)-1].Round(100*time.Microsecond))
}
