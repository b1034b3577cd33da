package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// screen is what is printed.
type screen struct {
	strings.Builder
	base *kb.Base
	kept string // folder that stays; "": none
}

func (s *screen) line(format string, args ...any) {
	s.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (s *screen) show(ctx context.Context, h *happened) error {
	st, err := s.base.Tracker.Stats(ctx)
	if err != nil {
		return err
	}
	span := ""
	if !h.first.IsZero() {
		from := day(h.first)
		if h.first.Year() != h.last.Year() {
			from += h.first.Format(" 2006")
		}
		span = fmt.Sprintf(", %s to %s", from, day(h.last)+h.last.Format(" 2006"))
	}
	s.line("%s%s", h.what, span)
	switch {
	case h.contacts == 0 && h.duplicates > 0:
		s.line("Nothing is new: all %d contacts were logged before, and none was logged twice.", h.duplicates)
	case h.duplicates > 0:
		s.line("%d contacts logged; %d were there already, and were not logged twice.", h.contacts, h.duplicates)
	default:
		s.line("%d contacts logged.", h.contacts)
	}
	where := "a folder that is deleted now; -db DIR keeps it"
	if s.kept != "" {
		where = s.kept
	}
	s.line("%d customers, %d tickets, in %s", st.Customers, st.Tickets, where)
	s.moments(h)
	if err := s.problems(ctx, h); err != nil {
		return err
	}
	if err := s.advice(ctx); err != nil {
		return err
	}
	return s.due(ctx, h)
}

func (s *screen) moments(h *happened) {
	if len(h.moments) == 0 {
		return
	}
	s.line("")
	s.line("Every contact has a reference at once:")
	for _, m := range h.moments[:min(5, len(h.moments))] {
		who := m.contact.Name
		if _, name := tracker.ParseIdentity(m.contact.From, ""); who == "" {
			who = name
		}
		if who == "" {
			who = m.contact.From
		}
		what := m.contact.Title
		if what == "" {
			what = m.contact.Text
		}
		if who != "" {
			who += ": "
		}
		s.line("  %s  %s", m.receipt.Reference, short(who+what, 66))
		s.line("  %*s  %s", len(m.receipt.Reference), "", short(m.why, 90))
	}
}

// Problems are shown down to so many tickets, and so many of them.
const (
	shownTickets  = 2
	shownProblems = 12
)

func (s *screen) problems(ctx context.Context, h *happened) error {
	var all []tracker.Problem
	for p, err := range s.base.Tracker.Problems(ctx, tracker.ProblemQuery{}) {
		if err != nil {
			return err
		}
		if p.Tickets >= shownTickets {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b tracker.Problem) int { return b.Tickets - a.Tickets })
	s.line("")
	s.line("What recurs: %s", count(len(all), "problem"))
	if h.shown > 0 {
		said := fmt.Sprintf("she confirmed %d", h.confirmed)
		if h.rejected > 0 {
			said += fmt.Sprintf(" and rejected %d", h.rejected)
		}
		s.line("(For %d tickets Mia was shown what may be the same: %s.)", h.shown, said)
	}
	for _, p := range all[:min(shownProblems, len(all))] {
		likely := p.Tickets - p.ConfirmedTickets
		tickets := fmt.Sprintf("%d confirmed", p.ConfirmedTickets)
		switch {
		case p.ConfirmedTickets == 0:
			tickets = fmt.Sprintf("%d likely", likely)
		case likely > 0:
			tickets += fmt.Sprintf(" + %d likely", likely)
		}
		s.line("  P%-3d %s", p.ID, short(cmp.Or(p.Title, "no title yet"), 72))
		if len(p.Words) > 0 {
			tickets += "; in common: " + strings.Join(p.Words[:min(5, len(p.Words))], ", ")
		}
		s.line("       %s", short(tickets, 90))
		if !p.Regressed.IsZero() {
			s.line("       was fixed in %s, and is back since %s", p.FixedIn, day(p.Regressed))
		}
	}
	if n := len(all) - shownProblems; n > 0 {
		s.line("  and %d more, see the report", n)
	}
	return nil
}

// advice shows what is known about the newest ticket that belongs to a problem with an
// article, or to any problem, or that has candidates.
func (s *screen) advice(ctx context.Context) error {
	var best tracker.Ticket
	rank := 0
	for t, err := range s.base.Tracker.Tickets(ctx, tracker.TicketQuery{}) {
		if err != nil {
			return err
		}
		r := 0
		switch {
		case t.Status == tracker.StatusClosed:
		case t.Problem != 0:
			r = 2
			for _, err := range s.base.Tracker.Articles(ctx, tracker.ArticleQuery{Problem: t.Problem}) {
				if err != nil {
					return err
				}
				r = 3
				break
			}
		case len(t.Candidates) > 0:
			r = 1
		}
		if r > 0 && r >= rank {
			best, rank = t, r
		}
	}
	if rank == 0 {
		return nil
	}
	a, err := s.base.Advise(ctx, best.ID)
	if err != nil {
		return err
	}
	s.line("")
	s.line("Advice for %s, %q:", best.Reference, short(best.Title, 60))
	say := func(what, format string, args ...any) {
		s.line("  %-11s%s", what, short(fmt.Sprintf(format, args...), 90))
	}
	if a.Problem != nil {
		say("problem", "P%d %s", a.Problem.Problem.ID, a.Problem.Problem.Title)
		for _, do := range a.Problem.Do {
			say("", "%s", do)
		}
	}
	for _, c := range a.Candidates[:min(2, len(a.Candidates))] {
		say("candidate", "%s", c.Title)
		say("", "(%s)", c.Why)
	}
	for _, x := range a.Articles[:min(2, len(a.Articles))] {
		say("article", "%s", x.Article.Title)
		say("", "(%s)", x.Why)
	}
	for _, p := range a.Procedures[:min(2, len(a.Procedures))] {
		say("procedure", "%s", p.Title)
		say("", "(%s)", p.Why)
	}
	return nil
}

// due shows what customers were promised.
func (s *screen) due(ctx context.Context, h *happened) error {
	var open []tracker.Promise
	for p, err := range s.base.Tracker.Promises(ctx, tracker.PromiseQuery{State: tracker.PromiseOpen}) {
		if err != nil {
			return err
		}
		open = append(open, p)
	}
	if len(open) == 0 {
		return nil
	}
	now := s.base.Tracker.Now()
	late := 0
	for late < len(open) && open[late].Due.Before(now) {
		late++
	}
	s.line("")
	s.line("What is due on %s:", day(now)+now.Format(" 15:04"))
	if late > 0 {
		s.line("  overdue: %s, the oldest since %s", count(late, "promise"), day(open[0].Due))
	}
	for _, p := range open[late:min(late+4, len(open))] {
		t, err := s.base.Tracker.Ticket(ctx, p.Ticket)
		if err != nil {
			return err
		}
		what := strings.ReplaceAll(string(p.Kind), "_", " ")
		if p.Text != "" {
			what += ": " + p.Text
		}
		s.line("  by %s  %s  %s", day(p.Due)+p.Due.Format(" 15:04"), t.Reference, short(what, 60))
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func day(t time.Time) string { return t.UTC().Format("2 Jan") }

// short is s in one line of at most n characters, none of which a terminal obeys.
func short(s string, n int) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " ")
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ") + "…"
	}
	return s
}
