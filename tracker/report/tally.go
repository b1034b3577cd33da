package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// person is a customer by number, or somebody unknown by their ticket: nobody knows
// whether two tickets without a customer are of one person, so they count as two.
type person uint64

const unknownPerson person = 1 << 63

// fact is what is kept of a ticket while contacts stream by.
type fact struct {
	problem  tracker.ProblemID
	topic    tracker.TopicID
	who      person
	kind     tracker.Kind
	opened   time.Time
	closed   time.Time
	outcome  tracker.Outcome
	solved   time.Time // zero: it is not
	linked   bool      // to an article
	versions bool
}

// tally takes the records of a log in, one by one and kind by kind in the order of
// its methods, and keeps numbers only: no text of a contact's.
type tally struct {
	until    time.Time
	product  string
	zone     *time.Location
	period   Period // from the tickets on
	problems map[tracker.ProblemID]*problemTally
	into     map[tracker.ProblemID]tracker.ProblemID
	tickets  map[tracker.TicketID]fact
	topics   map[tracker.TopicID]*topicTally
	ideas    map[idea]*ideaTally

	log, in         Size
	heard, heardIn  met
	channels, kinds map[string]int
	flags           map[string]int
	thanked         map[person]bool
	thanks          candidates
	fell            FellShort
	latest          time.Time
	hours           [7][24]int
	promised        [24]int
	broken          [24]int
	promises        map[tracker.PromiseKind]*PromiseCount
	overdue, soon   int
	outages         []Outage
	articles        Articles
	shelf           map[tracker.ArticleID]bool      // that are counted
	flagged         map[tracker.ArticleID]time.Time // since when
}

type problemTally struct {
	record           tracker.Problem
	confirmed, other int
	visits           []visit
	people           map[person]bool // heard in the period, praise apart
	complained       map[person]bool
	contacts, before int
	first, last      time.Time
	versions         map[string]int
	components       map[string]int
	products         map[string]int
	articles         []tracker.ArticleID
	voices           candidates
	evidence         evidence
}

// met are the people and the problems that were heard of.
type met struct {
	people   map[person]bool
	problems map[tracker.ProblemID]bool
}

func (m met) add(f fact) {
	m.people[f.who] = true
	if f.problem != 0 {
		m.problems[f.problem] = true
	}
}

// visit is one ticket of a problem's.
type visit struct {
	opened time.Time
	who    person
	praise bool
}

type topicTally struct {
	record          tracker.Topic
	tickets, before int
	people          map[person]bool
	problems        map[tracker.ProblemID]bool
}

func newTally(until time.Time, product string, zone *time.Location) *tally {
	return &tally{
		until: until, product: product, zone: zone,
		problems: map[tracker.ProblemID]*problemTally{},
		into:     map[tracker.ProblemID]tracker.ProblemID{},
		tickets:  map[tracker.TicketID]fact{},
		topics:   map[tracker.TopicID]*topicTally{},
		ideas:    map[idea]*ideaTally{},
		channels: map[string]int{}, kinds: map[string]int{}, flags: map[string]int{},
		heard:    met{map[person]bool{}, map[tracker.ProblemID]bool{}},
		heardIn:  met{map[person]bool{}, map[tracker.ProblemID]bool{}},
		thanked:  map[person]bool{},
		promises: map[tracker.PromiseKind]*PromiseCount{},
		shelf:    map[tracker.ArticleID]bool{}, flagged: map[tracker.ArticleID]time.Time{},
	}
}

func (t *tally) problem(p tracker.Problem) {
	if p.MergedInto != 0 {
		t.into[p.ID] = p.MergedInto
		return
	}
	t.problems[p.ID] = &problemTally{
		record: p, people: map[person]bool{}, complained: map[person]bool{},
		versions: map[string]int{}, components: map[string]int{}, products: map[string]int{},
		evidence: newEvidence(),
	}
}

// of finds a problem by its number or by one that was merged into it.
func (t *tally) of(id tracker.ProblemID) *problemTally {
	for range len(t.into) + 1 {
		next, ok := t.into[id]
		if !ok {
			break
		}
		id = next
	}
	return t.problems[id]
}

func who(k tracker.Ticket) person {
	if k.Customer == 0 {
		return unknownPerson | person(k.ID)
	}
	return person(k.Customer)
}

func (t *tally) topic(p tracker.Topic) {
	t.topics[p.ID] = &topicTally{record: p, people: map[person]bool{}, problems: map[tracker.ProblemID]bool{}}
}

