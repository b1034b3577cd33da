package tracker_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/supportloop/supportloop/tracker"
)

// model is what a tracker should show of who belongs where, in plain maps. People's
// decisions it makes by itself; the machine's it takes over, and checks that they
// keep to what people said.
type model struct {
	tickets    map[tracker.TicketID]*modelTicket
	problems   map[tracker.ProblemID]tracker.ProblemID // and what each was merged into
	customers  map[tracker.CustomerID]*modelCustomer
	identities map[string]tracker.CustomerID
	refusals   map[refusal]tracker.DecisionID
	decisions  map[tracker.DecisionID]*modelDecision
	contacts   int
}

type modelTicket struct {
	customer tracker.CustomerID
	link     modelLink
	contacts int
	closed   bool
	erased   bool
}

type modelLink struct {
	problem tracker.ProblemID
	by      tracker.DecisionID
	person  bool
}

type modelCustomer struct {
	into   tracker.CustomerID
	erased bool
}

// refusal says that a ticket is not a problem ('p'), or not the same as a ticket ('t').
type refusal struct {
	ticket tracker.TicketID
	kind   byte
	other  uint64
}

// modelDecision is what a decision changed, each thing from what to what.
type modelDecision struct {
	machine  bool
	link     bool // a machine's join
	ticket   tracker.TicketID
	with     tracker.TicketID
	problem  tracker.ProblemID
	undoneBy tracker.DecisionID
	undoes   tracker.DecisionID

	links      []change[tracker.TicketID, modelLink]
	refusals   []change[refusal, tracker.DecisionID]
	merges     []change[tracker.ProblemID, tracker.ProblemID]
	owners     []change[tracker.TicketID, tracker.CustomerID]
	identities []change[string, tracker.CustomerID]
	people     []change[tracker.CustomerID, tracker.CustomerID]
}

type change[K comparable, V any] struct {
	of       K
	from, to V
}

func newModel() *model {
	return &model{
		tickets: map[tracker.TicketID]*modelTicket{}, problems: map[tracker.ProblemID]tracker.ProblemID{},
		customers: map[tracker.CustomerID]*modelCustomer{}, identities: map[string]tracker.CustomerID{},
		refusals: map[refusal]tracker.DecisionID{}, decisions: map[tracker.DecisionID]*modelDecision{},
	}
}

func (m *model) resolve(p tracker.ProblemID) tracker.ProblemID {
	for m.problems[p] != 0 {
		p = m.problems[p]
	}
	return p
}

func (m *model) person(c tracker.CustomerID) tracker.CustomerID {
	for m.customers[c] != nil && m.customers[c].into != 0 {
		c = m.customers[c].into
	}
	return c
}

func (m *model) live(id tracker.TicketID) (*modelTicket, error) {
	switch tk := m.tickets[id]; {
	case tk == nil:
		return nil, tracker.ErrNotFound
	case tk.erased:
		return nil, tracker.ErrErased
	default:
		return tk, nil
	}
}

// in are the tickets of a problem, in order.
func (m *model) in(p tracker.ProblemID) []tracker.TicketID {
	var out []tracker.TicketID
	for _, id := range slices.Sorted(maps.Keys(m.tickets)) {
		if m.tickets[id].link.problem == p {
			out = append(out, id)
		}
	}
	return out
}

