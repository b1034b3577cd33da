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
	if err := s.ask(ctx); err != nil {
		return err
	}
	if err := s.learned(ctx); err != nil {
		return err
	}
	return s.briefing(ctx)
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
	shownProblems = 4
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
		for o, err := range s.base.Tracker.Outages(ctx, tracker.OutageQuery{Problem: p.ID}) {
			if err != nil {
				return err
			}
			tickets += "; " + outageOf(o)
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

func outageOf(o tracker.Outage) string {
	told := "told in " + count(len(o.Updates), "update")
	if o.Open() {
		return fmt.Sprintf("an outage since %s, %s", day(o.Began)+o.Began.Format(" 15:04"), told)
	}
	return fmt.Sprintf("an outage of %s, %s", strings.TrimSuffix(o.Ended.Sub(o.Began).Round(time.Minute).String(), "0s"), told)
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
	for _, r := range a.Runs[:min(1, len(a.Runs))] {
		say("begun", "%s", r.Title)
		say("", "next: %s", r.Next)
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

// ask shows what to ask about the newest ticket of which it is open what it belongs to.
func (s *screen) ask(ctx context.Context) error {
	var open []tracker.TicketID
	for t, err := range s.base.Tracker.Tickets(ctx, tracker.TicketQuery{}) {
		if err != nil {
			return err
		}
		if t.Status != tracker.StatusClosed && !t.Link.Person && len(t.Candidates) > 1 {
			open = append(open, t.ID)
		}
	}
	slices.Reverse(open)
	for _, id := range open[:min(looked, len(open))] {
		a, err := s.base.Advise(ctx, id)
		if err != nil {
			return err
		}
		if len(a.Ask) == 0 {
			continue
		}
		s.line("")
		s.line("What to ask about %s, %q:", a.Ticket.Reference, short(a.Ticket.Title, 60))
		for _, q := range a.Ask[:min(2, len(a.Ask))] {
			s.line("  %s", short(q.Ask, 90))
			for _, t := range q.Tells[:min(2, len(q.Tells))] {
				s.line("    %s", short(fmt.Sprintf("%s: speaks for %q, %.0f %% among the candidates", t.Answer, short(t.Title, 50), 100*t.Chance), 90))
			}
		}
		return nil
	}
	return nil
}

// looked is at how many tickets ask looks for one that there is something to ask about.
const looked = 50

// learned shows what became of procedures.
func (s *screen) learned(ctx context.Context) error {
	l, err := s.base.Tracker.Learn(ctx, s.base.Procedures, time.Time{}, time.Time{}, nil)
	if err != nil {
		return err
	}
	followed := 0
	for _, p := range l.Procedures {
		followed += p.Followed
	}
	s.line("")
	s.line("Of %s a procedure applies to %d; %d of them had one followed.", count(l.Tickets, "ticket"), l.Tickets-l.Unmatched, followed)
	return nil
}

// briefing shows what everyone should know today.
func (s *screen) briefing(ctx context.Context) error {
	b, err := s.base.Briefing(ctx, kb.BriefingOptions{})
	if err != nil {
		return err
	}
	s.line("")
	s.line("Briefing for everyone, %s:", day(b.Now)+b.Now.Format(" 15:04"))
	if len(b.Lines) == 0 {
		s.line("  nothing to know")
	}
	for _, l := range b.Lines {
		s.line("  %-9s  %s", l.Kind, short(l.Title, 80))
		for _, do := range l.Do[:min(1, len(l.Do))] {
			s.line("             %s", short(do, 80))
		}
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
