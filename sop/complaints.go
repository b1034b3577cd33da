package sop

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// complaint is a message of the YAML library and what a person can do about it.
type complaint struct {
	text         string // contained in the library's message
	marks        string // the first of these characters in the line is the place
	message, fix string
}

// complaints are tried in order.
var complaints = []complaint{
	{"mapping values are not allowed", "", "a colon is read as the end of another key here", "Put a text that holds a colon in quotes, or indent the line like its neighbours"},
	{"did not find expected key", "", "this line does not fit the lines before it", "Indent it like its neighbours; put a text that holds quotation marks in quotes as a whole"},
	{"did not find expected '-' indicator", "", "this line stands in a list and is not an item of it", "Begin it with a hyphen, or indent it like the keys it belongs to"},
	{"could not find expected ':'", "", "this line is neither a key with a value nor part of the text above", "Write key: value, or indent the line so that it continues the text"},
	{"found unexpected end of stream", `"'`, "a quotation mark is opened here and never closed", "Close it at the end of the text"},
	{"did not find expected ',' or ']'", "[", "a [ is opened here and never closed as it should be", "Put a comma between the items and ] at the end"},
	{"did not find expected ',' or '}'", "{", "a { is opened here and never closed as it should be", "Put a comma between the keys and } at the end"},
	{"did not find expected node content", "", "a bracket or a comma stands where a value belongs", "Give each [ its ] and each { its }"},
	{"found character that cannot start any token", "@`%", "a value cannot begin with this character", "Put the text in quotes"},
	{"block sequence entries are not allowed", "-", "a list cannot begin on the line of its key", "Begin the list on the next line"},
	{"unknown escape character", `\\`, "a backslash within double quotes begins a code that does not exist", `Write \\ for a backslash, or use single quotes`},
	{"unknown anchor", "*", "a value that begins with * is read as an alias", "Put the text in quotes"},
	{"alphabetic or numeric character", "*&", "a value that begins with * or & is read as an alias", "Put the text in quotes"},
	{"exceeded max depth", "", fmt.Sprintf("values lie more than %d levels within each other", MaxDepth), "Write it flatter"},
	{"incompatible YAML document", "", "the file asks for a YAML version that is not read", "Remove the line that begins with %YAML"},
}

// broken reports what keeps a file from being YAML at all, at the first line
// with which it stops being so. The library names the line where the construct
// around it begins.
func (r *reader) broken(data []byte, err error) {
	c := complaint{"", "", "this is not YAML (" + strings.TrimPrefix(err.Error(), "yaml: ") + ")", "Compare the line with a sample"}
	for _, known := range complaints {
		if strings.Contains(err.Error(), known.text) {
			c = known
			break
		}
	}
	lines := strings.SplitAfter(string(data), "\n")
	at := Position{Line: firstBad(data, lines, err)}
	if at.Line > 0 {
		at.Column = c.column(strings.TrimRight(lines[at.Line-1], "\r\n"))
	}
	r.at(at, "", c.message, c.fix)
}

// column returns where in the line the complaint is about, by default where the
// line begins after its indent.
func (c complaint) column(line string) int {
	at := len(line) - len(strings.TrimLeft(line, " "))
	if c.marks != "" {
		if i := strings.IndexAny(line, c.marks); i >= 0 {
			at = i
		}
	} else if first := strings.Index(line, ": "); first >= 0 && c.text == complaints[0].text {
		if second := strings.Index(line[first+1:]+" ", ": "); second >= 0 {
			at = first + 1 + second
		}
	}
	return utf8.RuneCountInString(line[:at]) + 1
}

// firstBad returns the line after the longest run of first lines that parses. A
// file cut within a bracket or a quotation does not parse either, so it looks
// from the back, within a budget of bytes, and falls back on the library's line,
// which is at times the one before.
func firstBad(data []byte, lines []string, err error) int {
	_, end := parses(data)
	budget, size, n := 1<<20, 0, 0
	for n < len(lines) && size < end {
		size += len(lines[n])
		n++
	}
	for ; n > 0 && budget > 0; n-- {
		size -= len(lines[n-1])
		if strings.TrimSpace(lines[n-1]) == "" {
			continue // what is nothing spoils nothing
		}
		ok, cost := parses(data[:size])
		if ok {
			return n
		}
		budget -= cost + 64
	}
	line := 0
	if _, err := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); err != nil || line >= len(lines) {
		return 0
	}
	if ok, _ := parses([]byte(strings.Join(lines[:line], ""))); ok {
		return line + 1
	}
	return line
}
