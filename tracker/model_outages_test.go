package tracker_test

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// modelOutage is an outage as what was told of it makes it.
type modelOutage struct {
	title           string
	problem         tracker.ProblemID // that it was, or was merged into, when it was named
	phase           int               // of outagePhases
	began           time.Time
	expected, ended time.Time
	prevention      string
	told            []tracker.OutageUpdate
}

var outagePhases = []tracker.OutagePhase{tracker.OutageInvestigating, tracker.OutageIdentified, tracker.OutageMonitoring, tracker.OutageResolved}

const outageOver = 3

// announce tells something of an outage, on the model and on the stores.
func (h *history) announce() {
	m, r, now := h.model, h.outages, h.clock.Now()
	if n := len(m.outages); n == 0 || r.IntN(6) == 0 {
		h.postOutage()
		return
	}
	id := 1 + r.IntN(len(m.outages))
	was := m.outages[id-1]
	o := *was
	text, named := "", was.problem
	if r.IntN(4) > 0 {
		text = fmt.Sprint("text ", r.IntN(9))
	}
	if o.phase = r.IntN(5); o.phase > outageOver {
		o.phase = was.phase
	}
	switch r.IntN(6) {
	case 0:
		o.title = fmt.Sprint("title ", r.IntN(9))
	case 1:
		o.expected = now.Add(time.Duration(r.IntN(6)-1) * time.Hour)
	case 2:
		o.began = now.Add(-time.Duration(r.IntN(20)) * time.Hour)
	case 3:
		o.prevention = fmt.Sprint("measure ", r.IntN(3))
	case 4:
		if len(m.problems) > 0 {
			named = tracker.ProblemID(1 + r.IntN(len(m.problems)))
		}
	}
	if named != was.problem {
		o.problem = m.resolve(named)
	}
	correct := -1
	if r.IntN(8) == 0 {
		correct = r.IntN(len(o.told))
	}
	got, err := both(h, func(tr *tracker.Tracker) (tracker.Outage, error) {
		return tr.UpdateOutage(ctx, tracker.OutageID(id), text, func(g *tracker.Outage) error {
			g.Title, g.Problem, g.Phase = o.title, named, outagePhases[o.phase]
			g.Expected, g.Began, g.Prevention = o.expected, o.began, o.prevention
			if correct >= 0 {
				g.Updates[correct].Text = "corrected"
			}
			return nil
		})
	})
	h.tell("outage %d: %q, %s, expected %v, problem %d: %v", id, text, outagePhases[o.phase], o.expected, named, err)
	if !o.tell(was, text, correct, now) {
		require.ErrorIs(h.t, err, tracker.ErrInvalid)
		return
	}
	require.NoError(h.t, err)
	require.Len(h.t, got.Updates, len(o.told))
	m.outages[id-1] = &o
}

// tell brings o, which was another, to what it has to be; ok is false when it cannot be
// so.
func (o *modelOutage) tell(was *modelOutage, text string, correct int, now time.Time) (ok bool) {
	over, wasOver := o.phase == outageOver, was.phase == outageOver
	o.told = append([]tracker.OutageUpdate(nil), was.told...)
	if correct >= 0 && o.told[correct].Text != "corrected" {
		o.told[correct].Text, o.told[correct].Corrected = "corrected", now
	}
	if o.phase != was.phase && (text == "" || o.phase < was.phase && !wasOver) {
		return false
	}
	if o.prevention != was.prevention && !over {
		return false
	}
	if text != "" {
		o.told = append(o.told, tracker.OutageUpdate{Phase: outagePhases[o.phase], At: now, By: mia, Text: text, Reopened: wasOver && !over})
	}
	switch {
	case wasOver && !over:
		if o.ended = (time.Time{}); o.expected.Equal(was.expected) {
			o.expected = time.Time{}
		}
	case over && !wasOver:
		o.ended = now
	}
	if changed := !o.expected.Equal(was.expected) && !o.expected.IsZero(); changed && (over || !o.expected.After(now)) {
		return false
	}
	return !over || !o.ended.Before(o.began)
}

func (h *history) postOutage() {
	r, now := h.outages, h.clock.Now()
	o := &modelOutage{title: "T", phase: r.IntN(4), began: now.Add(-time.Duration(r.IntN(3)) * time.Hour)}
	o.told = []tracker.OutageUpdate{{Phase: outagePhases[o.phase], At: now, By: mia, Text: "x"}}
	if len(h.model.problems) > 0 && r.IntN(2) == 0 {
		o.problem = tracker.ProblemID(1 + r.IntN(len(h.model.problems)))
	}
	named := o.problem
	o.problem = h.model.resolve(named)
	if o.phase == outageOver {
		o.ended = now
	}
	got, err := both(h, func(tr *tracker.Tracker) (tracker.Outage, error) {
		return tr.PostOutage(ctx, tracker.Outage{Title: o.title, Phase: outagePhases[o.phase], Began: o.began, Problem: named}, "x")
	})
	h.tell("outage %d of problem %d: %v", got.ID, named, err)
	require.NoError(h.t, err)
	h.model.outages = append(h.model.outages, o)
	require.Equal(h.t, tracker.OutageID(len(h.model.outages)), got.ID)
}

// compareOutages holds all outages, and what they are listed under, against the model.
func (h *history) compareOutages(tr *tracker.Tracker) {
	got := all(h.t, tr.Outages(ctx, tracker.OutageQuery{}))
	require.Len(h.t, got, len(h.model.outages))
	of, open := map[tracker.ProblemID][]tracker.OutageID{}, 0
	for i, o := range got {
		want := h.model.outages[i]
		is := &modelOutage{o.Title, o.Problem, want.phase, o.Began, o.Expected, o.Ended, o.Prevention, o.Updates}
		require.Equal(h.t, want, is, "outage %d", o.ID)
		require.Equal(h.t, outagePhases[want.phase], o.Phase)
		if want.phase != outageOver {
			open++
		}
		p := h.model.resolve(want.problem)
		of[p] = append(of[p], o.ID)
	}
	require.Len(h.t, all(h.t, tr.Outages(ctx, tracker.OutageQuery{Open: true})), open)
	for p := range h.model.problems {
		var ids []tracker.OutageID
		for _, o := range all(h.t, tr.Outages(ctx, tracker.OutageQuery{Problem: p})) {
			ids = append(ids, o.ID)
		}
		require.Equal(h.t, of[h.model.resolve(p)], ids, "outages of problem %d", p)
	}
}
