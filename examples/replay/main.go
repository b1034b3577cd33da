// Replay logs a file of past contacts as if they came in now: the back-test to make
// before switching anything on. It says how fast logging is, what was found to
// recur, and with -out and -run writes it down so that it can be scored.
//
//	go run ./examples/replay -in tickets.jsonl.gz -out groups.jsonl -run ranked.trec -report .
//
// The files are JSON Lines as package intake reads them, sorted here by time. A line
// without a time stays behind the line that stands before it.
//
// The clock is that of the contacts, references have a fixed key, and what looks like
// chance is drawn by a seed: the same files and flags give the same output.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

// settings are what the flags say.
type settings struct {
	in        []string
	db        string
	shuffle   *uint64
	out       string
	run       string
	k         int
	confirm   string
	pairs     int
	thread    string
	audit     float64
	regroup   bool
	caution   float64
	hot       int
	exemplars int
	cautions  []float64
	alarms    float64
	report    string
	json      bool
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	r := &replay{settings: s, stderr: stderr}
	sum, err := r.run(ctx)
	if err != nil {
		return err
	}
	if s.json {
		return sum.writeJSON(stdout)
	}
	return sum.writeText(stdout)
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	fs := flag.NewFlagSet("replay", flag.ContinueOnError)
	fs.SetOutput(stderr)
	in := fs.String("in", "", "`files` to read, separated by commas: JSON Lines, gzip allowed")
	fs.StringVar(&s.db, "db", "", "`folder` to keep the log in; what it has already is not logged again. Without it, a temporary one")
	fs.Func("shuffle", "log in an order drawn by this `seed` instead of by time", func(v string) error {
		seed, err := strconv.ParseUint(v, 10, 64)
		if s.shuffle = &seed; err != nil {
			return errors.New("want a whole number, 0 or more")
		}
		return nil
	})
	fs.StringVar(&s.out, "out", "", "`file` to write to where each contact belongs at the end, JSON Lines")
	fs.StringVar(&s.run, "run", "", "`file` to write the older tickets to, ranked for each contact before it is logged, in TREC format")
	fs.IntVar(&s.k, "k", 100, "tickets ranked for a contact")
	fs.StringVar(&s.confirm, "confirm", "", "`field` that tells what is the same matter: two contacts that share a value of it, or of which\none names the other's id in it. An agent confirms each pair when the later one is logged")
	fs.IntVar(&s.pairs, "pairs", -1, "the agent confirms so many pairs at most, the first ones (default all): how much few of them teach")
	fs.StringVar(&s.thread, "thread", "", "`field` that names the id of an earlier contact whose ticket this one goes on with, whoever sent it")
	fs.Float64Var(&s.audit, "audit", 0, "share of the contacts, 0 to 1, drawn at random, of which an agent judges the best candidate\n(\"the same\" or \"not the same\") by the field that -confirm names")
	fs.BoolVar(&s.regroup, "regroup", false, "look at everything at once at the end and better the groups")
	fs.Float64Var(&s.caution, "caution", 0, "joins by chance that one accepts in 1,000 contacts (default what package cluster says)")
	fs.Func("cautions", "say what the machine alone would have joined in the whole log with other `numbers` for -caution,\nlike 1,2,5,10, and what the agent said of it", func(v string) (err error) {
		s.cautions, err = parseCautions(v)
		return err
	})
	fs.IntVar(&s.hot, "hot", 0, "tickets without a problem that are kept in memory, the newest (default what package cluster says)")
	fs.IntVar(&s.exemplars, "exemplars", 0, "tickets of one problem that are kept in memory (default likewise)")
	fs.Float64Var(&s.alarms, "alarms", 0, "say when an alarm rule for so many false alarms a week would have rung, like 1")
	fs.StringVar(&s.report, "report", "", "`folder` to write report.html, report.md and report.json to")
	fs.BoolVar(&s.json, "json", false, "print the summary as a JSON object")
	if err := fs.Parse(args); err != nil {
		return s, err
	}
	s.in = strings.FieldsFunc(*in, func(r rune) bool { return r == ',' })
	switch {
	case fs.NArg() > 0:
		return s, fmt.Errorf("%q is no flag; name the files with -in, separated by commas", fs.Arg(0))
	case len(s.in) == 0:
		return s, errors.New("which contacts? Name their file with -in, or see -help")
	case !(s.audit >= 0 && s.audit <= 1):
		return s, fmt.Errorf("-audit %v is no share of the contacts; want 0 to 1, like .02", s.audit)
	case s.audit > 0 && s.confirm == "":
		return s, errors.New("-audit needs -confirm FIELD: the agent judges by it")
	case s.pairs >= 0 && s.confirm == "":
		return s, errors.New("-pairs needs -confirm FIELD, which says what the pairs are")
	case s.k < 1:
		return s, fmt.Errorf("-k %d: want 1 or more", s.k)
	case !(s.alarms >= 0) || math.IsInf(s.alarms, 1):
		return s, fmt.Errorf("-alarms %v: want a number of false alarms a week, like 1", s.alarms)
	case s.hot < 0 || s.exemplars < 0:
		return s, fmt.Errorf("-hot %d, -exemplars %d: want numbers of tickets, 0 for the default", s.hot, s.exemplars)
	case !(s.caution >= 0) || math.IsInf(s.caution, 1):
		return s, fmt.Errorf("-caution %v: want a number, 0 or more", s.caution)
	}
	return s, nil
}
