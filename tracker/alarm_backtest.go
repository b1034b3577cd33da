package tracker

import (
	"context"

	"time"
)

// AlarmHistory is what a rule would have done so far.
type AlarmHistory struct {
	From    time.Time `json:"from"` // when the first contact was logged
	To      time.Time `json:"to"`   // and the last one
	Tickets int       `json:"tickets"`
	Alarms  []Alarm   `json:"alarms"`   // that rang, in the order of time
	Again   int       `json:"again"`    // times it would have rung for what rang already
	PerWeek float64   `json:"per_week"` // alarms, on average

	// HoursAlarmed are the hours of the clock in which somebody who asked would have
	// been told of an alarm, new or not, and HoursShare is their part of all.
	HoursAlarmed int     `json:"hours_alarmed"`
	HoursShare   float64 `json:"hours_share"`
}

// BacktestAlarms walks through the whole log and says when rule would have rung: as if
// [Tracker.Alarms] had been asked, and an [AlarmBell] with it, after each contact that
// opened a ticket. It uses what was known then: which problem and which topic a ticket
// belonged to, and whose it was, later moves not included. Titles are today's. Nothing
// is written.
//
// A log of contacts that were imported long after they were said has nothing to tell,
// as none of them was fresh when it was logged: replay it with Options.Now at the time
// of each contact, as examples/replay does.
//
// Of each ticket that was opened within the rule's Past some hundred bytes are held in
// memory, and the alarms.
//
// Errors: as Alarms, and [ErrGap].
func (t *Tracker) BacktestAlarms(ctx context.Context, rule *AlarmRule) (AlarmHistory, error) {
	r, err := rule.filled()
	if err != nil {
		return AlarmHistory{}, err
	}
	b := backtest{watch: newAlarmWatch(r, time.Time{}), known: map[TicketID]visit{}}
	for ch, err := range t.Changes(ctx, 0) {
		if err == nil {
			err = b.take(ctx, t.core, ch)
		}
		if err != nil {
			return AlarmHistory{}, err
		}
	}
	b.ask()
	h := b.out
	if length := h.To.Sub(h.From); length > 0 {
		h.PerWeek = float64(len(h.Alarms)) / (length.Hours() / hoursOfWeek)
	}
	if h.Tickets > 0 {
		all := floorDiv(h.To.UnixMilli(), hour) - floorDiv(h.From.UnixMilli(), hour) + 1
		h.HoursShare = float64(h.HoursAlarmed) / float64(all)
	}
	return h, t.titleAlarms(ctx, h.Alarms)
}

// backtest is a watch that the log is read to.
type backtest struct {
	watch  *alarmWatch
	bell   AlarmBell
	out    AlarmHistory
	opened bool      // a ticket was, since it was asked last
	asking time.Time // as of when
	rang   int64     // the last hour that had an alarm

	known  map[TicketID]visit // opened within Past
	order  []TicketID         // of them, as they were logged
	recent []TicketID         // that may lie within the window
}

// take takes in one change. What the changes of one contact add up to is asked about
// before the next one.
func (b *backtest) take(ctx context.Context, c *core, ch Change) error {
	if ch.Action == TicketOpened || !ch.At.Equal(b.asking) {
		b.ask()
	}
	switch ch.Action {
	case TicketOpened:
		return b.open(ctx, c, ch)
	case ContactLogged:
		if b.out.From.IsZero() {
			b.out.From = ch.At
		}
		b.out.To = ch.At
		in, err := one[struct {
			At       time.Time `json:"at"`
			LoggedAt time.Time `json:"logged_at"`
		}](ctx, c, bContacts, ch.Contact, "contact")
		if err != nil {
			return err
		}
		b.watch.traffic.contacts++
		b.watch.traffic.add(Contact{At: in.At, LoggedAt: in.LoggedAt}.Seen().UnixMilli())
	case TicketTopic:
		b.change(ch.Ticket, func(v *visit) { v.Topic = ch.Topic })
	case TicketLinked:
		b.change(ch.Ticket, func(v *visit) { v.Problem = ch.Problem })
	case TicketChanged:
		if ch.Customer != 0 { // it went over to another one
			b.change(ch.Ticket, func(v *visit) { v.Customer = ch.Customer })
		}
	}
	return nil
}

func (b *backtest) open(ctx context.Context, c *core, ch Change) error {
	v, err := one[visit](ctx, c, bTickets, ch.Ticket, "ticket")
	if err != nil {
		return err
	}
	b.opened, b.asking = true, ch.At
	b.out.Tickets++
	b.watch.traffic.tickets++
	v.Customer, v.Problem, v.Topic = ch.Customer, 0, 0
	b.known[v.Ticket] = v
	b.order = append(b.order, v.Ticket)
	b.recent = append(b.recent, v.Ticket)
	return nil
}

// change changes a ticket that is known. What was opened before Past counts nowhere.
func (b *backtest) change(id TicketID, fn func(*visit)) {
	v, ok := b.known[id]
	if !ok {
		return
	}
	b.watch.remove(v)
	fn(&v)
	b.watch.insert(v)
	b.known[id] = v
}

// ask asks what rings, if a ticket was opened since.
func (b *backtest) ask() {
	if !b.opened {
		return
	}
	b.opened = false
	b.watch.now = b.asking
	b.forget()
	count := map[alarmGroup]int{}
	for _, id := range b.recent {
		for _, g := range b.known[id].groups() {
			count[g]++
		}
	}
	var groups []alarmGroup
	for g, n := range count {
		if n >= b.watch.rule.Customers {
			groups = append(groups, g)
		}
	}
	alarms := b.watch.alarms(groups)
	rings := b.bell.Ring(alarms)
	b.out.Alarms = append(b.out.Alarms, rings...)
	b.out.Again += len(alarms) - len(rings)
	if h := floorDiv(b.asking.UnixMilli(), hour); len(alarms) > 0 && (b.out.HoursAlarmed == 0 || h != b.rang) {
		b.out.HoursAlarmed++
		b.rang = h
	}
}

// forget lets go what lies before the window and before Past.
func (b *backtest) forget() {
	window, past := b.watch.before(b.watch.rule.Window), b.watch.before(b.watch.rule.Past)
	kept := b.recent[:0]
	for _, id := range b.recent {
		if v, ok := b.known[id]; ok && v.at() >= window {
			kept = append(kept, id)
		}
	}
	b.recent = kept
	for len(b.order) > 0 && b.known[b.order[0]].at() < past {
		b.watch.remove(b.known[b.order[0]])
		delete(b.known, b.order[0])
		b.order = b.order[1:]
	}
}
