package kb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// What a day may bring, and whether everyone is told.
func TestBriefingTells(t *testing.T) {
	for _, row := range []struct {
		promise string
		happens func(*team)
		kinds   []kb.BriefingKind
		why, do string // of the first line
	}{
		{"an empty log is nothing to know", func(*team) {}, nil, "", ""},
		{
			"a problem that customers come with and that can be answered", func(d *team) {
				d.problem(tracker.Problem{Title: "Jam", Workaround: "Open the tray."}, hours(30, 3, 2)...)
			}, []kb.BriefingKind{kb.BriefingKnown},
			"new: 3 customers within 7 days, 2 of them since 9 Apr 12:00; 3 tickets of 3 customers in all, since 9 Apr 06:00", "Workaround: Open the tray.",
		},
		{
			"one that nobody comes with any more is not", func(d *team) {
				d.problem(tracker.Problem{Title: "Jam", Workaround: "Open the tray."}, hours(24*9)...)
			}, nil, "", "",
		},
		{
			"a new one without an answer is, from two customers on", func(d *team) {
				d.problem(tracker.Problem{Title: "Jam"}, hours(5, 4)...)
				d.problem(tracker.Problem{Title: "Smoke"}, hours(5)...)
			}, []kb.BriefingKind{kb.BriefingRising}, "new: 2 customers within 7 days", "No answer is known yet",
		},
		{
			"an old one without an answer is, when more come than ever", func(d *team) {
				d.problem(tracker.Problem{Title: "Jam"}, hours(24*40, 24*3, 24*2, 24, 5)...)
				d.problem(tracker.Problem{Title: "As ever"}, hours(24*30, 24*23, 24*16, 24*9, 24*2)...)
			}, []kb.BriefingKind{kb.BriefingRising}, "escalating: 4 customers within 7 days, 2 of them since 9 Apr 12:00, more than before", "",
		},
		{
			"the same customer again is no more customers", func(d *team) {
				p, _ := d.problem(tracker.Problem{Title: "Jam"})
				for range 5 {
					d.ticket(p.ID, time.Hour, tracker.Contact{From: "ada@example.org"})
				}
			}, nil, "", "",
		},
		{
			"what was resolved since yesterday, with those who wait", func(d *team) {
				p, rs := d.problem(tracker.Problem{Title: "Jam", FixedIn: "4.3"}, hours(24*40, 24*39)...)
				_, err := d.Tracker.CloseTicket(d.Context(), rs[0].Ticket, tracker.SolvedAnew, "")
				require.NoError(d, err)
				d.edit(p.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
			}, []kb.BriefingKind{kb.BriefingFixed}, "resolved 12:00; ", "Tell the customers who wait: ",
		},
		{
			"what was resolved before yesterday no more", func(d *team) {
				p, _ := d.problem(tracker.Problem{Title: "Jam"}, hours(24*40)...)
				d.now = noon.Add(-25 * time.Hour)
				d.edit(p.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
				d.now = noon
			}, nil, "", "",
		},
		{
			"what was fixed and is back", func(d *team) {
				p, _ := d.problem(tracker.Problem{Title: "Jam", FixedIn: "4.3"}, hours(24*40)...)
				d.edit(p.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
				d.ticket(p.ID, 2*time.Hour, tracker.Contact{Version: "4.4"})
			}, []kb.BriefingKind{kb.BriefingRegressed}, "fixed in 4.3, back since ", "It was fixed in 4.3 and has come back since: ask which version it is.",
		},
		{
			"promises whose time is past, and those of the shift", func(d *team) {
				for i, due := range []int{-26, 3, 9} {
					r := d.ticket(0, 48*time.Hour, tracker.Contact{})
					d.now = noon.Add(-40 * time.Hour)
					_, err := d.Tracker.MakePromise(d.Context(), tracker.Promise{
						Ticket: r.Ticket, Kind: []tracker.PromiseKind{tracker.PromiseAnswer, tracker.PromiseCallback, tracker.PromiseUpdate}[i],
						Due: noon.Add(time.Duration(due) * time.Hour), Text: "Call Ada about her card",
					})
					require.NoError(d, err)
					d.now = noon
				}
			}, []kb.BriefingKind{kb.BriefingOverdue, kb.BriefingDue}, "the oldest since 9 Apr 10:00; 1 customer: 1 answer", "Oldest first: ",
		},
		{
			"an article of which somebody says that it is wrong, until that is settled", func(d *team) {
				for i, title := range []string{"Sound", "Wrong", "Dismissed"} {
					a, err := d.Tracker.CreateArticle(d.Context(), tracker.Article{Title: title})
					require.NoError(d, err)
					if i == 0 {
						continue
					}
					u, err := d.Tracker.FlagArticle(d.Context(), a.ID, 0, "Ada says that the button is red")
					require.NoError(d, err)
					if i == 2 {
						_, err = d.Tracker.DismissFlag(d.Context(), u.ID, "it is green")
						require.NoError(d, err)
					}
				}
			}, []kb.BriefingKind{kb.BriefingFlagged}, "1 open flag on article 2, the newest since 12:00; it helped with 0 tickets so far", "Read what the flags say",
		},
	} {
		t.Run(row.promise, func(t *testing.T) {
			d := newTeam(t)
			row.happens(d)
			br := d.briefing(kb.BriefingOptions{})
			var kinds []kb.BriefingKind
			for _, l := range br.Lines {
				kinds = append(kinds, l.Kind)
				require.NotEmpty(t, l.Do, "each line says what to do")
			}
			require.Equal(t, row.kinds, kinds, "%+v", br.Lines)
			if len(kinds) > 0 {
				require.Contains(t, br.Lines[0].Why, row.why)
				require.Contains(t, br.Lines[0].Do[0], row.do)
			} else {
				require.Contains(t, br.Markdown(), "Nothing to know")
			}
			require.NotContains(t, br.Markdown(), "Ada", "what was promised in words stays with the ticket")
		})
	}
}

// What rings at this moment is told, of a problem before all others.
func TestBriefingAlarm(t *testing.T) {
	d := newTeam(t)
	busy, _ := d.problem(tracker.Problem{Title: "Every day", Workaround: "Wait."})
	for i := range 24 * 14 {
		d.ticket(0, time.Duration(24*14-i)*time.Hour, tracker.Contact{})
	}
	for i := range 12 {
		d.ticket(busy.ID, time.Duration(140-10*i)*time.Hour, tracker.Contact{})
	}
	p, _ := d.problem(tracker.Problem{Title: "Sign-in is down", Workaround: "Use the app."})
	for i := range 6 {
		d.ticket(p.ID, time.Duration(30-i)*time.Minute, tracker.Contact{})
	}
	br := d.briefing(kb.BriefingOptions{})
	require.Len(t, br.Lines, 2)
	require.True(t, br.Lines[0].Alarm)
	require.Equal(t, "Sign-in is down", br.Lines[0].Title)
	require.Contains(t, br.Lines[0].Why, "rings now, with 6 customers since 11:30; ")

	br = d.briefing(kb.BriefingOptions{Now: noon.Add(2 * time.Hour)})
	require.False(t, br.Lines[0].Alarm, "alarms are those of the tracker's clock")
}

// Every kind of line has its best one told before any has its second.
func TestBriefingIsShort(t *testing.T) {
	d := newTeam(t)
	for i := range 12 {
		d.problem(tracker.Problem{Title: fmt.Sprintf("Known %d", i), Workaround: "Wait."}, hours(make([]int, i+1)...)...)
	}
	for i := range 4 {
		d.problem(tracker.Problem{Title: fmt.Sprintf("New %d", i)}, hours(5, 4)...)
	}
	br := d.briefing(kb.BriefingOptions{})
	var titles []string
	for _, l := range br.Lines {
		titles = append(titles, l.Title)
	}
	require.Equal(t, []string{"Known 11", "Known 10", "Known 9", "Known 8", "New 0", "New 1", "New 2"}, titles)
	require.Equal(t, 9, br.More)
	require.Contains(t, br.Markdown(), "There are 9 more")

	br = d.briefing(kb.BriefingOptions{Lines: 2})
	require.Equal(t, "Known 11", br.Lines[0].Title)
	require.Equal(t, "New 0", br.Lines[1].Title)

	for promise, o := range map[string]kb.BriefingOptions{
		"fewer than no lines": {Lines: -1}, "too many": {Lines: kb.MaxBriefingLines + 1},
		"a beginning in the future": {Since: noon.Add(time.Hour)}, "a shift that is over": {Until: noon.Add(-time.Hour)},
	} {
		_, err := d.Briefing(t.Context(), o)
		require.ErrorIs(t, err, kb.ErrInvalid, promise)
	}
}

// What people write about a problem may name who has it: not in a briefing.
// What is shortened is hidden before: the half of a number would be left.
func TestBriefingHidesWhatItCuts(t *testing.T) {
	d := newTeam(t)
	for n := 60; n < 100; n++ {
		title := strings.Repeat("x", n) + " +44 20 7946 0958 rings"
		p, _ := d.problem(tracker.Problem{Title: title, Workaround: strings.Repeat("long ", 30) + title}, hours(2)...)
		_, err := d.Tracker.CreateArticle(t.Context(), tracker.Article{Title: strings.Repeat("y ", 80) + title, Problems: []tracker.ProblemID{p.ID}})
		require.NoError(t, err)
	}
	br := d.briefing(kb.BriefingOptions{Lines: kb.MaxBriefingLines})
	require.Len(t, br.Lines, 40)
	for _, l := range br.Lines {
		require.NotContains(t, l.Title+strings.Join(l.Do, " "), "+44")
	}
}

func TestBriefingHidesNames(t *testing.T) {
	for _, row := range []struct {
		promise, title, want string
		customer             tracker.Contact
	}{
		{"the customer's name", "Invoices of Ada Nwosu are empty", "Invoices of […] are empty", tracker.Contact{From: "Ada Nwosu <ada@example.org>"}},
		{"in any form", "ADA's card, and Nwosu–Smith", "[…]'s card, and […]–Smith", tracker.Contact{From: "Ada Nwosu <ada@example.org>"}},
		{"but not a word that is a name elsewhere", "You may mark a bill", "You may mark a bill", tracker.Contact{From: "Mark Bill <m@example.org>"}},
		{"the organization", "Kestrel cannot print", "[…] cannot print", tracker.Contact{Organization: "Kestrel"}},
		{"an address, whoever's it is", "Mail to jo.ann@shop.example bounces", "Mail to […] bounces", tracker.Contact{}},
		{"a handle", "@skyadaa asks about lamps", "[…] asks about lamps", tracker.Contact{From: "skyadaa"}},
		{"a telephone number", "Calls from +44 20 7946 0958 drop", "Calls from […] drop", tracker.Contact{}},
		{"a name in a script without capitals", "王小明的账单", "[…]的账单", tracker.Contact{From: "王小明 <w@example.org>"}},
		{"versions, dates and codes stay", "0x80070005 in 4.2.1 4.3.0 since 2026-04-10, LK-2041", "0x80070005 in 4.2.1 4.3.0 since 2026-04-10, LK-2041", tracker.Contact{}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			d := newTeam(t)
			p, _ := d.problem(tracker.Problem{Title: row.title, Workaround: row.title})
			d.ticket(p.ID, time.Hour, row.customer)
			br := d.briefing(kb.BriefingOptions{})
			require.Equal(t, row.want, br.Lines[0].Title)
			require.Equal(t, []string{"Workaround: " + row.want}, br.Lines[0].Do)
		})
	}
}

// After a long break the last briefing is older than the days that are counted: what a
// line says of either is true of both.
func TestBriefingAfterABreak(t *testing.T) {
	d := newTeam(t)
	d.problem(tracker.Problem{Title: "Charged twice", Workaround: "Refund."}, hours(24*12, 24*11, 24*10, 30)...)
	br := d.briefing(kb.BriefingOptions{Since: noon.AddDate(0, 0, -13)})
	require.Contains(t, br.Lines[0].Why, "1 customer within 7 days, 1 of them since 28 Mar 12:00; 4 tickets of 4 customers in all")
}

// A flag counts from when it was raised, and the title of what it is about is shown as
// others are.
func TestBriefingCountsFlagsOfItsTime(t *testing.T) {
	d := newTeam(t)
	a, err := d.Tracker.CreateArticle(d.Context(), tracker.Article{Title: "Mail to jo.ann@shop.example"})
	require.NoError(t, err)
	for _, at := range []time.Duration{-2 * time.Hour, -time.Hour, time.Hour} {
		d.now = noon.Add(at)
		_, err := d.Tracker.FlagArticle(d.Context(), a.ID, 0, "It is wrong.")
		require.NoError(t, err)
	}
	br := d.briefing(kb.BriefingOptions{Now: noon})
	require.Equal(t, "Mail to […]", br.Lines[0].Title)
	require.Contains(t, br.Lines[0].Why, "2 open flags on article 1, the newest since 11:00")
	require.Empty(t, d.briefing(kb.BriefingOptions{Now: noon.Add(-3 * time.Hour)}).Lines)
}

// Over random logs: a briefing has at most its lines, each of bounded length; it names
// no customer, erased or not; and it is the same when it is asked for again.
func TestBriefingOfRandomLogs(t *testing.T) {
	for seed := range uint64(20) {
		d := newTeam(t)
		r := rand.New(rand.NewPCG(seed, 5))
		ctx := t.Context()
		var problems []tracker.ProblemID
		for i := range 1 + r.IntN(15) {
			p := tracker.Problem{Title: fmt.Sprintf("Fault %d %s", i, strings.Repeat("long ", r.IntN(60)))}
			if r.IntN(2) == 0 {
				p.Workaround = strings.Repeat("Turn it off and on. ", r.IntN(80))
			}
			if r.IntN(3) == 0 {
				p.FixedIn = "2.0"
			}
			made, _ := d.problem(p)
			problems = append(problems, made.ID)
		}
		erased := map[string]bool{}
		for i := range 60 {
			who := fmt.Sprintf("Zorblax%c", 'a'+rune(r.IntN(26)))
			rec := d.ticket(problems[r.IntN(len(problems))], time.Duration(r.IntN(24*60))*time.Hour, tracker.Contact{
				From: fmt.Sprintf("%s <%s@example.org>", who, who), Title: who + " cannot print", Text: "It is me, " + who, Version: []string{"", "1.9", "2.1"}[r.IntN(3)],
			})
			d.now = noon.Add(-time.Hour)
			if r.IntN(3) == 0 {
				_, err := d.Tracker.MakePromise(ctx, tracker.Promise{Ticket: rec.Ticket, Kind: tracker.PromiseCallback, Due: noon.Add(time.Duration(r.IntN(20)-1) * time.Hour).Add(time.Minute), Text: "Call " + who})
				require.NoError(t, err)
			}
			d.now = noon
			if i%10 == 9 {
				_, err := d.Tracker.Erase(ctx, rec.Customer)
				require.NoError(t, err)
				erased[who] = true
			}
		}
		for _, p := range problems {
			if r.IntN(3) == 0 {
				d.edit(p, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
			}
		}
		o := kb.BriefingOptions{Lines: 1 + r.IntN(20)}
		br := d.briefing(o)
		require.NotEmpty(t, br.Lines)
		require.NotEmpty(t, erased)
		require.LessOrEqual(t, len(br.Lines), o.Lines)
		seen := map[tracker.ProblemID]bool{}
		for _, l := range br.Lines {
			require.LessOrEqual(t, len(l.Title), 120, "seed %d", seed)
			require.LessOrEqual(t, len(l.Why), 400)
			require.LessOrEqual(t, len(l.Do), 5)
			for _, do := range l.Do {
				require.LessOrEqual(t, len(do), 320)
			}
			require.False(t, l.Problem != 0 && seen[l.Problem], "a problem is told once")
			seen[l.Problem] = true
			for _, id := range l.Tickets {
				tk, err := d.Tracker.Ticket(ctx, id)
				require.NoError(t, err)
				require.False(t, tk.Erased, "nobody is sent to a ticket that was erased")
			}
		}
		require.NotContains(t, strings.ToLower(br.Markdown()), "zorblax", "seed %d", seed)
		require.Equal(t, br, d.briefing(o))
		require.LessOrEqual(t, strings.Count(br.Markdown(), "\n"), 3+8*len(br.Lines))
	}
}

// The day of a team, as it is read.
func TestBriefingMarkdown(t *testing.T) {
	d := newTeam(t)
	ctx := t.Context()
	d.problem(tracker.Problem{Title: "<b>Reader</b> does not pair: *ERR_PAIR_TIMEOUT*", Workaround: "1. Hold the button\n2. `Pair` [again](http://evil.example)"}, hours(24*40, 24*4, 24*3, 30, 3)...)
	jam, _ := d.problem(tracker.Problem{Title: "Paper jam @everyone", Workaround: "Open the tray."}, hours(20, 10)...)
	_, err := d.Tracker.CreateArticle(ctx, tracker.Article{Title: "Clearing a jam | fast", Problems: []tracker.ProblemID{jam.ID}})
	require.NoError(t, err)
	d.problem(tracker.Problem{Title: "Totals are rounded down"}, hours(40, 9, 8)...)
	fixed, rs := d.problem(tracker.Problem{Title: "Umlaute im Export", FixedIn: "4.4"}, hours(24*20, 24*19, 24*18)...)
	d.edit(fixed.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
	back, _ := d.problem(tracker.Problem{Title: "The app closes", FixedIn: "4.3", Workaround: "Choose a picture that is there."}, hours(24*40)...)
	d.edit(back.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
	d.ticket(back.ID, 2*time.Hour, tracker.Contact{Version: "4.4"})
	d.now = noon.Add(-48 * time.Hour)
	for i, due := range []int{-26, -2, 3, 5} {
		_, err := d.Tracker.MakePromise(ctx, tracker.Promise{Ticket: rs[i%3].Ticket, Kind: []tracker.PromiseKind{tracker.PromiseAnswer, tracker.PromiseCallback}[i%2], Due: noon.Add(time.Duration(due) * time.Hour)})
		require.NoError(t, err)
	}
	d.now = noon
	zone := time.FixedZone("CEST", 2*60*60)
	got := d.briefing(kb.BriefingOptions{Now: noon.In(zone), Lines: 7}).Markdown()
	golden := filepath.Join("testdata", "briefing.md")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run with -update if this is meant")
}

func ExampleBase_Briefing() {
	ctx := context.Background()
	now := time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)
	t, err := tracker.New(ctx, memstore.New(), &tracker.Options{Now: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	defer t.Close()
	base, err := kb.New(ctx, kb.Parts{Tracker: t}, nil)
	if err != nil {
		panic(err)
	}
	defer base.Close()
	p, err := t.CreateProblem(ctx, tracker.Problem{Title: "The reader does not pair", Workaround: "Hold its button for ten seconds."})
	if err != nil {
		panic(err)
	}
	for _, from := range []string{"ada@example.org", "bo@example.org"} {
		r, err := t.Log(ctx, tracker.Contact{From: from, Channel: tracker.Email, Title: "Card reader"})
		if err != nil {
			panic(err)
		}
		if _, err := t.As(tracker.Agent("mia")).Confirm(ctx, r.Ticket, tracker.Target{Problem: p.ID}); err != nil {
			panic(err)
		}
	}
	briefing, err := base.Briefing(ctx, kb.BriefingOptions{}) // seven lines at most
	if err != nil {
		panic(err)
	}
	fmt.Print(briefing.Markdown())
	// Output:
	// # Briefing, Fri 10 Apr 2026 09:00
	//
	// 1. **Known: The reader does not pair** (P1)
	//    - Why: new: 2 customers within 7 days, 2 of them since 9 Apr 09:00; 2 tickets of 2 customers in all, since 09:00.
	//    - Do: Workaround: Hold its button for ten seconds.
}
