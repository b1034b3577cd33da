package tracker

import (
	"math"
	"time"
)

const (
	hour         = int64(time.Hour / time.Millisecond)
	hoursOfWeek  = 168
	hourEvenness = 20 // contacts that an hour of the week takes until its own count says half
)

// traffic counts all contacts by the hour: how many come, and in which hours of the
// week. Hours are numbered from 1970 on, in UTC.
type traffic struct {
	hours             map[int64]int // what came in each, from the hour from on
	first             int64         // the earliest hour
	from, to          int64         // hours that count as the past: from on, before to
	ofWeek            [hoursOfWeek]int
	past              int
	contacts, tickets uint64
	even              bool // all hours of the week are alike
}

func newTraffic(even bool) *traffic {
	return &traffic{hours: map[int64]int{}, first: math.MaxInt64, even: even}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func weekHour(h int64) int64 { return h - hoursOfWeek*floorDiv(h, hoursOfWeek) }

// add takes in a contact that was seen at ms.
func (f *traffic) add(ms int64) {
	h := floorDiv(ms, hour)
	f.first = min(f.first, h)
	if h < f.from {
		return
	}
	if f.hours[h]++; h < f.to {
		f.count(h, 1)
	}
}

func (f *traffic) count(h int64, n int) {
	f.ofWeek[weekHour(h)] += n
	f.past += n
}

// advance moves what counts as the past to the hours of [from, to), in milliseconds,
// and forgets what lies before.
func (f *traffic) advance(from, to int64) {
	from, to = floorDiv(from, hour), floorDiv(to, hour)
	from = max(from, f.from)
	for h, n := range f.hours {
		in, was := h >= from && h < to, h >= f.from && h < f.to
		switch {
		case in && !was:
			f.count(h, n)
		case was && !in:
			f.count(h, -n)
		}
		if h < from {
			delete(f.hours, h)
		}
	}
	f.from, f.to = from, to
}

// observed is how many hours the past has.
func (f *traffic) observed() int64 { return max(0, f.to-max(f.from, f.first)) }

// perHour is how many tickets are opened in an hour of the past: as large a part of
// the contacts as of all that there are.
func (f *traffic) perHour() float64 {
	if f.contacts == 0 || f.observed() == 0 {
		return 0
	}
	return float64(f.past) / float64(f.observed()) * float64(f.tickets) / float64(f.contacts)
}

// weights say for each hour of the week how busy it is, 1 for the average one. Hours
// of which little is known are drawn towards it.
func (f *traffic) weights() (w weekWeights) {
	n := f.observed()
	average := float64(f.past) / float64(max(1, n))
	for i := range w.hour {
		w.hour[i] = 1
		if !f.even && n > 0 {
			seen := n / hoursOfWeek
			if weekHour(int64(i)-weekHour(f.to-n)) < n%hoursOfWeek {
				seen++
			}
			w.hour[i] = (float64(f.ofWeek[i]) + hourEvenness) / (float64(float64(seen)*average) + hourEvenness)
		}
		w.week += w.hour[i]
	}
	return w
}

// weekWeights are how busy the hours of a week are, and their sum.
type weekWeights struct {
	hour [hoursOfWeek]float64
	week float64
}

// between is the time from one moment to another, in average hours.
func (w *weekWeights) between(from, to int64) (sum float64) {
	if to <= from {
		return 0
	}
	weeks := (to - from) / (hoursOfWeek * hour)
	sum = w.week * float64(weeks)
	for from += weeks * hoursOfWeek * hour; from < to; {
		h := floorDiv(from, hour)
		next := min(to, (h+1)*hour)
		sum += float64(w.hour[weekHour(h)] * (float64(next-from) / float64(hour)))
		from = next
	}
	return sum
}
