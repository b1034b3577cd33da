package tracker_test

import (
	"slices"

	"github.com/supportloop/supportloop/tracker"
)

// take carries out a decision.
func (m *model) take(id tracker.DecisionID, d *modelDecision) {
	m.decisions[id] = d
	for _, c := range d.merges {
		m.problems[c.of] = c.to
	}
	for _, c := range d.people {
		m.customers[c.of].into = c.to
	}
	for _, c := range d.links {
		m.tickets[c.of].link = c.to
	}
	for _, c := range d.owners {
		m.tickets[c.of].customer = c.to
	}
	for _, c := range d.identities {
		m.identities[c.of] = c.to
	}
	for _, c := range d.refusals {
		if c.to == 0 {
			delete(m.refusals, c.of)
		} else {
			m.refusals[c.of] = c.to
		}
	}
}

func (m *model) linking(d *modelDecision, id tracker.TicketID, to modelLink) {
	d.links = append(d.links, change[tracker.TicketID, modelLink]{id, m.tickets[id].link, to})
	if d.erased == nil {
		d.erased = map[tracker.TicketID]bool{}
	}
	d.erased[id] = m.tickets[id].erased
}

func (m *model) refusing(d *modelDecision, r refusal, by tracker.DecisionID) {
	if m.refusals[r] != 0 {
		return
	}
	d.refusals = append(d.refusals, change[refusal, tracker.DecisionID]{r, 0, by})
	if r.kind == 't' {
		d.refusals = append(d.refusals, change[refusal, tracker.DecisionID]{refusal{tracker.TicketID(r.other), 't', uint64(r.ticket)}, 0, by})
	}
}

// lift takes back what was refused between tickets and problem p.
func (m *model) lift(d *modelDecision, ids []tracker.TicketID, p tracker.ProblemID) {
	for r, by := range m.refusals {
		var there bool
		if r.kind == 'p' {
			there = slices.Contains(ids, r.ticket) && m.resolve(tracker.ProblemID(r.other)) == p
		} else {
			a, b := r.ticket, tracker.TicketID(r.other)
			meets := func(a, b tracker.TicketID) bool {
				return slices.Contains(ids, a) && (slices.Contains(ids, b) || m.tickets[b].link.problem == p)
			}
			there = meets(a, b) || meets(b, a)
		}
		lifted := change[refusal, tracker.DecisionID]{r, by, 0}
		if there && !slices.Contains(d.refusals, lifted) {
			d.refusals = append(d.refusals, lifted)
		}
	}
}

func (m *model) confirm(id tracker.DecisionID, ticket tracker.TicketID, target tracker.Target) (*modelDecision, error) {
	tk, err := m.live(ticket)
	if err != nil {
		return nil, err
	}
	d := &modelDecision{ticket: ticket, with: target.Ticket}
	linked := []tracker.TicketID{ticket}
	if target.Ticket != 0 {
		other, err := m.live(target.Ticket)
		if err != nil {
			return nil, err
		}
		linked = append(linked, target.Ticket)
		switch {
		case tk.link.problem == 0 && other.link.problem == 0:
			d.problem = tracker.ProblemID(len(m.problems) + 1)
			m.problems[d.problem] = 0
		case other.link.problem == 0:
			d.problem = tk.link.problem
		case tk.link.problem == 0 || tk.link.problem == other.link.problem || !tk.link.person:
			d.problem = other.link.problem
		case !other.link.person:
			d.problem = tk.link.problem
		default:
			return nil, tracker.ErrConflict
		}
	} else {
		if _, ok := m.problems[target.Problem]; !ok {
			return nil, tracker.ErrNotFound
		}
		d.problem = m.resolve(target.Problem)
	}
	for _, l := range linked {
		if link := m.tickets[l].link; link.problem != d.problem || !link.person {
			m.linking(d, l, modelLink{d.problem, id, true})
		}
	}
	m.lift(d, linked, d.problem)
	return d, nil
}

