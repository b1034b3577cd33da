package tracker

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// Receipt is what became of a contact that was logged.
type Receipt struct {
	Contact    ContactID   `json:"contact"`
	Ticket     TicketID    `json:"ticket"`
	Reference  string      `json:"reference"` // of the ticket, for the customer
	Customer   CustomerID  `json:"customer,omitempty"`
	Problem    ProblemID   `json:"problem,omitempty"`
	Topic      TopicID     `json:"topic,omitempty"`
	Rule       string      `json:"rule,omitempty"`       // by which the machine joined it to Problem
	Candidates []Candidate `json:"candidates,omitempty"` // what else it may be the same as, best first, at most five
	NewTicket  bool        `json:"new_ticket,omitempty"`
	Duplicate  bool        `json:"duplicate,omitempty"` // it was logged before: this is the receipt of then
	Promise    PromiseID   `json:"promise,omitempty"`   // the open promise of an answer on its ticket
	AnswerBy   time.Time   `json:"answer_by,omitzero"`  // when that is due
	FixedIn    string      `json:"fixed_in,omitempty"`  // its problem is solved in this version, and the contact is about an older one
	Flags      []Flag      `json:"flags,omitempty"`
	Seq        uint64      `json:"seq"` // of the log once it was in
}

// Log logs a contact: who it is from, which ticket it belongs to, which problem
// that is. When Log returns without an error, all of it is durable.
//
// A contact that was logged before (same Source, SourceID and content) gets the
// receipt of then. One that answers a ticket joins it if the sender is on it; every
// other opens a new one.
//
// Errors: [ErrInvalid], [ErrNotFound] or [ErrErased] for a Ticket that is not
// there, [ErrForbidden], [ErrClosed], the context's own as long as nothing was
// begun, and those of the store. After one that is [store.ErrUnknown] log it again
// on a tracker opened anew: what was logged is not logged twice.
func (t *Tracker) Log(ctx context.Context, c Contact) (Receipt, error) {
	var rec Receipt
	if err := t.authorize(ctx, "log", ""); err != nil {
		return rec, err
	}
	l, err := t.ready(c, t.now())
	if err != nil {
		return rec, err
	}
	op := l.operation(t.actor, &rec)
	if err := t.submit(ctx, op); err != nil {
		return rec, err
	}
	return rec, op.err
}

// logging is a contact that is ready to be logged: received, prepared, and scored
// against the log as it was then.
type logging struct {
	incoming
	now    time.Time
	doc    *cluster.Doc
	scored *cluster.Scored
}

func (c *core) ready(in Contact, now time.Time) (*logging, error) {
	p, err := c.receive(in, now)
	if err != nil {
		return nil, err
	}
	l := &logging{incoming: p, now: now}
	// One that goes on with a ticket is compared once it is known what that says.
	alone := p.Ticket == 0 && len(p.InReplyTo) == 0 && len(p.named) == 0
	if c.index != nil && p.Direction == Inbound && alone {
		l.doc, l.scored = c.score(p.Contact, now)
	}
	return l, nil
}

// score prepares a contact as if it opened a ticket, and ranks what it resembles.
func (c *core) score(in Contact, now time.Time) (*cluster.Doc, *cluster.Scored) {
	in.LoggedAt = now
	var b textBuilder
	b.add(in)
	doc := cluster.Prepare(b.text())
	return doc, c.index.Score(0, doc, in.Seen())
}

func (l *logging) operation(a Actor, rec *Receipt) *operation {
	return &operation{actor: a, now: l.now, bytes: l.bytes, do: func(x *tx) (err error) {
		*rec, err = x.log(l)
		return err
	}}
}

// logged is what sources keeps: what a receipt cannot be made of later.
type logged struct {
	Contact ContactID `json:"contact"`
	Problem ProblemID `json:"problem,omitempty"`
	Topic   TopicID   `json:"topic,omitempty"`
	Rule    string    `json:"rule,omitempty"`
	FixedIn string    `json:"fixed_in,omitempty"`
	New     bool      `json:"new,omitempty"`
	Seq     uint64    `json:"seq,omitempty"`
}

