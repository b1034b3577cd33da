package tracker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// amends is a procedure with all that a run can ask the tracker for.
const amends = `format: 1
id: amends
version: 1
title: Something went wrong
purpose: It is made good.
owner: billing
status: active
needs:
  - {id: device, ask: The device, type: choice, choices: [phone, web], valid_for: 6 months}
  - {id: story, ask: What happened, type: text}
limits:
  - {role: agent, remedy: refund, up_to: 60 EUR, per: customer and month}
  - {role: lead, remedy: refund, up_to: 500 EUR, per: customer and month}
steps:
  - ask: [device]
  - ask: [story]
  - act: Give it back for {story}
    remedy: refund
  - promise: follow_up
    what: Whether it arrived
    within: 2 business days
  - check: It is good
    no: up
    yes: done
  - id: up
    escalate: lead
    reason: It is not
done_when: It is good.
`

// plan makes a procedure ready to be followed.
func plan(t testing.TB, yaml string) *sop.Plan {
	t.Helper()
	l, err := sop.Load(fstest.MapFS{"p.yaml": {Data: []byte(yaml)}})
	require.NoError(t, err)
	pl, err := l.Plan(l.All()[0].ID)
	require.NoError(t, err)
	return pl
}

func euro(n int64) sop.Money { return sop.Money{Minor: n * 100, Currency: "EUR"} }

// moveOn makes a move that has to work.
func moveOn(t testing.TB, tr *tracker.Tracker, r tracker.Run, role string, m sop.Move) tracker.Run {
	t.Helper()
	m.Seen = len(r.Trace)
	after, err := tr.MoveRun(ctx, r.ID, role, m)
	require.NoError(t, err)
	return after
}

var (
	phone = sop.Move{How: sop.Did, Answers: map[string][]string{"device": {"phone"}}}
	story = sop.Move{How: sop.Did, Answers: map[string][]string{"story": {"a scratch"}}}
	did   = sop.Move{How: sop.Did}
)

func pay(n int64) sop.Move { return sop.Move{How: sop.Did, Amount: euro(n)} }

// paying starts a run and goes to the step that gives money.
func paying(t testing.TB, tr *tracker.Tracker, pl *sop.Plan, ticket tracker.TicketID) tracker.Run {
	t.Helper()
	r, err := tr.StartRun(ctx, ticket, pl, "")
	require.NoError(t, err)
	if r.At == "1" {
		r = moveOn(t, tr, r, "", phone)
	}
	if r.At == "2" {
		r = moveOn(t, tr, r, "", story)
	}
	require.Equal(t, "3", r.At)
	return r
}

func TestRunOnATicket(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	id := tickets(t, tr, 1)[0]
	r := paying(t, tr, plan(t, amends), id)
	r = moveOn(t, tr, r, "", pay(20))
	r = moveOn(t, tr, r, "", did)

	gifts := all(t, tr.Remedies(ctx, tracker.RemedyQuery{Ticket: id}))
	require.Len(t, gifts, 1)
	require.Equal(t, tracker.Remedy{ID: 1, Ticket: id, Kind: sop.Refund, Amount: euro(20), Text: "Give it back for a scratch", Given: clock.Now(), By: mia, Role: "agent", Run: r.ID}, gifts[0])
	promises := all(t, tr.Promises(ctx, tracker.PromiseQuery{Ticket: id}))
	require.Len(t, promises, 1)
	require.Equal(t, tracker.PromiseFollowUp, promises[0].Kind)
	require.Equal(t, clock.Now().AddDate(0, 0, 2), promises[0].Due)
	tk, err := tr.Ticket(ctx, id)
	require.NoError(t, err)
	require.Len(t, all(t, tr.Answers(ctx, tk.Customer)), 2, "answers are stored with the customer")

	turn, ok, err := tr.Turn(ctx, r.ID, "")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, []string{"yes", "no"}, turn.Choices)
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Did, Choice: "yes"})
	require.Equal(t, sop.Finished, r.State)
	_, ok, err = tr.Turn(ctx, r.ID, "")
	require.NoError(t, err)
	require.False(t, ok)
	_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Did})
	require.ErrorIs(t, err, sop.ErrOver)
	require.ErrorIs(t, err, tracker.ErrConflict)

	second, err := tr.StartRun(ctx, id, plan(t, strings.Replace(amends, "id: amends", "id: again", 1)), "")
	require.NoError(t, err, "a ticket may have several runs")
	require.Equal(t, "3", second.At, "what was asked on the ticket is not asked again")
	require.Len(t, all(t, tr.Runs(ctx, tracker.RunQuery{Ticket: id})), 2)
	require.Len(t, all(t, tr.Runs(ctx, tracker.RunQuery{State: sop.Finished})), 1)
	require.Len(t, all(t, tr.Runs(ctx, tracker.RunQuery{Procedure: "again"})), 1)
	checkSound(t, tr)
}