func (t *tally) ticket(k tracker.Ticket) {
	if !k.Opened.Before(t.until) || t.product != "" && !strings.EqualFold(show.Line(k.Product), t.product) {
		return
	}
	f := fact{
		topic: k.Topic, who: who(k), kind: k.Kind, opened: k.Opened,
		closed: k.Closed, outcome: k.Outcome, versions: k.Version != "", linked: len(k.Articles) > 0,
	}
	if k.Solved() {
		if f.solved = k.Closed; f.solved.IsZero() {
			f.solved = k.Updated
		}
	}
	if p := t.of(k.Problem); p != nil {
		f.problem = p.record.ID
		if k.Link.Person {
			p.confirmed++
		} else {
			p.other++
		}
		p.visits = append(p.visits, visit{opened: k.Opened, who: f.who, praise: k.Kind == tracker.Praise})
		add(p.versions, k.Version)
		add(p.products, k.Product)
		for _, c := range k.Components {
			add(p.components, c)
		}
	}
	t.tickets[k.ID] = f
	if k.Kind == tracker.Suggestion {
		t.suggestion(k, f)
	}
}

func add(m map[string]int, name string) {
	if name = clip(name, 60, 8); name != "" {
		m[name]++
	}
}

// first is when the first ticket was opened, zero without one.
func (t *tally) first() time.Time {
	var first time.Time
	for _, f := range t.tickets {
		if first.IsZero() || f.opened.Before(first) {
			first = f.opened
		}
	}
	return first
}

func (t *tally) contact(c tracker.Contact) {
	f, ours := t.tickets[c.Ticket]
	seen := c.Seen()
	if !ours || !seen.Before(t.until) || c.Direction == tracker.Note {
		return
	}
	in := t.period.holds(seen)
	if c.Direction == tracker.Outbound {
		t.log.Answers++
		if in {
			t.in.Answers++
		}
		return
	}
	t.log.Contacts++
	t.heard.add(f)
	if seen.After(t.latest) {
		t.latest = seen.In(t.zone)
	}
	p := t.problems[f.problem]
	if p != nil {
		p.seen(seen)
		if t.period.before(seen) && c.Kind != tracker.Praise {
			p.before++
		}
	}
	if !in {
		return
	}
	t.in.Contacts++
	t.heardIn.add(f)
	t.channels[string(c.Channel)]++
	t.kinds[cmp.Or(string(c.Kind), "unknown")]++
	at := seen.In(t.zone)
	t.hours[(at.Weekday()+6)%7][at.Hour()]++
	t.short(c, f)
	said := candidate{contact: c.ID, who: f.who, seen: seen}
	quotable := !c.Erased && len(c.Text) >= shortestText
	if c.Kind == tracker.Praise {
		t.thanked[f.who] = true
		if quotable {
			t.thanks.offer(said)
		}
		return
	}
	if p == nil {
		return
	}
	p.contacts++
	p.people[f.who] = true
	if c.Kind == tracker.Complaint {
		p.complained[f.who] = true
	}
	if quotable {
		p.voices.offer(said)
	}
}

func (p *problemTally) seen(at time.Time) {
	if p.first.IsZero() || at.Before(p.first) {
		p.first = at
	}
	if at.After(p.last) {
		p.last = at
	}
}

// short counts what the report can say less about than it should.
func (t *tally) short(c tracker.Contact, f fact) {
	if f.problem == 0 {
		t.fell.NoProblem++
	}
	if c.Version == "" && !f.versions {
		t.fell.NoVersion++
	}
	if c.Erased {
		t.fell.Erased++
	}
	for _, flag := range c.Flags {
		t.flags[string(flag)]++
	}
}

func (t *tally) promise(p tracker.Promise, now time.Time) {
	if _, ours := t.tickets[p.Ticket]; !ours {
		return
	}
	open := p.State == tracker.PromiseOpen
	late := open && p.Due.Before(now)
	if late {
		t.overdue++
	} else if open && p.Due.Before(now.Add(7*day)) {
		t.soon++
	}
	if !t.period.holds(p.Made) {
		return
	}
	c := t.promises[p.Kind]
	if c == nil {
		c = &PromiseCount{Kind: p.Kind}
		t.promises[p.Kind] = c
	}
	c.Made++
	switch p.State {
	case tracker.PromiseKept:
		c.Kept++
	case tracker.PromiseBroken:
		c.Broken++
	case tracker.PromiseWithdrawn:
		c.Withdrawn++
	default:
		c.Open++
	}
	if late {
		c.Overdue++
	}
	if p.Kind == tracker.PromiseAnswer {
		h := p.Made.In(t.zone).Hour()
		t.promised[h]++
		if late || p.State == tracker.PromiseBroken {
			t.broken[h]++
		}
	}
}

// sorted lists counts by count, then by name, at most n of them.
func sorted(m map[string]int, n int) []Count {
	list := make([]Count, 0, len(m))
	for name, c := range m {
		list = append(list, Count{Name: name, Count: c})
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return list[:min(n, len(list))]
}

// ordered are the values of a map in the order of its keys.
func ordered[K cmp.Ordered, V any](m map[K]V) []V {
	list := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[k])
	}
	return list
}
