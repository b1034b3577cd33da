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
	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

const printerProcedure = `
format: 1
id: printer-check
version: 1
title: Check the printer
purpose: It prints.
owner: first line
status: active
when: {field: words, contains: [printer]}
needs:
  - id: connection
    ask: How the printer is connected
    type: choice
    choices: [cable, wireless]
  - id: story
    ask: What happened
    type: text
    optional: true
steps:
  - ask: connection
  - ask: story
  - act: Print a page
done_when: It prints.
`

// grouping is a team whose tracker finds candidates, and follows a procedure.
func groupingTeam(t *testing.T) *team {
	t.Helper()
	d := &team{T: t, now: noon}
	tr, err := tracker.New(t.Context(), memstore.New(), &tracker.Options{Key: []byte("test"), Now: func() time.Time { return d.now }})
	require.NoError(t, err)
	t.Cleanup(func() { tr.Close() })
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "printer-check.yaml"), []byte(printerProcedure), 0o600))
	lib, err := sop.Load(os.DirFS(dir))
	require.NoError(t, err)
	d.Base, err = kb.New(t.Context(), kb.Parts{Tracker: tr, Procedures: lib}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { d.Base.Close() })
	return d
}

// jams are two problems with the same symptom: one of the new version on a cable, one
// of the old version with paper that is glossy.
func (d *team) jams(same, other tracker.Contact, answers [2]string) (a, b tracker.Problem) {
	d.Helper()
	a, _ = d.problem(tracker.Problem{Title: "Printer stops after an update of the driver"})
	b, _ = d.problem(tracker.Problem{Title: "Printer stops with glossy paper"})
	for i := range 6 {
		for j, p := range []tracker.ProblemID{a.ID, b.ID} {
			c := []tracker.Contact{same, other}[j]
			c.Title = "Printer stops"
			if c.Text == "" {
				c.Text = "The printer stops in the middle of a page and blinks."
			}
			c.Text += " We noticed it " + []string{"in the hall", "on Monday", "with invoices", "before lunch", "at the counter", "upstairs", "with letters", "in the office", "on Friday", "at home", "at noon", "with labels"}[2*i+j] + "."
			r := d.ticket(p, time.Duration(100-i)*time.Hour, c)
			if answers[j] == "" {
				continue
			}
			plan, err := d.Procedures.Plan("printer-check")
			require.NoError(d, err)
			run, err := d.Tracker.StartRun(d.Context(), r.Ticket, plan, "")
			require.NoError(d, err)
			_, err = d.Tracker.MoveRun(d.Context(), run.ID, "", sop.Move{Seen: len(run.Trace), How: sop.Did, Answers: map[string][]string{"connection": {answers[j]}}})
			require.NoError(d, err)
		}
	}
	return a, b
}

var stops = tracker.Contact{From: "eve@example.org", Title: "Printer stops", Text: "My printer stops in the middle of a page and blinks."}