func TestAnswersAreAskedOnce(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	pl := plan(t, amends)
	first := logged(t, tr, email("ada@example.org", "One", "First matter")).Ticket
	second := logged(t, tr, email("ada@example.org", "Two", "Second matter")).Ticket
	other := logged(t, tr, email("bob@example.org", "Three", "Somebody else")).Ticket
	paying(t, tr, pl, first)

	r, err := tr.StartRun(ctx, second, pl, "")
	require.NoError(t, err)
	require.Equal(t, "2", r.At, "the device is known; the story is another one")
	require.Equal(t, []string{"phone"}, r.Answers["device"].Values)
	r, err = tr.StartRun(ctx, other, pl, "")
	require.NoError(t, err)
	require.Equal(t, "1", r.At, "of another customer nothing is known")

	_, err = tr.MergeCustomers(ctx, 1, 2)
	require.NoError(t, err)
	r, err = tr.StartRun(ctx, other, pl, "")
	require.NoError(t, err)
	require.Equal(t, "2", r.At, "until it shows that they are one")

	clock.forward(200 * 24 * time.Hour)
	r, err = tr.StartRun(ctx, second, pl, "")
	require.NoError(t, err)
	require.Equal(t, "1", r.At, "after six months it is asked again")
}

// Limits hold over all tickets of a customer, by whomever and whenever it was given.
func TestLimitsHoldForTheCustomer(t *testing.T) {
	allowed := map[string]bool{"lead": true}
	tr, clock := openMem(t, peopleOnly, func(o *tracker.Options) {
		o.Authorize = func(_ context.Context, r tracker.Request) error {
			if r.Action == "act_as" && !allowed[r.Object] {
				return errors.New("not in this role")
			}
			return nil
		}
	})
	pl := plan(t, amends)
	first := logged(t, tr, email("ada@example.org", "One", "First matter")).Ticket
	second := logged(t, tr, email("ada@example.org", "Two", "Second matter")).Ticket
	a, b := paying(t, tr, pl, first), paying(t, tr, pl, second)
	a = moveOn(t, tr, a, "", pay(40))

	_, err := tr.MoveRun(ctx, b.ID, "", sop.Move{Seen: len(b.Trace), How: sop.Did, Amount: euro(30)})
	require.ErrorIs(t, err, tracker.ErrForbidden)
	var limit *sop.LimitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, euro(20), limit.Left)
	require.Equal(t, []string{"lead", "billing"}, limit.Roles)
	require.Len(t, all(t, tr.Remedies(ctx, tracker.RemedyQuery{})), 1, "nothing was booked")

	_, err = tr.MoveRun(ctx, b.ID, "billing", sop.Move{Seen: len(b.Trace), How: sop.Did, Amount: euro(30)})
	require.ErrorIs(t, err, tracker.ErrForbidden, "a role is not taken, it is given")
	b = moveOn(t, tr, b, "lead", pay(30))
	require.Equal(t, "lead", all(t, tr.Remedies(ctx, tracker.RemedyQuery{Ticket: second}))[0].Role)

	// What is given without a procedure counts, what is taken back does not.
	clock.forward(31 * 24 * time.Hour)
	_, err = tr.BookRemedy(ctx, tracker.Remedy{Ticket: first, Kind: sop.Refund, Amount: euro(50)})
	require.NoError(t, err)
	c := paying(t, tr, pl, second)
	_, err = tr.MoveRun(ctx, c.ID, "", sop.Move{Seen: len(c.Trace), How: sop.Did, Amount: euro(20)})
	require.ErrorIs(t, err, sop.ErrLimit)
	c = moveOn(t, tr, c, "", pay(10))
	c = moveOn(t, tr, c, "", sop.Move{How: sop.Undone})
	gifts := all(t, tr.Remedies(ctx, tracker.RemedyQuery{Customer: 1}))
	require.Len(t, gifts, 4)
	require.Equal(t, clock.Now(), gifts[len(gifts)-1].TakenBack)
	moveOn(t, tr, c, "", pay(10))
	_ = a
	for _, bad := range []tracker.Remedy{
		{Ticket: first, Kind: "pony"}, {Ticket: first, Kind: sop.Refund}, {Ticket: first, Kind: sop.Fix, Amount: euro(1)}, {Ticket: first, Kind: sop.Refund, Amount: euro(-1)},
		{Ticket: first, Kind: sop.Refund, Amount: sop.Money{Minor: math.MaxInt64, Currency: "EUR"}}, {Ticket: first, Kind: sop.Refund, Amount: sop.Money{Minor: 1, Currency: "eur"}},
		{Ticket: first, Kind: sop.Refund, Amount: sop.Money{Minor: 1, Currency: "€"}}, {Ticket: first, Kind: sop.Refund, Amount: sop.Money{Minor: 1, Currency: "x\x00y"}},
	} {
		_, err = tr.BookRemedy(ctx, bad)
		require.ErrorIs(t, err, tracker.ErrInvalid)
	}
	checkSound(t, tr)
}

