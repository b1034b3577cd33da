package sop

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Placeholder is how a text names an answer: the id of its question in braces.
var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_-]*)\}`)

// part is a text of a step and where it stands.
type part struct {
	path string // within the step
	text string
}

// parts returns the texts of a step. Of what is told, what to avoid is apart.
func (s Step) parts() (said, avoid []part) {
	add := func(path string, texts ...string) {
		for i, t := range texts {
			at := path
			if len(texts) > 1 {
				at = fmt.Sprintf("%s, item %d", path, i+1)
			}
			if t != "" {
				said = append(said, part{at, t})
			}
		}
	}
	switch a := s.Action.(type) {
	case Check:
		add("check", a.Statement)
	case Tell:
		add("tell", a.Points...)
		tell := said
		said = nil
		add("avoid", a.Avoid...)
		said, avoid = tell, said
	case Act:
		add("act", a.Do)
	case Decide:
		add("decide", a.Question)
	case Escalate:
		add("reason", a.Reason)
		add("bring", a.Bring...)
	case Promise:
		add("what", a.What)
	case Wait:
		add("for", a.For)
	}
	add("note", s.Note)
	return said, avoid
}

// asks reports whether step i asks the question, or may do so in what it includes.
func (c *checker) asks(i int, need string) bool {
	switch a := c.p.Steps[i].Action.(type) {
	case Ask:
		return slices.Contains(a.Needs, need)
	case Include:
		in := c.inside(a.Procedure)
		return !in.known || in.asks[need]
	}
	return false
}

// inside is what following a procedure brings, with those it includes.
type inside struct {
	known bool // the procedure is there to be looked at
	asks  map[string]bool
	news  bool // it asks, looks or waits
}

func (c *checker) inside(id string) inside {
	if in, ok := c.insides[id]; ok {
		return in
	}
	in := inside{known: c.lib != nil, asks: map[string]bool{}}
	seen := map[string]bool{}
	var look func(id string)
	look = func(id string) {
		if seen[id] || c.lib == nil {
			return
		}
		seen[id] = true
		p, ok := c.lib.Procedure(id)
		if !ok {
			in.known = false
			return
		}
		for _, s := range p.Steps {
			switch a := s.Action.(type) {
			case Include:
				look(a.Procedure)
			case Ask:
				for _, need := range a.Needs {
					in.asks[need] = true
				}
			}
			in.news = in.news || news(s.Action)
		}
	}
	look(id)
	if c.insides == nil {
		c.insides = map[string]inside{}
	}
	c.insides[id] = in
	return in
}

// uses returns the question whose answer step i goes by, and under which key.
func (p *Procedure) uses(i int) (need, key string) {
	switch a := p.Steps[i].Action.(type) {
	case Decide:
		return a.On, "on"
	case Promise:
		return a.At, "at"
	}
	return "", ""
}

// answers finds questions that are not asked, not used or asked too late.
func (c *checker) answers() {
	p := c.p
	asked, used := map[string]bool{}, map[string]bool{}
	for i, s := range p.Steps {
		if a, ok := s.Action.(Ask); ok {
			for _, need := range a.Needs {
				asked[need] = true
			}
		}
		need, _ := p.uses(i)
		used[need] = true
		said, avoid := s.parts()
		for _, t := range append(said, avoid...) {
			c.placeholders(t, i, used)
		}
		switch a := s.Action.(type) {
		case Escalate:
			c.placeholders(part{"escalate", a.To}, i, used)
		case Decide:
			for j, answer := range a.Cases {
				label, _ := itemLabel("cases", j, "")
				c.placeholders(part{label + ", case", answer.Is}, i, used)
			}
		case Include:
			in := c.inside(a.Procedure)
			for _, n := range p.Needs {
				if !in.known || in.asks[n.ID] {
					asked[n.ID], used[n.ID] = true, used[n.ID] || in.known
				}
			}
		}
	}
	c.placeholders(part{"done_when", p.DoneWhen}, -1, used)
	for i, n := range p.Needs {
		path, _ := itemLabel("needs", i, n.ID)
		c.placeholders(part{path + ", ask", n.Ask}, -1, used)
		c.placeholders(part{path + ", why", n.Why}, -1, used)
	}
	for i, e := range p.Escalation {
		path, _ := itemLabel("escalation", i, "")
		c.placeholders(part{path + ", to", e.To}, -1, used)
		c.placeholders(part{path + ", when", e.When}, -1, used)
	}
	for i, n := range p.Needs {
		path, _ := itemLabel("needs", i, n.ID)
		switch {
		case !asked[n.ID]:
			c.tell(NeedNeverAsked, path, "", "no step asks this", fmt.Sprintf("Add a step with ask: %s, or remove the question", n.ID))
		case !used[n.ID] && n.Why == "" && n.Type != NeedText:
			c.tell(AnswerNeverUsed, path, "", "this is asked and nothing depends on the answer; a customer's time is spent on it", fmt.Sprintf("Use it by on or at, write {%s} where a text speaks of it, say why it is asked, or drop it", n.ID))
		}
		if asked[n.ID] && used[n.ID] {
			c.tooLate(n.ID)
		}
	}
}

// tooLate finds steps that go by an answer and can be reached before it was asked for.
func (c *checker) tooLate(need string) {
	early := c.ways.reach(0, func(i int) bool { return c.asks(i, need) })
	for i := range c.p.Steps {
		if name, key := c.p.uses(i); name == need && early[i] {
			c.about(UsedBeforeAsked, i, key, fmt.Sprintf("a way leads here on which %q was not asked yet", need), "Ask it on every way that leads here")
		}
	}
}

func (c *checker) placeholders(t part, step int, used map[string]bool) {
	if !strings.Contains(t.text, "{") {
		return
	}
	for _, m := range placeholder.FindAllStringSubmatch(t.text, -1) {
		used[m[1]] = true
		if _, ok := c.p.Need(m[1]); ok {
			continue
		}
		message, fix := fmt.Sprintf("%s names an answer and no question is called so", m[0]), "Write the id of a question, or leave the braces out"
		if step < 0 {
			c.tell(UnknownPlaceholder, t.path, "", message, fix)
		} else {
			c.about(UnknownPlaceholder, step, t.path, message, fix)
		}
	}
}
