package sop

import (
	"slices"
	"time"
)

// authority is the question whether somebody may give a sum of money.
//
// The limits are those of the procedure that the step stands in; where it has none
// for the remedy, those of the procedure around it. A role with limits is bound by
// all of them. Whom the procedure escalates to, and its owner, decide beyond the
// limits, unless they have one of their own. Nobody else gives what no limit allows.
type authority struct {
	around []*Procedure // outwards
	remedy Remedy
	amount Money
	d      Desk
}

// limits returns the limits that count, and the procedure they stand in.
func (a authority) limits() ([]Limit, *Procedure) {
	for _, p := range a.around {
		var out []Limit
		for _, l := range p.Limits {
			if l.Remedy == a.remedy {
				out = append(out, l)
			}
		}
		if out != nil {
			return out, p
		}
	}
	return nil, a.around[0]
}

// check returns whether the sum goes beyond the limits, by a role that may, or a
// [*LimitError].
func (a authority) check() (over bool, err error) {
	role := a.d.role()
	limits, p := a.limits()
	has, left, fits := a.left(limits, role)
	switch {
	case has && fits:
		return false, nil
	case !has && decides(p, role):
		return true, nil
	}
	return false, &LimitError{Role: role, Remedy: a.remedy, Amount: a.amount, Left: left, Roles: a.roles()}
}

// left returns whether a role has limits on the remedy, what is left of the
// tightest in the currency asked for, and whether the sum fits into all.
func (a authority) left(limits []Limit, role string) (has bool, left Money, fits bool) {
	for _, l := range limits {
		if fold(l.Role) != fold(role) {
			continue
		}
		has = true
		if l.UpTo.Currency != a.amount.Currency {
			continue
		}
		rest := l.UpTo.Minor - a.spent(l.Per)
		if left.IsZero() || rest < left.Minor {
			left = Money{max(rest, 0), l.UpTo.Currency}
		}
	}
	return has, left, !left.IsZero() && a.amount.Minor <= left.Minor
}

// spent sums what was given over a period that now is in.
func (a authority) spent(per Period) int64 {
	var sum int64
	now := a.d.Now
	for _, g := range a.d.Given {
		at := g.At.In(now.Location())
		in := map[Period]bool{
			PerTicket:           g.SameTicket,
			PerCustomerAndMonth: at.Year() == now.Year() && at.Month() == now.Month(),
			PerCustomerAndYear:  at.Year() == now.Year(),
		}[per]
		if in && g.Remedy == a.remedy && g.Amount.Currency == a.amount.Currency {
			sum = plus(sum, max(g.Amount.Minor, 0))
		}
	}
	return sum
}

// decides reports whether a role decides beyond the limits of p.
func decides(p *Procedure, role string) bool {
	return fold(p.Owner) == fold(role) || slices.ContainsFunc(p.Escalation, func(e Escalation) bool { return fold(e.To) == fold(role) })
}

// roles returns who may give the sum.
func (a authority) roles() []string {
	limits, p := a.limits()
	var out []string
	add := func(role string, ok bool) {
		if ok && !slices.ContainsFunc(out, func(r string) bool { return fold(r) == fold(role) }) {
			out = append(out, role)
		}
	}
	for _, l := range limits {
		_, _, fits := a.left(limits, l.Role)
		add(l.Role, fits)
	}
	for _, e := range p.Escalation {
		has, _, _ := a.left(limits, e.To)
		add(e.To, !has)
	}
	has, _, _ := a.left(limits, p.Owner)
	add(p.Owner, !has)
	return out
}

// The hours of a working day that [Span.After] counts by, in the zone of the time it
// is given.
const opens, closes = 9, 17

// After returns the moment that lies a span after t. Months are those of the calendar,
// and a month after 31 January is the last day of February.
// Business days are Monday to Friday and business hours 9 to 17 o'clock, in t's time
// zone, and no day is a holiday: a team that knows better has a calendar of its own.
func (s Span) After(t time.Time) time.Time {
	switch s.Unit {
	case Minutes:
		return t.Add(time.Duration(s.N) * time.Minute)
	case Hours:
		return t.Add(time.Duration(s.N) * time.Hour)
	case Days:
		return t.AddDate(0, 0, s.N)
	case Weeks:
		return t.AddDate(0, 0, 7*s.N)
	case Months:
		then := t.AddDate(0, s.N, 0)
		if then.Day() != t.Day() { // the month is shorter
			then = then.AddDate(0, 0, -then.Day())
		}
		return then
	case BusinessDays:
		for range s.N {
			t = t.AddDate(0, 0, 1)
			for weekend(t) {
				t = t.AddDate(0, 0, 1)
			}
		}
		return t
	case BusinessHours:
		return businessHours(t, time.Duration(s.N)*time.Hour)
	}
	return t
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

func businessHours(t time.Time, left time.Duration) time.Time {
	at := func(day time.Time, hour int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, day.Location())
	}
	for {
		open, shut := at(t, opens), at(t, closes)
		switch {
		case weekend(t) || !t.Before(shut):
			t = at(t.AddDate(0, 0, 1), opens)
			continue
		case t.Before(open):
			t = open
		}
		if rest := shut.Sub(t); left > rest {
			left -= rest
			t = shut
			continue
		}
		return t.Add(left)
	}
}
