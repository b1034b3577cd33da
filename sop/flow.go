package sop

import (
	"bytes"
	"slices"
)

// flow edits what stands in brackets. What goes must not have a comment beside it: of
// which part that speaks cannot be told.
func (ed *editor) flow(old, want *node, indent int) {
	parts := old.parts()
	stays := make([]*node, len(parts))  // what each part is to say
	fresh := make([]string, len(parts)) // what is added after each
	before, last := "", -1
	add := func(text string) {
		if last < 0 {
			before += text + ", "
		} else {
			fresh[last] += ", " + text
		}
	}
	switch {
	case old.kind != want.kind:
	case old.kind == list:
		for j, i := range align(old.items, want.items) {
			if i < 0 {
				add(flowNode(want.items[j]))
			} else {
				stays[i], last = want.items[j], i
			}
		}
	default:
		for _, f := range want.fields {
			if i := slices.IndexFunc(old.fields, func(o field) bool { return o.key == f.key }); i >= 0 {
				stays[i], last = f.value, i
			} else if !f.value.implied {
				add(f.key + ": " + flowNode(f.value))
			}
		}
	}
	if last < 0 {
		ed.refused = ed.refused || ed.remarked(old)
		ed.splice(old.start, old.end, flowNode(want))
		return
	}
	ed.splice(parts[0].start, parts[0].start, before)
	kept := false
	for i, p := range parts {
		if stays[i] != nil {
			ed.value(p.value, stays[i], indent)
			ed.splice(p.value.end, p.value.end, fresh[i])
			kept = true
			continue
		}
		from, to := old.start, old.end
		if i > 0 {
			from = parts[i-1].value.end
		}
		if i+1 < len(parts) {
			to = parts[i+1].start
		}
		ed.refused = ed.refused || ed.remark(from, p.start) || ed.remark(p.value.end, to)
		if kept {
			ed.splice(from, p.value.end, "")
		} else {
			ed.splice(p.start, to, "")
		}
	}
}

// flowPart is an item of a list, or a key with its value.
type flowPart struct {
	start int
	value *node
}

func (n *node) parts() []flowPart {
	var out []flowPart
	for _, item := range n.items {
		out = append(out, flowPart{item.start, item})
	}
	for _, f := range n.fields {
		out = append(out, flowPart{f.at.start, f.value})
	}
	return out
}

// remark reports whether a comment stands between two values.
func (ed *editor) remark(from, to int) bool { return bytes.IndexByte(ed.data[from:to], '#') >= 0 }

// remarked reports whether a comment stands in what is in brackets.
func (ed *editor) remarked(n *node) bool {
	at := n.start
	for _, p := range n.parts() {
		if ed.remark(at, p.start) || p.value.kind != scalar && ed.remarked(p.value) {
			return true
		}
		at = p.value.end
	}
	return n.kind != scalar && ed.remark(at, n.end)
}
