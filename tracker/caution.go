package tracker

import (
	"context"
	"time"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// CautionTest says what [Tracker.BacktestCaution] tries out.
type CautionTest struct {
	// Caution is the cluster.Options.Caution to try. Default: the one of Options.
	Caution float64
	// Alone is as if people had decided nothing: what they did is held against the joins,
	// and does not bind them. Where people decide about most of what comes, that tells how
	// often the machine is right; without it, what the machine would have left them to do.
	Alone bool
}

// CautionHistory is what the machine would have joined so far at one Caution.
type CautionHistory struct {
	Caution     float64   `json:"caution"`
	From        time.Time `json:"from"`         // when the first contact was logged
	To          time.Time `json:"to"`           // and the last one
	Contacts    int       `json:"contacts"`     // that were compared: inbound ones, on tickets that had no problem
	Joins       int       `json:"joins"`        // that the machine would have made
	PerThousand float64   `json:"per_thousand"` // joins in 1,000 of Contacts
	Copies      int       `json:"copies"`       // of the joins, those of texts that are the same or nearly so
	Chance      float64   `json:"chance"`       // so many joins by chance were to be expected; of a log's first 48 tickets that is unknown, and counts as 0

	// What people decided, up to now, about the joins.
	Same    int `json:"same"`    // they say so, too
	Refused int `json:"refused"` // they say it is not the same

	Problems int `json:"problems"` // of two tickets or more there would be now, those that people made among them
	Grouped  int `json:"grouped"`  // tickets in them
	Largest  int `json:"largest"`  // tickets of the largest
}

// CautionJoin is one join that the machine would have made.
type CautionJoin struct {
	At        time.Time `json:"at"`
	Ticket    TicketID  `json:"ticket"`
	With      TicketID  `json:"with"`    // the first ticket of the problem, or the one to found it with
	Tickets   int       `json:"tickets"` // that the problem had so far, 1 if it was founded now
	Rule      string    `json:"rule"`
	Score     float64   `json:"score"`     // as in a [Decision]
	Threshold float64   `json:"threshold"` // likewise
	Why       []Reason  `json:"why,omitempty"`
	Same      bool      `json:"same,omitempty"`    // people say so, too
	Refused   bool      `json:"refused,omitempty"` // they say it is not the same
}

// joined are how many tickets of a problem people's word is looked up for.
const joined = 8

// BacktestCaution walks through the whole log and says what the machine would have
// joined with another Caution: from the first contact on, with what was known at each
// time. report hears of each join, with up to three words; it may be nil. Nothing is
// written.
//
// What people decided binds from when they decided it, as far as it can be told where
// the machine went another way: what they put into a problem goes to where the first of
// that problem's tickets would be. At the Caution that the log was kept with, the joins
// are those that the machine made. What was erased since is not compared, and Regroup is
// not repeated.
//
// It costs about what importing the log into a new tracker would, and holds what such
// a tracker holds in memory, and some hundred bytes of each ticket with a problem.
//
// Errors: [ErrGap] and the store's.
func (t *Tracker) BacktestCaution(ctx context.Context, test CautionTest, report func(CautionJoin)) (CautionHistory, error) {
	var o cluster.Options
	if t.opts.Grouping != nil {
		o = *t.opts.Grouping
	}
	if test.Caution > 0 {
		o.Caution = test.Caution
	}
	b := newCautionReplay(cluster.New(&o), test.Alone)
	b.out.Caution = b.index.Options().Caution
	var run []Change
	flush := func() error {
		err := t.view(ctx, func(r store.Reader) error { return b.take(r, run) })
		if err == nil && report != nil {
			for _, j := range b.joins {
				report(j)
			}
		}
		run, b.joins = run[:0], nil
		return err
	}
	for ch, err := range t.Changes(ctx, 0) {
		if err == nil {
			if run = append(run, ch); len(run) == cautionRun {
				err = flush()
			}
		}
		if err != nil {
			return CautionHistory{}, err
		}
	}
	if err := flush(); err != nil {
		return CautionHistory{}, err
	}
	return b.history(), nil
}

// ruleModel is the rule of joins that are more than copies; see [cluster.Verdict].
const ruleModel = "model"

// So many changes are read, prepared and scored together.
const cautionRun = 256

// cautionReplay is a grouping that the log is read to.
type cautionReplay struct {
	index *cluster.Index
	alone bool
	word  peoplesWord
	out   CautionHistory
	joins []CautionJoin // not reported yet
}

func newCautionReplay(index *cluster.Index, alone bool) *cautionReplay {
	b := &cautionReplay{index: index, alone: alone}
	b.word = newPeoplesWord(func(op cluster.Op) { b.index.Apply(op) })
	return b
}

// saying is what a ticket said up to a contact.
type saying struct {
	inbound bool
	text    cluster.Text
	seen    time.Time
	doc     *cluster.Doc
	scored  *cluster.Scored
}

// take takes in some changes.
func (b *cautionReplay) take(r store.Reader, run []Change) error {
	said := make([]*saying, len(run))
	for i, ch := range run {
		if ch.Action != ContactLogged {
			continue
		}
		c, err := must[Contact](r, bContacts, ch.Contact, "contact")
		if err != nil {
			return err
		}
		if b.out.From.IsZero() {
			b.out.From = ch.At
		}
		b.out.To = ch.At
		text, seen, ok, err := ticketText(r, ch.Ticket, ch.Contact)
		if err != nil {
			return err
		}
		if ok {
			said[i] = &saying{inbound: c.Direction == Inbound && !c.Erased, text: text, seen: seen}
		}
	}
	inParallel(len(run), func(i int) {
		if s := said[i]; s != nil {
			s.doc = cluster.Prepare(s.text)
			if s.inbound && b.word.in[run[i].Ticket] == 0 {
				s.scored = b.index.Score(uint64(run[i].Ticket), s.doc, s.seen)
			}
		}
	})
	for i, ch := range run {
		var err error
		switch {
		case said[i] != nil:
			err = b.hear(r, ch, said[i])
		case b.alone:
		case ch.Action == CandidateAudited:
			b.index.Apply(cluster.Op{Kind: cluster.Audit, Same: ch.Same})
		default:
			err = b.word.take(r, ch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hear takes in what a ticket says, and decides where it belongs if that is open.
func (b *cautionReplay) hear(r store.Reader, ch Change, s *saying) error {
	b.word.settle()
	add := cluster.Op{Kind: cluster.Add, Ticket: uint64(ch.Ticket), At: s.seen, Doc: s.doc}
	if !s.inbound || b.word.in[ch.Ticket] != 0 {
		b.index.Apply(add)
		return nil
	}
	if s.scored == nil {
		s.scored = b.index.Score(uint64(ch.Ticket), s.doc, s.seen)
	}
	v := b.index.Batch().Decide(s.scored, b.word.notProblem(ch.Ticket), b.word.notTicket(ch.Ticket))
	b.index.Apply(add)
	b.out.Contacts++
	b.out.Chance += v.Chance
	id := v.Problem
	if v.With != 0 {
		id = ch.Seq
		b.word.link(TicketID(v.With), id)
	}
	if id == 0 {
		return nil
	}
	j := CautionJoin{
		At: ch.At, Ticket: ch.Ticket, With: b.word.tickets[id][0], Tickets: len(b.word.tickets[id]),
		Rule: v.Rule, Score: v.Score, Threshold: v.Threshold, Why: reasons(v.Why[:min(3, len(v.Why))]),
	}
	if err := judged(r, &j, b.word.tickets[id]); err != nil {
		return err
	}
	b.word.link(ch.Ticket, id)
	b.joins = append(b.joins, j)
	b.out.count(j)
	return nil
}

func (h *CautionHistory) count(j CautionJoin) {
	h.Joins++
	if j.Rule != ruleModel {
		h.Copies++
	}
	if j.Same {
		h.Same++
	}
	if j.Refused {
		h.Refused++
	}
}

func (b *cautionReplay) history() CautionHistory {
	h := b.out
	if h.Contacts > 0 {
		h.PerThousand = 1000 * float64(h.Joins) / float64(h.Contacts)
	}
	for _, in := range b.word.tickets {
		if len(in) > 1 {
			h.Problems++
			h.Grouped += len(in)
			h.Largest = max(h.Largest, len(in))
		}
	}
	return h
}

// judged looks up what people decided, up to now, about j's ticket and the tickets it
// would have joined.
func judged(r store.Reader, j *CautionJoin, with []TicketID) error {
	tk, err := must[Ticket](r, bTickets, j.Ticket, "ticket")
	if err != nil {
		return err
	}
	for _, id := range with[:min(len(with), joined)] {
		other, err := must[Ticket](r, bTickets, id, "ticket")
		if err != nil {
			return err
		}
		together := tk.Problem != 0 && tk.Problem == other.Problem
		j.Same = j.Same || together && tk.Link.Person
		no, err := refusedNow(r, tk, other)
		if err != nil {
			return err
		}
		apart := tk.Problem != 0 && other.Problem != 0 && !together && tk.Link.Person && other.Link.Person
		j.Refused = j.Refused || no || apart
	}
	j.Refused = j.Refused && !j.Same
	return nil
}

// refusedNow says if people said of one of two tickets that it is not the other, or not
// the other's problem.
func refusedNow(r store.Reader, a, b *Ticket) (bool, error) {
	for _, pair := range [][2]*Ticket{{a, b}, {b, a}} {
		keys := [][]byte{refusalKey(pair[0].ID, 't', uint64(pair[1].ID))}
		if p := pair[1].Problem; p != 0 {
			keys = append(keys, refusalKey(pair[0].ID, 'p', uint64(p)))
		}
		for _, k := range keys {
			raw, err := r.Get(bRefusals, k)
			if err != nil || raw != nil {
				return raw != nil, err
			}
		}
	}
	return false, nil
}
