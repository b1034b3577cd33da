package kb

import (
	"context"
	"fmt"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

const day = 24 * time.Hour

// heard is what a problem's tickets say about it, up to a moment.
type heard struct {
	tickets   int
	customers int                // different ones, ever
	recent    int                // of these, within the last [tracker.TrendRecentDays]
	since     int                // of these recent ones, since the last briefing
	trend     tracker.Trend      // as of the moment
	open      []tracker.TicketID // neither solved nor closed
	named     []string           // references of the first of these
}

// problemLines are the lines about outages, then those about problems, the older one first,
// and then those about topics that ring.
func (b *Base) problemLines(ctx context.Context, o BriefingOptions) ([]BriefingLine, error) {
	alarms, err := b.alarms(ctx, o)
	if err != nil {
		return nil, err
	}
	ring := map[tracker.ProblemID]tracker.Alarm{}
	var lines []BriefingLine
	for _, a := range alarms {
		if a.Problem != 0 {
			ring[a.Problem] = a
		}
	}
	for p, err := range b.Tracker.Problems(ctx, tracker.ProblemQuery{}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		a, rings := ring[p.ID]
		fixed := !p.Resolved.IsZero() && !p.Resolved.Before(o.Since)
		if !rings && !fixed && p.Last.Before(o.Now.Add(-tracker.TrendNewDays*day)) {
			continue
		}
		h, err := b.heardOf(ctx, p, o)
		if err != nil {
			return nil, err
		}
		if l, ok := problemLine(p, h, o); ok {
			if rings {
				l.Alarm = true
				l.Why = fmt.Sprintf("rings now, with %s since %s; %s", count(a.Customers, "customer"), clock(a.Since, o.Now), l.Why)
				l.rank += 1 << 30
			}
			lines = append(lines, l)
		}
	}
	for i, a := range alarms {
		if a.Topic != 0 {
			lines = append(lines, topicLine(a, len(alarms)-i, o))
		}
	}
	if lines, err = b.addOutages(ctx, o, lines); err != nil {
		return nil, err
	}
	return lines, b.addArticles(ctx, lines)
}

// alarms are what rings now, by the tracker's clock.
func (b *Base) alarms(ctx context.Context, o BriefingOptions) ([]tracker.Alarm, error) {
	if apart := b.Tracker.Now().Sub(o.Now).Abs(); apart >= time.Hour {
		return nil, nil
	}
	return b.Tracker.Alarms(ctx, nil)
}

func topicLine(a tracker.Alarm, rank int, o BriefingOptions) BriefingLine {
	title := show.Line(a.Title)
	if title == "" {
		title = fmt.Sprintf("Topic %d", a.Topic)
	}
	return BriefingLine{
		Kind: BriefingRising, Title: shown(title, briefingTitle), Alarm: true, Topic: a.Topic,
		Why: fmt.Sprintf("rings now, with %s since %s about this topic, where %.1f were to be expected; no problem explains it",
			count(a.Customers, "customer"), clock(a.Since, o.Now), a.Expected),
		Do:        []string{"Look whether these tickets have one cause, and confirm them as one problem."},
		Customers: a.Customers, Since: a.Since, rank: 1<<30 + rank,
	}
}

// heardOf counts what customers said about a problem up to o.Now. Praise is no trouble;
// a ticket of nobody known stands for a customer of its own.
func (b *Base) heardOf(ctx context.Context, p tracker.Problem, o BriefingOptions) (heard, error) {
	type person struct {
		customer tracker.CustomerID
		ticket   tracker.TicketID
	}
	type visit struct {
		person
		ago int
	}
	var h heard
	all, recent, since, visits := map[person]bool{}, map[person]bool{}, map[person]bool{}, map[visit]bool{}
	oldest := -1
	for t, err := range b.Tracker.Tickets(ctx, tracker.TicketQuery{Problem: p.ID}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return h, err
		}
		if t.Opened.After(o.Now) || t.Kind == tracker.Praise {
			continue
		}
		h.tickets++
		who := person{customer: t.Customer}
		if t.Customer == 0 {
			who.ticket = t.ID
		}
		ago := int(o.Now.Sub(t.Opened) / day)
		all[who], visits[visit{who, ago}] = true, true
		if oldest = max(oldest, ago); ago < tracker.TrendRecentDays {
			if recent[who] = true; !t.Opened.Before(o.Since) {
				since[who] = true
			}
		}
		if !t.Erased && t.Status != tracker.StatusSolved && t.Status != tracker.StatusClosed {
			if h.open = append(h.open, t.ID); len(h.open) <= briefingNamed {
				h.named = append(h.named, t.Reference)
			}
		}
	}
	perDay := make([]int, oldest+1)
	for v := range visits {
		perDay[oldest-v.ago]++
	}
	h.customers, h.recent, h.since = len(all), len(recent), len(since)
	h.trend = tracker.TrendOf(perDay, !p.Regressed.IsZero())
	return h, nil
}

