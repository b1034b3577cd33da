package sop

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// emitter writes trees as YAML.
type emitter struct{ b strings.Builder }

const lineWidth = 80 // characters that a text is wrapped at, and up to which a list stays on its line

// fields writes the keys of a mapping, the first where the pen is, the others on
// lines of their own.
func (e *emitter) fields(n *node, indent int, top bool) {
	first := true
	for _, f := range n.fields {
		if f.value.implied && !f.value.anyway {
			continue
		}
		if !first {
			e.b.WriteByte('\n')
			if top && spaced(f.key) {
				e.b.WriteByte('\n')
			}
			e.b.WriteString(strings.Repeat(" ", indent))
		}
		first = false
		e.field(f, indent)
	}
}

// spaced reports whether a blank line stands before a key of a procedure.
func spaced(key string) bool {
	return slices.Contains([]string{"when", "needs", "limits", "steps", "done_when", "escalation", "see", "silence"}, key)
}

func (e *emitter) field(f field, indent int) {
	e.b.WriteString(f.key + ":")
	v := f.value
	if v.kind == list && v.single && len(v.items) == 1 {
		v = v.items[0]
	}
	switch v.kind {
	case scalar:
		e.b.WriteString(" " + scalarText(v, indent, false))
	case mapping:
		e.b.WriteString("\n" + strings.Repeat(" ", indent+2))
		e.fields(v, indent+2, false)
	case list:
		if flow, ok := flowText(v); ok && indent+len(f.key)+2+utf8.RuneCountInString(flow) <= lineWidth && !prosy(v) {
			e.b.WriteString(" " + flow)
			return
		}
		for _, item := range v.items {
			e.b.WriteString("\n" + strings.Repeat(" ", indent+2))
			e.item(item, indent+2)
		}
	}
}

// item writes one item of a list, with its hyphen.
func (e *emitter) item(n *node, indent int) {
	e.b.WriteString("- ")
	if n.kind == mapping {
		e.fields(n, indent+2, false)
	} else {
		e.b.WriteString(scalarText(n, indent, false))
	}
}

// prosy reports whether a list holds sentences, which stand on lines of their own.
func prosy(n *node) bool {
	for _, item := range n.items {
		if item.kind != scalar || strings.Count(item.text, " ") > 3 {
			return true
		}
	}
	return false
}

// flowText writes a list on one line.
func flowText(n *node) (string, bool) {
	parts := make([]string, len(n.items))
	for i, item := range n.items {
		if item.kind != scalar {
			return "", false
		}
		parts[i] = scalarText(item, 0, true)
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}

// flowNode writes anything on one line.
func flowNode(n *node) string {
	switch n.kind {
	case list:
		if n.single && len(n.items) == 1 {
			return flowNode(n.items[0])
		}
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = flowNode(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case mapping:
		var parts []string
		for _, f := range n.fields {
			if !f.value.implied || f.value.anyway {
				parts = append(parts, f.key+": "+flowNode(f.value))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return scalarText(n, 0, true)
}

// scalarText writes a value. Indent is that of its key, for texts of several lines;
// inline forbids these.
func scalarText(n *node, indent int, inline bool) string {
	s := n.text
	switch {
	case n.plain:
		return s
	case !inline && strings.Contains(s, "\n"):
		if text, ok := block(s, indent); ok {
			return text
		}
	case !inline && utf8.RuneCountInString(s)+indent > lineWidth:
		if text, ok := folded(s, indent); ok {
			return text
		}
	}
	if plainText(s, inline) {
		return s
	}
	return quote(s)
}

// plainText reports whether a text can stand without quotes, within brackets if it is
// inline, and is read as a text, by readers of YAML 1.1 too.
func plainText(s string, inline bool) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) || strings.TrimSpace(s) != s || strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") {
		return false
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return inline && strings.ContainsRune(",[]{}", c) || !printable(c)
	})
}

func printable(c rune) bool {
	return c >= ' ' && (c < 0x7F || c >= 0xA0) && c != 0x2028 && c != 0x2029 && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF && c != utf8.RuneError
}

// quote puts a text into quotes: single ones where nothing needs escaping.
func quote(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return !printable(c) }) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return quoteDouble(s)
}

func quoteDouble(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteString("\\" + string(c))
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == utf8.RuneError || printable(c):
			b.WriteRune(c)
		case c <= 0xFF:
			fmt.Fprintf(&b, `\x%02X`, c)
		case c <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			fmt.Fprintf(&b, `\U%08X`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// block writes a text of several lines as it is.
func block(s string, indent int) (string, bool) {
	if s[0] == ' ' || s[0] == '\n' || strings.HasSuffix(s, "\n") || strings.ContainsFunc(s, func(c rune) bool { return c != '\n' && !printable(c) }) {
		return "", false
	}
	var b strings.Builder
	b.WriteString("|-")
	for _, line := range strings.Split(s, "\n") {
		if strings.TrimRight(line, " ") != line {
			return "", false
		}
		b.WriteByte('\n')
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent+2) + line)
		}
	}
	return b.String(), true
}

// folded writes a long text on several lines that are read as one.
func folded(s string, indent int) (string, bool) {
	words := strings.Split(s, " ")
	if slices.Contains(words, "") || strings.ContainsFunc(s, func(c rune) bool { return !printable(c) }) {
		return "", false
	}
	var b strings.Builder
	b.WriteString(">-\n" + strings.Repeat(" ", indent+2))
	width := indent + 2
	for i, w := range words {
		n := utf8.RuneCountInString(w)
		switch {
		case i == 0:
		case width+1+n > lineWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent+2))
			width = indent + 2
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(w)
		width += n
	}
	return b.String(), true
}
