package report

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// report makes the report of what was read. It goes back to the log for the few
// texts that are quoted.
func (b *builder) report(ctx context.Context) (*Report, error) {
	t := b.tally
	r := &Report{
		Format: Version, Title: b.opts.Title, Product: clip(b.opts.Product, titleChars, titleWords), Period: t.period,
		Problems: []Problem{}, Suggestions: []Suggestion{},
		Arrivals: t.arrivals(), Outages: t.outageList(), Promises: t.promiseCounts(), FellShort: t.fell,
	}
	r.Period.Latest = t.latest
	r.Topics, r.MoreTopics = t.topicList(b.opts.Top)
	for _, p := range ordered(t.problems) {
		if q := t.shown(p); q.Period.Tickets+q.Period.Contacts > 0 {
			r.Problems = append(r.Problems, q)
		}
	}
	slices.SortFunc(r.Problems, byWeight)
	if n := len(r.Problems); n > b.opts.Top {
		r.Problems, r.MoreProblems = r.Problems[:b.opts.Top], n-b.opts.Top
	}
	for i := range r.Problems {
		q := &r.Problems[i]
		p := t.problems[q.ID]
		q.Evidence = p.evidence.result(q.Words)
		voices, err := b.voices(ctx, p.voices, 1, math.MinInt, q.Words, p.public(b.opts.Product)...)
		if err != nil {
			return nil, err
		}
		if len(voices) > 0 {
			q.Voice = voices[0]
		} else {
			r.FellShort.Voiceless++
		}
		r.FellShort.Unjudged += q.LikelyTickets
	}
	r.Fixes = t.fixes(b.opts.Top)
	r.Totals = t.totals()
	r.FellShort.Flags = sorted(t.flags, len(t.flags))
	r.Articles = t.knowledge(b.opts.Top, b.opts.Unwritten)

	var err error
	if r.Thanks, err = b.thanks(ctx); err != nil {
		return nil, err
	}
	for _, s := range t.suggestions(b.opts.Top) {
		if err := b.clean(ctx, s); err != nil {
			return nil, err
		}
		r.Suggestions = append(r.Suggestions, s.Suggestion)
	}
	r.PageOne = pageOne(r)
	return r, nil
}

// voices are the best quotes of the candidates, at most n, each of another person.
// The words given say what a quote should speak of, least what it must score.
func (b *builder) voices(ctx context.Context, from candidates, n, least int, about []string, public ...string) ([]string, error) {
	type found struct {
		quote string
		score int
	}
	var all []found
	for _, c := range from {
		said, err := b.desk.Contact(ctx, c.contact)
		if err != nil || said.Erased {
			if err = unlessGone(err); err != nil {
				return nil, err
			}
			continue
		}
		by, err := b.customer(ctx, said.Customer)
		if err != nil {
			return nil, err
		}
		quote, score := voice(said.Text, said.Language, about, hiding(said, by, public...))
		if quote != "" && score >= least {
			all = append(all, found{quote, score})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.score, a.score) })
	var quotes []string
	for _, f := range all[:min(n, len(all))] {
		quotes = append(quotes, f.quote)
	}
	return quotes, nil
}

// customer is nobody if the log does not know them any more.
func (b *builder) customer(ctx context.Context, id tracker.CustomerID) (tracker.Customer, error) {
	if id == 0 {
		return tracker.Customer{}, nil
	}
	c, err := b.desk.Customer(ctx, id)
	return c, unlessGone(err)
}

func unlessGone(err error) error {
	if errors.Is(err, tracker.ErrNotFound) || errors.Is(err, tracker.ErrErased) {
		return nil
	}
	return err
}

func (b *builder) thanks(ctx context.Context) (Thanks, error) {
	t := b.tally
	voices, err := b.voices(ctx, t.thanks, 3, 1, []string{"thank", "great", "quick", "help", "danke", "merci", "gracias"}, b.opts.Product)
	return Thanks{Contacts: t.kinds[string(tracker.Praise)], Customers: len(t.thanked), Voices: voices}, err
}

// titleWordsAtMost is how long a title is at most; what is longer is the beginning of a
// text, as of a chat.
const titleWordsAtMost = 8

