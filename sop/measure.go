package sop

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// measure finds where the values of a tree begin and end.
func (ed *editor) measure(n *node, lines []int) {
	n.start = ed.offset(n.pos, lines)
	n.end = n.start
	for _, item := range n.items {
		ed.measure(item, lines)
		n.end = max(n.end, item.end)
	}
	for _, f := range n.fields {
		f.at.start = ed.offset(f.at.pos, lines)
		f.at.end = ed.scalarEnd(f.at)
		ed.measure(f.value, lines)
		n.end = max(n.end, f.value.end)
	}
	switch {
	case n.kind == scalar:
		n.end = ed.scalarEnd(n)
	case n.style == styleFlow && strings.IndexByte("[{", ed.data[n.start]) >= 0: // others end with their value, as in [a: b]
		n.end = ed.closing(max(n.end, n.start+1))
	}
}

func (ed *editor) offset(p Position, lines []int) int {
	if p.Line < 1 || p.Line > len(lines) {
		return len(ed.data)
	}
	at := lines[p.Line-1]
	if p.Line == 1 && bytes.HasPrefix(ed.data, []byte("\ufeff")) {
		at += len("\ufeff")
	}
	for range p.Column - 1 {
		if at < len(ed.data) {
			_, size := utf8.DecodeRune(ed.data[at:])
			at += size
		}
	}
	return at
}

// scalarEnd returns where a value that begins at n.start ends.
func (ed *editor) scalarEnd(n *node) int {
	d, i := ed.data, n.start
	switch n.style {
	case styleDouble:
		for i++; i < len(d) && d[i] != '"'; i++ {
			if d[i] == '\\' {
				i++
			}
		}
		return min(i+1, len(d))
	case styleSingle:
		for i++; i < len(d); i++ {
			if d[i] == '\'' {
				if i+1 < len(d) && d[i+1] == '\'' {
					i++
					continue
				}
				break
			}
		}
		return min(i+1, len(d))
	case styleBlock:
		return ed.blockEnd(n)
	}
	for _, c := range n.text {
		if c == ' ' || c == '\n' {
			for i < len(d) && strings.IndexByte(" \t\r\n", d[i]) >= 0 {
				i++
			}
			continue
		}
		i += utf8.RuneLen(c)
	}
	return min(i, len(d))
}

// blockEnd returns where the last line of a text after | or > ends. The text goes on
// for as long as lines are indented like its first one, or as its head says.
func (ed *editor) blockEnd(n *node) int {
	end := ed.eol(n.start)
	indent := -1
	for _, c := range ed.data[n.start+1 : min(n.start+3, end)] {
		if c >= '1' && c <= '9' {
			indent = n.parent.pos.Column - 1 + int(c-'0')
		}
	}
	for at := end + 1; at < len(ed.data); {
		eol := ed.eol(at)
		line := strings.TrimRight(string(ed.data[at:eol]), "\r")
		if text := strings.TrimLeft(line, " "); text != "" {
			if indent < 0 {
				indent = len(line) - len(text)
			}
			if len(line)-len(text) < indent {
				break
			}
			end = eol
		}
		at = eol + 1
	}
	return trimReturn(ed.data, end)
}

func trimReturn(d []byte, end int) int {
	if end > 0 && end <= len(d) && d[end-1] == '\r' {
		return end - 1
	}
	return end
}

// eol returns where the line that holds a byte ends, before its line feed.
func (ed *editor) eol(at int) int {
	if i := bytes.IndexByte(ed.data[min(at, len(ed.data)):], '\n'); i >= 0 {
		return at + i
	}
	return len(ed.data)
}

// bol returns where the line that holds a byte begins.
func (ed *editor) bol(at int) int { return bytes.LastIndexByte(ed.data[:at], '\n') + 1 }

// closing returns the place after the bracket that ends what is in brackets; from is
// after its last value.
func (ed *editor) closing(from int) int {
	for i := from; i < len(ed.data); i++ {
		switch ed.data[i] {
		case ']', '}':
			return i + 1
		case '#':
			i = ed.eol(i)
		}
	}
	return len(ed.data)
}
