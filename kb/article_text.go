package kb

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker"
)

// Limits of an article's file, in bytes.
const (
	maxArticleText = 8 << 20
	maxArticleHead = 64 << 10
	maxArticleName = 1000 // of a title
)

// ArticleMistake is something in the file of an article that cannot be taken.
type ArticleMistake struct {
	File    string `json:"file"` // its path in the folder, with slashes
	Line    int    `json:"line"` // from 1; 0: the whole file
	Message string `json:"message"`
}

// Error is like "pairing.md:3: …".
func (m *ArticleMistake) Error() string {
	if m.Line == 0 {
		return fmt.Sprintf("%s: %s", m.File, m.Message)
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Message)
}

// Is makes every mistake an [ErrInvalid].
func (m *ArticleMistake) Is(target error) bool { return target == ErrInvalid }

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

// articleText is the file of an article, read.
type articleText struct {
	mark     string // a byte order mark
	open     string // the first line, hyphens
	head     frontMatter
	shut     string // the line of hyphens behind the head
	body     string
	article  tracker.Article
	mistakes []*ArticleMistake
}

// ParseArticle reads the file of an article: a head of YAML between two lines of three
// hyphens, and Markdown. The name is for errors.
//
//	---
//	id: 12
//	slug: pairing
//	title: Pairing a lamp
//	language: en
//	audience: customers
//	confidence: validated
//	owner: mia
//	review_by: 2026-09-01
//	products: [Lamp]
//	versions: ['2.3']
//	problems: [3]
//	procedures: [pairing]
//	---
//
//	## Issue
//
//	The lamp does not show up.
//
//	## Resolution
//
//	Hold the button until it blinks.
//
// Only the title is required. An archived article may say replaced_by, with a number.
// Other keys and comments are left alone. The headings of second level Issue,
// Environment, Cause, Resolution, Workaround and Details begin the parts of an article,
// Details the body; what stands before the first of them belongs to the body, too. A line
// of a text that looks like such a heading has " <!-- text -->" at its end.
//
// Of YAML it takes texts, in quotes or without, lists of them, and comments: values of
// one line, or lists with an item a line. Errors are [ArticleMistake]s, all that there
// are, joined; what could be read is returned with them.
func ParseArticle(name string, data []byte) (tracker.Article, error) {
	t := readArticle(name, data)
	return t.article, joinMistakes(t.mistakes)
}

func joinMistakes(mistakes []*ArticleMistake) error {
	all := make([]error, len(mistakes))
	for i, m := range mistakes {
		all[i] = m
	}
	return errors.Join(all...)
}

func readArticle(name string, data []byte) *articleText {
	t := &articleText{}
	wrong := func(line int, message string) {
		if len(t.mistakes) < 100 {
			t.mistakes = append(t.mistakes, &ArticleMistake{name, line, message})
		}
	}
	if len(data) > maxArticleText {
		wrong(0, fmt.Sprintf("the file has more than %d MiB", maxArticleText>>20))
		return t
	}
	if !utf8.Valid(data) {
		for i, l := range bytes.Split(data, []byte("\n")) {
			if !utf8.Valid(l) {
				wrong(i+1, "this is not UTF-8: save the file as UTF-8")
				break
			}
		}
		return t
	}
	text := string(data)
	if rest, ok := strings.CutPrefix(text, "\uFEFF"); ok {
		t.mark, text = "\uFEFF", rest
	}
	lines := slices.Collect(strings.Lines(text))
	hyphens := func(l string) bool { return strings.TrimRight(l, " \t\r\n") == "---" }
	if len(lines) == 0 || !hyphens(lines[0]) {
		wrong(1, "the file does not begin with a line of three hyphens and the keys of the article")
		return t
	}
	end := 1
	size := 0
	for end < len(lines) && !hyphens(lines[end]) && size <= maxArticleHead {
		size += len(lines[end])
		end++
	}
	if end == len(lines) || size > maxArticleHead {
		wrong(1, fmt.Sprintf("there is no second line of three hyphens within %d KiB", maxArticleHead>>10))
		return t
	}
	eol := "\n"
	if strings.HasSuffix(lines[0], "\r\n") {
		eol = "\r\n"
	}
	t.open, t.shut = lines[0], lines[end]
	t.head = readFrontMatter(lines[1:end], eol, func(line int, message string) { wrong(line+2, message) })
	t.readHead(wrong)
	t.body = strings.Join(lines[end+1:], "")
	t.readBody(lines[end+1:], end+2, wrong)
	return t
}

