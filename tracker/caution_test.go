package tracker_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/cluster"
)

// join is what two accounts of the same joins have to agree in.
type join struct {
	Ticket           tracker.TicketID
	Rule             string
	Score, Threshold float64
}

// machineJoins are the joins that the tracker made.
func machineJoins(t *testing.T, tr *tracker.Tracker) (out []join) {
	t.Helper()
	for _, d := range all(t, tr.Decisions(ctx, tracker.DecisionQuery{})) {
		if d.Rule != "" {
			out = append(out, join{d.Ticket, d.Rule, d.Score, d.Threshold})
		}
	}
	return out
}

func backtest(t *testing.T, tr *tracker.Tracker, test tracker.CautionTest) (h tracker.CautionHistory, joins []tracker.CautionJoin) {
	t.Helper()
	h, err := tr.BacktestCaution(ctx, test, func(j tracker.CautionJoin) { joins = append(joins, j) })
	require.NoError(t, err)
	require.Equal(t, h.Joins, len(joins))
	return h, joins
}

// TestCautionBacktestIsWhatHappened: at the Caution that a log was kept with, the joins
// are those that the tracker made, whatever people decided in between.
func TestCautionBacktestIsWhatHappened(t *testing.T) {
	rules := map[string]int{}
	seeds := uint64(12)
	if testing.Short() {
		seeds = 4
	}
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(seed, 7))
		o := cluster.Options{Caution: []float64{0, 2, 40}[seed%3]}
		if seed%2 == 1 {
			o.Hot, o.Exemplars = 60, 3
		}
		tr, _ := openMem(t, func(opts *tracker.Options) { opts.Grouping = &o })
		trusted := false
		var tickets []tracker.TicketID
		var problems []tracker.ProblemID
		var decisions []tracker.DecisionID
		one := func() tracker.TicketID { return tickets[rnd.IntN(len(tickets))] }
		decided := func(d tracker.Decision, err error) {
			if err != nil {
				require.True(t, errors.Is(err, tracker.ErrConflict) || errors.Is(err, tracker.ErrInvalid) || errors.Is(err, tracker.ErrNotFound), err)
				return
			}
			decisions = append(decisions, d.ID)
			if d.Problem != 0 {
				problems = append(problems, d.Problem)
			}
		}
		for i := range 260 {
			c := about(rnd.IntN(12), i)
			switch rnd.IntN(5) {
			case 0:
				c = alone(i)
			case 4:
				c.Text = alone(rnd.IntN(9)).Text + " " + alone(i).Title[:4]
			case 1:
				c.Text += " " + alone(rnd.IntN(9)).Text
			}
			if i > 20 && rnd.IntN(8) == 0 {
				c.Ticket = one()
				c.Direction = []tracker.Direction{tracker.Inbound, tracker.Outbound, tracker.Note}[rnd.IntN(3)]
			}
			rec := logged(t, tr, c)
			tickets = append(tickets, rec.Ticket)
			if rec.Problem != 0 {
				problems = append(problems, rec.Problem)
			}
			if len(problems) < 2 || rnd.IntN(3) > 0 {
				continue
			}
			p, q := problems[rnd.IntN(len(problems))], problems[rnd.IntN(len(problems))]
			switch rnd.IntN(9) {
			case 0:
				decided(tr.Confirm(ctx, one(), tracker.Target{Ticket: one()}))
			case 1:
				decided(tr.Audit(ctx, one(), tracker.Target{Problem: p}, seed%4 == 3 || rnd.IntN(4) > 0))
			case 2:
				decided(tr.Reject(ctx, one(), tracker.Target{Ticket: one()}))
			case 3:
				decided(tr.Reject(ctx, rec.Ticket, tracker.Target{Problem: p}))
			case 4:
				decided(tr.Move(ctx, []tracker.ProblemID{0, p}[rnd.IntN(2)], one(), one()))
			case 5:
				decided(tr.Merge(ctx, p, q))
			case 6:
				decided(tr.Split(ctx, rec.Problem, rec.Ticket))
			case 7:
				made, err := tr.CreateProblem(ctx, tracker.Problem{Title: "Known to us"})
				require.NoError(t, err)
				problems = append(problems, made.ID)
			default:
				st, err := tr.Stats(ctx)
				require.NoError(t, err)
				d, err := tr.Decision(ctx, tracker.DecisionID(1+rnd.IntN(int(st.Decisions))))
				require.NoError(t, err)
				decided(tr.Undo(ctx, d.ID))
				if d.Verb == tracker.VerbBirth { // what people refused binds it when it says more
					more := about(rnd.IntN(12), i)
					more.Ticket = d.Ticket
					tickets = append(tickets, logged(t, tr, more).Ticket)
				}
			}
			if i < 120 || seed%4 != 3 || trusted {
				continue
			}
			trusted = true // from here on the machine may join what people confirmed
			decided(tr.Confirm(ctx, rec.Ticket, tracker.Target{Problem: p}))
			for range 60 {
				decided(tr.Audit(ctx, rec.Ticket, tracker.Target{Problem: p}, true))
			}
		}
		want := machineJoins(t, tr)
		require.NotEmpty(t, want)
		_, joins := backtest(t, tr, tracker.CautionTest{Caution: o.Caution})
		var got []join
		for _, j := range joins {
			got = append(got, join{j.Ticket, j.Rule, j.Score, j.Threshold})
		}
		require.Equal(t, want, got, "seed %d", seed)
		for _, j := range got {
			rules[j.Rule]++
		}
	}
	for _, rule := range []string{"fingerprint", "near_copy", "model"} {
		require.Greater(t, rules[rule], 10, rule)
	}
}

