package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

var noon = time.Date(2025, 3, 10, 12, 0, 0, 0, time.UTC)

// taken is a tally with problem 1, to which tickets 1 to 3 of three customers belong,
// and ticket 4 of the first one.
func taken() *tally {
	t := newTally(noon.AddDate(0, 1, 0), "", time.UTC)
	t.problem(tracker.Problem{ID: 1, Words: []string{"Export"}})
	t.problem(tracker.Problem{ID: 2, MergedInto: 1})
	for id, customer := range map[tracker.TicketID]tracker.CustomerID{1: 1, 2: 2, 3: 3, 4: 1} {
		t.ticket(tracker.Ticket{ID: id, Customer: customer, Problem: 1, Opened: noon})
	}
	t.period = Options{All: true, Until: t.until, Zone: time.UTC}.period(noon)
	return t
}

func TestEvidence(t *testing.T) {
	machine := tracker.Actor{Kind: tracker.ActorMachine, Name: "cluster/1"}
	join := func(k, with tracker.TicketID, score float64, words ...string) tracker.Decision {
		d := tracker.Decision{Actor: machine, At: noon, Verb: tracker.VerbLink, Problem: 1, Ticket: k, With: with, Rule: "model", Score: score, Threshold: .5}
		for _, w := range words {
			d.Why = append(d.Why, tracker.Reason{Word: w, Weight: .1})
		}
		return d
	}
	undone := join(3, 1, .99, "undone")
	undone.UndoneBy = 9
	merged := join(3, 1, .6, "empty")
	merged.Problem = 2

	for _, row := range []struct {
		promise   string
		decisions []tracker.Decision
		want      Evidence
	}{
		{"the machine's scores are summed up by rule", []tracker.Decision{join(2, 1, .9), join(3, 1, .555), join(3, 2, .7)},
			Evidence{Rules: []Rule{{Name: "model", Decisions: 3, Lowest: .56, Median: .7, Highest: .9, Threshold: .5}}, Words: []Count{}}},
		{"people are counted, not named", []tracker.Decision{{Actor: tracker.Agent("mia"), At: noon, Verb: tracker.VerbConfirm, Problem: 1, Ticket: 2}},
			Evidence{ByPeople: 1, Words: []Count{}}},
		{"words that two customers share are shown, in any case", []tracker.Decision{join(2, 1, .6, "Empty"), join(3, 1, .6, "empty")},
			Evidence{Rules: []Rule{{"model", 2, .6, .6, .6, .5}}, Words: []Count{{"Empty", 2}}}},
		{"a word of one customer's alone may be their name", []tracker.Decision{join(4, 1, .6, "okafor")},
			Evidence{Rules: []Rule{{"model", 1, .6, .6, .6, .5}}, Words: []Count{}}},
		{"unless it is one of the problem's words", []tracker.Decision{join(4, 1, .6, "export")},
			Evidence{Rules: []Rule{{"model", 1, .6, .6, .6, .5}}, Words: []Count{{"export", 1}}}},
		{"what identifies is never shown", []tracker.Decision{join(2, 1, .6, "ada@x.example", "4711823", "E1234")},
			Evidence{Rules: []Rule{{"model", 1, .6, .6, .6, .5}}, Words: []Count{{"E1234", 1}}}},
		{"what was undone is no evidence", []tracker.Decision{undone}, Evidence{Words: []Count{}}},
		{"what was decided about a problem merged into it is", []tracker.Decision{merged},
			Evidence{Rules: []Rule{{"model", 1, .6, .6, .6, .5}}, Words: []Count{{"empty", 1}}}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tally := taken()
			for _, d := range row.decisions {
				tally.decision(d)
			}
			require.Equal(t, row.want, tally.problems[1].evidence.result([]string{"Export"}))
		})
	}
}

func TestCandidatesAreTheLatestOfDifferentPeople(t *testing.T) {
	var s candidates
	for i := range 20 {
		s.offer(candidate{contact: tracker.ContactID(i), who: person(i % 9), seen: noon.Add(time.Duration(i*7%20) * time.Hour)})
	}
	require.Len(t, s, mostVoices)
	seen := map[person]bool{}
	for i, c := range s {
		require.False(t, seen[c.who], "one person, two voices")
		seen[c.who] = true
		require.True(t, i == 0 || c.seen.Before(s[i-1].seen), "the latest first")
	}
}

