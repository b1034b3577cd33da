package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/supportloop/supportloop/tracker/show"
)

// page writes Markdown line by line.
type page struct{ bytes.Buffer }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) heading(level int, text string) {
	p.line("\n%s %s\n", strings.Repeat("#", level), text)
}

// table writes a table whose cells are escaped already, or says that it is empty.
func (p *page) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		p.line("None.")
		return
	}
	p.line("| %s |", strings.Join(head, " | "))
	p.line("|%s", strings.Repeat(" --- |", len(head)))
	for _, r := range rows {
		p.line("| %s |", strings.Join(r, " | "))
	}
}

// fact writes one fact, if there is something to tell.
func (p *page) fact(name, value string) {
	if value != "" {
		p.line("- %s: %s", name, value)
	}
}

// endOfPageOne stands where the first page ends, in Markdown.
const endOfPageOne = "\n---"

func writeMarkdown(w io.Writer, r *Report) error {
	var p page
	p.first(r)
	p.line(endOfPageOne)
	p.totals(r)
	p.problems(r)
	p.outages(r)
	p.topics(r)
	p.suggestions(r)
	p.arrivals(r)
	p.promises(r)
	p.thanks(r)
	p.articles(r)
	p.fellShort(r)
	_, err := w.Write(p.Bytes())
	return err
}

func (p *page) first(r *Report) {
	p.line("# %s\n", show.Markdown(r.Title))
	p.line("%s", r.Period.span())
	if r.Product != "" {
		p.line("of %s", show.Markdown(r.Product))
	}
	p.line("\n%s", r.summary())

	p.heading(2, "What your last decisions did")
	for _, f := range r.PageOne.Fixes {
		p.line("- P%d %s: %s", f.Problem, show.Markdown(f.Title), show.Markdown(f.result(r.Period)))
	}
	if len(r.PageOne.Fixes) == 0 {
		p.line("No problem is marked as fixed in a version yet.")
	}

	p.heading(2, "What matters most")
	for i, m := range r.PageOne.Matters {
		p.line("%d. **P%d %s**", i+1, m.Problem, show.Markdown(m.Title))
		p.line("   %s", m.facts())
		if m.Voice != "" {
			p.line("   > %s", show.Markdown("“"+m.Voice+"”"))
		}
	}
	if len(r.PageOne.Matters) == 0 {
		p.line("No open problem touched a customer.")
	}

	p.heading(2, "The decision asked for")
	if a := r.PageOne.Ask; a != nil {
		p.line("**P%d %s**: %s", a.Problem, show.Markdown(a.Title), show.Markdown(a.Question()))
	} else {
		p.line("None this time.")
	}
}

func (p *page) totals(r *Report) {
	p.heading(2, "The period in numbers")
	row := func(name string, s Size) []string {
		return []string{name, num(s.Contacts), num(s.Answers), num(s.Tickets), num(s.Customers), num(s.Problems), num(s.Confirmed)}
	}
	p.table([]string{"", "contacts", "answers", "tickets", "customers", "problems", "confirmed"},
		[][]string{row("period", r.Totals.Period), row("whole log", r.Totals.Log)})
	p.line("")
	p.fact("channels", counts(r.Totals.Channels))
	p.fact("kinds", counts(r.Totals.Kinds))
	p.fact("tickets closed as", counts(r.Totals.Outcomes))
}

func (p *page) problems(r *Report) {
	p.heading(2, "Problems")
	var rows [][]string
	for _, q := range r.Problems {
		rows = append(rows, []string{fmt.Sprintf("P%d", q.ID), show.Markdown(q.Title), string(q.Status), string(q.Trend), num(q.Weight),
			likely(q.ConfirmedTickets, q.LikelyTickets), num(q.Customers), num(q.Period.Customers), sparkline(q.Weeks)})
	}
	p.table([]string{"id", "title", "status", "trend", "weight", "tickets", "customers", "in the period", fmt.Sprintf("%d weeks", Weeks)}, rows)
	if r.MoreProblems > 0 {
		p.line("\nAnd %d more that weigh less.", r.MoreProblems)
	}
	for _, q := range r.Problems {
		p.problem(q, r.Period)
	}
	if len(r.Fixes) > 0 {
		p.heading(2, "What was fixed")
		for _, f := range r.Fixes {
			p.line("- P%d %s: %s", f.Problem, show.Markdown(f.Title), show.Markdown(f.result(r.Period)))
		}
	}
}

