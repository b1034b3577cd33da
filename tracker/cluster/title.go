package cluster

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The better the source of a title, the lower. Only among those of one source
// the more telling one is better.
const (
	wholeTitle  = iota // of a member, with every word it had
	wholeSaying        // a sentence that a member says, likewise
	wholeClause        // the beginning of one that is too long
	remains            // what is left of either when something may not be shown
)

const (
	titleClauses  = 4   // of a member, that are considered
	clauseWords   = 2   // of content, at least
	clauseSources = 600 // bytes of a member that are read for them
)

// titled is a title that a group may have.
type titled struct {
	text   string
	source int
	weight float64 // see telling
	terms  int
}

// nextBest is the part of the best title's weight that another one has to have, to
// stand in for it when that is taken.
const nextBest = 0.7

// title is what a group is called, if possible by no title that is taken.
func (l *labeller) title(words []string, taken Taken) string {
	if taken == nil {
		taken = func(string) ([]string, bool) { return nil, false }
	}
	all := l.titles(false)
	if len(all) == 0 {
		return free(capital(strings.Join(l.some(words), ", ")), taken)
	}
	best := all[0]
	name := func(t titled) string {
		if t.terms < clauseWords {
			return further(t.text, words)
		}
		return t.text
	}
	first := name(best)
	theirs, gone := taken(first)
	if !gone {
		return first
	}
	all = l.titles(true)
	for _, t := range all {
		if t.source == best.source && t.weight >= float64(nextBest*best.weight) {
			if s := name(t); !has(taken, s) {
				return s
			}
		}
	}
	own := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.ContainsFunc(theirs, func(other string) bool { return strings.EqualFold(w, other) })
	})
	if s := further(best.text, own); !has(taken, s) {
		return s
	}
	for _, t := range all {
		if s := name(t); t.weight >= float64(nextBest*best.weight) && !has(taken, s) {
			return s
		}
	}
	return free(first, taken)
}

func has(taken Taken, title string) bool {
	_, yes := taken(title)
	return yes
}

// free numbers a title when it is taken.
func free(title string, taken Taken) string {
	s := title
	for n := 2; title != "" && has(taken, s); n++ {
		s = fmt.Sprintf("%s (%d)", title, n)
	}
	return s
}

// titles are those that a group may have, the best first: titles of its members, and
// where no whole one is among them, or says is set, sentences that they say.
func (l *labeller) titles(says bool) []titled {
	var all []titled
	try := func(i int, s string, source int) {
		t, cut := l.clean(s, l.docs[i])
		if cut {
			source = remains
		}
		weight, n := l.telling(t, l.docs[i].text.Language)
		if n == 0 || n < clauseWords && source != wholeTitle {
			return
		}
		all = append(all, titled{t, source, weight, n})
	}
	for i, d := range l.docs {
		if title := l.subject(d); title != "" {
			try(i, title, wholeTitle)
		}
	}
	if says || !slices.ContainsFunc(all, func(t titled) bool { return t.source == wholeTitle }) {
		for i, d := range l.docs {
			for _, c := range clauses(d.text.Body) {
				s, shortened := shorten(c)
				source := wholeSaying
				if shortened {
					source = wholeClause
				}
				try(i, s, source)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b titled) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(b.weight, a.weight))
	})
	return all
}

// further adds to a title two of the words that set its group apart.
func further(title string, words []string) string {
	var more []string
	lower := strings.ToLower(title)
	for _, w := range words {
		if len(more) < 2 && !strings.Contains(lower, strings.ToLower(w)) {
			more = append(more, w)
		}
	}
	if len(more) == 0 {
		return title
	}
	return title + " (" + strings.Join(more, ", ") + ")"
}

// some are words for a title where no sentence is any good.
func (l *labeller) some(words []string) []string {
	for _, d := range l.docs {
		for _, t := range d.terms {
			if len(words) >= 3 {
				return words[:3]
			}
			if x := l.terms[t.hash]; l.shown(x) || harmless(t.surface) {
				if w := x.surface(); len(words) == 0 || words[len(words)-1] != w {
					words = append(words[:len(words):len(words)], w)
				}
			}
		}
	}
	return words
}

// telling is how much of what sets the group apart a title says, for its length, and
// of how many terms.
func (l *labeller) telling(t, language string) (weight float64, n int) {
	terms := Prepare(Text{Title: t, Language: language}).terms
	for _, x := range terms {
		if lt := l.terms[x.hash]; lt != nil {
			weight += max(lt.weight, 0) * float64(len(lt.by)) / l.customers
		}
	}
	return round(weight / math.Sqrt(float64(len(terms))+4)), len(terms)
}

// subject is the title of a member, without what mail programs put before it and
// what stands for one that is missing.
func (l *labeller) subject(d *Doc) string {
	t := subject(normal(d.text.Title))
	if _, rest := greet(t); rest != "" {
		t = rest
	}
	for strings.HasPrefix(t, "[") { // a list's or a desk's mark
		_, rest, ok := strings.Cut(t, "]")
		if !ok || strings.TrimSpace(rest) == "" {
			break
		}
		t = subject(rest)
	}
	if untitled[strings.ToLower(strings.Trim(t, "()<>[] ."))] {
		return ""
	}
	return t
}

