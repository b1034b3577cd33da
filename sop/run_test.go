package sop_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// monday is a Monday at noon.
var monday = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

func mia() sop.Desk { return sop.Desk{Now: monday, By: "mia"} }

func samplePlan(t testing.TB, id string) *sop.Plan {
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	pl, err := l.Plan(id)
	require.NoError(t, err)
	return pl
}

// must makes a move that has to work.
func must(t *testing.T, pl *sop.Plan, r sop.Run, m sop.Move, d sop.Desk) (sop.Run, []sop.Effect) {
	t.Helper()
	m.Seen = len(r.Trace)
	after, effects, err := pl.Do(r, m, d)
	require.NoError(t, err)
	return after, effects
}

// One run from its start to its end, as people and programs see it.
func TestRunGolden(t *testing.T) {
	pl := samplePlan(t, "double-charge")
	d := mia()
	var b strings.Builder
	r, effects := pl.Start(d)
	show := func(what string) {
		fmt.Fprintf(&b, "== %s\n", what)
		for _, e := range effects {
			fmt.Fprintf(&b, "effect: %s\n", inWords(t, e))
		}
		n, ok := pl.Next(r, d)
		if !ok {
			fmt.Fprintf(&b, "%s\n", r.State)
			return
		}
		fmt.Fprintf(&b, "next %s: %s\n", n.Path, n.Says)
		if n.Role != "" {
			fmt.Fprintf(&b, "  by %s\n", n.Role)
		}
		for _, q := range n.Missing {
			fmt.Fprintf(&b, "  missing %s\n", q.ID)
		}
		for _, a := range n.Known {
			fmt.Fprintf(&b, "  known %s: %v\n", a.Need, a.Values)
		}
		if n.Choices != nil {
			fmt.Fprintf(&b, "  choices %q, decided %q\n", n.Choices, n.Decided)
		}
		for _, l := range n.Left {
			fmt.Fprintf(&b, "  %s may give %s\n", l.Role, l.Amount)
		}
	}
	show("start")
	for _, move := range []struct {
		what string
		sop.Move
	}{
		{"the points came across", sop.Move{How: sop.Did}},
		{"both answers", sop.Move{How: sop.Did, Answers: map[string][]string{"charge_dates": {"1 and 3 March, 29 EUR each"}, "paid_with": {"card"}}}},
		{"no case fits a card", sop.Move{How: sop.Did}},
		{"two charges are there", sop.Move{How: sop.Did, Choice: "yes"}},
		{"29 EUR go back", sop.Move{How: sop.Did, Amount: sop.Money{Minor: 2900, Currency: "EUR"}}},
		{"the customer hung up", sop.Move{How: sop.Skipped, Reason: "The line broke; it is in the mail."}},
		{"a follow-up sooner", sop.Move{How: sop.Otherwise, Reason: "She leaves on Thursday", Due: monday.AddDate(0, 0, 2)}},
		{"that was wrong", sop.Move{How: sop.Undone}},
		{"a follow-up as it stands", sop.Move{How: sop.Did}},
	} {
		r, effects = must(t, pl, r, move.Move, d)
		show(move.what)
	}
	golden(t, "run.txt", b.String())
	require.Equal(t, sop.Replay(r.Texts, r.Trace), r)
	raw, err := json.Marshal(r)
	require.NoError(t, err)
	var again sop.Run
	require.NoError(t, json.Unmarshal(raw, &again))
	if diff := cmp.Diff(r, again); diff != "" {
		t.Error("a run that was stored is another:", diff)
	}
}

func inWords(t *testing.T, e sop.Effect) string {
	raw, err := json.Marshal(e)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(raw, &m))
	for k, v := range m {
		if v == nil || v == 0.0 {
			delete(m, k)
		}
	}
	raw, err = json.Marshal(m)
	require.NoError(t, err)
	return string(raw)
}

