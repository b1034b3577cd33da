package sop_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// Random runs over all samples and over generated procedures: from wherever a run
// stands there is a way to the end, nobody passes a limit without the role, no step
// is lost, and every trace replays to the same run.
func TestRandomRuns(t *testing.T) {
	seeds := 400
	if testing.Short() {
		seeds = 50
	}
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	moves, over := 0, 0
	for _, p := range l.All() {
		pl, err := l.Plan(p.ID)
		require.NoError(t, err)
		for seed := range uint64(seeds / 10) {
			m, o := randomRun(t, pl, rand.New(rand.NewPCG(seed, 7)), fmt.Sprintf("%s, seed %d", p.ID, seed))
			moves, over = moves+m, over+o
		}
	}
	for seed := range uint64(seeds) {
		rnd := rand.New(rand.NewPCG(seed, 8))
		yaml := generated(rnd)
		p, err := sop.Parse("f", []byte(yaml))
		require.NoError(t, err, yaml)
		pl, err := sop.NewPlan(p)
		require.NoError(t, err)
		m, o := randomRun(t, pl, rnd, fmt.Sprintf("generated, seed %d", seed))
		moves, over = moves+m, over+o
	}
	t.Logf("%d moves, %d gifts beyond a limit by a role that may", moves, over)
	require.NotZero(t, over)
}

// generated makes a sound procedure of random steps that lead anywhere forward, and
// some back by a check.
func generated(rnd *rand.Rand) string {
	n := 1 + rnd.IntN(12)
	to := func(i int) string {
		switch k := rnd.IntN(5); {
		case k == 0 || i+1 >= n:
			return "done"
		case k == 1:
			return "next"
		default:
			return fmt.Sprintf("s%d", i+1+rnd.IntN(n-i-1))
		}
	}
	var b strings.Builder
	b.WriteString(`needs:
  - {id: which, ask: Which, type: choice, choices: [a, b, c]}
  - {id: some, ask: Some, type: choices, choices: [x, y], valid_for: 1 month}
  - {id: sure, ask: Sure, type: yes_no, optional: true}
  - {id: moment, ask: When, type: time}
limits:
  - {role: agent, remedy: credit, up_to: 50 EUR, per: customer and month}
  - {role: agent, remedy: credit, up_to: 30 EUR, per: ticket}
  - {role: lead, remedy: credit, up_to: 200 EUR, per: customer and year}
  - {role: agent, remedy: refund, up_to: 20 EUR, per: customer and year}
escalation:
  - to: boss
steps:
`)
	for i := range n {
		fmt.Fprintf(&b, "  - id: s%d\n", i)
		switch rnd.IntN(9) {
		case 0:
			fmt.Fprintf(&b, "    ask: [which, some]\n    goto: %s\n", to(i))
		case 1:
			fmt.Fprintf(&b, "    ask: [sure, moment]\n")
		case 2:
			back := to(i)
			if rnd.IntN(3) == 0 {
				back = fmt.Sprintf("s%d", rnd.IntN(i+1))
			}
			fmt.Fprintf(&b, "    check: It is so\n    yes: %s\n    no: %s\n", to(i), back)
		case 3:
			fmt.Fprintf(&b, "    act: Give\n    remedy: credit\n")
		case 4:
			fmt.Fprintf(&b, "    act: Give\n    remedy: refund\n    amount: 15 EUR\n    goto: %s\n", to(i))
		case 5:
			fmt.Fprintf(&b, "    decide: Which\n    on: which\n    cases:\n      - {case: a, goto: %s}\n      - {case: b, goto: %s}\n    otherwise: %s\n", to(i), to(i), to(i))
		case 6:
			fmt.Fprintf(&b, "    promise: update\n    within: 2 business days\n")
		case 7:
			fmt.Fprintf(&b, "    escalate: boss\n    reason: It is {which}\n    within: 1 hour\n")
		case 8:
			fmt.Fprintf(&b, "    wait: 1 hour\n")
		}
	}
	return procedure("generated", b.String())
}

// book is what a keeper of records makes of effects: what the customer was given.
type book map[int][]sop.Given // by entry

func (b book) apply(t *testing.T, effects []sop.Effect, now time.Time) {
	for _, e := range effects {
		switch {
		case e.TakeBack != 0:
			delete(b, e.TakeBack)
		case e.Gave != nil && e.Gave.Remedy.CostsMoney():
			b[e.Entry] = append(b[e.Entry], sop.Given{Remedy: e.Gave.Remedy, Amount: e.Gave.Amount, At: now, SameTicket: true})
		case e.Promised != nil:
			require.True(t, e.Promised.Due.After(now))
		}
	}
}

func (b book) given() []sop.Given {
	var out []sop.Given
	for _, given := range b {
		out = append(out, given...)
	}
	return out
}

