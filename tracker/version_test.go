package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func TestCompareVersions(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
		ok   bool
	}{
		{"4.2", "4.2", 0, true},
		{"4.2", "4.10", -1, true},
		{"4.2", "4.2.0", 0, true},
		{"4.2", "4.2.1", -1, true},
		{"v4.2", "4.2", 0, true},
		{"Larkspur 4.3", "4.2", 1, true},
		{"4.3-beta", "4.3", -1, true},
		{"4.3-beta.2", "4.3-beta.10", -1, true},
		{"4.3-beta", "4.2.9", 1, true},
		{"4.3+build7", "4.3", 0, true},
		{"2026.3.1", "2025.12.9", 1, true},
		{"10", "9.9.9", 1, true},
		{"99999999999999999999", "4", 1, true},
		{"4..2", "4.2", 0, true},
		{"٤.٢", "4.2", 0, false},
		{"", "4.2", 0, false},
		{"latest", "4.2", 0, false},
	} {
		got, ok := tracker.CompareVersions(row.a, row.b)
		require.Equal(t, row.ok, ok, "%q and %q", row.a, row.b)
		require.Equal(t, row.want, got, "%q and %q", row.a, row.b)
		got, ok = tracker.CompareVersions(row.b, row.a)
		require.Equal(t, row.ok, ok, "%q and %q", row.b, row.a)
		require.Equal(t, -row.want, got, "%q and %q", row.b, row.a)
	}
}

func FuzzCompareVersions(f *testing.F) {
	f.Add("4.3-beta", "v4", "4.3+x")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		ab, ok1 := tracker.CompareVersions(a, b)
		ba, ok2 := tracker.CompareVersions(b, a)
		if ab != -ba || ok1 != ok2 {
			t.Fatalf("%q and %q: %d one way, %d the other", a, b, ab, ba)
		}
		bc, ok3 := tracker.CompareVersions(b, c)
		ac, _ := tracker.CompareVersions(a, c)
		if ok1 && ok3 && ab < 0 && bc < 0 && ac >= 0 {
			t.Fatalf("%q < %q < %q, but the first is not before the last", a, b, c)
		}
	})
}

// TestRegression: a contact about the fixed version or a later one says that the
// problem is back; one about an older version is told to update.
func TestRegression(t *testing.T) {
	for _, row := range []struct {
		promise   string
		version   string
		direction tracker.Direction
		regressed bool
		update    string
	}{
		{"an older version is told what to update to", "4.2.9", tracker.Inbound, false, "4.3"},
		{"so is a pre-release of the fix", "4.3-beta", tracker.Inbound, false, "4.3"},
		{"the fixed version regresses", "4.3", tracker.Inbound, true, ""},
		{"so does a later one", "v4.10", tracker.Inbound, true, ""},
		{"no version says nothing", "", tracker.Inbound, false, ""},
		{"nor does one that cannot be read", "the newest", tracker.Inbound, false, ""},
		{"what we say regresses nothing", "4.4", tracker.Outbound, false, ""},
	} {
		tr, clock := openMem(t, peopleOnly)
		first := logged(t, tr, alone(1))
		p := problem(t, tr, first.Ticket)
		_, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error {
			p.Status, p.FixedIn = tracker.ProblemResolved, "4.3"
			return nil
		})
		require.NoError(t, err)
		clock.forward(time.Hour)
		r := logged(t, tr, tracker.Contact{From: "p1@example.org", Ticket: first.Ticket, Text: "Again.", Version: row.version, Direction: row.direction})
		require.Equal(t, row.update, r.FixedIn, row.promise)
		got, err := tr.Problem(ctx, p)
		require.NoError(t, err)
		require.Equal(t, row.regressed, !got.Regressed.IsZero(), row.promise)
		n := 0
		for _, ch := range all(t, tr.Changes(ctx, 0)) {
			if ch.Action == tracker.ProblemRegressed {
				n++
				require.Equal(t, p, ch.Problem)
				require.Equal(t, first.Ticket, ch.Ticket)
			}
		}
		if !row.regressed {
			require.Zero(t, n, row.promise)
			require.Equal(t, tracker.ProblemResolved, got.Status)
			continue
		}
		require.Equal(t, 1, n, row.promise)
		require.Equal(t, monday.Add(time.Hour), got.Regressed)
		require.Equal(t, tracker.ProblemAssess, got.Status, "what is back is no longer resolved")
		got, err = tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error { p.FixedIn = "5"; return nil })
		require.NoError(t, err)
		require.True(t, got.Regressed.IsZero(), "with a new fix it counts as fixed again")
	}
}

// TestRegressionByJoining: the machine's join and a person's tell as much as a
// follow-up does.
func TestRegressionByJoining(t *testing.T) {
	tr, _ := openMem(t)
	logged(t, tr, about(0, 1))
	p := logged(t, tr, about(0, 2)).Problem
	require.NotZero(t, p)
	_, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error { p.Title, p.FixedIn = "Charged twice", "4.3"; return nil })
	require.NoError(t, err)
	old := about(0, 3)
	old.Version = "4.1"
	r := logged(t, tr, old)
	require.Equal(t, p, r.Problem)
	require.Equal(t, "4.3", r.FixedIn)
	other := alone(4)
	other.Version = "4.4"
	r = logged(t, tr, other)
	require.Zero(t, r.Problem)
	_, err = tr.Confirm(ctx, r.Ticket, tracker.Target{Problem: p})
	require.NoError(t, err)
	got, err := tr.Problem(ctx, p)
	require.NoError(t, err)
	require.False(t, got.Regressed.IsZero())
}