// What is not to be done is refused, with a word on what is.
func TestMovesRefused(t *testing.T) {
	pl := samplePlan(t, "refund")
	start, _ := pl.Start(mia())
	asked, _ := must(t, pl, start, sop.Move{How: sop.Did, Answers: map[string][]string{"bought": {"the year"}}}, mia())
	checked, _ := must(t, pl, asked, sop.Move{How: sop.Did, Choice: "yes"}, mia())
	wished, _ := must(t, pl, checked, sop.Move{How: sop.Did, Answers: map[string][]string{"rather": {"money back"}}}, mia())
	paying, _ := must(t, pl, wished, sop.Move{How: sop.Did}, mia())
	eur := func(n int64) sop.Money { return sop.Money{Minor: n * 100, Currency: "EUR"} }
	lead := mia()
	lead.Role = "billing lead"
	intern := mia()
	intern.Role = "intern"
	owner := mia()
	owner.Role = "Billing"
	for _, row := range []struct {
		promise string
		run     sop.Run
		move    sop.Move
		desk    sop.Desk
		is      error
		want    string
	}{
		{"an answer that is owed", start, sop.Move{How: sop.Did}, mia(), sop.ErrMove, "no answer to bought"},
		{"an answer to nothing", start, sop.Move{How: sop.Did, Answers: map[string][]string{"shoe_size": {"43"}}}, mia(), sop.ErrMove, `no question is called "shoe_size"`},
		{"an answer that is none of the choices", start, sop.Move{How: sop.Did, Answers: map[string][]string{"bought": {"x"}, "rather": {"a pony"}}}, mia(), sop.ErrMove, `"a pony" is none of: money back`},
		{"a check without yes or no", asked, sop.Move{How: sop.Did, Choice: "maybe"}, mia(), sop.ErrMove, "say yes or no"},
		{"a skip without a reason", asked, sop.Move{How: sop.Skipped, Reason: " "}, mia(), sop.ErrReason, ""},
		{"a stop without a reason", asked, sop.Move{How: sop.Abandoned}, mia(), sop.ErrReason, ""},
		{"another way than the answer decides", wished, sop.Move{How: sop.Did, Choice: "credit"}, mia(), sop.ErrMove, `the answer to rather is "money back"`},
		{"money without a sum", paying, sop.Move{How: sop.Did}, mia(), sop.ErrMove, "say how much"},
		{"a sum in a currency that is none", paying, sop.Move{How: sop.Did, Amount: sop.Money{Minor: 100, Currency: "eur"}}, owner, sop.ErrMove, "say how much"},
		{"a sum beyond twelve digits", paying, sop.Move{How: sop.Did, Amount: sop.Money{Minor: 1 << 62, Currency: "EUR"}}, owner, sop.ErrMove, "say how much"},
		{"more than an agent may", paying, sop.Move{How: sop.Did, Amount: eur(61)}, mia(), sop.ErrLimit, "agent may not give a refund of 61 EUR: 60 EUR is left of the limit; ask billing lead or billing"},
		{"more than a lead may", paying, sop.Move{How: sop.Did, Amount: eur(501)}, lead, sop.ErrLimit, "billing lead may not give a refund of 501 EUR: 500 EUR is left of the limit; ask billing"},
		{"a currency without a limit", paying, sop.Move{How: sop.Did, Amount: sop.Money{Minor: 100, Currency: "CHF"}}, mia(), sop.ErrLimit, "ask billing"},
		{"a role without a limit", paying, sop.Move{How: sop.Did, Amount: eur(1)}, intern, sop.ErrLimit, "intern may not give"},
		{"more by doing it otherwise", paying, sop.Move{How: sop.Otherwise, Reason: "They were right", Amount: eur(61)}, mia(), sop.ErrLimit, ""},
		{"money on a step that gives none", checked, sop.Move{How: sop.Otherwise, Reason: "x", Remedy: sop.Refund, Amount: eur(61)}, mia(), sop.ErrLimit, ""},
		{"money while skipping", paying, sop.Move{How: sop.Skipped, Reason: "x", Amount: eur(5)}, mia(), sop.ErrMove, "does it otherwise"},
		{"a step that is not there", paying, sop.Move{How: sop.Skipped, Reason: "x", To: "99"}, mia(), sop.ErrMove, "there is no step 99"},
		{"an undo before anything was done", start, sop.Move{How: sop.Undone}, mia(), sop.ErrMove, "nothing to undo"},
		{"an undo that says more", checked, sop.Move{How: sop.Undone, Answers: map[string][]string{"rather": {"credit"}}}, mia(), sop.ErrMove, "does nothing else"},
		{"a stop that gives", paying, sop.Move{How: sop.Abandoned, Reason: "x", Amount: eur(5)}, mia(), sop.ErrMove, "gives and promises nothing"},
		{"money on a step that gives none, as it says", checked, sop.Move{How: sop.Did, Answers: map[string][]string{"rather": {"credit"}}, Amount: eur(5)}, mia(), sop.ErrMove, "gives no money"},
		{"a choice where there is none", paying, sop.Move{How: sop.Did, Amount: eur(5), Choice: "yes"}, mia(), sop.ErrMove, "has no choice"},
		{"two ways to go on", asked, sop.Move{How: sop.Otherwise, Reason: "x", Choice: "yes", To: sop.Done}, mia(), sop.ErrMove, "not both"},
		{"a reason as long as a book", asked, sop.Move{How: sop.Skipped, Reason: strings.Repeat("x", sop.MaxAnswer+1)}, mia(), sop.ErrMove, "more than 4096"},
		{"a stop as long as a book", asked, sop.Move{How: sop.Abandoned, Reason: strings.Repeat("x", 8<<20)}, mia(), sop.ErrMove, "more than 4096"},
		{"an answer that nobody sees", start, sop.Move{How: sop.Did, Answers: map[string][]string{"bought": {"\x00\u202e\n"}}}, mia(), sop.ErrMove, "the answer is empty"},
		{"no way to do a step", start, sop.Move{How: "sing"}, mia(), sop.ErrMove, `"sing"`},
	} {
		row.move.Seen = len(row.run.Trace)
		was, err := json.Marshal(row.run)
		require.NoError(t, err)
		after, effects, err := pl.Do(row.run, row.move, row.desk)
		require.ErrorIs(t, err, row.is, row.promise)
		require.ErrorContains(t, err, row.want, row.promise)
		require.Empty(t, effects)
		is, err := json.Marshal(after)
		require.NoError(t, err)
		require.Equal(t, string(was), string(is), "a move that fails has no effect: "+row.promise)
	}
	// With what was given this month, less is left.
	spent := mia()
	spent.Given = []sop.Given{{Remedy: sop.Refund, Amount: eur(50), At: monday.AddDate(0, 0, -1)}, {Remedy: sop.Credit, Amount: eur(99), At: monday}}
	_, _, err := pl.Do(paying, sop.Move{Seen: len(paying.Trace), How: sop.Did, Amount: eur(20)}, spent)
	require.NoError(t, err, "what was given in February does not count in March")
	spent.Given[0].At = monday
	_, _, err = pl.Do(paying, sop.Move{Seen: len(paying.Trace), How: sop.Did, Amount: eur(20)}, spent)
	var limit *sop.LimitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, eur(10), limit.Left)
	for _, huge := range []int64{math.MaxInt64, math.MinInt64} {
		spent.Given = nil
		for range 3 {
			spent.Given = append(spent.Given, sop.Given{Remedy: sop.Refund, Amount: sop.Money{Minor: huge, Currency: "EUR"}, At: monday})
		}
		_, _, err = pl.Do(paying, sop.Move{Seen: len(paying.Trace), How: sop.Did, Amount: eur(61)}, spent)
		require.ErrorIs(t, err, sop.ErrLimit, "no sum of sums lifts a limit")
	}
	after, effects, err := pl.Do(paying, sop.Move{Seen: len(paying.Trace), How: sop.Did, Amount: eur(5000)}, owner)
	require.NoError(t, err, "the owner decides beyond the limits")
	require.True(t, effects[0].Gave.Over)
	require.True(t, after.Standing()[len(after.Standing())-1].Gave.Over, "and that is on record")
}

