package cluster

import (
	"slices"
	"strings"
	"sync"
)

// Text is what a ticket says: its inbound contacts, oldest first.
type Text struct {
	Title        string // as received
	Body         string // as received, contacts joined by [ContactBreak]; cut at 4 KiB after cleaning, between two characters
	Language     string // BCP 47, empty if unknown
	Product      string
	Version      string
	Organization string
	Components   []string
	Names        []string // what the sender and the people who are addressed are called: these words count for nothing and are never shown
	Sender       string   // an identity of who says it, as an email address; empty if unknown. One sender alone is no evidence that a problem recurs
}

// ContactBreak joins the contacts of a ticket to one Body. A signature or a quote
// that runs to the end of its contact ends here.
const ContactBreak = "\n\f\n"

const (
	rawLimit     = 64 << 10 // bytes of a title or body that are looked at
	cleanedLimit = 4 << 10  // bytes of a body that are kept after cleaning
	titleLimit   = 512      // bytes of a title that are kept
)

// Doc is a [Text] prepared for comparison. It does not change and may be shared
// between goroutines.
type Doc struct {
	text        Text
	terms       []docTerm // by hash
	grams       []uint16  // hashed 4-grams of the title's characters, sorted, distinct
	shingles    []uint16  // hashed 5-grams of all tokens, sorted, distinct, the lowest ones
	fingerprint uint64    // 0: too little text to have one
	titleLen    uint32    // indexed tokens
	bodyLen     uint32
	tags        tags
}

// docTerm is a distinct term of a Doc.
type docTerm struct {
	hash        uint64
	surface     string // as first written
	title, body uint16 // occurrences
	kind        kind
}

// tags are hashes of what is said about a text from outside; 0 where nothing is.
type tags struct {
	sender                         uint64
	product, version, organization uint32
	components                     []uint32 // sorted, distinct
}

// Kept is one token of a text: what it was kept as, or why it was dropped.
type Kept struct {
	Field string // title or body
	Text  string // as written, cleaned
	As    string // the term it counts as, empty if it does not count
	Kind  string // word, code, exception, status, version, identifier; or why it does not count: name, stop word, number, email, url, quote, signature, greeting, markup …
}

// Prepare makes t ready for comparison. It is pure, may be called from any
// goroutine, takes time linear in the length of t and never panics.
func Prepare(t Text) *Doc {
	p := preparers.Get().(*preparer)
	defer preparers.Put(p)
	d := p.prepare(t, nil)
	return d
}

// Kept returns what became of each part of the text, in order, for printing.
func (d *Doc) Kept() []Kept {
	var kept []Kept
	p := newPreparer()
	p.prepare(d.text, func(k Kept) { kept = append(kept, k) })
	return kept
}

var preparers = sync.Pool{New: func() any { return newPreparer() }}

// preparer holds what a Prepare can reuse from the one before; nothing in it
// changes an outcome.
type preparer struct {
	stems     map[string]map[string]string // by language, by word
	stem      func(string) string
	stop      map[string]bool
	names     names
	lines     cleaner
	terms     []docTerm
	run       []uint64 // hashes of all tokens, in order, of title and body
	buf       []byte
	field     string
	prev      string // the word before, folded
	words     int    // terms added in this field
	lead      bool   // the next line begins with what stands for a title
	leadWords int    // terms of that
	cut       int    // bytes of the field that may still be kept
	record    func(Kept)
}

func newPreparer() *preparer {
	return &preparer{stems: map[string]map[string]string{}}
}

const (
	inTitle = "title"
	inBody  = "body"
)