// TestRegressionTakenBack: a problem is back because of what is in it. When the last
// ticket that says so leaves, by whose decision ever, it is as it was.
func TestRegressionTakenBack(t *testing.T) {
	late := func(t *testing.T, tr *tracker.Tracker, n int) tracker.TicketID {
		c := alone(n)
		c.Version = "4.4"
		return logged(t, tr, c).Ticket
	}
	confirm := func(t *testing.T, tr *tracker.Tracker, id tracker.TicketID, p tracker.ProblemID) tracker.Decision {
		d, err := tr.Confirm(ctx, id, tracker.Target{Problem: p})
		require.NoError(t, err)
		return d
	}
	for _, row := range []struct {
		promise   string
		do        func(*testing.T, *tracker.Tracker, tracker.ProblemID) error
		regressed bool
		status    tracker.ProblemStatus
	}{
		{"a confirmation makes it regressed", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			confirm(t, tr, late(t, tr, 2), p)
			return nil
		}, true, tracker.ProblemAssess},
		{"so does a move", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			_, err := tr.Move(ctx, p, late(t, tr, 2))
			return err
		}, true, tracker.ProblemAssess},
		{"the confirmation undone", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			_, err := tr.Undo(ctx, confirm(t, tr, late(t, tr, 2), p).ID)
			return err
		}, false, tracker.ProblemResolved},
		{"and had back", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			d, err := tr.Undo(ctx, confirm(t, tr, late(t, tr, 2), p).ID)
			require.NoError(t, err)
			_, err = tr.Undo(ctx, d.ID)
			return err
		}, true, tracker.ProblemAssess},
		{"a ticket rejected that a person had confirmed", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			id := late(t, tr, 2)
			confirm(t, tr, id, p)
			_, err := tr.Reject(ctx, id, tracker.Target{Problem: p})
			return err
		}, false, tracker.ProblemResolved},
		{"another ticket says the same", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			d := confirm(t, tr, late(t, tr, 2), p)
			confirm(t, tr, late(t, tr, 3), p)
			_, err := tr.Undo(ctx, d.ID)
			return err
		}, true, tracker.ProblemAssess},
		{"another ticket said the same in a later contact", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			d := confirm(t, tr, late(t, tr, 2), p)
			logged(t, tr, tracker.Contact{From: "p1@example.org", Ticket: 1, Text: "Again.", Version: "5"})
			_, err := tr.Undo(ctx, d.ID)
			return err
		}, true, tracker.ProblemAssess},
		{"a status that a person gave it since stays", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			d := confirm(t, tr, late(t, tr, 2), p)
			_, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error { p.Status = tracker.ProblemFixInProgress; return nil })
			require.NoError(t, err)
			_, err = tr.Undo(ctx, d.ID)
			return err
		}, false, tracker.ProblemFixInProgress},
		{"a merge undone leaves it regressed since when it was", func(t *testing.T, tr *tracker.Tracker, p tracker.ProblemID) error {
			confirm(t, tr, late(t, tr, 2), p)
			before, err := tr.Problem(ctx, p)
			require.NoError(t, err)
			d, err := tr.Merge(ctx, problem(t, tr, late(t, tr, 3)), p)
			require.NoError(t, err)
			_, err = tr.Undo(ctx, d.ID)
			require.NoError(t, err)
			after, err := tr.Problem(ctx, p)
			require.Equal(t, before, after)
			return err
		}, true, tracker.ProblemAssess},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, _ := openMem(t, peopleOnly)
			p := problem(t, tr, logged(t, tr, alone(1)).Ticket)
			_, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error {
				p.Status, p.FixedIn = tracker.ProblemResolved, "4.3"
				return nil
			})
			require.NoError(t, err)
			require.NoError(t, row.do(t, tr, p))
			got, err := tr.Problem(ctx, p)
			require.NoError(t, err)
			require.Equal(t, row.regressed, !got.Regressed.IsZero())
			require.Equal(t, row.status, got.Status)
			checkSound(t, tr)
		})
	}
}

func TestUpdateProblem(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	p := problem(t, tr, tickets(t, tr, 2)...)
	before := export(t, tr)
	for name, change := range map[string]func(*tracker.Problem){
		"number":         func(p *tracker.Problem) { p.ID++ },
		"count":          func(p *tracker.Problem) { p.Tickets = 99 },
		"merged":         func(p *tracker.Problem) { p.MergedInto = 2 },
		"no title":       func(p *tracker.Problem) { p.Title = "\u202e" },
		"unknown status": func(p *tracker.Problem) { p.Status = "done" },
	} {
		_, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error { change(p); return nil })
		require.ErrorIs(t, err, tracker.ErrInvalid, name)
	}
	require.Equal(t, before, export(t, tr))
	got, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error { p.Workaround = "Turn it off and on."; return nil })
	require.NoError(t, err)
	require.True(t, got.KnownError())
	_, err = tr.CreateProblem(ctx, tracker.Problem{})
	require.ErrorIs(t, err, tracker.ErrInvalid, "a problem needs a title")
	_, err = tr.CreateProblem(ctx, tracker.Problem{Title: "T", Tickets: 3})
	require.ErrorIs(t, err, tracker.ErrInvalid)
	_, err = tr.UpdateProblem(ctx, 99, func(*tracker.Problem) error { return nil })
	require.ErrorIs(t, err, tracker.ErrNotFound)
	checkSound(t, tr)
}