// logged takes in a contact from an address that names, if not 0, a ticket. It says
// on which ticket it has to be, and whether that is a new one.
func (m *model) logged(address string, names tracker.TicketID) (id tracker.TicketID, fresh bool) {
	m.contacts++
	who := m.identities[address]
	if who == 0 {
		who = tracker.CustomerID(len(m.customers) + 1)
		m.customers[who] = &modelCustomer{}
		m.identities[address] = who
	}
	if tk := m.tickets[names]; tk != nil && !tk.erased && !tk.closed && tk.customer == who {
		tk.contacts++
		return names, false
	}
	id = tracker.TicketID(len(m.tickets) + 1)
	m.tickets[id] = &modelTicket{customer: who, contacts: 1}
	return id, true
}

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
		if tk.erased {
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
		if c.to != 0 && has != len(d.owners) {
			return nil, tracker.ErrConflict // one came since
		}
	}
	switch {
	case was.link:
		m.refusing(d, refusal{was.ticket, 'p', uint64(was.problem)}, id)
	case was.machine && was.with != 0:
		m.refusing(d, refusal{was.ticket, 't', uint64(was.with)}, id)
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

func (m *model) erase(c tracker.CustomerID) {
	c = m.person(c)
	for id, cu := range m.customers {
		cu.erased = cu.erased || m.person(id) == c
	}
	for address, owner := range m.identities {
		if owner == c {
			delete(m.identities, address)
		}
	}
	for _, tk := range m.tickets {
		tk.erased = tk.erased || tk.customer == c
	}
}

// takeMachine takes over a decision of the machine's, if it keeps to people's word.
func (m *model) takeMachine(made tracker.Decision) error {
	d := &modelDecision{
		machine: true, link: made.Verb == tracker.VerbLink,
		ticket: made.Ticket, with: made.With, problem: made.Problem,
	}
	for _, p := range []tracker.ProblemID{made.Problem, made.From} {
		if _, ok := m.problems[p]; !ok && p != 0 {
			m.problems[p] = 0
		}
	}
	for _, e := range made.Effects {
		switch e.Kind {
		case "merge_problem":
			d.merges = append(d.merges, change[tracker.ProblemID, tracker.ProblemID]{tracker.ProblemID(e.From), 0, tracker.ProblemID(e.To)})
		case "link":
			tk, err := m.live(e.Ticket)
			if err != nil {
				return fmt.Errorf("the machine joined ticket %d: %w", e.Ticket, err)
			}
			to := modelLink{problem: tracker.ProblemID(e.To), by: made.ID, person: false}
			if tk.link.person && tk.link.problem != 0 && len(made.Effects) > 0 {
				return fmt.Errorf("the machine moved ticket %d, which a person linked", e.Ticket)
			}
			if err := m.allowed(e.Ticket, to.problem); err != nil {
				return err
			}
			m.linking(d, e.Ticket, to)
		default:
			return fmt.Errorf("the machine's decision %d has the effect %q", made.ID, e.Kind)
		}
	}
	m.take(made.ID, d)
	return nil
}

// allowed fails if a person said that ticket is not of problem p.
func (m *model) allowed(ticket tracker.TicketID, p tracker.ProblemID) error {
	for r, by := range m.refusals {
		no := r.kind == 'p' && m.resolve(tracker.ProblemID(r.other)) == p
		if r.kind == 't' {
			no = p != 0 && m.tickets[tracker.TicketID(r.other)].link.problem == p
		}
		if r.ticket == ticket && p != 0 && no {
			return fmt.Errorf("the machine joined ticket %d to problem %d, which decision %d refused (%c %d)", ticket, p, by, r.kind, r.other)
		}
	}
	return nil
}

// compare holds what a tracker shows against the model.
func (m *model) compare(tr *tracker.Tracker) error {
	tks, err := collect(tr.Tickets(ctx, tracker.TicketQuery{}))
	if err != nil {
		return err
	}
	if len(tks) != len(m.tickets) {
		return fmt.Errorf("%d tickets, want %d", len(tks), len(m.tickets))
	}
	contacts := 0
	for _, tk := range tks {
		contacts += tk.Contacts
		got := modelTicket{tk.Customer, modelLink{tk.Problem, tk.Link.Decision, tk.Link.Person}, tk.Contacts, tk.Status == tracker.StatusClosed, tk.Erased}
		if want := *m.tickets[tk.ID]; got != want {
			return fmt.Errorf("ticket %d is %+v, want %+v", tk.ID, got, want)
		}
	}
	if contacts != m.contacts {
		return fmt.Errorf("%d contacts, want %d", contacts, m.contacts)
	}
	ps, err := collect(tr.Problems(ctx, tracker.ProblemQuery{All: true}))
	if err != nil {
		return err
	}
	if len(ps) != len(m.problems) {
		return fmt.Errorf("%d problems, want %d", len(ps), len(m.problems))
	}
	for _, p := range ps {
		if p.MergedInto != m.problems[p.ID] {
			return fmt.Errorf("problem %d was merged into %d, want %d", p.ID, p.MergedInto, m.problems[p.ID])
		}
		found, err := tr.Problem(ctx, p.ID)
		if err != nil || found.ID != m.resolve(p.ID) {
			return errors.Join(err, fmt.Errorf("problem %d resolves to %d, want %d", p.ID, found.ID, m.resolve(p.ID)))
		}
	}
	for id, want := range m.customers {
		cu, err := tr.Customer(ctx, id)
		if err != nil || cu.ID != m.person(id) || cu.Erased != m.customers[cu.ID].erased {
			return errors.Join(err, fmt.Errorf("customer %d is %d (erased %t), want %d (%+v)", id, cu.ID, cu.Erased, m.person(id), *want))
		}
	}
	for address, owner := range m.identities {
		cu, err := tr.CustomerByIdentity(ctx, address)
		if err != nil || cu.ID != owner {
			return errors.Join(err, fmt.Errorf("%s is customer %d, want %d", address, cu.ID, owner))
		}
	}
	for id, want := range m.decisions {
		d, err := tr.Decision(ctx, id)
		if err != nil || d.UndoneBy != want.undoneBy || d.Undoes != want.undoes {
			return errors.Join(err, fmt.Errorf("decision %d is undone by %d and undoes %d, want %d and %d", id, d.UndoneBy, d.Undoes, want.undoneBy, want.undoes))
		}
	}
	return tally(tr)
}
