package kb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// clock is a time as people write it at a moment, in the moment's zone: without the day
// where that is today, without the hour where it is another year's.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.Year() != now.Year() && t.Sub(now).Abs() >= 2*day: // at the turn of the year the hour says more
		return t.Format("2 Jan 2006")
	case t.YearDay() != now.YearDay():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("15:04")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func have(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// brief shortens a line to at most n characters, between words where there are any.
func brief(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	s = string(r[:n-2])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:") + " …"
}

// shown is s as a line of at most n characters without addresses and long numbers, which
// are taken out first: half of one would be left.
func shown(s string, n int) string { return brief(new(tracker.Redaction).Hide(show.Line(s)), n) }

// hideNames takes out of a line addresses and long numbers, and what else identifies the
// customers of its problem.
func (b *Base) hideNames(ctx context.Context, l *BriefingLine) error {
	var names tracker.Redaction
	if l.Problem == 0 {
		l.Title = names.Hide(l.Title)
		return nil
	}
	seen := map[tracker.CustomerID]bool{}
	for t, err := range b.Tracker.Tickets(ctx, tracker.TicketQuery{Problem: l.Problem}) {
		if b.leftOut(err) || err == nil && (t.Customer == 0 || seen[t.Customer]) {
			continue
		}
		if err != nil {
			return err
		}
		seen[t.Customer] = true
		c, err := b.Tracker.Customer(ctx, t.Customer)
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return err
		}
		names.Add(c)
	}
	l.Title = names.Hide(l.Title)
	for i := range l.Do {
		l.Do[i] = names.Hide(l.Do[i])
	}
	return nil
}
