package tracker

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// ContactQuery narrows a list of contacts; zero fields do not.
type ContactQuery struct {
	Since, Until time.Time // by when they were said: from Since on, before Until
	Customer     CustomerID
	Ticket       TicketID
	Problem      ProblemID
	Channel      Channel
	Kind         Kind
	Direction    Direction
}

// Contacts lists contacts: those of a ticket in the order of the log, those of a
// customer or problem ticket by ticket, all others by the time they were said.
func (t *Tracker) Contacts(ctx context.Context, q ContactQuery) iter.Seq2[Contact, error] {
	keep := func(_ store.Reader, c *Contact) (bool, error) {
		return (q.Channel == "" || c.Channel == q.Channel) && (q.Kind == "" || c.Kind == q.Kind) &&
			(q.Direction == "" || c.Direction == q.Direction) && within(c.Seen(), q.Since, q.Until) &&
			(q.Ticket == 0 || c.Ticket == q.Ticket), nil
	}
	find := where(through[Contact](bContacts), keep)
	switch {
	case q.Ticket != 0 && q.Customer == 0 && q.Problem == 0:
		return list(ctx, t.core, bContactsByTicket, store.Prefix(key(q.Ticket)), find)
	case q.Customer != 0 || q.Problem != 0:
		return func(yield func(Contact, error) bool) {
			for tk, err := range t.Tickets(ctx, TicketQuery{Customer: q.Customer, Problem: q.Problem}) {
				if err != nil {
					yield(Contact{}, err)
					return
				}
				if q.Ticket != 0 && tk.ID != q.Ticket {
					continue
				}
				for c, err := range list(ctx, t.core, bContactsByTicket, store.Prefix(key(tk.ID)), find) {
					if !yield(c, err) || err != nil {
						return
					}
				}
			}
		}
	}
	rng := store.Range{}
	if !q.Since.IsZero() {
		rng.From = moment(q.Since)
	}
	if !q.Until.IsZero() {
		rng.To = append(moment(q.Until), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	}
	return list(ctx, t.core, bContactsByTime, rng, find)
}

func within(t, since, until time.Time) bool {
	return (since.IsZero() || !t.Before(since)) && (until.IsZero() || t.Before(until))
}

// TicketQuery narrows a list of tickets; zero fields do not.
type TicketQuery struct {
	Since, Until time.Time // by when they were opened: from Since on, before Until
	Customer     CustomerID
	Problem      ProblemID
	Topic        TopicID
	Status       []Status // any of these
	Channel      Channel
	Kind         Kind
}

// Tickets lists tickets in the order of their numbers; those of several statuses
// status by status, so that one whose status changes meanwhile may come twice, or not
// at all.
func (t *Tracker) Tickets(ctx context.Context, q TicketQuery) iter.Seq2[Ticket, error] {
	customer, problem := q.Customer, q.Problem
	if customer != 0 {
		cu, err := t.Customer(ctx, customer)
		if err != nil {
			return failed[Ticket](err)
		}
		customer = cu.ID
	}
	if problem != 0 {
		p, err := t.Problem(ctx, problem)
		if err != nil {
			return failed[Ticket](err)
		}
		problem = p.ID
	}
	keep := func(_ store.Reader, tk *Ticket) (bool, error) {
		return (customer == 0 || tk.Customer == customer) && (problem == 0 || tk.Problem == problem) &&
			(q.Topic == 0 || tk.Topic == q.Topic) && (len(q.Status) == 0 || slices.Contains(q.Status, tk.Status)) &&
			(q.Channel == "" || tk.Channel == q.Channel) && (q.Kind == "" || tk.Kind == q.Kind) &&
			within(tk.Opened, q.Since, q.Until), nil
	}
	find := where(through[Ticket](bTickets), keep)
	switch {
	case problem != 0:
		return list(ctx, t.core, bTicketsByProblem, store.Prefix(key(problem)), find)
	case customer != 0:
		return list(ctx, t.core, bTicketsByCustomer, store.Prefix(key(customer)), find)
	case q.Topic != 0:
		return list(ctx, t.core, bTicketsByTopic, store.Prefix(key(q.Topic)), find)
	case len(q.Status) > 0:
		return func(yield func(Ticket, error) bool) {
			for _, s := range q.Status {
				for tk, err := range list(ctx, t.core, bTicketsByStatus, store.Prefix(append([]byte(s), 0)), find) {
					if !yield(tk, err) || err != nil {
						return
					}
				}
			}
		}
	}
	return list(ctx, t.core, bTickets, store.Range{}, where(record[Ticket](bTickets), keep))
}

// Customers lists customers in the order of their numbers, without those that were
// merged or erased.
func (t *Tracker) Customers(ctx context.Context) iter.Seq2[Customer, error] {
	return list(ctx, t.core, bCustomers, store.Range{}, where(record[Customer](bCustomers), func(_ store.Reader, c *Customer) (bool, error) {
		return c.MergedInto == 0 && !c.Erased, nil
	}))
}

// ProblemQuery narrows a list of problems; zero fields do not.
type ProblemQuery struct {
	Status []ProblemStatus // any of these
	All    bool            // also those that were merged, and proposed ones that lost their tickets
}

// Problems lists problems in the order of their numbers.
func (t *Tracker) Problems(ctx context.Context, q ProblemQuery) iter.Seq2[Problem, error] {
	return list(ctx, t.core, bProblems, store.Range{}, where(record[Problem](bProblems), func(_ store.Reader, p *Problem) (bool, error) {
		return (q.All || p.MergedInto == 0 && (p.Tickets > 0 || p.MadeByPerson)) &&
			(len(q.Status) == 0 || slices.Contains(q.Status, p.Status)), nil
	}))
}

// Topics lists topics that have tickets, in the order of their numbers.
func (t *Tracker) Topics(ctx context.Context) iter.Seq2[Topic, error] {
	return list(ctx, t.core, bTopics, store.Range{}, where(record[Topic](bTopics), func(_ store.Reader, tp *Topic) (bool, error) {
		return tp.Tickets > 0, nil
	}))
}

// ArticleQuery narrows a list of articles; zero fields do not.
type ArticleQuery struct {
	Problem ProblemID // that the article is about
}

// Articles lists articles in the order of their numbers.
func (t *Tracker) Articles(ctx context.Context, q ArticleQuery) iter.Seq2[Article, error] {
	return list(ctx, t.core, bArticles, store.Range{}, where(record[Article](bArticles), func(r store.Reader, a *Article) (bool, error) {
		if q.Problem == 0 {
			return true, nil
		}
		want, err := readProblem(r, q.Problem)
		if err != nil {
			return false, err
		}
		for _, id := range a.Problems {
			p, err := readProblem(r, id)
			if err != nil || p.ID == want.ID {
				return err == nil, err
			}
		}
		return false, nil
	}))
}

// PromiseQuery narrows a list of promises; zero fields do not.
type PromiseQuery struct {
	State     PromiseState
	Ticket    TicketID
	Customer  CustomerID
	DueBefore time.Time
}

// Promises lists promises: the open ones (State is PromiseOpen) by when they are
// due, all others in the order of their numbers.
func (t *Tracker) Promises(ctx context.Context, q PromiseQuery) iter.Seq2[Promise, error] {
	customer := q.Customer
	if customer != 0 {
		cu, err := t.Customer(ctx, customer)
		if err != nil {
			return failed[Promise](err)
		}
		customer = cu.ID
	}
	find := where(through[Promise](bPromises), func(r store.Reader, p *Promise) (bool, error) {
		if q.State != "" && p.State != q.State || q.Ticket != 0 && p.Ticket != q.Ticket || !within(p.Due, time.Time{}, q.DueBefore) {
			return false, nil
		}
		if customer == 0 {
			return true, nil
		}
		tk, err := load[Ticket](r, bTickets, key(p.Ticket)) // which goes along when customers are merged
		return tk != nil && tk.Customer == customer, err
	})
	switch {
	case q.Ticket != 0:
		return list(ctx, t.core, bPromisesByTicket, store.Prefix(key(q.Ticket)), find)
	case q.State == PromiseOpen:
		return list(ctx, t.core, bPromisesOpen, store.Range{}, find)
	}
	return list(ctx, t.core, bPromises, store.Range{}, find)
}

// DecisionQuery narrows a list of decisions; zero fields do not.
type DecisionQuery struct {
	Ticket  TicketID   // that it is about or moved
	Problem ProblemID  // that it is about, or brought a ticket to or took one from
	After   DecisionID // only later ones
}

// Decisions lists decisions in the order in which they were made.
func (t *Tracker) Decisions(ctx context.Context, q DecisionQuery) iter.Seq2[Decision, error] {
	find := where(through[Decision](bDecisions), func(_ store.Reader, d *Decision) (bool, error) {
		return q.Problem == 0 || d.concerns(q.Problem), nil
	})
	if q.Ticket != 0 {
		rng := store.Prefix(key(q.Ticket))
		rng.From = pair(q.Ticket, q.After+1)
		return list(ctx, t.core, bDecisionsByTicket, rng, find)
	}
	return list(ctx, t.core, bDecisions, store.Range{From: key(q.After + 1)}, find)
}
