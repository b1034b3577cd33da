package tracker

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// AlarmRule says when more customers come with one matter than chance explains. Nil,
// and every zero field, means the default. The one number to think about is
// FalseAlarms; [Tracker.BacktestAlarms] says what a rule would have done so far. In
// JSON, durations are nanoseconds.
type AlarmRule struct {
	// FalseAlarms is how many alarms a week one accepts, over everything together,
	// while nothing is the matter. Fewer of them find less, and later. Default 1.
	FalseAlarms float64 `json:"false_alarms"`
	// Window is the longest time over which customers are counted; half and a quarter
	// of it are looked at as well. A minute to a week. Default 2 hours.
	Window time.Duration `json:"window"`
	// Customers is how many different customers it takes at least, 2 or more.
	// Default 3.
	Customers int `json:"customers"`
	// Past is how far back a group's own past is looked at, at least 12 times Window.
	// Default 8 weeks.
	Past time.Duration `json:"past"`
	// EvenHours takes all hours of the week for alike. Without it, more is expected
	// in hours of the week (UTC) in which more came before.
	EvenHours bool `json:"even_hours,omitempty"`
}

const (
	longestAlarm = 7 * 24 * time.Hour
	// Before so many windows there is nothing that one could call usual.
	alarmWarmUp = 12
	// An alarm is always as unlikely as this, however few contacts a log has.
	alarmUnlikely = 0.01
	// If each customer who comes found what is unlikely with probability p in each of
	// three windows, 3p of them would set off an alarm. It is a quarter of that, as the
	// windows overlap, what has rung rings no second time, and numbers of customers are
	// whole: found by simulation, which a test repeats.
	alarmHits = 0.75
)

func (r *AlarmRule) filled() (AlarmRule, error) {
	var f AlarmRule
	if r != nil {
		f = *r
	}
	f.FalseAlarms = cmp.Or(f.FalseAlarms, 1)
	f.Window = cmp.Or(f.Window, 2*time.Hour)
	f.Customers = cmp.Or(f.Customers, 3)
	f.Past = cmp.Or(f.Past, max(8*7*24*time.Hour, alarmWarmUp*f.Window))
	bad := func(format string, args ...any) (AlarmRule, error) {
		return f, fmt.Errorf("%w alarm rule: "+format, append([]any{ErrInvalid}, args...)...)
	}
	switch {
	case !(f.FalseAlarms > 0) || math.IsInf(f.FalseAlarms, 1):
		return bad("%v false alarms a week: want a number above 0", f.FalseAlarms)
	case f.Window < time.Minute || f.Window > longestAlarm:
		return bad("a window of %v: want a minute to a week", f.Window)
	case f.Customers < 2:
		return bad("%d customers: want at least 2", f.Customers)
	case f.Past < alarmWarmUp*f.Window:
		return bad("a past of %v: want at least %d times the window of %v", f.Past, alarmWarmUp, f.Window)
	}
	return f, nil
}

// alarmWindows is over how many windows a rule counts.
const alarmWindows = 3

// windows are the times over which a rule counts, the longest first.
func (r AlarmRule) windows() [alarmWindows]time.Duration {
	return [alarmWindows]time.Duration{r.Window, r.Window / 2, r.Window / 4}
}

// Alarm says that more customers come with a problem or a topic than its own past
// explains.
type Alarm struct {
	Problem   ProblemID     `json:"problem,omitempty"` // one of the two is set
	Topic     TopicID       `json:"topic,omitempty"`
	Title     string        `json:"title,omitempty"` // of it, "" where it has none yet
	At        time.Time     `json:"at"`              // as of when this is said
	Since     time.Time     `json:"since"`           // when the first of Tickets was opened
	Window    time.Duration `json:"window"`          // over which is counted: the rule's, or half or a quarter of it
	Customers int           `json:"customers"`       // different ones who opened Tickets
	Expected  float64       `json:"expected"`        // customers within Window, by the past
	Before    int           `json:"before"`          // customers within the rule's Past, each once a day
	PerWeek   float64       `json:"per_week"`        // how often a week chance alone does as much, over everything together
	Tickets   []TicketID    `json:"tickets"`         // in the order in which they were opened
	Why       string        `json:"why"`             // all that in a sentence
}