func TestAskNext(t *testing.T) {
	for _, row := range []struct {
		promise     string
		same, other tracker.Contact
		answers     [2]string
		now         func(*tracker.Contact)
		ask         []string
		answer      string // of the first question, that speaks for the first problem
	}{
		{
			"the version, where candidates differ in it",
			tracker.Contact{Version: "5.0"}, tracker.Contact{Version: "4.2"}, [2]string{}, func(*tracker.Contact) {},
			[]string{"Which version is it?"}, "5.0",
		},
		{
			"not where it is known", tracker.Contact{Version: "5.0"}, tracker.Contact{Version: "4.2"}, [2]string{},
			func(c *tracker.Contact) { c.Version = "6.0" }, nil, "",
		},
		{
			"nor where the customer wrote it", tracker.Contact{Version: "5.0"}, tracker.Contact{Version: "4.2"}, [2]string{},
			func(c *tracker.Contact) { c.Text += " I have version 6.0.1." }, nil, "",
		},
		{
			"nor where all have the same", tracker.Contact{Version: "5.0"}, tracker.Contact{Version: "5.0"}, [2]string{}, func(*tracker.Contact) {}, nil, "",
		},
		{
			"the product", tracker.Contact{Product: "Big Box"}, tracker.Contact{Product: "Small Box"}, [2]string{}, func(*tracker.Contact) {},
			[]string{"Which product is it about?"}, "Big Box",
		},
		{
			"not where it was named", tracker.Contact{Product: "Big Box"}, tracker.Contact{Product: "Small Box"}, [2]string{},
			func(c *tracker.Contact) { c.Text += " It is the big box." }, nil, "",
		},
		{
			"the component", tracker.Contact{Components: []string{"driver"}}, tracker.Contact{Components: []string{"tray"}}, [2]string{}, func(*tracker.Contact) {},
			[]string{"Which part of the product is it about?"}, "driver",
		},
		{
			"what a procedure asked them", tracker.Contact{}, tracker.Contact{}, [2]string{"cable", "wireless"}, func(*tracker.Contact) {},
			[]string{"How the printer is connected"}, "cable",
		},
		{
			"a word that one has and the other has not",
			tracker.Contact{Text: "The printer stops in the middle of a page and blinks, since the update."},
			tracker.Contact{Text: "The printer stops in the middle of a page and blinks, with glossy paper."}, [2]string{}, func(*tracker.Contact) {},
			[]string{"Does “glossy” come into it?"}, "no",
		},
		{
			"not where the customer said it",
			tracker.Contact{Text: "The printer stops in the middle of a page and blinks, since the update."},
			tracker.Contact{Text: "The printer stops in the middle of a page and blinks, with glossy paper."}, [2]string{},
			func(c *tracker.Contact) { c.Text += " Glossy paper. An update did not help." }, nil, "",
		},
	} {
		t.Run(row.promise, func(t *testing.T) {
			d := groupingTeam(t)
			a, b := d.jams(row.same, row.other, row.answers)
			now := stops
			row.now(&now)
			before, err := d.AdviseContact(t.Context(), now)
			require.NoError(t, err)
			r := d.ticket(0, 0, now)
			if r.Problem != 0 { // the machine was sure: it is asked all the same, as nobody has confirmed it
				require.Contains(t, []tracker.ProblemID{a.ID, b.ID}, r.Problem)
			}
			advice, err := d.Advise(t.Context(), r.Ticket)
			require.NoError(t, err)
			var asks []string
			for _, q := range advice.Ask {
				asks = append(asks, q.Ask)
			}
			if row.ask == nil {
				require.Empty(t, asks)
				return
			}
			require.Equal(t, row.ask[0], asks[0], "%v", asks)
			require.LessOrEqual(t, len(asks), 3)
			q := advice.Ask[0]
			require.NotEmpty(t, q.Why)
			found := false
			for _, tell := range q.Tells {
				if tell.Problem == a.ID {
					require.Equal(t, row.answer, tell.Answer)
					require.Greater(t, tell.Chance, .6)
					found = true
				}
			}
			require.True(t, found, "%+v", q.Tells)
			require.Equal(t, row.ask[0], before.Ask[0].Ask, "before it is logged, too")
		})
	}
}

// What customers named is not asked for, though the candidates have three of its kind;
// what only stands in another word is.
func TestAskNextKnowsWhatWasNamed(t *testing.T) {
	ask := func(text string) (asks []string) {
		d := groupingTeam(t)
		d.jams(tracker.Contact{Product: "Big Box"}, tracker.Contact{Product: "Small Box"}, [2]string{})
		c, _ := d.problem(tracker.Problem{Title: "Printer stops in the app"})
		for i := range 6 {
			d.ticket(c.ID, time.Duration(90-i)*time.Hour, tracker.Contact{Product: "App", Title: "Printer stops", Text: "The printer stops in the middle of a page and blinks."})
		}
		now := stops
		now.Text += text
		advice, err := d.AdviseContact(t.Context(), now)
		require.NoError(t, err)
		require.Len(t, advice.Candidates, 3)
		for _, q := range advice.Ask {
			asks = append(asks, q.Ask)
		}
		return asks
	}
	const product = "Which product is it about?"
	require.Contains(t, ask(""), product)
	require.NotContains(t, ask(" It is the big box."), product)
	require.Contains(t, ask(" It happens daily."), product, "that is not the app")
}

// What was answered once is not asked again: not on this ticket, and not on another of
// the customer's while the answer is valid.
func TestAskNextKnowsTheAnswers(t *testing.T) {
	d := groupingTeam(t)
	d.jams(tracker.Contact{}, tracker.Contact{}, [2]string{"cable", "wireless"})
	r := d.ticket(0, 0, stops)
	advice, err := d.Advise(t.Context(), r.Ticket)
	require.NoError(t, err)
	require.NotEmpty(t, advice.Ask)
	require.Empty(t, advice.Runs)
	require.Equal(t, tracker.RunID(0), advice.Procedures[0].Run)

	plan, err := d.Procedures.Plan("printer-check")
	require.NoError(t, err)
	run, err := d.Tracker.StartRun(t.Context(), r.Ticket, plan, "")
	require.NoError(t, err)
	advice, err = d.Advise(t.Context(), r.Ticket)
	require.NoError(t, err)
	require.Equal(t, []string{"How the printer is connected"}, advice.Runs[0].Asks)
	require.Equal(t, run.ID, advice.Procedures[0].Run)
	require.Contains(t, advice.Markdown(), "Check the printer")

	_, err = d.Tracker.MoveRun(t.Context(), run.ID, "", sop.Move{Seen: len(run.Trace), How: sop.Did, Answers: map[string][]string{"connection": {"cable"}}})
	require.NoError(t, err)
	advice, err = d.Advise(t.Context(), r.Ticket)
	require.NoError(t, err)
	require.Empty(t, advice.Ask)
	require.Equal(t, "ask: What happened", fmt.Sprint("ask: ", strings.Join(advice.Runs[0].Asks, ", ")))
}

