package kb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// promiseLines are at most two: what is overdue, and what is due in the shift. What was
// promised in words stays with the ticket.
func (b *Base) promiseLines(ctx context.Context, o BriefingOptions) ([]BriefingLine, error) {
	var late, next promised
	for p, err := range b.Tracker.Promises(ctx, tracker.PromiseQuery{State: tracker.PromiseOpen, DueBefore: o.Until}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		t, err := b.Tracker.Ticket(ctx, p.Ticket)
		if t.Erased || b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.Made.After(o.Now) {
			continue
		}
		if p.Due.Before(o.Now) {
			late.add(p, t)
		} else {
			next.add(p, t)
		}
	}
	var lines []BriefingLine
	if n := len(late.all); n > 0 {
		l := late.line(BriefingOverdue)
		l.Title = count(n, "promise") + " overdue"
		l.Why = fmt.Sprintf("the oldest since %s; %s: %s", clock(l.Since, o.Now), count(l.Customers, "customer"), late.kinds())
		l.Do = []string{"Oldest first: " + late.named("since", o.Now)}
		lines = append(lines, l)
	}
	if n := len(next.all); n > 0 {
		l := next.line(BriefingDue)
		l.Title = fmt.Sprintf("%s due by %s", count(n, "promise"), clock(o.Until, o.Now))
		l.Why = fmt.Sprintf("the next by %s; %s: %s", clock(l.Since, o.Now), count(l.Customers, "customer"), next.kinds())
		l.Do = []string{"In this order: " + next.named("by", o.Now)}
		lines = append(lines, l)
	}
	return lines, nil
}

// promised are promises in the order in which they are due, and their tickets.
type promised struct {
	all        []tracker.Promise
	references []string
}

func (s *promised) add(p tracker.Promise, t tracker.Ticket) {
	s.all, s.references = append(s.all, p), append(s.references, t.Reference)
}

func (s *promised) line(kind BriefingKind) BriefingLine {
	l := BriefingLine{Kind: kind, Since: s.all[0].Due}
	type person struct {
		customer tracker.CustomerID
		ticket   tracker.TicketID
	}
	who, seen := map[person]bool{}, map[tracker.TicketID]bool{}
	for _, p := range s.all {
		if p.Customer != 0 {
			who[person{customer: p.Customer}] = true
		} else {
			who[person{ticket: p.Ticket}] = true
		}
		if !seen[p.Ticket] {
			seen[p.Ticket] = true
			l.Tickets = append(l.Tickets, p.Ticket)
		}
	}
	l.Customers = len(who)
	return l
}

// kinds counts the promises by kind.
func (s *promised) kinds() string {
	var parts []string
	for _, kind := range []tracker.PromiseKind{tracker.PromiseAnswer, tracker.PromiseCallback, tracker.PromiseUpdate, tracker.PromiseFollowUp} {
		n := 0
		for _, p := range s.all {
			if p.Kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, count(n, spoken(kind)))
		}
	}
	return strings.Join(parts, ", ")
}

// named are the first of the promises by reference.
func (s *promised) named(when string, now time.Time) string {
	var parts []string
	for i, p := range s.all[:min(len(s.all), briefingNamed)] {
		parts = append(parts, fmt.Sprintf("%s (%s, %s %s)", s.references[i], spoken(p.Kind), when, clock(p.Due, now)))
	}
	if n := len(s.all) - len(parts); n > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(parts, ", ")
}

func spoken(k tracker.PromiseKind) string { return strings.ReplaceAll(string(k), "_", " ") }
