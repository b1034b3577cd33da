package tracker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker/internal/redact"
	"github.com/supportloop/supportloop/tracker/store"
)

const (
	draftReads    = 16 << 10 // bytes of a contact that a draft is made of
	draftTakes    = 4 << 10  // bytes of a part
	draftContacts = 10       // of either direction that are looked at
)

// DraftArticle makes an article of a solved ticket, for people to improve: the title is
// the ticket's; the issue what the customer wrote first; the environment what is known
// of product, version and components; the resolution the longest of our answers;
// products, versions and language are the ticket's. While the problem has no resolution,
// what helped is a workaround. The draft is [WorkInProgress] and [Internal], and is linked
// to the ticket and to its problem, which is where a cause, a resolution and a workaround
// of everybody's are kept: they are not copied.
//
// What may say who the customer is was taken out of it and marked "[…]": their names,
// other names, addresses, links, paths and numbers, as far as a machine finds them;
// greetings and signatures too. A person has to read it before customers do.
//
// When the customer is erased, what the draft and its revisions still say in the
// ticket's words goes too (see [Tracker.Erase]).
//
// Errors: [ErrNotFound], [ErrErased]; [ErrConflict] for a ticket that is not solved
// ([Ticket.Solved]) or has a draft already that is not archived.
func (t *Tracker) DraftArticle(ctx context.Context, ticket TicketID) (Article, error) {
	var out Article
	err := t.write(ctx, "draft_article", fmt.Sprintf("ticket %d", ticket), 16<<10, func(x *tx) error {
		tk, err := x.live(ticket)
		if err != nil {
			return err
		}
		if !tk.Solved() {
			return fmt.Errorf("%w: ticket %d is not solved: solve it first, then write down how", ErrConflict, ticket)
		}
		if err := x.undrafted(ticket); err != nil {
			return err
		}
		d := draft{tk: tk}
		if err := x.sketch(&d); err != nil {
			return err
		}
		x.head.Articles++
		d.ID = x.head.Articles
		if out, err = x.saveArticle(nil, d.Article); err != nil {
			return err
		}
		tk.Articles = append(tk.Articles, out.ID)
		_, err = x.use(&out, ArticleUse{Ticket: ticket, Kind: ArticleDrafted, Took: d.took})
		return errors.Join(err, x.saveTicket(tk))
	})
	return out, err
}

// undrafted fails if an article in use was made of a ticket already.
func (x *tx) undrafted(ticket TicketID) error {
	return each(x, bUsesByTicket, store.Prefix(key(ticket)), func(e store.Entry) error {
		u, err := must[ArticleUse](x, bUses, number[UseID](e.Key), "use of an article")
		if err != nil || u.Kind != ArticleDrafted || !u.Stands() {
			return err
		}
		a, err := must[Article](x, bArticles, u.Article, "article")
		if err == nil && a.Confidence != Archived {
			err = fmt.Errorf("%w: article %d was made of ticket %d already: improve that one", ErrConflict, a.ID, ticket)
		}
		return err
	})
}

// draft is an article under way, and what of it was taken from which contact.
type draft struct {
	Article
	tk   *Ticket
	took []Taken
}

// take sets a part of the draft.
func (d *draft) take(part string, from ContactID, text string) {
	if text == "" {
		return
	}
	*d.part(part) = text
	d.took = append(d.took, Taken{Part: part, Contact: from})
}

// part is where an article keeps a part.
func (a *Article) part(name string) *string {
	return map[string]*string{
		"title": &a.Title, "issue": &a.Issue, "environment": &a.Environment, "cause": &a.Cause,
		"resolution": &a.Resolution, "workaround": &a.Workaround, "body": &a.Body,
	}[name]
}

