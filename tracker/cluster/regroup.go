package cluster

import (
	"cmp"
	"slices"
)

// RegroupOptions bind a regrouping to what people decided.
type RegroupOptions struct {
	Touched func(problem uint64) bool         // a person decided about the problem; nil: none
	Refused func(ticket, problem uint64) bool // a person ruled the link out; nil: none
}

// Plan is what a regrouping proposes. Nothing in it has happened yet.
type Plan struct {
	Merges []Merge
	Moves  []Move
	Splits []Split
	Topics []TopicMove
}

// Merge proposes that From becomes part of Into.
type Merge struct {
	From, Into       uint64
	Score, Threshold float64  // similarity and what it had to beat, in [0, 1]
	Why              []Reason // none: the index keeps no words, score a member to see them
}

// Move proposes that Ticket leaves From, or has no problem if that is 0, and belongs
// to Into.
type Move struct {
	Ticket, From, Into uint64
	Score, Threshold   float64  // as of a Merge
	Why                []Reason // as of a Merge
}

// Split proposes that Tickets leave Problem: too little holds them to what stays.
type Split struct {
	Problem uint64
	Tickets []uint64
	Score   float64 // similarity that is left between the parts
}

// TopicMove proposes that Ticket belongs to a topic: to Topic if that is not 0,
// and else to a new one that all moves of the same Group share.
type TopicMove struct {
	Ticket uint64
	Topic  uint64
	Group  int // numbers the new topics from 1; 0 if Topic is set
}

// seenBy is what one ticket sees of the others.
type seenBy struct {
	ticket, problem, topic uint64
	near                   []link
	problems               []link // by how far the similarity to the group stands out
}

type link struct {
	to     uint64
	weight float64
}

// Regroup looks at everything in memory at once and proposes better groups. It
// takes as long as scoring every ticket, but locks the index for no longer than one
// Score at a time. The same index makes the same plan. Confirmed problems stay as they are.
func (ix *Index) Regroup(o RegroupOptions) Plan {
	if o.Touched == nil {
		o.Touched = func(uint64) bool { return false }
	}
	if o.Refused == nil {
		o.Refused = func(uint64, uint64) bool { return false }
	}
	views := ix.look()
	var p Plan
	p.Topics = regroupTopics(views)
	ix.read()
	defer ix.mu.RUnlock()
	r := &regrouping{RegroupOptions: o, world: ix.world, threshold: ix.world.threshold.problem, views: views}
	r.index()
	p.Merges = r.merges()
	p.Moves = r.moves()
	p.Splits = r.splits()
	return p
}

// look lets each ticket in memory see the others.
func (ix *Index) look() []seenBy {
	ix.read()
	tickets := make([]uint64, 0, len(ix.world.entries))
	for _, e := range ix.world.entries {
		if e != nil {
			tickets = append(tickets, e.ticket)
		}
	}
	ix.mu.RUnlock()
	slices.Sort(tickets)
	views := make([]seenBy, 0, len(tickets))
	for _, id := range tickets {
		if v, ok := ix.lookFrom(id); ok {
			views = append(views, v)
		}
	}
	return views
}

func (ix *Index) lookFrom(id uint64) (seenBy, bool) {
	ix.read()
	defer ix.mu.RUnlock()
	w := ix.world
	t := w.tickets[id]
	if t == nil || t.slot < 0 {
		return seenBy{}, false
	}
	sc := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(sc)
	e := w.entries[t.slot]
	s := newScored(w, id, w.docOf(e), e.seen)
	s.find(w, sc, wanted)
	s.hits = s.hits[:min(len(s.hits), wanted)]
	v := seenBy{ticket: id, problem: t.problem, topic: t.topic}
	for _, h := range s.closest(topicNeighbours) {
		v.near = append(v.near, link{h.entry.ticket, h.similar})
	}
	all := groups(w, s, nil, nil)
	slices.SortFunc(all, bySimilarity)
	var others rivals
	for _, g := range all {
		if g.problem == 0 || g.problem != t.problem {
			others.add(g.similar)
		}
	}
	for _, g := range all {
		if g.problem != 0 && len(v.problems) < problemsSeen {
			v.problems = append(v.problems, link{g.problem, others.standing(g.similar)})
		}
	}
	return v, true
}