func TestTwoAgentsMeet(t *testing.T) {
	pl := samplePlan(t, "outage")
	r, _ := pl.Start(mia())
	m := sop.Move{Seen: len(r.Trace), How: sop.Did, Choice: "yes"}
	first, _, err := pl.Do(r, m, mia())
	require.NoError(t, err)
	tom := mia()
	tom.By = "tom"
	_, _, err = pl.Do(first, sop.Move{Seen: len(r.Trace), How: sop.Did, Choice: "no"}, tom)
	require.ErrorIs(t, err, sop.ErrMoved)
	require.ErrorContains(t, err, `mia did "check: A notice of this outage is already posted"`)
}

// What people write is kept as text that can be read: in UTF-8 and without control
// characters, in lines as they wrote it.
func TestWords(t *testing.T) {
	pl := samplePlan(t, "refund")
	r, _ := pl.Start(mia())
	r, effects := must(t, pl, r, sop.Move{How: sop.Did, Answers: map[string][]string{"bought": {" caf\xe9,\tMain St\r\nBerlin\x1b[31m\u202e "}}}, mia())
	require.Equal(t, []string{"caf\uFFFD, Main St\nBerlin[31m"}, effects[0].Answer.Values)
	r, _ = must(t, pl, r, sop.Move{How: sop.Skipped, Reason: "no\x00\xff\xfe"}, mia())
	require.Equal(t, "no\uFFFD", r.Trace[len(r.Trace)-1].Reason)
}