// Agents who give at the same time cannot together give more than one may.
func TestLimitsHoldAgainstTheClock(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	pl := plan(t, amends)
	var runs []tracker.Run
	for i := range 8 {
		runs = append(runs, paying(t, tr, pl, logged(t, tr, email("ada@example.org", fmt.Sprint("Matter ", i), "A matter")).Ticket))
	}
	var wait sync.WaitGroup
	given := make(chan error, len(runs))
	for _, r := range runs {
		wait.Go(func() {
			_, err := tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Did, Amount: euro(25)})
			given <- err
		})
	}
	wait.Wait()
	close(given)
	n := 0
	for err := range given {
		if err == nil {
			n++
			continue
		}
		require.ErrorIs(t, err, sop.ErrLimit)
	}
	require.Equal(t, 2, n, "60 EUR hold 25 twice")
}

// Of two who move the same run, one is told what the other did; no step is lost.
func TestTwoAgentsOnOneRun(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	r := paying(t, tr, plan(t, amends), tickets(t, tr, 1)[0])
	const agents = 6
	var wait sync.WaitGroup
	outcome := make(chan error, agents)
	for i := range agents {
		wait.Go(func() {
			_, err := tr.As(tracker.Agent(fmt.Sprint("a", i))).MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Did, Amount: euro(1)})
			outcome <- err
		})
	}
	wait.Wait()
	close(outcome)
	done := 0
	for err := range outcome {
		if err == nil {
			done++
			continue
		}
		require.ErrorIs(t, err, sop.ErrMoved)
		require.ErrorIs(t, err, tracker.ErrConflict)
		require.ErrorContains(t, err, "agent:a")
	}
	require.Equal(t, 1, done)
	require.Len(t, all(t, tr.Remedies(ctx, tracker.RemedyQuery{})), 1)
}

func TestUndoOfAStep(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	id := tickets(t, tr, 1)[0]
	r := paying(t, tr, plan(t, amends), id)
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Undone})
	require.Len(t, all(t, tr.Answers(ctx, 1)), 1, "the answer is taken back")
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Did, Answers: map[string][]string{"story": {"a dent"}, "device": {"web"}}})
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Undone})
	require.Equal(t, []string{"phone"}, all(t, tr.Answers(ctx, 1))[0].Values, "and the one before it stands again")
	r = moveOn(t, tr, r, "", story)
	r = moveOn(t, tr, r, "", pay(5))
	r = moveOn(t, tr, r, "", did)
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Undone})
	p := all(t, tr.Promises(ctx, tracker.PromiseQuery{Ticket: id}))[0]
	require.Equal(t, tracker.PromiseWithdrawn, p.State)

	r = moveOn(t, tr, r, "", did)
	_, err := tr.SettlePromise(ctx, 2, tracker.PromiseKept, "")
	require.NoError(t, err)
	_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Undone})
	require.ErrorIs(t, err, tracker.ErrConflict, "a promise that was kept is not taken back")
	again, err := tr.Run(ctx, r.ID)
	require.NoError(t, err)
	require.Equal(t, r, again, "and nothing else is")
	_ = clock
	checkSound(t, tr)
}