func (m *model) reject(id tracker.DecisionID, ticket tracker.TicketID, target tracker.Target) (*modelDecision, error) {
	tk, err := m.live(ticket)
	if err != nil {
		return nil, err
	}
	d := &modelDecision{ticket: ticket, with: target.Ticket}
	r := refusal{ticket: ticket, kind: 'p'}
	if target.Ticket != 0 {
		other, err := m.live(target.Ticket)
		if err != nil {
			return nil, err
		}
		d.problem = other.link.problem
		r.kind, r.other = 't', uint64(target.Ticket)
	} else {
		if _, ok := m.problems[target.Problem]; !ok {
			return nil, tracker.ErrNotFound
		}
		d.problem = m.resolve(target.Problem)
		r.other = uint64(d.problem)
	}
	m.refusing(d, r, id)
	if tk.link.problem != 0 && tk.link.problem == d.problem {
		m.linking(d, ticket, modelLink{0, id, true})
	}
	return d, nil
}

// moving takes tickets to d.problem, and refuses where they come from.
func (m *model) moving(id tracker.DecisionID, d *modelDecision, ids []tracker.TicketID) error {
	for _, t := range ids {
		tk, err := m.live(t)
		if err != nil {
			return err
		}
		if tk.link.problem != d.problem || !tk.link.person {
			m.linking(d, t, modelLink{d.problem, id, true})
		}
		if tk.link.problem != 0 && tk.link.problem != d.problem {
			m.refusing(d, refusal{t, 'p', uint64(tk.link.problem)}, id)
		}
	}
	return nil
}

func (m *model) move(id tracker.DecisionID, to tracker.ProblemID, ids []tracker.TicketID) (*modelDecision, error) {
	d := &modelDecision{problem: m.resolve(to)}
	if err := m.moving(id, d, ids); err != nil {
		return nil, err
	}
	if to != 0 {
		m.lift(d, ids, d.problem)
	}
	return d, nil
}

func (m *model) split(id tracker.DecisionID, from tracker.ProblemID, ids []tracker.TicketID) (*modelDecision, error) {
	from = m.resolve(from)
	d := &modelDecision{problem: tracker.ProblemID(len(m.problems) + 1)}
	if err := m.moving(id, d, ids); err != nil {
		return nil, err
	}
	for _, t := range ids {
		if m.tickets[t].link.problem != from {
			return nil, tracker.ErrInvalid
		}
	}
	if len(ids) == len(m.in(from)) {
		return nil, tracker.ErrInvalid
	}
	m.problems[d.problem] = 0
	return d, nil
}

func (m *model) merge(id tracker.DecisionID, into, from tracker.ProblemID) (*modelDecision, error) {
	into, from = m.resolve(into), m.resolve(from)
	if into == from {
		return nil, tracker.ErrInvalid
	}
	d := &modelDecision{problem: into}
	come, stay := m.in(from), m.in(into)
	for _, t := range come {
		m.linking(d, t, modelLink{into, id, m.tickets[t].link.person})
	}
	d.merges = append(d.merges, change[tracker.ProblemID, tracker.ProblemID]{from, 0, into})
	m.lift(d, come, into)
	m.lift(d, stay, into)
	m.lift(d, stay, from)
	return d, nil
}

func (m *model) mergeCustomers(into, from tracker.CustomerID) (*modelDecision, error) {
	into, from = m.person(into), m.person(from)
	switch {
	case into == from:
		return nil, tracker.ErrInvalid
	case m.customers[into].erased || m.customers[from].erased:
		return nil, tracker.ErrErased
	}
	d := &modelDecision{}
	for address, owner := range m.identities {
		if owner == from {
			d.identities = append(d.identities, change[string, tracker.CustomerID]{address, from, into})
		}
	}
	for id, tk := range m.tickets {
		if tk.customer == from {
			d.owners = append(d.owners, change[tracker.TicketID, tracker.CustomerID]{id, from, into})
		}
	}
	d.people = append(d.people, change[tracker.CustomerID, tracker.CustomerID]{from, 0, into})
	return d, nil
}