func randomRun(t *testing.T, pl *sop.Plan, rnd *rand.Rand, name string) (moves, over int) {
	b := book{}
	now := monday
	roles := []string{"", "agent", "lead", "boss", "intern", "billing lead", "billing", "support lead"}
	desk := func(role string) sop.Desk { return sop.Desk{Now: now, By: "p" + role, Role: role, Given: b.given()} }
	r, effects := pl.Start(desk(""))
	b.apply(t, effects, now)
	for range 40 {
		now = now.Add(time.Duration(rnd.IntN(3000)) * time.Minute)
		d := desk(roles[rnd.IntN(len(roles))])
		turn, ok := pl.Next(r, d)
		m := randomMove(rnd, turn)
		if rnd.IntN(12) == 0 {
			m = sop.Move{How: sop.Undone}
		}
		if !ok && m.How != sop.Undone {
			break
		}
		m.Seen = len(r.Trace)
		after, effects, err := pl.Do(r, m, d)
		if err != nil {
			require.True(t, errors.Is(err, sop.ErrMove) || errors.Is(err, sop.ErrLimit) || errors.Is(err, sop.ErrOver), "%s: %v", name, err)
			require.Empty(t, effects)
			require.Equal(t, r, after)
			continue
		}
		moves++
		require.Greater(t, len(after.Trace), len(r.Trace), "%s: a step is lost", name)
		require.Equal(t, r.Trace, after.Trace[:len(r.Trace)], "%s: the past is another", name)
		require.Equal(t, sop.Replay(after.Texts, after.Trace), after, name)
		b.apply(t, effects, now)
		made := after.Trace[len(r.Trace)]
		if made.Gave != nil && made.Gave.Over {
			over++
		}
		limitsHold(t, pl, made, b, d, name)
		if m.How != sop.Undone {
			back, _, err := pl.Do(after, sop.Move{Seen: len(after.Trace), How: sop.Undone}, d)
			require.NoError(t, err, name)
			require.Equal(t, [...]any{r.At, r.State, r.Answers}, [...]any{back.At, back.State, back.Answers}, "%s: an undo leads back", name)
		}
		r = after
	}
	walkOut(t, pl, r, rnd, desk(""), name)
	return moves, over
}

// walkOut goes to the end by skipping and by choosing at random, which has to work
// from anywhere; where a loop holds it for too long, it leaves it.
func walkOut(t *testing.T, pl *sop.Plan, r sop.Run, rnd *rand.Rand, d sop.Desk, name string) {
	for i := 0; ; i++ {
		turn, ok := pl.Next(r, d)
		if !ok {
			break
		}
		m := sop.Move{How: sop.Skipped, Reason: "towards the end"}
		switch {
		case i > 200:
			m.To = sop.Done
		case turn.Choices != nil:
			m = sop.Move{How: sop.Otherwise, Reason: "this way", Choice: turn.Choices[rnd.IntN(len(turn.Choices))]}
		}
		r, _ = must(t, pl, r, m, d)
	}
	require.NotEqual(t, sop.Running, r.State, "%s: no way out of %s", name, r.At)
}

// limitsHold adds up what a role gave: within its limits, or marked as beyond and by
// somebody whom the procedure names.
func limitsHold(t *testing.T, pl *sop.Plan, made sop.Entry, b book, d sop.Desk, name string) {
	if made.Gave == nil || !made.Gave.Remedy.CostsMoney() {
		return
	}
	_, p, _ := pl.Step(made.Step)
	bound := false
	for _, l := range p.Limits {
		if l.Role != made.Role || l.Remedy != made.Gave.Remedy {
			continue
		}
		bound = true
		var sum int64
		for _, g := range b.given() {
			if g.Remedy == l.Remedy && g.Amount.Currency == l.UpTo.Currency &&
				(l.Per == sop.PerTicket || g.At.Year() == d.Now.Year() && (l.Per == sop.PerCustomerAndYear || g.At.Month() == d.Now.Month())) {
				sum += g.Amount.Minor
			}
		}
		require.LessOrEqual(t, sum, l.UpTo.Minor, "%s: %s gave more than the limit a %s", name, made.Role, l.Per)
	}
	if !bound {
		require.True(t, made.Gave.Over, name)
		named := made.Role == p.Owner || slices.ContainsFunc(p.Escalation, func(e sop.Escalation) bool { return e.To == made.Role })
		require.True(t, named, "%s: %s gave and is named nowhere", name, made.Role)
	}
}

func randomMove(rnd *rand.Rand, turn sop.Turn) sop.Move {
	m := sop.Move{How: []sop.How{sop.Did, sop.Did, sop.Did, sop.Did, sop.Skipped, sop.Otherwise}[rnd.IntN(6)]}
	if m.How != sop.Did {
		m.Reason = "it is better so"
	}
	if turn.Choices != nil {
		m.Choice = turn.Choices[rnd.IntN(len(turn.Choices))]
		if turn.Decided != "" && rnd.IntN(3) > 0 {
			m.Choice = turn.Decided
		}
	}
	m.Answers = map[string][]string{}
	for _, q := range turn.Missing {
		if rnd.IntN(6) == 0 {
			continue
		}
		m.Answers[q.ID] = map[sop.NeedType][]string{
			sop.NeedText: {"a text"}, sop.NeedNumber: {"12.5"}, sop.NeedMoney: {"5 EUR"}, sop.NeedDate: {"2031-01-31"},
			sop.NeedTime: {"2031-01-31T10:00:00Z"}, sop.NeedYesNo: {"yes"},
		}[q.Type]
		if len(q.Choices) > 0 {
			m.Answers[q.ID] = q.Choices[rnd.IntN(len(q.Choices)):][:1]
		}
	}
	act, gives := turn.Step.Action.(sop.Act)
	switch m.How {
	case sop.Did:
		if gives && act.Remedy.CostsMoney() && act.Amount.IsZero() {
			m.Amount = sop.Money{Minor: int64(1 + rnd.IntN(6000)), Currency: "EUR"}
		}
	case sop.Otherwise:
		if rnd.IntN(3) == 0 {
			m.Amount, m.Remedy = sop.Money{Minor: int64(1 + rnd.IntN(6000)), Currency: "EUR"}, sop.Refund
		}
	}
	return m
}