func TestRunsRefused(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	id := tickets(t, tr, 1)[0]
	pl := plan(t, amends)
	_, err := tr.StartRun(ctx, 99, pl, "")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = tr.StartRun(ctx, id, plan(t, strings.Replace(amends, "active", "retired", 1)), "")
	require.ErrorIs(t, err, tracker.ErrInvalid)
	p := pl.Procedure().Clone()
	p.Hash = "00"
	forged, err := sop.NewPlan(p)
	require.NoError(t, err)
	_, err = tr.StartRun(ctx, id, forged, "")
	require.ErrorIs(t, err, tracker.ErrInvalid, "a text that is not what its hash says")
	for name, edit := range map[string]func(*sop.Procedure){
		"a step more": func(p *sop.Procedure) { p.Steps = append(p.Steps, p.Steps[2]) },
		"a limit":     func(p *sop.Procedure) { p.Limits[0].UpTo = euro(1000) },
		"an id":       func(p *sop.Procedure) { p.ID = "others" },
	} {
		p := pl.Procedure().Clone()
		edit(p)
		edited, err := sop.NewPlan(p)
		require.NoError(t, err)
		_, err = tr.StartRun(ctx, id, edited, "")
		require.ErrorIs(t, err, tracker.ErrInvalid, "what was edited and not written: "+name)
	}
	for _, status := range []string{"retired", "draft"} {
		outer, err := sop.Parse("o", []byte("format: 1\nid: outer\nversion: 1\ntitle: T\npurpose: P\nowner: O\nstatus: active\nsteps: [{include: amends}]\ndone_when: D\n"))
		require.NoError(t, err)
		around, err := sop.NewPlan(outer, plan(t, strings.Replace(amends, "active", status, 1)).Procedure())
		require.NoError(t, err)
		_, err = tr.StartRun(ctx, id, around, "")
		require.ErrorIs(t, err, tracker.ErrInvalid, "what includes one that is "+status)
	}
	same, err := sop.NewPlan(pl.Procedure().Clone())
	require.NoError(t, err)
	r, err := tr.StartRun(ctx, id, same, "")
	require.NoError(t, err, "a copy is as good")
	_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Skipped})
	require.ErrorIs(t, err, sop.ErrReason)
	require.ErrorIs(t, err, tracker.ErrInvalid)
	_, err = tr.CloseTicket(ctx, id, tracker.SolvedAnew, "")
	require.NoError(t, err)
	_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Did, Answers: phone.Answers})
	require.ErrorIs(t, err, tracker.ErrConflict)
	_, err = tr.StartRun(ctx, id, pl, "")
	require.ErrorIs(t, err, tracker.ErrConflict)
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Abandoned, Reason: "closed"})
	require.Equal(t, sop.Stopped, r.State)
	_, err = tr.Run(ctx, 7)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = tr.ProcedureText(ctx, strings.Repeat("0", 64))
	require.ErrorIs(t, err, tracker.ErrNotFound)
}

// Months and hours of business are those of the team's clocks; what is kept is UTC.
func TestRunsInTheTeamsZone(t *testing.T) {
	zone := time.FixedZone("there", -8*3600)
	tr, clock := openMem(t, peopleOnly, func(o *tracker.Options) { o.Zone = zone })
	hours := strings.Replace(amends, "2 business days", "2 business hours", 1)
	clock.forward(time.Date(2026, 4, 1, 0, 30, 0, 0, time.UTC).Sub(clock.Now())) // there it is March, 16:30
	id := tickets(t, tr, 1)[0]
	r := moveOn(t, tr, paying(t, tr, plan(t, hours), id), "", pay(60))
	r = moveOn(t, tr, r, "", did)
	due := all(t, tr.Promises(ctx, tracker.PromiseQuery{Ticket: id}))[0].Due
	require.Equal(t, time.Date(2026, 4, 1, 18, 30, 0, 0, time.UTC), due, "half an hour today, an hour and a half from nine tomorrow")
	require.Equal(t, time.UTC, r.Trace[0].At.Location())
	clock.forward(7 * time.Hour)
	b := paying(t, tr, plan(t, hours), id)
	_, err := tr.MoveRun(ctx, b.ID, "", sop.Move{Seen: len(b.Trace), How: sop.Did, Amount: euro(1)})
	require.ErrorIs(t, err, sop.ErrLimit, "there it is March still")
	clock.forward(time.Hour)
	moveOn(t, tr, b, "", pay(60))
}

