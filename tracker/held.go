package tracker

import (
	"maps"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// What one operation reads and changes of tickets and problems it holds in memory,
// so that each is read once and written once.

// heldTicket is a ticket that an operation has read or made.
type heldTicket struct {
	*Ticket
	filed   Status // under which it stands in tickets_by_status, "" for none yet
	changed bool
}

// heldProblem is a problem that an operation has read or made.
type heldProblem struct {
	*Problem
	changed bool
	span    bool // a ticket from its edge left: First and Last are to be found again
}

// ticket reads a ticket, with what the operation has changed of it so far.
func (x *tx) ticket(id TicketID) (*Ticket, error) {
	if at := x.tickets[id]; at != nil {
		return at.Ticket, nil
	}
	tk, err := must[Ticket](x, bTickets, id, "ticket")
	if err != nil {
		return nil, err
	}
	x.holdTicket(tk).filed = tk.Status
	return tk, nil
}

func (x *tx) holdTicket(tk *Ticket) *heldTicket {
	at := &heldTicket{Ticket: tk}
	if x.tickets == nil {
		x.tickets = map[TicketID]*heldTicket{}
	}
	x.tickets[tk.ID] = at
	return at
}

// saveTicket says that tk changed. It is written when the operation is done.
func (x *tx) saveTicket(tk *Ticket) error {
	at := x.tickets[tk.ID]
	if at == nil {
		at = x.holdTicket(tk)
	}
	at.Ticket, at.changed = tk, true
	return nil
}

// problem reads a problem, and for one that was merged what into, with what the
// operation has changed of it so far.
func (x *tx) problem(id ProblemID) (*Problem, error) {
	for {
		p, err := x.problemAt(id)
		if err != nil || p.MergedInto == 0 {
			return p, err
		}
		id = p.MergedInto
	}
}

// problemAt is problem for the very number, merged or not.
func (x *tx) problemAt(id ProblemID) (*Problem, error) {
	if at := x.problems[id]; at != nil {
		return at.Problem, nil
	}
	p, err := must[Problem](x, bProblems, id, "problem")
	if err != nil {
		return nil, err
	}
	x.holdProblem(p)
	return p, nil
}

func (x *tx) holdProblem(p *Problem) *heldProblem {
	at := &heldProblem{Problem: p}
	if x.problems == nil {
		x.problems = map[ProblemID]*heldProblem{}
	}
	x.problems[p.ID] = at
	return at
}

// saveProblem says that p changed. It is written when the operation is done.
func (x *tx) saveProblem(p *Problem) error {
	at := x.problems[p.ID]
	if at == nil {
		at = x.holdProblem(p)
	}
	at.Problem, at.changed = p, true
	return nil
}

// writeHeld writes what changed.
func (x *tx) writeHeld() error {
	for _, at := range x.tickets {
		if at.changed {
			if err := x.writeTicket(at); err != nil {
				return err
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(x.problems)) {
		at := x.problems[id]
		if at.span {
			if err := x.findSpan(at.Problem); err != nil {
				return err
			}
		}
		if at.changed {
			if err := save(x, bProblems, key(id), at.Problem); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeTicket writes a ticket and files it by its status.
func (x *tx) writeTicket(at *heldTicket) error {
	if at.filed != "" && at.filed != at.Status {
		if err := x.Delete(bTicketsByStatus, statusKey(at.filed, at.ID)); err != nil {
			return err
		}
	}
	if at.filed != at.Status {
		if err := x.Put(bTicketsByStatus, statusKey(at.Status, at.ID), []byte{}); err != nil {
			return err
		}
	}
	return save(x, bTickets, key(at.ID), at.Ticket)
}

func statusKey(s Status, t TicketID) []byte {
	return append(append([]byte(s), 0), key(t)...)
}

// findSpan finds when p was first and last seen, by its tickets.
func (x *tx) findSpan(p *Problem) error {
	p.First, p.Last = time.Time{}, time.Time{}
	return each(x, bTicketsByProblem, store.Prefix(key(p.ID)), func(e store.Entry) error {
		tk, err := x.ticket(number[TicketID](e.Key))
		if err == nil {
			p.stretch(tk.Opened)
		}
		return err
	})
}

// stretch takes a ticket's time into First and Last.
func (p *Problem) stretch(opened time.Time) {
	if p.First.IsZero() || opened.Before(p.First) {
		p.First = opened
	}
	if opened.After(p.Last) {
		p.Last = opened
	}
}