func TestPraiseIsCountedInNeitherTime(t *testing.T) {
	tally := newTally(noon.AddDate(0, 0, 1), "", time.UTC)
	tally.problem(tracker.Problem{ID: 1, FixedIn: "2", Status: tracker.ProblemResolved})
	said := []time.Time{noon, noon.AddDate(0, 0, -8)}
	for i, at := range said {
		tally.ticket(tracker.Ticket{ID: tracker.TicketID(i + 1), Customer: 1, Problem: 1, Opened: at})
	}
	tally.period = Options{Until: tally.until, Since: noon.AddDate(0, 0, -7), Zone: time.UTC}.period(tally.first())
	for i, at := range said {
		for _, kind := range []tracker.Kind{tracker.Incident, tracker.Praise, tracker.Praise} {
			tally.contact(tracker.Contact{Ticket: tracker.TicketID(i + 1), Kind: kind, At: at, LoggedAt: at})
		}
	}
	f := tally.fixes(1)[0]
	require.Equal(t, []int{1, 1}, []int{f.Before, f.After}, "what is compared is counted alike")
}

func TestTopicsHaveNames(t *testing.T) {
	tally := newTally(noon.AddDate(0, 0, 1), "", time.UTC)
	for id, title := range map[tracker.TopicID]string{1: "", 2: "billing", 3: "login", 4: "never used"} {
		tally.topic(tracker.Topic{ID: id, Title: title})
	}
	for i, topic := range []tracker.TopicID{1, 1, 2, 3, 3} {
		tally.ticket(tracker.Ticket{ID: tracker.TicketID(i + 1), Customer: 1, Topic: topic, Opened: noon})
	}
	tally.period = Options{Until: tally.until, Since: noon.AddDate(0, 0, -7), Zone: time.UTC}.period(tally.first())
	list, more := tally.topicList(1)
	require.Equal(t, []Topic{{ID: 3, Title: "login", Tickets: 2, Customers: 1}}, list)
	require.Equal(t, 2, more, "one without a name, one beyond the first")
}

// A number that nothing stands behind is not written as a 0.
func TestNothingToCompareWith(t *testing.T) {
	in := Period{Since: noon, Until: noon.AddDate(0, 0, 7)}
	i := Impact{Customers: 2, Tickets: 2, Contacts: 3, Before: 1}
	require.Equal(t, "2 customers, 0 complaints, 2 new tickets, 3 contacts", in.impact(i))
	require.Empty(t, in.earlier(0))
	in.Previous = noon.AddDate(0, 0, -7)
	require.Equal(t, "2 customers, 0 complaints, 2 new tickets, 3 contacts (1 in the time before)", in.impact(i))
	require.Equal(t, "0", in.earlier(0))
}

func TestSuggestionsAreCountedByCustomer(t *testing.T) {
	tally := newTally(noon.AddDate(0, 0, 1), "", time.UTC)
	tally.problem(tracker.Problem{ID: 1, Title: "Dark mode", Status: tracker.ProblemNew})
	tally.problem(tracker.Problem{ID: 2, Title: "Done long ago", Status: tracker.ProblemResolved})
	ago := func(days int) time.Time { return noon.AddDate(0, 0, -days) }
	for _, k := range []tracker.Ticket{
		{ID: 1, Customer: 1, Problem: 1, Opened: ago(40)},
		{ID: 2, Customer: 1, Problem: 1, Opened: ago(30)},
		{ID: 3, Customer: 2, Problem: 1, Opened: ago(1), Status: tracker.StatusClosed},
		{ID: 4, Customer: 3, Opened: ago(2), Title: "Share a list"},
		{ID: 5, Customer: 4, Opened: ago(50), Title: "Settled before the period", Status: tracker.StatusClosed},
		{ID: 6, Customer: 5, Problem: 2, Opened: ago(50), Status: tracker.StatusSolved},
		{ID: 7, Customer: 6, Opened: ago(50), Title: "Never answered"},
	} {
		k.Kind = tracker.Suggestion
		tally.ticket(k)
	}
	tally.period = Options{Until: tally.until, Since: ago(27), Zone: time.UTC}.period(tally.first())
	var got []Suggestion
	for _, s := range tally.suggestions(10) {
		got = append(got, s.Suggestion)
	}
	require.Equal(t, []Suggestion{
		{Problem: 1, Ticket: 1, Title: "Dark mode", Tickets: 3, New: 1, Customers: 2, First: ago(40), Waiting: 2},
		{Ticket: 7, Title: "Never answered", Tickets: 1, Customers: 1, First: ago(50), Waiting: 1},
		{Ticket: 4, Title: "Share a list", Tickets: 1, New: 1, Customers: 1, First: ago(2), Waiting: 1},
	}, got)
}

