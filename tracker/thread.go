package tracker

import (
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// sender finds or makes the customer a contact is from, and takes in what it says
// about them. An outbound contact or a note makes nobody.
func (x *tx) sender(in *Contact, from Identity) (*Customer, error) {
	// A sender is known by what they write from. Only where there is nothing of the
	// kind does what they tell about themselves do.
	ids := in.Identities
	known := ids
	if from.Kind != "" {
		ids = append([]Identity{from}, ids...)
		known = ids[:1]
	}
	var cu *Customer
	for _, id := range known {
		owner, err := x.owner(id)
		if err != nil {
			return nil, err
		}
		if owner != 0 {
			if cu, err = x.customer(owner); err != nil {
				return nil, err
			}
			break
		}
	}
	if in.Direction != Inbound || len(ids) == 0 {
		return cu, nil
	}
	fresh := cu == nil
	if fresh {
		x.head.Customers++
		cu = &Customer{ID: x.head.Customers, First: in.Seen()}
	}
	changed := fresh
	learn := func(dst *string, v string, always bool) {
		if v != "" && *dst != v && (*dst == "" || always) {
			*dst, changed = v, true
		}
	}
	learn(&cu.Name, in.Name, false)
	learn(&cu.Organization, in.Organization, false)
	learn(&cu.Language, in.Language, true)
	for _, id := range ids {
		added, err := x.identify(cu, in, id)
		if err != nil {
			return nil, err
		}
		changed = changed || added
	}
	if !changed {
		return cu, nil
	}
	return cu, x.saveCustomer(cu)
}

// owner is whose identity id is, 0 for nobody's.
func (x *tx) owner(id Identity) (CustomerID, error) {
	raw, err := x.Get(bIdentities, hash(string(id.Kind), id.Value))
	return number[CustomerID](raw), err
}

// identify adds id to cu. One that is somebody else's stays theirs, and is flagged.
func (x *tx) identify(cu *Customer, in *Contact, id Identity) (added bool, err error) {
	for i, have := range cu.Identities {
		if have.Kind == id.Kind && have.Value == id.Value {
			if have.Origin == Given || id.Origin != Given {
				return false, nil
			}
			cu.Identities[i].Origin = Given
			return true, nil
		}
	}
	owner, err := x.owner(id)
	if err != nil {
		return false, err
	}
	if owner != 0 {
		if other, err := x.customer(owner); err != nil || other.ID == cu.ID {
			return false, err
		}
		if !slices.Contains(in.Flags, FlagIdentityOfOther) {
			in.Flags = append(in.Flags, FlagIdentityOfOther)
		}
		return false, nil
	}
	cu.Identities = append(cu.Identities, id)
	return true, x.Put(bIdentities, hash(string(id.Kind), id.Value), key(cu.ID))
}

// thread finds the ticket a contact goes on with. One with no number yet is for the
// caller to open.
func (x *tx) thread(in *Contact, references []TicketID, from *Customer) (*Ticket, error) {
	if in.Ticket != 0 { // an agent's word
		tk, err := x.ticket(in.Ticket)
		if err != nil {
			return nil, err
		}
		if tk.Erased {
			return nil, fmt.Errorf("ticket %d: %w", tk.ID, ErrErased)
		}
		if in.Direction == Inbound && tk.Status == StatusClosed {
			return x.follow(in, tk), nil
		}
		return tk, nil
	}
	named, err := x.named(in, references)
	if err != nil {
		return nil, err
	}
	var refused *Ticket
	for _, id := range named {
		tk, err := x.ticket(id)
		if err != nil {
			return nil, err
		}
		switch {
		case tk.Erased:
		case in.Direction != Inbound && (from == nil || tk.Customer == from.ID),
			from != nil && tk.Customer == from.ID && tk.Status != StatusClosed:
			return tk, nil
		case from != nil && tk.Customer == from.ID:
			return x.follow(in, tk), nil
		case refused == nil:
			refused = tk
		}
	}
	if refused == nil {
		return &Ticket{}, nil
	}
	in.Flags = append(in.Flags, FlagThreadRefused)
	return &Ticket{Candidates: []Candidate{{
		Problem: refused.Problem, Ticket: refused.ID, Tickets: []TicketID{refused.ID},
		Why: []Reason{{Word: "named in the contact", Field: "reference"}},
	}}}, nil
}

// follow begins a ticket that goes on from a closed one.
func (x *tx) follow(in *Contact, closed *Ticket) *Ticket {
	in.Flags = append(in.Flags, FlagAfterClose)
	return &Ticket{Follows: closed.ID}
}

// named are the tickets that a contact refers to, the surest first.
func (x *tx) named(in *Contact, references []TicketID) ([]TicketID, error) {
	var out []TicketID
	add := func(id TicketID) {
		if id != 0 && id <= x.head.Tickets && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, m := range in.InReplyTo {
		id, err := x.message(m)
		if err != nil {
			return nil, err
		}
		add(id)
	}
	for _, id := range references {
		add(id)
	}
	return out, nil
}

// message is the ticket of the contact that first used m as its Message-ID or source
// id, 0 where there is none.
func (x *tx) message(m string) (TicketID, error) {
	entries, err := x.Page(bSources, store.Prefix(hash(m)), 16)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	first := ContactID(0)
	for _, e := range entries {
		l, err := decode[logged](bSources, e.Key, e.Value)
		if err != nil {
			return 0, err
		}
		if first == 0 || l.Contact < first {
			first = l.Contact
		}
	}
	c, err := must[Contact](x, bContacts, first, "contact")
	if err != nil {
		return 0, err
	}
	return c.Ticket, nil
}

// openTicket gives tk, which thread began, a number, and files it.
func (x *tx) openTicket(tk *Ticket, in *Contact, cu *Customer) error {
	x.head.Tickets++
	tk.ID = x.head.Tickets
	tk.Reference = x.c.refs.of(tk.ID)
	tk.Status = StatusNew
	tk.Kind, tk.Channel, tk.Language = in.Kind, in.Channel, in.Language
	tk.Product, tk.Components, tk.Version = in.Product, in.Components, in.Version
	tk.Opened, tk.Updated = in.Seen(), in.Seen()
	if tk.Title = in.Title; tk.Title == "" {
		tk.Title = cut(clean(firstLine(in.Text)), 120)
	}
	if cu != nil {
		tk.Customer = cu.ID
		if err := x.Put(bTicketsByCustomer, pair(cu.ID, tk.ID), []byte{}); err != nil {
			return err
		}
	}
	return x.change(Change{Action: TicketOpened, Ticket: tk.ID, Customer: tk.Customer})
}

func firstLine(s string) string {
	for i, r := range s {
		if r == '\n' && clean(s[:i]) != "" {
			return s[:i]
		}
	}
	return s
}

// reply moves the ticket on: what a customer says opens it again, what we say
// keeps the promise of an answer, and a new matter gets one.
func (x *tx) reply(tk *Ticket, in *Contact) error {
	switch {
	case in.Direction == Note, in.Automatic:
		return nil
	case in.Direction == Outbound:
		open, err := x.openPromises(tk.ID, PromiseAnswer)
		if err != nil {
			return err
		}
		for _, p := range open {
			if err := x.settle(&p, PromiseKept, "", in.Seen()); err != nil {
				return err
			}
		}
		if tk.Status == StatusNew {
			return x.setStatus(tk, StatusOpen)
		}
		return nil
	case tk.Status == StatusSolved, tk.Status == StatusPending:
		if err := x.setStatus(tk, StatusOpen); err != nil {
			return err
		}
	case tk.Contacts > 1:
		return nil // the customer was told already when we answer
	}
	open, err := x.openPromises(tk.ID, PromiseAnswer)
	if err != nil || len(open) > 0 || x.c.opts.AnswerWithin <= 0 {
		return err
	}
	_, err = x.promise(Promise{Ticket: tk.ID, Customer: tk.Customer, Kind: PromiseAnswer, Due: x.now.Add(x.c.opts.AnswerWithin)})
	return err
}

// must reads a record that has to be there.
func must[T any, N ~uint64](r store.Reader, b store.Bucket, id N, what string) (*T, error) {
	v, err := load[T](r, b, key(id))
	if err == nil && v == nil {
		err = fmt.Errorf("%s %d: %w", what, id, ErrNotFound)
	}
	return v, err
}

func (x *tx) saveCustomer(cu *Customer) error { return save(x, bCustomers, key(cu.ID), cu) }

// customer reads a customer, and for one that was merged whom into.
func (x *tx) customer(id CustomerID) (*Customer, error) { return readCustomer(x, id) }

func readCustomer(r store.Reader, id CustomerID) (*Customer, error) {
	for {
		cu, err := must[Customer](r, bCustomers, id, "customer")
		if err != nil || cu.MergedInto == 0 {
			return cu, err
		}
		id = cu.MergedInto
	}
}
