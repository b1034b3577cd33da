package sop

import (
	"fmt"
	"slices"
	"strings"
)

// stepKeys are the verbs, in the order people are told them, each with the keys
// that belong to it alone.
var stepKeys = []struct {
	verb string
	keys []string
}{
	{"ask", nil},
	{"check", []string{"yes", "no"}},
	{"tell", []string{"avoid"}},
	{"act", []string{"remedy", "amount", "by"}},
	{"decide", []string{"on", "cases", "otherwise"}},
	{"escalate", []string{"reason", "within", "bring"}},
	{"promise", []string{"what", "within", "at"}},
	{"wait", []string{"for"}},
	{"include", nil},
}

var caseKeys = []string{"case", "goto"}

var remedies = []string{string(Fix), string(Apology), string(Credit), string(Refund)}

var promiseKinds = []string{string(PromiseAnswer), string(PromiseCallback), string(PromiseUpdate), string(PromiseFollowUp)}

var anyStep = []string{"id", "note", "goto"}

func verbs() []string {
	var out []string
	for _, k := range stepKeys {
		out = append(out, k.verb)
	}
	return out
}

func (r *reader) readSteps(root *node) []Step {
	r.steps = map[string]Position{}
	if root.get("steps") == nil {
		r.missing(root, "steps", "Add a line with steps: and list what to do below it")
		return nil
	}
	var steps []Step
	for _, n := range r.listAt(root, "steps") {
		if n.kind != mapping {
			if n.tag != "!!invalid" {
				r.fail(n, "this is "+n.describe()+" where a step belongs", "Begin it with one of: "+strings.Join(verbs(), ", "))
			}
			continue
		}
		s := Step{ID: r.stepID(n), Note: r.text(n, "note", false), Pos: n.pos}
		if verb, ok := r.verb(n); ok {
			s.Action = r.action(n, verb)
			if verb != "check" && verb != "decide" {
				s.Goto = r.target(n, "goto", false)
			}
		}
		steps = append(steps, s)
	}
	return steps
}

func (r *reader) stepID(n *node) string {
	id := r.name(n, "id", false)
	switch first, twice := r.steps[id]; {
	case id == "":
	case id == Next || id == Done:
		r.fail(n.get("id"), fmt.Sprintf("%q has a meaning of its own in goto", id), "Give the step another id")
		return ""
	case twice:
		r.fail(n.get("id"), fmt.Sprintf("a step is called %q already, on line %d", id, first.Line), "Give each step an id of its own")
	default:
		r.steps[id] = n.pos
	}
	return id
}

// verb finds the one verb of a step and reports keys that do not go with it.
func (r *reader) verb(n *node) (string, bool) {
	var found []string
	known := slices.Clone(anyStep)
	for _, k := range stepKeys {
		if n.get(k.verb) != nil {
			found = append(found, k.verb)
			known = append(append(known, k.verb), k.keys...)
		}
	}
	if len(found) == 0 {
		for _, f := range n.fields {
			if near := nearest(f.key, verbs()); near != "" && !slices.Contains(anyStep, f.key) {
				r.unknownKey(n, f, []string{near})
				return "", false
			}
		}
		r.fail(n, "the step does not say what to do", "Add one of: "+strings.Join(verbs(), ", "))
		return "", false
	}
	if len(found) > 1 {
		r.fail(n, "the step has more than one verb: "+strings.Join(found, " and "), "Make a step of each")
		return "", false
	}
	for _, f := range n.fields {
		switch owner := ownerOf(f.key); {
		case f.key == "goto" && found[0] == "check":
			r.at(f.at.pos, n.path(), "a check step leads on by yes and no", "Remove goto")
		case f.key == "goto" && found[0] == "decide":
			r.at(f.at.pos, n.path(), "a decide step leads on by its cases", "Remove goto, or write otherwise")
		case slices.Contains(known, f.key):
		case owner != "":
			r.at(f.at.pos, n.path(), fmt.Sprintf("%s belongs to a step that begins with %s, and this one has %s", f.key, owner, found[0]), "Remove the line, or move it to a step of its own")
		default:
			r.unknownKey(n, f, known)
		}
	}
	return found[0], true
}

func ownerOf(key string) string {
	for _, k := range stepKeys {
		if slices.Contains(k.keys, key) {
			return k.verb
		}
	}
	return ""
}

