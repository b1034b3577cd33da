package tracker

import (
	"context"
	"fmt"

	"github.com/supportloop/supportloop/tracker/store"
)

// one reads one record.
func one[T any, N ~uint64](ctx context.Context, c *core, b store.Bucket, id N, what string) (T, error) {
	var out T
	err := c.view(ctx, func(r store.Reader) error {
		v, err := must[T](r, b, id, what)
		if err == nil {
			out = *v
		}
		return err
	})
	return out, err
}

// Contact returns a contact. One that was erased is returned without its content.
// Errors: [ErrNotFound].
func (t *Tracker) Contact(ctx context.Context, id ContactID) (Contact, error) {
	return one[Contact](ctx, t.core, bContacts, id, "contact")
}

// Ticket returns a ticket. Errors: [ErrNotFound].
func (t *Tracker) Ticket(ctx context.Context, id TicketID) (Ticket, error) {
	return one[Ticket](ctx, t.core, bTickets, id, "ticket")
}

// TicketByReference returns the ticket of a reference, however it is written: in
// small letters, without the hyphen, with the letter O for a zero. Errors:
// [ErrNotFound].
func (t *Tracker) TicketByReference(ctx context.Context, reference string) (Ticket, error) {
	id := t.refs.number(reference)
	if id == 0 {
		return Ticket{}, fmt.Errorf("%q is no reference of a ticket here: %w", reference, ErrNotFound)
	}
	return t.Ticket(ctx, id)
}

// Customer returns a customer, for one that was merged whom into. Errors:
// [ErrNotFound].
func (t *Tracker) Customer(ctx context.Context, id CustomerID) (Customer, error) {
	var out Customer
	err := t.view(ctx, func(r store.Reader) error {
		cu, err := readCustomer(r, id)
		if err == nil {
			out = *cu
		}
		return err
	})
	return out, err
}

// CustomerByIdentity returns whose email address, phone number or handle s is, in
// any spelling that [ParseIdentity] reads. Errors: [ErrNotFound].
func (t *Tracker) CustomerByIdentity(ctx context.Context, s string) (Customer, error) {
	id, _ := ParseIdentity(s, t.opts.CountryCode)
	var owner CustomerID
	err := t.view(ctx, func(r store.Reader) error {
		raw, err := r.Get(bIdentities, hash(string(id.Kind), id.Value))
		owner = number[CustomerID](raw)
		return err
	})
	if err == nil && owner == 0 {
		err = fmt.Errorf("nobody is known as %q: %w", s, ErrNotFound)
	}
	if err != nil {
		return Customer{}, err
	}
	return t.Customer(ctx, owner)
}

// Problem returns a problem, for one that was merged what into. Errors:
// [ErrNotFound].
func (t *Tracker) Problem(ctx context.Context, id ProblemID) (Problem, error) {
	var out Problem
	err := t.view(ctx, func(r store.Reader) error {
		p, err := readProblem(r, id)
		if err == nil {
			out = *p
		}
		return err
	})
	return out, err
}

// Topic returns a topic. Errors: [ErrNotFound].
func (t *Tracker) Topic(ctx context.Context, id TopicID) (Topic, error) {
	return one[Topic](ctx, t.core, bTopics, id, "topic")
}

// Article returns an article. Errors: [ErrNotFound].
func (t *Tracker) Article(ctx context.Context, id ArticleID) (Article, error) {
	return one[Article](ctx, t.core, bArticles, id, "article")
}

// ArticleBySlug returns the article that has a slug. Errors: [ErrNotFound].
func (t *Tracker) ArticleBySlug(ctx context.Context, slug string) (Article, error) {
	var id ArticleID
	err := t.view(ctx, func(r store.Reader) error {
		raw, err := r.Get(bArticleSlugs, hash(slug))
		id = number[ArticleID](raw)
		return err
	})
	if err == nil && id == 0 {
		err = fmt.Errorf("no article has the slug %q: %w", slug, ErrNotFound)
	}
	if err != nil {
		return Article{}, err
	}
	return t.Article(ctx, id)
}

// Promise returns a promise. Errors: [ErrNotFound].
func (t *Tracker) Promise(ctx context.Context, id PromiseID) (Promise, error) {
	return one[Promise](ctx, t.core, bPromises, id, "promise")
}

// Decision returns a decision. Errors: [ErrNotFound].
func (t *Tracker) Decision(ctx context.Context, id DecisionID) (Decision, error) {
	return one[Decision](ctx, t.core, bDecisions, id, "decision")
}