// clean takes out of a suggestion's title, where it is the customer's, what
// identifies them.
func (b *builder) clean(ctx context.Context, s *ideaTally) error {
	if s.Problem != 0 {
		return nil
	}
	by, err := b.customer(ctx, s.who)
	if err != nil {
		return err
	}
	x := hiding(tracker.Contact{}, by, b.opts.Product, s.product)
	s.Title = clip(x.Title(s.Title, s.language), titleChars, 2*titleWordsAtMost)
	return nil
}

// public are the words that are no secret in a quote about p.
func (p *problemTally) public(product string) []string {
	words := []string{p.record.Title, p.record.Product, product}
	words = append(words, p.record.Words...)
	for _, m := range []map[string]int{p.products, p.components, p.versions} {
		for _, c := range sorted(m, len(m)) {
			words = append(words, c.Name)
		}
	}
	return words
}

// shown is p as the report shows it, but for its voice and its evidence.
func (t *tally) shown(p *problemTally) Problem {
	q := Problem{
		ID: p.record.ID, Title: show.Line(p.record.Title), Words: p.record.Words, Status: p.record.Status,
		Confirmed: p.record.Confirmed(), ConfirmedTickets: p.confirmed, LikelyTickets: p.other,
		First: p.first.In(t.zone), Last: p.last.In(t.zone),
		Products: sorted(p.products, 5), Versions: sorted(p.versions, 8), Components: sorted(p.components, 8),
		KnownError: p.record.KnownError(), RootCause: show.Line(p.record.RootCause), Workaround: show.Line(p.record.Workaround),
		Resolution: show.Line(p.record.Resolution), FixedIn: show.Line(p.record.FixedIn), Articles: p.articles,
	}
	if at := p.record.Regressed; !at.IsZero() && at.Before(t.until) {
		q.Regressed = at.In(t.zone)
	}
	everybody := map[person]bool{}
	for _, v := range p.visits {
		everybody[v.who] = true
		if t.period.holds(v.opened) {
			q.Period.Tickets++
		}
	}
	q.Customers = len(everybody)
	q.Period.Customers, q.Period.Complaints = len(p.people), len(p.complained)
	q.Period.Contacts, q.Period.Before = p.contacts, p.before
	days := p.perDay(t.until, t.zone)
	q.Trend = TrendOf(days, !q.Regressed.IsZero())
	q.Weeks = p.weeks(t.until)
	q.Weight = Weigh(q)
	return q
}

// perDay are the distinct people who opened a ticket, a day each, from the day of
// the first ticket to the day that ends at until.
func (p *problemTally) perDay(until time.Time, zone *time.Location) []int {
	type once struct {
		day int
		who person
	}
	end := midnight(until.Add(-time.Nanosecond), zone, 0)
	seen := map[once]bool{}
	oldest := -1
	for _, v := range p.visits {
		if v.praise {
			continue
		}
		// A day of the clock may have 23 or 25 hours; half a day settles to which one it belongs.
		ago := int((end.Sub(midnight(v.opened, zone, 0)) + day/2) / day)
		seen[once{ago, v.who}] = true
		oldest = max(oldest, ago)
	}
	days := make([]int, oldest+1)
	for o := range seen {
		days[oldest-o.day]++
	}
	return days
}

func (p *problemTally) weeks(until time.Time) []int {
	type once struct {
		week int
		who  person
	}
	weeks := make([]int, Weeks)
	seen := map[once]bool{}
	for _, v := range p.visits {
		o := once{int((until.Sub(v.opened) - 1) / (7 * day)), v.who}
		if v.praise || o.week >= Weeks || seen[o] {
			continue
		}
		seen[o] = true
		weeks[Weeks-1-o.week]++
	}
	return weeks
}

// fixes are the problems that a version is said to have ended.
func (t *tally) fixes(n int) []Fix {
	list := []Fix{}
	for _, p := range ordered(t.problems) {
		done := p.record.Status == tracker.ProblemResolved || p.record.Status == tracker.ProblemClosed
		q := t.shown(p)
		if q.FixedIn == "" || !done && q.Regressed.IsZero() || len(p.visits) == 0 {
			continue
		}
		list = append(list, Fix{Problem: q.ID, Title: q.Title, FixedIn: q.FixedIn, Before: p.before, After: p.contacts, Regressed: q.Regressed})
	}
	slices.SortStableFunc(list, func(a, b Fix) int {
		return cmp.Or(boolFirst(!a.Regressed.IsZero(), !b.Regressed.IsZero()), cmp.Compare(b.Before+b.After, a.Before+a.After))
	})
	return list[:min(n, len(list))]
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
