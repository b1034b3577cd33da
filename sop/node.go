package sop

import (
	"fmt"
	"strings"
)

// node is one value of a YAML file, freed of what the format does not use.
type node struct {
	kind   kind
	text   string // of a scalar, as written without its quotes
	tag    string // of a scalar: !!str, !!int, !!float, !!bool, !!null, !!timestamp
	pos    Position
	parent *node
	label  string // this node's part of the path, in words
	named  bool   // an item of a list whose label says the list's name too
	items  []*node
	fields []field
	meant  []string // known keys that unknown ones were probably meant to be
	style  style

	// Of a tree to be written:
	implied bool              // need not be there: it is what is meant without it
	anyway  bool              // is written all the same where it is new
	single  bool              // of a list: with one item it may be written as that item alone
	plain   bool              // of a scalar: needs no quotes anywhere
	same    func(string) bool // of a scalar: whether a text says the same; nil: when it is equal

	// Of a tree whose file is edited:
	start, end int // bytes
}

type style int

const (
	stylePlain style = iota
	styleSingle
	styleDouble
	styleBlock // | and >
	styleFlow  // [ and {
)

type kind int

const (
	scalar kind = iota
	list
	mapping
)

// field is one key of a mapping and what it holds. Keys are unique.
type field struct {
	key   string
	at    *node
	value *node
}

// path says in words where the node is.
func (n *node) path() string {
	var parts []string
	for ; n != nil; n = n.parent {
		if n.label != "" {
			parts = append(parts, n.label)
		}
		if n.named {
			n = n.parent
		}
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, ", ")
}

func (n *node) get(key string) *node {
	for _, f := range n.fields {
		if f.key == key {
			return f.value
		}
	}
	return nil
}

// describe names what the node is, for a person who expected something else.
func (n *node) describe() string {
	switch {
	case n.kind == list:
		return "a list"
	case n.kind == mapping:
		return "keys with values"
	}
	switch n.tag {
	case "!!null":
		return "empty"
	case "!!int", "!!float":
		return short(n.text) + ", a number"
	case "!!bool":
		return short(n.text) + ", true or false"
	case "!!timestamp":
		return short(n.text) + ", a date"
	}
	return fmt.Sprintf("the text %q", short(n.text))
}

// itemNames are the lists whose items are spoken of by a name of their own.
var itemNames = map[string]string{
	"steps": "step", "needs": "need", "limits": "limit", "cases": "case", "choices": "choice",
	"escalation": "escalation", "all": "all", "any": "any", "none": "none",
}

// itemLabel returns the part of the path of a list's item, and whether it says
// the list's name too.
func itemLabel(list string, i int, id string) (label string, named bool) {
	name, named := itemNames[list]
	if !named {
		name = "item"
	}
	label = fmt.Sprintf("%s %d", name, i+1)
	if id != "" {
		label += fmt.Sprintf(" %q", short(id))
	}
	return label, named
}

// short cuts what a file says to a length that fits into a message.
func short(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
