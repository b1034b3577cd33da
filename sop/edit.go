package sop

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// editor finds the fewest bytes of a file to change so that it says something else.
type editor struct {
	data  []byte
	root  *node
	edits []splice

	refused bool // a comment would be lost or stand at something else
}

// splice puts text for the bytes from one place to another.
type splice struct {
	from, to int
	text     string
}

// newEditor reads a sound file.
func newEditor(name string, data []byte) *editor {
	r := &reader{file: name, lines: 1 << 30}
	ed := &editor{data: data, root: r.tree(data)}
	lines := []int{0}
	for i, c := range data {
		if c == '\n' {
			lines = append(lines, i+1)
		}
	}
	ed.measure(ed.root, lines)
	return ed
}

// blank reports whether the line that holds a byte is blank.
func (ed *editor) blank(at int) bool {
	return at >= 0 && at < len(ed.data) && len(bytes.TrimSpace(ed.data[ed.bol(at):ed.eol(at)])) == 0
}

func (ed *editor) splice(from, to int, text string) {
	if from == to && text == "" {
		return
	}
	ed.edits = append(ed.edits, splice{from, to, text})
}

// below puts lines under the one that holds a byte.
func (ed *editor) below(at int, lines string) {
	if at = ed.eol(at); at == len(ed.data) {
		ed.splice(at, at, "\n"+lines)
	} else {
		ed.splice(at+1, at+1, lines+"\n")
	}
}

