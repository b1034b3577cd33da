package tracker_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// usual logs four weeks in which somebody comes every hour, with nothing in common,
// and every third day somebody with the problem that it returns.
func usual(t testing.TB, tr *tracker.Tracker, c *clock) tracker.ProblemID {
	t.Helper()
	p := problem(t, tr)
	for h := range 4 * 168 {
		rec := logged(t, tr, alone(h))
		if h%72 == 10 {
			move(t, tr, p, rec.Ticket)
		}
		c.forward(time.Hour)
	}
	return p
}

func move(t testing.TB, tr *tracker.Tracker, p tracker.ProblemID, ids ...tracker.TicketID) {
	t.Helper()
	_, err := tr.Move(ctx, p, ids...)
	require.NoError(t, err)
}

func alarms(t testing.TB, tr *tracker.Tracker, rule *tracker.AlarmRule) []tracker.Alarm {
	t.Helper()
	out, err := tr.Alarms(ctx, rule)
	require.NoError(t, err)
	return out
}

// burst logs contacts of customers from first on, five minutes apart, into p.
func burst(t testing.TB, tr *tracker.Tracker, c *clock, p tracker.ProblemID, first, n int) {
	t.Helper()
	for i := range n {
		c.forward(5 * time.Minute)
		move(t, tr, p, logged(t, tr, alone(first+i)).Ticket)
	}
}

func TestAlarmPromises(t *testing.T) {
	for _, row := range []struct {
		promise string
		do      func(*tracker.Tracker, *clock, tracker.ProblemID)
		rings   bool
	}{
		{"silence never rings", func(_ *tracker.Tracker, c *clock, _ tracker.ProblemID) { c.forward(1000 * time.Hour) }, false},
		{"what is usual does not ring", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) { burst(t, tr, c, p, 5000, 1) }, false},
		{"five customers within half an hour ring where one in three days is usual", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) { burst(t, tr, c, p, 5000, 5) }, true},
		{"one customer never rings, however often", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) {
			for i := range 30 {
				c.forward(time.Minute)
				in := alone(6000 + i)
				in.From = "p1@example.org"
				move(t, tr, p, logged(t, tr, in).Ticket)
			}
		}, false},
		{"an answer on an open ticket is no new trouble", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) {
			for tk, err := range tr.Tickets(ctx, tracker.TicketQuery{Problem: p}) {
				require.NoError(t, err)
				c.forward(time.Minute)
				in := alone(int(tk.ID) - 1)
				in.Ticket = tk.ID
				logged(t, tr, in)
			}
		}, false},
		{"what was long ago when it was logged does not ring", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) {
			for i := range 8 {
				in := alone(6000 + i)
				in.At = c.Now().Add(-5 * time.Hour)
				move(t, tr, p, logged(t, tr, in).Ticket)
			}
		}, false},
		{"once the window has passed it is over", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) {
			burst(t, tr, c, p, 5000, 8)
			c.forward(2*time.Hour + time.Millisecond)
		}, false},
		{"customers who turn out to be one are one", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) {
			burst(t, tr, c, p, 5000, 5)
			into, err := tr.CustomerByIdentity(ctx, "p5000@example.org")
			require.NoError(t, err)
			for i := 1; i < 5; i++ {
				from, err := tr.CustomerByIdentity(ctx, fmt.Sprintf("p%d@example.org", 5000+i))
				require.NoError(t, err)
				_, err = tr.MergeCustomers(ctx, into.ID, from.ID)
				require.NoError(t, err)
			}
		}, false},
		{"tickets that go elsewhere take their customers along", func(tr *tracker.Tracker, c *clock, p tracker.ProblemID) {
			burst(t, tr, c, p, 5000, 5)
			last := logged(t, tr, alone(7000)).Ticket
			move(t, tr, 0, last-1, last-2, last-3)
		}, false},
	} {
		tr, c := openMem(t, peopleOnly)
		p := usual(t, tr, c)
		row.do(tr, c, p)
		before, err := tr.Head(ctx)
		require.NoError(t, err)
		got := alarms(t, tr, nil)
		require.Equal(t, row.rings, len(got) == 1, "%s: %+v", row.promise, got)
		require.Equal(t, got, alarms(t, tr, nil), "asked again the same is answered")
		_, err = tr.BacktestAlarms(ctx, nil)
		require.NoError(t, err)
		after, err := tr.Head(ctx)
		require.NoError(t, err)
		require.Equal(t, before, after, "asking writes nothing")
	}
}