func (r *reader) action(n *node, verb string) Action {
	switch verb {
	case "ask":
		return Ask{r.needIDs(n)}
	case "check":
		return r.check(n)
	case "tell":
		return Tell{r.texts(n, "tell", r.prose), r.texts(n, "avoid", r.prose)}
	case "act":
		return r.act(n)
	case "decide":
		return r.decide(n)
	case "escalate":
		return Escalate{r.text(n, "escalate", true), r.text(n, "reason", true), r.span(n, "within"), r.texts(n, "bring", r.prose)}
	case "promise":
		return r.promise(n)
	case "wait":
		return Wait{r.span(n, "wait"), r.text(n, "for", false)}
	}
	id := r.name(n, "include", true)
	r.links = append(r.links, link{n.get("include"), id, toProcedure})
	return Include{id}
}

func (r *reader) needIDs(n *node) []string {
	seen := map[string]bool{}
	return r.texts(n, "ask", func(v *node) string {
		id := r.asName(v)
		if seen[id] && id != "" {
			r.fail(v, quoted(v)+" is asked twice in this step", "Keep one of the two")
			return ""
		}
		seen[id] = true
		r.links = append(r.links, link{v, id, toNeed})
		return id
	})
}

func (r *reader) check(n *node) Check {
	c := Check{r.text(n, "check", true), r.target(n, "yes", false), r.target(n, "no", false)}
	if n.get("yes") == nil && n.get("no") == nil {
		r.fail(n, "the check leads nowhere", "Say where yes and no lead: the id of a step, next or done")
	}
	if n.get("yes") == nil {
		c.Yes = Next
	}
	if n.get("no") == nil {
		c.No = Next
	}
	return c
}

func (r *reader) act(n *node) Act {
	a := Act{
		Do:     r.text(n, "act", true),
		Remedy: Remedy(r.word(n, "remedy", false, remedies...)),
		Amount: r.money(n, "amount", false),
		By:     r.text(n, "by", false),
	}
	switch amount := n.get("amount"); {
	case amount == nil:
	case n.get("remedy") == nil:
		r.fail(amount, "the money has no remedy", "Add remedy: credit or remedy: refund")
	case a.Remedy != "" && !a.Remedy.CostsMoney():
		r.fail(amount, fmt.Sprintf("a remedy of kind %s has no amount", a.Remedy), "Write remedy: credit or remedy: refund, or remove amount")
	case a.Amount.Minor == 0 && !a.Amount.IsZero():
		r.fail(amount, "nothing is given", "Write how much, or remove amount, so that whoever does the step says it")
	}
	return a
}

func (r *reader) promise(n *node) Promise {
	p := Promise{
		Kind:   PromiseKind(r.word(n, "promise", true, promiseKinds...)),
		What:   r.text(n, "what", false),
		Within: r.span(n, "within"),
		At:     r.name(n, "at", false),
	}
	within, at := n.get("within"), n.get("at")
	switch {
	case within == nil && at == nil:
		r.fail(n, "the promise has no time", "Add within, like within: 1 business day, or at with the id of the question that asks when")
	case within != nil && at != nil:
		r.fail(at, "the promise has two times", "Keep within or at")
	}
	if p.At != "" {
		r.links = append(r.links, link{at, p.At, toTime})
	}
	return p
}

func (r *reader) decide(n *node) Decide {
	d := Decide{Question: r.text(n, "decide", true), On: r.name(n, "on", false), Otherwise: r.target(n, "otherwise", false)}
	if d.On != "" {
		r.links = append(r.links, link{n.get("on"), d.On, toCases})
	}
	if n.get("cases") == nil {
		r.missing(n, "cases", "List the cases, each with case and goto")
	}
	seen := map[string]bool{}
	for _, c := range r.listAt(n, "cases") {
		if !r.mapping(c, caseKeys) {
			continue
		}
		var is string
		if v, ok := r.value(c, "case", true); ok {
			is = strings.TrimSpace(v.text)
			if seen[fold(is)] {
				r.fail(v, quoted(v)+" is there twice", "Keep one of the two")
			}
			seen[fold(is)] = true
		}
		d.Cases = append(d.Cases, Case{is, r.target(c, "goto", true)})
	}
	return d
}

// target reads where a step leads, to be looked up when all steps are known.
func (r *reader) target(n *node, key string, required bool) string {
	v, ok := r.value(n, key, required)
	if !ok {
		return ""
	}
	id := r.asName(v)
	r.links = append(r.links, link{v, id, toStep})
	return id
}
