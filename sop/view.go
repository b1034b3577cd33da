package sop

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// view is Facts made ready for many tests.
type view struct {
	facts Facts
	words map[string]*wordIndex // by field, made when first asked for
	found map[*Test]hit         // of regular expressions, each searched for once
}

// hit is what a regular expression found.
type hit struct {
	text string
	ok   bool
}

func newView(f Facts) *view {
	f.Title, f.Text = cut(f.Title, MaxText), cut(f.Text, MaxText)
	f.Words = slices.Clone(f.Words)
	for _, s := range []*string{&f.Kind, &f.Channel, &f.Product, &f.Version, &f.Language, &f.Status, &f.Title, &f.Text, &f.ProblemTitle} {
		*s = strings.TrimSpace(*s)
	}
	for i, s := range f.Words {
		f.Words[i] = strings.TrimSpace(s)
	}
	return &view{facts: f, words: map[string]*wordIndex{}, found: map[*Test]hit{}}
}

// cut keeps the first bytes of a text, whole characters only.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s[:max(0, len(s)-1)]
}

// value returns what is known of a field; of words, the first that is known.
func (v *view) value(field string) string {
	f := &v.facts
	switch field {
	case "kind":
		return f.Kind
	case "channel":
		return f.Channel
	case "product":
		return f.Product
	case "version":
		return f.Version
	case "language":
		return f.Language
	case "status":
		return f.Status
	case "spend":
		return f.Spend.String()
	case "title":
		return f.Title
	case "text":
		return f.Text
	case "problem":
		if f.Problem == 0 {
			return ""
		}
		return strconv.FormatUint(f.Problem, 10)
	case "problem_title":
		return f.ProblemTitle
	case "words":
		return cmp.Or(v.texts(field)...)
	}
	return strings.TrimSpace(f.Extra[strings.TrimPrefix(field, extraPrefix)])
}

// texts returns what is searched for a field: several texts for words, else its
// value.
func (v *view) texts(field string) []string {
	if field != "words" {
		return []string{v.value(field)}
	}
	return append([]string{v.facts.Title, v.facts.Text}, v.facts.Words...)
}

func (v *view) index(field string) *wordIndex {
	x, ok := v.words[field]
	if !ok {
		x = newWordIndex(v.texts(field)...)
		v.words[field] = x
	}
	return x
}

// test reports whether a test holds.
func (v *view) test(t *Test) bool {
	switch t.Op {
	case Contains:
		x := v.index(t.Field)
		if len(x.places) == 0 {
			return false
		}
		for _, p := range t.wanted() {
			if _, ok := x.at(p); ok {
				return true
			}
		}
		return false
	case Matches:
		return v.search(t).ok
	}
	value := v.value(t.Field)
	if t.Op == Exists {
		return (value != "") == (len(t.Values) == 1 && t.Values[0] == "true")
	}
	if value == "" {
		return false
	}
	switch t.Op {
	case Equals, In:
		return slices.ContainsFunc(t.Values, func(want string) bool { return same(t.Field, value, want) })
	case GT, LT:
		c, ok := compare(t.Field, value, t.Values)
		return ok && (t.Op == GT && c > 0 || t.Op == LT && c < 0)
	}
	return false
}

// same compares whole values; a language holds for its regions too, and equal
// versions may be written differently.
func same(field, value, want string) bool {
	switch field {
	case "version":
		return compareVersions(value, want) == 0
	case "language":
		v, w := fold(value), fold(want)
		return v == w || strings.HasPrefix(v, w+"-")
	}
	return fold(value) == fold(want)
}

func compare(field, value string, want []string) (int, bool) {
	if len(want) != 1 {
		return 0, false
	}
	if field == "version" {
		return compareVersions(value, want[0]), isVersion(value)
	}
	if field == "spend" {
		have, err1 := ParseMoney(value)
		limit, err2 := ParseMoney(want[0])
		return cmp.Compare(have.Minor, limit.Minor), err1 == nil && err2 == nil && have.Currency == limit.Currency
	}
	a, err1 := strconv.ParseFloat(value, 64)
	b, err2 := strconv.ParseFloat(want[0], 64)
	return cmp.Compare(a, b), err1 == nil && err2 == nil && !math.IsNaN(a) && !math.IsNaN(b)
}

// search returns what a regular expression found.
func (v *view) search(t *Test) hit {
	if h, done := v.found[t]; done {
		return h
	}
	var h hit
	if pattern := t.regexp(); pattern != nil {
		for _, s := range v.texts(t.Field) {
			s = cut(s, MaxSearch)
			if at := pattern.FindStringIndex(s); at != nil {
				h = hit{s[at[0]:at[1]], true}
				break
			}
		}
	}
	v.found[t] = h
	return h
}

// see returns what a test saw, and how specific it is when it holds.
func (v *view) see(t *Test) (seen string, weight float64) {
	switch t.Op {
	case Contains:
		return v.seePhrases(t)
	case Matches:
		return firstWords(v.search(t).text), weightOf(t.Field, false)
	case Exists:
		return firstWords(v.value(t.Field)), 0.5
	}
	return firstWords(v.value(t.Field)), weightOf(t.Field, false)
}

func (v *view) seePhrases(t *Test) (seen string, weight float64) {
	x := v.index(t.Field)
	var found []string
	var sum, best float64
	for _, p := range t.wanted() {
		if at, ok := x.at(p); ok {
			w := weightOf(t.Field, len(p) > 1)
			sum, best = sum+w, max(best, w)
			if s := x.surface(at, len(p)); !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	return strings.Join(found, ", "), alternatives(sum, best)
}

func weightOf(field string, run bool) float64 {
	switch field {
	case "problem":
		return 8
	case "problem_title":
		return 4
	case "title", "text", "words":
		if run {
			return 3
		}
		return 2
	case "version":
		return 2
	}
	return 1
}

var space = regexp.MustCompile(`\s+`)

// firstWords makes a value short enough for an explanation, on one line.
func firstWords(s string) string {
	const most = 60
	if len(s) > 4*most {
		s = strings.ToValidUTF8(s[:4*most], "")
	}
	s = strings.TrimSpace(space.ReplaceAllString(s, " "))
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// String returns the test in words, like `kind is "incident" or "complaint"`. Of
// more than four values it names three.
func (t *Test) String() string {
	if n := len(t.Values); n > 4 {
		return t.words(append(quoteAll(t.Values[:3]), strconv.Itoa(n-3)+" more"))
	}
	return t.whole()
}

// whole is String with every value.
func (t *Test) whole() string { return t.words(quoteAll(t.Values)) }

func quoteAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strconv.Quote(v)
	}
	return out
}

func (t *Test) words(values []string) string {
	list := strings.Join(values, " or ")
	switch t.Op {
	case Equals, In:
		return t.Field + " is " + list
	case Contains:
		return t.Field + " has " + list
	case Matches:
		return t.Field + " matches " + list
	case GT:
		return t.Field + " is greater than " + list
	case LT:
		return t.Field + " is less than " + list
	case Exists:
		if len(t.Values) == 1 && t.Values[0] == "false" {
			return t.Field + " is not known"
		}
		return t.Field + " is known"
	}
	return t.Field + " " + string(t.Op) + " " + list
}
