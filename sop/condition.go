package sop

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// Condition says when a procedure applies. Its parts hold together: every
// condition of All, at least one of Any when there is one, no condition of
// None, and Test when it is set. The zero Condition never applies.
type Condition struct {
	All, Any, None []Condition
	Test           *Test
	Pos            Position

	slow bool // a regular expression is in it: tried after the rest
}

// IsZero reports whether nothing is said.
func (c Condition) IsZero() bool {
	return c.Test == nil && len(c.All) == 0 && len(c.Any) == 0 && len(c.None) == 0
}

// Test compares one field of [Facts].
//
// Fields are kind, channel, product, version, language, status, spend, title, text,
// problem, problem_title, words (title, text and Facts.Words together) and
// extra.NAME for what the caller put into Facts.Extra.
type Test struct {
	Field  string
	Op     Op
	Values []string // what to compare with; one value except for In and Contains
	Pos    Position

	phrases []phrase       // Contains; nil in what was not read from a file
	pattern *regexp.Regexp // Matches; likewise
}

// wanted returns the phrases of a test that contains them.
func (t *Test) wanted() []phrase {
	if t.phrases != nil {
		return t.phrases
	}
	var out []phrase
	for _, v := range t.Values {
		if p, ok := parsePhrase(v); ok {
			out = append(out, p)
		}
	}
	return out
}

// regexp returns the regular expression of a test that matches one, nil where it
// is none.
func (t *Test) regexp() *regexp.Regexp {
	if t.pattern != nil || len(t.Values) != 1 {
		return t.pattern
	}
	pattern, _ := compilePattern(t.Values[0])
	return pattern
}

var errTooLarge = errors.New("too large")

// compilePattern takes only what is searched for quickly in any text.
func compilePattern(s string) (*regexp.Regexp, error) {
	if _, err := syntax.Parse(s, syntax.Perl); err != nil {
		return nil, err // before the parentheses below can make it sound
	}
	s = "(?i:" + s + ")"
	tree, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if len(prog.Inst) > MaxProgram {
		return nil, errTooLarge
	}
	return regexp.Compile(s)
}

// Op is how a test compares. Case is ignored everywhere.
type Op string

const (
	Equals   Op = "equals"   // the whole value
	In       Op = "in"       // the whole value is one of several
	Contains Op = "contains" // whole words in their order, one of several phrases; "crash*" is any word that begins so, a lone * any one word
	Matches  Op = "matches"  // a regular expression in RE2 syntax of at most MaxPattern bytes and MaxProgram instructions, found anywhere in the first MaxSearch bytes
	GT       Op = "gt"       // greater: versions number by number (4.10 is after 4.9), spend as money of one currency, extra fields as decimal numbers
	LT       Op = "lt"       // less, compared like GT
	Exists   Op = "exists"   // true: a value is known; false: none is
)