func TestAlarmSaysWhy(t *testing.T) {
	tr, c := openMem(t, peopleOnly)
	p := usual(t, tr, c)
	burst(t, tr, c, p, 5000, 5)
	got := alarms(t, tr, nil)
	require.Len(t, got, 1)
	a := got[0]
	require.Equal(t, p, a.Problem)
	require.Equal(t, "A problem", a.Title)
	require.Equal(t, 5, a.Customers)
	require.Equal(t, 30*time.Minute, a.Window)
	require.Equal(t, c.Now(), a.At)
	require.Equal(t, c.Now().Add(-20*time.Minute), a.Since)
	require.Equal(t, 10, a.Before)
	require.Equal(t, []tracker.TicketID{673, 674, 675, 676, 677}, a.Tickets)
	require.Equal(t, "5 customers within 30m, where 0.0057 are to be expected: 10 came with it in the 27 days before. "+
		"Chance does as much less than once in a hundred years, over everything together.", a.Why)
}

func TestMoreCustomersAreNeverLessAlarming(t *testing.T) {
	tr, c := openMem(t, peopleOnly)
	p := usual(t, tr, c)
	last := math.Inf(1)
	for i := range 12 {
		move(t, tr, p, logged(t, tr, alone(5000+i)).Ticket)
		got := alarms(t, tr, &tracker.AlarmRule{FalseAlarms: 1000, Customers: 2})
		if i == 0 {
			require.Empty(t, got)
			continue
		}
		require.Len(t, got, 1)
		require.LessOrEqual(t, got[0].PerWeek, last)
		last = got[0].PerWeek
	}
}

func TestAlarmBellRingsOnce(t *testing.T) {
	tr, c := openMem(t, peopleOnly)
	p := usual(t, tr, c)
	var bell tracker.AlarmBell
	rung := 0
	ask := func() { rung += len(bell.Ring(alarms(t, tr, nil))) }
	for i := range 40 { // an outage that goes on for hours
		burst(t, tr, c, p, 5000+i, 1)
		ask()
	}
	require.Equal(t, 1, rung)
	c.forward(24 * time.Hour)
	ask()
	for i := range 6 {
		burst(t, tr, c, p, 6000+i, 1)
		ask()
	}
	require.Equal(t, 2, rung, "the next burst is another one")

	h, err := tr.BacktestAlarms(ctx, nil)
	require.NoError(t, err)
	require.Len(t, h.Alarms, 2)
	require.Positive(t, h.Again)
	require.Equal(t, uint64(4*168+46), uint64(h.Tickets))
	require.InDelta(t, 5./(29*24), h.HoursShare, 3./(29*24))
}

func TestAlarmRulesThatCannotBe(t *testing.T) {
	tr, _ := openMem(t)
	for _, rule := range []tracker.AlarmRule{
		{FalseAlarms: -1}, {FalseAlarms: math.NaN()}, {FalseAlarms: math.Inf(1)}, {Window: time.Second},
		{Window: 8 * 24 * time.Hour}, {Window: -time.Hour}, {Customers: 1}, {Customers: -4}, {Past: 20 * time.Hour}, {Past: -time.Hour},
	} {
		_, err := tr.Alarms(ctx, &rule)
		require.ErrorIs(t, err, tracker.ErrInvalid, "%+v", rule)
		_, err = tr.BacktestAlarms(ctx, &rule)
		require.ErrorIs(t, err, tracker.ErrInvalid, "%+v", rule)
	}
	require.Empty(t, alarms(t, tr, nil), "an empty log has nothing to ring for")
	h, err := tr.BacktestAlarms(ctx, nil)
	require.NoError(t, err)
	require.Zero(t, h)
}

