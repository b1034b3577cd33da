package report_test

import (
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
)

func on(month time.Month, day int) time.Time {
	return time.Date(2025, month, day, 0, 0, 0, 0, time.UTC)
}

// sample is a report with something in every part, and with text that every format
// has to be careful about.
func sample() *report.Report {
	hours := make([]report.Hour, 24)
	for h := range hours {
		hours[h].Hour = h
	}
	hours[9] = report.Hour{Hour: 9, Contacts: 31, Promised: 12, Broken: 4}
	hours[14] = report.Hour{Hour: 14, Contacts: 20, Promised: 8}
	var week []report.Weekday
	for i, d := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		w := report.Weekday{Day: d, Hours: make([]int, 24)}
		w.Hours[9], w.Hours[14] = 8-i, max(0, 5-i)
		w.Contacts = w.Hours[9] + w.Hours[14]
		week = append(week, w)
	}
	fixes := []report.Fix{
		{Problem: 4, Title: "Export stops at 1,000 rows", FixedIn: "2.3", Before: 18, After: 7, Regressed: on(3, 14)},
		{Problem: 2, Title: "Login loops on Safari", FixedIn: "2.4", Before: 41, After: 6},
	}
	return &report.Report{
		Format: report.Version,
		Title:  "Problem report",
		Period: report.Period{Since: on(3, 1), Until: on(3, 29), Previous: on(2, 1), Latest: on(3, 28)},
		Totals: report.Totals{
			Log:      report.Size{Contacts: 910, Answers: 640, Tickets: 702, Customers: 511, Problems: 23, Confirmed: 9},
			Period:   report.Size{Contacts: 51, Answers: 44, Tickets: 39, Customers: 36, Problems: 3, Confirmed: 2},
			Channels: []report.Count{{Name: "email", Count: 33}, {Name: "call", Count: 18}},
			Kinds:    []report.Count{{Name: "incident", Count: 40}, {Name: "praise", Count: 6}, {Name: "unknown", Count: 5}},
			Outcomes: []report.Count{{Name: "solved_by_known", Count: 21}},
		},
		PageOne: report.PageOne{
			Fixes: fixes,
			Matters: []report.Matter{
				{Problem: 7, Title: "Charged twice | <b>annual</b> plan", Trend: report.Escalating, Confirmed: true, Customers: 14, Complaints: 3,
					ConfirmedTickets: 12, LikelyTickets: 28, Voice: "I was charged twice & the *second* charge never came back. See [here](javascript:alert(1))."},
				{Problem: 4, Title: "Export stops at 1,000 rows", Trend: report.Regressed, Confirmed: true, Customers: 6,
					ConfirmedTickets: 9, Workaround: true, FixedIn: "2.3", Regressed: on(3, 14), Voice: "It worked for a month and now my file ends in the middle again."},
				{Problem: 11, Title: "App asks to sign in after every call", Trend: report.New, Customers: 4, LikelyTickets: 5},
			},
			Ask: &report.Ask{Problem: 7, Title: "Charged twice | <b>annual</b> plan", Verb: report.FindCause},
		},
		Problems: []report.Problem{
			{
				ID: 7, Title: "Charged twice | <b>annual</b> plan", Words: []string{"charged", "twice", "annual"}, Status: tracker.ProblemAssess,
				Confirmed: true, Trend: report.Escalating, Weight: 40, ConfirmedTickets: 12, LikelyTickets: 28, Customers: 37,
				Period: report.Impact{Tickets: 15, Customers: 14, Complaints: 3, Contacts: 21, Before: 9},
				First:  on(1, 4), Last: on(3, 28), Weeks: []int{0, 0, 1, 1, 2, 2, 1, 3, 2, 3, 1, 8},
				Versions: []report.Count{{Name: "2.4", Count: 11}, {Name: "2.3", Count: 6}}, Components: []report.Count{{Name: "billing", Count: 30}},
				Voice: "I was charged twice & the *second* charge never came back. See [here](javascript:alert(1)).",
				Evidence: report.Evidence{ByPeople: 12,
					Rules: []report.Rule{{Name: "model", Decisions: 24, Lowest: .52, Median: .71, Highest: .93, Threshold: .5}, {Name: "near_copy", Decisions: 4, Lowest: .91, Median: .94, Highest: 1, Threshold: .9}},
					Words: []report.Count{{Name: "charged", Count: 26}, {Name: "twice", Count: 22}}},
			},
			{
				ID: 4, Title: "Export stops at 1,000 rows", Status: tracker.ProblemResolved, Confirmed: true, Trend: report.Regressed, Weight: 24,
				ConfirmedTickets: 9, Customers: 8, Period: report.Impact{Tickets: 6, Customers: 6, Contacts: 7, Before: 18},
				First: on(1, 20), Last: on(3, 27), Weeks: []int{0, 0, 0, 2, 1, 0, 0, 0, 0, 1, 2, 3},
				KnownError: true, RootCause: "The page size is counted before the filter.\nIt was set in two places.", Workaround: "Export month by month.",
				FixedIn: "2.3", Regressed: on(3, 14), Articles: []tracker.ArticleID{3, 12},
				Voice: "It worked for a month and now my file ends in the middle again.", Evidence: report.Evidence{ByPeople: 9},
			},
			{
				ID: 11, Title: "App asks to sign in after every call", Status: tracker.ProblemNew, Trend: report.New, Weight: 4,
				LikelyTickets: 5, Customers: 4, Period: report.Impact{Tickets: 5, Customers: 4, Contacts: 5},
				First: on(3, 20), Last: on(3, 26), Weeks: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3},
				Evidence: report.Evidence{Rules: []report.Rule{{Name: "model", Decisions: 4, Lowest: .55, Median: .6, Highest: .66, Threshold: .5}}},
			},
		},
		MoreProblems: 2,
		Fixes:        fixes,
		Topics:       []report.Topic{{ID: 1, Title: "Billing", Words: []string{"invoice", "charge"}, Tickets: 17, Before: 12, Customers: 15, Problems: 2}},
		MoreTopics:   3,
		Outages: []report.Outage{
			{ID: 2, Title: "Nobody can sign | <b>in</b>", Products: []string{"Shop", "App"}, Problem: 11, Phase: tracker.OutageResolved, Began: on(3, 20).Add(9*time.Hour + 5*time.Minute),
				Minutes: 90, Updates: 4, Reopened: 1, Prevention: "Certificates are renewed a month *before* they run out."},
			{ID: 3, Title: "Invoices are late", Phase: tracker.OutageMonitoring, Began: on(3, 28), Minutes: 45, Updates: 2},
		},
		Suggestions: []report.Suggestion{
			{Problem: 15, Ticket: 80, Title: "Dark mode", Tickets: 9, New: 2, Customers: 9, First: on(1, 7), Waiting: 9},
			{Ticket: 95, Title: "Let two people @share `one` list", Tickets: 1, New: 1, Customers: 1, First: on(3, 9), Decided: true},
		},
		Arrivals: report.Arrivals{Zone: "UTC", Hours: hours, Weekdays: week},
		Promises: report.Promises{Overdue: 2, DueSoon: 5, Kinds: []report.PromiseCount{
			{Kind: tracker.PromiseAnswer, Made: 20, Kept: 14, Broken: 4, Open: 2, Overdue: 1},
			{Kind: tracker.PromiseCallback, Made: 3, Kept: 2, Withdrawn: 1}}},
		Thanks: report.Thanks{Contacts: 6, Customers: 5, Voices: []string{"You called back within the hour, as you said."}},
		Articles: report.Articles{Articles: 14, Validated: 9, Solved: 20, Linked: 13, Known: 9, Anew: 6, Reused: 15, Drafted: 1, Flagged: 2,
			Flags:     []report.Flags{{ID: 12, Title: "Exporting by month", Flags: 2, Since: on(3, 9)}},
			Unfound:   []report.Unfound{{ID: 5, Title: "Fax settings", Updated: on(1, 3)}},
			Overdue:   []report.Overdue{{ID: 3, Title: "Exporting large tables", ReviewBy: on(2, 1), Reused: 17}},
			Unwritten: []report.Unwritten{{ID: 7, Title: "Charged twice | <b>annual</b> plan", Tickets: 40}}},
		FellShort: report.FellShort{NoProblem: 12, NoVersion: 20, Erased: 1, Voiceless: 1, Unjudged: 33,
			Flags: []report.Count{{Name: "text_cut", Count: 2}}},
	}
}
