package tracker_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
)

// modelRun is a run as the transitions alone make it.
type modelRun struct {
	ticket tracker.TicketID
	plan   *sop.Plan
	run    sop.Run
}

type modelGift struct {
	ticket tracker.TicketID
	run    tracker.RunID
	entry  int
	gone   bool // taken back
	sop.Given
}

// promised reports whether a run promised something on a ticket that stands.
func (m *model) promised(id tracker.TicketID) bool {
	for _, r := range m.runs {
		if r.ticket == id && slices.ContainsFunc(r.run.Standing(), func(e sop.Entry) bool { return e.Promised != nil }) {
			return true
		}
	}
	return false
}

// answers are those that stand on a ticket, of each question the newest.
func (m *model) answers(id tracker.TicketID) map[string]sop.Answer {
	out := map[string]sop.Answer{}
	for i, r := range m.runs {
		if r.ticket != id || m.tickets[id].erased {
			continue
		}
		for _, e := range r.run.Standing() {
			for _, a := range e.Answers {
				if old, ok := out[a.Need]; !e.Spared(a) && (!ok || !a.At.Before(old.At)) {
					a.From = uint64(i + 1)
					out[a.Need] = a
				}
			}
		}
	}
	return out
}

// desk is what a transition on a ticket has to be told.
func (m *model) desk(id tracker.TicketID, role string, now time.Time) sop.Desk {
	d := sop.Desk{Now: now, By: mia.String(), Role: cmp.Or(role, sop.DefaultRole), OnFile: map[string]sop.Answer{}}
	for _, other := range slices.Sorted(maps.Keys(m.tickets)) {
		if m.tickets[other].customer != m.tickets[id].customer {
			continue
		}
		for need, a := range m.answers(other) {
			if old, ok := d.OnFile[need]; other != id && a.Until.After(now) && (!ok || a.At.After(old.At)) {
				d.OnFile[need] = a
			}
		}
		for _, g := range m.gifts {
			if g.ticket == other && !g.gone {
				g.SameTicket = other == id
				d.Given = append(d.Given, g.Given)
			}
		}
	}
	maps.Copy(d.OnFile, m.answers(id))
	return d
}

// forget takes out of runs what they took over from tickets that are erased.
func (m *model) forget() {
	for _, r := range m.runs {
		found := false
		for i := range r.run.Trace {
			e := &r.run.Trace[i]
			copied := func(a sop.Answer) bool { return a.From != 0 && m.tickets[m.runs[a.From-1].ticket].erased }
			found = found || slices.ContainsFunc(e.Answers, copied)
			if e.Answers = slices.DeleteFunc(slices.Clone(e.Answers), copied); len(e.Answers) == 0 {
				e.Answers = nil
			}
			if found && e.Gave != nil {
				e.Gave.What = ""
			}
			if found && e.Promised != nil {
				e.Promised.What = ""
			}
			if found && e.Escalated != nil {
				e.Escalated.Reason = ""
			}
		}
		r.run = sop.Replay(r.run.Texts, r.run.Trace)
	}
}

// took applies what a transition asks for.
func (m *model) took(n int, effects []sop.Effect, now time.Time) {
	for _, e := range effects {
		switch {
		case e.TakeBack != 0:
			for i := range m.gifts {
				if m.gifts[i].run == tracker.RunID(n) && m.gifts[i].entry == e.TakeBack {
					m.gifts[i].gone = true
				}
			}
		case e.Gave != nil:
			m.gifts = append(m.gifts, modelGift{
				ticket: m.runs[n-1].ticket, run: tracker.RunID(n), entry: e.Entry,
				Given: sop.Given{Remedy: e.Gave.Remedy, Amount: e.Gave.Amount, At: now},
			})
		}
	}
}

// follow starts a run, or makes a move on one.
func (h *history) follow() {
	if len(h.model.runs) < 3 || h.also.IntN(6) == 0 {
		h.startRun()
		return
	}
	h.moveRun(1 + h.also.IntN(len(h.model.runs)))
}

