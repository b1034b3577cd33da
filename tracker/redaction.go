package tracker

import "github.com/supportloop/supportloop/tracker/internal/redact"

// Redaction takes out of texts what says who customers are: what those it was told of
// are called, and the addresses and long numbers of anyone. What it took out it marks
// with “[…]”, so that nobody takes the rest for the whole. The zero value knows nobody.
//
//	var r tracker.Redaction
//	r.Add(customer)
//	fmt.Println(r.Hide(ticket.Title))
//
// It is for titles and for what colleagues write. It guesses nothing: who is not known
// is not found, and a name that is a word of the language too is hidden only where it
// has a capital or stands beside another one. Links, versions, dates and error codes
// stay. Have a person read what leaves the house.
type Redaction struct{ known redact.Known }

// Add makes r hide what c, and c's organization, are called.
func (r *Redaction) Add(c Customer) {
	for _, name := range []string{c.Name, c.Address, c.Organization} {
		r.known.AddName(name)
	}
	for _, id := range c.Identities {
		if id.Kind == IdentityHandle {
			r.known.AddHandle(id.Value)
		}
	}
}

// Hide is text without what r hides.
func (r *Redaction) Hide(text string) string { return r.known.Hide(text) }
