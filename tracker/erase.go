package tracker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// Erasure says what an erasure did, and what it could not do.
type Erasure struct {
	Customer    CustomerID  `json:"customer"`
	Contacts    int         `json:"contacts"`           // without content now; they are still counted
	Tickets     int         `json:"tickets"`            // without title and words; they are still counted
	Attachments int         `json:"attachments"`        // gone
	Identities  int         `json:"identities"`         // gone
	Decisions   int         `json:"decisions"`          // whose evidence was taken out
	Answers     int         `json:"answers"`            // gone, from the runs of procedures too
	Articles    []ArticleID `json:"articles,omitempty"` // made of their tickets: what they took from there is gone, in every revision; look whether they still make sense
	Compacted   bool        `json:"compacted"`          // the deleted bytes are gone from the medium, too
	Notes       []string    `json:"notes"`              // what is left to the caller
}

// Erase takes a customer out: the content of their contacts, their attachments,
// identities and name, their answers (also where they were used on a ticket that is
// another customer's now), the titles of their tickets and the words that
// decisions and runs kept of them. Numbers, sums of money, times, counts, kinds, products and versions stay, so that
// reports still add up. The store's file is compacted, the grouping index made anew,
// its cache deleted, and whoever follows the changes is told to delete what they keep.
//
// What people wrote themselves, of problems, in articles and in outages, stays as they wrote it.
// Of an article that was made of a ticket ([Tracker.DraftArticle]) every sentence goes, in
// all its revisions, that stands as it was taken from what is erased, whoever approved
// of it since; what was written in its place stays. Writers wait while all contacts are read through.
//
// An erasure cannot be undone, and decisions that would bring its tickets back can
// no longer be. What it cannot reach stands in its Notes: tell it to whoever keeps
// backups.
//
// Errors: [ErrNotFound]. One that was erased already is erased again, without harm:
// repeat the call after any error.
func (t *Tracker) Erase(ctx context.Context, id CustomerID) (Erasure, error) {
	var out Erasure
	err := t.write(ctx, "erase", fmt.Sprintf("customer %d", id), 1<<20, func(x *tx) error {
		cu, err := x.customer(id)
		if err != nil {
			return err
		}
		if path := x.c.cachePath(); path != "" { // before the commit: it must not survive a crash in between
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		out = Erasure{Customer: cu.ID}
		return x.erase(cu, &out)
	})
	if err != nil {
		return out, err
	}
	out.Notes = []string{
		"Backups, exports, reports and folders of articles that were made before are yours to delete or to keep to their own time.",
		"What people wrote about problems, in articles and in outages stays as they wrote it: look whether it names the customer.",
	}
	if c, ok := t.store.(store.Compactor); ok {
		if err := c.Compact(ctx); err != nil {
			return out, fmt.Errorf("the content is deleted but its bytes may still be on the medium; erase again: %w", err)
		}
		out.Compacted = true
	} else {
		out.Notes = append(out.Notes, "This store cannot compact itself: deleted bytes may linger on its medium.")
	}
	return out, t.renewIndex(ctx)
}

// erase takes the customer, and everybody merged into them, out of the records.
func (x *tx) erase(cu *Customer, out *Erasure) error {
	who := map[CustomerID]bool{cu.ID: true}
	err := each(x, bCustomers, store.Range{}, func(e store.Entry) error {
		other, err := decode[Customer](bCustomers, e.Key, e.Value)
		if err != nil {
			return err
		}
		into, err := x.customer(other.ID)
		if err != nil || into.ID != cu.ID || other.ID == cu.ID {
			return err
		}
		who[other.ID] = true
		return x.erasePerson(other, out)
	})
	if err != nil {
		return err
	}
	spoke := map[TicketID]bool{} // where words of theirs may be why something was decided
	err = each(x, bTicketsByCustomer, store.Prefix(key(cu.ID)), func(e store.Entry) error {
		id := number[TicketID](e.Key)
		spoke[id] = true
		return x.eraseTicket(id, cu.ID, out)
	})
	if err != nil {
		return err
	}
	if err := x.eraseCopies(out); err != nil {
		return err
	}
	// What they wrote on tickets that are not theirs.
	err = each(x, bContacts, store.Range{}, func(e store.Entry) error {
		in, err := decode[Contact](bContacts, e.Key, e.Value)
		if err != nil || !who[in.Customer] || in.Erased {
			return err
		}
		spoke[in.Ticket] = true
		return x.eraseContact(in, out)
	})
	if err != nil {
		return err
	}
	if err := x.erasePerson(cu, out); err != nil {
		return err
	}
	if err := x.eraseWords(spoke, out); err != nil {
		return err
	}
	if err := x.eraseDrafts(spoke, out); err != nil {
		return err
	}
	return x.change(Change{Action: CustomerErased, Customer: cu.ID})
}

func (x *tx) erasePerson(cu *Customer, out *Erasure) error {
	for _, id := range cu.Identities {
		out.Identities++
		if err := x.Delete(bIdentities, hash(string(id.Kind), id.Value)); err != nil {
			return err
		}
	}
	return x.saveCustomer(&Customer{ID: cu.ID, First: cu.First, MergedInto: cu.MergedInto, Erased: true})
}

func (x *tx) eraseTicket(id TicketID, of CustomerID, out *Erasure) error {
	tk, err := x.ticket(id)
	if err != nil {
		return err
	}
	err = each(x, bContactsByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		in, err := must[Contact](x, bContacts, number[ContactID](e.Key), "contact")
		if err != nil || in.Erased {
			return err
		}
		return x.eraseContact(in, out)
	})
	if err != nil {
		return err
	}
	err = each(x, bPromisesByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		p, err := must[Promise](x, bPromises, number[PromiseID](e.Key), "promise")
		if err != nil {
			return err
		}
		if p.Text, p.Reason = "", ""; p.State == PromiseOpen {
			return x.settle(p, PromiseWithdrawn, "erased", x.now)
		}
		return save(x, bPromises, key(p.ID), p)
	})
	if err != nil {
		return err
	}
	if err := x.eraseRuns(id, out); err != nil {
		return err
	}
	if err := x.eraseFlags(id); err != nil {
		return err
	}
	if !tk.Erased {
		out.Tickets++
	}
	tk.Title, tk.Reason, tk.Candidates, tk.Erased = "", "", nil, true
	if err := x.saveTicket(tk); err != nil {
		return err
	}
	return x.change(Change{Action: TicketErased, Ticket: id, Customer: of, Problem: tk.Problem})
}

