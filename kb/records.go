package kb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
)

// maxTicket is how many bytes of a ticket's contacts are searched: of a longer one,
// the oldest.
const maxTicket = 256 << 10

// articleField is the field of tickets that names the articles which helped.
const articleField = "article"

// document makes the documents of a record as it is now: none when it is not to be
// found (any more), and of a merged problem that which it became. used are tickets
// whose use of an article the index may not know.
func (b *Base) document(ctx context.Context, r record, used uses) ([]Document, error) {
	var d Document
	var ok bool
	var err error
	switch r.kind {
	case Article:
		var a tracker.Article
		if a, err = b.Tracker.Article(ctx, tracker.ArticleID(r.id)); err == nil {
			d, ok, err = b.usedArticle(ctx, a, used)
		}
	case Problem:
		var p tracker.Problem
		if p, err = b.Tracker.Problem(ctx, tracker.ProblemID(r.id)); err == nil {
			d, ok = problemDocument(p)
		}
	case Ticket:
		var t tracker.Ticket
		if t, err = b.Tracker.Ticket(ctx, tracker.TicketID(r.id)); err == nil {
			d, ok, err = b.ticketDocument(ctx, t)
		}
	case Contact:
		var c tracker.Contact
		if c, err = b.Tracker.Contact(ctx, tracker.ContactID(r.id)); err == nil {
			d, ok, err = b.contactDocument(ctx, c)
		}
	}
	switch {
	case b.leftOut(err):
		return nil, nil
	case err != nil || !ok:
		return nil, err
	}
	return []Document{d}, nil
}

// leftOut reports whether err says of one record that it is not there any more, or
// that it is damaged, as the tracker's Verify says too: what can be read serves.
func (b *Base) leftOut(err error) bool {
	if errors.Is(err, store.ErrDamaged) {
		b.log.Warn("a damaged record is left out", "error", err)
		return true
	}
	return errors.Is(err, tracker.ErrNotFound) || errors.Is(err, tracker.ErrErased)
}

// usedArticle makes the document of an article, of whose uses the index knows but for
// the given ones.
func (b *Base) usedArticle(ctx context.Context, a tracker.Article, used uses) (Document, bool, error) {
	known, err := b.naming(ctx, Ticket, articleField, uint64(a.ID))
	if err != nil {
		return Document{}, false, err
	}
	tickets := slices.Clone(used[a.ID])
	for _, n := range known {
		tickets = append(tickets, tracker.TicketID(n))
	}
	return b.articleDocument(ctx, a, tickets)
}

// articleDocument makes that of an article which the given tickets may have used.
func (b *Base) articleDocument(ctx context.Context, a tracker.Article, used []tracker.TicketID) (Document, bool, error) {
	if a.Confidence == tracker.Archived {
		return Document{}, false, nil
	}
	asked, err := b.asked(ctx, a.ID, used)
	if err != nil {
		return Document{}, false, err
	}
	about, err := problemsOf(ctx, b.Tracker, a)
	return sound(Document{
		Kind: Article, ID: fmt.Sprint(a.ID), Title: a.Title, Language: a.Language, Time: a.Updated,
		Text: paragraphs(a.Issue, a.Environment, a.Cause, a.Resolution, a.Workaround, a.Body), Asked: asked,
		Fields: map[string]string{
			"audience": string(a.Audience), "confidence": string(a.Confidence), "owner": a.Owner, "slug": a.Slug,
			"product": strings.Join(a.Products, "\n"), "version": strings.Join(a.Versions, "\n"), problemField: list(about),
		},
	}), err == nil, err
}

func problemDocument(p tracker.Problem) (Document, bool) {
	origin := "proposed"
	if p.Confirmed() {
		origin = "confirmed"
	}
	return sound(Document{
		Kind: Problem, ID: fmt.Sprint(p.ID), Title: p.Title, Time: p.Last,
		Text: paragraphs(p.Workaround, p.Resolution, p.RootCause, strings.Join(p.Words, " ")),
		Fields: map[string]string{
			"status": string(p.Status), "origin": origin, "product": p.Product, "fixed_in": p.FixedIn,
		},
	}), p.MergedInto == 0 && (p.Tickets > 0 || p.MadeByPerson)
}

