package tracker

import (
	"cmp"
	"context"
	"errors"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

func machine() Actor { return Actor{Kind: ActorMachine, Name: cluster.Version()} }

// Candidates says what c may be the same as, if it were logged now: problems, and
// tickets that have none, best first, at most n. It changes nothing.
func (t *Tracker) Candidates(ctx context.Context, c Contact, n int) ([]Candidate, error) {
	if err := errors.Join(ctx.Err(), t.readable()); err != nil {
		return nil, err
	}
	if t.index == nil {
		return nil, nil
	}
	scored, err := t.ask(c)
	if err != nil {
		return nil, err
	}
	return candidates(t.index.Candidates(scored, n)), nil
}

// ask scores c as if it were logged now.
func (t *Tracker) ask(c Contact) (*cluster.Scored, error) {
	now := t.now()
	p, err := t.receive(c, now)
	if err != nil {
		return nil, err
	}
	_, scored := t.score(p.Contact, now)
	return scored, nil
}

// Explain says how the Score of one of c's candidates comes about: by which features, and
// what each weighs by now. It is nil for what is no candidate of c's. The words in common
// are in [Candidate.Why].
func (t *Tracker) Explain(ctx context.Context, c Contact, candidate Candidate) ([]cluster.Feature, error) {
	if err := errors.Join(ctx.Err(), t.readable()); err != nil || t.index == nil {
		return nil, err
	}
	scored, err := t.ask(c)
	if err != nil {
		return nil, err
	}
	return t.index.Features(scored, cluster.Candidate{Problem: uint64(candidate.Problem), Ticket: uint64(candidate.Ticket)}), nil
}

func candidates(in []cluster.Candidate) []Candidate {
	var out []Candidate
	for _, c := range in {
		d := Candidate{Problem: ProblemID(c.Problem), Ticket: TicketID(c.Ticket), Score: c.Score, Similarity: c.Similarity, Probability: c.Probability, Why: reasons(c.Why)}
		for _, t := range c.Tickets {
			d.Tickets = append(d.Tickets, TicketID(t))
		}
		out = append(out, d)
	}
	return out
}

// kept is what of candidates stays with the ticket: the best five, each with the
// three words that weigh most. It is the larger part of what a ticket takes.
func kept(all []Candidate) []Candidate {
	all = all[:min(5, len(all))]
	for i := range all {
		all[i].Why = all[i].Why[:min(3, len(all[i].Why))]
		all[i].Tickets = nil
	}
	return all
}

func reasons(in []cluster.Reason) []Reason {
	var out []Reason
	for _, r := range in {
		out = append(out, Reason{Word: r.Word, Field: r.Field, Weight: r.Weight})
	}
	return out
}

// group decides, for a ticket that has no problem, which one a contact on it
// belongs to, and returns the rule that said so. What people decided about the
// ticket binds it.
func (x *tx) group(tk *Ticket, in *Contact, l *logging, fresh bool) (rule string, err error) {
	if x.overlay == nil || in.Direction != Inbound || tk.Problem != 0 {
		return "", nil
	}
	doc, scored := l.doc, l.scored
	if !fresh || scored == nil { // it may say more than this contact does
		text, seen, _, err := ticketText(x, tk.ID, in.ID)
		if err != nil {
			return "", err
		}
		doc = cluster.Prepare(text)
		scored = x.c.index.Score(uint64(tk.ID), doc, seen)
	}
	x.docs = map[ContactID]*cluster.Doc{in.ID: doc}
	notProblem, notTicket, err := x.refusals(tk.ID)
	if err != nil {
		return "", err
	}
	v := x.overlay.Decide(scored, notProblem, notTicket)
	if len(v.Candidates) > 0 && fresh {
		tk.Candidates = kept(append(tk.Candidates, candidates(v.Candidates)...))
		if err := x.saveTicket(tk); err != nil {
			return "", err
		}
	}
	if err := x.join(tk, v); err != nil {
		return "", err
	}
	return v.Rule, x.joinTopic(tk, v)
}

// join carries out what the machine decided about tk's problem.
func (x *tx) join(tk *Ticket, v cluster.Verdict) error {
	if v.Problem == 0 && v.With == 0 {
		return nil
	}
	d := Decision{
		Verb: VerbLink, Ticket: tk.ID, With: TicketID(v.With), Problem: ProblemID(v.Problem),
		Rule: v.Rule, Score: v.Score, Threshold: v.Threshold, Why: reasons(v.Why),
	}
	x.number(&d)
	if v.With != 0 {
		with, err := x.ticket(d.With)
		if err != nil {
			return err
		}
		p, err := x.newProblem(Problem{Product: cmp.Or(with.Product, tk.Product)})
		if err != nil {
			return err
		}
		d.Verb, d.Problem = VerbBirth, p.ID
		d.Effects = append(d.Effects, linking(with, p.ID, Link{Decision: d.ID}))
	}
	d.Effects = append(d.Effects, linking(tk, d.Problem, Link{Decision: d.ID}))
	if err := x.decide(&d); err != nil {
		return err
	}
	return x.relabel(d.Problem, false)
}

// joinTopic carries out what the machine decided about tk's topic.
func (x *tx) joinTopic(tk *Ticket, v cluster.Verdict) error {
	id := TopicID(v.Topic)
	if id == 0 && v.TopicWith == 0 {
		return nil
	}
	if id == 0 {
		x.head.Topics++
		id = x.head.Topics
		if err := save(x, bTopics, key(id), Topic{ID: id}); err != nil {
			return err
		}
		if err := x.setTopic(TicketID(v.TopicWith), id); err != nil {
			return err
		}
	}
	if err := x.setTopic(tk.ID, id); err != nil {
		return err
	}
	return x.relabelTopic(id, false)
}

// setTopic moves a ticket to a topic.
func (x *tx) setTopic(id TicketID, to TopicID) error {
	tk, err := x.ticket(id)
	if err != nil || tk.Topic == to {
		return err
	}
	for topic, by := range map[TopicID]int{tk.Topic: -1, to: 1} {
		if topic == 0 {
			continue
		}
		tp, err := must[Topic](x, bTopics, topic, "topic")
		if err != nil {
			return err
		}
		tp.Tickets += by
		if err := save(x, bTopics, key(topic), tp); err != nil {
			return err
		}
	}
	if tk.Topic != 0 {
		if err := x.Delete(bTicketsByTopic, pair(tk.Topic, id)); err != nil {
			return err
		}
	}
	if to != 0 {
		if err := x.Put(bTicketsByTopic, pair(to, id), []byte{}); err != nil {
			return err
		}
	}
	tk.Topic = to
	return errors.Join(x.saveTicket(tk), x.change(Change{Action: TicketTopic, Ticket: id, Topic: to}))
}

// refusals are what people said a ticket is not, nil where they said nothing. A
// refusal of a problem holds for what that was merged into, one of a ticket for
// the problem which that belongs to.
func (x *tx) refusals(id TicketID) (problem, ticket func(uint64) bool, err error) {
	var problems, tickets map[uint64]bool
	err = each(x, bRefusals, store.Prefix(key(id)), func(e store.Entry) error {
		other := number[uint64](e.Key)
		if problems == nil {
			problems, tickets = map[uint64]bool{}, map[uint64]bool{}
		}
		if e.Key[8] == 'p' {
			p, err := x.problem(ProblemID(other))
			if err == nil {
				problems[uint64(p.ID)] = true
			}
			return err
		}
		tk, err := x.ticket(TicketID(other))
		if err != nil {
			return err
		}
		if tickets[other] = true; tk.Problem != 0 {
			problems[uint64(tk.Problem)] = true
		}
		return nil
	})
	if err != nil || problems == nil {
		return nil, nil, err
	}
	return func(p uint64) bool { return problems[p] }, func(t uint64) bool { return tickets[t] }, nil
}

// newProblem makes a problem without tickets.
func (x *tx) newProblem(p Problem) (*Problem, error) {
	x.head.Problems++
	p.ID = x.head.Problems
	if p.Status == "" {
		p.Status = ProblemNew
	}
	return &p, errors.Join(x.saveProblem(&p), x.change(Change{Action: ProblemChanged, Problem: p.ID}))
}

// readProblem reads a problem, and for one that was merged what into.
func readProblem(r store.Reader, id ProblemID) (*Problem, error) {
	for {
		p, err := must[Problem](r, bProblems, id, "problem")
		if err != nil || p.MergedInto == 0 {
			return p, err
		}
		id = p.MergedInto
	}
}