// A back-test says what asking would have said, to the last figure: on random logs
// with bursts, answers, late contacts, and people who move, merge and undo.
func TestBacktestIsAskingAtEachMoment(t *testing.T) {
	rule := &tracker.AlarmRule{FalseAlarms: 20, Past: 10 * 24 * time.Hour}
	rings, seeds := 0, uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(seed, 9))
		tr, c := openMem(t)
		var bell tracker.AlarmBell
		var live []tracker.Alarm
		var made []tracker.DecisionID
		tickets := 0
		for step := range 500 {
			c.forward(time.Duration(rnd.IntN(100)+1) * time.Minute / 2)
			in := about(rnd.IntN(5), rnd.IntN(150))
			switch busy := step % 125; {
			case busy < 8:
				c.forward(-time.Minute / 2)
				in = about(int(seed), 1000+step)
			case rnd.IntN(3) > 0:
				in = alone(rnd.IntN(3000))
			case rnd.IntN(8) == 0:
				in.At = c.Now().Add(-time.Duration(rnd.IntN(300)) * time.Hour)
			case rnd.IntN(8) == 0 && tickets > 0:
				in.Ticket = tracker.TicketID(rnd.IntN(tickets) + 1)
			}
			if rnd.IntN(20) == 0 {
				in.From, in.Name = "", ""
			}
			rec := logged(t, tr, in)
			if rec.NewTicket {
				tickets++
				now := alarms(t, tr, rule)
				rung := bell.Ring(now)
				live = append(live, rung...)
			}
			c.forward(time.Second)
			id := func() tracker.TicketID { return tracker.TicketID(rnd.IntN(tickets) + 1) }
			var d tracker.Decision
			var err error
			switch rnd.IntN(60) {
			case 0:
				d, err = tr.Confirm(ctx, id(), tracker.Target{Ticket: rec.Ticket})
			case 1:
				d, err = tr.Move(ctx, 0, id(), id())
			case 2:
				a, _ := tr.Ticket(ctx, id())
				b, _ := tr.Ticket(ctx, id())
				d, err = tr.MergeCustomers(ctx, a.Customer, b.Customer)
			case 3:
				if len(made) > 0 {
					_, err = tr.Undo(ctx, made[rnd.IntN(len(made))])
				}
			case 4:
				_, err = tr.Regroup(ctx)
			}
			if err == nil && d.ID != 0 {
				made = append(made, d.ID)
			}
		}
		h, err := tr.BacktestAlarms(ctx, rule)
		require.NoError(t, err)
		untitled := func(alarms []tracker.Alarm) []tracker.Alarm {
			for i := range alarms {
				alarms[i].Title = "" // today's in the one, that of then in the other
			}
			return alarms
		}
		require.Equal(t, untitled(live), untitled(h.Alarms), "seed %d", seed)
		require.Equal(t, tickets, h.Tickets)
		again, err := tr.BacktestAlarms(ctx, rule)
		require.NoError(t, err)
		require.Equal(t, h.Again, again.Again)
		require.Equal(t, h.HoursAlarmed, again.HoursAlarmed)
		rings += len(live)
	}
	require.Greater(t, rings, int(seeds), "a test in which next to nothing rings shows nothing")
}

func ExampleTracker_Alarms() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	t, err := tracker.New(ctx, memstore.New(), &tracker.Options{Now: func() time.Time { return now }, Key: []byte("examples")})
	if err != nil {
		log.Fatal(err)
	}
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))
	say := func(customer, title, text string) tracker.TicketID {
		r, err := desk.Log(ctx, tracker.Contact{Channel: tracker.Email, From: customer + "@example.org", Title: title, Text: text})
		if err != nil {
			log.Fatal(err)
		}
		return r.Ticket
	}

	// For two weeks somebody writes every three hours, about this and that …
	for i := range 112 {
		say(fmt.Sprintf("customer%d", i), "A question", fmt.Sprintf("Something about matter number %d.", i))
		now = now.Add(3 * time.Hour)
	}
	// … and then four customers cannot sign in.
	p, err := desk.CreateProblem(ctx, tracker.Problem{Title: "Nobody can sign in"})
	if err != nil {
		log.Fatal(err)
	}
	var bell tracker.AlarmBell
	for _, customer := range []string{"ada", "ben", "cleo", "dan", "eve"} {
		now = now.Add(6 * time.Minute)
		if _, err := desk.Move(ctx, p.ID, say(customer, "Sign-in fails", "I cannot sign in.")); err != nil {
			log.Fatal(err)
		}
		alarms, err := desk.Alarms(ctx, nil)
		if err != nil {
			log.Fatal(err)
		}
		for _, a := range bell.Ring(alarms) {
			fmt.Printf("%s: %s\n%s\n", now.Format("15:04"), a.Title, a.Why)
		}
	}
	// Output:
	// 09:18: Nobody can sign in
	// 3 customers within 30m, where 0.00058 are to be expected: nobody came with it before. Chance does as much less than once in a hundred years, over everything together.
}
