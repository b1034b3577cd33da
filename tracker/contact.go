package tracker

import "time"

// Contact is one thing said, once: an email, a call, a chat message, a form; by
// the customer, to the customer, or among ourselves. What was said never changes
// once it is logged; only an erasure takes it away.
//
// To [Tracker.Log] one gives From and Text, best also Source and SourceID, and
// whatever else is known. The fields from ID on are the tracker's to fill.
type Contact struct {
	At        time.Time `json:"at"` // when it was said, by the sender's own claim; zero: when it is logged
	Channel   Channel   `json:"channel"`
	Direction Direction `json:"direction"`
	Kind      Kind      `json:"kind,omitempty"`

	From         string     `json:"from,omitempty"` // "Ada <ada@example.org>", a phone number or a handle; who said it, or for outbound, whom we told
	Name         string     `json:"name,omitempty"` // the sender's, where From has none
	Organization string     `json:"organization,omitempty"`
	Identities   []Identity `json:"identities,omitempty"` // others of the same person, told in this contact

	Source    string   `json:"source,omitempty"`    // where it came from: "imap", "phone", a file's name
	SourceID  string   `json:"source_id,omitempty"` // its name there; with it a contact is logged once however often it is sent
	MessageID string   `json:"message_id,omitempty"`
	InReplyTo []string `json:"in_reply_to,omitempty"` // Message-IDs (or source ids) it answers, the closest first
	Reference string   `json:"reference,omitempty"`   // of the ticket it names, if the caller knows

	Title       string   `json:"title,omitempty"`
	Text        string   `json:"text,omitempty"`
	Language    string   `json:"language,omitempty"` // BCP 47
	Product     string   `json:"product,omitempty"`
	Components  []string `json:"components,omitempty"`
	Version     string   `json:"version,omitempty"`
	Environment string   `json:"environment,omitempty"`

	Attachments []Attachment `json:"attachments,omitempty"`

	// Automatic marks an automatic reply, theirs or ours: it keeps no promise and
	// asks for none.
	Automatic bool `json:"automatic,omitempty"`

	// Ticket, given to Log, says which ticket this belongs to: an agent's word,
	// which needs no proof by sender. 0 leaves it to the tracker.
	Ticket TicketID `json:"ticket"`

	ID       ContactID  `json:"id"`
	LoggedAt time.Time  `json:"logged_at"`
	Actor    Actor      `json:"actor"` // who logged it
	Customer CustomerID `json:"customer,omitempty"`
	Flags    []Flag     `json:"flags,omitempty"`
	Erased   bool       `json:"erased,omitempty"`
}

// Seen is the time that recency uses: the earlier of the sender's claim and ours.
func (c Contact) Seen() time.Time {
	if c.At.IsZero() || c.At.After(c.LoggedAt) {
		return c.LoggedAt
	}
	return c.At
}

// Channel is how a contact reached us. Others than those below are welcome: up
// to 32 bytes of a–z, 0–9 and _.
type Channel string

const (
	Email     Channel = "email"
	Call      Channel = "call"
	Voicemail Channel = "voicemail"
	Chat      Channel = "chat"
	Form      Channel = "form"
	Fax       Channel = "fax"
	Post      Channel = "post" // a public post
	Other     Channel = "other"
)

// Direction is who speaks to whom.
type Direction string

const (
	Inbound  Direction = "inbound" // the customer to us; the default
	Outbound Direction = "outbound"
	Note     Direction = "note" // among ourselves; no customer sees it
)

// Kind is what a contact wants.
type Kind string

const (
	Question   Kind = "question"
	Incident   Kind = "incident"
	ARequest   Kind = "request"
	Suggestion Kind = "suggestion"
	Complaint  Kind = "complaint"
	Praise     Kind = "praise"
)

// Flag is something about a contact that a person may want to know.
type Flag string

const (
	FlagOtherContent    Flag = "same_id_other_content" // its source id came before with other content; both are kept
	FlagTimeAhead       Flag = "time_ahead"            // it claims to be from more than a day ahead of our clock
	FlagTimeUnusable    Flag = "time_unusable"         // its time lay outside the years 1 to 9999 and was dropped
	FlagTextRepaired    Flag = "text_repaired"         // it was not UTF-8; what came is the last attachment
	FlagTextCut         Flag = "text_cut"              // longer than Limits.Text; the whole is the last attachment
	FlagIdentityOfOther Flag = "identity_of_another"   // it names an identity that is another customer's: the same person?
	FlagThreadRefused   Flag = "sender_not_on_ticket"  // it names a ticket that the sender is not on
	FlagAfterClose      Flag = "follows_closed"        // it answers a ticket that is closed, and opened a new one
	FlagEmpty           Flag = "empty"                 // nothing was said
)

// Attachment is a file that came with a contact. Its content stands beside the
// contact in the store ([Tracker.Attachment]) and is erased with it.
type Attachment struct {
	Name    string `json:"name"` // as the sender called it: never a path to use
	Type    string `json:"type,omitempty"`
	Size    int64  `json:"size"`   // bytes; filled by Log
	SHA256  string `json:"sha256"` // hex; filled by Log
	Content []byte `json:"-"`      // only towards Log
}