func (p *preparer) prepare(t Text, record func(Kept)) *Doc {
	p.terms, p.run, p.record = p.terms[:0], p.run[:0], record
	primary, _, _ := strings.Cut(strings.ToLower(t.Language), "-")
	p.stem, p.stop = p.stemmer(primary), stopWords[primary]
	if primary == "" {
		p.stop = stopWords["en"]
	}
	p.names = namesOf(t.Names, &p.buf)
	d := &Doc{text: t, tags: tagsOf(t)}

	p.field, p.cut, p.prev, p.words = inTitle, titleLimit, "", 0
	title := subject(normal(t.Title))
	p.tokens(title)
	d.titleLen = uint32(p.words)
	d.grams = titleGrams(p.names.without(title), &p.buf)

	p.lead = p.words == 0 // the first line then stands for a title
	p.field, p.cut, p.words, p.leadWords = inBody, cleanedLimit, 0, 0
	body := normal(t.Body)
	dropped := p.body(body, false)
	if dropped && d.titleLen == 0 && p.words == 0 && p.leadWords == 0 {
		p.body(body, true) // a forwarded message says nothing but what it quotes
	}
	d.titleLen += uint32(p.leadWords)
	d.bodyLen = uint32(p.words)

	d.terms = mergeTerms(p.terms)
	if len(d.terms) >= fingerprintWords {
		d.fingerprint = fingerprint(p.run)
	}
	d.shingles = shingles(p.run)
	p.record = nil
	return d
}

// body reads line by line what the cleaner lets through and says if a quote was dropped.
func (p *preparer) body(body string, quotes bool) (dropped bool) {
	p.prev = ""
	p.lines.start(body, quotes)
	for p.cut > 0 {
		line, why, ok := p.lines.next()
		if !ok {
			break
		}
		if why != "" {
			dropped = dropped || why == whyQuote
			p.drop(line, why)
			continue
		}
		if p.lead {
			p.lead = false
			head, rest := headline(line)
			p.field = inTitle
			words := p.words
			p.tokens(head)
			p.leadWords, p.words = p.words-words, words
			p.field = inBody
			line = rest
		}
		p.tokens(line)
	}
	return dropped
}

// drop records a part that does not count.
func (p *preparer) drop(text, why string) {
	if p.record != nil && strings.TrimSpace(text) != "" {
		p.record(Kept{Field: p.field, Text: strings.TrimSpace(text), Kind: why})
	}
}

// add counts a term.
func (p *preparer) add(surface, term string, k kind) {
	if p.record != nil {
		p.record(Kept{Field: p.field, Text: surface, As: k.prefix() + term, Kind: k.String()})
	}
	h := k.hash(term)
	t := docTerm{hash: h, surface: surface, kind: k}
	if p.field == inTitle {
		t.title = 1
	} else {
		t.body = 1
	}
	p.terms = append(p.terms, t)
	p.words++
}

// mergeTerms sorts by hash and adds up the occurrences of equal terms.
func mergeTerms(all []docTerm) []docTerm {
	slices.SortStableFunc(all, func(a, b docTerm) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return 0
	})
	n := 0
	for _, t := range all {
		if n > 0 && all[n-1].hash == t.hash {
			all[n-1].title += t.title
			all[n-1].body += t.body
			continue
		}
		all[n] = t
		n++
	}
	return slices.Clone(all[:n])
}

func tagsOf(t Text) tags {
	tag := func(s string) uint64 {
		if s = strings.ToLower(strings.TrimSpace(s)); s == "" {
			return 0
		}
		return hashString(s)
	}
	short := func(s string) uint32 { return uint32(tag(s) >> 32) }
	g := tags{sender: tag(t.Sender), product: short(t.Product), version: short(t.Version), organization: short(t.Organization)}
	for _, c := range t.Components {
		if h := short(c); h != 0 {
			g.components = append(g.components, h)
		}
	}
	slices.Sort(g.components)
	g.components = slices.Compact(g.components)
	return g
}

const headlineLimit = 120 // bytes

// headline cuts the first sentence off a line.
func headline(line string) (head, rest string) {
	end := len(line)
	for _, stop := range []string{". ", "! ", "? ", "。", "！", "？"} {
		if i := strings.Index(line[:end], stop); i > 0 {
			end = i + len(stop)
		}
	}
	if end > headlineLimit {
		end = len(clip(line, headlineLimit))
		if i := strings.LastIndexByte(line[:end], ' '); i > 0 {
			end = i
		}
	}
	return line[:end], line[end:]
}
