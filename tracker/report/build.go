package report

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// Options say what a report is about. Nil, and every zero field, means the default.
type Options struct {
	// Until is where the period ends; what came then or later is left out. Default:
	// the end of today.
	Until time.Time
	// Since is where the period begins. Default: 28 days before Until, or the day of
	// the first ticket if that is later.
	Since time.Time
	// All begins the period with the day of the first ticket, whatever Since says.
	All bool
	// Zone is whose clock days and hours go by, the dates that are written too.
	// Default: UTC.
	Zone *time.Location
	// Product counts only tickets of this one product, in any case. Default: all.
	Product string
	// Title is the report's. Default: "Problem report".
	Title string
	// Top is how many problems are listed, and suggestions, fixes, topics and articles
	// likewise. Default 50.
	Top int
	// Unwritten is from how many tickets on a problem without an article is named.
	// Default 3.
	Unwritten int
}

const (
	defaultDays      = 28
	defaultTop       = 50
	defaultUnwritten = 3
	defaultTitle     = "Problem report"
)

func (o *Options) filled(now time.Time) Options {
	var f Options
	if o != nil {
		f = *o
	}
	if f.Zone == nil {
		f.Zone = time.UTC
	}
	if f.Until.IsZero() {
		f.Until = midnight(now, f.Zone, 1)
	}
	if f.Title == "" {
		f.Title = defaultTitle
	}
	if f.Top <= 0 {
		f.Top = defaultTop
	}
	if f.Unwritten <= 0 {
		f.Unwritten = defaultUnwritten
	}
	f.Title, f.Product = clip(f.Title, titleChars, titleWords), show.Line(f.Product)
	return f
}

// period is the time between Since and Until, in a log that begins at first; zero: it
// is empty.
func (o Options) period(first time.Time) Period {
	p := Period{Since: o.Since, Until: o.Until.In(o.Zone)}
	begin := midnight(p.Until, o.Zone, -1)
	if !first.IsZero() {
		begin = midnight(first, o.Zone, 0)
	}
	switch {
	case o.All:
		p.Since = begin
	case p.Since.IsZero():
		p.Since = p.Until.AddDate(0, 0, -defaultDays)
		if !first.IsZero() && begin.After(p.Since) {
			p.Since = begin
		}
	}
	p.Since = p.Since.In(o.Zone)
	if before := p.Since.Add(-p.Until.Sub(p.Since)); !first.IsZero() && first.Before(p.Since) {
		p.Previous = before
	}
	return p
}

func midnight(t time.Time, zone *time.Location, add int) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d+add, 0, 0, 0, 0, zone)
}

// Build reads desk's log and makes a report of it. It reads every list once and holds
// numbers, not texts; what is written meanwhile may or may not be in it. Tickets count
// by when they were opened, contacts by when they were said ([tracker.Contact.Seen]).
// What people decide about a problem, its title and its status, is as it is now.
//
// It returns an error if Since is not before Until, if ctx ends, and whatever reading
// the log returns.
func Build(ctx context.Context, desk *tracker.Tracker, o *Options) (*Report, error) {
	now := desk.Now()
	opts := o.filled(now)
	if !opts.Since.IsZero() && !opts.All && !opts.Since.Before(opts.Until) {
		return nil, fmt.Errorf("report: the period would begin at %s and end at %s; set Since to a time before Until",
			opts.Since.Format(time.RFC3339), opts.Until.Format(time.RFC3339))
	}
	b := builder{desk: desk, opts: opts, now: now, tally: newTally(opts.Until, opts.Product, opts.Zone)}
	if opts.Until.Before(now) {
		b.now = opts.Until
	}
	if err := b.read(ctx); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	rep, err := b.report(ctx)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return rep, nil
}

// builder is one Build under way.
type builder struct {
	desk  *tracker.Tracker
	opts  Options
	now   time.Time // what is overdue is so as of then
	tally *tally
}

// read takes the log in. Contacts need the tickets, tickets the problems; the others
// need both.
func (b *builder) read(ctx context.Context) error {
	t := b.tally
	if err := each(b.desk.Problems(ctx, tracker.ProblemQuery{All: true}), t.problem); err != nil {
		return err
	}
	if err := each(b.desk.Topics(ctx), t.topic); err != nil {
		return err
	}
	if err := each(b.desk.Tickets(ctx, tracker.TicketQuery{}), t.ticket); err != nil {
		return err
	}
	t.period = b.opts.period(t.first())
	if err := each(b.desk.Contacts(ctx, tracker.ContactQuery{Until: b.opts.Until}), t.contact); err != nil {
		return err
	}
	if err := each(b.desk.Decisions(ctx, tracker.DecisionQuery{}), t.decision); err != nil {
		return err
	}
	if err := each(b.desk.Promises(ctx, tracker.PromiseQuery{}), func(p tracker.Promise) { t.promise(p, b.now) }); err != nil {
		return err
	}
	if err := each(b.desk.Outages(ctx, tracker.OutageQuery{}), func(o tracker.Outage) { t.outage(o, b.now) }); err != nil {
		return err
	}
	if err := each(b.desk.Articles(ctx, tracker.ArticleQuery{}), func(a tracker.Article) { t.article(a, b.now) }); err != nil {
		return err
	}
	return each(b.desk.ArticleUses(ctx, tracker.ArticleUseQuery{}), t.use)
}

func each[T any](list iter.Seq2[T, error], take func(T)) error {
	for v, err := range list {
		if err != nil {
			return err
		}
		take(v)
	}
	return nil
}
