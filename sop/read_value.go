package sop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mapping checks that n holds keys with values and no key but the known ones.
func (r *reader) mapping(n *node, known []string) bool {
	if n.tag == "!!invalid" {
		return false
	}
	if n.kind != mapping {
		r.fail(n, "this is "+n.describe()+" where keys with values belong", "Write one or more of: "+strings.Join(known, ", "))
		return false
	}
	for _, f := range n.fields {
		if !slices.Contains(known, f.key) {
			r.unknownKey(n, f, known)
		}
	}
	return true
}

func (r *reader) unknownKey(n *node, f field, known []string) {
	if r.full() {
		return
	}
	if near := nearest(f.key, known); near != "" {
		n.meant = append(n.meant, near)
	}
	r.at(f.at.pos, n.path(), fmt.Sprintf("there is no key %q here", short(f.key)), instead(f.key, known))
}

// missing reports a key that has to be there, unless it seems to be there under
// another name.
func (r *reader) missing(n *node, key, fix string) {
	if !slices.Contains(n.meant, key) && !r.split {
		r.fail(n, key+" is missing", fix)
	}
}

// instead says what else could have been meant.
func instead(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("Write %s, if that is what was meant", near)
	}
	if len(known) == 0 {
		return "Remove it"
	}
	return "Known here: " + strings.Join(known, ", ")
}

// value returns the scalar under key. A missing one is reported when required.
func (r *reader) value(n *node, key string, required bool) (*node, bool) {
	v := n.get(key)
	switch {
	case v == nil && required:
		r.missing(n, key, fmt.Sprintf("Add a line with %s and its value", key))
		return nil, false
	case v == nil:
		return nil, false
	}
	return v, r.isScalar(v)
}

// isScalar checks that n is one value, and says something.
func (r *reader) isScalar(n *node) bool {
	switch {
	case n.kind == mapping && n.style != styleFlow && len(n.fields) == 1 && strings.Contains(n.fields[0].key, " "):
		r.fail(n, "the colon in this text makes a key of what stands before it", "Put the whole text in quotes")
		return false
	case n.kind != scalar:
		r.fail(n, "this is "+n.describe()+" where one value belongs", "Write one value on the line of its key")
		return false
	case n.tag == "!!invalid":
		return false
	case n.tag == "!!null" || strings.TrimSpace(n.text) == "":
		r.fail(n, "the value is empty", "Say it, or remove the line")
		return false
	}
	return true
}

// text returns the free text under key.
func (r *reader) text(n *node, key string, required bool) string {
	v, ok := r.value(n, key, required)
	if !ok {
		return ""
	}
	return r.prose(v)
}

func (r *reader) prose(v *node) string {
	if v.tag != "!!str" && v.tag != "!!timestamp" {
		r.fail(v, "this is "+v.describe()+", where a text belongs", "Write a text, or put it in quotes")
		return ""
	}
	return strings.TrimSpace(v.text)
}

// texts returns the list of texts under key; one text alone is a list of one.
func (r *reader) texts(n *node, key string, read func(*node) string) []string {
	v := n.get(key)
	if v == nil {
		return nil
	}
	if v.kind == scalar {
		if !r.isScalar(v) {
			return nil
		}
		return keep(nil, read(v))
	}
	var out []string
	for _, item := range r.list(v) {
		if r.isScalar(item) {
			out = keep(out, read(item))
		}
	}
	return out
}

func keep(list []string, s string) []string {
	if s == "" {
		return list
	}
	return append(list, s)
}

// list checks that n is a list with something in it.
func (r *reader) list(n *node) []*node {
	switch {
	case n.tag == "!!invalid":
	case n.kind != list:
		r.fail(n, "this is "+n.describe()+" where a list belongs", "Write a list, each item on a line that begins with a hyphen")
	case len(n.items) == 0:
		r.fail(n, "the list is empty", "Add an item, or remove the key")
	}
	return n.items
}

// listAt returns the items of the list under key, none when there is no key.
func (r *reader) listAt(n *node, key string) []*node {
	if v := n.get(key); v != nil {
		return r.list(v)
	}
	return nil
}

// count returns the whole number from 1 under key, which is required.
func (r *reader) count(n *node, key string) int {
	v, ok := r.value(n, key, true)
	if !ok {
		return 0
	}
	i, err := strconv.ParseUint(v.text, 10, 31)
	if err != nil || v.tag != "!!int" || i < 1 {
		r.fail(v, "this is "+v.describe()+", where a whole number from 1 belongs", "Write a number without quotes, like 1")
		return 0
	}
	return int(i)
}

// flag returns the true or false under key.
func (r *reader) flag(n *node, key string) bool {
	v, ok := r.value(n, key, false)
	return ok && r.asFlag(v) == "true"
}

// asFlag returns "true" or "false", as which YAML takes True and TRUE too.
func (r *reader) asFlag(v *node) string {
	if v.tag != "!!bool" {
		r.fail(v, "this is "+v.describe()+", where true or false belongs", "Write true or false without quotes")
	}
	return strings.ToLower(v.text)
}

// word returns the value under key, one of a few known words.
func (r *reader) word(n *node, key string, required bool, known ...string) string {
	v, ok := r.value(n, key, required)
	if !ok {
		return ""
	}
	if !slices.Contains(known, v.text) {
		r.fail(v, quoted(v)+" is not known here", instead(v.text, known))
		return ""
	}
	return v.text
}

// name returns the id under key.
func (r *reader) name(n *node, key string, required bool) string {
	v, ok := r.value(n, key, required)
	if !ok {
		return ""
	}
	return r.asName(v)
}

func (r *reader) asName(v *node) string {
	const letters, rest = "abcdefghijklmnopqrstuvwxyz", "0123456789-_"
	s := v.text
	if v.tag != "!!str" || len(s) > 64 || strings.Trim(s[:1], letters) != "" || strings.Trim(s, letters+rest) != "" {
		r.fail(v, quoted(v)+" is not an id", "Write small letters a to z, digits, - and _, beginning with a letter, at most 64")
		return ""
	}
	return s
}

// span returns the length of time under key.
func (r *reader) span(n *node, key string) Span {
	v, ok := r.value(n, key, false)
	if !ok {
		return Span{}
	}
	s, err := ParseSpan(v.text)
	if err != nil {
		r.fail(v, quoted(v)+" is not a length of time", "Write a whole number and minutes, hours, days, weeks, months, business hours or business days, like 2 business days")
	}
	return s
}

// money returns the sum under key.
func (r *reader) money(n *node, key string, required bool) Money {
	v, ok := r.value(n, key, required)
	if !ok {
		return Money{}
	}
	m, err := ParseMoney(v.text)
	if err != nil {
		r.fail(v, quoted(v)+" is not an amount of money", "Write a number and a currency, like 50 EUR or 12.50 EUR")
	}
	return m
}

func quoted(n *node) string { return strconv.Quote(short(n.text)) }

// nearest returns the known word that differs least from word, empty when none
// is near.
func nearest(word string, known []string) string {
	best, most := "", min(2, (len(word)+1)/3)
	if len(word) > 40 {
		return ""
	}
	for _, k := range known[:min(len(known), 500)] {
		if len(k)-len(word) > most || len(word)-len(k) > most {
			continue
		}
		if d := distance(strings.ToLower(strings.ReplaceAll(word, "-", "_")), strings.ReplaceAll(k, "-", "_")); d <= most {
			best, most = k, d-1
		}
	}
	return best
}

// distance is the number of letters to add, drop, change or swap with their
// neighbour to get from a to b (optimal string alignment).
func distance(a, b string) int {
	var two, one []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		two, one, row = one, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
