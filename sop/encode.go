package sop

import (
	"strconv"
	"strings"
)

// object is a mapping to be written, its keys in the order of the format.
type object struct{ n *node }

func newObject() object { return object{&node{kind: mapping}} }

func (o object) add(key string, v *node) {
	if v != nil {
		o.n.fields = append(o.n.fields, field{key: key, value: v})
	}
}

// textNode is a text; an empty one is left out.
func textNode(s string) *node {
	if s == "" {
		return nil
	}
	return &node{text: s, same: func(written string) bool { return strings.TrimSpace(written) == s }}
}

// wordNode is one of the format's own words, an id or a number; empty: left out.
func wordNode(s string) *node {
	switch s {
	case "":
		return nil
	case "true", "false", "null": // as an id
		return textNode(s)
	}
	return &node{text: s, plain: true}
}

func moneyNode(m Money) *node {
	n := wordNode(m.String())
	if n != nil {
		n.same = func(s string) bool { o, err := ParseMoney(s); return err == nil && o == m }
	}
	return n
}

func spanNode(d Span) *node {
	n := wordNode(d.String())
	if n != nil {
		n.same = func(s string) bool { o, err := ParseSpan(s); return err == nil && o == d }
	}
	return n
}

func flagNode(v bool) *node {
	n := &node{text: strconv.FormatBool(v), plain: true, implied: !v}
	n.same = func(s string) bool { return strings.EqualFold(s, n.text) }
	return n
}

func listNode(items []*node) *node {
	if len(items) == 0 {
		return nil
	}
	return &node{kind: list, items: items}
}

// textsNode is a list of texts that may also be one text.
func textsNode(texts []string, item func(string) *node) *node {
	var items []*node
	for _, s := range texts {
		if n := item(s); n != nil {
			items = append(items, n)
		}
	}
	n := listNode(items)
	if n != nil {
		n.single = true
	}
	return n
}

// encode makes of p the tree of its file.
func encode(p *Procedure) *node {
	o := newObject()
	o.add("format", wordNode(strconv.Itoa(p.Format)))
	o.add("id", wordNode(p.ID))
	o.add("version", wordNode(strconv.Itoa(p.Version)))
	o.add("title", textNode(p.Title))
	o.add("purpose", textNode(p.Purpose))
	o.add("owner", textNode(p.Owner))
	o.add("review_by", wordNode(p.ReviewBy.String()))
	o.add("status", wordNode(string(p.Status)))
	o.add("replaced_by", wordNode(p.ReplacedBy))
	o.add("language", textNode(p.Language))
	if !p.When.IsZero() {
		o.add("when", encodeCondition(p.When))
	}
	o.add("needs", listOf(p.Needs, encodeNeed))
	o.add("limits", listOf(p.Limits, encodeLimit))
	o.add("steps", listOf(p.Steps, encodeStep))
	o.add("done_when", textNode(p.DoneWhen))
	o.add("escalation", listOf(p.Escalation, func(e Escalation) *node {
		o := newObject()
		o.add("to", textNode(e.To))
		o.add("when", textNode(e.When))
		o.add("within", spanNode(e.Within))
		return o.n
	}))
	o.add("see", listOf(p.See, func(l Link) *node {
		o := newObject()
		o.add("procedure", wordNode(l.Procedure))
		o.add("article", textNode(l.Article))
		if l.Problem != 0 {
			o.add("problem", numberNode(l.Problem))
		}
		return o.n
	}))
	o.add("silence", listOf(p.Silence, func(s Silence) *node {
		o := newObject()
		o.add("code", wordNode(s.Code))
		o.add("step", wordNode(s.Step))
		o.add("reason", textNode(s.Reason))
		return o.n
	}))
	return o.n
}

func numberNode(v uint64) *node {
	n := wordNode(strconv.FormatUint(v, 10))
	n.same = func(s string) bool { o, err := strconv.ParseUint(s, 10, 64); return err == nil && o == v }
	return n
}

func listOf[T any](list []T, encode func(T) *node) *node {
	items := make([]*node, len(list))
	for i, v := range list {
		items[i] = encode(v)
	}
	return listNode(items)
}