// A run goes on after a restart, on another machine, and when its file is another one.
func TestRunSurvives(t *testing.T) {
	clock := newClock()
	path := tempFile(t)
	tr := openBolt(t, path, clock, peopleOnly)
	id := tickets(t, tr, 1)[0]
	pl := plan(t, amends)
	r := paying(t, tr, pl, id)
	require.NoError(t, tr.Close())

	tr = openBolt(t, path, clock, peopleOnly)
	data, err := tr.ProcedureText(ctx, r.Texts[0].Hash)
	require.NoError(t, err)
	require.Equal(t, amends, string(data))
	r = moveOn(t, tr, r, "", pay(1))
	changed := plan(t, strings.ReplaceAll(amends, "version: 1", "version: 2"))
	newer, err := tr.StartRun(ctx, id, changed, "")
	require.NoError(t, err)
	require.NotEqual(t, r.Texts, newer.Texts)

	var dump bytes.Buffer
	require.NoError(t, tr.Export(ctx, &dump))
	require.NoError(t, tr.Close())
	s := memstore.New()
	require.NoError(t, tracker.Restore(ctx, s, &dump))
	tr = openStore(t, s, clock, peopleOnly)
	r = moveOn(t, tr, r, "", did)
	require.Equal(t, "5", r.At)
	checkSound(t, tr)
	require.Len(t, all(t, tr.Remedies(ctx, tracker.RemedyQuery{Ticket: id})), 1)
	st, err := tr.Stats(ctx)
	require.NoError(t, err)
	require.Equal(t, [...]uint64{2, 1}, [...]uint64{st.Runs, st.Remedies})

	// A text that is gone is found.
	require.NoError(t, s.Update(ctx, func(w store.Writer) error {
		entries, err := w.Page("procedure_texts", store.Range{}, 1)
		if err != nil {
			return err
		}
		return w.Put("procedure_texts", entries[0].Key, []byte("format: 1\n"))
	}))
	v, err := tr.Verify(ctx)
	require.NoError(t, err)
	require.Len(t, v.Missing, 1)
	require.Contains(t, v.Missing[0].String(), "procedure text of run")
}

// An export of a procedure that looks like JSON is restored as it was.
func TestProcedureInBraces(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	id := tickets(t, tr, 1)[0]
	yaml := "{format: 1, id: b, version: 1, title: T, purpose: P, owner: O, status: active, steps: [{act: A}], done_when: D}\n"
	r, err := tr.StartRun(ctx, id, plan(t, yaml), "")
	require.NoError(t, err)
	var dump bytes.Buffer
	require.NoError(t, tr.Export(ctx, &dump))
	s := memstore.New()
	require.NoError(t, tracker.Restore(ctx, s, &dump))
	data, err := openStore(t, s, clock, peopleOnly).ProcedureText(ctx, r.Texts[0].Hash)
	require.NoError(t, err)
	require.Equal(t, yaml, string(data))
}

// An erasure takes out what the customer said and what was written about it, and keeps
// the counts and the sums.
func TestEraseRuns(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	id := tickets(t, tr, 1)[0]
	r := paying(t, tr, plan(t, amends), id)
	r = moveOn(t, tr, r, "", pay(12))
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Otherwise, Reason: "a secret reason", Due: monday.AddDate(0, 0, 9)})
	done, err := tr.Erase(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, 2, done.Answers)
	var dump bytes.Buffer
	require.NoError(t, tr.Export(ctx, &dump))
	for _, word := range []string{"scratch", "secret", `"phone"`} {
		require.NotContains(t, dump.String(), word)
	}
	gone, err := tr.Run(ctx, r.ID)
	require.NoError(t, err)
	require.True(t, gone.Erased)
	require.Len(t, gone.Trace, len(r.Trace), "what was done is still counted")
	require.Equal(t, euro(12), all(t, tr.Remedies(ctx, tracker.RemedyQuery{}))[0].Amount)
	_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Did, Choice: "yes"})
	require.ErrorIs(t, err, tracker.ErrErased)
	_, _, err = tr.Turn(ctx, r.ID, "")
	require.ErrorIs(t, err, tracker.ErrErased)
	checkSound(t, tr)
}