// eraseWords takes out what decisions about tickets keep of their words, and names
// anew what was named by them. Their contacts are erased already.
func (x *tx) eraseWords(tickets map[TicketID]bool, out *Erasure) error {
	problems, topics := map[ProblemID]bool{}, map[TopicID]bool{}
	for _, id := range slices.Sorted(maps.Keys(tickets)) {
		tk, err := x.ticket(id)
		if err != nil {
			return err
		}
		problems[tk.Problem], topics[tk.Topic] = true, true
		err = each(x, bDecisionsByTicket, store.Prefix(key(id)), func(e store.Entry) error {
			d, err := must[Decision](x, bDecisions, number[DecisionID](e.Key), "decision")
			if err != nil {
				return err
			}
			for _, e := range d.Effects { // where it was once, its words may still stand
				if e.Kind == effectLink && e.Ticket == id {
					problems[ProblemID(e.From)], problems[ProblemID(e.To)] = true, true
				}
			}
			if len(d.Why) == 0 {
				return nil
			}
			out.Decisions++
			d.Why = nil
			return save(x, bDecisions, key(d.ID), d)
		})
		if err != nil {
			return err
		}
	}
	delete(problems, 0)
	delete(topics, 0)
	for _, p := range slices.Sorted(maps.Keys(problems)) {
		if err := x.relabel(p, true); err != nil {
			return err
		}
	}
	for _, t := range slices.Sorted(maps.Keys(topics)) {
		if err := x.relabelTopic(t, true); err != nil {
			return err
		}
	}
	return nil
}

// eraseContact leaves of a contact when and by which way it came.
func (x *tx) eraseContact(in *Contact, out *Erasure) error {
	out.Contacts++
	out.Attachments += len(in.Attachments)
	err := each(x, bBlobs, store.Prefix(key(in.ID)), func(e store.Entry) error { return x.Delete(bBlobs, e.Key) })
	if err != nil {
		return err
	}
	left := Contact{
		ID: in.ID, At: in.At, LoggedAt: in.LoggedAt, Channel: in.Channel, Direction: in.Direction, Kind: in.Kind,
		Ticket: in.Ticket, Customer: in.Customer, Actor: in.Actor, Product: in.Product, Version: in.Version, Erased: true,
	}
	return errors.Join(
		save(x, bContacts, key(in.ID), left),
		x.change(Change{Action: ContactErased, Contact: in.ID, Ticket: in.Ticket, Customer: in.Customer}),
	)
}

// renewIndex makes the grouping index anew, from a log that says less than before.
func (c *core) renewIndex(ctx context.Context) error {
	if c.index == nil {
		return nil
	}
	fresh := &core{store: c.store, opts: c.opts, index: cluster.New(c.opts.Grouping)}
	if err := fresh.followIndex(ctx); err != nil {
		return err
	}
	return c.between(ctx, func() error {
		if err := fresh.followIndex(ctx); err != nil { // what came meanwhile
			return err
		}
		c.index.Become(fresh.index)
		return nil
	})
}
