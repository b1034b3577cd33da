package tracker

import (
	"slices"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// peoplesWord carries what people decided over from the log into a grouping that went
// another way. Problems have other numbers there: the number of the change at which
// they came up.
type peoplesWord struct {
	apply   func(cluster.Op)
	in      map[TicketID]uint64   // problem of each ticket that has one
	tickets map[uint64][]TicketID // of each problem, in the order in which they came

	made   map[ProblemID]uint64     // when each problem of the log came up
	log    map[ProblemID][]TicketID // its tickets there
	of     map[ProblemID]uint64     // what stands here for those that people decided about
	merged map[ProblemID]ProblemID  // in the log

	notP map[TicketID][]ProblemID // what people said that tickets are not, problems of the log
	notT map[TicketID][]TicketID

	confirmed []Change // problems that became confirmed, or no longer are, by a decision that is to come
}

func newPeoplesWord(apply func(cluster.Op)) peoplesWord {
	return peoplesWord{
		apply: apply, in: map[TicketID]uint64{}, tickets: map[uint64][]TicketID{},
		made: map[ProblemID]uint64{}, log: map[ProblemID][]TicketID{},
		of: map[ProblemID]uint64{}, merged: map[ProblemID]ProblemID{},
		notP: map[TicketID][]ProblemID{}, notT: map[TicketID][]TicketID{},
	}
}

// take takes in a change. What a decision moved is told with the decision; the changes
// of the tickets do not say who made it.
func (w *peoplesWord) take(r store.Reader, ch Change) error {
	if ch.Problem != 0 && w.made[ch.Problem] == 0 {
		w.made[ch.Problem] = ch.Seq
	}
	switch ch.Action {
	case ProblemConfirmed, ProblemUnconfirmed:
		w.confirmed = append(w.confirmed, ch)
	case DecisionMade:
		d, err := must[Decision](r, bDecisions, ch.Decision, "decision")
		if err != nil {
			return err
		}
		for _, e := range d.Effects {
			w.effect(d, e)
		}
		w.settle()
	}
	return nil
}

// settle says which problems are confirmed, once it is known what stands for them here.
func (w *peoplesWord) settle() {
	for _, ch := range w.confirmed {
		w.apply(cluster.Op{Kind: cluster.Confirm, Problem: w.here(nil, ch.Problem), On: ch.Action == ProblemConfirmed})
	}
	w.confirmed = w.confirmed[:0]
}

// put carries out that people put a ticket into a problem of the log, or took it out of
// one.
func (w *peoplesWord) put(d *Decision, t TicketID, from, to ProblemID) {
	switch {
	case to != 0:
		w.link(t, w.here(d, to))
	case from != 0 && w.in[t] == w.here(nil, from):
		w.link(t, 0)
	}
}

// follow notes where the log has a ticket.
func (w *peoplesWord) follow(t TicketID, from, to ProblemID) {
	if from == to {
		return
	}
	if from != 0 {
		w.log[from] = without(w.log[from], t)
	}
	if to != 0 {
		w.log[to] = append(w.log[to], t)
	}
}

// here is the problem that stands for one of the log's: the one that the first of its
// tickets is in, or for one that d founds, one of d's. Once people decided about it, it
// stays that.
func (w *peoplesWord) here(d *Decision, p ProblemID) uint64 {
	if id := w.of[p]; id != 0 {
		return id
	}
	tickets := w.log[p]
	if len(tickets) == 0 && d != nil && d.Verb == VerbConfirm {
		tickets = []TicketID{d.With, d.Ticket}
	}
	id := w.made[p]
	for _, t := range tickets {
		if in := w.in[t]; in != 0 {
			id = in
			break
		}
	}
	w.of[p] = id
	return id
}

// effect carries out one thing that a decision did. What the machine moved in the log
// is noted only.
func (w *peoplesWord) effect(d *Decision, e Effect) {
	from, to := ProblemID(e.From), ProblemID(e.To)
	people := d.Rule == ""
	switch e.Kind {
	case effectLink:
		if people {
			w.put(d, e.Ticket, from, to)
		}
		w.follow(e.Ticket, from, to)
	case effectMergeProblem:
		if w.merged[from] = to; people {
			for _, t := range slices.Clone(w.tickets[w.here(nil, from)]) {
				w.link(t, w.here(nil, to))
			}
		}
	case effectSplitProblem:
		delete(w.merged, to)
	case effectRefuseProblem:
		if to != 0 {
			w.leave(d, e.Ticket, w.here(nil, to))
			w.notP[e.Ticket] = append(w.notP[e.Ticket], to)
		} else {
			w.notP[e.Ticket] = without(w.notP[e.Ticket], from)
		}
	case effectRefuseTicket:
		if e.To != 0 {
			w.leave(d, e.Ticket, w.in[TicketID(e.To)])
		}
		for _, pair := range [][2]TicketID{{e.Ticket, TicketID(e.To | e.From)}, {TicketID(e.To | e.From), e.Ticket}} {
			if e.To != 0 {
				w.notT[pair[0]] = append(w.notT[pair[0]], pair[1])
			} else {
				w.notT[pair[0]] = without(w.notT[pair[0]], pair[1])
			}
		}
	}
}

// leave takes a ticket out of a problem that d says it is not, where the log had none to
// take it out of.
func (w *peoplesWord) leave(d *Decision, t TicketID, id uint64) {
	moved := slices.ContainsFunc(d.Effects, func(e Effect) bool { return e.Kind == effectLink && e.Ticket == t })
	if id != 0 && w.in[t] == id && !moved {
		w.link(t, 0)
	}
}

// without takes all of one value out of a list.
func without[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(list, func(x T) bool { return x == v })
}

// link moves a ticket to a problem here, or with 0 to none.
func (w *peoplesWord) link(t TicketID, to uint64) {
	from := w.in[t]
	if from == to {
		return
	}
	if from != 0 {
		w.tickets[from] = without(w.tickets[from], t)
	}
	delete(w.in, t)
	if to != 0 {
		w.in[t] = to
		w.tickets[to] = append(w.tickets[to], t)
	}
	w.apply(cluster.Op{Kind: cluster.Link, Ticket: uint64(t), Problem: to})
}

// notProblem tells what people said that a ticket is not, nil where they said nothing:
// a problem, what that was merged into, and the problem of a ticket that it is not.
func (w *peoplesWord) notProblem(t TicketID) func(uint64) bool {
	no := map[uint64]bool{}
	for _, p := range w.notP[t] {
		no[w.of[p]] = true
		for w.merged[p] != 0 {
			p = w.merged[p]
			no[w.here(nil, p)] = true
		}
	}
	for _, other := range w.notT[t] {
		no[w.in[other]] = true
	}
	if delete(no, 0); len(no) == 0 {
		return nil
	}
	return func(p uint64) bool { return no[p] }
}

func (w *peoplesWord) notTicket(t TicketID) func(uint64) bool {
	no := w.notT[t]
	if len(no) == 0 {
		return nil
	}
	return func(other uint64) bool { return slices.Contains(no, TicketID(other)) }
}
