package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker"
)

// Line is a line that was read.
type Line struct {
	Contact tracker.Contact
	Number  int // counts from 1

	// Fields are all of the line, as it has them, those that became part of Contact
	// too.
	Fields map[string]json.RawMessage

	// Repaired says that the line was not UTF-8: what was not is U+FFFD now.
	Repaired bool
}

// Values are what a field says, as strings: one for a string, a number or a truth
// value, those of its members for a list, none for null, for what is empty, and for
// an object.
func (l Line) Values(field string) []string {
	raw, ok := l.Fields[field]
	if !ok {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, raw := range list {
		if s, err := text(raw); err == nil && s != "" {
			out = append(out, s)
		} else if s := string(raw); s == "true" || s == "false" {
			out = append(out, s)
		}
	}
	return out
}

// File is [JSONLines] of the file with that name, which it opens when it is iterated.
func File(name string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; check how the name is written, and from which folder", err)
		}
		if err != nil {
			yield(Line{}, err)
			return
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			yield(Line{}, fmt.Errorf("%s is a folder; name a file in it", name))
			return
		}
		JSONLines(f, name)(yield)
	}
}

// JSONLines reads contacts, one a line, as the package's doc says. The name stands in
// errors, and its last part becomes the contacts' Source. Blank lines are skipped.
//
// A line that cannot be taken is a [*LineError], and reading goes on behind it. Every
// other error comes from r or from what is compressed in it, and is the last.
func JSONLines(r io.Reader, name string) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		in, err := newLines(r)
		if err != nil {
			yield(Line{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		source := name[strings.LastIndexAny(name, `/\`)+1:]
		for n := 1; ; n++ {
			raw, err := in.next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.Is(err, errTooLong):
				err = &LineError{File: name, Line: n, What: fmt.Sprintf("longer than %d MiB; a contact's files belong elsewhere", MaxLine>>20)}
			case err != nil:
				yield(Line{}, fmt.Errorf("%s: reading line %d: %w", name, n, err))
				return
			}
			if raw = bytes.TrimSpace(raw); err == nil && len(raw) == 0 {
				continue
			}
			l := Line{Number: n}
			if err == nil {
				if l, err = parse(raw, source, n); err != nil {
					var bad *LineError
					if errors.As(err, &bad) {
						bad.File = name
					}
				}
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// Contacts are the contacts of lines, as [tracker.Tracker.Import] takes them.
func Contacts(lines iter.Seq2[Line, error]) iter.Seq2[tracker.Contact, error] {
	return func(yield func(tracker.Contact, error) bool) {
		for l, err := range lines {
			if !yield(l.Contact, err) {
				return
			}
		}
	}
}

func parse(raw []byte, source string, n int) (Line, error) {
	l := Line{Number: n, Repaired: !utf8.Valid(raw)}
	wrong := func(field, format string, args ...any) (Line, error) {
		return Line{Number: n}, &LineError{Line: n, Field: field, What: fmt.Sprintf(format, args...)}
	}
	if raw[0] != '{' {
		if raw[0] == '[' && n == 1 {
			return wrong("", "want an object a line, this begins a list; turn it into lines, for example with: jq -c '.[]'")
		}
		return wrong("", "want an object, like {\"id\": \"1\", \"text\": \"…\"}")
	}
	if err := json.Unmarshal(raw, &l.Fields); err != nil {
		var at *json.SyntaxError
		if errors.As(err, &at) {
			return wrong("", "not JSON at column %d: %s", at.Offset, at)
		}
		return wrong("", "not JSON: %s", err)
	}
	l.Contact.Source = source
	for _, f := range fields {
		value, ok := l.Fields[f.name]
		if !ok {
			continue
		}
		if err := f.set(&l.Contact, value); err != nil {
			return wrong(f.name, "%s", err)
		}
	}
	if l.Contact.SourceID == "" {
		l.Contact.SourceID = fmt.Sprintf("line %d", n)
	}
	return l, nil
}
