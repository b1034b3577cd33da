package sop

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

var ops = []string{string(Equals), string(In), string(Contains), string(Matches), string(GT), string(LT), string(Exists)}

// testable is which comparisons a field of Facts takes, and the values it can
// have when these are fixed.
type testable struct {
	name   string
	ops    []Op
	values []string
}

var (
	exactOps = []Op{Equals, In, Exists}
	textOps  = []Op{Equals, In, Contains, Matches, Exists}
)

var testables = []testable{
	{"kind", exactOps, []string{"question", "incident", "request", "suggestion", "complaint", "praise"}},
	{"channel", exactOps, nil},
	{"product", exactOps, nil},
	{"version", []Op{Equals, In, GT, LT, Exists}, nil},
	{"language", exactOps, nil},
	{"status", exactOps, []string{"new", "open", "pending", "on_hold", "solved", "closed"}},
	{"title", textOps, nil},
	{"text", textOps, nil},
	{"problem", exactOps, nil},
	{"problem_title", textOps, nil},
	{"words", []Op{Contains, Matches, Exists}, nil},
	{"spend", []Op{GT, LT, Exists}, nil},
}

const extraPrefix = "extra."

func testableField(name string) (testable, bool) {
	if strings.HasPrefix(name, extraPrefix) && len(name) > len(extraPrefix) {
		return testable{name, []Op{Equals, In, Contains, Matches, GT, LT, Exists}, nil}, true
	}
	for _, t := range testables {
		if t.name == name {
			return t, true
		}
	}
	return testable{}, false
}

func (r *reader) condition(n *node) Condition {
	c := Condition{Pos: n.pos}
	if !r.mapping(n, append([]string{"all", "any", "none", "field"}, ops...)) {
		return c
	}
	groups := []struct {
		key  string
		into *[]Condition
	}{{"all", &c.All}, {"any", &c.Any}, {"none", &c.None}}
	grouped := false
	for _, g := range groups {
		for _, item := range r.listAt(n, g.key) {
			sub := r.condition(item)
			*g.into = append(*g.into, sub)
			c.slow = c.slow || sub.slow
		}
		grouped = grouped || n.get(g.key) != nil
	}
	tested := n.get("field") != nil
	for _, op := range ops {
		tested = tested || n.get(op) != nil
	}
	switch {
	case grouped && tested:
		r.fail(n, "a test and a group stand in one place", "Move the test into the list of all, any or none")
	case tested:
		c.Test = r.test(n)
		c.slow = c.Test != nil && c.Test.Op == Matches
	case !grouped && len(n.fields) == 0:
		r.fail(n, "nothing is compared", "Write field and one of: "+strings.Join(ops, ", "))
	}
	return c
}

func (r *reader) test(n *node) *Test {
	var found []string
	for _, op := range ops {
		if n.get(op) != nil {
			found = append(found, op)
		}
	}
	v, ok := r.value(n, "field", true)
	if len(found) != 1 {
		if len(found) == 0 {
			r.fail(n, "the test does not say how to compare", "Add one of: "+strings.Join(ops, ", "))
		} else {
			r.fail(n, "the test compares in more than one way: "+strings.Join(found, " and "), "Make a test of each, under all or any")
		}
		ok = false
	}
	if !ok {
		return nil
	}
	about, ok := testableField(v.text)
	if !ok {
		names := []string{}
		for _, t := range testables {
			names = append(names, t.name)
		}
		r.fail(v, fmt.Sprintf("there is no field %s", quoted(v)), instead(v.text, append(names, "extra.NAME for a fact of your own")))
		return nil
	}
	t := &Test{Field: v.text, Op: Op(found[0]), Pos: n.pos}
	if !slices.Contains(about.ops, t.Op) {
		r.fail(n.get(found[0]).key(n, found[0]), fmt.Sprintf("%s cannot be compared by %s", t.Field, t.Op), fmt.Sprintf("Use one of: %s", join(about.ops)))
		return nil
	}
	r.operand(n.get(found[0]), about, t)
	return t
}

