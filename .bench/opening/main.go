// Command opening measures how long a store of real contacts takes to open: until the
// first Candidates and the first Log are through, in a process of its own, with the cache
// that a clean Close leaves and without it.
//
//	go run ./opening contacts.jsonl.gz more.jsonl.gz
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

func main() {
	open := flag.String("open", "", "open this store once and say how long it took")
	runs := flag.Int("runs", 5, "how often it is opened each way")
	flag.Parse()
	if err := run(context.Background(), *open, *runs, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "opening:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, open string, runs int, files []string) error {
	if open != "" {
		return measure(ctx, open)
	}
	if len(files) == 0 {
		return errors.New("name the files of contacts to fill the store with")
	}
	dir, err := os.MkdirTemp("", "opening")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "support.db")
	if err := fill(ctx, path, files); err != nil {
		return err
	}
	for _, how := range []string{"with the cache", "without it"} {
		for range runs {
			if how == "without it" {
				if err := forget(path); err != nil {
					return err
				}
			}
			out, err := exec.Command(os.Args[0], "-open", path).CombinedOutput()
			if err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			fmt.Printf("%-16s %s", how, out)
		}
	}
	return nil
}

func fill(ctx context.Context, path string, files []string) error {
	tr, err := tracker.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	var all []iter.Seq2[tracker.Contact, error]
	for _, f := range files {
		all = append(all, intake.Contacts(intake.File(f)))
	}
	began := time.Now()
	for _, contacts := range all {
		if _, err := tr.Import(ctx, contacts, nil); err != nil {
			return errors.Join(err, tr.Close())
		}
	}
	o, err := tr.Stats(ctx)
	if err = errors.Join(err, tr.Close()); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Printf("%d contacts in %d MB, imported in %.1f s\n", o.Contacts, info.Size()>>20, time.Since(began).Seconds())
	return nil
}

// forget removes what is not the store.
func forget(path string) error {
	all, err := filepath.Glob(path + "*")
	if err != nil {
		return err
	}
	for _, f := range slices.DeleteFunc(all, func(f string) bool { return f == path }) {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

func measure(ctx context.Context, path string) error {
	began := time.Now()
	tr, err := tracker.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	opened := time.Since(began)
	c := tracker.Contact{Channel: tracker.Email, From: "ada@example.org", Title: "The application crashes at start", Text: "Since the update it crashes as soon as I open it."}
	found, err := tr.Candidates(ctx, c, 10)
	asked := time.Since(began)
	if err == nil {
		_, err = tr.Log(ctx, c)
	}
	logged := time.Since(began)
	if err = errors.Join(err, tr.Close()); err != nil {
		return err
	}
	fmt.Printf("open %.3f s, first of %d candidates %.3f s, first contact logged %.3f s\n", opened.Seconds(), len(found), asked.Seconds(), logged.Seconds())
	return nil
}