func (p *page) problem(q Problem, in Period) {
	p.heading(3, fmt.Sprintf("P%d %s", q.ID, show.Markdown(q.Title)))
	if q.Voice != "" {
		p.line("> %s\n", show.Markdown("“"+q.Voice+"”"))
	}
	p.fact("in the period", in.impact(q.Period))
	p.fact("first seen", date(q.First))
	p.fact("last seen", date(q.Last))
	p.fact("products", counts(q.Products))
	p.fact("versions", counts(q.Versions))
	p.fact("components", counts(q.Components))
	p.fact("root cause", show.Markdown(q.RootCause))
	p.fact("workaround", show.Markdown(q.Workaround))
	p.fact("resolution", show.Markdown(q.Resolution))
	p.fact("fixed in", show.Markdown(q.FixedIn))
	if !q.Regressed.IsZero() {
		p.fact("came back", date(q.Regressed))
	}
	p.fact("articles", q.articles())
	p.fact("words", words(q.Words))
	p.fact("words that matched", counts(q.Evidence.Words))
	for _, rule := range q.Evidence.Rules {
		p.fact("joined by "+show.Markdown(rule.Name), rule.String())
	}
	if q.Evidence.ByPeople > 0 {
		p.fact("decided by people", num(q.Evidence.ByPeople))
	}
}

func (p *page) outages(r *Report) {
	p.heading(2, "Outages")
	var rows [][]string
	for _, o := range r.Outages {
		rows = append(rows, []string{fmt.Sprint(o.ID), show.Markdown(o.Title), show.Markdown(strings.Join(o.Products, ", ")), o.cause(), show.Markdown(string(o.Phase)), o.began(), o.lasted(), num(o.Updates), num(o.Reopened)})
	}
	p.table([]string{"id", "outage", "affected", "problem", "phase", "began", "lasted", "updates", "came back"}, rows)
	begin := "\n"
	for _, o := range r.Outages {
		if o.Prevention != "" {
			p.line("%s- so that outage %d does not happen again: %s", begin, o.ID, show.Markdown(o.Prevention))
			begin = ""
		}
	}
}

func (p *page) topics(r *Report) {
	p.heading(2, "Topics")
	var rows [][]string
	for _, t := range r.Topics {
		rows = append(rows, []string{show.Markdown(t.Title), num(t.Tickets), r.Period.earlier(t.Before), num(t.Customers), num(t.Problems), words(t.Words)})
	}
	p.table([]string{"topic", "tickets", "before", "customers", "problems", "words"}, rows)
	if r.MoreTopics > 0 {
		p.line("\nAnd %d more that are small or have no name yet.", r.MoreTopics)
	}
}

func (p *page) suggestions(r *Report) {
	p.heading(2, "Suggestions")
	var rows [][]string
	for _, s := range r.Suggestions {
		rows = append(rows, []string{s.name(), show.Markdown(s.Title), num(s.Customers), num(s.Tickets), num(s.New), date(s.First), yes(s.Decided), num(s.Waiting)})
	}
	p.table([]string{"id", "suggestion", "customers", "tickets", "new", "first", "decided", "not told"}, rows)
}

