// Command search holds the time of kb's search against that of bleve alone on the same
// documents and words, turn by turn: two words of one title at a time, the first 20 hits,
// without snippets on bleve's side.
//
//	go run ./search contacts.jsonl.gz
package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker/intake"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, files []string) error {
	if len(files) == 0 {
		return errors.New("name the files of contacts to search in")
	}
	dir, err := os.MkdirTemp("", "search")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours, err := kb.NewIndex(dir+"/kb", nil)
	if err != nil {
		return err
	}
	defer ours.Close()
	bare, err := bleve.New(dir+"/bleve", bleve.NewIndexMapping())
	if err != nil {
		return err
	}
	defer bare.Close()
	var titles [][]string
	for _, f := range files {
		var docs []kb.Document
		batch := bare.NewBatch()
		put := func() error {
			err := errors.Join(ours.Put(ctx, docs...), bare.Batch(batch))
			docs, batch = docs[:0], bare.NewBatch()
			return err
		}
		for line, err := range intake.File(f) {
			if err != nil {
				return err
			}
			c := line.Contact
			docs = append(docs, kb.Document{ID: strconv.Itoa(len(titles)), Title: c.Title, Text: c.Text})
			if err := batch.Index(strconv.Itoa(len(titles)), map[string]string{"title": c.Title, "text": c.Text}); err != nil {
				return err
			}
			titles = append(titles, strings.Fields(c.Title))
			if len(docs) == 1000 {
				if err := put(); err != nil {
					return err
				}
			}
		}
		if err := put(); err != nil {
			return err
		}
	}
	fmt.Printf("%d documents\n", len(titles))

	rnd := rand.New(rand.NewPCG(1, 2))
	var mine, theirs []time.Duration
	for len(mine) < 2000 {
		t := titles[rnd.IntN(len(titles))]
		if len(t) < 2 {
			continue
		}
		text := t[rnd.IntN(len(t))] + " " + t[rnd.IntN(len(t))]
		began := time.Now()
		if _, err := ours.Search(ctx, kb.Query{Text: text}); err != nil {
			return err
		}
		mine = append(mine, time.Since(began))
		began = time.Now()
		if _, err := bare.SearchInContext(ctx, bleve.NewSearchRequestOptions(bleve.NewMatchQuery(text), 20, 0, false)); err != nil {
			return err
		}
		theirs = append(theirs, time.Since(began))
	}
	slices.Sort(mine)
	slices.Sort(theirs)
	for _, p := range []int{50, 95, 99} {
		a, b := mine[len(mine)*p/100], theirs[len(theirs)*p/100]
		fmt.Printf("p%d: kb %v, bleve alone %v: %.1f x\n", p, a.Round(time.Microsecond), b.Round(time.Microsecond), float64(a)/float64(b))
	}
	return nil
}
