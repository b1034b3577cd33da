package sop

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// This is the only file that knows the YAML library. It takes the library's
// tree of nodes and never its decoder, which expands aliases and panics on some
// merge keys.

// tree reads the one document in data. It returns nil, and has reported why,
// when there is none to go on with.
func (r *reader) tree(data []byte) *node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	doc, err := decode(dec)
	switch {
	case errors.Is(err, io.EOF) || err == nil && (doc.Kind != yaml.DocumentNode || len(doc.Content) != 1):
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
		r.at(at, "", "a second document begins here", "Keep one procedure in a file and remove the line ---")
	}
	c := converter{reader: r}
	root := c.convert(doc.Content[0], nil, "", 1)
	if c.full {
		return nil
	}
	return root
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

func (c *converter) convert(y *yaml.Node, parent *node, label string, depth int) *node {
	n := &node{parent: parent, label: label, pos: Position{y.Line, y.Column}}
	c.count++
	switch {
	case c.full:
		return n
	case c.count > MaxNodes:
		c.full = true
		c.fail(n, fmt.Sprintf("the file holds more than %d values", MaxNodes), "Split it into several procedures")
		return n
	case depth > MaxDepth:
		c.fail(n, fmt.Sprintf("values lie more than %d levels within each other", MaxDepth), "Write it flatter")
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
		for _, item := range y.Content {
			n.items = append(n.items, c.convert(item, n, "", depth+1))
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
	n.nameItems()
	return n
}

func (c *converter) mapping(n *node, y *yaml.Node, depth int) {
	lines := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		at := &node{parent: n, label: short(key.Value), pos: Position{key.Line, key.Column}}
		value := c.convert(y.Content[i+1], n, at.label, depth+1)
		switch {
		case c.full:
			return
		case key.Kind != yaml.ScalarNode || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0:
			at.label = ""
			c.fail(at, "this key is not a plain word", "Write one of the keys of the format")
			continue
		case key.Tag == "!!merge":
			at.label = ""
			c.fail(at, "the merge key << is not part of the format", "Write the keys out")
			continue
		case lines[key.Value] > 0:
			c.fail(at, fmt.Sprintf("%s is said twice, first on line %d", short(key.Value), lines[key.Value]), "Keep one of the two")
			continue
		}
		lines[key.Value] = key.Line
		n.fields = append(n.fields, field{key.Value, at, value})
	}
}

// complaints translates the library's messages into what a person can act on.
// The first whose text is contained in the message is taken.
var complaints = []struct{ text, message, fix string }{
	{"mapping values are not allowed", "a colon is read as the end of another key here", "Put a text that holds a colon in quotes, or indent the line like its neighbours"},
	{"did not find expected key", "this line does not fit the lines before it", "Indent it like its neighbours; put a text that holds quotation marks in quotes as a whole"},
	{"did not find expected '-' indicator", "this line stands in a list and is not an item of it", "Begin it with a hyphen, or indent it like the keys it belongs to"},
	{"could not find expected ':'", "this line is neither a key with a value nor part of the text above", "Write key: value, or indent the line so that it continues the text"},
	{"found unexpected end of stream", "a quotation mark is opened here and never closed", "Close it at the end of the text"},
	{"did not find expected ',' or ']'", "a [ is opened here and never closed as it should", "Put a comma between the items and ] at the end"},
	{"did not find expected ',' or '}'", "a { is opened here and never closed as it should", "Put a comma between the keys and } at the end"},
	{"found character that cannot start any token", "a value cannot begin with this character", "Put the text in quotes"},
	{"block sequence entries are not allowed", "a list cannot begin on the line of its key", "Begin the list on the next line"},
	{"unknown escape character", "a backslash within double quotes begins a code that does not exist", `Write \\ for a backslash, or use single quotes`},
	{"unknown anchor", "a value that begins with * is read as an alias", "Put the text in quotes"},
	{"alphabetic or numeric character", "a value that begins with * or & is read as an alias", "Put the text in quotes"},
	{"exceeded max depth", fmt.Sprintf("values lie more than %d levels within each other", MaxDepth), "Write it flatter"},
	{"incompatible YAML document", "the file asks for a YAML version that is not read", "Remove the line that begins with %YAML"},
	{"cannot be the document", "this is not YAML", "Compare the line with a sample"},
}

// broken reports what keeps a file from being YAML at all, at the first line
// with which it stops being so. The library's own line is where the construct
// around it begins.
func (r *reader) broken(data []byte, err error) {
	lines := strings.SplitAfter(string(data), "\n")
	message, fix := "this is not YAML ("+strings.TrimPrefix(err.Error(), "yaml: ")+")", "Compare the line with a sample"
	var about string
	for _, c := range complaints {
		if strings.Contains(err.Error(), c.text) {
			message, fix, about = c.message, c.fix, c.text
			break
		}
	}
	at := Position{Line: firstBad(data, lines, err)}
	if at.Line > 0 {
		line := lines[at.Line-1]
		at.Column = len([]rune(line)) - len([]rune(strings.TrimLeft(line, " "))) + 1
		if about == "mapping values are not allowed" {
			at.Column = secondColon(line, at.Column)
		}
	}
	r.at(at, "", message, fix)
}

// firstBad returns the line after the longest run of first lines that parses. A
// file cut within a bracket or a quotation does not parse either, so it looks
// from the back, within a budget of bytes.
func firstBad(data []byte, lines []string, err error) int {
	_, end := parses(data)
	budget, size, n := 1<<20, 0, 0
	for n < len(lines) && size < end {
		size += len(lines[n])
		n++
	}
	for ; n > 0; n-- {
		size -= len(lines[n-1])
		ok, cost := parses(data[:size])
		if ok {
			return n
		}
		if budget -= cost + 64; budget < 0 {
			break
		}
	}
	line := 0
	if _, err := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); err != nil || line > len(lines) {
		return 0
	}
	return line
}

// secondColon returns the column of the second colon in a line that ends a key,
// or otherwise when there is none.
func secondColon(line string, otherwise int) int {
	seen := 0
	for i, c := range []rune(strings.TrimRight(line, "\r\n") + " ") {
		if c == ':' && strings.HasPrefix(string([]rune(strings.TrimRight(line, "\r\n") + " ")[i+1:]), " ") {
			if seen++; seen == 2 {
				return i + 1
			}
		}
	}
	return otherwise
}
