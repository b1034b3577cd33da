package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

// happened is what is told of the logging.
type happened struct {
	what       string // was logged
	contacts   int    // new ones
	duplicates int
	first      time.Time // when the first and the last contact were said
	last       time.Time
	untimed    bool // some do not say when
	moments    []moment

	// What Mia was shown as maybe the same, and what she said.
	shown, confirmed, rejected int
}

// until is the end of the day of the last contact; zero, which is today's, if some of
// the contacts do not say when they were.
func (h *happened) until() time.Time {
	if h.untimed || h.last.IsZero() {
		return time.Time{}
	}
	return h.last.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
}

// moment is one contact worth telling about.
type moment struct {
	contact tracker.Contact
	receipt tracker.Receipt
	kind    string
	why     string
}

// shared are the words that the best candidate has in common with a contact.
func shared(found []tracker.Candidate) string {
	var words []string
	for _, c := range found[:min(1, len(found))] {
		for _, r := range c.Why[:min(4, len(c.Why))] {
			words = append(words, r.Word)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": both say " + strings.Join(words, ", ")
}

// took counts a contact and remembers the first of each kind that shows something, of
// those with a candidate the one that is most like it.
func (h *happened) took(c tracker.Contact, r tracker.Receipt) {
	if r.Duplicate {
		h.duplicates++
	} else {
		h.contacts++
	}
	if c.At.IsZero() {
		h.untimed = true
	} else {
		if h.first.IsZero() || c.At.Before(h.first) {
			h.first = c.At
		}
		if c.At.After(h.last) {
			h.last = c.At
		}
	}
	if r.Duplicate || c.Direction == tracker.Outbound || c.Direction == tracker.Note {
		return
	}
	kind, why := "new", "a new ticket"
	switch {
	case r.FixedIn != "":
		kind, why = "fixed", "known, and fixed in "+r.FixedIn+": tell them to update"
	case !r.NewTicket:
		kind, why = "reply", "goes on with that ticket"
	case r.Rule != "":
		kind, why = "joined", fmt.Sprintf("a new ticket, likely of problem P%d%s", r.Problem, shared(r.Candidates))
	case len(r.Candidates) > 0 && r.Candidates[0].Problem != 0:
		kind, why = "candidate", fmt.Sprintf("a new ticket, it may be of problem P%d%s", r.Candidates[0].Problem, shared(r.Candidates))
	case !r.AnswerBy.IsZero():
		why += ", to be answered by " + day(r.AnswerBy) + r.AnswerBy.Format(" 15:04")
	}
	i := slices.IndexFunc(h.moments, func(m moment) bool { return m.kind == kind })
	if i >= 0 && (kind != "candidate" || r.Candidates[0].Similarity <= h.moments[i].receipt.Candidates[0].Similarity) {
		return
	}
	if i >= 0 {
		h.moments = slices.Delete(h.moments, i, i+1)
	}
	h.moments = append(h.moments, moment{c, r, kind, why})
}

// shownErrors is how many contacts that were not logged are named; the others are
// counted.
const shownErrors = 10

// importFile logs the contacts in a file.
func importFile(ctx context.Context, desk *tracker.Tracker, name string, stderr io.Writer) (*happened, error) {
	h := &happened{what: name}
	failed := 0
	var end error
	lines := func(yield func(tracker.Contact, error) bool) {
		for c, err := range intake.Contacts(intake.File(name)) {
			var bad *intake.LineError
			if err != nil && !errors.As(err, &bad) {
				end = err
				return
			}
			if !yield(c, err) {
				return
			}
		}
	}
	_, err := desk.Import(ctx, lines, func(c tracker.Contact, r tracker.Receipt, err error) {
		if err == nil {
			h.took(c, r)
			return
		}
		if failed++; failed <= shownErrors {
			var bad *intake.LineError
			if !errors.As(err, &bad) {
				err = fmt.Errorf("%s, contact %q: %w", c.Source, c.SourceID, err)
			}
			fmt.Fprintln(stderr, err)
		}
	})
	if failed > shownErrors {
		fmt.Fprintf(stderr, "%d contacts in all were left out\n", failed)
	}
	return h, errors.Join(err, end)
}
