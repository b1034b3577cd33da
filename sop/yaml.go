package sop

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// This is the only file of sop that knows the YAML library. It takes the library's
// tree of nodes and never its decoder, which expands aliases and panics on some
// merge keys.

// tree reads the one document in data. It returns nil, and has reported why,
// when there is none to go on with.
func (r *reader) tree(data []byte) *node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	doc, err := decode(dec)
	switch {
	case errors.Is(err, io.EOF) || err == nil && blank(doc):
		r.at(Position{}, "", "the file is empty", "Copy one of the samples and change it")
		return nil
	case err != nil:
		r.broken(data, err)
		return nil
	}
	if next, err := decode(dec); !errors.Is(err, io.EOF) {
		at := Position{}
		if err == nil && next.Line > 0 {
			at = Position{next.Line, next.Column}
		}
		r.split = true
		r.at(at, "", "a second document begins here", "Keep one procedure in a file and remove the line ---")
	}
	c := converter{reader: r}
	root := c.convert(doc.Content[0], nil, "", false, 1)
	if c.full {
		return nil
	}
	return root
}

// blank reports whether a document holds nothing, as a lone --- does.
func blank(doc *yaml.Node) bool {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return true
	}
	root := doc.Content[0]
	return root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0 && root.Anchor == ""
}

// decode turns a panic of the library into an error.
func decode(dec *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: %v", p)
		}
	}()
	n = new(yaml.Node)
	err = dec.Decode(n)
	return n, err
}

// parses reports whether the first lines of a file, and how many bytes it took
// to know.
func parses(data []byte) (ok bool, cost int) {
	in := &meter{r: bytes.NewReader(data)}
	_, err := decode(yaml.NewDecoder(in))
	return err == nil || errors.Is(err, io.EOF), in.n
}

// meter counts what is read of a file, which the library does line by line when
// it is handed no more.
type meter struct {
	r *bytes.Reader
	n int
}

func (m *meter) Read(p []byte) (int, error) {
	for i := range p {
		b, err := m.r.ReadByte()
		if err != nil {
			if i > 0 {
				return i, nil
			}
			return 0, err
		}
		p[i] = b
		m.n++
		if b == '\n' {
			return i + 1, nil
		}
	}
	return len(p), nil
}

// converter copies the library's tree into ours and reports what the format
// leaves out.
type converter struct {
	*reader
	count int
	full  bool
}

func (c *converter) convert(y *yaml.Node, parent *node, label string, named bool, depth int) *node {
	n := &node{parent: parent, label: label, named: named, pos: Position{y.Line, y.Column}, style: styleOf(y)}
	c.count++
	switch {
	case c.full:
		return n
	case c.count > MaxNodes:
		c.full = true
		c.at(n.pos, "", fmt.Sprintf("the file holds more than %d values", MaxNodes), "Split it into several procedures")
		return n
	case depth > MaxDepth:
		c.at(n.pos, "", fmt.Sprintf("values lie more than %d levels within each other", MaxDepth), "Write it flatter")
		n.tag = "!!invalid"
		return n
	}
	if y.Anchor != "" {
		c.fail(n, fmt.Sprintf("the anchor &%s is not part of the format", short(y.Anchor)), "Write the value out where it is used, or put the text in quotes")
	}
	if y.Style&yaml.TaggedStyle != 0 {
		c.fail(n, fmt.Sprintf("the tag %s is not part of the format", short(y.Tag)), "Remove the tag, or put the text in quotes")
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
		c.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.kind = list
		for i, item := range y.Content {
			label, named := itemLabel(label, i, idOf(item))
			n.items = append(n.items, c.convert(item, n, label, named, depth+1))
		}
	case yaml.AliasNode:
		c.fail(n, fmt.Sprintf("the alias *%s is not part of the format", short(y.Value)), "Write the value out, or put the text in quotes")
		n.tag = "!!invalid"
	default:
		n.text, n.tag = y.Value, y.Tag
		if y.Style&yaml.TaggedStyle != 0 {
			n.tag = "!!invalid"
		}
		if n.tag == "!!merge" {
			n.tag = "!!str"
		}
	}
	return n
}

func styleOf(y *yaml.Node) style {
	switch {
	case y.Style&yaml.FlowStyle != 0:
		return styleFlow
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return styleDouble
	case y.Style&yaml.SingleQuotedStyle != 0:
		return styleSingle
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return styleBlock
	}
	return stylePlain
}

// idOf returns the id that a mapping gives itself, empty when it has none.
func idOf(y *yaml.Node) string {
	if y.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		if y.Content[i].Value == "id" && y.Content[i+1].Kind == yaml.ScalarNode {
			return y.Content[i+1].Value
		}
	}
	return ""
}

func (c *converter) mapping(n *node, y *yaml.Node, depth int) {
	lines := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		at := &node{parent: n, label: short(key.Value), pos: Position{key.Line, key.Column}, style: styleOf(key), text: key.Value}
		complain := func(message, fix string) { c.at(at.pos, n.path(), message, fix) }
		value := c.convert(y.Content[i+1], n, at.label, false, depth+1)
		switch {
		case c.full:
			return
		case key.Kind != yaml.ScalarNode || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0:
			c.split = true // what is missing may be said under it
			complain("this key is not a plain word", "Write one of the keys of the format")
			continue
		case key.Tag == "!!merge":
			complain("the merge key << is not part of the format", "Write the keys out")
			continue
		case lines[key.Value] > 0:
			complain(fmt.Sprintf("%q is said twice, first on line %d", short(key.Value), lines[key.Value]), "Keep one of the two")
			continue
		}
		lines[key.Value] = key.Line
		n.fields = append(n.fields, field{key.Value, at, value})
	}
}
