package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// idea is a suggestion's key: a problem, or a ticket without one.
type idea struct {
	problem tracker.ProblemID
	ticket  tracker.TicketID
}

type ideaTally struct {
	Suggestion
	opened            []time.Time
	people            map[person]bool
	who               tracker.CustomerID // of Ticket, as are language and product
	language, product string
}

func (t *tally) suggestion(k tracker.Ticket, f fact) {
	key := idea{ticket: k.ID}
	if f.problem != 0 {
		key = idea{problem: f.problem}
	}
	s := t.ideas[key]
	if s == nil {
		s = &ideaTally{Suggestion: Suggestion{Problem: f.problem}, people: map[person]bool{}}
		t.ideas[key] = s
	}
	if s.Tickets == 0 || k.Opened.Before(s.First) {
		s.Ticket, s.First, s.who = k.ID, k.Opened.In(t.zone), k.Customer
		s.language, s.product = k.Language, k.Product
		if f.problem == 0 {
			s.Title = clip(k.Title, quoteChars, quoteWords)
		}
	}
	s.Tickets++
	s.opened = append(s.opened, k.Opened)
	s.people[f.who] = true
	if k.Status != tracker.StatusClosed && k.Status != tracker.StatusSolved {
		s.Waiting++
	}
}

// suggestions are those that came in the period or still wait, at most n.
func (t *tally) suggestions(n int) []*ideaTally {
	var list []*ideaTally
	for _, s := range t.ideas {
		s.Customers = len(s.people)
		for _, at := range s.opened {
			if t.period.holds(at) {
				s.New++
			}
		}
		s.Decided = s.Waiting == 0
		if p := t.problems[s.Problem]; p != nil {
			s.Title = show.Line(p.record.Title)
			s.Decided = s.Decided || p.record.Status == tracker.ProblemResolved || p.record.Status == tracker.ProblemClosed
		}
		if s.New > 0 || s.Waiting > 0 {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *ideaTally) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), a.First.Compare(b.First), cmp.Compare(a.Ticket, b.Ticket))
	})
	return list[:min(n, len(list))]
}
