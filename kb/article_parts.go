package kb

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/supportloop/supportloop/tracker"
)

// articleParts are the parts of an article that stand under headings, in their order,
// and the heading of what is none of these.
var articleParts = []struct {
	heading string
	of      func(*tracker.Article) *string
}{
	{"Issue", func(a *tracker.Article) *string { return &a.Issue }},
	{"Environment", func(a *tracker.Article) *string { return &a.Environment }},
	{"Cause", func(a *tracker.Article) *string { return &a.Cause }},
	{"Resolution", func(a *tracker.Article) *string { return &a.Resolution }},
	{"Workaround", func(a *tracker.Article) *string { return &a.Workaround }},
	{"Details", func(a *tracker.Article) *string { return &a.Body }},
}

// A line of a text that looks like one of the headings gets a mark, which nobody sees
// in what is made of the Markdown.
const notHeading = " <!-- text -->"

var partHeading = regexp.MustCompile(`(?i)^(## (issue|environment|cause|resolution|workaround|details))((?: <!-- text -->)*)[ \t]*$`)

// readBody reads the parts under their headings; line is the first one's number.
func (t *articleText) readBody(lines []string, line int, wrong func(int, string)) {
	found := map[string]int{}
	var before string
	part := &before
	var text strings.Builder
	flush := func() {
		*part = tidy(text.String())
		text.Reset()
	}
	for i, l := range lines {
		m := partHeading.FindStringSubmatch(content(l))
		switch {
		case m != nil && m[3] != "":
			text.WriteString(m[1] + l[len(m[1])+len(notHeading):])
		case m != nil:
			flush()
			name := strings.ToLower(m[2])
			if first, twice := found[name]; twice {
				wrong(line+i, fmt.Sprintf("the heading %s stands on line %d already: keep one of them", m[2], first))
				part = new(string)
				continue
			}
			found[name] = line + i
			for _, p := range articleParts {
				if strings.EqualFold(p.heading, m[2]) {
					part = p.of(&t.article)
				}
			}
		default:
			text.WriteString(l)
		}
	}
	flush()
	t.article.Body = tidy(before + "\n\n" + t.article.Body)
}

var lineEnd = regexp.MustCompile(`\r+\n`)

// tidy is a text as a file can keep it: without blank lines around it, its lines ended
// alike.
func tidy(s string) string {
	s = strings.TrimRightFunc(lineEnd.ReplaceAllString(s, "\n"), unicode.IsSpace)
	for {
		first, rest, more := strings.Cut(s, "\n")
		if !more || strings.TrimSpace(first) != "" {
			return s
		}
		s = rest
	}
}

// body writes the parts of an article.
func body(a tracker.Article) string {
	var b strings.Builder
	sections := 0
	for _, p := range articleParts {
		text := tidy(*p.of(&a))
		if text == "" {
			continue
		}
		if p.heading != "Details" || sections > 0 {
			fmt.Fprintf(&b, "\n## %s\n", p.heading)
			sections++
		}
		b.WriteByte('\n')
		for l := range strings.Lines(text) {
			if m := partHeading.FindStringSubmatch(content(l)); m != nil {
				l = m[1] + notHeading + l[len(m[1]):]
			}
			b.WriteString(l)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func sameParts(a, b tracker.Article) bool {
	for _, p := range articleParts {
		if tidy(*p.of(&a)) != tidy(*p.of(&b)) {
			return false
		}
	}
	return true
}
