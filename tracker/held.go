package tracker

import (
	"maps"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// held are the tickets, or the problems, that one operation has read or made: each is
// read once, and written once when the operation is done.
type held[N ~uint64, T any] struct {
	records map[N]*T
	changed map[N]bool
}

func (h *held[N, T]) keep(id N, v *T) {
	if h.records == nil {
		h.records = map[N]*T{}
	}
	h.records[id] = v
}

func (h *held[N, T]) change(id N, v *T) {
	h.keep(id, v)
	if h.changed == nil {
		h.changed = map[N]bool{}
	}
	h.changed[id] = true
}

// ticket reads a ticket, with what the operation has changed of it so far.
func (x *tx) ticket(id TicketID) (*Ticket, error) {
	if tk := x.tickets.records[id]; tk != nil {
		return tk, nil
	}
	tk, err := must[Ticket](x, bTickets, id, "ticket")
	if err != nil {
		return nil, err
	}
	x.tickets.keep(id, tk)
	if x.filed == nil {
		x.filed = map[TicketID]Status{}
	}
	x.filed[id] = tk.Status
	return tk, nil
}

// saveTicket says that tk changed. It is written when the operation is done.
func (x *tx) saveTicket(tk *Ticket) error {
	x.tickets.change(tk.ID, tk)
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
	if p := x.problems.records[id]; p != nil {
		return p, nil
	}
	p, err := must[Problem](x, bProblems, id, "problem")
	if err != nil {
		return nil, err
	}
	x.problems.keep(id, p)
	return p, nil
}

// saveProblem says that p changed. It is written when the operation is done.
func (x *tx) saveProblem(p *Problem) error {
	x.problems.change(p.ID, p)
	return nil
}

// writeHeld writes what changed.
func (x *tx) writeHeld() error {
	for _, id := range slices.Sorted(maps.Keys(x.tickets.changed)) {
		if err := x.writeTicket(x.tickets.records[id]); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(x.problems.changed)) {
		p := x.problems.records[id]
		if x.left[id] {
			if err := x.findSpan(p); err != nil {
				return err
			}
		}
		if err := save(x, bProblems, key(id), p); err != nil {
			return err
		}
	}
	return nil
}

// writeTicket writes a ticket and files it by its status.
func (x *tx) writeTicket(tk *Ticket) error {
	if was := x.filed[tk.ID]; was != tk.Status {
		if was != "" {
			if err := x.Delete(bTicketsByStatus, statusKey(was, tk.ID)); err != nil {
				return err
			}
		}
		if err := x.Put(bTicketsByStatus, statusKey(tk.Status, tk.ID), []byte{}); err != nil {
			return err
		}
	}
	return save(x, bTickets, key(tk.ID), tk)
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