// undo takes back what of a decision still stands. What a person or an erasure did to
// it since is a conflict.
func (m *model) undo(id, of tracker.DecisionID) (*modelDecision, error) {
	was := m.decisions[of]
	if was.undoneBy != 0 {
		return nil, tracker.ErrConflict
	}
	d := &modelDecision{undoes: of, ticket: was.ticket, with: was.with, problem: was.problem}
	apart := map[tracker.ProblemID]bool{}
	for _, c := range was.merges {
		if m.problems[c.of] != c.to || c.to == 0 && m.problems[c.from] != 0 {
			return nil, tracker.ErrConflict
		}
		d.merges = append(d.merges, change[tracker.ProblemID, tracker.ProblemID]{c.of, c.to, c.from})
		apart[c.of] = c.from == 0
	}
	for _, c := range was.links {
		tk := m.tickets[c.of]
		if tk.erased && !was.erased[c.of] {
			return nil, tracker.ErrConflict
		}
		if tk.link != c.to {
			if by := m.decisions[tk.link.by]; by == nil || !by.machine {
				return nil, tracker.ErrConflict
			}
			continue
		}
		back := c.from
		if !apart[back.problem] {
			back.problem = m.resolve(back.problem)
		}
		m.linking(d, c.of, back)
	}
	for _, c := range d.merges {
		for _, t := range m.in(c.of) {
			goes := func(l change[tracker.TicketID, modelLink]) bool { return l.of == t }
			if c.to != 0 && !slices.ContainsFunc(d.links, goes) {
				return nil, tracker.ErrConflict // it came since
			}
		}
	}
	for _, c := range was.refusals {
		if m.refusals[c.of] != c.to {
			return nil, tracker.ErrConflict
		}
		d.refusals = append(d.refusals, change[refusal, tracker.DecisionID]{c.of, c.to, c.from})
	}
	for _, c := range was.people {
		if cu := m.customers[c.of]; cu.into != c.to || cu.erased || c.to == 0 && (m.customers[c.from].into != 0 || m.customers[c.from].erased) {
			return nil, tracker.ErrConflict
		}
		d.people = append(d.people, change[tracker.CustomerID, tracker.CustomerID]{c.of, c.to, c.from})
	}
	for _, c := range was.owners {
		if tk := m.tickets[c.of]; tk.erased || tk.customer != c.to {
			return nil, tracker.ErrConflict
		}
		d.owners = append(d.owners, change[tracker.TicketID, tracker.CustomerID]{c.of, c.to, c.from})
	}
	for _, c := range was.identities {
		if m.identities[c.of] != c.to {
			return nil, tracker.ErrConflict
		}
		d.identities = append(d.identities, change[string, tracker.CustomerID]{c.of, c.to, c.from})
	}
	for _, c := range d.people {
		has := 0
		for _, tk := range m.tickets {
			if c.to != 0 && tk.customer == c.of {
				has++
			}
		}
		for _, owner := range m.identities {
			if c.to != 0 && owner == c.of {
				has++
			}
		}
		if c.to != 0 && has != len(d.owners)+len(d.identities) {
			return nil, tracker.ErrConflict // one came since
		}
	}
	switch {
	case !was.machine:
	case was.birth && was.with != 0:
		m.refusing(d, refusal{was.ticket, 't', uint64(was.with)}, id)
	default: // what the machine brought together, moved or split is not brought there again
		for _, c := range d.links {
			if c.from.problem != 0 {
				m.refusing(d, refusal{c.of, 'p', uint64(c.from.problem)}, id)
			}
		}
	}
	return d, nil
}

// undone notes that a decision was taken back by id, or holds again.
func (m *model) undone(id, of tracker.DecisionID) {
	m.decisions[of].undoneBy = id
	if first := m.decisions[of].undoes; first != 0 {
		m.decisions[first].undoneBy = 0
	}
}
