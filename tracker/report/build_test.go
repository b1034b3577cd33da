package report_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// shop is a desk whose clock the test sets, and on which people alone decide.
type shop struct {
	*testing.T
	desk *tracker.Tracker
	now  time.Time
	n    int
}

func open(t *testing.T, o tracker.Options) *shop {
	s := &shop{T: t, now: on(1, 1)}
	store := memstore.New()
	o.Now, o.Key, o.NoGrouping = func() time.Time { return s.now }, []byte("test"), true
	desk, err := tracker.New(t.Context(), store, &o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, desk.Close()); require.NoError(t, store.Close()) })
	s.desk = desk.As(tracker.Agent("mia"))
	return s
}

// says logs what a customer says at a time, as a ticket of its own unless c.Ticket is set.
func (s *shop) says(at time.Time, who string, c tracker.Contact) tracker.TicketID {
	s.Helper()
	s.now, s.n = at, s.n+1
	c.Channel, c.From = tracker.Email, who
	c.Source, c.SourceID = "test", fmt.Sprint(s.n)
	r, err := s.desk.Log(s.Context(), c)
	require.NoError(s, err)
	return r.Ticket
}

func (s *shop) same(k, as tracker.TicketID) tracker.ProblemID {
	s.Helper()
	d, err := s.desk.Confirm(s.Context(), k, tracker.Target{Ticket: as})
	require.NoError(s, err)
	return d.Problem
}

func (s *shop) edit(id tracker.ProblemID, fn func(*tracker.Problem)) {
	s.Helper()
	_, err := s.desk.UpdateProblem(s.Context(), id, func(p *tracker.Problem) error { fn(p); return nil })
	require.NoError(s, err)
}

func (s *shop) build(o *report.Options) *report.Report {
	s.Helper()
	r, err := report.Build(s.Context(), s.desk, o)
	require.NoError(s, err)
	return r
}

var people = []string{"Ada Okafor", "Bruno Keller", "Chen Wei", "Dana Lindqvist", "Emre Yildiz", "Farah Haddad", "Goran Petrovic", "Hana Sato"}

func mail(i int) string {
	name := people[i%len(people)]
	return fmt.Sprintf("%s <%s%d@example.org>", name, strings.ToLower(strings.ReplaceAll(name, " ", ".")), i)
}

// outage posts one that was resolved later, and then what prevents it.
func (s *shop) outage(began, ended time.Time, o tracker.Outage, text string) {
	s.Helper()
	s.now = began
	o, err := s.desk.PostOutage(s.Context(), o, "Something is wrong.")
	require.NoError(s, err)
	s.now = ended
	_, err = s.desk.UpdateOutage(s.Context(), o.ID, text, func(o *tracker.Outage) error {
		o.Phase, o.Prevention = tracker.OutageResolved, "A check rings."
		return nil
	})
	require.NoError(s, err)
}

