package kb

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// Query is what is searched for. One that has neither words nor a filter finds nothing.
type Query struct {
	// Text is what a person typed: words, "phrases", -without, field:value, after:date
	// and before:date. The first [MaxQuery] bytes and [MaxWords] words count. It
	// narrows what the other fields let through, and never widens it.
	Text string
	// Kinds are those to find; none means all, in a [Base] all but [Contact].
	Kinds []Kind
	// Language that Text is written in (BCP 47); "" tries every language that the
	// index holds.
	Language string
	// Audience is who will read the results: [tracker.Customers] finds only documents
	// whose field "audience" says so. "" is [tracker.Internal], who may read all.
	Audience tracker.Audience
	// Fields are filters: a document has one of the values of each, in any case of
	// the letters. A field without values lets nothing through. At most [MaxFields]
	// fields, and [MaxValues] values of each.
	Fields map[string][]string
	// Since and Until are bounds of Document.Time, to the millisecond: from Since on,
	// before Until; zero is none. A document without a time is outside of any bound.
	Since, Until time.Time
	// Facets are the names of fields whose values are counted in Results.Facets; "kind"
	// is one. At most [MaxFields].
	Facets []string
	// Limit is how many hits to return: 20 when 0, at most [MaxHits].
	Limit int
	// After is Results.Next of the page before, for the pages after the first. The
	// query has to be the same but for Limit, Facets and Explain.
	After string
	// Explain asks for Hit.Why.
	Explain bool
	// Exact finds words as they were typed, and in the forms of their language: no
	// typos, no unfinished last words, no synonyms.
	Exact bool

	hidden Kind            // not found unless a kind is asked for
	gone   map[string]bool // keys of documents that are not there any more
	inner  []string        // fields that the reader is not told of
}

// Limits of a query.
const (
	MaxQuery  = 2000  // bytes of Query.Text
	MaxWords  = 64    // words, phrases and filters
	MaxValues = 1000  // of one of Query.Fields
	MaxHits   = 1000  // of one page
	MaxDepth  = 10000 // of all pages of a query together
)

// checked returns q with its defaults, or ErrInvalid.
func (q Query) checked() (Query, error) {
	bad := func(format string, args ...any) (Query, error) {
		return q, fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
	}
	if q.Limit == 0 {
		q.Limit = 20
	}
	switch {
	case q.Limit < 0 || q.Limit > MaxHits:
		return bad("limit %d: a page has 1 to %d hits", q.Limit, MaxHits)
	case q.Audience != "" && q.Audience != tracker.Internal && q.Audience != tracker.Customers:
		return bad("audience %.40q: want %q or %q", q.Audience, tracker.Internal, tracker.Customers)
	case len(q.Fields) > MaxFields:
		return bad("filters of more than %d fields", MaxFields)
	case len(q.Kinds) > MaxValues:
		return bad("more than %d kinds", MaxValues)
	case len(q.Facets) > MaxFields:
		return bad("facets of more than %d fields", MaxFields)
	}
	for _, name := range sortedKeys(q.Fields) {
		if !validName(name) {
			return bad("filter %.40q: a field's name is 1 to 32 of a–z, 0–9 and _", name)
		}
		if len(q.Fields[name]) > MaxValues {
			return bad("filter %s: more than %d values", name, MaxValues)
		}
	}
	for _, name := range q.Facets {
		if !validName(name) {
			return bad("facet %.40q: a field's name is 1 to 32 of a–z, 0–9 and _", name)
		}
	}
	return q, nil
}

// parsed is a query as it was understood.
type parsed struct {
	words   []string            // in the order typed, folded; may repeat
	phrases [][]string          // each at least two words, which are not among words
	without [][]string          // words and phrases
	only    map[string][]string // a document has one of these values of every field
	except  map[string][]string // and none of these
	since   time.Time           // and a time from here on
	until   time.Time           // and before this
	notes   []string            // what was not understood, for the person who typed

	// Of a search by a whole text, what a document must have of its words: that much
	// of their idf, and that many of them.
	share float64
	least int
}

// empty reports whether there is nothing to find documents by.
func (p parsed) empty() bool {
	return len(p.words)+len(p.phrases)+len(p.without)+len(p.only)+len(p.except) == 0 && p.since.IsZero() && p.until.IsZero()
}

