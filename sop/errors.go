package sop

import (
	"fmt"
	"slices"
	"strings"
)

// SyntaxError is one mistake in a procedure file, told to the person who can
// mend it.
type SyntaxError struct {
	File    string // as given to Parse or found by Load
	Line    int    // from 1; 0 when the mistake is the file as a whole
	Column  int    // in characters, from 1; 0 when only the line, or not even that, is known
	Path    string // where that is, in words: `step 3 "refund", amount`; empty: the file as a whole
	Message string // what is wrong, a sentence without a full stop
	Fix     string // what to do, a sentence without a full stop
}

// Error returns the whole finding in one line:
//
//	refund.yaml:14:7: step 3 "refund", amount: "fifty" is not an amount of money. Write a number and a currency, like 50 EUR.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ":%d", e.Column)
		}
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Message + ". " + e.Fix + ".")
	return b.String()
}

// Errors is every mistake of a file or of a folder, by file, line and column.
// [Parse] and [Load] return it as their error; errors.As finds it, and the
// first [SyntaxError] in it.
type Errors []*SyntaxError

// Error returns one mistake a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, s := range e {
		lines[i] = s.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the mistakes one by one, for errors.Is and errors.As.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, s := range e {
		errs[i] = s
	}
	return errs
}

// sorted orders the mistakes by place and returns them as an error, nil when
// there are none.
func (e Errors) sorted() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *SyntaxError) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if c := a.Line - b.Line; c != 0 {
			return c
		}
		return a.Column - b.Column
	})
	return e
}
