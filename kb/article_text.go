package kb

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// sameArticle reports whether two articles are the same in all that a file says.
func sameArticle(a, b tracker.Article) bool {
	return slices.EqualFunc(settings(a), settings(b), func(x, y setting) bool { return slices.Equal(x.values, y.values) }) && sameParts(a, b)
}
