package kb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The head of an article's file is a small part of YAML, the part that other programs
// read alike: keys at the beginning of a line, values that are texts or lists of texts.
// It is read and edited here line by line, so that what people wrote there stays to the
// byte: their comments, order, quotes, line ends, and keys that are not ours.

// frontMatter is the head of a file.
type frontMatter struct {
	lines   []string // with their ends, without the two lines of hyphens
	entries []entry
	eol     string
}

// entry is a key with its value.
type entry struct {
	key      string
	from, to int // lines: from its key's to behind its last
	raw      string
	values   []string
	list     bool // its value is a list
	block    bool // a list with an item a line
	trail    string
	wrong    string // why the value cannot be read
	at       int    // on which line
}

var (
	keyLine  = regexp.MustCompile(`^(?:"([^"\\]+)"|'([^']+)'|([^\s#\-?:,\[\]{}&*!|>'"%@` + "`" + `][^:#]*?))[ \t]*:(?:[ \t]|$)`)
	itemLine = regexp.MustCompile(`^([ ]*)-(?:[ \t]+(.*))?$`)
)

// readFrontMatter reads the lines between the hyphens. wrong is told of lines, from 0,
// that are no key's.
func readFrontMatter(lines []string, eol string, wrong func(line int, message string)) frontMatter {
	f := frontMatter{lines: lines, eol: eol}
	seen := map[string]int{}
	for i := 0; i < len(lines); {
		l := content(lines[i])
		m := keyLine.FindStringSubmatch(l)
		switch {
		case m == nil && (strings.Trim(l, " \t") == "" || strings.HasPrefix(strings.TrimLeft(l, " \t"), "#")):
			i++
			continue
		case m == nil:
			wrong(i, "this is not a key with a value: write it like title: Pairing a lamp")
			i++
			continue
		}
		e := entry{key: m[1] + m[2] + m[3], from: i, raw: strings.Trim(l[len(m[0]):], " \t"), at: i}
		i = f.extent(&e)
		if first, twice := seen[e.key]; twice {
			wrong(e.from, fmt.Sprintf("%q is said twice, first on line %d: keep one of them", e.key, first+2))
			continue
		}
		seen[e.key] = e.from
		f.read(&e)
		f.entries = append(f.entries, e)
	}
	return f
}

// content is a line without its end.
func content(line string) string { return strings.TrimRight(line, "\r\n") }

// extent finds how far an entry goes, and returns where to read on.
func (f *frontMatter) extent(e *entry) int {
	end := e.from + 1
	if strings.HasPrefix(e.raw, "[") || strings.HasPrefix(e.raw, "{") {
		depth := bracketDepth(e.raw)
		for ; depth > 0 && end < len(f.lines); end++ {
			depth += bracketDepth(content(f.lines[end]))
		}
	}
	e.to = end
	for ; end < len(f.lines); end++ {
		l := content(f.lines[end])
		switch {
		case strings.Trim(l, " \t") == "", l[0] == '#':
			continue
		case l[0] != ' ' && l[0] != '\t' && !(l[0] == '-' && itemLine.MatchString(l)):
			return e.to
		}
		e.to = end + 1
	}
	return e.to
}

// outside calls fn for every byte of a line that stands outside of quotes, until it
// returns false. Within brackets a quote begins an item, elsewhere only the whole value.
func outside(s string, flow bool, fn func(i int, c byte) bool) {
	quote, before := byte(0), byte(0) // before: the last byte that is no space
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == '"' && c == '\\', quote == '\'' && c == '\'' && i+1 < len(s) && s[i+1] == '\'':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (before == 0 || flow && strings.IndexByte(",[{:", before) >= 0):
			quote = c
		case !fn(i, c):
			return
		}
		if c != ' ' && c != '\t' {
			before = c
		}
	}
}

// bracketDepth is how many brackets a line opens and does not close, outside of quotes
// and comments.
func bracketDepth(l string) int {
	depth := 0
	l, _ = splitComment(strings.Trim(l, " \t"), true)
	outside(l, true, func(_ int, c byte) bool {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		return true
	})
	return depth
}

// splitComment cuts off what stands behind a # that follows a space, outside of quotes.
func splitComment(s string, flow bool) (value, comment string) {
	value = s
	outside(s, flow, func(i int, c byte) bool {
		if c == '#' && (i == 0 || s[i-1] == ' ' || s[i-1] == '\t') {
			value, comment = s[:i], s[i:]
			return false
		}
		return true
	})
	return strings.TrimRight(value, " \t"), comment
}

