package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/internal/redact"
)

const (
	shortestText = 20 // bytes of a text that may hold a quote
	mostVoices   = 6  // texts that are read to find one
)

// candidate is a contact that may be quoted, by its number only.
type candidate struct {
	contact tracker.ContactID
	who     person
	seen    time.Time
}

// candidates are the latest contacts of different people, the latest first.
type candidates []candidate

// offer takes c in if it is among the latest.
func (s *candidates) offer(c candidate) {
	later := func(a, b candidate) int {
		return cmp.Or(b.seen.Compare(a.seen), cmp.Compare(b.contact, a.contact))
	}
	list := *s
	if i := slices.IndexFunc(list, func(o candidate) bool { return o.who == c.who }); i >= 0 {
		if later(list[i], c) <= 0 {
			return
		}
		list = slices.Delete(list, i, i+1)
	}
	at, _ := slices.BinarySearchFunc(list, c, later)
	if at < mostVoices {
		list = slices.Insert(list, at, c)
		list = list[:min(len(list), mostVoices)]
	}
	*s = list
}

// hiding says what to hide of a customer's in a text, where the words given are no
// secret.
func hiding(c tracker.Contact, by tracker.Customer, known ...string) redact.Redaction {
	names := []string{by.Name, by.Address, c.Name, c.From}
	for _, i := range slices.Concat(by.Identities, c.Identities) {
		names = append(names, i.Value)
	}
	return redact.New(names, []string{by.Organization, c.Organization}, known)
}
