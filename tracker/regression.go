package tracker

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// checkVersion holds the version a ticket is about against the one its problem is
// fixed in. For an older one it returns what to update to. The fixed or a later one,
// where it is reported rather than talked about, makes the problem regressed.
func (x *tx) checkVersion(tk *Ticket, version string, reported bool) (fixedIn string, err error) {
	if tk.Problem == 0 {
		return "", nil
	}
	p, err := x.problem(tk.Problem)
	if err != nil || p.FixedIn == "" {
		return "", err
	}
	switch helps, known := p.Fixes(version); {
	case helps:
		return p.FixedIn, nil
	case known && reported:
		return "", x.regress(p, tk)
	}
	return "", nil
}

// regress says that a problem is back.
func (x *tx) regress(p *Problem, tk *Ticket) error {
	if !p.Regressed.IsZero() {
		return nil
	}
	p.Regressed = x.now
	if p.Status == ProblemResolved || p.Status == ProblemClosed {
		p.Before, p.Status = p.Status, ProblemAssess
	}
	return errors.Join(x.saveProblem(p), x.change(Change{Action: ProblemRegressed, Problem: p.ID, Ticket: tk.ID}))
}

// review looks at the problems that d brought tickets to, or took some from: one that
// came may say that a problem is back, one that left may have been alone in saying so.
func (x *tx) review(d *Decision) error {
	left := map[ProblemID]bool{}
	for _, e := range d.Effects {
		if e.Kind != effectLink {
			continue
		}
		left[ProblemID(e.From)] = true
		tk, err := x.ticket(e.Ticket)
		if err != nil {
			return err
		}
		if _, err := x.checkVersion(tk, tk.Version, tk.Kind != Praise); err != nil {
			return err
		}
	}
	delete(left, 0)
	for _, id := range slices.Sorted(maps.Keys(left)) {
		if err := x.calm(id); err != nil {
			return err
		}
	}
	return nil
}

// calm makes a problem what it was before it was back, unless one of its tickets
// still says that it is. One that was merged stays as it is, for the merge to be undone.
func (x *tx) calm(id ProblemID) error {
	p, err := x.problemAt(id)
	if err != nil || p.Regressed.IsZero() || p.MergedInto != 0 {
		return err
	}
	tickets, err := x.ticketsOf(id)
	if err != nil {
		return err
	}
	for _, tk := range tickets {
		if says, err := x.saysBack(p, tk); err != nil || says {
			return err
		}
	}
	p.Regressed = time.Time{}
	if p.Before != "" {
		p.Status, p.Before = p.Before, ""
		if p.Resolved.IsZero() {
			p.Resolved = x.now
		}
	}
	return errors.Join(x.saveProblem(p), x.change(Change{Action: ProblemChanged, Problem: id}))
}

// saysBack reports whether tk, or a contact on it, is about the version p is fixed in
// or a later one.
func (x *tx) saysBack(p *Problem, tk *Ticket) (bool, error) {
	about := func(version string, k Kind) bool {
		helps, known := p.Fixes(version)
		return known && !helps && k != Praise
	}
	says := about(tk.Version, tk.Kind)
	err := each(x, bContactsByTicket, store.Prefix(key(tk.ID)), func(e store.Entry) error {
		in, err := must[Contact](x, bContacts, number[ContactID](e.Key), "contact")
		if err == nil && in.Direction == Inbound && about(in.Version, in.Kind) {
			says = true
		}
		return err
	})
	return says, err
}
