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
	runs       []*modelRun // by number, from 1
	gifts      []modelGift
	articles   []*modelArticle // by number, from 1
	uses       tracker.UseID   // given so far
	outages    []*modelOutage  // by number, from 1
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
	birth    bool // a machine's, of a problem
	ticket   tracker.TicketID
	with     tracker.TicketID
	problem  tracker.ProblemID
	undoneBy tracker.DecisionID
	undoes   tracker.DecisionID

	links      []change[tracker.TicketID, modelLink]
	erased     map[tracker.TicketID]bool // of links: before it
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
	m.forget()
}

// takeMachine takes over a decision of the machine's, if it keeps to people's word.
func (m *model) takeMachine(made tracker.Decision) error {
	d := &modelDecision{
		machine: true, birth: made.Verb == tracker.VerbBirth,
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
