package cluster

import "strings"

// unmark takes out HTML tags and the marks of wikis and Markdown, and leaves what
// they enclose. A link leaves its text and its address.
func unmark(s string) string {
	if !strings.ContainsAny(s, "<{[`") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		n := 0
		switch s[i] {
		case '<':
			n = htmlMark(&b, s[i:])
		case '{':
			n = wikiMark(&b, s[i:])
		case '[':
			n = linkMark(&b, s[i:])
		case '`':
			b.WriteByte(' ')
			n = 1
		}
		if n == 0 {
			b.WriteByte(s[i])
			n = 1
		}
		i += n
	}
	return b.String()
}

const (
	markLimit  = 400     // bytes that one mark may take
	blockLimit = 8 << 10 // bytes that a comment, a style or a script may take
)

// htmlMark returns the length of the tag or comment that s begins with, 0 if it is none.
func htmlMark(b *strings.Builder, s string) int {
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s[:min(len(s), blockLimit)], "-->"); end >= 0 {
			b.WriteByte(' ')
			return end + 3
		}
		return 0
	}
	name := strings.TrimPrefix(s[1:min(len(s), 24)], "/")
	n := 0
	for n < len(name) && (lowerByte(name[n]) >= 'a' && lowerByte(name[n]) <= 'z' || n > 0 && name[n] >= '0' && name[n] <= '9') {
		n++
	}
	tag := strings.ToLower(name[:n])
	block, known := htmlTags[tag]
	if !known {
		return 0
	}
	end := strings.IndexByte(s[:min(len(s), markLimit)], '>')
	if end < 0 {
		return 0
	}
	if tag == "style" || tag == "script" {
		if shut := strings.Index(s[:min(len(s), blockLimit)], "</"+tag); shut > 0 {
			b.WriteByte(' ')
			return shut
		}
	}
	if block {
		b.WriteByte('\n')
	} else {
		b.WriteByte(' ')
	}
	return end + 1
}

// htmlTags says of each tag that mail and forms leave behind if it ends a line.
var htmlTags = map[string]bool{
	"a": false, "abbr": false, "b": false, "big": false, "body": true, "br": true, "center": true, "code": false,
	"dd": true, "del": false, "div": true, "dl": true, "dt": true, "em": false, "font": false, "h1": true,
	"h2": true, "h3": true, "h4": true, "head": true, "hr": true, "html": true, "i": false, "img": false, "ins": false,
	"li": true, "link": true, "meta": true, "o": false, "ol": true, "p": true, "pre": true, "s": false, "script": true,
	"small": false, "span": false, "strong": false, "style": true, "sub": false, "sup": false, "table": true,
	"tbody": true, "td": true, "th": true, "title": true, "tr": true, "tt": false, "u": false, "ul": true,
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// wikiMark knows {code:java}, {noformat}, {color:red} and their like.
func wikiMark(b *strings.Builder, s string) int {
	end := strings.IndexByte(s[:min(len(s), 120)], '}')
	if end < 0 {
		return 0
	}
	name := s[1:end]
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name = name[:i]
	}
	switch strings.ToLower(name) {
	case "code", "noformat", "quote", "html", "panel", "color", "section", "column", "info", "note", "tip", "warning", "anchor", "toc", "expand", "markdown":
		b.WriteByte('\n')
		return end + 1
	}
	return 0
}

// linkMark knows [text|address], [address] and [text](address).
func linkMark(b *strings.Builder, s string) int {
	end := strings.IndexAny(s[1:min(len(s), markLimit)], "]\n[")
	if end < 0 || s[1+end] != ']' {
		return 0
	}
	inner, n := s[1:1+end], end+2
	if strings.HasPrefix(s[n:], "(") {
		if shut := strings.IndexAny(s[n:min(len(s), n+markLimit)], ")\n"); shut > 0 && s[n+shut] == ')' {
			b.WriteString(inner + " " + s[n+1:n+shut])
			return n + shut + 1
		}
	}
	if text, address, ok := strings.Cut(inner, "|"); ok && strings.Contains(address, "/") {
		b.WriteString(text + " " + address)
		return n
	}
	return 0
}
