package main

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

// shownBad is how many bad lines are named; the others are counted.
const shownBad = 20

// line is a contact to replay.
type line struct {
	contact tracker.Contact
	id      string
	same    []string // values of the field that -confirm names
	thread  []string // of the one that -thread names
	after   time.Time
}

// read reads all files and puts their lines in the order in which they are logged.
func (r *replay) read() ([]line, error) {
	var lines []line
	for _, name := range r.in {
		var after time.Time
		for l, err := range intake.File(name) {
			var bad *intake.LineError
			if errors.As(err, &bad) {
				r.badLine(err)
				continue
			}
			if err != nil {
				return nil, err
			}
			if !l.Contact.At.IsZero() {
				after = l.Contact.At
			}
			lines = append(lines, line{
				contact: l.Contact, id: l.Contact.SourceID, same: l.Values(r.confirm), thread: l.Values(r.thread), after: after,
			})
		}
	}
	if r.shuffle != nil {
		draw := rand.New(rand.NewPCG(*r.shuffle, 0))
		draw.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		return lines, nil
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.after.Compare(b.after) })
	return lines, nil
}

func (r *replay) badLine(err error) {
	switch r.sum.BadLines++; {
	case r.sum.BadLines <= shownBad:
		fmt.Fprintln(r.stderr, err)
	case r.sum.BadLines == shownBad+1:
		fmt.Fprintln(r.stderr, "further bad lines are counted only")
	}
}

// clock is that of the contacts: it shows the time of the latest one, and a minute
// more for each that has none. It never runs backwards.
type clock struct{ now time.Time }

func newClock() *clock {
	return &clock{now: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (c *clock) move(to time.Time) {
	if to.IsZero() {
		to = c.now.Add(time.Minute)
	}
	if to.After(c.now) {
		c.now = to
	}
}

// name is what a contact is called in what is written: its id.
func name(c tracker.Contact) string { return cmp.Or(c.SourceID, fmt.Sprintf("contact %d", c.ID)) }