// A run that is full, or whose text is lost, is not held for ever: it can be undone and
// stopped, and what came with the stop is kept.
func TestStop(t *testing.T) {
	pl := samplePlan(t, "refund")
	begun, _ := pl.Start(mia())
	said := map[string][]string{"bought": {"the year"}}
	r, effects := must(t, pl, begun, sop.Move{How: sop.Abandoned, Reason: "rang off", Answers: said}, mia())
	require.Equal(t, sop.Stopped, r.State)
	require.Len(t, effects, 1, "what they said last is kept")
	require.Equal(t, []string{"the year"}, r.Answers["bought"].Values)
	r, effects = must(t, pl, r, sop.Move{How: sop.Undone}, mia())
	require.Equal(t, begun.At, r.At)
	require.Len(t, effects, 1)

	var lost *sop.Plan
	_, _, err := lost.Do(begun, sop.Move{Seen: len(begun.Trace), How: sop.Skipped, Reason: "x"}, mia())
	require.ErrorIs(t, err, sop.ErrMove)
	_, _, err = lost.Do(begun, sop.Move{Seen: len(begun.Trace), How: sop.Abandoned, Reason: "x", Answers: said}, mia())
	require.ErrorIs(t, err, sop.ErrMove, "an answer that cannot be checked is refused, not dropped")
	r, _ = must(t, lost, begun, sop.Move{How: sop.Abandoned, Reason: "x"}, mia())
	require.Equal(t, sop.Stopped, r.State)
	must(t, lost, r, sop.Move{How: sop.Undone}, mia())

	for reason, most := range map[string]int{"x": sop.MaxTrace, strings.Repeat("x", sop.MaxAnswer): sop.MaxWords / sop.MaxAnswer} {
		again := sop.Move{How: sop.Skipped, Reason: reason, To: "1"}
		r, _ = must(t, pl, begun, again, mia())
		e := r.Trace[len(r.Trace)-1]
		for len(r.Trace) < most {
			e.N = len(r.Trace) + 1
			r.Trace = append(r.Trace, e)
		}
		again.Seen = len(r.Trace)
		_, _, err := pl.Do(r, again, mia())
		require.ErrorContains(t, err, "the run is full")
		r, _ = must(t, pl, r, sop.Move{How: sop.Undone}, mia())
		r, _ = must(t, pl, r, sop.Move{How: sop.Abandoned, Reason: reason}, mia())
		require.Equal(t, sop.Stopped, r.State)
		_, _, err = pl.Do(r, sop.Move{Seen: len(r.Trace), How: sop.Undone}, mia())
		require.ErrorContains(t, err, "start another run")
	}
}

