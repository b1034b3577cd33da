package tracker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Attachments of one contact take at most so many bytes together, so that it fits
// into a transaction.
const maxAttachments = 60 << 20

// incoming is a contact on its way into the log, in the form in which it is kept.
type incoming struct {
	Contact
	identity Identity   // of From; its Kind is "" where there is none
	named    []TicketID // whose references it carries
	blobs    [][]byte   // the attachments' contents
	source   []byte     // key in sources, nil where there is no source id
	bytes    int        // about
}

// receive checks a contact and brings it into the form in which it is kept. What
// does not fit is repaired where nothing is lost by it, and flagged; the rest is
// refused with [ErrInvalid] and a word on what to change.
func (c *core) receive(in Contact, now time.Time) (incoming, error) {
	lim := c.opts.Limits
	in.At = in.At.UTC() // a zone is a way to write a time, and some cannot be written
	p := incoming{Contact: in}
	if in.Source != "" && in.SourceID != "" {
		content, err := contentHash(in)
		if err != nil {
			return p, err
		}
		p.source = slices.Concat(hash(in.SourceID), hash(in.Source)[:8], content[:8])
	}
	p.ID, p.LoggedAt, p.Actor, p.Customer, p.Flags, p.Erased = 0, time.Time{}, Actor{}, 0, nil, false

	if p.Direction == "" {
		p.Direction = Inbound
	}
	if !slices.Contains([]Direction{Inbound, Outbound, Note}, p.Direction) {
		return p, invalid("direction %q: want inbound, outbound or note", p.Direction)
	}
	if p.Channel == "" {
		p.Channel = Other
	}
	if !name(string(p.Channel)) || (p.Kind != "" && !name(string(p.Kind))) {
		return p, invalid("channel %q, kind %q: want up to 32 of a–z, 0–9 and _", p.Channel, p.Kind)
	}
	if len(in.Attachments) > lim.Attachments {
		return p, invalid("%d attachments: at most %d are taken", len(in.Attachments), lim.Attachments)
	}
	if len(in.Identities) > lim.Identities {
		return p, invalid("%d identities: at most %d are taken", len(in.Identities), lim.Identities)
	}

	p.times(now)
	for _, f := range []*string{&p.Name, &p.Organization, &p.Language, &p.Product, &p.Version, &p.Environment, &p.Reference} {
		*f = cut(clean(*f), lim.Field)
	}
	p.Components = nil
	for _, comp := range in.Components[:min(len(in.Components), 100)] {
		if comp = cut(clean(comp), lim.Field); comp != "" {
			p.Components = append(p.Components, comp)
		}
	}
	for _, f := range []*string{&p.From, &p.Source, &p.SourceID, &p.MessageID} {
		if *f = strings.ToValidUTF8(*f, "\uFFFD"); len(*f) > lim.Field {
			return p, invalid("a sender, source or message id of %d bytes: at most %d are taken", len(*f), lim.Field)
		}
	}
	if p.MessageID == "" {
		p.MessageID = p.SourceID
	}
	p.InReplyTo = nil
	for _, id := range in.InReplyTo[:min(len(in.InReplyTo), 50)] {
		if id = strings.ToValidUTF8(id, "\uFFFD"); len(id) <= lim.Field { // no longer one can be a message's
			p.InReplyTo = append(p.InReplyTo, id)
		}
	}
	p.Title = cut(clean(in.Title), lim.Title)
	p.text(lim.Text)
	for _, s := range []string{p.Title, cut(p.Text, 4096)} {
		p.named = append(p.named, c.refs.in(s)...)
	}
	if n := c.refs.number(p.Reference); n != 0 {
		p.named = append([]TicketID{n}, p.named...)
	}
	if p.Title == "" && strings.TrimSpace(p.Text) == "" && len(p.Attachments) == 0 {
		p.Flags = append(p.Flags, FlagEmpty)
	}
	if err := p.people(c.opts.CountryCode, lim.Field); err != nil {
		return p, err
	}
	return p, p.attach(lim.Attachment)
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w contact: "+format, append([]any{ErrInvalid}, args...)...)
}