func encodeNeed(q Need) *node {
	o := newObject()
	o.add("id", wordNode(q.ID))
	o.add("ask", textNode(q.Ask))
	o.add("type", wordNode(string(q.Type)))
	if choices := textsNode(q.Choices, valueNode); choices != nil {
		choices.single = false
		o.add("choices", choices)
	}
	o.add("why", textNode(q.Why))
	o.add("optional", flagNode(q.Optional))
	o.add("valid_for", spanNode(q.ValidFor))
	return o.n
}

func encodeLimit(l Limit) *node {
	o := newObject()
	o.add("role", textNode(l.Role))
	o.add("remedy", wordNode(string(l.Remedy)))
	o.add("up_to", moneyNode(l.UpTo))
	o.add("per", wordNode(string(l.Per)))
	return o.n
}

func encodeStep(s Step) *node {
	o := newObject()
	o.add("id", wordNode(s.ID))
	switch a := s.Action.(type) {
	case Ask:
		o.add("ask", textsNode(a.Needs, wordNode))
	case Check:
		o.add("check", textNode(a.Statement))
		yes, no := wordNode(a.Yes), wordNode(a.No)
		if yes != nil && no != nil { // one of them may be left out
			yes.implied, no.implied = a.Yes == Next, a.No == Next
			yes.anyway = yes.implied && no.implied
		}
		o.add("yes", yes)
		o.add("no", no)
	case Tell:
		o.add("tell", textsNode(a.Points, textNode))
		o.add("avoid", textsNode(a.Avoid, textNode))
	case Act:
		o.add("act", textNode(a.Do))
		o.add("remedy", wordNode(string(a.Remedy)))
		o.add("amount", moneyNode(a.Amount))
		o.add("by", textNode(a.By))
	case Decide:
		o.add("decide", textNode(a.Question))
		o.add("on", wordNode(a.On))
		o.add("cases", listOf(a.Cases, func(c Case) *node {
			o := newObject()
			o.add("case", textNode(c.Is))
			o.add("goto", wordNode(c.Goto))
			return o.n
		}))
		o.add("otherwise", wordNode(a.Otherwise))
	case Escalate:
		o.add("escalate", textNode(a.To))
		o.add("reason", textNode(a.Reason))
		o.add("within", spanNode(a.Within))
		o.add("bring", textsNode(a.Bring, textNode))
	case Promise:
		o.add("promise", wordNode(string(a.Kind)))
		o.add("what", textNode(a.What))
		o.add("within", spanNode(a.Within))
		o.add("at", wordNode(a.At))
	case Wait:
		o.add("wait", spanNode(a.Span))
		o.add("for", textNode(a.For))
	case Include:
		o.add("include", wordNode(a.Procedure))
	}
	o.add("goto", wordNode(s.Goto))
	o.add("note", textNode(s.Note))
	return o.n
}

// valueNode is a value that a test or a choice compares with, to the letter.
func valueNode(s string) *node { return &node{text: s} }

func encodeCondition(c Condition) *node {
	o := newObject()
	for _, g := range []struct {
		key  string
		list []Condition
	}{{"all", c.All}, {"any", c.Any}, {"none", c.None}} {
		o.add(g.key, listOf(g.list, encodeCondition))
	}
	if c.Test == nil {
		return o.n
	}
	o.add("field", valueNode(c.Test.Field))
	var value *node
	switch t := c.Test; {
	case t.Op == In || t.Op == Contains:
		value = textsNode(t.Values, valueNode)
		if value != nil {
			value.single = t.Op == Contains
		}
	case len(t.Values) == 1 && (t.Op == Exists || t.Op == GT || t.Op == LT):
		value = &node{text: t.Values[0], plain: true}
		value.same = func(s string) bool { return s == t.Values[0] || t.Op == Exists && strings.EqualFold(s, t.Values[0]) }
	case len(t.Values) == 1:
		value = valueNode(t.Values[0])
	}
	o.add(string(c.Test.Op), value)
	return o.n
}