func (p *page) arrivals(r *Report) {
	p.heading(2, "Arrivals")
	p.line("Contacts from customers by the hour at which they came (%s), and the answers promised for them.\n", show.Markdown(r.Arrivals.Zone))
	var rows [][]string
	for _, h := range r.Arrivals.Hours {
		rows = append(rows, []string{fmt.Sprintf("%02d", h.Hour), num(h.Contacts), num(h.Promised), num(h.Broken)})
	}
	p.table([]string{"hour", "contacts", "promised", "not kept in time"}, rows)
	p.line("")
	rows = nil
	for _, d := range r.Arrivals.Weekdays {
		rows = append(rows, []string{d.Day, num(d.Contacts), sparkline(d.Hours)})
	}
	p.table([]string{"weekday", "contacts", "by hour"}, rows)
}

func (p *page) promises(r *Report) {
	p.heading(2, "Promises")
	var rows [][]string
	for _, c := range r.Promises.Kinds {
		rows = append(rows, []string{show.Markdown(string(c.Kind)), num(c.Made), num(c.Kept), num(c.Broken), num(c.Withdrawn), num(c.Open), num(c.Overdue)})
	}
	p.table([]string{"promise", "made", "kept", "broken", "withdrawn", "open", "overdue"}, rows)
	p.line("\n- overdue now: %d", r.Promises.Overdue)
	p.line("- due within a week: %d", r.Promises.DueSoon)
}

func (p *page) thanks(r *Report) {
	p.heading(2, "Thanks")
	p.line("%s from %s.", count(r.Thanks.Contacts, "contact"), count(r.Thanks.Customers, "customer"))
	for _, v := range r.Thanks.Voices {
		p.line("\n> %s", show.Markdown("“"+v+"”"))
	}
}

func (p *page) articles(r *Report) {
	p.heading(2, "Articles")
	p.line("- in use: %d", r.Articles.Articles)
	p.line("- of these validated: %d", r.Articles.Validated)
	p.line("- solved tickets with an article: %s", share(r.Articles.Linked, r.Articles.Solved))
	p.line("- closed by something known: %s", share(r.Articles.Known, r.Articles.Closed()))
	p.line("- in the period: used on %s, drafted from %s, flagged %s", count(r.Articles.Reused, "ticket"), count(r.Articles.Drafted, "ticket"), count(r.Articles.Flagged, "time"))
	for _, a := range r.Articles.Flags {
		p.line("- flagged as wrong or wanting since %s: A%d %s (%s)", date(a.Since), a.ID, show.Markdown(a.Title), count(a.Flags, "flag"))
	}
	for _, a := range r.Articles.Overdue {
		p.line("- review overdue since %s: A%d %s (used %s)", date(a.ReviewBy), a.ID, show.Markdown(a.Title), count(a.Reused, "time"))
	}
	for _, u := range r.Articles.Unwritten {
		p.line("- not written down: P%d %s (%s%s)", u.ID, show.Markdown(u.Title), count(u.Tickets, "ticket"), u.known())
	}
	for _, a := range r.Articles.Unfound {
		p.line("- never used: A%d %s (unchanged since %s)", a.ID, show.Markdown(a.Title), date(a.Updated))
	}
}

func (p *page) fellShort(r *Report) {
	f := r.FellShort
	p.heading(2, "What fell short")
	p.line("- contacts in no problem: %s", share(f.NoProblem, r.Totals.Period.Contacts))
	p.line("- contacts without a version: %s", share(f.NoVersion, r.Totals.Period.Contacts))
	p.line("- contacts whose text was erased: %d", f.Erased)
	p.line("- problems listed without a quote: %d", f.Voiceless)
	p.line("- tickets of the problems listed that nobody confirmed: %d", f.Unjudged)
	for _, c := range f.Flags {
		p.line("- contacts flagged %s: %d", show.Markdown(c.Name), c.Count)
	}
}

func counts(list []Count) string {
	var s []string
	for _, c := range list {
		s = append(s, fmt.Sprintf("%s %d", show.Markdown(c.Name), c.Count))
	}
	return strings.Join(s, ", ")
}

func words(list []string) string {
	var s []string
	for _, w := range list {
		s = append(s, show.Markdown(w))
	}
	return strings.Join(s, ", ")
}

func num(n int) string { return fmt.Sprint(n) }