// season is a log of a winter and a spring: one problem that was fixed and came
// back, one that grows, a suggestion, praise, promises and articles.
func season(t *testing.T) *shop {
	s := open(t, tracker.Options{AnswerWithin: 4 * time.Hour})
	at := func(month time.Month, d, hour int) time.Time {
		return on(month, d).Add(time.Duration(hour) * time.Hour)
	}

	// The export stops: four in February, fixed in 2.3, back in March.
	var export []tracker.TicketID
	for i := range 4 {
		export = append(export, s.says(at(2, 3+2*i, 9), mail(i), tracker.Contact{Kind: tracker.Incident, Title: "Export", Version: "2.2",
			Components: []string{"export"}, Text: fmt.Sprintf("Hello Mia,\nmy export stops in the middle of order 48113%02d.\n\nRegards\n%s", i, people[i])}))
	}
	stops := s.same(export[1], export[0])
	for _, k := range export[2:] {
		s.same(k, export[0])
	}
	s.edit(stops, func(p *tracker.Problem) {
		p.Title, p.Status, p.RootCause, p.Workaround, p.FixedIn = "Export stops in the middle", tracker.ProblemResolved, "Pages are counted before the filter.", "Export month by month.", "2.3"
	})
	s.says(at(3, 14, 11), mail(1), tracker.Contact{Kind: tracker.Incident, Ticket: export[1], Version: "2.3.1",
		Text: "It worked for a month and now the export stops again. Priya Raman from our office sees it too."})

	// Charged twice: one in February, then more each week; confirmed by people.
	twice := s.says(at(2, 20, 14), mail(10), tracker.Contact{Kind: tracker.Complaint, Title: "Charged twice", Product: "Shop", Version: "2.3",
		Components: []string{"billing"}, Text: "I was charged twice for the annual plan."})
	var charged tracker.ProblemID
	for i := range 9 {
		kind := tracker.Incident
		if i%4 == 0 {
			kind = tracker.Complaint
		}
		k := s.says(at(3, 20+i, 9+i%3), mail(20+i), tracker.Contact{Kind: kind, Title: "Charged twice", Product: "Shop", Version: "2.3", Components: []string{"billing"},
			Text: fmt.Sprintf("Good morning,\nthe card ending in 4711%04d was charged twice for the annual plan. Call me on +49 170 55512%02d or write to me.\n-- \n%s", i, i, people[i%len(people)])})
		charged = s.same(k, twice)
	}
	s.edit(charged, func(p *tracker.Problem) { p.Title = "Charged twice for the annual plan" })

	// What else comes.
	s.says(at(3, 5, 16), mail(40), tracker.Contact{Kind: tracker.Suggestion, Title: "Dark mode, please, asks Dana Lindqvist", Text: "A dark mode would be kind to my eyes at night."})
	s.says(at(3, 6, 16), mail(41), tracker.Contact{Kind: tracker.Praise, Title: "Thank you", Text: "You called back within the hour, just as you said. Thank you for the quick help!"})
	lost := s.says(at(3, 7, 22), mail(42), tracker.Contact{Kind: tracker.Question, Title: "Where is my invoice?", Text: "I look for the invoice of last month."})
	for p, err := range s.desk.Promises(t.Context(), tracker.PromiseQuery{Ticket: lost}) {
		require.NoError(t, err)
		s.now = at(3, 8, 1)
		_, err = s.desk.SettlePromise(t.Context(), p.ID, tracker.PromiseKept, "")
		require.NoError(t, err)
	}
	_, err := s.desk.CloseTicket(t.Context(), lost, tracker.SolvedAnew, "")
	require.NoError(t, err)
	_, err = s.desk.CreateArticle(t.Context(), tracker.Article{Title: "Exporting large tables", Confidence: tracker.Validated, ReviewBy: on(3, 1), Problems: []tracker.ProblemID{stops}})
	require.NoError(t, err)
	s.now = at(2, 2, 9)
	_, err = s.desk.CreateArticle(t.Context(), tracker.Article{Title: "Fax settings"})
	require.NoError(t, err)
	s.now = at(3, 20, 9)
	require.NoError(t, s.desk.UseArticle(t.Context(), 1, export[0]))
	_, err = s.desk.FlagArticle(t.Context(), 1, export[1], "Priya Raman says that it is wrong.")
	require.NoError(t, err)
	_, err = s.desk.DraftArticle(t.Context(), lost)
	require.NoError(t, err)
	s.outage(at(3, 21, 8), at(3, 21, 10), tracker.Outage{Title: "Payments fail", Products: []string{"Shop"}, Problem: charged}, "The card company answers again, not Priya Raman.")
	s.now = at(3, 28, 18)
	return s
}

func TestBuild(t *testing.T) {
	s := season(t)
	got := written(t, report.Markdown, s.build(&report.Options{Title: "Shop, spring"}))
	path := filepath.Join("testdata", "season.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if d := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
		t.Errorf("run with -update if this is meant (-want +got):\n%s", d)
	}
}

func TestBuildGivesTheSameBytes(t *testing.T) {
	first, second := season(t), season(t)
	for _, f := range report.Formats() {
		want := written(t, f, first.build(nil))
		require.Equal(t, want, written(t, f, first.build(nil)), "the same log, twice: %s", f.Name())
		require.Equal(t, want, written(t, f, second.build(nil)), "the same log, made again: %s", f.Name())
	}
}

