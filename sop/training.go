package sop

import (
	"fmt"
	"io"
	"strings"

	"github.com/supportloop/supportloop/tracker/show"
)

// Training writes the procedure as Markdown that a new colleague can learn from: what
// it is for, when it applies, what to find out and why, what one may give, each step
// with where it leads, and where to turn. Steps are numbered as in a [Plan].
func (p *Procedure) Training(w io.Writer) error {
	t := &training{p: p, index: p.index()}
	t.head()
	t.when()
	t.needs()
	t.limits()
	t.steps()
	t.end()
	_, err := io.WriteString(w, t.b.String())
	return err
}

type training struct {
	p     *Procedure
	index stepIndex
	b     strings.Builder
}

func (t *training) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

func (t *training) head() {
	p := t.p
	t.line("# %s\n", show.Markdown(p.Title))
	t.line("%s\n", show.Markdown(p.Purpose))
	note := fmt.Sprintf("%s, version %d, kept by %s", p.ID, p.Version, p.Owner)
	if !p.ReviewBy.IsZero() {
		note += ", to be read again by " + p.ReviewBy.String()
	}
	switch {
	case p.Status == Draft:
		note += ". A draft: not in force yet"
	case p.ReplacedBy != "":
		note += ". No longer in force: see " + p.ReplacedBy
	case p.Status == Retired:
		note += ". No longer in force"
	}
	t.line("%s.\n", show.Markdown(note))
	t.line("The steps are guidance. Do one otherwise when the customer is better served, and say why: that is how the procedure learns.")
}

func (t *training) when() {
	if t.p.When.IsZero() {
		return
	}
	t.line("\n## When it applies\n")
	t.condition(t.p.When, 0)
}

func (t *training) condition(c Condition, depth int) {
	pad := strings.Repeat("  ", depth)
	if c.Test != nil {
		t.line("%s- %s", pad, show.Markdown(c.Test.whole()))
	}
	for _, g := range []struct {
		name string
		list []Condition
	}{{"all of these hold", c.All}, {"at least one of these holds", c.Any}, {"none of these holds", c.None}} {
		if len(g.list) == 0 {
			continue
		}
		t.line("%s- %s:", pad, g.name)
		for _, sub := range g.list {
			t.condition(sub, depth+1)
		}
	}
}

func (t *training) needs() {
	if len(t.p.Needs) == 0 {
		return
	}
	t.line("\n## What to find out\n")
	for _, n := range t.p.Needs {
		s := show.Markdown(n.Ask)
		switch {
		case len(n.Choices) > 0:
			s += ": " + show.Markdown(strings.Join(n.Choices, ", "))
		case n.Type == NeedYesNo:
			s += ": yes or no"
		}
		s += "."
		if n.Why != "" {
			s += " Why: " + sentence(show.Markdown(n.Why))
		}
		if n.Optional {
			s += " It goes on without."
		}
		if !n.ValidFor.IsZero() {
			s += " An answer is good for " + n.ValidFor.String() + "; do not ask again before."
		}
		t.line("- %s", s)
	}
}

func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func (t *training) limits() {
	if len(t.p.Limits) == 0 {
		return
	}
	t.line("\n## What you may give\n")
	for _, l := range t.p.Limits {
		t.line("- %s: a %s of up to %s a %s, without asking anyone.", show.Markdown(l.Role), l.Remedy, l.UpTo, l.Per)
	}
}

func (t *training) steps() {
	t.line("\n## Steps\n")
	for i, s := range t.p.Steps {
		t.line("%d. %s", i+1, t.step(i, s))
		list := func(head string, items []string) {
			for _, item := range items {
				t.line("    - %s%s", head, show.Markdown(item))
			}
		}
		switch a := s.Action.(type) {
		case Tell:
			list("", a.Points)
			list("Stay clear of: ", a.Avoid)
		case Ask:
			for _, id := range a.Needs {
				if n, ok := t.p.Need(id); ok {
					t.line("    - %s", show.Markdown(n.Ask))
				}
			}
		case Escalate:
			list("Bring: ", a.Bring)
		case Decide:
			for _, c := range a.Cases {
				t.line("    - %s: %s", show.Markdown(c.Is), t.to(i, c.Goto))
			}
			if a.Otherwise != "" {
				t.line("    - in any other case: %s", t.to(i, a.Otherwise))
			}
		}
		if t.index.target(i, s.Goto) != i+1 {
			t.line("    - Then %s.", t.to(i, s.Goto))
		}
		if s.Note != "" {
			t.line("\n    *%s*\n", show.Markdown(s.Note))
		}
	}
}

// step says what to do and where it leads.
func (t *training) step(i int, s Step) string {
	var out string
	switch a := s.Action.(type) {
	case Ask:
		out = "**Find out**, unless it is known:"
	case Check:
		return fmt.Sprintf("**Look** whether this is so: %s. Yes: %s; no: %s.", strings.TrimSuffix(show.Markdown(a.Statement), "."), t.to(i, a.Yes), t.to(i, a.No))
	case Tell:
		out = "**Tell**, in your own words:"
	case Act:
		out = "**Do**: " + sentence(show.Markdown(a.Do))
		if a.Remedy != "" {
			out += " This is a " + string(a.Remedy)
			if !a.Amount.IsZero() {
				out += " of " + a.Amount.String()
			}
			out += "."
		}
		if a.By != "" {
			out += " Done by: " + show.Markdown(a.By) + "."
		}
	case Decide:
		return "**Decide**: " + show.Markdown(a.Question) + ":"
	case Escalate:
		out = "**Escalate** to " + show.Markdown(a.To) + ": " + sentence(show.Markdown(a.Reason))
		if !a.Within.IsZero() {
			out += " They answer within " + a.Within.String() + "."
		}
	case Promise:
		s := a.String()
		if n, ok := t.p.Need(a.At); ok {
			s = strings.Replace(s, "at the time in "+a.At, "for the time the customer named ("+n.Ask+")", 1)
		}
		out = "**Promise** " + sentence(show.Markdown(strings.TrimPrefix(s, "promise ")))
	case Wait:
		out = "**Wait** " + sentence(show.Markdown(strings.TrimPrefix(a.String(), "wait ")))
	case Include:
		out = "**Follow** the procedure " + show.Markdown(a.Procedure) + ", then come back here."
	}
	return out
}

// to says where a word in step i leads.
func (t *training) to(i int, name string) string {
	switch n := t.index.target(i, name); {
	case n >= len(t.p.Steps):
		return "you are done"
	case n == i+1:
		return "go on"
	default:
		return fmt.Sprintf("go to step %d", n+1)
	}
}

func (t *training) end() {
	t.line("\n## Done when\n\n%s", show.Markdown(t.p.DoneWhen))
	if len(t.p.Escalation) > 0 {
		t.line("\n## Where to turn\n")
		for _, e := range t.p.Escalation {
			s := show.Markdown(e.To)
			if e.When != "" {
				s += ", when: " + show.Markdown(e.When)
			}
			if !e.Within.IsZero() {
				s += ". They answer within " + e.Within.String()
			}
			t.line("- %s.", strings.TrimSuffix(s, "."))
		}
	}
	if len(t.p.See) > 0 {
		t.line("\n## See also\n")
		for _, l := range t.p.See {
			switch {
			case l.Procedure != "":
				t.line("- the procedure %s", show.Markdown(l.Procedure))
			case l.Article != "":
				t.line("- the article %s", show.Markdown(l.Article))
			default:
				t.line("- problem %d", l.Problem)
			}
		}
	}
}