// fewestRising is how many customers a new problem that nobody can answer needs to be
// told to everyone.
const fewestRising = 2

// problemLine is what is told about a problem; ok is false when it is nothing.
func problemLine(p tracker.Problem, h heard, o BriefingOptions) (l BriefingLine, ok bool) {
	title := show.Line(p.Title)
	if title == "" {
		title = fmt.Sprintf("Problem %d", p.ID)
	}
	l = BriefingLine{
		Problem: p.ID, Title: shown(title, briefingTitle), Trend: h.trend, Customers: h.recent, Since: p.First,
		Why: h.why(p, o), rank: h.recent,
	}
	if p.Confirmed() {
		l.rank *= 2
	}
	if h.trend == tracker.TrendEscalating {
		l.rank += 1 << 20
	}
	for _, do := range whatHelps(p, "") {
		l.Do = append(l.Do, shown(do, briefingText))
	}
	back := !p.Regressed.IsZero()
	switch {
	case !back && within(p.Resolved, o):
		l.Kind, l.Tickets, l.Since, l.rank = BriefingFixed, h.open, p.Resolved, len(h.open)
		l.Why = fmt.Sprintf("resolved %s; %s", clock(p.Resolved, o.Now), l.Why)
		if n := len(h.open); n > 0 {
			l.Why += fmt.Sprintf("; %s %s to be told", count(n, "ticket"), have(n, "waits", "wait"))
			l.Do = append([]string{fmt.Sprintf("Tell the customers who wait: %s.", listed(h.named, n))}, l.Do...)
		}
	case back:
		l.Kind, l.Since = BriefingRegressed, p.Regressed
		l.Why = fmt.Sprintf("fixed in %s, back since %s; %s", shown(p.FixedIn, 30), clock(p.Regressed, o.Now), l.Why)
		return l, h.recent > 0 || within(p.Regressed, o)
	case h.recent > 0 && len(l.Do) > 0:
		l.Kind = BriefingKnown
	case h.recent >= fewestRising && (h.trend == tracker.TrendEscalating || h.trend == tracker.TrendNew):
		l.Kind = BriefingRising
		l.Do = []string{"No answer is known yet: collect the version and what the customer did, and link the ticket to this problem."}
	default:
		return l, false
	}
	return l, true
}

func within(t time.Time, o BriefingOptions) bool {
	return !t.IsZero() && !t.Before(o.Since) && !t.After(o.Now)
}

// why is a problem in numbers.
func (h heard) why(p tracker.Problem, o BriefingOptions) string {
	if h.tickets == 0 {
		return "no ticket is about it"
	}
	who := "nobody"
	if h.recent > 0 {
		who = count(h.recent, "customer")
	}
	why := fmt.Sprintf("%s within %d days", who, tracker.TrendRecentDays)
	if h.since > 0 {
		why += fmt.Sprintf(", %d of them since %s", h.since, clock(o.Since, o.Now))
	}
	switch h.trend {
	case tracker.TrendEscalating:
		why = "escalating: " + why + ", more than before"
	case tracker.TrendNew:
		why = "new: " + why
	}
	certain := ""
	if !p.Confirmed() {
		certain = "; likely one cause, nobody has confirmed it"
	}
	return fmt.Sprintf("%s; %s of %s in all, since %s%s", why, count(h.tickets, "ticket"), count(h.customers, "customer"), clock(p.First, o.Now), certain)
}

// addArticles names the articles about the problems of lines.
func (b *Base) addArticles(ctx context.Context, lines []BriefingLine) error {
	if len(lines) == 0 {
		return nil
	}
	about := map[tracker.ProblemID][]tracker.Article{}
	for a, err := range b.Tracker.Articles(ctx, tracker.ArticleQuery{}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return err
		}
		if a.Confidence == tracker.Archived {
			continue
		}
		problems, err := problemsOf(ctx, b.Tracker, a)
		if err != nil {
			return err
		}
		for _, p := range problems {
			about[p] = append(about[p], a)
		}
	}
	for i := range lines {
		l := &lines[i]
		for _, a := range about[l.Problem] {
			l.Articles = append(l.Articles, a.ID)
			if len(l.Articles) == 1 {
				l.Do = append(l.Do, shown(fmt.Sprintf("Article %d: %s", a.ID, a.Title), briefingText))
			}
		}
	}
	return nil
}