// apply makes the edits, with the file's own line ends; nil where it cannot.
func (ed *editor) apply() []byte {
	if len(ed.edits) == 0 {
		return ed.data
	}
	if ed.refused {
		return nil
	}
	slices.SortStableFunc(ed.edits, func(a, b splice) int {
		return cmp.Or(cmp.Compare(a.from, b.from), min(a.to-a.from, 1)-min(b.to-b.from, 1))
	})
	windows := bytes.Contains(ed.data, []byte("\r\n"))
	var out []byte
	at := 0
	for _, e := range ed.edits {
		if e.from < at {
			return nil // they overlap
		}
		if windows {
			e.text = strings.ReplaceAll(e.text, "\n", "\r\n")
		}
		out = append(append(out, ed.data[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, ed.data[at:]...)
}

// value makes old say what want says. Indent is that of the key or hyphen before it.
func (ed *editor) value(old, want *node, indent int) {
	switch {
	case says(old, want):
	case want.kind == list && want.single && len(want.items) == 1 && old.kind == scalar:
		ed.value(old, want.items[0], indent)
	case old.kind == scalar && want.kind == scalar:
		ed.splice(old.start, old.end, ed.likewise(old, want, indent))
	case old.style == styleFlow:
		ed.flow(old, want, indent)
	case old.kind == mapping && want.kind == mapping:
		ed.mapping(old, want)
	case old.kind == list && want.kind == list:
		ed.list(old, want)
	default:
		ed.splice(old.start, old.end, flowNode(want))
	}
}

// likewise writes a value in the manner of the one it replaces.
func (ed *editor) likewise(old, want *node, indent int) string {
	inline := false
	for n := old.parent; n != nil; n = n.parent {
		inline = inline || n.style == styleFlow
	}
	s := want.text
	clean := !strings.ContainsFunc(s, func(c rune) bool { return !printable(c) })
	switch {
	case old.style == styleDouble && !want.plain:
		return quoteDouble(s)
	case old.style == styleSingle && clean:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	case old.style == styleBlock && s != "" && !want.plain && clean:
		if text, ok := folded(s, indent); ok {
			return text
		}
	}
	return scalarText(want, indent, inline)
}

// mapping edits the keys of a block.
func (ed *editor) mapping(old, want *node) {
	indent := old.pos.Column - 1
	pad := "\n" + strings.Repeat(" ", indent)
	top := old.parent == nil
	stays := func(f field) bool { return want.get(f.key) != nil }
	if !slices.ContainsFunc(old.fields, stays) {
		e := &emitter{}
		e.fields(want, indent, top)
		ed.splice(old.start, old.end, e.b.String())
		return
	}
	first := slices.IndexFunc(old.fields, stays)
	for i := 0; i < len(old.fields); i++ {
		row := i
		for i < len(old.fields) && !stays(old.fields[i]) {
			i++
		}
		ed.dropFields(old.fields[row:i])
	}
	last := -1 // of old.fields: after which a new key goes
	for _, f := range want.fields {
		if i := slices.IndexFunc(old.fields, func(o field) bool { return o.key == f.key }); i >= 0 {
			ed.fieldValue(old.fields[i], f, indent)
			last = i
			continue
		}
		if f.value.implied {
			continue
		}
		e := &emitter{}
		e.field(f, indent)
		if last >= 0 {
			text := pad[1:] + e.b.String()
			if top && spaced(f.key) {
				text = "\n" + text
			}
			ed.below(old.fields[last].value.end, text)
			continue
		}
		ed.splice(old.fields[first].at.start, old.fields[first].at.start, e.b.String()+pad)
	}
}

// fieldValue edits the value of a key, in its place where that can be done.
func (ed *editor) fieldValue(old, want field, indent int) {
	single := want.value.single && len(want.value.items) == 1
	inPlace := old.value.kind == want.value.kind || single && old.value.kind == scalar || old.value.style == styleFlow
	if says(old.value, want.value) {
		return
	}
	if inPlace {
		ed.value(old.value, want.value, indent)
		return
	}
	e := &emitter{}
	e.field(want, indent)
	ed.splice(old.at.start, old.value.end, e.b.String())
}

// dropFields removes keys that stand in a row, with the lines they stand on.
func (ed *editor) dropFields(row []field) {
	if len(row) == 0 {
		return
	}
	from, end := row[0].at.start, ed.eol(row[len(row)-1].value.end)
	if begin := ed.bol(from); strings.TrimSpace(string(ed.data[begin:from])) == "" {
		if len(bytes.TrimSpace(ed.data[end:])) == 0 { // no blank lines are left at the end
			begin = min(ed.eol(len(bytes.TrimRight(ed.data[:begin], " \r\n")))+1, begin)
		}
		after := min(end+1, len(ed.data))
		if ed.blank(begin-1) && ed.blank(after) { // one blank line is left where there were two
			after = min(ed.eol(after)+1, len(ed.data))
		}
		ed.splice(begin, after, "")
		return
	}
	// They stand behind a hyphen: the next key moves up to it.
	for end < len(ed.data) && strings.IndexByte(" \r\n", ed.data[end]) >= 0 {
		end++
	}
	ed.splice(from, end, "")
}

// list edits the items of a block: those that stay are found first.
func (ed *editor) list(old, want *node) {
	indent := ed.hyphen(old.items[0]) - ed.bol(ed.hyphen(old.items[0]))
	pairs := align(old.items, want.items)
	stays := map[int]bool{}
	last := -1 // of old.items: after which a new item goes
	before := ""
	for j, w := range want.items {
		if i := pairs[j]; i >= 0 {
			stays[i] = true
			ed.value(old.items[i], w, indent)
			last = i
			continue
		}
		e := &emitter{}
		e.item(w, indent)
		if last < 0 {
			before += strings.Repeat(" ", indent) + e.b.String() + "\n"
			continue
		}
		ed.below(old.items[last].end, strings.Repeat(" ", indent)+e.b.String())
	}
	if before != "" {
		at := ed.bol(ed.hyphen(old.items[0]))
		ed.splice(at, at, before)
	}
	for i, item := range old.items {
		if !stays[i] {
			ed.splice(ed.bol(ed.hyphen(item)), min(ed.eol(item.end)+1, len(ed.data)), "")
		}
	}
}

// hyphen returns where the hyphen of a list's item stands.
func (ed *editor) hyphen(item *node) int {
	for at := item.start; ; {
		begin := ed.bol(at)
		if line := ed.data[begin:at]; bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("-")) {
			return begin + bytes.IndexByte(line, '-')
		}
		if begin == 0 {
			return item.start
		}
		at = begin - 1
	}
}
