package kb

import (
	"cmp"
	"slices"
	"strings"
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
	snippetLength = 240      // bytes, about
	snippetBefore = 40       // bytes before the first mark, at most
	snippetOf     = 64 << 10 // bytes of the text that are looked through
)

// snippet cuts out of text the place that has most of the given terms. It looks at
// the beginning first, and further only when that has none.
func snippet(text, language string, terms map[string]bool) Snippet {
	whole, end := text, snippetOf/16
	text = plain(cut(whole, end))
	marks, found := matches(text, language, terms)
	if len(marks) == 0 && len(terms) > 0 && len(whole) > end {
		end = snippetOf
		text = plain(cut(whole, end))
		marks, found = matches(text, language, terms)
	}
	from, to := window(text, marks, found)
	s := Snippet{Text: text[from:to]}
	shift := -from
	if from > 0 {
		s.Text = "… " + s.Text
		shift += len("… ")
	}
	if to < len(text) || end < len(whole) {
		s.Text += " …"
	}
	for _, m := range marks {
		if m.Start >= from && m.End <= to {
			s.Marks = append(s.Marks, Mark{m.Start + shift, m.End + shift})
		}
	}
	return s
}

// matches are the places of text where one of the terms stands, and which.
func matches(text, language string, terms map[string]bool) (marks []Mark, found []string) {
	tokens := analyze(text, language)
	slices.SortStableFunc(tokens, func(a, b token) int { return cmp.Compare(a.start, b.start) })
	for _, t := range tokens {
		if !terms[t.term] {
			continue
		}
		if n := len(marks); n > 0 && t.start < marks[n-1].End {
			marks[n-1].End = max(marks[n-1].End, t.end)
			continue
		}
		marks = append(marks, Mark{t.start, t.end})
		found = append(found, t.term)
	}
	return marks, found
}

// window is the range of text to show: the first of those with most different words.
func window(text string, marks []Mark, found []string) (from, to int) {
	best, most := 0, 0
	for i := range marks {
		different := map[string]bool{}
		for j := i; j < len(marks) && marks[j].End <= marks[i].Start+snippetLength-snippetBefore; j++ {
			different[found[j]] = true
		}
		if len(different) > most {
			best, most = i, len(different)
		}
	}
	if len(marks) > 0 {
		from = max(0, marks[best].Start-snippetBefore)
	}
	if from > 0 {
		if i := strings.IndexByte(text[from:marks[best].Start], ' '); i >= 0 {
			from += i + 1
		} else {
			from = marks[best].Start
		}
	}
	to = min(len(text), from+snippetLength)
	if len(marks) > 0 {
		to = min(len(text), max(to, marks[best].End))
	}
	if to < len(text) {
		if i := strings.LastIndexByte(text[from:to], ' '); i > 0 && (len(marks) == 0 || from+i >= marks[best].End) {
			to = from + i
		}
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return from, to
}
