package sop

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// compare adds what shows only when procedures stand side by side.
func (l *Library) compare(each map[*Procedure]*checker) {
	type place struct {
		p *Procedure
		n int
	}
	limits, triggers, needs := map[string]place{}, map[string]*Procedure{}, map[string]place{}
	for _, p := range l.all {
		c := each[p]
		if c == nil {
			continue
		}
		l.retired(c)
		if p.Status != Active {
			continue
		}
		c.compared = true
		for i, lim := range p.Limits {
			first, ok := limits[limitKey(lim)]
			if !ok {
				limits[limitKey(lim)] = place{p, i}
				continue
			}
			other := first.p.Limits[first.n]
			said := slices.ContainsFunc(first.p.Limits, func(o Limit) bool {
				if limitKey(o) == limitKey(lim) && o.Per == lim.Per {
					other = o
				}
				return limitKey(o) == limitKey(lim) && o.Per == lim.Per && o.UpTo == lim.UpTo
			})
			if !said {
				path, _ := itemLabel("limits", i, "")
				c.tell(LimitsDiffer, path+", up_to", "", fmt.Sprintf("%s may give a %s of up to %s a %s here and %s a %s in %s, so it depends on the file that was opened", lim.Role, lim.Remedy, lim.UpTo, lim.Per, other.UpTo, other.Per, first.p.ID),
					"Write the same sum for the same time, or silence this with the reason why they differ")
			}
		}
		if !p.When.IsZero() {
			key := p.When.String()
			if first, ok := triggers[key]; ok {
				c.tell(SameTrigger, "when", "", fmt.Sprintf("this applies to exactly what %s applies to, so nobody knows which to follow", first.ID), "Make one procedure of them, or say in which case each applies")
			} else {
				triggers[key] = p
			}
		}
		for i, n := range p.Needs {
			first, ok := needs[n.ID]
			if !ok {
				needs[n.ID] = place{p, i}
				continue
			}
			other := first.p.Needs[first.n]
			if (n.ValidFor.IsZero() && other.ValidFor.IsZero()) || other.Type == n.Type && slices.Equal(other.Choices, n.Choices) {
				continue
			}
			path, _ := itemLabel("needs", i, n.ID)
			c.tell(NeedsDiffer, path, "", fmt.Sprintf("%s asks something else under this id, and an answer to the one would be taken for the other", first.p.ID), "Give one of the two questions another id, or make them the same")
		}
	}
}

// limitKey is the same for limits that one role goes by for one remedy.
func limitKey(l Limit) string {
	return strings.Join([]string{fold(l.Role), string(l.Remedy), l.UpTo.Currency}, "\x00")
}

// retired finds links to procedures that are no longer in force.
func (l *Library) retired(c *checker) {
	out := func(id string) (string, bool) {
		p, ok := l.byID[id]
		if !ok || p.Status != Retired {
			return "", false
		}
		if p.ReplacedBy != "" {
			return "Write " + p.ReplacedBy + ", which replaces it", true
		}
		return "Name another, or remove it", true
	}
	for i, s := range c.p.Steps {
		if a, ok := s.Action.(Include); ok {
			if fix, retired := out(a.Procedure); retired {
				c.about(RetiredInUse, i, "include", a.Procedure+" is retired", fix)
			}
		}
	}
	for i, link := range c.p.See {
		if fix, retired := out(link.Procedure); retired {
			c.tell(RetiredInUse, fmt.Sprintf("see, item %d, procedure", i+1), "", link.Procedure+" is retired", fix)
		}
	}
}

// String returns the condition on one line, like
// `all of (kind is "incident"; any of (words has "crash*"; problem is known))`.
func (c Condition) String() string {
	var parts []string
	if c.Test != nil {
		parts = append(parts, c.Test.whole())
	}
	for _, g := range []struct {
		name string
		list []Condition
	}{{"all of", c.All}, {"any of", c.Any}, {"none of", c.None}} {
		if len(g.list) == 0 {
			continue
		}
		subs := make([]string, len(g.list))
		for i, sub := range g.list {
			subs[i] = sub.String()
		}
		parts = append(parts, g.name+" ("+strings.Join(subs, "; ")+")")
	}
	return strings.Join(parts, " and ")
}

// sameContent reports whether two procedures say the same, whatever their files look like.
func sameContent(a, b *Procedure) bool { return reflect.DeepEqual(a.bare(), b.bare()) }

// bare returns a copy without what only the file gives it: places, hash and name.
func (p *Procedure) bare() *Procedure {
	q := *p
	q.Hash, q.File, q.source = "", "", nil
	q.When = q.When.bare()
	q.Needs, q.Limits, q.Steps = slices.Clone(q.Needs), slices.Clone(q.Limits), slices.Clone(q.Steps)
	q.Escalation, q.See, q.Silence = slices.Clone(q.Escalation), slices.Clone(q.See), slices.Clone(q.Silence)
	for i := range q.Needs {
		q.Needs[i].Pos = Position{}
	}
	for i := range q.Limits {
		q.Limits[i].Pos = Position{}
	}
	for i := range q.Steps {
		q.Steps[i].Pos = Position{}
	}
	for i := range q.Escalation {
		q.Escalation[i].Pos = Position{}
	}
	for i := range q.See {
		q.See[i].Pos = Position{}
	}
	for i := range q.Silence {
		q.Silence[i].Pos = Position{}
	}
	return &q
}

func (c Condition) bare() Condition {
	out := Condition{}
	if c.Test != nil {
		out.Test = &Test{Field: c.Test.Field, Op: c.Test.Op, Values: c.Test.Values}
	}
	for _, g := range []struct{ from, to *[]Condition }{{&c.All, &out.All}, {&c.Any, &out.Any}, {&c.None, &out.None}} {
		for _, sub := range *g.from {
			*g.to = append(*g.to, sub.bare())
		}
	}
	return out
}
