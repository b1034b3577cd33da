// Command titles asks whether a problem's title finds the problem: each title is given as a
// query, and counts by the place at which its problem comes. Stores are those that
// examples/replay leaves with -db.
//
//	go run ./titles STORE…
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/supportloop/supportloop/tracker"
)

func main() {
	for _, path := range os.Args[1:] {
		if err := run(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, "titles:", err)
			os.Exit(1)
		}
	}
}

func run(ctx context.Context, path string) (err error) {
	tr, err := tracker.Open(ctx, path, &tracker.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tr.Close()) }()
	problems, first, reciprocal := 0, 0, 0.0
	titles := map[string]int{}
	for p, err := range tr.Problems(ctx, tracker.ProblemQuery{}) {
		if err != nil {
			return err
		}
		if p.MergedInto != 0 || p.Tickets < 2 {
			continue
		}
		problems++
		titles[strings.ToLower(p.Title)]++
		found, err := tr.Candidates(ctx, tracker.Contact{Channel: tracker.Form, Title: p.Title, At: p.Last}, 100)
		if err != nil {
			return err
		}
		for i, c := range found {
			if c.Problem == p.ID {
				reciprocal += 1 / float64(i+1)
				if i == 0 {
					first++
				}
				break
			}
		}
	}
	twice := 0
	for _, n := range titles {
		if n > 1 {
			twice += n
		}
	}
	fmt.Printf("%s: %d problems, found first by their titles %.2f, MRR %.3f; with a title that another has %.1f %%\n",
		path, problems, float64(first)/float64(max(problems, 1)), reciprocal/float64(max(problems, 1)), 100*float64(twice)/float64(max(problems, 1)))
	return nil
}
