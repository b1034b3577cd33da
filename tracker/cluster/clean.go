package cluster

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Why a part of a text does not count.
const (
	whyQuote     = "quote"
	whySignature = "signature"
	whyGreeting  = "greeting"
	whyNotice    = "notice"
)

// normal brings s into NFKC, without markup, invalid bytes and characters that
// cannot be seen. Of a long s only the beginning is looked at.
func normal(s string) string {
	if len(s) > rawLimit {
		s = s[:rawLimit]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
	}
	s = strings.ToValidUTF8(s, " ")
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if !ascii(s) {
		s = strings.Map(visible, norm.NFKC.String(s))
	}
	return unmark(s)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// visible drops marks of direction, joiners and the like, and straightens quotes.
func visible(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r == '‘' || r == '’' || r == 'ʼ':
		return '\''
	case r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar, unicode.Is(unicode.Co, r):
		return -1
	}
	return r
}

// subject cuts off what mail programs put in front of a title.
func subject(s string) string {
	for range 8 {
		t := strings.TrimSpace(s)
		i := strings.IndexAny(t, ":：")
		if i < 1 || i > 5 || !replyMarks[strings.ToLower(t[:i])] {
			return t
		}
		_, n := utf8.DecodeRuneInString(t[i:])
		s = t[i+n:]
	}
	return strings.TrimSpace(s)
}

var replyMarks = set("re fw fwd aw wg sv vs rv ref tr r i antw vb odp doorst ynt ilt res enc 回复 转发 答复")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// cleaner gives the lines of a body, each with the reason why it does not count.
type cleaner struct {
	rest   string
	quotes bool   // keep quotes
	until  string // the reason for dropping all up to the end of the contact
	closed int    // lines that may still belong to a signature without a mark
	opened bool   // something was said in this contact
}

func (c *cleaner) start(body string, quotes bool) { *c = cleaner{rest: body, quotes: quotes} }

func (c *cleaner) next() (line, why string, ok bool) {
	for c.rest != "" {
		line, c.rest, _ = strings.Cut(c.rest, "\n")
		if strings.IndexByte(line, '\f') >= 0 {
			c.until, c.closed, c.opened = "", 0, false
			line = strings.ReplaceAll(line, "\f", " ")
		}
		line = strings.TrimRight(line, " \t\r")
		t := strings.TrimSpace(line)
		if t == "" {
			continue
		}
		why := c.judge(line, t)
		if why == "" && !c.opened {
			var greeting string
			if greeting, t = greet(t); greeting != "" {
				if t == "" {
					return greeting, whyGreeting, true
				}
				c.rest = t + "\n" + c.rest
				c.opened = true
				return greeting, whyGreeting, true
			}
			c.opened = true
		}
		return t, why, true
	}
	return "", "", false
}

// judge says why a line does not count, "" if it does. t is the line, trimmed.
func (c *cleaner) judge(line, t string) string {
	if c.until != "" {
		return c.until
	}
	if !c.quotes {
		if t[0] == '>' {
			return whyQuote
		}
		if quoteStart(t, c.rest) {
			c.until = whyQuote
			return whyQuote
		}
		if attribution(t) {
			if next := strings.TrimLeft(c.rest, " \t\r\n"); !strings.HasPrefix(next, ">") {
				c.until = whyQuote
			}
			return whyQuote
		}
	}
	if t == "--" || t == "—" || strings.HasPrefix(t, "____") {
		if c.opened {
			c.until = whySignature
		}
		return whySignature
	}
	lower := strings.ToLower(clip(t, 160))
	if hasPrefix(lower, notices) {
		return whyNotice
	}
	if c.closed > 0 {
		if len(t) <= 60 && strings.Count(t, " ") < 8 {
			c.closed--
			return whySignature
		}
		c.closed = 0
	}
	if len(t) <= 60 {
		switch closing(lower) {
		case farewell:
			c.closed = 6
			return whySignature
		case thanks:
			return whySignature
		}
	}
	return ""
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// quoteStart knows the line after which everything is an older message.
func quoteStart(t, rest string) bool {
	if strings.HasPrefix(t, "-----") || strings.HasPrefix(t, "_____") {
		return hasPrefix(strings.ToLower(clip(strings.TrimLeft(t, "-_ "), 60)), originals)
	}
	lower := strings.ToLower(clip(t, 12))
	if !hasPrefix(lower, fromLines) {
		return false
	}
	next := strings.TrimLeft(rest, " \t\r\n*")
	return hasPrefix(strings.ToLower(clip(next, 20)), headerLines)
}

// attribution knows "On Monday, Ada wrote:" in the languages that mail programs speak.
func attribution(t string) bool {
	if len(t) > 240 || t[len(t)-1] != ':' {
		return false
	}
	lower := strings.ToLower(t)
	for _, a := range attributions {
		if strings.HasPrefix(lower, a[0]) && strings.Contains(lower, a[1]) {
			return true
		}
	}
	return false
}

// closing knows the line that ends a letter.
func closing(lower string) int {
	s := strings.TrimRight(lower, " ,.!")
	for _, f := range farewells {
		if s == f || strings.HasPrefix(s, f) && strings.Count(s[len(f):], " ") <= 3 && !letter(s[len(f):]) {
			return farewell
		}
	}
	for _, f := range thanksLines {
		if s == f || strings.HasPrefix(s, f) && strings.Count(s[len(f):], " ") <= 4 && !letter(s[len(f):]) {
			return thanks
		}
	}
	return 0
}

// letter says that s goes on with a letter: what came before was part of a word.
func letter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

const (
	farewell = iota + 1
	thanks
)

// greet cuts a salutation off the beginning of a text.
func greet(t string) (greeting, rest string) {
	lower := strings.ToLower(clip(t, 80))
	for _, g := range greetings {
		if !strings.HasPrefix(lower, g) || len(lower) > len(g) && letter(lower[len(g):]) || len(t) < len(g) || !strings.EqualFold(t[:len(g)], g) {
			continue
		}
		// The name that follows ends with a comma or an exclamation mark, or the line does.
		head := clip(t[len(g):], 40)
		if i := strings.IndexAny(head, ",!:"); i >= 0 && strings.Count(strings.TrimSpace(head[:i]), " ") <= 3 {
			return t[:len(g)+i+1], strings.TrimSpace(t[len(g)+i+1:])
		}
		if len(t) <= 40 && strings.Count(t, " ") <= 3 && (strings.HasPrefix(g, "dear") || strings.Count(t, " ") <= 1) {
			return t, ""
		}
		return t[:len(g)], strings.TrimSpace(t[len(g):])
	}
	return "", t
}