func TestNobodyIsNamed(t *testing.T) {
	s := season(t)
	r := s.build(&report.Options{All: true})
	require.NotEmpty(t, r.PageOne.Matters[0].Voice)
	require.NotEmpty(t, r.Thanks.Voices)
	secret := regexp.MustCompile(`(?i)@example|\bmia\b|priya|raman|4711|4811|170|555|` + strings.ToLower(strings.Join(strings.Fields(strings.Join(people, " ")), `\b|\b`)))
	for _, f := range report.Formats() {
		require.Empty(t, secret.FindAllString(written(t, f, r), -1), "customers and agents in %s", f.Name())
	}
}

func TestPeriod(t *testing.T) {
	for _, row := range []struct {
		promise      string
		o            *report.Options
		since, until time.Time
		previous     time.Time
		tickets      int
	}{
		{"four weeks up to the end of today", nil, on(3, 1), on(3, 29), on(2, 1), 12},
		{"everything", &report.Options{All: true}, on(2, 3), on(3, 29), time.Time{}, 17},
		{"what the caller says", &report.Options{Since: on(3, 20), Until: on(3, 22)}, on(3, 20), on(3, 22), on(3, 18), 2},
		{"no further back than the log", &report.Options{Until: on(2, 10)}, on(2, 3), on(2, 10), time.Time{}, 4},
		{"nothing before the log", &report.Options{Until: on(1, 31)}, on(1, 3), on(1, 31), time.Time{}, 0},
	} {
		t.Run(row.promise, func(t *testing.T) {
			r := season(t).build(row.o)
			require.Equal(t, row.since, r.Period.Since)
			require.Equal(t, row.until, r.Period.Until)
			require.Equal(t, row.previous, r.Period.Previous)
			require.Equal(t, row.tickets, r.Totals.Period.Tickets)
		})
	}
	t.Run("an empty log has a period too", func(t *testing.T) {
		p := open(t, tracker.Options{}).build(&report.Options{All: true, Until: on(3, 29)}).Period
		require.Equal(t, on(3, 28), p.Since)
		require.Equal(t, 1, p.Days())
	})
	t.Run("in the zone of the reader", func(t *testing.T) {
		zone := time.FixedZone("Far East", 9*3600)
		r := season(t).build(&report.Options{Zone: zone})
		require.Equal(t, "2025-03-30T00:00:00+09:00", r.Period.Until.Format(time.RFC3339), "18:00 UTC is tomorrow there")
		require.Equal(t, 1, r.Arrivals.Hours[(22+9)%24].Contacts)
	})
	t.Run("that ends before it begins is refused", func(t *testing.T) {
		s := open(t, tracker.Options{})
		_, err := report.Build(t.Context(), s.desk, &report.Options{Since: on(2, 1), Until: on(2, 1)})
		require.ErrorContains(t, err, "set Since to a time before Until")
	})
}

func TestProblems(t *testing.T) {
	r := season(t).build(nil)
	require.Len(t, r.Problems, 2)
	charged, stops := r.Problems[0], r.Problems[1]

	require.Equal(t, report.Escalating, charged.Trend)
	require.Equal(t, report.Impact{Tickets: 9, Customers: 9, Complaints: 3, Contacts: 9, Before: 1}, charged.Period)
	require.Equal(t, []int{0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 7}, charged.Weeks)
	require.Equal(t, 30, charged.Weight, "(9 + 2·3)·2")
	require.Equal(t, []report.Count{{Name: "billing", Count: 10}}, charged.Components)

	require.Equal(t, report.Regressed, stops.Trend)
	require.Equal(t, 4, stops.Customers)
	require.Equal(t, report.Impact{Customers: 1, Contacts: 1, Before: 4}, stops.Period, "who writes again counts, though the ticket is old")
	require.Equal(t, 4, stops.Weight, "1·2·2")
	require.True(t, stops.KnownError)
	require.Equal(t, []report.Fix{{Problem: stops.ID, Title: stops.Title, FixedIn: "2.3", Before: 4, After: 1, Regressed: on(3, 14).Add(11 * time.Hour)}}, r.Fixes)
}