// readHead reads the keys that are ours.
func (t *articleText) readHead(wrong func(int, string)) {
	a := &t.article
	get := func(key string, list bool) []string {
		e := t.head.get(key)
		switch {
		case e == nil:
			return nil
		case e.wrong != "":
			wrong(e.at+2, key+": "+e.wrong)
			return nil
		case e.list && !list:
			wrong(e.from+2, key+": want one text, not a list")
			return nil
		}
		return e.values
	}
	text := func(key string) string { return strings.Join(get(key, false), "") }
	at := func(key string) int { return t.head.get(key).from + 2 }
	number := func(key, s string) uint64 {
		n, err := strconv.ParseUint(s, 10, 64)
		if s != "" && (err != nil || n == 0) {
			wrong(at(key), fmt.Sprintf("%s: %q is not a number of a record", key, clip(s, 40)))
			return 0
		}
		return n
	}
	a.ID = tracker.ArticleID(number("id", text("id")))
	a.Slug, a.Language, a.Owner = text("slug"), text("language"), text("owner")
	a.Title = strings.Join(strings.Fields(text("title")), " ")
	switch e := t.head.get("title"); {
	case e == nil:
		wrong(1, "the article has no title: write one like title: Pairing a lamp")
	case e.wrong == "" && !e.list && a.Title == "":
		wrong(at("title"), "title: is empty")
	case strings.ContainsFunc(a.Title, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF' }):
		wrong(at("title"), "title: holds a character that cannot be seen: type it anew")
	case len(a.Title) > maxArticleName:
		wrong(at("title"), fmt.Sprintf("title: is longer than %d bytes", maxArticleName))
	}
	a.Audience = tracker.Audience(cmp.Or(text("audience"), string(tracker.Internal)))
	if a.Audience != tracker.Internal && a.Audience != tracker.Customers {
		wrong(at("audience"), fmt.Sprintf("audience: %q: want internal or customers", clip(string(a.Audience), 40)))
	}
	a.Confidence = tracker.Confidence(cmp.Or(text("confidence"), string(tracker.WorkInProgress)))
	if !slices.Contains([]tracker.Confidence{tracker.WorkInProgress, tracker.NotValidated, tracker.Validated, tracker.Archived}, a.Confidence) {
		wrong(at("confidence"), fmt.Sprintf("confidence: %q: want work_in_progress, not_validated, validated or archived", clip(string(a.Confidence), 40)))
	}
	if s := text("review_by"); s != "" {
		var err error
		if a.ReviewBy, err = time.Parse(time.DateOnly, s); err != nil {
			if a.ReviewBy, err = time.Parse(time.RFC3339, s); err != nil {
				wrong(at("review_by"), fmt.Sprintf("review_by: %q is not a date like 2026-09-01", clip(s, 40)))
			}
		}
		a.ReviewBy = a.ReviewBy.UTC()
	}
	a.Products, a.Versions, a.Procedures = get("products", true), get("versions", true), get("procedures", true)
	for _, s := range get("problems", true) {
		if n := number("problems", s); n != 0 {
			a.Problems = append(a.Problems, tracker.ProblemID(n))
		}
	}
	a.ReplacedBy = tracker.ArticleID(number("replaced_by", text("replaced_by")))
	if a.ReplacedBy != 0 && a.Confidence != tracker.Archived {
		wrong(at("replaced_by"), "replaced_by: only an archived article is replaced: write confidence: archived, or take this out")
	}
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return cut(s, n) + "…"
}

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

// settings are what the head says of an article, in the order in which it is written.
func settings(a tracker.Article) []setting {
	one := func(key, v string, plain bool) setting {
		s := setting{key: key, plain: plain}
		if v != "" {
			s.values = []string{v}
		}
		return s
	}
	many := func(key string, v []string) setting { return setting{key: key, values: v, list: true} }
	review := ""
	if at := a.ReviewBy.UTC(); !at.IsZero() {
		if review = at.Format(time.RFC3339Nano); at.Equal(at.Truncate(24 * time.Hour)) {
			review = at.Format(time.DateOnly)
		}
	}
	return []setting{
		one("id", digits(a.ID), true), one("slug", a.Slug, false), one("title", a.Title, false), one("language", a.Language, false),
		one("audience", string(a.Audience), true), one("confidence", string(a.Confidence), true), one("replaced_by", digits(a.ReplacedBy), true),
		one("owner", a.Owner, false), one("review_by", review, true), many("products", a.Products), many("versions", a.Versions),
		{key: "problems", values: strings.Fields(list(a.Problems)), list: true, plain: true}, many("procedures", a.Procedures),
	}
}

func digits(id tracker.ArticleID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(id), 10)
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

// FormatArticle writes the file of an article. [ParseArticle] reads it as the same
// article again, but for what no file says: its counts, its revision, when and by whom
// it was written; and but for blank lines around its parts.
func FormatArticle(a tracker.Article) []byte {
	var b strings.Builder
	b.WriteString("---\n")
	for _, s := range settings(a) {
		if len(s.values) > 0 {
			b.WriteString(s.key + ": " + s.line() + "\n")
		}
	}
	b.WriteString("---\n")
	b.WriteString(body(a))
	return []byte(b.String())
}

// RewriteArticle returns data, the sound file of an article, changed so that it says
// what a says. Where it says that already it is returned as it is. Else only the keys of
// the head change that have to; comments, order, quotes, line ends and keys that are not
// ours stay. If one of the parts differs the Markdown is written anew.
//
// The error is as for [ParseArticle], or an [ArticleMistake] for a file that cannot be
// changed so: nothing is lost then.
func RewriteArticle(name string, data []byte, a tracker.Article) ([]byte, error) {
	t := readArticle(name, data)
	if len(t.mistakes) > 0 {
		return nil, joinMistakes(t.mistakes)
	}
	return t.rewrite(name, data, a)
}

func (t *articleText) rewrite(name string, data []byte, a tracker.Article) ([]byte, error) {
	head := t.head.edit(settings(a), func(s setting) bool { return !t.says(s) })
	rest := t.body
	if !sameParts(t.article, a) {
		if rest = body(a); t.head.eol != "\n" {
			rest = strings.ReplaceAll(rest, "\n", t.head.eol)
		}
	}
	shut := t.shut
	if !strings.HasSuffix(shut, "\n") && rest != "" {
		shut += t.head.eol
	}
	out := []byte(t.mark + t.open + strings.Join(head, "") + shut + rest)
	if bytes.Equal(out, data) {
		return data, nil
	}
	again := readArticle(name, out)
	if len(again.mistakes) > 0 || !sameArticle(again.article, a) {
		return nil, &ArticleMistake{File: name, Message: "the file is laid out in a way that cannot be edited in place: make the change by hand, or delete the file and export it anew"}
	}
	return out, nil
}

// says reports whether an entry of the head says what it is to say.
func (t *articleText) says(s setting) bool {
	for _, is := range settings(t.article) {
		if is.key == s.key {
			return slices.Equal(is.values, s.values)
		}
	}
	return false
}

// sameArticle reports whether two articles are the same in all that a file says.
func sameArticle(a, b tracker.Article) bool {
	return slices.EqualFunc(settings(a), settings(b), func(x, y setting) bool { return slices.Equal(x.values, y.values) }) && sameParts(a, b)
}

func sameParts(a, b tracker.Article) bool {
	for _, p := range articleParts {
		if tidy(*p.of(&a)) != tidy(*p.of(&b)) {
			return false
		}
	}
	return true
}