var untitled = func() map[string]bool {
	m := map[string]bool{"": true}
	for _, s := range lines("no subject\nuntitled\nsubject\nkein betreff\nohne betreff\nsans objet\nsin asunto\nquestion\nhelp\nproblem\nissue\nsupport\nurgent\nhilfe\nfrage\naide\nayuda") {
		m[s] = true
	}
	return m
}()

// clauses are the first sentences of what a member says.
func clauses(body string) []string {
	var all []string
	var c cleaner
	c.start(normal(clip(body, clauseSources)), false)
	for len(all) < titleClauses {
		line, why, ok := c.next()
		if !ok {
			break
		}
		if why != "" {
			continue
		}
		for line != "" && len(all) < titleClauses {
			var s string
			if s, line = sentence(line); s != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// sentence cuts a sentence off.
func sentence(line string) (s, rest string) {
	end := len(line)
	for _, stop := range sentenceEnds {
		if i := strings.Index(line[:end], stop); i >= 0 {
			end = i
			rest = line[i+len(stop):]
		}
	}
	return lead(line[:end]), rest
}

// shorten cuts a sentence by whole clauses to what a title holds.
func shorten(s string) (short string, shortened bool) {
	for _, joints := range [][]string{pauses, links} {
		for utf8.RuneCountInString(s) > labelTitle {
			i := -1
			for _, joint := range joints {
				i = max(i, strings.LastIndex(s, joint))
			}
			if shortened = true; i < 0 {
				break
			}
			s = s[:i]
		}
	}
	return s, shortened
}

var (
	sentenceEnds = []string{". ", "! ", "? ", "; ", ": ", "。", "！", "？"}
	pauses       = []string{", ", " - ", " – ", " — ", " (", "、", "，"}
	links        = []string{" and ", " but ", " because ", " und ", " aber ", " weil ", " et ", " mais ", " parce ", " y ", " pero ", " porque "}
)

// lead takes words off the beginning that say nothing yet.
func lead(s string) string {
	for {
		s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:.!-–—*#", r) })
		word, rest, _ := strings.Cut(s, " ")
		if !fillers[strings.ToLower(strings.Trim(word, ",.!:"))] {
			return s
		}
		s = rest
	}
}

var fillers = set(`hi hello hey so well ok okay and but also again please sorry oh um yes no thanks anyway just now then btw fyi
und aber also bitte leider nun ja nein hallo et mais alors bonjour svp oui non y pero pues hola bueno sí`)

// clean ends a title before what may not be shown, where enough stands before it, and
// takes that out where not; and it shortens it at the end of a word. cut says if
// something that may not be shown stood in it.
func (l *labeller) clean(s string, d *Doc) (title string, cut bool) {
	var kept []string
	var buf []byte
	called := namesOf(d.text.Names, &buf)
	size := 0
	for _, chunk := range strings.Fields(s) {
		core := strings.TrimFunc(chunk, edge)
		if core != "" && (called.without(core) != core || !l.allowed(core, d)) {
			cut = true
			if head := whole(kept); len(head) > 0 {
				kept = head
				break
			}
			continue
		}
		if core == "" && cut {
			continue // a mark between two words of which one is gone
		}
		if size += utf8.RuneCountInString(chunk) + 1; size > labelTitle+1 {
			if head := whole(kept); len(head) > 0 {
				kept = head
			}
			break
		}
		kept = append(kept, chunk)
	}
	return capital(strings.Trim(strings.Join(kept, " "), " ,;:-–—.!")), cut
}

// whole is the beginning of an unfinished sentence that stands for itself: up to its
// last pause, or without the words that lead on to the next one; none if it says too little.
func whole(s []string) []string {
	content := func(s []string) (n int) {
		for _, w := range s {
			if w = strings.TrimFunc(w, edge); w != "" && !functional(w) {
				n++
			}
		}
		return n
	}
	for n := len(s); n > 0; n-- {
		if strings.HasSuffix(s[n-1], ",") && content(s[:n]) >= clauseWords {
			return s[:n]
		}
	}
	for len(s) > 0 && content(s[len(s)-1:]) == 0 {
		s = s[:len(s)-1]
	}
	if content(s) < clauseWords {
		return nil
	}
	return s
}

func capital(s string) string {
	if r, n := utf8.DecodeRuneInString(s); unicode.IsLower(r) {
		return string(unicode.ToUpper(r)) + s[n:]
	}
	return s
}

// allowed says if a chunk may be shown: no value, and no word that is one customer's
// and may be a name.
func (l *labeller) allowed(core string, d *Doc) bool {
	if functional(core) {
		return true
	}
	if value(core) != "" {
		return false
	}
	for _, t := range Prepare(Text{Title: core, Language: d.text.Language}).terms {
		if x := l.terms[t.hash]; (x == nil || !l.shown(x)) && !harmless(t.surface) {
			return false
		}
	}
	return true
}

// harmless knows plain words in lower case.
func harmless(s string) bool {
	for _, r := range s {
		if r != '\'' && !unicode.IsLower(r) && !unicode.IsMark(r) && !unspaced(r) {
			return false
		}
	}
	return true
}