// What a person refused is neither a candidate nor asked about.
func TestAdviceKnowsRefusals(t *testing.T) {
	d := groupingTeam(t)
	a, b := d.jams(tracker.Contact{Version: "5.0"}, tracker.Contact{Version: "4.2"}, [2]string{})
	r := d.ticket(0, 0, stops)
	_, err := d.Tracker.Reject(t.Context(), r.Ticket, tracker.Target{Problem: b.ID})
	require.NoError(t, err)
	dec, err := d.Tracker.Reject(t.Context(), r.Ticket, tracker.Target{Problem: a.ID})
	require.NoError(t, err)
	advice, err := d.Advise(t.Context(), r.Ticket)
	require.NoError(t, err)
	require.Empty(t, advice.Candidates)
	require.Empty(t, advice.Ask)
	_, err = d.Tracker.Undo(t.Context(), dec.ID)
	require.NoError(t, err)
	advice, err = d.Advise(t.Context(), r.Ticket)
	require.NoError(t, err)
	require.Empty(t, advice.Ask, "one candidate alone is not to be told apart")
}

// Advice for a contact that is not logged writes nothing, and leaves to its author what
// is for customers.
func TestAdviseContact(t *testing.T) {
	d := groupingTeam(t)
	a, _ := d.jams(tracker.Contact{Version: "5.0"}, tracker.Contact{Version: "4.2"}, [2]string{})
	for _, art := range []tracker.Article{
		{Title: "Printer stops: for customers", Resolution: "Turn the printer off when it stops in the middle of a page and blinks.", Audience: tracker.Customers, Problems: []tracker.ProblemID{a.ID}, Owner: "mia"},
		{Title: "Printer stops: for us", Resolution: "Send a technician when it blinks in the middle of a page.", Audience: tracker.Internal},
	} {
		_, err := d.Tracker.CreateArticle(t.Context(), art)
		require.NoError(t, err)
	}
	_, err := d.Tracker.UpdateArticle(t.Context(), 1, func(a *tracker.Article) error { a.Reason = "Eve misread it."; return nil })
	require.NoError(t, err)
	_, err = d.Tracker.FlagArticle(t.Context(), 1, 0, "Eve says that it is off already.")
	require.NoError(t, err)
	_, err = d.Tracker.CloseTicket(t.Context(), 1, tracker.SolvedAnew, "turned it off")
	require.NoError(t, err)
	require.NoError(t, d.CatchUp(t.Context()))
	head, err := d.Tracker.Head(t.Context())
	require.NoError(t, err)

	advice, err := d.AdviseContact(t.Context(), tracker.Contact{Title: "Printer stops", Text: "It stops in the middle of a page and blinks."})
	require.NoError(t, err)
	require.Len(t, advice.Candidates, 2)
	require.Len(t, advice.Articles, 2)
	require.Len(t, advice.Procedures, 1)
	require.Len(t, advice.Similar, 1)

	open := advice.ForCustomers()
	require.Len(t, open.Articles, 1)
	require.Equal(t, "Printer stops: for customers", open.Articles[0].Article.Title)
	require.Contains(t, advice.Articles[0].Why+advice.Articles[1].Why, "take care: 1 open flag")
	require.NotContains(t, open.Articles[0].Why, "flag", "what agents think of an article is theirs")
	shown := open.Articles[0].Article
	require.Equal(t, tracker.Article{
		ID: 1, Title: shown.Title, Resolution: shown.Resolution, Audience: tracker.Customers, Confidence: tracker.WorkInProgress, Revision: 2, Updated: noon,
	}, shown)
	open.Articles = nil
	require.Equal(t, kb.Advice{Behind: advice.Behind}, open)

	after, err := d.Tracker.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, head, after, "nothing was written")

	_, err = d.AdviseContact(t.Context(), tracker.Contact{Title: "a", Direction: "sideways"})
	require.ErrorIs(t, err, tracker.ErrInvalid)
}