func (x *tx) log(l *logging) (Receipt, error) {
	in := l.Contact
	if l.source != nil {
		first, err := load[logged](x, bSources, l.source)
		if err != nil {
			return Receipt{}, err
		}
		if first != nil {
			return x.receiptAgain(*first)
		}
		before, err := x.Page(bSources, store.Prefix(l.source[:24]), 1)
		if err != nil {
			return Receipt{}, err
		}
		if len(before) > 0 {
			in.Flags = append(in.Flags, FlagOtherContent)
		}
	}

	x.head.Contacts++
	in.ID, in.LoggedAt, in.Actor = x.head.Contacts, x.now, x.actor
	customer, err := x.sender(&in, l.identity)
	if err != nil {
		return Receipt{}, err
	}
	tk, err := x.thread(&in, l.named, customer)
	if err != nil {
		return Receipt{}, err
	}
	rec := Receipt{Contact: in.ID, NewTicket: tk.ID == 0}
	if rec.NewTicket {
		if err := x.openTicket(tk, &in, customer); err != nil {
			return Receipt{}, err
		}
	}
	in.Ticket, in.Customer = tk.ID, tk.Customer
	if in.Direction == Inbound && customer != nil {
		in.Customer = customer.ID
	}
	if err := x.keep(&in, l.blobs, tk); err != nil {
		return Receipt{}, err
	}
	if err := x.change(Change{Action: ContactLogged, Contact: in.ID, Ticket: tk.ID, Customer: in.Customer}); err != nil {
		return Receipt{}, err
	}
	if err := x.reply(tk, &in); err != nil {
		return Receipt{}, err
	}
	if rec.Rule, err = x.group(tk, &in, l, rec.NewTicket); err != nil {
		return Receipt{}, err
	}
	if in.Direction == Inbound {
		if rec.FixedIn, err = x.checkVersion(tk, cmp.Or(in.Version, tk.Version), in.Version != "" && in.Kind != Praise); err != nil {
			return Receipt{}, err
		}
	}
	rec.Problem, rec.Topic = tk.Problem, tk.Topic
	if err := x.receipt(&rec, tk, in); err != nil {
		return Receipt{}, err
	}
	return rec, x.remember(l, in, rec)
}

// remember files the contact by its source id, so that it is not logged again, and
// by its Message-ID, so that an answer finds it.
func (x *tx) remember(l *logging, in Contact, rec Receipt) error {
	if in.MessageID != "" && (l.source == nil || in.MessageID != in.SourceID) {
		k := slices.Concat(hash(in.MessageID), make([]byte, 8), key(in.ID))
		if err := save(x, bSources, k, logged{Contact: in.ID}); err != nil {
			return err
		}
	}
	if l.source == nil {
		return nil
	}
	return save(x, bSources, l.source, logged{
		Contact: in.ID, Problem: rec.Problem, Topic: rec.Topic, Rule: rec.Rule, FixedIn: rec.FixedIn, New: rec.NewTicket, Seq: rec.Seq,
	})
}

// receipt fills in what can be read off the records.
func (x *tx) receipt(rec *Receipt, tk *Ticket, in Contact) error {
	rec.Ticket, rec.Reference, rec.Customer = tk.ID, tk.Reference, in.Customer
	rec.Candidates, rec.Flags = tk.Candidates, in.Flags
	if rec.Seq == 0 {
		rec.Seq = x.head.Seq
	}
	open, err := x.openPromises(tk.ID, PromiseAnswer)
	if err != nil || len(open) == 0 {
		return err
	}
	rec.Promise, rec.AnswerBy = open[0].ID, open[0].Due
	return nil
}

func (x *tx) receiptAgain(first logged) (Receipt, error) {
	rec := Receipt{
		Contact: first.Contact, Problem: first.Problem, Topic: first.Topic, Rule: first.Rule,
		FixedIn: first.FixedIn, NewTicket: first.New, Duplicate: true, Seq: first.Seq,
	}
	in, err := must[Contact](x, bContacts, first.Contact, "contact")
	if err != nil {
		return rec, err
	}
	tk, err := x.ticket(in.Ticket)
	if err != nil {
		return rec, err
	}
	return rec, x.receipt(&rec, tk, *in)
}

// keep writes the contact, what finds it again, and its attachments.
func (x *tx) keep(in *Contact, blobs [][]byte, tk *Ticket) error {
	tk.Contacts++
	if in.Seen().After(tk.Updated) {
		tk.Updated = in.Seen()
	}
	if err := x.saveTicket(tk); err != nil {
		return err
	}
	if err := save(x, bContacts, key(in.ID), in); err != nil {
		return err
	}
	if err := x.Put(bContactsByTime, append(moment(in.Seen()), key(in.ID)...), []byte{}); err != nil {
		return err
	}
	if err := x.Put(bContactsByTicket, pair(tk.ID, in.ID), []byte{}); err != nil {
		return err
	}
	for i, blob := range blobs {
		for part := 0; len(blob) > 0; part++ {
			n := min(len(blob), blobPart)
			if err := x.Put(bBlobs, blobKey(in.ID, i, part), blob[:n]); err != nil {
				return err
			}
			blob = blob[n:]
		}
	}
	return nil
}

// blobPart is how much of an attachment stands in one value, in bytes.
const blobPart = 256 << 10

func blobKey(c ContactID, attachment, part int) []byte {
	return append(pair(c, uint64(attachment)), key(uint64(part))...)
}