// Answers on file are not asked for again, and a question that a loop comes back to is
// put again.
func TestAnswersOnFile(t *testing.T) {
	p, err := sop.Parse("f", []byte(procedure("f", `needs:
  - {id: device, ask: The device, type: choice, choices: [phone, web], valid_for: 6 months}
  - {id: seen, ask: What is seen, type: text}
steps:
  - ask: device
  - id: again
    ask: [device, seen]
  - check: It works
    no: again
`)))
	require.NoError(t, err)
	pl, err := sop.NewPlan(p)
	require.NoError(t, err)
	d := mia()
	d.OnFile = map[string]sop.Answer{"device": {Need: "device", Values: []string{"web"}, At: monday.AddDate(0, -1, 0)}}
	r, effects := pl.Start(d)
	require.Empty(t, effects, "what is on file is not stored again")
	require.Equal(t, "2", r.At)
	require.Equal(t, sop.OnFile, r.Trace[1].How)
	r, effects = must(t, pl, r, sop.Move{How: sop.Did, Answers: map[string][]string{"seen": {"nothing"}}}, d)
	require.Len(t, effects, 1)
	require.True(t, effects[0].Answer.Until.IsZero(), "of its own ticket only")
	r, _ = must(t, pl, r, sop.Move{How: sop.Did, Choice: "no"}, d)
	require.Equal(t, "2", r.At, "a loop asks again")
	r, effects = must(t, pl, r, sop.Move{How: sop.Did, Answers: map[string][]string{"device": {"phone"}}}, d)
	require.Equal(t, []string{"phone"}, r.Answers["device"].Values)
	require.Equal(t, monday.AddDate(0, 6, 0), effects[0].Answer.Until)

	d.OnFile["device"] = sop.Answer{Need: "device", Values: []string{"fax"}}
	r, _ = pl.Start(d)
	require.Equal(t, "1", r.At, "an answer that the question no longer has is asked for")
	turn, ok := pl.Next(r, d)
	require.True(t, ok)
	require.Empty(t, turn.Known)
	require.Len(t, turn.Missing, 1, "and who looks at the run is told so")
}

// What an outer procedure was told is no answer to an inner one's question of the same
// name that takes other answers: it is neither passed over nor decided by.
func TestAnswersOfAnotherQuestion(t *testing.T) {
	l, err := sop.Load(fstest.MapFS{
		"outer.yaml": file(procedure("outer", "needs: [{id: device, ask: W, type: text}]\nsteps:\n  - ask: device\n  - include: inner\n")),
		"inner.yaml": file(procedure("inner", "needs: [{id: device, ask: W, type: choice, choices: [phone, web]}]\nsteps:\n  - ask: device\n  - decide: W\n    on: device\n    cases: [{case: phone, goto: done}]\n  - act: Mend the {device}\n")),
	})
	require.NoError(t, err)
	pl, err := l.Plan("outer")
	require.NoError(t, err)
	r, _ := pl.Start(mia())
	r, _ = must(t, pl, r, sop.Move{How: sop.Did, Answers: map[string][]string{"device": {"a fridge"}}}, mia())
	require.Equal(t, "2.1", r.At)
	turn, _ := pl.Next(r, mia())
	require.Len(t, turn.Missing, 1)
	_, _, err = pl.Do(r, sop.Move{Seen: len(r.Trace), How: sop.Did}, mia())
	require.ErrorContains(t, err, "no answer to device")
	r, _ = must(t, pl, r, sop.Move{How: sop.Skipped, Reason: "they do not know"}, mia())
	turn, _ = pl.Next(r, mia())
	require.Empty(t, turn.Decided, "a fridge decides nothing")
	r, _ = must(t, pl, r, sop.Move{How: sop.Did, Choice: sop.NoCase}, mia())
	turn, _ = pl.Next(r, mia())
	require.Equal(t, "do: Mend the {device}", turn.Says)
}