func TestProductCountsItsTicketsOnly(t *testing.T) {
	r := season(t).build(&report.Options{Product: "SHOP"})
	require.Equal(t, 10, r.Totals.Log.Tickets)
	require.Equal(t, 9, r.Totals.Period.Contacts)
	require.Len(t, r.Problems, 1)
	require.Empty(t, r.Suggestions)
	require.Zero(t, r.Thanks.Contacts)
}

func TestEmptyLog(t *testing.T) {
	r := open(t, tracker.Options{}).build(nil)
	require.Nil(t, r.PageOne.Ask)
	for _, f := range report.Formats() {
		require.NotContains(t, written(t, f, r), "null", "lists are empty, not missing: %s", f.Name())
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	s := season(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := report.Build(ctx, s.desk, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// TestPageOneIsShort has everything as long as it can be.
func TestPageOneIsShort(t *testing.T) {
	s := open(t, tracker.Options{})
	long := strings.Repeat("it is so bad ", 60)
	for p := range 8 {
		var first tracker.TicketID
		var problem tracker.ProblemID
		for i := range 3 {
			k := s.says(on(3, 1+p), mail(100*p+i), tracker.Contact{Kind: tracker.Complaint, Title: long, Product: long, Version: "1", Text: long})
			if i > 0 {
				problem = s.same(k, first)
			} else {
				first = k
			}
		}
		s.edit(problem, func(q *tracker.Problem) {
			q.Title, q.Workaround, q.RootCause, q.FixedIn, q.Status = long[:len(long)-p], long, long, "9", tracker.ProblemResolved
		})
		s.says(on(3, 20), mail(100*p), tracker.Contact{Ticket: first, Version: "9", Text: long})
	}
	s.now = on(3, 28)
	r := s.build(&report.Options{Title: long, Product: strings.ToUpper(long)})
	require.Len(t, r.PageOne.Fixes, 3)
	require.Len(t, r.PageOne.Matters, 3)
	for _, m := range r.PageOne.Matters {
		require.NotEmpty(t, m.Voice)
	}

	markdown, _, found := strings.Cut(written(t, report.Markdown, r), "\n---\n")
	require.True(t, found)
	page := written(t, report.HTML, r)
	_, page, _ = strings.Cut(page, `<section class="page-one">`)
	page, _, found = strings.Cut(page, "</section>")
	require.True(t, found)
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	for name, text := range map[string]string{"markdown": markdown, "html": page} {
		n := len(strings.Fields(text))
		require.LessOrEqual(t, n, report.PageOneWords, name)
		require.Greater(t, n, 250, "%s: the texts were long", name)
	}
}

func TestTop(t *testing.T) {
	r := season(t).build(&report.Options{Top: 1})
	require.Len(t, r.Problems, 1)
	require.Equal(t, 1, r.MoreProblems)
}

// crowd is a long log.
func crowd(n int) iter.Seq2[tracker.Contact, error] {
	text := strings.Repeat("The export of my table stops in the middle and I cannot go on with my work. ", 8)
	return func(yield func(tracker.Contact, error) bool) {
		for i := range n {
			c := tracker.Contact{At: on(1, 1).Add(time.Duration(i) * 2 * time.Minute), Channel: tracker.Email, Source: "test", SourceID: fmt.Sprint(i),
				From: mail(i % 20000), Kind: tracker.Incident, Title: "Export", Version: "2.2", Text: text}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	const contacts = 60_000
	desk, err := tracker.New(b.Context(), memstore.New(), &tracker.Options{NoGrouping: true, Now: func() time.Time { return on(3, 28) }})
	require.NoError(b, err)
	defer desk.Close()
	p, err := desk.CreateProblem(b.Context(), tracker.Problem{Title: "Export stops"})
	require.NoError(b, err)
	var tickets []tracker.TicketID
	_, err = desk.Import(b.Context(), crowd(contacts), func(_ tracker.Contact, r tracker.Receipt, err error) {
		require.NoError(b, err)
		tickets = append(tickets, r.Ticket)
	})
	require.NoError(b, err)
	_, err = desk.Move(b.Context(), p.ID, tickets[:2000]...)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		r, err := report.Build(b.Context(), desk, &report.Options{All: true})
		require.NoError(b, err)
		require.Equal(b, contacts, r.Totals.Log.Contacts)
	}
}