// read reads the value of an entry.
func (f *frontMatter) read(e *entry) {
	rest := f.lines[e.from+1 : e.to]
	for i, l := range append([]string{e.raw}, rest...) {
		if strings.ContainsFunc(content(l), func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F || r == '\uFEFF' }) {
			e.wrong, e.at = "a control character stands here: take it out", e.from+i
			return
		}
	}
	raw, comment := splitComment(e.raw, strings.HasPrefix(e.raw, "["))
	switch {
	case raw == "" && len(rest) == 0:
		e.trail = comment
	case raw == "":
		f.readBlock(e, rest)
	case raw[0] == '[':
		var whole strings.Builder
		whole.WriteString(raw)
		for _, l := range rest {
			l, _ := splitComment(strings.Trim(content(l), " \t"), true)
			whole.WriteString(" " + l)
		}
		if len(rest) == 0 {
			e.trail = comment
		}
		e.list = true
		e.values, e.wrong = flowList(strings.TrimRight(whole.String(), " "))
	default:
		whole := raw
		for _, l := range rest {
			l := strings.Trim(content(l), " \t")
			if raw[0] != '"' && raw[0] != '\'' && (comment != "" || strings.HasPrefix(l, "#")) || l == "" || strings.HasSuffix(whole, `\`) {
				e.wrong = "write this value on one line"
				return
			}
			if raw[0] != '"' && raw[0] != '\'' {
				l, comment = splitComment(l, false)
			}
			whole += " " + l
		}
		if len(rest) == 0 {
			e.trail = comment
		}
		v, wrong := scalar(whole, false)
		if e.wrong = wrong; wrong == "" && v != nil {
			e.values = []string{*v}
		}
	}
}

// readBlock reads a list with an item a line.
func (f *frontMatter) readBlock(e *entry, rest []string) {
	indent := -1
	for i, l := range rest {
		l = content(l)
		if t := strings.TrimLeft(l, " \t"); t == "" || t[0] == '#' {
			continue
		}
		m := itemLine.FindStringSubmatch(l)
		if m == nil || indent >= 0 && len(m[1]) != indent {
			e.wrong, e.at = "want a text, or a list with an item a line like \"  - Lamp\"", e.from+1+i
			return
		}
		indent = len(m[1])
		item, _ := splitComment(strings.Trim(m[2], " \t"), false)
		v, wrong := scalar(item, false)
		if wrong == "" && v == nil {
			wrong = "an item is empty"
		}
		if wrong != "" {
			e.wrong, e.at = wrong, e.from+1+i
			return
		}
		e.values = append(e.values, *v)
	}
	e.list, e.block = indent >= 0, indent >= 0
}

var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// get finds an entry, nil where there is none.
func (f *frontMatter) get(key string) *entry {
	for i := range f.entries {
		if f.entries[i].key == key {
			return &f.entries[i]
		}
	}
	return nil
}

// setting is what an entry is to say: a text, or a list. No values: there is none.
type setting struct {
	key    string
	values []string
	list   bool
	plain  bool // numbers, dates and the format's own words, which need no quotes
}

func (s setting) text(v string, inFlow bool) string {
	if s.plain {
		return v
	}
	return quoted(v, inFlow)
}

// line writes an entry on one line.
func (s setting) line() string {
	if !s.list {
		return s.text(s.values[0], false)
	}
	items := make([]string, len(s.values))
	for i, v := range s.values {
		items[i] = s.text(v, true)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// edit makes the entries say what differs, and returns the lines.
func (f *frontMatter) edit(order []setting, differs func(setting) bool) []string {
	replaced := map[int][]string{} // by the first line of an entry
	after := map[int][]string{}    // by the first line of an entry, -1: at the top
	last := -1
	for _, s := range order {
		e := f.get(s.key)
		switch {
		case !differs(s):
		case e == nil:
			after[last] = append(after[last], s.key+": "+s.line()+f.eol)
		case len(s.values) == 0:
			replaced[e.from] = []string{}
		default:
			replaced[e.from] = f.rewrite(e, s)
		}
		if e != nil {
			last = e.from
		}
	}
	out := append([]string{}, after[-1]...)
	for i := 0; i < len(f.lines); {
		at := slices.IndexFunc(f.entries, func(e entry) bool { return e.from == i })
		if at < 0 {
			out = append(out, f.lines[i])
			i++
			continue
		}
		e := f.entries[at]
		if lines, ok := replaced[i]; ok {
			out = append(out, lines...)
		} else {
			out = append(out, f.lines[i:e.to]...)
		}
		out = append(out, after[i]...)
		i = e.to
	}
	return out
}

// rewrite makes the lines of an entry say something else, in its own manner.
func (f *frontMatter) rewrite(e *entry, s setting) []string {
	first := content(f.lines[e.from])
	name := strings.TrimRight(first[:len(keyLine.FindString(first))], " \t")
	if !e.block || !s.list {
		line := name + " " + s.line()
		if e.trail != "" {
			line += " " + e.trail
		}
		return []string{line + f.eol}
	}
	wanted := map[string]int{}
	for _, v := range s.values {
		wanted[v]++
	}
	kept := map[string][][]string{} // the lines of items, with the comments above them
	var lines []string
	n, indent := 0, "  "
	for _, l := range f.lines[e.from+1 : e.to] {
		m := itemLine.FindStringSubmatch(content(l))
		if m == nil {
			lines = append(lines, l)
			continue
		}
		v := e.values[n]
		n, indent = n+1, m[1]
		if wanted[v]--; wanted[v] >= 0 {
			kept[v] = append(kept[v], append(lines, l))
			lines = nil
		}
	}
	out := []string{f.lines[e.from]}
	for _, v := range s.values {
		if all := kept[v]; len(all) > 0 {
			out, kept[v] = append(out, all[0]...), all[1:]
		} else {
			out = append(out, indent+"- "+s.text(v, false)+f.eol)
		}
	}
	return append(out, lines...)
}