// leavesOutPhrases reports whether documents are to be left out that only [searcher.verified]
// knows.
func (p parsed) leavesOutPhrases() bool {
	return slices.ContainsFunc(p.without, func(words []string) bool { return len(words) > 1 })
}

// parse reads what a person typed. It never fails. Known tells which names of
// fields there are: note:this is two words where no document has a field "note".
func parse(text string, known func(name string) bool) parsed {
	p := parsed{only: map[string][]string{}, except: map[string][]string{}}
	if len(text) > MaxQuery {
		text = cut(text, MaxQuery)
		p.note("only the first %d bytes of the query were used", MaxQuery)
	}
	text = strings.ToValidUTF8(text, " ")
	for n := 0; ; n++ {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return p
		}
		if n == MaxWords {
			p.note("only the first %d words of the query were used", MaxWords)
			return p
		}
		text = p.item(text, known)
	}
}

// item reads what text begins with, and returns the rest.
func (p *parsed) item(text string, known func(string) bool) string {
	without := false
	if rest, ok := strings.CutPrefix(text, "-"); ok && rest != "" && !unicode.IsSpace(first(rest)) {
		without, text = true, rest
	}
	if inner, rest, ok := p.quoted(text); ok {
		p.add(inner, without, true)
		return rest
	}
	end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || quote(r) })
	if end < 0 {
		end = len(text)
	}
	item, rest := text[:end], text[end:]
	if name, value, ok := strings.Cut(item, ":"); ok && known(fold(name)) {
		if value == "" {
			if inner, after, ok := p.quoted(rest); ok {
				value, rest = inner, after
			}
		}
		if value = fieldTerm(value); value != "" {
			into := p.only
			if without {
				into = p.except
			}
			into[fold(name)] = append(into[fold(name)], value)
			return rest
		}
		p.note("%s: has no value after the colon, so it was taken as a word", name)
	} else if ok && value != "" && p.bound(fold(name), value, without) {
		return rest
	}
	p.add(item, without, false)
	if item == "" { // a quotation mark without its partner
		_, size := utf8.DecodeRuneInString(rest)
		p.note("a quotation mark is not closed, so what follows was taken as words")
		return rest[size:]
	}
	return rest
}

// bound takes in after:date and before:date. What is not after a date is before it.
func (p *parsed) bound(name, value string, without bool) bool {
	if name != "after" && name != "before" {
		return false
	}
	t, ok := date(value)
	switch {
	case !ok:
		p.note("%s:%s is no date like 2026-01-31, 2026-01 or 2026, so it was taken as words", name, cut(show.Line(value), 40))
	case (name == "after") != without:
		p.since = later(p.since, t)
	default:
		p.until = earlier(p.until, t)
	}
	return ok
}

// add takes in a word, or what stood between quotation marks. A word that is really
// several, like e-mail, stands for each; when it is to be left out, for the phrase.
func (p *parsed) add(s string, without, quoted bool) {
	var words []string
	for _, t := range split(s) {
		if t.class == joined && (quoted || without) {
			continue
		}
		words = append(words, t.term)
	}
	switch {
	case len(words) == 0:
	case without:
		p.without = append(p.without, words)
	case quoted && len(words) > 1:
		p.phrases = append(p.phrases, words)
	default:
		p.words = append(p.words, words...)
	}
}

// quoted reads a phrase in quotation marks at the beginning of s.
func (p *parsed) quoted(s string) (inner, rest string, ok bool) {
	r, size := utf8.DecodeRuneInString(s)
	if !quote(r) {
		return "", s, false
	}
	end := strings.IndexFunc(s[size:], quote)
	if end < 0 {
		return "", s, false
	}
	inner = s[size : size+end]
	_, closing := utf8.DecodeRuneInString(s[size+end:])
	return inner, s[size+end+closing:], true
}

// note tells the person who typed, once.
func (p *parsed) note(format string, args ...any) {
	n := fmt.Sprintf(format, args...)
	for _, have := range p.notes {
		if have == n {
			return
		}
	}
	p.notes = append(p.notes, n)
}

func quote(r rune) bool { return strings.ContainsRune("\"“”„«»", r) }

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
