package kb

import (
	"fmt"
	"strings"

	"github.com/supportloop/supportloop/tracker/show"
)

// Markdown writes the briefing for people: a numbered list of its lines, each with why
// it is there and what to do. The same briefing gives the same text. Whatever was
// written in a title or a workaround is shown as text and never acts as markup.
func (br Briefing) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Briefing, %s\n\n", br.Now.Format("Mon 2 Jan 2006 15:04"))
	if len(br.Lines) == 0 {
		fmt.Fprintf(&b, "Nothing to know: no outage is open, no known problem comes in, none is new, escalating or back, nothing was fixed since %s, no article is flagged, and no promise is due until %s.\n",
			clock(br.Since, br.Now), clock(br.Until, br.Now))
		return b.String()
	}
	for i, l := range br.Lines {
		indent := strings.Repeat(" ", len(fmt.Sprintf("%d. ", i+1)))
		fmt.Fprintf(&b, "%d. **%s**", i+1, show.Markdown(briefingHeads[l.Kind]+l.Title))
		if l.Problem != 0 {
			fmt.Fprintf(&b, " (P%d)", l.Problem)
		}
		fmt.Fprintf(&b, "\n%s- Why: %s.\n", indent, show.Markdown(l.Why))
		for _, do := range l.Do {
			fmt.Fprintf(&b, "%s- Do: %s\n", indent, show.Markdown(do))
		}
	}
	if br.More > 0 {
		fmt.Fprintf(&b, "\nThere %s %d more, of less weight.\n", have(br.More, "is", "are"), br.More)
	}
	return b.String()
}

var briefingHeads = map[BriefingKind]string{
	BriefingOutage:    "Outage: ",
	BriefingKnown:     "Known: ",
	BriefingRising:    "Look out: ",
	BriefingFixed:     "Fixed: ",
	BriefingRegressed: "Back again: ",
	BriefingFlagged:   "Doubtful: ",
}

// listed are some of n names.
func listed(some []string, n int) string {
	s := strings.Join(some, ", ")
	if more := n - len(some); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// Markdown writes the advice for an agent: what is known, what to ask, what was begun,
// and further what may help, each with its reason. Parts that are empty are left out.
// Whatever was written in a title or a text is shown as text and never acts as markup.
func (a Advice) Markdown() string {
	var b strings.Builder
	title := a.Ticket.Title
	if a.Ticket.Reference != "" {
		title = a.Ticket.Reference + ": " + title
	}
	fmt.Fprintf(&b, "# Advice, %s\n", show.Markdown(title))
	part := func(head string) { fmt.Fprintf(&b, "\n## %s\n\n", head) }
	item := func(what, why string, further ...string) {
		fmt.Fprintf(&b, "- %s", show.Markdown(what))
		if why != "" {
			fmt.Fprintf(&b, " (%s)", show.Markdown(why))
		}
		b.WriteByte('\n')
		for _, f := range further {
			fmt.Fprintf(&b, "  - %s\n", show.Markdown(f))
		}
	}
	if k := a.Problem; k != nil {
		part("Known problem")
		item(fmt.Sprintf("P%d %s", k.Problem.ID, k.Problem.Title), k.Why, k.Do...)
	}
	if len(a.Candidates) > 0 {
		part("It may be")
		for _, c := range a.Candidates {
			what := c.Title
			if p := c.Candidate.Problem; p != 0 {
				what = fmt.Sprintf("P%d %s", p, what)
			}
			item(what, c.Why, c.Do...)
		}
	}
	if len(a.Ask) > 0 {
		part("Ask next")
		for _, q := range a.Ask {
			var tells []string
			for _, t := range q.Tells {
				what := t.Title
				if t.Problem != 0 {
					what = fmt.Sprintf("P%d %s", t.Problem, what)
				}
				tells = append(tells, fmt.Sprintf("%s: speaks for %s, %.0f %% among these", t.Answer, what, 100*t.Chance))
			}
			item(q.Ask, q.Why, tells...)
		}
	}
	if len(a.Runs) > 0 {
		part("Begun")
		for _, r := range a.Runs {
			var next []string
			if r.Next != "" {
				next = append(next, "Next: "+r.Next)
			}
			item(r.Title, fmt.Sprintf("%s, begun %s", r.State, r.Begun.UTC().Format("2 Jan 2006 15:04")), next...)
		}
	}
	if len(a.Procedures) > 0 {
		part("Procedures")
		for _, p := range a.Procedures {
			item(p.Title, p.Why)
		}
	}
	if len(a.Articles) > 0 {
		part("Articles")
		for _, x := range a.Articles {
			item(fmt.Sprintf("%d %s", x.Article.ID, x.Article.Title), x.Why, x.Snippet.Text)
		}
	}
	if len(a.Similar) > 0 {
		part("Solved before")
		for _, s := range a.Similar {
			item(s.Ticket.Reference+" "+s.Ticket.Title, s.Why, s.Ended)
		}
	}
	switch {
	case a.Rebuilding:
		b.WriteString("\nThe search index is being made anew: articles and tickets that only a search finds are missing.\n")
	case a.Problem == nil && len(a.Candidates)+len(a.Articles)+len(a.Procedures)+len(a.Similar)+len(a.Runs) == 0:
		b.WriteString("\nNothing is known about this yet.\n")
	}
	return b.String()
}
