package kb

import (
	"context"
	"slices"
	"unicode/utf8"
)

// sequence finds words that follow each other in a text. It takes apart no word that
// cannot be the first of them.
type sequence struct {
	ctx      context.Context
	forms    [][]string // the terms of each word
	initials [utf8.RuneSelf]bool
}

func (s *searcher) sequence(words []string) *sequence {
	q := &sequence{ctx: s.ctx}
	for _, w := range words {
		q.forms = append(q.forms, s.forms(w))
	}
	for _, f := range q.forms[0] {
		if f[0] < utf8.RuneSelf {
			q.initials[f[0]] = true
		}
	}
	return q
}

// stands reports whether the words stand somewhere in a text of a language. It gives up when
// its context ends.
func (q *sequence) stands(text, language string) bool {
	l := lexer{text: text}
	for i := 1; ; i++ {
		t, ok := l.next()
		if !ok || i%4096 == 0 && q.ctx.Err() != nil {
			return false
		}
		if t.class == unread && !q.initials[small(text[t.start])] && !changed[language] || !q.is(0, t, text, language) {
			continue
		}
		ahead := l
		n := 1
		for ; n < len(q.forms); n++ {
			if t, ok = ahead.next(); !ok || !q.is(n, t, text, language) {
				break
			}
		}
		if n == len(q.forms) {
			return true
		}
	}
}

// is reports whether a token is a form of the n-th word.
func (q *sequence) is(n int, t token, text, language string) bool {
	return slices.Contains(q.forms[n], t.read(text).formed(language).term)
}
