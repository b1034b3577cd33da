package report

import (
	"cmp"
	"slices"

	"github.com/supportloop/supportloop/tracker/show"
)

func (t *tally) totals() Totals {
	outcomes := map[string]int{}
	for _, f := range t.tickets {
		t.log.Tickets++
		if t.period.holds(f.opened) {
			t.in.Tickets++
		}
		if !f.closed.IsZero() && t.period.holds(f.closed) && f.outcome != "" {
			outcomes[string(f.outcome)]++
		}
	}
	return Totals{
		Log: t.size(t.log, t.heard), Period: t.size(t.in, t.heardIn),
		Channels: sorted(t.channels, len(t.channels)), Kinds: sorted(t.kinds, len(t.kinds)), Outcomes: sorted(outcomes, len(outcomes)),
	}
}

func (t *tally) size(s Size, m met) Size {
	s.Customers, s.Problems = len(m.people), len(m.problems)
	for id := range m.problems {
		if t.problems[id].record.Confirmed() {
			s.Confirmed++
		}
	}
	return s
}

// topicList are the topics that have a title, n at most, and how many more there are.
func (t *tally) topicList(n int) (list []Topic, more int) {
	for _, f := range t.tickets {
		p := t.topics[f.topic]
		switch {
		case p == nil:
		case t.period.holds(f.opened):
			p.tickets++
			p.people[f.who] = true
			if f.problem != 0 {
				p.problems[f.problem] = true
			}
		case t.period.before(f.opened):
			p.before++
		}
	}
	list = []Topic{}
	for _, p := range ordered(t.topics) {
		switch {
		case p.tickets+p.before == 0:
		case show.Line(p.record.Title) == "":
			more++
		default:
			list = append(list, Topic{
				ID: p.record.ID, Title: show.Line(p.record.Title), Words: p.record.Words,
				Tickets: p.tickets, Before: p.before, Customers: len(p.people), Problems: len(p.problems),
			})
		}
	}
	slices.SortStableFunc(list, func(a, b Topic) int { return cmp.Compare(b.Tickets, a.Tickets) })
	shown := list[:min(n, len(list))]
	return shown, more + len(list) - len(shown)
}

func (t *tally) arrivals() Arrivals {
	a := Arrivals{Zone: t.zone.String(), Hours: make([]Hour, 24), Weekdays: make([]Weekday, 7)}
	for d, name := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		a.Weekdays[d] = Weekday{Day: name, Hours: slices.Clone(t.hours[d][:])}
		a.Weekdays[d].Contacts = sum(t.hours[d][:])
	}
	for h := range a.Hours {
		a.Hours[h] = Hour{Hour: h, Promised: t.promised[h], Broken: t.broken[h]}
		for d := range t.hours {
			a.Hours[h].Contacts += t.hours[d][h]
		}
	}
	return a
}

func (t *tally) promiseCounts() Promises {
	p := Promises{Kinds: []PromiseCount{}, Overdue: t.overdue, DueSoon: t.soon}
	for _, c := range ordered(t.promises) {
		p.Kinds = append(p.Kinds, *c)
	}
	return p
}
