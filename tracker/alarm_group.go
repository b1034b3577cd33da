package tracker

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// alarmGroup is what rings: a problem or a topic.
type alarmGroup struct {
	problem ProblemID
	topic   TopicID
}

func compareGroups(a, b alarmGroup) int {
	return cmp.Or(cmp.Compare(a.problem, b.problem), cmp.Compare(a.topic, b.topic))
}

// typical is which part of all tickets is expected with a group that is new.
func (g alarmGroup) typical() float64 {
	if g.problem != 0 {
		return 1. / 300
	}
	return 1. / 100
}

// visit is a ticket that a customer opened, as far as alarms need it.
type visit struct {
	Ticket   TicketID   `json:"id"`
	Customer CustomerID `json:"customer"`
	Opened   time.Time  `json:"opened"`
	Problem  ProblemID  `json:"problem"`
	Topic    TopicID    `json:"topic"`
}

func (v visit) at() int64 { return v.Opened.UnixMilli() }

// who is the customer; nobody known counts as somebody else each.
func (v visit) who() uint64 {
	if v.Customer == 0 {
		return 1<<63 | uint64(v.Ticket)
	}
	return uint64(v.Customer)
}

// groups are what v counts for.
func (v visit) groups() (out []alarmGroup) {
	if v.Problem != 0 {
		out = append(out, alarmGroup{problem: v.Problem})
	}
	if v.Topic != 0 {
		out = append(out, alarmGroup{topic: v.Topic})
	}
	return out
}

func compareVisits(a, b visit) int {
	return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Ticket, b.Ticket))
}

// visits are those of one group, by time. Those of its past are counted, each
// customer once a day.
type visits struct {
	all      []visit
	from, to int64 // milliseconds that count as the past: from on, before to
	days     map[customerDay]int
}

type customerDay struct {
	who uint64
	day int64
}

func (s *visits) count(v visit, by int) {
	k := customerDay{v.who(), floorDiv(v.at(), 24*hour)}
	if s.days == nil {
		s.days = map[customerDay]int{}
	}
	if s.days[k] += by; s.days[k] == 0 {
		delete(s.days, k)
	}
}

func (s *visits) past(v visit) bool { return v.at() >= s.from && v.at() < s.to }

func (s *visits) insert(v visit) {
	i, found := slices.BinarySearchFunc(s.all, v, compareVisits)
	if found {
		return
	}
	s.all = slices.Insert(s.all, i, v)
	if s.past(v) {
		s.count(v, 1)
	}
}

func (s *visits) remove(v visit) {
	i, found := slices.BinarySearchFunc(s.all, v, compareVisits)
	if !found {
		return
	}
	if s.past(s.all[i]) {
		s.count(s.all[i], -1)
	}
	s.all = slices.Delete(s.all, i, i+1)
}

// search is the place of the first visit at or after ms.
func (s *visits) search(ms int64) int {
	return sort.Search(len(s.all), func(i int) bool { return s.all[i].at() >= ms })
}

// advance moves what counts as the past, and forgets what lies before.
func (s *visits) advance(from, to int64) {
	if s.from == s.to {
		s.from, s.to = from, from // nothing was past yet
	}
	i := s.search(from)
	for _, v := range s.all[:i] {
		if s.past(v) {
			s.count(v, -1)
		}
	}
	s.all = slices.Delete(s.all, 0, i)
	old := max(s.to, from)
	for _, v := range s.all[min(s.search(old), s.search(to)):s.search(to)] {
		s.count(v, 1)
	}
	for _, v := range s.all[s.search(to):max(s.search(old), s.search(to))] {
		s.count(v, -1)
	}
	s.from, s.to = from, to
}

// since returns the visits at or after ms, and how many customers made them.
func (s *visits) since(ms int64) ([]visit, int) {
	in := s.all[s.search(ms):]
	who := make([]uint64, len(in))
	for i, v := range in {
		who[i] = v.who()
	}
	slices.Sort(who)
	return in, len(slices.Compact(who))
}

// first is when the past of the group began.
func (s *visits) first() int64 {
	if len(s.all) == 0 {
		return s.to
	}
	return s.all[0].at()
}