// regrouping compares problems with each other.
type regrouping struct {
	RegroupOptions
	world     *world
	threshold float64
	views     []seenBy
	at        map[uint64]*seenBy  // by ticket
	members   map[uint64][]uint64 // in memory, by problem
	ids       []uint64            // problems that may change, oldest first
}

func (r *regrouping) index() {
	r.at, r.members = map[uint64]*seenBy{}, map[uint64][]uint64{}
	for i := range r.views {
		v := &r.views[i]
		r.at[v.ticket] = v
		if v.problem != 0 {
			if len(r.members[v.problem]) == 0 && r.free(v.problem) {
				r.ids = append(r.ids, v.problem)
			}
			r.members[v.problem] = append(r.members[v.problem], v.ticket)
		}
	}
	slices.Sort(r.ids)
}

// free says that a problem is the machine's own.
func (r *regrouping) free(problem uint64) bool {
	p := r.world.problem(problem)
	return p != nil && !p.confirmed && !r.Touched(problem)
}

// merges joins two problems when the members of both resemble the other group on
// average by more than chance.
func (r *regrouping) merges() []Merge {
	toward := map[[2]uint64]float64{}
	for _, from := range r.ids {
		for _, id := range r.members[from] {
			for _, l := range r.at[id].problems {
				if l.to != from {
					toward[[2]uint64{from, l.to}] += l.weight / float64(len(r.members[from]))
				}
			}
		}
	}
	var all []Merge
	for i, a := range r.ids {
		for _, b := range r.ids[i+1:] {
			there, back := toward[[2]uint64{a, b}], toward[[2]uint64{b, a}]
			if there == 0 || back == 0 {
				continue
			}
			if s := round((there + back) / 2); s > r.threshold {
				into, from := a, b
				if r.world.problem(b).tickets > r.world.problem(a).tickets {
					into, from = b, a
				}
				if !slices.ContainsFunc(r.members[from], func(t uint64) bool { return r.Refused(t, into) }) {
					all = append(all, Merge{From: from, Into: into, Score: s, Threshold: r.threshold})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Merge) int { return cmp.Compare(b.Score, a.Score) })
	busy := map[uint64]bool{}
	return slices.DeleteFunc(all, func(m Merge) bool { // one step at a time: nothing is merged twice
		if busy[m.From] || busy[m.Into] {
			return true
		}
		busy[m.From], busy[m.Into] = true, true
		return false
	})
}

// moves brings tickets without a problem to one that they resemble by now.
func (r *regrouping) moves() []Move {
	var all []Move
	for _, v := range r.views {
		if v.problem != 0 {
			continue
		}
		for _, l := range v.problems {
			if l.weight > r.threshold && r.free(l.to) && !r.Refused(v.ticket, l.to) {
				all = append(all, Move{Ticket: v.ticket, Into: l.to, Score: l.weight, Threshold: r.threshold})
				break
			}
		}
	}
	return all
}

// splits finds members that nothing holds to the rest.
func (r *regrouping) splits() []Split {
	var all []Split
	for _, id := range r.ids {
		members := r.members[id]
		if len(members) < 3 || r.world.problem(id).tickets > len(members) {
			continue // there are members that cannot be seen any more
		}
		parts := r.parts(members)
		for _, part := range parts[1:] {
			all = append(all, Split{Problem: id, Tickets: part, Score: r.between(part, members)})
		}
	}
	return all
}

// parts are the members that hang together, the largest part first, then the one
// with the oldest ticket.
func (r *regrouping) parts(members []uint64) [][]uint64 {
	part := map[uint64]int{}
	for i, m := range members {
		part[m] = i
	}
	for _, m := range members {
		for _, l := range r.at[m].near {
			to, ok := part[l.to]
			if !ok || l.weight <= r.world.threshold.within || to == part[m] {
				continue
			}
			from := part[m]
			for k, p := range part {
				if p == to {
					part[k] = from
				}
			}
		}
	}
	by := map[int][]uint64{}
	for _, m := range members {
		by[part[m]] = append(by[part[m]], m)
	}
	var parts [][]uint64
	for _, p := range by {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b []uint64) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0])) })
	return parts
}

// between is the closest link from a part to other members.
func (r *regrouping) between(part, members []uint64) (best float64) {
	for _, m := range part {
		for _, l := range r.at[m].near {
			if slices.Contains(members, l.to) && !slices.Contains(part, l.to) {
				best = max(best, l.weight)
			}
		}
	}
	return best
}