// key returns the node of the key that holds n in m.
func (n *node) key(m *node, key string) *node {
	for _, f := range m.fields {
		if f.key == key {
			return f.at
		}
	}
	return n
}

func join(list []Op) string {
	var out []string
	for _, o := range list {
		out = append(out, string(o))
	}
	return strings.Join(out, ", ")
}

// decimal is a number that a computer's numbers can hold.
var decimal = regexp.MustCompile(`^[-+]?([0-9]{1,90}(\.[0-9]{0,90})?|\.[0-9]{1,90})([eE][-+]?[0-9]{1,2})?$`)

// operand reads what a test compares with.
func (r *reader) operand(v *node, about testable, t *Test) {
	var values []*node
	if (t.Op == In || t.Op == Contains) && v.kind == list {
		values = r.list(v)
	} else if t.Op == In && r.isScalar(v) {
		r.fail(v, "in compares with a list", "Write a list, or use equals")
		return
	} else {
		values = []*node{v}
	}
	for _, v := range values {
		if !r.isScalar(v) {
			continue
		}
		t.Values = append(t.Values, v.text)
		switch t.Op {
		case Equals, In:
			r.exact(v, about)
		case Contains:
			p, ok := parsePhrase(v.text)
			if !ok && len(tokenize(nil, v.text)) == 0 {
				r.fail(v, quoted(v)+" holds no word to look for", "Write words; * may end a word of two letters or more, or stand for one word after the first")
			} else if !ok {
				r.fail(v, "a star in "+quoted(v)+" stands for too much", "Let * end a word of two letters or more, or stand for one word after the first")
			}
			t.phrases = append(t.phrases, p)
		case Matches:
			r.patternOf(v, t)
		case GT, LT:
			if about.name == "spend" {
				if _, err := ParseMoney(v.text); err != nil {
					r.fail(v, quoted(v)+" is not an amount of money", "Write a number and a currency, like 500 EUR")
				}
			} else if about.name == "version" && !isWholeVersion(v.text) {
				r.fail(v, quoted(v)+" is not a version", "Write it like 4.2 or 4.2.1")
			} else if about.name != "version" && !decimal.MatchString(v.text) {
				r.fail(v, quoted(v)+" is not a number", "Write a number like 100 or 99.5")
			}
		case Exists:
			t.Values[len(t.Values)-1] = r.asFlag(v)
		}
	}
}

func (r *reader) exact(v *node, about testable) {
	if about.values != nil && !slices.Contains(about.values, v.text) {
		r.fail(v, fmt.Sprintf("%s is not a %s", quoted(v), about.name), instead(v.text, about.values))
	}
	if id, err := strconv.ParseUint(v.text, 10, 64); about.name == "problem" && (err != nil || id == 0) {
		r.fail(v, quoted(v)+" is not the number of a problem", "Write its number, or compare problem_title")
	}
}

func (r *reader) patternOf(v *node, t *Test) {
	if len(v.text) > MaxPattern {
		r.fail(v, fmt.Sprintf("the regular expression has %d bytes, and %d are the most", len(v.text), MaxPattern), "Use contains with several phrases")
		return
	}
	if r.regexps++; r.regexps > MaxPatterns {
		r.fail(v, fmt.Sprintf("the file has more than %d regular expressions", MaxPatterns), "Use contains with several phrases")
		return
	}
	var err error
	if t.pattern, err = compilePattern(v.text); err == nil {
		return
	}
	mistake := (*syntax.Error)(nil)
	if errors.As(err, &mistake) && mistake.Code != syntax.ErrLarge {
		r.fail(v, fmt.Sprintf("%s is not a regular expression: %s", quoted(v), mistake.Code), "Write it in RE2 syntax, or use contains")
		return
	}
	r.fail(v, quoted(v)+" is too large a regular expression", "Repeat less in it, or use contains with several phrases")
}
