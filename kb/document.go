package kb

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what sort of thing a document is: 1 to 32 bytes of a–z, 0–9 and _.
type Kind string

// The kinds that a [Base] finds.
const (
	Article   Kind = "article"
	Problem   Kind = "problem"
	Ticket    Kind = "ticket"
	Procedure Kind = "procedure"
	Contact   Kind = "contact" // found only when a kind is asked for, as its ticket is found by the same words
)

// Document is one thing to be found. Kind and ID together name it: putting another
// of the same name replaces it.
type Document struct {
	Kind     Kind      // "" is "document"
	ID       string    // 1 to [MaxID] bytes
	Title    string    // counts more than the text
	Text     string    // plain text; markup is searched and shown as it stands
	Language string    // BCP 47; "" is what its text tells, or else what [IndexOptions] say
	Time     time.Time // shown with a hit, and a filter; may be zero; of a year up to 9999

	// Asked is what people ask when this is the answer, in their words: searched, never
	// shown or quoted. It is forgotten when a document without it is put in its place.
	// Phrases and -without do not look at it. At most [MaxText] bytes.
	Asked string

	// Fields are for filters like status:open: names of 1 to 32 bytes of a–z, 0–9
	// and _, at most [MaxFields] of them. A value of several lines is several values.
	// Case does not matter. The name "kind" is taken.
	Fields map[string]string
}

// What a document may hold. Longer texts are for the caller to divide.
const (
	MaxID     = 256     // bytes
	MaxTitle  = 4 << 10 // bytes
	MaxText   = 4 << 20 // bytes
	MaxFields = 32
	MaxValue  = 4 << 10 // bytes of one field
)

const anyKind Kind = "document"

// kindField is the filter that every document has.
const kindField = "kind"

// checked returns d as it is indexed: with its kind, in valid UTF-8. Its errors are
// ErrInvalid.
func (d Document) checked() (Document, error) {
	if d.Kind == "" {
		d.Kind = anyKind
	}
	bad := func(what string) (Document, error) {
		return d, fmt.Errorf("%w: document %.80q: %s", ErrInvalid, d.ID, what)
	}
	switch {
	case !validName(string(d.Kind)):
		return bad(fmt.Sprintf("kind %.40q: use 1 to 32 of a–z, 0–9 and _", d.Kind))
	case d.ID == "" || len(d.ID) > MaxID || !utf8.ValidString(d.ID):
		return bad(fmt.Sprintf("its id has to be 1 to %d bytes of UTF-8", MaxID))
	case len(d.Title) > MaxTitle:
		return bad(fmt.Sprintf("its title is longer than %d bytes", MaxTitle))
	case len(d.Text) > MaxText:
		return bad(fmt.Sprintf("its text is longer than %d bytes: divide it", MaxText))
	case len(d.Asked) > MaxText:
		return bad(fmt.Sprintf("what is asked is longer than %d bytes: keep the newest", MaxText))
	case d.Time.UTC().Year() < 0 || d.Time.UTC().Year() > 9999:
		return bad("its time is outside the years 0 to 9999")
	case len(d.Fields) > MaxFields:
		return bad(fmt.Sprintf("it has more than %d fields", MaxFields))
	}
	for name, value := range d.Fields {
		if !validName(name) || name == kindField {
			return bad(fmt.Sprintf("field %.40q: use 1 to 32 of a–z, 0–9 and _, and not \"kind\"", name))
		}
		if len(value) > MaxValue {
			return bad(fmt.Sprintf("field %s is longer than %d bytes", name, MaxValue))
		}
	}
	d.Title = strings.ToValidUTF8(d.Title, "\uFFFD")
	d.Text = strings.ToValidUTF8(d.Text, "\uFFFD")
	d.Asked = strings.ToValidUTF8(d.Asked, "\uFFFD")
	return d, nil
}

func validName(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// key is the name of a document in the index. A kind has no slash.
func key(kind Kind, id string) string { return string(kind) + "/" + id }

func unkey(k string) (Kind, string) {
	kind, id, _ := strings.Cut(k, "/")
	return Kind(kind), id
}

// fieldTerms are the terms that a field's values are found by, and the values that are
// written otherwise.
func fieldTerms(value string) (folded, spelled []string) {
	for line := range strings.Lines(value) {
		written := strings.Join(strings.Fields(strings.ToValidUTF8(line, "\uFFFD")), " ")
		t := fold(written)
		if t != "" {
			folded = append(folded, t)
		}
		if t != written && t != "" {
			spelled = append(spelled, written)
		}
	}
	return folded, spelled
}

func fieldTerm(s string) string {
	return fold(strings.Join(strings.Fields(s), " "))
}