func TestPerDayCountsPeopleOnceADay(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	// The night of 30 March 2025 has no third hour in Paris.
	until := time.Date(2025, 4, 1, 0, 0, 0, 0, paris)
	p := &problemTally{}
	for _, v := range []struct {
		day, hour int
		who       person
	}{{29, 23, 1}, {29, 1, 1}, {29, 5, 2}, {30, 0, 1}, {31, 23, 3}} {
		p.visits = append(p.visits, visit{opened: time.Date(2025, 3, v.day, v.hour, 30, 0, 0, paris), who: v.who})
	}
	p.visits = append(p.visits, visit{opened: time.Date(2025, 3, 20, 9, 0, 0, 0, paris), who: 9, praise: true})
	require.Equal(t, []int{2, 1, 1}, p.perDay(until, paris))
	require.Equal(t, 3, p.weeks(until)[Weeks-1])
}

func TestPromises(t *testing.T) {
	tally := taken()
	for _, p := range []tracker.Promise{
		{Ticket: 1, Kind: tracker.PromiseAnswer, Made: noon, Due: noon.Add(time.Hour), State: tracker.PromiseKept},
		{Ticket: 1, Kind: tracker.PromiseAnswer, Made: noon, Due: noon.Add(time.Hour), State: tracker.PromiseBroken},
		{Ticket: 1, Kind: tracker.PromiseAnswer, Made: noon, Due: noon.Add(time.Hour), State: tracker.PromiseOpen},
		{Ticket: 2, Kind: tracker.PromiseCallback, Made: noon, Due: noon.Add(48 * time.Hour), State: tracker.PromiseOpen},
		{Ticket: 2, Kind: tracker.PromiseCallback, Made: noon, Due: noon.Add(time.Hour), State: tracker.PromiseWithdrawn},
		{Ticket: 3, Kind: tracker.PromiseUpdate, Made: noon.AddDate(-1, 0, 0), Due: noon.AddDate(-1, 0, 1), State: tracker.PromiseOpen},
		{Ticket: 99, Kind: tracker.PromiseUpdate, Made: noon, Due: noon, State: tracker.PromiseOpen},
	} {
		tally.promise(p, noon.Add(24*time.Hour))
	}
	require.Equal(t, Promises{Overdue: 2, DueSoon: 1, Kinds: []PromiseCount{
		{Kind: tracker.PromiseAnswer, Made: 3, Kept: 1, Broken: 1, Open: 1, Overdue: 1},
		{Kind: tracker.PromiseCallback, Made: 2, Withdrawn: 1, Open: 1},
	}}, tally.promiseCounts(), "a promise made before the period counts only while it is open; of a ticket left out, never")
	require.Equal(t, Hour{Hour: 12, Promised: 3, Broken: 2}, tally.arrivals().Hours[12])
}

func TestAsk(t *testing.T) {
	for _, row := range []struct {
		promise string
		problem Problem
		want    Verb
	}{
		{"what came back is reopened, whoever confirmed it", Problem{Trend: Regressed, FixedIn: "2"}, Reopen},
		{"what the machine proposes is judged first", Problem{RootCause: "x", Status: tracker.ProblemFixInProgress}, Judge},
		{"a fix for a version is released", Problem{Confirmed: true, Status: tracker.ProblemFixInProgress, FixedIn: "2"}, Release},
		{"a fix for none gets one", Problem{Confirmed: true, Status: tracker.ProblemFixInProgress}, NameVersion},
		{"a known cause is fixed", Problem{Confirmed: true, RootCause: "x"}, Repair},
		{"an unknown one is looked for", Problem{Confirmed: true, Workaround: "x"}, FindCause},
	} {
		t.Run(row.promise, func(t *testing.T) {
			require.Equal(t, row.want, ask(row.problem))
			require.NotEmpty(t, Ask{Verb: row.want}.Question())
		})
	}
}