func (h *history) startRun() {
	id := tracker.TicketID(1 + h.also.IntN(len(h.model.tickets)))
	yaml := amends
	if h.also.IntN(3) > 0 { // one that promises nothing, so that tickets can be closed
		yaml = strings.Replace(strings.Replace(amends, "promise: follow_up", "wait: 1 hour", 1), "    what: Whether it arrived\n    within: 2 business days\n", "", 1)
	}
	pl := plan(h.t, yaml)
	got, err := both(h, func(tr *tracker.Tracker) (tracker.Run, error) { return tr.StartRun(ctx, id, pl, "") })
	h.tell("run %d on ticket %d: %v", got.ID, id, err)
	switch tk := h.model.tickets[id]; {
	case tk.erased:
		require.ErrorIs(h.t, err, tracker.ErrErased)
	case tk.closed:
		require.ErrorIs(h.t, err, tracker.ErrConflict)
	default:
		require.NoError(h.t, err)
		run, _ := pl.Start(h.model.desk(id, "", h.clock.Now()))
		h.model.runs = append(h.model.runs, &modelRun{id, pl, run})
		require.Equal(h.t, tracker.RunID(len(h.model.runs)), got.ID)
		require.Equal(h.t, run, got.Run)
	}
}

func (h *history) moveRun(n int) {
	r, now := h.model.runs[n-1], h.clock.Now()
	role := []string{"", "lead", "billing", "intern"}[h.also.IntN(4)]
	d := h.model.desk(r.ticket, role, now)
	m := sop.Move{Seen: len(r.run.Trace), How: sop.Did, Answers: map[string][]string{}}
	turn, _ := r.plan.Next(r.run, d)
	for _, q := range turn.Missing {
		m.Answers[q.ID] = []string{"phone"}
	}
	if turn.Choices != nil {
		m.Choice = turn.Choices[h.also.IntN(len(turn.Choices))]
	}
	if turn.Left != nil {
		m.Amount = euro(int64(1 + h.also.IntN(70)))
	}
	switch h.also.IntN(10) {
	case 0:
		m = sop.Move{Seen: m.Seen, How: sop.Undone}
	case 1:
		m = sop.Move{Seen: m.Seen, How: sop.Skipped, Reason: "it is better so"}
	case 2:
		m = sop.Move{Seen: m.Seen, How: sop.Otherwise, Reason: "it is better so", Remedy: sop.Refund, Amount: euro(int64(1 + h.also.IntN(70)))}
	case 3:
		m.Seen -= h.also.IntN(2)
	}
	if h.also.IntN(30) == 0 {
		m = sop.Move{Seen: m.Seen, How: sop.Abandoned, Reason: "enough"}
	}
	got, err := both(h, func(tr *tracker.Tracker) (tracker.Run, error) { return tr.MoveRun(ctx, tracker.RunID(n), role, m) })
	h.tell("run %d, step %s, as %q: %s %s %v: %v", n, r.run.At, role, m.How, m.Choice, m.Amount, err)
	want, effects, werr := r.plan.Do(r.run, m, d)
	switch tk := h.model.tickets[r.ticket]; {
	case tk.erased:
		require.ErrorIs(h.t, err, tracker.ErrErased)
	case tk.closed && m.How != sop.Abandoned:
		require.ErrorIs(h.t, err, tracker.ErrConflict)
	case werr != nil:
		require.ErrorContains(h.t, err, werr.Error())
	default:
		require.NoError(h.t, err)
		require.Equal(h.t, want, got.Run)
		r.run = want
		h.model.took(n, effects, now)
	}
}

// compareRuns holds all runs, answers and remedies against the model.
func (h *history) compareRuns(tr *tracker.Tracker) {
	runs := all(h.t, tr.Runs(ctx, tracker.RunQuery{}))
	require.Len(h.t, runs, len(h.model.runs))
	for i, r := range runs {
		want := h.model.runs[i]
		require.Equal(h.t, want.ticket, r.Ticket)
		require.Equal(h.t, h.model.tickets[r.Ticket].erased, r.Erased)
		if !r.Erased {
			require.Equal(h.t, want.run, r.Run)
		}
	}
	var gifts []modelGift
	for _, g := range all(h.t, tr.Remedies(ctx, tracker.RemedyQuery{})) {
		gifts = append(gifts, modelGift{ticket: g.Ticket, run: g.Run, gone: !g.TakenBack.IsZero(), Given: sop.Given{Remedy: g.Kind, Amount: g.Amount, At: g.Given}})
	}
	for i := range gifts {
		gifts[i].entry = h.model.gifts[i].entry
	}
	require.Equal(h.t, h.model.gifts, gifts)
	answers := map[tracker.CustomerID]int{}
	for id, tk := range h.model.tickets {
		answers[tk.customer] += len(h.model.answers(id))
	}
	for id := range h.model.customers {
		if h.model.person(id) == id {
			require.Len(h.t, all(h.t, tr.Answers(ctx, id)), answers[id], fmt.Sprint("customer ", id))
		}
	}
}
