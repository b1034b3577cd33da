package kb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// addOutages tells, before the lines about problems, the outages that are open at o.Now,
// and those that were said to be over since the last briefing. An outage takes over what is
// told of the problem behind it, so that this is told once; but trouble that goes on when an
// outage is over keeps its own line.
func (b *Base) addOutages(ctx context.Context, o BriefingOptions, problems []BriefingLine) ([]BriefingLine, error) {
	var open, over []tracker.Outage
	for x, err := range b.Tracker.Outages(ctx, tracker.OutageQuery{}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		x, told := x.At(o.Now)
		switch {
		case !told:
		case x.Open():
			open = append(open, x)
		case within(resolvedAt(x), o):
			over = append(over, x)
		}
	}
	var lines []BriefingLine
	for _, x := range slices.Concat(open, over) { // what goes on comes first to its problem's line
		l := outageLine(x, o)
		if x.Problem != 0 {
			p, err := b.Tracker.Problem(ctx, x.Problem)
			if err != nil && !b.leftOut(err) {
				return nil, err
			}
			if err == nil {
				if err := b.tellWaiting(ctx, x, &l); err != nil {
					return nil, err
				}
				l.Problem = p.ID
				problems = l.takeOver(p, problems)
			}
		}
		lines = append(lines, l)
	}
	return append(lines, problems...), nil
}

// resolvedAt is when an outage that is over was said to be.
func resolvedAt(x tracker.Outage) time.Time {
	at := x.Told().At
	for _, u := range slices.Backward(x.Updates) {
		if u.Phase != tracker.OutageResolved {
			break
		}
		at = u.At
	}
	return at
}

// outageLine is what is told of an outage without its problem.
func outageLine(x tracker.Outage, o BriefingOptions) BriefingLine {
	l := BriefingLine{Kind: BriefingOutage, Outage: x.ID, Title: shown(x.Title, briefingTitle), Since: x.Began}
	if x.Open() {
		l.Why = fmt.Sprintf("since %s, for %s; %s; %s", clock(x.Began, o.Now), lasted(o.Now.Sub(x.Began)), x.Phase, until(x, o.Now))
	} else {
		l.Kind, l.Since = BriefingFixed, x.Ended
		l.Why = fmt.Sprintf("the outage is over since %s, after %s", clock(x.Ended, o.Now), lasted(x.Ended.Sub(x.Began)))
	}
	if n := len(x.Products); n > 0 {
		l.Why += "; affected: " + shown(listed(x.Products[:min(n, 3)], n), briefingTitle)
	}
	l.Why += "; told last at " + clock(x.Told().At, o.Now)
	l.Do = []string{"Customers are told: " + shown(x.Told().Text, briefingText)}
	if x.Prevention != "" {
		l.Do = append(l.Do, "So that it does not happen again: "+shown(x.Prevention, briefingText))
	}
	return l
}

// until is what is said of the end of an outage.
func until(x tracker.Outage, now time.Time) string {
	switch {
	case x.Expected.IsZero():
		return "nobody knows until when"
	case x.Expected.Before(now):
		return fmt.Sprintf("it was expected to be over by %s and is not", clock(x.Expected, now))
	}
	return fmt.Sprintf("expected to be over by %s", clock(x.Expected, now))
}

// lasted is a length of time, in words, to the unit that matters.
func lasted(d time.Duration) string {
	switch {
	case d < time.Hour:
		return count(max(1, int(d/time.Minute)), "minute")
	case d < 2*day:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/day), "day")
}

// tellWaiting names who waits and does not know yet what was told of an outage last.
func (b *Base) tellWaiting(ctx context.Context, x tracker.Outage, l *BriefingLine) error {
	var named []string
	for a, err := range b.Tracker.Affected(ctx, x.ID) {
		if b.leftOut(err) || err == nil && !a.Told.IsZero() {
			continue
		}
		if err != nil {
			return err
		}
		if l.Tickets = append(l.Tickets, a.Ticket); len(l.Tickets) <= briefingNamed {
			named = append(named, a.Reference)
		}
	}
	if n := len(l.Tickets); n > 0 {
		l.rank = n
		l.Do = append(l.Do, fmt.Sprintf("Tell the customers who wait: %s.", listed(named, n)))
	}
	return nil
}

// takeOver brings what is told of the problem behind an outage into the line of the outage,
// and returns the lines of the other problems.
func (l *BriefingLine) takeOver(p tracker.Problem, problems []BriefingLine) []BriefingLine {
	i := slices.IndexFunc(problems, func(other BriefingLine) bool { return other.Problem == p.ID })
	over := l.Kind == BriefingFixed
	if over && i >= 0 && (problems[i].Alarm || problems[i].Kind == BriefingRegressed) {
		return problems
	}
	for _, do := range whatHelps(p, "") {
		l.Do = append(l.Do, shown(do, briefingText))
	}
	if i < 0 {
		return problems
	}
	of := problems[i]
	l.Trend, l.Alarm, l.Customers = of.Trend, of.Alarm, of.Customers
	if !over {
		l.rank = of.rank
	}
	l.Why += "; the problem behind it: " + strings.TrimSuffix(of.Why, ".")
	return slices.Delete(problems, i, i+1)
}
