package tracker

import "time"

// ArticleUse says that an article met a ticket: it helped there, it was made of it, or
// what happened there shows that it is wrong. Figures of what knowledge is worth count
// these, by when they were.
type ArticleUse struct {
	ID       UseID     `json:"id"`
	Article  ArticleID `json:"article"`
	Ticket   TicketID  `json:"ticket,omitempty"` // a flag may have none
	Kind     UseKind   `json:"kind"`
	Revision int       `json:"revision"`         // of the article, that was used or flagged
	Reason   string    `json:"reason,omitempty"` // of a flag: what is wrong or wanting
	At       time.Time `json:"at"`
	By       Actor     `json:"by"`
	Took     []Taken   `json:"took,omitempty"` // of a draft: what it took of the ticket

	// Since Settled, the zero time until then, a flag is answered: by the revision Fixed,
	// until the article says again what was flagged, or, where that is 0, with an Answer. Any other use was taken back then, and the
	// Answer says why.
	Settled   time.Time `json:"settled,omitzero"`
	SettledBy Actor     `json:"settled_by,omitzero"`
	Fixed     int       `json:"fixed,omitempty"`
	Answer    string    `json:"answer,omitempty"`
}

// Stands reports whether a flag is open, and any other use was not taken back.
func (u ArticleUse) Stands() bool { return u.Settled.IsZero() }

// Taken is a part of a draft that was taken from what was said on its ticket. When that
// is erased, so is what the draft took.
type Taken struct {
	Part    string    `json:"part"`              // "title", "issue", "environment", "resolution" or "workaround"
	Contact ContactID `json:"contact,omitempty"` // 0: the ticket's title
}

// UseKind is how an article met a ticket.
type UseKind string

const (
	ArticleReused  UseKind = "reused"  // it helped
	ArticleDrafted UseKind = "drafted" // it was made of the ticket
	ArticleFlagged UseKind = "flagged" // it is wrong, or says too little
)
