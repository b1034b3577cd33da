// Command rebuild holds making a knowledge base's index from a tracker's store against
// bleve's own batches of the same documents: every ticket, and every contact.
//
//	go run ./rebuild [-rounds 3] FILE…
//
// Files are of contacts, as [intake] reads them. The two take turns.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

func main() {
	rounds := flag.Int("rounds", 3, "how often each makes its index")
	flag.Parse()
	if err := run(context.Background(), *rounds, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "rebuild:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, files []string) error {
	if len(files) == 0 || rounds < 1 {
		return errors.New("name the files of contacts to make an index of")
	}
	dir, err := os.MkdirTemp("", "rebuild")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := kb.Open(ctx, dir, &kb.Options{Tracker: &tracker.Options{NoGrouping: true}})
	if err != nil {
		return err
	}
	defer b.Close()
	if err := fill(ctx, b, files); err != nil {
		return err
	}
	docs, err := documents(ctx, b)
	if err != nil {
		return err
	}
	var ours, theirs []float64 // documents a second
	for i := range rounds {
		n, took, err := catchUp(ctx, filepath.Join(dir, fmt.Sprint("kb", i)), b)
		if err != nil {
			return err
		}
		if n != len(docs) {
			return fmt.Errorf("the index of kb has %d documents, that of bleve %d", n, len(docs))
		}
		ours = append(ours, float64(n)/took.Seconds())
		if took, err = bare(filepath.Join(dir, fmt.Sprint("bleve", i)), docs); err != nil {
			return err
		}
		theirs = append(theirs, float64(len(docs))/took.Seconds())
		fmt.Printf("kb %.0f documents a second, bleve %.0f: %.2f times\n", ours[i], theirs[i], ours[i]/theirs[i])
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	fmt.Printf("%d documents, medians: kb %.0f a second, bleve %.0f: %.2f times\n", len(docs), ours[rounds/2], theirs[rounds/2], ours[rounds/2]/theirs[rounds/2])
	return nil
}

// fill imports the files.
func fill(ctx context.Context, b *kb.Base, files []string) error {
	var refused error
	for _, f := range files {
		_, err := b.Tracker.Import(ctx, intake.Contacts(intake.File(f)), func(_ tracker.Contact, _ tracker.Receipt, err error) { refused = errors.Join(refused, err) })
		if err := errors.Join(err, refused); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	return nil
}

// catchUp makes the index of a base from nothing.
func catchUp(ctx context.Context, index string, of *kb.Base) (documents int, took time.Duration, err error) {
	progress := func(done, _ int) { documents = done }
	b, err := kb.New(ctx, kb.Parts{Tracker: of.Tracker, Index: index}, &kb.Options{Progress: progress})
	if err != nil {
		return 0, 0, err
	}
	runtime.GC()
	began := time.Now()
	err = b.CatchUp(ctx)
	took = time.Since(began)
	return documents, took, errors.Join(err, b.Close())
}

// document is what bleve is given.
type document struct{ id, title, text string }

// documents are those that the base finds.
func documents(ctx context.Context, b *kb.Base) (docs []document, err error) {
	for t, err := range b.Tracker.Tickets(ctx, tracker.TicketQuery{}) {
		if err != nil {
			return nil, err
		}
		said := ""
		for c, err := range b.Tracker.Contacts(ctx, tracker.ContactQuery{Ticket: t.ID}) {
			if err != nil {
				return nil, err
			}
			docs = append(docs, document{fmt.Sprint("contact/", c.ID), c.Title, c.Text})
			said += c.Text + "\n\n"
		}
		docs = append(docs, document{fmt.Sprint("ticket/", t.ID), t.Title, said})
	}
	return docs, nil
}

// bare gives them to bleve as it comes, as many at a time as kb does.
func bare(path string, docs []document) (time.Duration, error) {
	runtime.GC()
	began := time.Now()
	ix, err := bleve.New(path, bleve.NewIndexMapping())
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(docs, 500) {
		b := ix.NewBatch()
		for _, d := range some {
			if err := b.Index(d.id, map[string]string{"title": d.title, "text": d.text}); err != nil {
				return 0, err
			}
		}
		if err := ix.Batch(b); err != nil {
			return 0, err
		}
	}
	took := time.Since(began)
	return took, ix.Close()
}