// An answer that was used on a ticket of somebody who was taken for the same customer
// goes with the customer who gave it, and with it all texts that it was put into.
func TestEraseCopiesOfAnswers(t *testing.T) {
	for _, row := range []struct {
		promise, from, to string
		moves             []sop.Move
	}{
		{"passed over at once", "", "", []sop.Move{story, pay(5), did}},
		{"asked for with another question", "  - ask: [device]\n  - ask: [story]\n", "  - ask: [device, story]\n  - tell: Sorry\n", []sop.Move{story, did, pay(5), did}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, _ := openMem(t, peopleOnly)
			yaml := strings.NewReplacer("type: choice, choices: [phone, web], valid_for", "type: text, valid_for", "{story}", "{story} on the {device}", "Whether it", "Whether the {device}").Replace(amends)
			pl := plan(t, strings.Replace(yaml, row.from, row.to, 1))
			ada, bob := logged(t, tr, email("ada@example.org", "One", "First matter")), logged(t, tr, email("bob@example.org", "Two", "Somebody else"))
			r, err := tr.StartRun(ctx, ada.Ticket, pl, "")
			require.NoError(t, err)
			moveOn(t, tr, r, "", sop.Move{How: sop.Did, Answers: map[string][]string{"device": {"phone of Ada's"}, "story": {"x"}}})
			d, err := tr.MergeCustomers(ctx, 2, 1)
			require.NoError(t, err)
			r, err = tr.StartRun(ctx, bob.Ticket, pl, "")
			require.NoError(t, err)
			for _, m := range row.moves {
				r = moveOn(t, tr, r, "", m)
			}
			require.Equal(t, "Give it back for a scratch on the phone of Ada's", all(t, tr.Remedies(ctx, tracker.RemedyQuery{}))[0].Text)
			for _, a := range all(t, tr.Answers(ctx, 1)) {
				require.Equal(t, a.Need == "device" || a.Values[0] == "x", a.Ticket == ada.Ticket, "an answer is filed where it was given")
			}
			_, err = tr.Undo(ctx, d.ID)
			require.NoError(t, err)
			_, err = tr.Erase(ctx, 1)
			require.NoError(t, err)
			var dump bytes.Buffer
			require.NoError(t, tr.Export(ctx, &dump))
			require.NotContains(t, dump.String(), "Ada's")
			require.Contains(t, dump.String(), "a scratch", "what Bob said stays")
			after, err := tr.Run(ctx, r.ID)
			require.NoError(t, err)
			require.Equal(t, sop.Replay(after.Texts, after.Trace), after.Run)
			moveOn(t, tr, after, "", sop.Move{How: sop.Did, Choice: "yes"})
			checkSound(t, tr)
		})
	}
}

// What happened in runs comes back as data for the owners of procedures.
func TestLearn(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	l, err := sop.Load(fstest.MapFS{"p.yaml": {Data: []byte(strings.Replace(amends, "needs:", "when:\n  all:\n    - {field: words, contains: scratch}\nneeds:", 1))}})
	require.NoError(t, err)
	pl, err := l.Plan("amends")
	require.NoError(t, err)
	old := logged(t, tr, email("old@example.org", "A scratch", "There is a scratch on it.")).Ticket
	paying(t, tr, pl, old)
	clock.forward(time.Hour)
	since := clock.Now()
	var applied []tracker.TicketID
	for i := range 4 {
		applied = append(applied, logged(t, tr, email(fmt.Sprintf("c%d@example.org", i%3), fmt.Sprint("A scratch ", i), "There is a scratch on it.")).Ticket)
	}
	nothing := logged(t, tr, email("x@example.org", "A dent", "There is a dent in it.")).Ticket
	for i, id := range applied {
		r := paying(t, tr, pl, id)
		r = moveOn(t, tr, r, "", pay(5))
		r = moveOn(t, tr, r, "", sop.Move{How: sop.Skipped, Reason: []string{"They will write", "they  will write", "No time"}[i%3]})
		if i == 0 {
			moveOn(t, tr, r, "", sop.Move{How: sop.Abandoned, Reason: "wrong procedure"})
		} else {
			moveOn(t, tr, r, "", sop.Move{How: sop.Did, Choice: "yes"})
		}
	}
	got, err := tr.Learn(ctx, l, since, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []tracker.TicketID{nothing}, got.Nothing)
	require.Equal(t, [...]int{5, 1}, [...]int{got.Tickets, got.Unmatched})
	require.Len(t, got.Procedures, 1)
	one := got.Procedures[0]
	require.Equal(t, [...]int{4, 4, 3, 1, 4, 4}, [...]int{one.Applied, one.Followed, one.Finished, one.Stopped, one.Deviations, one.Deviating})
	require.Equal(t, []sop.Because{{Reason: "wrong procedure", Times: 1}}, one.Why)
	skipped := one.AlwaysSkipped(3)
	require.Len(t, skipped, 1)
	require.Equal(t, "promise a follow-up within 2 business days: Whether it arrived", skipped[0].Says)
	require.Equal(t, []sop.Because{{Reason: "They will write", Times: 3}, {Reason: "No time", Times: 1}}, skipped[0].Why)
	require.Equal(t, []tracker.Asked{{Need: "device", Put: 3, OnFile: 1}, {Need: "story", Put: 4}}, got.Questions)
}

