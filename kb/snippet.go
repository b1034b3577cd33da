package kb

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Snippet is the part of a document that shows why it was found: plain text in one
// line, never markup. Who shows it on a page has to escape it like any other text.
type Snippet struct {
	Text  string `json:"text"`
	Marks []Mark `json:"marks,omitempty"` // what was searched for, in order, apart from each other
}

// Mark is a range of bytes of a [Snippet], on the borders of characters.
type Mark struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

const (
	snippetLength = 240 // bytes, about
	snippetBefore = 40  // bytes before the first mark, at most
	snippetRange  = snippetLength - snippetBefore
	snippetOf     = 64 << 10 // bytes of the text that are looked through
)

// snippet cuts out of text the place that has most of the given terms. It looks at
// the beginning first, and further only when that has none.
func snippet(text, language string, terms map[string]bool) Snippet {
	numbers := map[string]int{}
	for _, t := range sortedKeys(terms) {
		numbers[t] = len(numbers)
	}
	return newFinder(numbers).snippet(text, language)
}

func (f *finder) snippet(text, language string) Snippet {
	end := snippetOf / 16
	places := f.find(cut(text, end), language)
	if len(places) == 0 && len(f.terms) > 0 && len(text) > end {
		end = snippetOf
		places = f.find(cut(text, end), language)
	}
	text, more := cut(text, end), len(text) > end
	from, last := window(text, places)
	return written(text, from, last, more, places)
}

// place is where one of the terms stands in a text.
type place struct {
	Mark
	word int // the number of the word that it is a form of
}

// window is where to begin to show text, with the first of the ranges that have most
// different words, and where the last word ends that has to be shown.
func window(text string, places []place) (from, last int) {
	best, most := 0, 0
	for i := range places {
		n := 0
		for j := i; j < len(places) && places[j].End <= places[i].Start+snippetRange; j++ {
			if !slices.ContainsFunc(places[i:j], func(p place) bool { return p.word == places[j].word }) {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if len(places) == 0 {
		return 0, 0
	}
	start := places[best].Start
	from = max(0, start-snippetBefore)
	if from > 0 {
		if i := strings.IndexFunc(text[from:start], unicode.IsSpace); i >= 0 {
			_, size := utf8.DecodeRuneInString(text[from+i:])
			from += i + size
		} else {
			from = start
		}
	}
	return from, places[best].End
}

// written is text from a place on, plain and with marks, up to a space before
// snippetLength but at least up to last.
func written(text string, from, last int, more bool, places []place) (s Snippet) {
	var line liner
	line.Grow(snippetLength + 2*snippetBefore)
	if strings.TrimSpace(text[:from]) != "" {
		line.WriteString("… ")
	}
	for from < len(text) {
		r, size := utf8.DecodeRuneInString(text[from:])
		if !unicode.IsSpace(r) {
			break
		}
		from += size
	}
	begin := line.Len()
	for len(places) > 0 && places[0].Start < from {
		places = places[1:]
	}
	space := 0 // where the last one before a word stands in line
	at := from
	for ; at < len(text); at++ {
		if at >= last && line.Len()-begin >= snippetLength {
			break
		}
		if len(places) > 0 && at == places[0].Start {
			line.settle()
			start := line.Len()
			for at < places[0].End {
				at += line.next(text[at:])
			}
			s.Marks = append(s.Marks, Mark{start, line.Len()})
			places = places[1:]
			at--
			continue
		}
		if line.space && at >= last {
			space = line.Len()
		}
		at += line.next(text[at:]) - 1
	}
	s.Text = line.String()
	if at < len(text) && !line.space && space > begin {
		s.Text = s.Text[:space]
		for n := len(s.Marks); n > 0 && s.Marks[n-1].End > space; n-- {
			s.Marks = s.Marks[:n-1]
		}
	}
	if strings.TrimSpace(text[at:]) != "" || more {
		s.Text += " …"
	}
	return s
}
