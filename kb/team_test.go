package kb_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

var noon = time.Date(2026, 4, 10, 12, 0, 0, 0, time.UTC)

// team is a knowledge base whose clock is set by hand.
type team struct {
	*testing.T
	*kb.Base
	now time.Time
	n   int
}

func newTeam(t *testing.T) *team {
	t.Helper()
	d := &team{T: t, now: noon}
	tr, err := tracker.New(t.Context(), memstore.New(), &tracker.Options{Key: []byte("test"), NoGrouping: true, Now: func() time.Time { return d.now }})
	require.NoError(t, err)
	t.Cleanup(func() { tr.Close() })
	d.Base, err = kb.New(t.Context(), kb.Parts{Tracker: tr}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { d.Base.Close() })
	return d
}

// problem makes one that a person confirmed, with a ticket of another customer for
// each of the ages.
func (d *team) problem(p tracker.Problem, ages ...time.Duration) (tracker.Problem, []tracker.Receipt) {
	d.Helper()
	made, err := d.Tracker.CreateProblem(d.Context(), tracker.Problem{Title: p.Title, Workaround: p.Workaround, Resolution: p.Resolution, FixedIn: p.FixedIn})
	require.NoError(d, err)
	var rs []tracker.Receipt
	for _, age := range ages {
		rs = append(rs, d.ticket(made.ID, age, tracker.Contact{}))
	}
	return made, rs
}

func (d *team) ticket(p tracker.ProblemID, age time.Duration, c tracker.Contact) tracker.Receipt {
	d.Helper()
	d.n++
	was := d.now
	d.now = was.Add(-age)
	defer func() { d.now = was }()
	c.Channel = tracker.Email
	if c.From == "" {
		c.From = fmt.Sprintf("c%d@example.org", d.n)
	}
	if c.Title == "" {
		c.Title = "It does not work"
	}
	r, err := d.Tracker.Log(d.Context(), c)
	require.NoError(d, err)
	if p != 0 {
		_, err = d.Tracker.Move(d.Context(), p, r.Ticket)
		require.NoError(d, err)
	}
	return r
}

func (d *team) briefing(o kb.BriefingOptions) kb.Briefing {
	d.Helper()
	br, err := d.Briefing(d.Context(), o)
	require.NoError(d, err)
	return br
}

func (d *team) edit(id tracker.ProblemID, fn func(*tracker.Problem)) {
	d.Helper()
	_, err := d.Tracker.UpdateProblem(d.Context(), id, func(p *tracker.Problem) error { fn(p); return nil })
	require.NoError(d, err)
}

func hours(h ...int) []time.Duration {
	var all []time.Duration
	for _, n := range h {
		all = append(all, time.Duration(n)*time.Hour)
	}
	return all
}