// A question that an answer on file spared the customer was not put, also where another
// one was put with it.
func TestLearnSparedQuestions(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	yaml := strings.Replace(amends, "  - ask: [device]\n  - ask: [story]\n", "  - ask: [device, story]\n", 1)
	for i := range 2 {
		id := logged(t, tr, email("ada@example.org", fmt.Sprint("Matter ", i), "A matter")).Ticket
		r, err := tr.StartRun(ctx, id, plan(t, yaml), "")
		require.NoError(t, err)
		turn, _, err := tr.Turn(ctx, r.ID, "")
		require.NoError(t, err)
		m := sop.Move{How: sop.Did, Answers: map[string][]string{}}
		for _, q := range turn.Missing {
			m.Answers[q.ID] = []string{"phone"}
		}
		moveOn(t, tr, r, "", m)
	}
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	got, err := tr.Learn(ctx, l, time.Time{}, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []tracker.Asked{{Need: "device", Put: 1, OnFile: 1}, {Need: "story", Put: 2}}, got.Questions)
}

// A run whose text is lost or damaged can be stopped.
func TestStopWithoutText(t *testing.T) {
	for _, damaged := range []string{"", "format: 1\n"} {
		s := memstore.New()
		tr := openStore(t, s, newClock(), peopleOnly)
		r, err := tr.StartRun(ctx, tickets(t, tr, 1)[0], plan(t, amends), "")
		require.NoError(t, err)
		require.NoError(t, s.Update(ctx, func(w store.Writer) error {
			entries, err := w.Page("procedure_texts", store.Range{}, 1)
			if err == nil && damaged == "" {
				return w.Delete("procedure_texts", entries[0].Key)
			}
			return w.Put("procedure_texts", entries[0].Key, []byte(damaged))
		}))
		tr = openStore(t, s, newClock(), peopleOnly)
		_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Skipped, Reason: "x"})
		require.Error(t, err)
		r = moveOn(t, tr, r, "", sop.Move{How: sop.Abandoned, Reason: "the text is lost"})
		require.Equal(t, sop.Stopped, r.State)
	}
}

// What people write into a move is what is read again, in the run and on its records.
func TestWordsOfMoves(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	id := tickets(t, tr, 1)[0]
	r, err := tr.StartRun(ctx, id, plan(t, amends), "")
	require.NoError(t, err)
	r = moveOn(t, tr, r, "", phone)
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Did, Answers: map[string][]string{"story": {"caf\xe9\n\x1b[31m"}}})
	r = moveOn(t, tr, r, "", sop.Move{How: sop.Otherwise, Reason: "\x1b[31mred\x00 \xff", Remedy: sop.Refund, Amount: euro(1)})
	again, err := tr.Run(ctx, r.ID)
	require.NoError(t, err)
	require.Equal(t, r, again)
	require.Equal(t, "[31mred \uFFFD", all(t, tr.Remedies(ctx, tracker.RemedyQuery{}))[0].Text)
	for _, year := range []int{10000, 12000} {
		_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Otherwise, Reason: "x", Due: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)})
		require.ErrorIs(t, err, tracker.ErrInvalid)
	}
	for _, role := range []string{"le\x00ad", "caf\xe9", strings.Repeat("x", 2000)} {
		_, err = tr.MoveRun(ctx, r.ID, role, sop.Move{Seen: len(r.Trace), How: sop.Did})
		require.ErrorIs(t, err, tracker.ErrInvalid, "a role that cannot be read")
		_, err = tr.BookRemedy(ctx, tracker.Remedy{Ticket: id, Kind: sop.Fix, Role: role})
		require.ErrorIs(t, err, tracker.ErrInvalid)
	}
}

