package kb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// outage posts one that began so many minutes ago and was told at once.
func (d *team) outage(o tracker.Outage, minutes int, text string) tracker.Outage {
	d.Helper()
	was := d.now
	d.now = was.Add(-time.Duration(minutes) * time.Minute)
	defer func() { d.now = was }()
	made, err := d.Tracker.PostOutage(d.Context(), o, text)
	require.NoError(d, err)
	return made
}

func (d *team) tell(id tracker.OutageID, text string, fn func(*tracker.Outage)) {
	d.Helper()
	_, err := d.Tracker.UpdateOutage(d.Context(), id, text, func(o *tracker.Outage) error { fn(o); return nil })
	require.NoError(d, err)
}

func over(o *tracker.Outage) { o.Phase = tracker.OutageResolved }

func kinds(br kb.Briefing) (out []kb.BriefingKind) {
	for _, l := range br.Lines {
		out = append(out, l.Kind)
	}
	return out
}

// What an outage is told as.
func TestBriefingTellsOutages(t *testing.T) {
	jam := tracker.Problem{Title: "Jam", Workaround: "Open the tray."}
	for _, row := range []struct {
		promise string
		happens func(*team)
		kinds   []kb.BriefingKind
		why     string // of the first line
		do      []string
	}{
		{
			"one that is open, for how long and until when", func(d *team) {
				o := d.outage(tracker.Outage{Title: "Sign-in", Products: []string{"Shop", "App"}}, 100, "x")
				d.tell(o.ID, "A certificate ran out.\nWe renew it.", func(o *tracker.Outage) {
					o.Phase, o.Expected = tracker.OutageIdentified, noon.Add(2*time.Hour)
				})
			}, []kb.BriefingKind{kb.BriefingOutage},
			"since 10:20, for 1 hour; identified; expected to be over by 14:00; affected: Shop, App; told last at 12:00",
			[]string{"Customers are told: A certificate ran out. We renew it."},
		},
		{
			"one of which nobody knows until when", func(d *team) { d.outage(tracker.Outage{Title: "T"}, 0, "x") }, []kb.BriefingKind{kb.BriefingOutage},
			"since 12:00, for 1 minute; investigating; nobody knows until when; told last at 12:00", []string{"Customers are told: x"},
		},
		{
			"one that should be over", func(d *team) {
				d.outage(tracker.Outage{Title: "T", Expected: noon.Add(-time.Hour)}, 60*24*3, "x")
			}, []kb.BriefingKind{kb.BriefingOutage},
			"since 7 Apr 12:00, for 3 days; investigating; it was expected to be over by 11:00 and is not; told last at 7 Apr 12:00", []string{"Customers are told: x"},
		},
		{
			"one that is over since the last briefing, as fixed", func(d *team) {
				o := d.outage(tracker.Outage{Title: "T", Expected: noon}, 90, "x")
				d.tell(o.ID, "It works.", func(o *tracker.Outage) {
					o.Phase, o.Ended, o.Prevention = tracker.OutageResolved, noon.Add(-10*time.Minute), "A check rings."
				})
			}, []kb.BriefingKind{kb.BriefingFixed},
			"the outage is over since 11:50, after 1 hour; told last at 12:00",
			[]string{"Customers are told: It works.", "So that it does not happen again: A check rings."},
		},
		{
			"one that was over before that no more, whatever was told of it since", func(d *team) {
				o := d.outage(tracker.Outage{Title: "T", Phase: tracker.OutageResolved}, 25*60, "x")
				d.tell(o.ID, "We looked into it.", func(o *tracker.Outage) { o.Prevention = "A check rings." })
			}, nil, "", nil,
		},
		{
			"one that is back is open", func(d *team) {
				o := d.outage(tracker.Outage{Title: "T", Phase: tracker.OutageResolved}, 25*60, "x")
				d.tell(o.ID, "It is back.", func(o *tracker.Outage) { o.Phase = tracker.OutageMonitoring })
			}, []kb.BriefingKind{kb.BriefingOutage}, "; monitoring; ", []string{"Customers are told: It is back."},
		},
		{
			"the problem behind it in the same line, with its workaround, article and numbers, and who waits", func(d *team) {
				p, rs := d.problem(jam, hours(30, 3, 2)...)
				_, err := d.Tracker.CreateArticle(d.Context(), tracker.Article{Title: "Trays", Problems: []tracker.ProblemID{p.ID}})
				require.NoError(d, err)
				d.outage(tracker.Outage{Title: "T", Problem: p.ID}, 30, "x")
				_, err = d.Tracker.Log(d.Context(), tracker.Contact{Channel: tracker.Email, Direction: tracker.Outbound, Ticket: rs[1].Ticket, Text: "It is not you."})
				require.NoError(d, err)
			}, []kb.BriefingKind{kb.BriefingOutage},
			"; the problem behind it: new: 3 customers within 7 days, 2 of them since 9 Apr 12:00; 3 tickets of 3 customers in all, since 9 Apr 06:00",
			[]string{"Customers are told: x", "Tell the customers who wait: GB8-CG4A, 9G6-J4MW.", "Workaround: Open the tray.", "Article 1: Trays"},
		},
		{
			"the problem that it was merged into since", func(d *team) {
				p, _ := d.problem(jam, hours(3, 2)...)
				q, _ := d.problem(tracker.Problem{Title: "Same"})
				d.outage(tracker.Outage{Title: "T", Problem: q.ID}, 30, "x")
				_, err := d.Tracker.Merge(d.Context(), p.ID, q.ID)
				require.NoError(d, err)
			}, []kb.BriefingKind{kb.BriefingOutage}, "; the problem behind it: ", []string{"Customers are told: x", "Tell the customers who wait: GB8-CG4A, 4H5-VWXE.", "Workaround: Open the tray."},
		},
		{
			"a problem of which no customer came is told for its workaround", func(d *team) {
				p, _ := d.problem(jam)
				d.outage(tracker.Outage{Title: "T", Problem: p.ID}, 30, "x")
			}, []kb.BriefingKind{kb.BriefingOutage}, "investigating", []string{"Customers are told: x", "Workaround: Open the tray."},
		},
		{
			"an outage that goes on has the problem's line, not one that is over", func(d *team) {
				p, _ := d.problem(jam, hours(3, 2)...)
				d.outage(tracker.Outage{Title: "Over", Problem: p.ID, Phase: tracker.OutageResolved}, 60, "y")
				d.outage(tracker.Outage{Title: "Open", Problem: p.ID}, 30, "x")
			}, []kb.BriefingKind{kb.BriefingOutage, kb.BriefingFixed}, "; the problem behind it: new: 2 customers", []string{"Customers are told: x", "Tell the customers who wait: GB8-CG4A, 4H5-VWXE.", "Workaround: Open the tray."},
		},
		{
			"an outage that is over takes its problem's line along", func(d *team) {
				p, _ := d.problem(jam, hours(3, 2)...)
				d.edit(p.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
				d.outage(tracker.Outage{Title: "T", Problem: p.ID, Phase: tracker.OutageResolved}, 30, "y")
			}, []kb.BriefingKind{kb.BriefingFixed}, "the outage is over since 11:30, after 1 minute; told last at 11:30; the problem behind it: resolved 12:00; ",
			[]string{"Customers are told: y", "Tell the customers who wait: GB8-CG4A, 4H5-VWXE.", "Workaround: Open the tray."},
		},
		{
			"but trouble that goes on keeps its own", func(d *team) {
				p, _ := d.problem(tracker.Problem{Title: "Jam", FixedIn: "4.3"}, hours(24*40)...)
				d.edit(p.ID, func(p *tracker.Problem) { p.Status = tracker.ProblemResolved })
				d.ticket(p.ID, 2*time.Hour, tracker.Contact{Version: "4.4"})
				d.outage(tracker.Outage{Title: "T", Problem: p.ID, Phase: tracker.OutageResolved}, 30, "y")
			}, []kb.BriefingKind{kb.BriefingFixed, kb.BriefingRegressed}, "the outage is over since 11:30, after 1 minute; told last at 11:30", nil,
		},
	} {
		t.Run(row.promise, func(t *testing.T) {
			d := newTeam(t)
			row.happens(d)
			br := d.briefing(kb.BriefingOptions{})
			require.Equal(t, row.kinds, kinds(br), "%+v", br.Lines)
			if len(row.kinds) == 0 {
				require.Contains(t, br.Markdown(), "no outage is open")
				return
			}
			require.Contains(t, br.Lines[0].Why, row.why)
			if row.do != nil {
				require.Equal(t, row.do, br.Lines[0].Do)
			}
			require.NotZero(t, br.Lines[0].Outage)
			require.Equal(t, br, d.briefing(kb.BriefingOptions{}))
		})
	}
}

// However many outages go on, all of them are told, before anything else.
func TestBriefingTellsOutagesFirst(t *testing.T) {
	d := newTeam(t)
	for i := range 3 {
		d.outage(tracker.Outage{Title: fmt.Sprint("Outage ", i)}, 10*i, "x")
		d.problem(tracker.Problem{Title: fmt.Sprint("Known ", i), Workaround: "Wait."}, hours(3, 2)...)
	}
	p, _ := d.problem(tracker.Problem{Title: "Busy"}, hours(4, 3, 2, 1)...)
	d.outage(tracker.Outage{Title: "Many wait", Problem: p.ID}, 1, "x")
	for n, want := range map[int][]string{
		5: {"Many wait", "Outage 0", "Outage 1", "Outage 2", "Known 0"},
		3: {"Many wait", "Outage 0", "Outage 1"},
	} {
		br := d.briefing(kb.BriefingOptions{Lines: n})
		var got []string
		for _, l := range br.Lines {
			got = append(got, l.Title)
		}
		require.Equal(t, want, got)
		require.Equal(t, 7-n, br.More)
	}
}

// An earlier moment is told what was told by then.
func TestBriefingOfOutagesOfItsTime(t *testing.T) {
	d := newTeam(t)
	o := d.outage(tracker.Outage{Title: "T"}, 120, "We look.")
	d.now = noon.Add(-time.Hour)
	d.tell(o.ID, "It works.", over)
	d.now = noon
	for minutes, want := range map[int][]kb.BriefingKind{-121: nil, -90: {kb.BriefingOutage}, -30: {kb.BriefingFixed}} {
		br := d.briefing(kb.BriefingOptions{Now: noon.Add(time.Duration(minutes) * time.Minute)})
		require.Equal(t, want, kinds(br), "%d minutes", minutes)
	}
	require.Equal(t, []string{"Customers are told: We look."}, d.briefing(kb.BriefingOptions{Now: noon.Add(-90 * time.Minute)}).Lines[0].Do)
}

// What is told is bounded, and what should not stand in a public text does not stand here.
func TestBriefingOutageIsHarmless(t *testing.T) {
	for _, linked := range []bool{false, true} {
		d := newTeam(t)
		o := tracker.Outage{
			Title: "Mail to jo.ann@shop.example " + strings.Repeat("long ", 60), Products: []string{"Line +44 20 7946 0958", strings.Repeat("p", 900)},
			Phase: tracker.OutageResolved, Prevention: "Ask jo.ann@shop.example. " + strings.Repeat("long ", 90),
		}
		if linked {
			p, _ := d.problem(tracker.Problem{Title: "Jam", Workaround: strings.Repeat("long ", 90)})
			d.ticket(p.ID, time.Hour, tracker.Contact{From: "Ada Nwosu <ada@example.org>"})
			o.Problem, o.Title = p.ID, "Nwosu: "+o.Title
		}
		d.outage(o, 10, "Ada Nwosu, ada@example.org or +44 20 7946 0958, <b>cannot</b> print @everyone. "+strings.Repeat("long ", 90))
		br := d.briefing(kb.BriefingOptions{})
		require.Len(t, br.Lines, 1)
		md := br.Markdown()
		for _, secret := range []string{"jo.ann", "7946", "ada@", "@everyone", "<b>"} {
			require.NotContains(t, md, secret)
		}
		if linked {
			require.NotContains(t, md, "Nwosu", "nor the name of a customer of its problem")
		}
		l := br.Lines[0]
		require.LessOrEqual(t, len(l.Title), 120)
		require.LessOrEqual(t, len(l.Why), 400)
		for _, do := range l.Do {
			require.LessOrEqual(t, len(do), 330)
		}
	}
}

// The briefing of a bad morning, as it is read.
func TestBriefingOutageMarkdown(t *testing.T) {
	d := newTeam(t)
	p, _ := d.problem(tracker.Problem{Title: "The shop's certificate ran out", Workaround: "Use the app."}, hours(2, 1, 0)...)
	d.problem(tracker.Problem{Title: "Paper jam", Workaround: "Open the tray."}, hours(20, 10)...)
	o := d.outage(tracker.Outage{Title: "Nobody can sign in to the *shop*", Products: []string{"Shop"}, Problem: p.ID}, 130, "Signing in to the shop fails. We look for the cause.")
	d.now = noon.Add(-time.Hour)
	d.tell(o.ID, "A certificate ran out. We are renewing it; the app still works.", func(o *tracker.Outage) {
		o.Phase, o.Expected = tracker.OutageIdentified, noon.Add(time.Hour)
	})
	d.now = noon
	was := d.outage(tracker.Outage{Title: "Invoices are late", Products: []string{"Billing"}}, 300, "Invoices of April come a day late.")
	d.tell(was.ID, "All invoices of April are sent.", func(o *tracker.Outage) {
		o.Phase, o.Prevention = tracker.OutageResolved, "Invoices are made in two runs."
	})
	got := d.briefing(kb.BriefingOptions{Now: noon.In(time.FixedZone("CEST", 2*60*60))}).Markdown()
	golden := filepath.Join("testdata", "briefing_outage.md")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run with -update if this is meant")
}

// The index goes on past what is told of an outage: it has no document.
func TestOutagesAreNoDocuments(t *testing.T) {
	d := newTeam(t)
	p, _ := d.problem(tracker.Problem{Title: "Certificates"}, hours(1)...)
	o := d.outage(tracker.Outage{Title: "Quincunx", Problem: p.ID}, 5, "x")
	d.tell(o.ID, "It works.", over)
	require.NoError(t, d.CatchUp(t.Context()))
	for text, want := range map[string]int{"Quincunx": 0, "Certificates": 1} {
		found, err := d.Search(t.Context(), kb.Query{Text: text})
		require.NoError(t, err)
		require.Zero(t, found.Behind)
		require.Len(t, found.Hits, want)
	}
}