// sketch fills in what the log knows.
func (x *tx) sketch(d *draft) error {
	in, out, err := x.conversation(d.tk.ID)
	if err != nil {
		return err
	}
	var p Problem
	if d.tk.Problem != 0 {
		record, err := x.problem(d.tk.Problem)
		if err != nil {
			return err
		}
		p = *record
		d.Problems = []ProblemID{p.ID}
	}
	hide, err := x.hiding(d.tk, append(in, out...), p)
	if err != nil {
		return err
	}
	d.Audience, d.Confidence = Internal, WorkInProgress
	d.Language = d.tk.Language
	if d.tk.Product != "" {
		d.Products = []string{d.tk.Product}
	}
	if d.tk.Version != "" {
		d.Versions = []string{d.tk.Version}
	}
	for _, c := range in {
		d.Language = cmp.Or(d.Language, c.Language)
		if d.Issue == "" {
			d.take("issue", c.ID, hide.Letter(redact.Beginning(c.Text, draftReads), c.Language, draftTakes))
		}
		if d.Environment == "" {
			d.take("environment", c.ID, hide.Lines(redact.Beginning(c.Environment, draftTakes)))
		}
	}
	d.Environment = strings.TrimSpace(setting(d.tk) + "\n" + d.Environment)
	d.take("title", 0, hide.Title(d.tk.Title, d.Language))
	if !strings.ContainsFunc(strings.ReplaceAll(d.Title, redact.Hidden, ""), func(r rune) bool { return r > ' ' }) {
		d.Title = fmt.Sprintf("Article of ticket %s", d.tk.Reference)
	}
	part := "resolution"
	if p.ID != 0 && p.Resolution == "" && p.Status != ProblemResolved && p.Status != ProblemClosed {
		part = "workaround"
	}
	var answer string
	var from ContactID
	for _, c := range out {
		if s := hide.Letter(redact.Beginning(c.Text, draftReads), c.Language, draftTakes); len(s) >= len(answer) {
			answer, from = s, c.ID
		}
	}
	d.take(part, from, answer)
	return nil
}

// setting is what a ticket's fields say of where it happens.
func setting(tk *Ticket) string {
	var lines []string
	for _, f := range []struct{ name, value string }{
		{"Product", tk.Product}, {"Version", tk.Version}, {"Components", strings.Join(tk.Components, ", ")},
	} {
		if f.value != "" {
			lines = append(lines, f.name+": "+f.value)
		}
	}
	return strings.Join(lines, "\n")
}

// conversation is what was said on a ticket: the first of what came, and the last of
// what we answered. Machines' replies and what was erased are left out.
func (x *tx) conversation(id TicketID) (in, out []Contact, err error) {
	err = each(x, bContactsByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		c, err := must[Contact](x, bContacts, number[ContactID](e.Key), "contact")
		switch {
		case err != nil:
			return err
		case c.Erased || c.Automatic:
		case c.Direction == Inbound && len(in) < draftContacts:
			in = append(in, *c)
		case c.Direction == Outbound:
			if len(out) == draftContacts {
				out = slices.Delete(out, 0, 1)
			}
			out = append(out, *c)
		}
		return nil
	})
	return in, out, err
}

// hiding says what to hide in texts of a ticket's: the names of all who spoke. What the
// product and the problem are called is no secret.
func (x *tx) hiding(tk *Ticket, said []Contact, p Problem) (redact.Redaction, error) {
	var names, orgs []string
	people := []CustomerID{tk.Customer}
	for _, c := range said {
		names, orgs = append(names, c.Name, c.From), append(orgs, c.Organization)
		for _, id := range c.Identities {
			names = append(names, id.Value)
		}
		if !slices.Contains(people, c.Customer) {
			people = append(people, c.Customer)
		}
	}
	for _, id := range people {
		if id == 0 {
			continue
		}
		cu, err := x.customer(id)
		if err != nil {
			return redact.Redaction{}, err
		}
		names, orgs = append(names, cu.Name, cu.Address), append(orgs, cu.Organization)
		for _, id := range cu.Identities {
			names = append(names, id.Value)
		}
	}
	public := append([]string{tk.Product, tk.Version, p.Product, p.FixedIn}, tk.Components...)
	if p.Titled {
		public = append(public, p.Title)
	}
	return redact.New(names, orgs, public), nil
}