// What was booked by mistake is taken back with a reason, and no limit counts it.
func TestTakeBackRemedy(t *testing.T) {
	tr, clock := openMem(t, peopleOnly, func(o *tracker.Options) {
		o.Authorize = func(_ context.Context, r tracker.Request) error {
			if r.Action == "act_as" && r.Object != "lead" {
				return errors.New("not in this role")
			}
			return nil
		}
	})
	id := tickets(t, tr, 1)[0]
	r := paying(t, tr, plan(t, amends), id)
	_, err := tr.BookRemedy(ctx, tracker.Remedy{Ticket: id, Kind: sop.Refund, Amount: euro(60), Role: "billing"})
	require.ErrorIs(t, err, tracker.ErrForbidden, "a role is not taken, it is given")
	booked, err := tr.BookRemedy(ctx, tracker.Remedy{Ticket: id, Kind: sop.Refund, Amount: euro(60), Role: "lead"})
	require.NoError(t, err)
	require.Equal(t, "lead", booked.Role)
	_, err = tr.MoveRun(ctx, r.ID, "", sop.Move{Seen: len(r.Trace), How: sop.Did, Amount: euro(60)})
	require.ErrorIs(t, err, sop.ErrLimit)
	_, err = tr.TakeBackRemedy(ctx, booked.ID, " ")
	require.ErrorIs(t, err, tracker.ErrInvalid)
	gone, err := tr.TakeBackRemedy(ctx, booked.ID, "it was another customer's secret")
	require.NoError(t, err)
	require.Equal(t, clock.Now(), gone.TakenBack)
	require.Equal(t, []tracker.Remedy{gone}, all(t, tr.Remedies(ctx, tracker.RemedyQuery{Ticket: id})))
	moveOn(t, tr, r, "", pay(60))
	for id, want := range map[tracker.RemedyID]error{booked.ID: tracker.ErrConflict, 2: tracker.ErrConflict, 3: tracker.ErrNotFound} {
		_, err = tr.TakeBackRemedy(ctx, id, "x")
		require.ErrorIs(t, err, want, id)
	}
	_, err = tr.Erase(ctx, 1)
	require.NoError(t, err)
	_, err = tr.TakeBackRemedy(ctx, booked.ID, "x")
	require.ErrorIs(t, err, tracker.ErrErased)
	for _, g := range all(t, tr.Remedies(ctx, tracker.RemedyQuery{})) {
		require.Empty(t, g.Text+g.Reason)
	}
	checkSound(t, tr)
}

// What only the caller knows of a customer is asked for, and what was erased is left out
// of all counts.
func TestLearnFacts(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	l, err := sop.Load(fstest.MapFS{"p.yaml": {Data: []byte(strings.Replace(amends, "needs:", "when:\n  all:\n    - {field: spend, gt: 500 EUR}\nneeds:", 1))}})
	require.NoError(t, err)
	pl, err := l.Plan("amends")
	require.NoError(t, err)
	for _, id := range tickets(t, tr, 3) {
		paying(t, tr, pl, id)
	}
	_, err = tr.Erase(ctx, 1)
	require.NoError(t, err)
	for _, row := range []struct {
		fill             func(tracker.Ticket, *sop.Facts)
		tickets, applied int
	}{
		{nil, 2, 0},
		{func(tk tracker.Ticket, f *sop.Facts) {
			if tk.Customer == 2 {
				f.Spend = euro(501)
			}
		}, 2, 1},
	} {
		got, err := tr.Learn(ctx, l, time.Time{}, time.Time{}, row.fill)
		require.NoError(t, err)
		require.Equal(t, [...]int{row.tickets, row.applied, 2}, [...]int{got.Tickets, got.Procedures[0].Applied, got.Procedures[0].Followed})
	}
}
