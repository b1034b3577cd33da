package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// PageOneWords is how many words the first page has at most, in every format that is
// made to be read: title, headings and quotes included. Build shortens titles so
// that it holds.
const PageOneWords = 400

const (
	pageFixes    = 3
	pageMatters  = 3
	titleChars   = 90 // of the report's and of problems' titles on page one
	titleWords   = 12
	versionChars = 30
)

// PageOne is what somebody reads who reads one page: what came of the last
// decisions, what matters most, and the one thing to decide next.
type PageOne struct {
	Fixes   []Fix    `json:"fixes"`   // the first three of [Report.Fixes]
	Matters []Matter `json:"matters"` // the first three of [Report.Problems] that wait for something
	Ask     *Ask     `json:"ask,omitempty"`
}

// Matter is a problem as page one shows it.
type Matter struct {
	Problem          tracker.ProblemID `json:"problem"`
	Title            string            `json:"title"`
	Trend            Trend             `json:"trend"`
	Confirmed        bool              `json:"confirmed"`
	Customers        int               `json:"customers"`  // in the period
	Complaints       int               `json:"complaints"` // in the period
	ConfirmedTickets int               `json:"confirmed_tickets"`
	LikelyTickets    int               `json:"likely_tickets"`
	Workaround       bool              `json:"workaround"`
	FixedIn          string            `json:"fixed_in,omitempty"`
	Regressed        time.Time         `json:"regressed,omitzero"`
	Voice            string            `json:"voice,omitempty"`
}

// Ask is the one decision that the report asks for. It is about the first of the
// matters.
type Ask struct {
	Problem tracker.ProblemID `json:"problem"`
	Title   string            `json:"title"`
	Verb    Verb              `json:"verb"`
	FixedIn string            `json:"fixed_in,omitempty"`
}

// Verb is what there is to decide about a problem. The first that applies is asked.
type Verb string

const (
	Reopen      Verb = "reopen"       // it came back after it was fixed
	Judge       Verb = "judge"        // nobody has confirmed that its tickets have one cause
	Release     Verb = "release"      // the fix is being made, for a version that is named
	NameVersion Verb = "name_version" // the fix is being made, for no version yet
	Repair      Verb = "fix"          // the cause is known, nobody works on it
	FindCause   Verb = "find_cause"   // the cause is not known
)

// pageOne takes from a report, whose other parts are complete, what its first page
// shows.
func pageOne(r *Report) PageOne {
	p := PageOne{Fixes: []Fix{}, Matters: []Matter{}}
	for _, f := range r.Fixes[:min(pageFixes, len(r.Fixes))] {
		f.Title, f.FixedIn = clip(f.Title, titleChars, titleWords), clip(f.FixedIn, versionChars, 1)
		p.Fixes = append(p.Fixes, f)
	}
	for _, q := range r.Problems {
		if len(p.Matters) == pageMatters {
			break
		}
		if !q.waits() || q.Weight == 0 {
			continue
		}
		m := Matter{
			Problem: q.ID, Title: clip(q.Title, titleChars, titleWords), Trend: q.Trend, Confirmed: q.Confirmed,
			Customers: q.Period.Customers, Complaints: q.Period.Complaints,
			ConfirmedTickets: q.ConfirmedTickets, LikelyTickets: q.LikelyTickets,
			Workaround: q.Workaround != "", FixedIn: clip(q.FixedIn, versionChars, 1), Regressed: q.Regressed, Voice: q.Voice,
		}
		if p.Ask == nil {
			p.Ask = &Ask{Problem: m.Problem, Title: m.Title, Verb: ask(q), FixedIn: m.FixedIn}
		}
		p.Matters = append(p.Matters, m)
	}
	return p
}

// waits reports whether something is left to do about p: it is neither resolved nor
// closed, or it came back.
func (p Problem) waits() bool {
	done := p.Status == tracker.ProblemResolved || p.Status == tracker.ProblemClosed
	return !done || p.Trend == Regressed
}

func ask(p Problem) Verb {
	switch {
	case p.Trend == Regressed:
		return Reopen
	case !p.Confirmed:
		return Judge
	case p.Status == tracker.ProblemFixInProgress && p.FixedIn != "":
		return Release
	case p.Status == tracker.ProblemFixInProgress:
		return NameVersion
	case p.RootCause != "" || p.Status == tracker.ProblemRootCause:
		return Repair
	}
	return FindCause
}

// Question is the decision in words, without the problem's title.
func (a Ask) Question() string {
	switch a.Verb {
	case Reopen:
		return fmt.Sprintf("It was to be gone with %s and is not. Mend it anew and name the version, or say which version customers need.", a.FixedIn)
	case Judge:
		return "The machine proposes it; nobody has looked yet. Is it one cause? Confirm it, split it, or reject it."
	case Release:
		return fmt.Sprintf("The fix is promised with %s. When does it reach customers?", a.FixedIn)
	case NameVersion:
		return "A fix is being made. Name the version it comes with, so that customers can be told."
	case Repair:
		return "The cause is known and nobody works on it. Fix it, or decline and say why."
	}
	return "The cause is not known. Name who looks for it, or decline and say why."
}

// result is what came of a fix, in words.
func (f Fix) result(p Period) string {
	var s strings.Builder
	fmt.Fprintf(&s, "fixed in %s: ", f.FixedIn)
	if p.Previous.IsZero() {
		fmt.Fprintf(&s, "%s in the period", count(f.After, "contact"))
	} else {
		fmt.Fprintf(&s, "%s in the %s before, %d in the period", count(f.Before, "contact"), count(p.Days(), "day"), f.After)
	}
	if !f.Regressed.IsZero() {
		fmt.Fprintf(&s, "; it came back on %s", date(f.Regressed))
	}
	return s.String() + "."
}

// facts are what m's rank rests on, in words.
func (m Matter) facts() string {
	s := []string{count(m.Customers, "customer") + " in the period"}
	if m.Complaints > 0 {
		s = append(s, count(m.Complaints, "complaint"))
	}
	s = append(s, string(m.Trend), likely(m.ConfirmedTickets, m.LikelyTickets)+" tickets")
	if !m.Confirmed {
		s = append(s, "proposed by the machine")
	}
	if m.Workaround {
		s = append(s, "workaround known")
	} else {
		s = append(s, "no workaround")
	}
	return strings.Join(s, ", ") + "."
}

func likely(confirmed, likely int) string {
	switch {
	case likely == 0:
		return fmt.Sprintf("%d confirmed", confirmed)
	case confirmed == 0:
		return fmt.Sprintf("%d likely", likely)
	}
	return fmt.Sprintf("%d confirmed + %d likely", confirmed, likely)
}

// summary is the log and the period in one sentence each.
func (r *Report) summary() string {
	s := fmt.Sprintf("%s from %s on %s.", count(r.Totals.Period.Contacts, "contact"),
		count(r.Totals.Period.Customers, "customer"), count(r.Totals.Period.Tickets, "new ticket"))
	s += fmt.Sprintf(" %s among them, %d confirmed by people.", count(r.Totals.Period.Problems, "problem"), r.Totals.Period.Confirmed)
	if r.Totals.Period.Contacts == 0 && !r.Period.Latest.IsZero() {
		s = fmt.Sprintf("No contact in the period; the last one before came on %s.", date(r.Period.Latest))
	}
	return s
}

// span is the period in words: its first and its last day.
func (p Period) span() string {
	return fmt.Sprintf("%s to %s (%s)", date(p.Since), date(p.Until.Add(-time.Nanosecond)), count(p.Days(), "day"))
}

func date(t time.Time) string { return t.Format(time.DateOnly) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
