package tracker

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// alarmWatch is what a rule looks at: how much comes in all, and the visits of groups.
type alarmWatch struct {
	rule    AlarmRule
	now     time.Time
	traffic *traffic
	groups  map[alarmGroup]*visits
}

func newAlarmWatch(rule AlarmRule, now time.Time) *alarmWatch {
	return &alarmWatch{rule: rule, now: now, traffic: newTraffic(rule.EvenHours), groups: map[alarmGroup]*visits{}}
}

// before is the moment d ago, in milliseconds.
func (w *alarmWatch) before(d time.Duration) int64 { return w.now.Add(-d).UnixMilli() }

func (w *alarmWatch) insert(v visit) {
	for _, g := range v.groups() {
		if w.groups[g] == nil {
			w.groups[g] = &visits{}
		}
		w.groups[g].insert(v)
	}
}

func (w *alarmWatch) remove(v visit) {
	for _, g := range v.groups() {
		if s := w.groups[g]; s != nil {
			if s.remove(v); len(s.all) == 0 {
				delete(w.groups, g)
			}
		}
	}
}

// read fills an empty watch from a store, as of now: the traffic, and the groups with
// which enough customers came within the window.
func (w *alarmWatch) read(r store.Reader) error {
	h, err := readHead(r)
	if err != nil {
		return err
	}
	w.traffic.contacts, w.traffic.tickets = uint64(h.Contacts), uint64(h.Tickets)
	earliest, err := r.Page(bContactsByTime, store.Range{}, 1)
	if err != nil || len(earliest) == 0 {
		return err
	}
	w.traffic.first = floorDiv(fromMoment(earliest[0].Key), hour)
	seen := map[TicketID]bool{}
	came := map[alarmGroup]*visits{}
	window := w.before(w.rule.Window)
	// From the full hour on, as traffic counts by the hour.
	from := time.UnixMilli(floorDiv(w.before(w.rule.Past), hour) * hour)
	err = each(r, bContactsByTime, store.Range{From: moment(from), To: moment(w.now.Add(time.Millisecond))}, func(e store.Entry) error {
		ms := fromMoment(e.Key)
		if w.traffic.add(ms); ms < window {
			return nil
		}
		c, err := load[struct {
			Ticket TicketID `json:"ticket"`
		}](r, bContacts, e.Key[8:])
		if err != nil || c == nil || seen[c.Ticket] {
			return err
		}
		seen[c.Ticket] = true
		v, err := load[visit](r, bTickets, key(c.Ticket))
		if err != nil || v == nil || v.at() < window {
			return err
		}
		for _, g := range v.groups() {
			if came[g] == nil {
				came[g] = &visits{}
			}
			came[g].insert(*v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for g, s := range came {
		if _, n := s.since(window); n < w.rule.Customers {
			continue
		}
		if err := w.readGroup(r, g); err != nil {
			return err
		}
	}
	return nil
}

func (w *alarmWatch) readGroup(r store.Reader, g alarmGroup) error {
	s := &visits{}
	w.groups[g] = s
	b, prefix := bTicketsByTopic, key(g.topic)
	if g.problem != 0 {
		b, prefix = bTicketsByProblem, key(g.problem)
	}
	from := w.before(w.rule.Past)
	return each(r, b, store.Prefix(prefix), func(e store.Entry) error {
		v, err := load[visit](r, bTickets, e.Key[8:])
		if err != nil || v == nil || v.at() < from {
			return err
		}
		s.insert(*v)
		return nil
	})
}

// fromMoment reads the time at the beginning of a key, in milliseconds.
func fromMoment(k []byte) int64 { return int64(binary.BigEndian.Uint64(k) ^ 1<<63) }

// alarms says what of groups rings.
func (w *alarmWatch) alarms(groups []alarmGroup) []Alarm {
	from, to := w.before(w.rule.Past), w.before(w.rule.Window)
	w.traffic.advance(from, to)
	perHour := w.traffic.perHour()
	if perHour == 0 || time.Duration(w.traffic.observed())*time.Hour < alarmWarmUp*w.rule.Window {
		return nil
	}
	slices.SortFunc(groups, compareGroups)
	l := looking{alarmWatch: w, perHour: perHour, weights: w.traffic.weights()}
	var out []Alarm
	for _, g := range groups {
		if s := w.groups[g]; s != nil {
			s.advance(from, to)
			if a, rings := l.look(g, s); rings {
				out = append(out, a)
			}
		}
	}
	return distinct(out)
}

// looking is one moment of a watch.
type looking struct {
	*alarmWatch
	perHour float64 // tickets that are opened
	weights weekWeights
}

// look says whether a group rings, over that window in which it is most unlikely.
func (l *looking) look(g alarmGroup, s *visits) (Alarm, bool) {
	var best Alarm
	rings := false
	past := cluster.Arrivals{
		Customers: len(s.days),
		Time:      l.weights.between(s.first(), s.to),
		Typical:   l.perHour * g.typical(),
	}
	for _, window := range l.rule.windows() {
		in, customers := s.since(l.before(window))
		if customers < l.rule.Customers {
			break
		}
		// An alarm begins with a customer who finds one less there. So often does
		// somebody come, in each window.
		length := l.weights.between(l.before(window), l.now.UnixMilli())
		p := past.AtLeast(customers-1, length)
		perWeek := fourDigits(p * l.perHour * hoursOfWeek * alarmHits)
		if p > alarmUnlikely || perWeek > l.rule.FalseAlarms || rings && perWeek >= best.PerWeek {
			continue
		}
		rings = true
		best = Alarm{
			Problem: g.problem, Topic: g.topic, At: l.now, Since: in[0].Opened, Window: window,
			Customers: customers, Expected: fourDigits(past.Expected(length)), Before: past.Customers, PerWeek: perWeek,
		}
		for _, v := range in {
			best.Tickets = append(best.Tickets, v.Ticket)
		}
	}
	if rings {
		best.Why = best.sentence(time.Duration(l.traffic.observed()) * time.Hour)
	}
	return best, rings
}

// fourDigits rounds to what is worth telling, and to what all platforms agree on.
func fourDigits(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 4, 64), 64)
	return y
}

// sentence says in words what a says in figures; past is how much of it there is.
func (a Alarm) sentence(past time.Duration) string {
	usual := "nobody came with it before"
	if a.Before > 0 {
		usual = fmt.Sprintf("%d came with it in the %s before", a.Before, days(past))
	}
	chance := "less than once in a hundred years"
	switch {
	case a.PerWeek >= 0.1:
		chance = fmt.Sprintf("%.1f times a week", a.PerWeek)
	case a.PerWeek > 1/5200.:
		chance = fmt.Sprintf("once in %.0f weeks", 1/a.PerWeek)
	}
	return fmt.Sprintf("%d customers within %s, where %s are to be expected: %s. Chance does as much %s, over everything together.",
		a.Customers, short(a.Window), few(a.Expected), usual, chance)
}

// few is a number with two digits that say something, never as a power of ten.
func few(x float64) string {
	switch {
	case x >= 10:
		return fmt.Sprintf("%.0f", x)
	case x < 0.0001:
		return "less than 0.0001"
	}
	return fmt.Sprintf("%.2g", x)
}

func days(d time.Duration) string {
	if n := d / (24 * time.Hour); n > 1 {
		return fmt.Sprintf("%d days", n)
	}
	return short(d)
}

// short is a duration without its zeros at the end: 2h, 30m.
func short(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}