func (b *Base) ticketDocument(ctx context.Context, t tracker.Ticket) (Document, bool, error) {
	if t.Erased {
		return Document{}, false, nil
	}
	text, err := b.said(ctx, t, "")
	if err != nil {
		return Document{}, false, err
	}
	d := sound(Document{
		Kind: Ticket, ID: fmt.Sprint(t.ID), Title: t.Title, Text: paragraphs(text, t.Reference), Language: t.Language, Time: t.Updated,
		Fields: map[string]string{
			"status": string(t.Status), "outcome": string(t.Outcome), "channel": string(t.Channel), "ticket_kind": string(t.Kind),
			"product": t.Product, "component": strings.Join(t.Components, "\n"), "version": t.Version, "reference": strings.ToLower(t.Reference), articleField: list(t.Articles),
		},
	})
	if t.Problem != 0 {
		d.Fields[problemField] = fmt.Sprint(t.Problem)
	}
	return d, true, nil
}

// contactDocument is for one contact. It says nothing of its ticket that can change,
// and has no audience: customers never find it.
func (b *Base) contactDocument(ctx context.Context, c tracker.Contact) (Document, bool, error) {
	if c.Erased {
		return Document{}, false, nil
	}
	t, err := b.Tracker.Ticket(ctx, c.Ticket)
	return sound(Document{
		Kind: Contact, ID: fmt.Sprint(c.ID), Title: c.Title, Text: cut(c.Text, maxTicket), Language: c.Language, Time: c.Seen(),
		Fields: map[string]string{
			"ticket": fmt.Sprint(c.Ticket), "reference": strings.ToLower(t.Reference), "channel": string(c.Channel), "direction": string(c.Direction),
			"contact_kind": string(c.Kind), "product": c.Product, "component": strings.Join(c.Components, "\n"), "version": c.Version,
		},
	}), true, err
}

// said is what was said on a ticket, oldest first; in one direction, or in all ("").
func (b *Base) said(ctx context.Context, t tracker.Ticket, only tracker.Direction) (string, error) {
	var parts []string
	n := 0
	for c, err := range b.contacts(ctx, t, only) {
		if err != nil {
			return "", err
		}
		if c.Title != t.Title {
			parts = append(parts, c.Title)
		}
		parts = append(parts, c.Text)
		if n += len(c.Title) + len(c.Text); n > maxTicket {
			break
		}
	}
	return cut(paragraphs(parts...), maxTicket), nil
}

// contacts are those of a ticket, oldest first, without those that are erased or damaged.
func (b *Base) contacts(ctx context.Context, t tracker.Ticket, only tracker.Direction) iter.Seq2[tracker.Contact, error] {
	return func(yield func(tracker.Contact, error) bool) {
		for c, err := range b.Tracker.Contacts(ctx, tracker.ContactQuery{Ticket: t.ID, Direction: only}) {
			if b.leftOut(err) || c.Erased {
				continue
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// procedureDocument is for procedures in force.
func procedureDocument(p *sop.Procedure) (Document, bool) {
	parts := []string{p.Purpose}
	for _, s := range p.Steps {
		parts = append(parts, s.String())
	}
	parts = append(parts, p.DoneWhen)
	return sound(Document{
		Kind: Procedure, ID: p.ID, Title: p.Title, Language: p.Language, Text: paragraphs(parts...),
		Fields: map[string]string{"owner": p.Owner},
	}), p.Status == sop.Active
}

// sound makes a document of a record keep to the limits of documents.
func sound(d Document) Document {
	d.Title, d.Text = cut(d.Title, MaxTitle), cut(d.Text, MaxText)
	for name, value := range d.Fields {
		if !utf8.ValidString(value) || len(value) > MaxValue {
			d.Fields[name] = cut(strings.ToValidUTF8(value, "\uFFFD"), MaxValue)
		}
	}
	return d
}

func paragraphs(parts ...string) string {
	var filled []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			filled = append(filled, p)
		}
	}
	return strings.Join(filled, "\n\n")
}

func list[N ~uint64](ids []N) string {
	var b strings.Builder
	for _, id := range ids {
		fmt.Fprintln(&b, id)
	}
	return b.String()
}
