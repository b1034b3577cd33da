package sop

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// CheckOptions say what the checker may look at besides the files. Nil, and every
// zero field, leaves out what needs it.
type CheckOptions struct {
	Today   Date              // finds overdue reviews
	Article func(string) bool // whether there is an article of that slug: finds dead links
	Problem func(uint64) bool // whether there is a problem of that number: finds dead links
	Before  *Library          // the library as it was published last: finds versions that were not raised
}

// Check returns what deserves a second look in the procedure by itself, in file
// order, without what the file silences. [Library.Check] also compares procedures
// with each other.
func (p *Procedure) Check(o *CheckOptions) []Finding {
	c := checker{p: p}
	if o != nil {
		c.o = *o
	}
	c.alone()
	return c.told(false)
}

// Check returns what deserves a second look in all procedures, each by itself and
// compared with the others, by file and place, without what the files silence. A
// silence that silences nothing is a finding too.
//
// Of several versions of a procedure, all are looked at by themselves and the
// current one is compared. Retired procedures are not looked at.
func (l *Library) Check(o *CheckOptions) []Finding {
	each := map[*Procedure]*checker{}
	for _, p := range l.every {
		if p.Status == Retired {
			continue
		}
		c := &checker{p: p, lib: l}
		if o != nil {
			c.o = *o
		}
		c.alone()
		each[p] = c
	}
	l.compare(each)
	var out []Finding
	for _, p := range l.every {
		if c := each[p]; c != nil {
			out = append(out, c.told(true)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return strings.Compare(a.File, b.File) })
	return out
}

// checker looks through one procedure.
type checker struct {
	p     *Procedure
	lib   *Library // nil: p is looked at by itself
	ways  ways
	o     CheckOptions
	found []Finding
	at    map[string]Position // places by path, made when first asked for

	insides  map[string]inside // by id of what is included
	compared bool              // with the other procedures
}

// alone finds what one file shows by itself.
func (c *checker) alone() {
	c.ways = c.p.ways()
	c.flow()
	c.money()
	c.answers()
	c.wording()
	c.dated()
	c.linked()
}

// tell adds a finding about a place in words, whose step, if any, has an id.
func (c *checker) tell(code, path, step, message, fix string) {
	c.found = append(c.found, Finding{Code: code, Level: levelOf(code), File: c.p.File, Pos: c.place(path), Path: path, Message: message, Fix: fix, step: step})
}

// about is tell for step i and a part of it, "" for the whole step.
func (c *checker) about(code string, i int, part, message, fix string) {
	path := c.p.where(i)
	if part != "" {
		path += ", " + part
	}
	c.tell(code, path, c.p.Steps[i].ID, message, fix)
}

// where names step i in words.
func (p *Procedure) where(i int) string {
	s, _ := itemLabel("steps", i, p.Steps[i].ID)
	return s
}

// place returns where a path leads, or as much of it as the file has.
func (c *checker) place(path string) Position {
	if c.at == nil {
		c.at = map[string]Position{}
		r := &reader{file: c.p.File, lines: 1 << 30}
		if root := r.tree(c.p.source); root != nil {
			root.places(c.at)
		}
	}
	for ; path != ""; path = path[:max(0, strings.LastIndex(path, ", "))] {
		if pos, ok := c.at[path]; ok {
			return pos
		}
	}
	return c.at[""]
}

// places notes where n and all in it stand, by their paths.
func (n *node) places(at map[string]Position) {
	at[n.path()] = n.pos
	for _, item := range n.items {
		item.places(at)
	}
	for _, f := range n.fields {
		f.value.places(at)
	}
}

// told returns what was found, in file order and without what is silenced.
func (c *checker) told(unused bool) []Finding {
	used := make([]bool, len(c.p.Silence))
	silenced := func(f Finding) bool {
		hit := false
		for i, s := range c.p.Silence {
			if s.Code == f.Code && (s.Step == "" || s.Step == f.step) {
				used[i], hit = true, true
			}
		}
		return hit
	}
	out := slices.DeleteFunc(c.found, silenced)
	if unused {
		c.found = out
		for i, s := range c.p.Silence {
			if !used[i] && c.looksFor(s.Code) {
				c.tell(SilenceUnused, fmt.Sprintf("silence, item %d", i+1), "", fmt.Sprintf("there is no finding %s to silence", s.Code), "Remove it")
			}
		}
		out = slices.DeleteFunc(c.found, func(f Finding) bool { return f.Code == SilenceUnused && silenced(f) })
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return out
}

// looksFor reports whether a check with these options can find code.
func (c *checker) looksFor(code string) bool {
	switch code {
	case ReviewOverdue:
		return !c.o.Today.IsZero()
	case VersionNotRaised:
		return c.o.Before != nil
	case DeadArticle:
		return c.o.Article != nil
	case DeadProblem:
		return c.o.Problem != nil
	case LimitsDiffer, SameTrigger, NeedsDiffer, RetiredInUse:
		return c.compared
	case SilenceUnused:
		return false
	}
	return true
}

// dated finds an overdue review and a version that was not raised.
func (c *checker) dated() {
	p := c.p
	if !p.ReviewBy.IsZero() && p.ReviewBy.String() < c.o.Today.String() {
		c.tell(ReviewOverdue, "review_by", "", fmt.Sprintf("this was to be read again by %s", p.ReviewBy), fmt.Sprintf("Ask %s to read it and to set a new date", p.Owner))
	}
	if c.o.Before == nil {
		return
	}
	if old, ok := c.o.Before.Version(p.ID, p.Version); ok && old.Hash != p.Hash && !sameContent(old, p) {
		c.tell(VersionNotRaised, "version", "", fmt.Sprintf("version %d was published with other content", p.Version), fmt.Sprintf("Write version: %d", p.Version+1))
	}
}

// linked finds links to articles and problems that are not there.
func (c *checker) linked() {
	for i, l := range c.p.See {
		path := fmt.Sprintf("see, item %d", i+1)
		if l.Article != "" && c.o.Article != nil && !c.o.Article(l.Article) {
			c.tell(DeadArticle, path+", article", "", fmt.Sprintf("there is no article %q", short(l.Article)), "Write the slug of one that is there, or remove the link")
		}
		if l.Problem != 0 && c.o.Problem != nil && !c.o.Problem(l.Problem) {
			c.tell(DeadProblem, path+", problem", "", fmt.Sprintf("there is no problem %d", l.Problem), "Write the number of one that is there, or remove the link")
		}
	}
	if c.o.Problem == nil {
		return
	}
	for _, t := range c.p.When.tests(nil) {
		for _, v := range t.Values {
			var id uint64
			if t.Field != "problem" || t.Op == Exists {
				continue
			}
			if _, err := fmt.Sscan(v, &id); err == nil && !c.o.Problem(id) {
				c.tell(DeadProblem, "when", "", fmt.Sprintf("there is no problem %d, so this never applies by it", id), "Write the number of one that is there, or compare problem_title")
			}
		}
	}
}

// tests appends every test within c.
func (c Condition) tests(out []*Test) []*Test {
	if c.Test != nil {
		out = append(out, c.Test)
	}
	for _, list := range [][]Condition{c.All, c.Any, c.None} {
		for _, sub := range list {
			out = sub.tests(out)
		}
	}
	return out
}
