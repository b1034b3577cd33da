package sop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// link is a word of a file that names something elsewhere.
type link struct {
	at   *node
	name string
	to   linkKind
}

type linkKind int

const (
	toStep      linkKind = iota
	toNamedStep          // a step, and neither next nor done
	toNeed
	toTime      // a need whose answer is a day or a moment
	toCases     // a need whose answers are the cases of the same step
	toProcedure // looked up by Load
)

// resolve reports the links of a file that lead nowhere.
func (r *reader) resolve() {
	for _, l := range r.links {
		switch {
		case r.full():
			return
		case l.name == "" || l.to == toProcedure:
		case l.to == toStep || l.to == toNamedStep:
			r.resolveStep(l)
		case r.needs[l.name] == nil:
			ids := slices.Sorted(maps.Keys(r.needs))
			r.fail(l.at, fmt.Sprintf("no question is called %q", l.name), listed(l.name, ids, "Add it under needs"))
		case l.to == toTime:
			if t := r.needs[l.name].Type; t != "" && t != NeedDate && t != NeedTime {
				r.fail(l.at, fmt.Sprintf("the question %q is of type %s, which says no time", l.name, t), "Name a question of type date or time")
			}
		case l.to == toCases:
			r.resolveCases(l)
		}
	}
}

func (r *reader) resolveStep(l link) {
	if _, ok := r.steps[l.name]; !ok && (l.to == toNamedStep || l.name != Next && l.name != Done) {
		ids := slices.Sorted(maps.Keys(r.steps))
		if l.to == toNamedStep {
			r.fail(l.at, fmt.Sprintf("no step is called %q", l.name), listed(l.name, ids, "Give a step this id"))
			return
		}
		r.fail(l.at, fmt.Sprintf("no step is called %q", l.name), listed(l.name, append(ids, Next, Done), "Give a step this id"))
	}
}

func (r *reader) resolveCases(l link) {
	need := r.needs[l.name]
	answers := need.Choices
	switch need.Type {
	case "":
		return
	case NeedYesNo:
		answers = []string{"yes", "no"}
	case NeedChoice, NeedChoices:
	default:
		r.fail(l.at, fmt.Sprintf("the question %q is of type %s, which has no cases", l.name, need.Type), "Name a question of type choice, choices or yes_no, or remove on")
		return
	}
	cases := l.at.parent.get("cases")
	if cases == nil || len(answers) == 0 {
		return
	}
	for _, c := range cases.items {
		if r.full() {
			return
		}
		v := c.get("case")
		if v != nil && v.kind == scalar && v.text != "" && !slices.Contains(answers, strings.TrimSpace(v.text)) {
			r.fail(v, fmt.Sprintf("%s is not an answer to the question %q", quoted(v), l.name), "Write one of: "+short(strings.Join(answers, ", ")))
		}
	}
}

// listed says which of some ids may have been meant, or what else to do.
func listed(name string, ids []string, otherwise string) string {
	if near := nearest(name, ids); near != "" {
		return fmt.Sprintf("Write %s, if that is what was meant", near)
	}
	if len(ids) == 0 || len(ids) > 12 {
		return otherwise
	}
	return otherwise + ", or write one of: " + strings.Join(ids, ", ")
}
