package sop

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on what is read.
const (
	MaxFileSize = 256 << 10 // bytes in a file
	MaxDepth    = 24        // levels of lists and mappings within each other
	MaxNodes    = 20_000    // keys, values, lists and mappings in a file
	MaxPattern  = 200       // bytes in the regular expression of a matches test
	MaxPatterns = 20        // regular expressions in a file
	MaxProgram  = 250       // instructions that a regular expression is compiled into
	MaxText     = 64 << 10  // bytes of a ticket's title, and of its text, that are matched
	MaxSearch   = 4 << 10   // bytes of a text that a regular expression is looked for in
	MaxErrors   = 100       // mistakes reported for one file
)

// Parse reads one procedure. Name is the file's name, for messages.
//
// The error is an [Errors] with every mistake in the file; the Procedure is nil
// then. A file that is not YAML at all gives the first place where it stops
// being so.
func Parse(name string, data []byte) (*Procedure, error) {
	p, _, errs := parse(name, data)
	return p, errs.sorted()
}

// parse also returns the id of a procedure that has mistakes, when it can be read, so
// that others may refer to it.
func parse(name string, data []byte) (p *Procedure, id string, errs Errors) {
	r := &reader{file: name, lines: bytes.Count(data, []byte("\n")) + 1}
	if !r.plain(data) {
		return nil, "", r.errs
	}
	root := r.tree(data)
	if root == nil {
		return nil, "", r.errs
	}
	p = r.procedure(root)
	if len(r.errs) > 0 {
		return nil, p.ID, r.errs
	}
	sum := sha256.Sum256(data)
	p.Hash, p.File, p.source = hex.EncodeToString(sum[:]), name, bytes.Clone(data)
	return p, p.ID, nil
}

// reader collects the mistakes of one file.
type reader struct {
	file  string
	lines int
	errs  Errors

	needs   map[string]*Need
	steps   map[string]Position
	regexps int    // how many there were
	links   []link // goto and the like, looked up when all steps are known
	split   bool   // there is a second document: what is missing may be in it
}

// at reports a mistake.
func (r *reader) at(pos Position, path, message, fix string) {
	if pos.Line > r.lines { // nothing where a value belongs, at the very end
		pos = Position{Line: r.lines}
	}
	switch {
	case r.full():
		return
	case len(r.errs) == MaxErrors:
		path, message, fix = "", fmt.Sprintf("there are more mistakes than the %d listed", MaxErrors), "Mend these and read the file again"
	}
	r.errs = append(r.errs, &SyntaxError{File: r.file, Line: pos.Line, Column: pos.Column, Path: path, Message: message, Fix: fix})
}

// full reports whether further mistakes would not be listed: what is only done to
// word them can be left out.
func (r *reader) full() bool { return len(r.errs) > MaxErrors }

// fail reports a mistake in n.
func (r *reader) fail(n *node, message, fix string) { r.at(n.pos, n.path(), message, fix) }

// plain checks what must be so before YAML is read: size, UTF-8, no tabs that
// indent, no control characters. The line breaks that only YAML knows (U+0085,
// U+2028, U+2029) count as these, as editors number lines without them.
func (r *reader) plain(data []byte) bool {
	if len(data) > MaxFileSize {
		r.at(Position{}, "", fmt.Sprintf("the file has %d bytes, and %d are the most", len(data), MaxFileSize), "Split it into several procedures")
		return false
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]; len(indent) < len(line) {
			if tab := bytes.IndexByte(indent, '\t'); tab >= 0 {
				r.at(Position{i + 1, tab + 1}, "", "a tab indents this line", "Use spaces, two a level")
			}
		}
		column := 0
		for rest := line; len(rest) > 0; {
			c, size := utf8.DecodeRune(rest)
			column++
			if c == utf8.RuneError && size == 1 {
				r.at(Position{i + 1, column}, "", "the file is not UTF-8 from here", "Save it as UTF-8")
				return false
			}
			if (c < ' ' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFFFE || c == 0xFFFF {
				r.at(Position{i + 1, column}, "", fmt.Sprintf("a control character (U+%04X) is in this line", c), "Delete it")
				break
			}
			rest = rest[size:]
		}
	}
	return len(r.errs) == 0
}

var topKeys = []string{
	"format", "id", "version", "title", "purpose", "owner", "review_by", "status", "replaced_by", "language",
	"when", "needs", "limits", "steps", "done_when", "escalation", "see", "silence",
}

func (r *reader) procedure(root *node) *Procedure {
	p := &Procedure{}
	if !r.mapping(root, topKeys) {
		return p
	}
	if len(root.fields) > 0 && !slices.ContainsFunc(topKeys, func(k string) bool { return root.get(k) != nil || slices.Contains(root.meant, k) }) {
		r.fail(root, "this is not a procedure", "Copy one of the samples and change it")
		return p
	}
	p.Format = r.count(root, "format")
	if p.Format > Format1 {
		r.fail(root.get("format"), fmt.Sprintf("format %d is not known", p.Format), "Write format: 1, or use a newer version of this package")
	}
	p.ID = r.name(root, "id", true)
	p.Version = r.count(root, "version")
	p.Title = r.text(root, "title", true)
	if utf8.RuneCountInString(p.Title) > 200 || strings.Contains(p.Title, "\n") {
		r.fail(root.get("title"), "the title is not one line of at most 200 characters", "Keep the title short and put the rest into purpose")
	}
	p.Purpose = r.text(root, "purpose", true)
	p.Owner = r.text(root, "owner", true)
	if n, ok := r.value(root, "review_by", false); ok {
		d, err := ParseDate(n.text)
		if err != nil {
			r.fail(n, quoted(n)+" is not a date", "Write year, month and day, like 2026-09-30")
		}
		p.ReviewBy = d
	}
	p.Status = Status(r.word(root, "status", true, string(Draft), string(Active), string(Retired)))
	p.ReplacedBy = r.name(root, "replaced_by", false)
	if p.ReplacedBy != "" && p.Status != "" && p.Status != Retired {
		r.fail(root.get("replaced_by"), fmt.Sprintf("a procedure that is %s has no successor", p.Status), "Write status: retired, or remove replaced_by")
	}
	p.Language = r.language(root)
	if n := root.get("when"); n != nil {
		p.When = r.condition(n)
	}
	p.Needs = r.readNeeds(root)
	p.Limits = r.readLimits(root)
	p.Steps = r.readSteps(root)
	p.DoneWhen = r.text(root, "done_when", true)
	p.Escalation = r.readEscalation(root)
	p.See = r.readSee(root)
	p.Silence = r.readSilence(root)
	r.resolve()
	return p
}

func (r *reader) language(root *node) string {
	n, ok := r.value(root, "language", false)
	if !ok {
		return ""
	}
	for i, part := range strings.Split(n.text, "-") {
		letters := strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
		if !letters || i == 0 && (len(part) < 2 || len(part) > 3 || strings.ToLower(part) != part) || i > 0 && (part == "" || len(part) > 8) {
			r.fail(n, quoted(n)+" is not a language tag", "Write it like en, de or pt-BR")
			return ""
		}
	}
	return n.text
}
