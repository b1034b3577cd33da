// Sopcheck reads a folder of procedures and says what is wrong with them and what
// deserves a second look, a line each, as FILE:LINE:COLUMN.
//
//	go run ./examples/sopcheck DIR
//	go run ./examples/sopcheck -before PUBLISHED DIR
//	go run ./examples/sopcheck -schema > DIR/procedure.schema.json
//	go run ./examples/sopcheck -training OUT DIR
//
// It leaves with status 1 when there is a mistake or a warning, so that a build stops;
// hints about wording never do that. Status 2 is for what it could not read at all.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/supportloop/supportloop/sop"
)

func main() {
	status, err := run(os.Args[1:], time.Now(), os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sopcheck:", err)
	}
	os.Exit(status)
}

func run(args []string, now time.Time, out io.Writer) (status int, err error) {
	flags := flag.NewFlagSet("sopcheck", flag.ContinueOnError)
	before := flags.String("before", "", "a `folder` of the procedures as they were published: finds versions that were not raised")
	schema := flags.Bool("schema", false, "print the JSON Schema of the format, for editors")
	training := flags.String("training", "", "write each procedure as Markdown to learn from into this `folder`")
	if err := flags.Parse(args); err != nil {
		return 2, nil // it said why
	}
	if *schema {
		_, err := out.Write(sop.Schema())
		return code(err), err
	}
	if flags.NArg() != 1 {
		return 2, errors.New("name one folder of procedures, like: sopcheck procedures")
	}
	dir := flags.Arg(0)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return 2, fmt.Errorf("%s is not a folder that can be read", dir)
	}
	y, m, d := now.Date()
	options := sop.CheckOptions{Today: sop.Date{Year: y, Month: m, Day: d}}
	if *before != "" {
		// What was broken then is no version to compare with.
		if options.Before, err = sop.Load(os.DirFS(*before)); err != nil && len(options.Before.All()) == 0 {
			return 2, fmt.Errorf("%s: %w", *before, err)
		}
	}
	l, mistakes := sop.Load(os.DirFS(dir))
	if mistakes != nil {
		fmt.Fprintln(out, mistakes)
		status = 1
	}
	if len(l.All()) == 0 && mistakes == nil {
		return 2, fmt.Errorf("%s holds no procedure, which is a file that ends in .yaml or .yml", dir)
	}
	count := map[sop.Level]int{}
	for _, f := range l.Check(&options) {
		fmt.Fprintln(out, f)
		count[f.Level]++
	}
	if count[sop.Warning] > 0 {
		status = 1
	}
	var errs sop.Errors
	errors.As(mistakes, &errs)
	fmt.Fprintf(out, "%d sound procedures, %d mistakes, %d warnings, %d hints\n", len(l.All()), len(errs), count[sop.Warning], count[sop.Hint])
	if *training != "" {
		if err := teach(*training, l); err != nil {
			return 2, err
		}
	}
	return status, nil
}

func code(err error) int {
	if err != nil {
		return 2
	}
	return 0
}

// teach writes a page for each procedure. An id is a safe name for a file.
func teach(dir string, l *sop.Library) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range l.All() {
		f, err := os.Create(filepath.Join(dir, p.ID+".md"))
		if err != nil {
			return err
		}
		if err := errors.Join(p.Training(f), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
