package tracker

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// chanceRings is how often a week a rule rings where nothing is the matter: customers
// come at random times with topics of very different sizes.
func chanceRings(rule AlarmRule, topics int, perHour float64, weeks int) float64 {
	rnd := rand.New(rand.NewPCG(1, 1))
	var sizes []float64
	sum := 0.
	for i := range topics {
		sum += 1 / float64(i+3)
		sizes = append(sizes, sum)
	}
	w := newAlarmWatch(rule, time.Time{})
	var bell AlarmBell
	now := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	end, warm := now.AddDate(0, 0, 7*weeks), now.AddDate(0, 0, 14)
	rings := 0
	for id := TicketID(1); now.Before(end); id++ {
		now = now.Add(time.Duration(rnd.ExpFloat64() / perHour * float64(time.Hour)))
		u, topic := rnd.Float64()*sum, 0
		for sizes[topic] < u {
			topic++
		}
		w.now = now
		w.traffic.add(now.UnixMilli())
		w.traffic.contacts++
		w.traffic.tickets++
		w.insert(visit{Ticket: id, Customer: CustomerID(id), Opened: now, Topic: TopicID(topic + 1)})
		n := len(bell.Ring(w.alarms([]alarmGroup{{topic: TopicID(topic + 1)}})))
		if now.After(warm) {
			rings += n
		}
	}
	return float64(rings) / float64(weeks-2)
}

// What is promised is about what happens: between a sixth and one and a half times as
// much, as numbers of customers are whole.
func TestFalseAlarmsAreAsPromised(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	for _, row := range []struct {
		topics   int
		perHour  float64
		accepted float64
	}{{80, 10, 1}, {80, 10, 5}, {500, 10, 2}, {10, 10, 2}, {80, 2, 2}} {
		rule, err := (&AlarmRule{FalseAlarms: row.accepted}).filled()
		require.NoError(t, err)
		got := chanceRings(rule, row.topics, row.perHour, 14) / row.accepted
		t.Logf("%+v: %.2f times as many as accepted", row, got)
		require.Less(t, got, 1.5, "%+v", row)
		require.Greater(t, got, 1./6, "%+v", row)
	}
}

// Visits and traffic that are moved on step by step say the same as those that are
// made of what there is.
func TestMovedOnIsMadeAnew(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	for range 40 {
		var there []visit
		moved, flow := &visits{}, newTraffic(false)
		now, length := 1000*hour, 100*hour
		var times []int64
		for step := range 300 {
			now += rnd.Int64N(3 * hour)
			v := visit{Ticket: TicketID(step + 1), Customer: CustomerID(rnd.IntN(6)), Opened: time.UnixMilli(now - rnd.Int64N(2)*rnd.Int64N(120*hour)).UTC()}
			there = append(there, v)
			moved.insert(v)
			times = append(times, v.at())
			flow.add(v.at())
			if rnd.IntN(4) == 0 {
				i := rnd.IntN(len(there))
				moved.remove(there[i])
				there = slices.Delete(there, i, i+1)
			}
			if rnd.IntN(3) > 0 {
				continue
			}
			from, to := now-length, now-2*hour
			moved.advance(from, to)
			flow.advance(from, to)
			fresh, again := &visits{}, newTraffic(false)
			for _, v := range there {
				if v.at() >= from {
					fresh.insert(v)
				}
			}
			for _, ms := range times {
				again.add(ms)
			}
			fresh.advance(from, to)
			again.advance(from, to)
			require.True(t, slices.Equal(fresh.all, moved.all), "%v, moved on %v", fresh.all, moved.all)
			require.True(t, maps.Equal(fresh.days, moved.days), "%v, moved on %v", fresh.days, moved.days)
			require.Equal(t, fresh.first(), moved.first())
			require.Equal(t, again, flow)
		}
	}
}

func TestHoursOfWeek(t *testing.T) {
	f := newTraffic(false)
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	const days = 42
	for d := range days {
		for h := 9; h < 17; h++ {
			for range 30 {
				f.add(monday.AddDate(0, 0, d).Add(time.Duration(h) * time.Hour).UnixMilli())
			}
		}
	}
	f.contacts, f.tickets = 2, 1
	f.advance(monday.UnixMilli(), monday.AddDate(0, 0, days).UnixMilli())
	w := f.weights()
	at := func(h int) int64 { return monday.Add(time.Duration(h) * time.Hour).UnixMilli() }
	require.InDelta(t, 2.5, w.between(at(10), at(11)), .3, "by day more comes")
	require.InDelta(t, .25, w.between(at(2), at(3)), .1, "by night less")
	require.InDelta(t, w.week, w.between(at(5), at(173)), 1e-6, "a week is a week wherever it begins")
	require.InDelta(t, w.between(at(3), at(10))+w.between(at(10), at(400)), w.between(at(3), at(400)), 1e-6)
	require.InDelta(t, 5, f.perHour(), .6, "of the contacts half open a ticket")
	f.even = true
	even := f.weights()
	require.InDelta(t, 1, even.between(at(2), at(3)), 1e-9, "even hours are alike")
}

// People read the sentence: it has no powers of ten.
func TestSentenceIsForPeople(t *testing.T) {
	for _, row := range []struct {
		expected float64
		want     string
	}{{0.0057, "where 0.0057 are"}, {2.345, "where 2.3 are"}, {9.97, "where 10 are"}, {123.4, "where 123 are"}, {12345, "where 12345 are"}, {0.00003, "where less than 0.0001 are"}} {
		require.Contains(t, Alarm{Customers: 3, Window: 2 * time.Hour, Expected: row.expected}.sentence(time.Hour), row.want)
	}
}
