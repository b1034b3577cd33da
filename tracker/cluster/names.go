package cluster

import (
	"strings"
	"unicode"
)

// names are the words that people are called by, folded.
type names struct {
	words    map[string]bool
	unspaced []string // written without blanks around them
}

const (
	whyName = "name"
	isName  = "name"
)

func namesOf(all []string, buf *[]byte) (n names) {
	for _, name := range all {
		name = normal(name)
		for _, part := range strings.Fields(name) {
			n.add(part, buf)
		}
		for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
			n.add(part, buf)
		}
	}
	return n
}

func (n *names) add(part string, buf *[]byte) {
	part = strings.TrimFunc(part, edge)
	if part == "" {
		return
	}
	if strings.ContainsFunc(part, unspaced) {
		n.unspaced = append(n.unspaced, part)
		return
	}
	if f := fold(part, buf); len(f) > 1 {
		if n.words == nil {
			n.words = map[string]bool{}
		}
		n.words[strings.Clone(f)] = true
	}
}

// within finds the first name in a run without blanks.
func (n *names) within(run string) (before, after string, found bool) {
	for _, name := range n.unspaced {
		if before, after, found = strings.Cut(run, name); found {
			return before, after, true
		}
	}
	return "", "", false
}

// without takes the names out of s.
func (n *names) without(s string) string {
	for _, name := range n.unspaced {
		s = strings.ReplaceAll(s, name, " ")
	}
	if len(n.words) == 0 {
		return s
	}
	var out strings.Builder
	var buf []byte
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return !part(r) })
		if end < 0 {
			end = len(s)
		}
		if end > 0 {
			if !n.words[fold(s[:end], &buf)] {
				out.WriteString(s[:end])
			}
			s = s[end:]
			continue
		}
		next := strings.IndexFunc(s, part)
		if next < 0 {
			next = len(s)
		}
		out.WriteString(s[:next])
		s = s[next:]
	}
	return out.String()
}

// part says that r may stand within a name.
func part(r rune) bool { return r == '\'' || unicode.IsLetter(r) || unicode.IsMark(r) }