// Alarms says what rings as of now (Options.Now): the problems and topics with which
// more customers came just now than rule accepts by chance, most unlikely first. What
// rings for the same tickets rings once. Nothing is written, and nobody is told: ask
// after each contact, or a few times an hour, and let an [AlarmBell] say what is new.
//
// Counted are customers by the tickets that they opened, in the groups in which these
// are now; a further contact on an open ticket is no new trouble. One customer counts
// once, one who is not known once a ticket. What is usual is taken from the group's
// own past, as far as it has one, and what is too much from how many tickets come in
// all: so that what chance does with all groups together adds up to FalseAlarms. It is
// a scan statistic (Naus, 1982) whose clumps are bounded as by Alm (1983); a rate
// that is not known exactly is accounted for (see cluster.Arrivals). In the first
// twelve windows of a log nothing rings.
//
// Topics are what new trouble shows in first, as a problem takes more likeness: they
// are best when [Tracker.Regroup] is called each night.
//
// It reads the times of all contacts within Past, and the tickets of those groups
// alone with which enough customers came.
//
// Errors: [ErrInvalid] for a rule that cannot be, [ErrClosed], those of the store.
func (t *Tracker) Alarms(ctx context.Context, rule *AlarmRule) ([]Alarm, error) {
	r, err := rule.filled()
	if err != nil {
		return nil, err
	}
	w := newAlarmWatch(r, t.now())
	if err := t.view(ctx, w.read); err != nil {
		return nil, err
	}
	alarms := w.alarms(slices.Collect(maps.Keys(w.groups)))
	return alarms, t.titleAlarms(ctx, alarms)
}

// titleAlarms fills in what groups are called.
func (t *Tracker) titleAlarms(ctx context.Context, alarms []Alarm) error {
	for i := range alarms {
		a := &alarms[i]
		if a.Problem != 0 {
			p, err := t.Problem(ctx, a.Problem)
			if err != nil {
				return err
			}
			a.Title = p.Title
			continue
		}
		tp, err := t.Topic(ctx, a.Topic)
		if err != nil {
			return err
		}
		a.Title = tp.Title
	}
	return nil
}

// AlarmBell rings once for what goes on for a while: it remembers the tickets of the
// alarms that it was shown. The zero value is ready. It is for one goroutine at a time.
type AlarmBell struct {
	shown map[TicketID]time.Time
}

// Ring takes what [Tracker.Alarms] answered and returns what is new: the alarms of
// which more than half of the tickets were in none before. A burst that goes on stays
// one as long as it is looked at twice in a Window. Tickets are remembered for a week.
func (b *AlarmBell) Ring(alarms []Alarm) []Alarm {
	var rings []Alarm
	for _, a := range alarms {
		known := 0
		for _, id := range a.Tickets {
			if _, ok := b.shown[id]; ok {
				known++
			}
		}
		if 2*known < len(a.Tickets) {
			rings = append(rings, a)
		}
	}
	for _, a := range alarms {
		if b.shown == nil {
			b.shown = map[TicketID]time.Time{}
		}
		for _, id := range a.Tickets {
			b.shown[id] = a.At
		}
	}
	if len(alarms) > 0 {
		for id, at := range b.shown {
			if alarms[0].At.Sub(at) > longestAlarm {
				delete(b.shown, id)
			}
		}
	}
	return rings
}

// distinct leaves out what rings for tickets that ring already, the most unlikely
// first.
func distinct(alarms []Alarm) []Alarm {
	slices.SortFunc(alarms, func(a, b Alarm) int {
		return cmp.Or(cmp.Compare(a.PerWeek, b.PerWeek), cmp.Compare(b.Problem, a.Problem), cmp.Compare(a.Topic, b.Topic))
	})
	var bell AlarmBell
	out := alarms[:0]
	for _, a := range alarms {
		out = append(out, bell.Ring([]Alarm{a})...)
	}
	return out
}