// name reports whether s is up to 32 of a–z, 0–9 and _.
func name(s string) bool {
	return len(s) > 0 && len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// contentHash tells one content from another, as received.
func contentHash(in Contact) ([]byte, error) {
	sums := make([][32]byte, len(in.Attachments))
	for i, a := range in.Attachments {
		sums[i] = sha256.Sum256(a.Content)
	}
	if y := in.At.Year(); y < 1 || y > 9999 {
		in.At = time.Time{} // cannot be written; it is dropped and flagged below
	}
	raw, err := json.Marshal(struct {
		Contact
		Sums [][32]byte
	}{in, sums})
	if err != nil {
		return nil, invalid("%v", err)
	}
	return hash(string(raw), in.Title, in.Text), nil // JSON alone would take two broken texts for the same
}

func (p *incoming) times(now time.Time) {
	if y := p.At.Year(); !p.At.IsZero() && (y < 1 || y > 9999) {
		p.At = time.Time{}
		p.Flags = append(p.Flags, FlagTimeUnusable)
	}
	if p.At.IsZero() {
		p.At = now
	}
	if p.At = p.At.Truncate(time.Millisecond); p.At.After(now.Add(24 * time.Hour)) {
		p.Flags = append(p.Flags, FlagTimeAhead)
	}
}

// text makes Text valid and bounded; what it was stays as an attachment.
func (p *incoming) text(most int) {
	if utf8.ValidString(p.Text) && len(p.Text) <= most && !strings.ContainsRune(p.Text, 0) {
		return
	}
	whole := Attachment{Name: "text as received", Type: "application/octet-stream", Content: []byte(p.Text)}
	p.Attachments = append(slices.Clone(p.Attachments), whole)
	if t := strings.ReplaceAll(strings.ToValidUTF8(p.Text, "\uFFFD"), "\x00", "\uFFFD"); t != p.Text {
		p.Text = t
		p.Flags = append(p.Flags, FlagTextRepaired)
	}
	if len(p.Text) > most {
		p.Text = cut(p.Text, most)
		p.Flags = append(p.Flags, FlagTextCut)
	}
}

// people reads who the contact is from, and brings the other identities it names
// into normal form.
func (p *incoming) people(countryCode string, most int) error {
	var shown string
	if p.identity, shown = ParseIdentity(p.From, countryCode); p.Name == "" {
		p.Name = clean(shown)
	}
	p.identity.Origin = Observed
	given := p.Identities
	p.Identities = nil
	for _, g := range given {
		if len(g.Value) > most {
			return invalid("an identity of %d bytes: at most %d are taken", len(g.Value), most)
		}
		id, _ := ParseIdentity(g.Value, countryCode)
		if g.Kind != "" && g.Kind != id.Kind && g.Kind != IdentityHandle {
			return invalid("identity %q is no %s", g.Value, g.Kind)
		}
		if g.Kind == IdentityHandle {
			id = Identity{Kind: IdentityHandle, Value: fold(strings.TrimPrefix(clean(g.Value), "@"))}
		}
		if id.Value == "" {
			continue
		}
		if id.Origin = g.Origin; id.Origin == "" {
			id.Origin = Given
		}
		p.Identities = append(p.Identities, id)
	}
	return nil
}

// attach takes the contents of the attachments out of the record.
func (p *incoming) attach(most int64) error {
	p.bytes = len(p.Text) + 2048
	p.Attachments = slices.Clone(p.Attachments)
	for i := range p.Attachments {
		a := &p.Attachments[i]
		if a.Size = int64(len(a.Content)); a.Size > most {
			return invalid("attachment %d has %d bytes: at most %d are taken", i+1, a.Size, most)
		}
		sum := sha256.Sum256(a.Content)
		a.Name, a.Type, a.SHA256 = cut(clean(a.Name), 255), cut(clean(a.Type), 255), hex.EncodeToString(sum[:])
		p.blobs = append(p.blobs, a.Content)
		p.bytes += len(a.Content)
		a.Content = nil
	}
	if p.bytes > maxAttachments {
		return invalid("its attachments take more than %d bytes together", maxAttachments)
	}
	return nil
}
