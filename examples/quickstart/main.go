// Quickstart runs the main job of Supportloop from end to end: contacts come in, each
// gets a reference; problems are found in them; advice comes from articles and
// procedures, which are followed and learned from; a briefing says what everyone should
// know today; and a report goes to the developers.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -in contacts.jsonl.gz -db support
//
// Without -in it plays six weeks at the support desk of Larkspur, an invented product:
// its contacts, and what three agents did about them. With -in it logs contacts of
// yours, in JSON Lines as package intake reads them, and leaves deciding to you.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	in := flags.String("in", "", "`file` of your own contacts, JSON Lines, gzip allowed. Without it, the sample")
	db := flags.String("db", "", "`folder` to keep everything in. Without it, a temporary one")
	out := flags.String("out", ".", "`folder` to write report.html, report.md and report.json to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is no flag; name a file of contacts with -in", flags.Arg(0))
	}
	dir := *db
	if dir == "" {
		if dir, err = os.MkdirTemp("", "quickstart"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	// What cannot be written is said before the work, not after.
	for _, f := range []struct {
		flag, name string
		mode       fs.FileMode
	}{{"db", dir, 0o700}, {"out", *out, 0o777}} {
		if err := os.MkdirAll(f.name, f.mode); err != nil {
			return fmt.Errorf("-%s: %w; name a folder that can be written to", f.flag, err)
		}
	}

	clock := time.Now
	opts := &tracker.Options{}
	var smp *sample
	if *in == "" {
		if smp, err = openSample(); err != nil {
			return err
		}
		clock = func() time.Time { return smp.now }
		opts.Key, opts.AnswerWithin = []byte("larkspur"), 8*time.Hour
	}
	opts.Now = func() time.Time { return clock() }

	if err := copyProcedures(filepath.Join(dir, "procedures")); err != nil {
		return err
	}
	base, err := kb.Open(ctx, dir, &kb.Options{Tracker: opts})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, base.Close()) }()

	var log *happened
	if smp != nil {
		log, err = smp.play(ctx, base)
	} else {
		log, err = importFile(ctx, base.Tracker, *in, stderr)
	}
	if err != nil {
		return err
	}
	if err := base.CatchUp(ctx); err != nil {
		return err
	}

	s := &screen{base: base, kept: *db}
	if err := s.show(ctx, log); err != nil {
		return err
	}
	rep, err := report.Build(ctx, base.Tracker, &report.Options{All: true, Until: log.until()})
	if err != nil {
		return err
	}
	files, err := report.Save(*out, rep)
	if err != nil {
		return err
	}
	s.line("")
	s.line("For the developers: %s", strings.Join(files, ", "))
	_, err = io.WriteString(stdout, s.String())
	return err
}

// copyProcedures puts the procedures that come with package sop into a folder, for the
// reader to change, unless there is one already.
func copyProcedures(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	return os.CopyFS(dir, sop.Samples)
}