func TestIncludes(t *testing.T) {
	l, err := sop.Load(fstest.MapFS{
		"a.yaml": file(procedure("a", "steps:\n  - tell: First\n  - include: b\n    goto: last\n  - act: Never\n  - id: last\n    act: Last\n")),
		"b.yaml": file(procedure("b", "steps:\n  - include: c\n  - check: Done\n    yes: done\n    no: next\n  - act: More\n")),
		"c.yaml": file(procedure("c", "steps:\n  - act: Deep\n")),
	})
	require.NoError(t, err)
	pl, err := l.Plan("a")
	require.NoError(t, err)
	require.Len(t, pl.Texts(), 3)
	r, _ := pl.Start(mia())
	var ways []string
	for _, m := range []sop.Move{{How: sop.Did}, {How: sop.Did}, {How: sop.Did, Choice: "no"}, {How: sop.Did}, {How: sop.Did}} {
		ways = append(ways, r.At)
		r, _ = must(t, pl, r, m, mia())
	}
	require.Equal(t, []string{"1", "2.1.1", "2.2", "2.3", "4"}, ways)
	require.Equal(t, sop.Finished, r.State)
	_, err = l.Plan("z")
	require.ErrorContains(t, err, `no procedure is called "z"`)
	a, _ := l.Procedure("a")
	_, err = sop.NewPlan(a)
	require.ErrorContains(t, err, `a, step 2: no procedure is called "b"`)
	_, err = sop.NewPlan(&sop.Procedure{ID: "empty"})
	require.ErrorContains(t, err, "empty has no steps")
	_, err = sop.NewPlan(a, &sop.Procedure{ID: "b"})
	require.ErrorContains(t, err, "b has no steps")
}

func TestSpanAfter(t *testing.T) {
	friday := time.Date(2027, 3, 5, 16, 30, 0, 0, time.UTC)
	for _, row := range []struct {
		span string
		from time.Time
		want string
	}{
		{"30 minutes", monday, "2027-03-01T12:30:00Z"},
		{"2 hours", friday, "2027-03-05T18:30:00Z"},
		{"3 days", friday, "2027-03-08T16:30:00Z"},
		{"1 week", monday, "2027-03-08T12:00:00Z"},
		{"2 months", monday, "2027-05-01T12:00:00Z"},
		{"1 month", time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC), "2027-02-28T09:00:00Z"},
		{"1 month", time.Date(2028, 1, 31, 9, 0, 0, 0, time.UTC), "2028-02-29T09:00:00Z"},
		{"13 months", time.Date(2027, 3, 31, 9, 0, 0, 0, time.UTC), "2028-04-30T09:00:00Z"},
		{"1 business day", friday, "2027-03-08T16:30:00Z"},
		{"6 business days", monday, "2027-03-09T12:00:00Z"},
		{"1 business hour", monday, "2027-03-01T13:00:00Z"},
		{"1 business hour", friday, "2027-03-08T09:30:00Z"},
		{"4 business hours", monday.Add(10 * time.Hour), "2027-03-02T13:00:00Z"},
		{"16 business hours", monday.Add(-5 * time.Hour), "2027-03-02T17:00:00Z"},
		{"1 business day", friday.AddDate(0, 0, 1), "2027-03-08T16:30:00Z"},
	} {
		s, err := sop.ParseSpan(row.span)
		require.NoError(t, err)
		require.Equal(t, row.want, s.After(row.from).Format(time.RFC3339), row.span)
	}
}

// A step that gives nothing could never be done.
func TestNothingIsGiven(t *testing.T) {
	for _, amount := range []string{"0 EUR", "0.00 EUR", "0 JPY"} {
		_, err := sop.Parse("f", []byte(procedure("p", "steps:\n  - {act: Give, remedy: credit, amount: "+amount+"}\n")))
		require.ErrorContains(t, err, "amount: nothing is given", amount)
	}
}
