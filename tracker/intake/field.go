package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/supportloop/supportloop/tracker"
)

// field is how one field of a line gets into a contact.
type field struct {
	name string
	set  func(*tracker.Contact, json.RawMessage) error
}

// fields are read in this order, so that of two names for the same thing the one that
// stands later wins, unless it is empty.
var fields = []field{
	{"id", str(func(c *tracker.Contact) *string { return &c.SourceID })},
	{"time", func(c *tracker.Contact, raw json.RawMessage) (err error) {
		c.At, err = moment(raw)
		return err
	}},
	{"title", str(func(c *tracker.Contact) *string { return &c.Title })},
	{"text", str(func(c *tracker.Contact) *string { return &c.Text })},
	{"author", str(func(c *tracker.Contact) *string { return &c.From })},
	{"from", str(func(c *tracker.Contact) *string { return &c.From })},
	{"name", str(func(c *tracker.Contact) *string { return &c.Name })},
	{"organization", str(func(c *tracker.Contact) *string { return &c.Organization })},
	{"channel", word(channels, func(c *tracker.Contact, s string) error {
		c.Channel = tracker.Channel(s)
		return nil
	})},
	{"direction", word(directions, func(c *tracker.Contact, s string) error {
		switch c.Direction = tracker.Direction(s); c.Direction {
		case "", tracker.Inbound, tracker.Outbound, tracker.Note:
			return nil
		}
		return fmt.Errorf("%q is none; want inbound, outbound or note", s)
	})},
	{"kind", word(kinds, func(c *tracker.Contact, s string) error {
		c.Kind = tracker.Kind(s)
		return nil
	})},
	{"project", str(func(c *tracker.Contact) *string { return &c.Product })},
	{"product", str(func(c *tracker.Contact) *string { return &c.Product })},
	{"components", list(func(c *tracker.Contact) *[]string { return &c.Components })},
	{"version", str(func(c *tracker.Contact) *string { return &c.Version })},
	{"environment", str(func(c *tracker.Contact) *string { return &c.Environment })},
	{"language", str(func(c *tracker.Contact) *string { return &c.Language })},
	{"in_reply_to", list(func(c *tracker.Contact) *[]string { return &c.InReplyTo })},
	{"reference", str(func(c *tracker.Contact) *string { return &c.Reference })},
}

func str(at func(*tracker.Contact) *string) func(*tracker.Contact, json.RawMessage) error {
	return func(c *tracker.Contact, raw json.RawMessage) error {
		s, err := text(raw)
		if s != "" {
			*at(c) = s
		}
		return err
	}
}

func list(at func(*tracker.Contact) *[]string) func(*tracker.Contact, json.RawMessage) error {
	return func(c *tracker.Contact, raw json.RawMessage) error {
		members := []json.RawMessage{raw}
		if raw[0] == '[' {
			if err := json.Unmarshal(raw, &members); err != nil {
				return err
			}
		}
		for _, m := range members {
			s, err := text(m)
			if err != nil {
				return fmt.Errorf("%w, or a list of them", err)
			}
			if s != "" {
				*at(c) = append(*at(c), s)
			}
		}
		return nil
	}
}

// word reads one of a small set of words; same says which other words mean them.
func word(same map[string]string, set func(*tracker.Contact, string) error) func(*tracker.Contact, json.RawMessage) error {
	return func(c *tracker.Contact, raw json.RawMessage) error {
		s, err := text(raw)
		if err != nil {
			return err
		}
		s = name(s)
		if ours, ok := same[s]; ok {
			s = ours
		}
		return set(c, s)
	}
}

var errText = errors.New("want a string")

// text is a string, or a number as it is written; "" for null.
func text(raw json.RawMessage) (string, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", nil
	case raw[0] == '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return "", errText
		}
		return s, nil
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw), nil
	}
	return "", errText
}

// name makes s one of a–z, 0–9 and _, at most 32 of them.
func name(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if r < 'a' || r > 'z' {
			if r < '0' || r > '9' {
				gap = b.Len() > 0
				continue
			}
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		if b.WriteRune(r); b.Len() >= 31 {
			break
		}
	}
	return b.String()
}

// What other programs call what we have a word for.
var (
	kinds = map[string]string{
		"bug": "incident", "defect": "incident", "fault": "incident", "error": "incident", "problem": "incident", "crash": "incident",
		"feature": "suggestion", "new_feature": "suggestion", "feature_request": "suggestion", "improvement": "suggestion",
		"enhancement": "suggestion", "idea": "suggestion", "wish": "suggestion",
		"service_request": "request", "task": "request", "help": "question", "support": "question",
		"thanks": "praise", "compliment": "praise",
	}
	channels = map[string]string{
		"mail": "email", "e_mail": "email", "phone": "call", "telephone": "call", "phone_call": "call",
		"voice_mail": "voicemail", "web_form": "form", "webform": "form",
	}
	directions = map[string]string{
		"in": "inbound", "incoming": "inbound", "out": "outbound", "outgoing": "outbound", "internal": "note",
	}
)
