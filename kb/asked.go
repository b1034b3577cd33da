package kb

import (
	"context"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker"
)

// What solved a ticket is found by how customers asked: the document of an article
// takes in how the newest solved tickets that used it began. So the index learns from
// use, and unlearns what is taken back or erased, as it is made from the records alone.
const (
	askedTickets = 50
	askedBytes   = 8 << 10 // of all of them
	askedFirst   = 300     // bytes of a ticket's first contact
	askedDigits  = 5       // a word with as many, like the number of an order, tells of one customer only
)

// uses are the solved tickets that used each article, the oldest first.
type uses map[tracker.ArticleID][]tracker.TicketID

func (u uses) add(t tracker.Ticket) {
	if t.Erased || !t.Solved() {
		return
	}
	for _, a := range t.Articles {
		if u[a] = append(u[a], t.ID); len(u[a]) > 2*askedTickets {
			u[a] = slices.Clone(u[a][askedTickets:])
		}
	}
}

// asked is [Document.Asked] of an article that the given tickets may have used.
func (b *Base) asked(ctx context.Context, id tracker.ArticleID, tickets []tracker.TicketID) (string, error) {
	tickets = slices.Clone(tickets)
	slices.Sort(tickets)
	var parts []string
	n := 0
	for _, ticket := range slices.Backward(slices.Compact(tickets)) {
		t, err := b.Tracker.Ticket(ctx, ticket)
		if b.leftOut(err) || err == nil && (t.Erased || !t.Solved() || !slices.Contains(t.Articles, id)) {
			continue
		}
		if err != nil {
			return "", err
		}
		said, err := b.asks(ctx, t)
		if err != nil {
			return "", err
		}
		parts = append(parts, said)
		if n += len(said); len(parts) == askedTickets || n > askedBytes {
			break
		}
	}
	return cut(paragraphs(parts...), askedBytes), nil
}

// asks is how a ticket began, without what tells of one customer only.
func (b *Base) asks(ctx context.Context, t tracker.Ticket) (string, error) {
	first := ""
	for c, err := range b.contacts(ctx, t, tracker.Inbound) {
		if err != nil {
			return "", err
		}
		first = cut(c.Text, askedFirst)
		break
	}
	all := t.Title + "\n" + first
	if t.Customer != 0 {
		c, err := b.Tracker.Customer(ctx, t.Customer)
		if err != nil && !b.leftOut(err) {
			return "", err
		}
		var own tracker.Redaction
		own.Add(c)
		all = own.Hide(all)
	}
	words := strings.FieldsFunc(all, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' })
	return strings.Join(slices.DeleteFunc(words, personal), " "), nil
}

func personal(word string) bool {
	digits := 0
	for i := range len(word) {
		if digit(word[i]) {
			digits++
		}
	}
	return digits >= askedDigits || strings.Contains(word, "@")
}

// articles adds to d those whose tickets are in it, and returns these tickets.
func (b *Base) articles(ctx context.Context, d dirty) (uses, error) {
	used := uses{}
	for r := range d {
		if r.kind != Ticket {
			continue
		}
		t, err := b.Tracker.Ticket(ctx, tracker.TicketID(r.id))
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		used.add(t)
		for _, a := range t.Articles {
			d[record{Article, uint64(a)}] = true
		}
	}
	return used, nil
}