// TestCautionBacktestPromises: what the machine would have joined in a log that only
// people group, held against what they said before and after.
func TestCautionBacktestPromises(t *testing.T) {
	tr, c := openMem(t, peopleOnly)
	lost := func(i int, words string) tracker.TicketID {
		c.forward(time.Hour)
		return logged(t, tr, email(fmt.Sprintf("p%d@example.org", i), "", words)).Ticket
	}
	for i := range 80 {
		c.forward(time.Hour)
		logged(t, tr, alone(i))
	}
	a := lost(100, "The lamp in the hall blinks orange and does not find the router any more")
	b := lost(101, "Our hall lamp blinks orange, it does not find the new router")
	d := lost(102, "Since the storm the lamp blinks orange and finds no router in the hall")
	_, err := tr.Confirm(ctx, b, tracker.Target{Ticket: a})
	require.NoError(t, err)
	_, err = tr.Reject(ctx, d, tracker.Target{Ticket: a})
	require.NoError(t, err)
	before := export(t, tr)

	h, joins := backtest(t, tr, tracker.CautionTest{})
	require.Equal(t, 2.0, h.Caution, "0 is the log's own, here the default")
	require.Equal(t, 83, h.Contacts)
	require.Equal(t, 82*time.Hour, h.To.Sub(h.From))
	require.Equal(t, map[tracker.TicketID][3]any{
		b: {a, true, false}, // what was confirmed afterwards
		d: {a, false, true}, // what was refused
	}, said(joins))
	require.Equal(t, []int{2, 0, 1, 1}, []int{h.Joins, h.Copies, h.Same, h.Refused})
	require.InDelta(t, 1000*2/83.0, h.PerThousand, 1e-9)
	require.Equal(t, []int{1, 2, 2}, []int{h.Problems, h.Grouped, h.Largest}, "people took one out again")
	require.Equal(t, before, export(t, tr), "nothing is written")
	bold, _ := backtest(t, tr, tracker.CautionTest{Caution: 20})
	require.InDelta(t, 10*h.Chance, bold.Chance, 1e-9)

	// A person's problem is not the machine's to join: it is only where nobody said so.
	f := lost(104, "Orange, the lamp in the hall blinks orange and does not find the router")
	_, joins = backtest(t, tr, tracker.CautionTest{})
	require.NotContains(t, said(joins), f)
	_, joins = backtest(t, tr, tracker.CautionTest{Alone: true})
	require.Equal(t, [3]any{a, false, false}, said(joins)[f])

	// A refusal binds what is said later.
	more := email("p102@example.org", "", "The lamp still blinks orange in the hall and finds no router")
	more.Ticket = d
	logged(t, tr, more)
	h, joins = backtest(t, tr, tracker.CautionTest{})
	require.Equal(t, []int{85, 3}, []int{h.Contacts, h.Joins})
	require.Equal(t, []tracker.TicketID{d, f}, []tracker.TicketID{joins[2].Ticket, joins[2].With}, "with the other one, of which nobody said that it is not")
}

// said is with what each ticket was joined, and whether people say the same or refuse.
func said(joins []tracker.CautionJoin) map[tracker.TicketID][3]any {
	out := map[tracker.TicketID][3]any{}
	for _, j := range joins {
		out[j.Ticket] = [3]any{j.With, j.Same, j.Refused}
	}
	return out
}
