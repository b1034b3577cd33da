package cluster

import (
	"cmp"
	"slices"
)

const (
	problemsSeen    = 12  // by a ticket, for merging
	topicNeighbours = 10  // that a ticket is tied to in the graph
	topicResolution = 2.0 // higher makes more, smaller topics
	topicSmallest   = 4   // tickets; what is smaller is no topic
	topicRounds     = 12  // passes over all tickets, and levels, at most
)

// regroupTopics finds communities in the graph of nearest neighbours by their
// modularity (Blondel, Guillaume, Lambiotte and Lefebvre 2008), in a fixed order.
func regroupTopics(views []seenBy) []TopicMove {
	at := make(map[uint64]int32, len(views))
	for i, v := range views {
		at[v.ticket] = int32(i)
	}
	g := newGraph(len(views))
	for i, v := range views {
		for _, l := range v.near {
			if j, ok := at[l.to]; ok && l.weight > 0 {
				g.tie(int32(i), j, l.weight)
			}
		}
	}
	return nameTopics(views, g.communities())
}

// graph is undirected and weighted; weights are whole numbers, so that the order
// in which they are added up does not matter.
type graph struct {
	ties   [][]tie
	own    []int64 // within a node that stands for several
	degree []int64
	total  int64 // of all degrees
}

type tie struct {
	to     int32
	weight int64
}

const tieUnit = 1 << 16

func newGraph(n int) *graph {
	return &graph{ties: make([][]tie, n), own: make([]int64, n), degree: make([]int64, n)}
}

func (g *graph) tie(a, b int32, weight float64) {
	w := int64(weight * tieUnit)
	g.ties[a] = append(g.ties[a], tie{b, w})
	g.ties[b] = append(g.ties[b], tie{a, w})
	g.degree[a] += w
	g.degree[b] += w
	g.total += 2 * w
}

// communities returns the community of each node.
func (g *graph) communities() []int32 {
	all := make([]int32, len(g.ties))
	for i := range all {
		all[i] = int32(i)
	}
	for range topicRounds {
		part, n := g.settle()
		if n == len(g.ties) {
			break
		}
		for i := range all {
			all[i] = part[all[i]]
		}
		g = g.fold(part, n)
	}
	return all
}

// settle moves each node to the neighbouring community that gains most, until none
// moves any more. It numbers the communities by their first node.
func (g *graph) settle() (part []int32, n int) {
	part = make([]int32, len(g.ties))
	sum := make([]int64, len(g.ties)) // degrees by community
	for i := range part {
		part[i], sum[i] = int32(i), g.degree[i]
	}
	gain := make([]int64, len(g.ties))
	var near []int32
	for range topicRounds {
		moved := false
		for i := range g.ties {
			home := part[i]
			near = append(near[:0], home)
			for _, t := range g.ties[i] {
				if int(t.to) == i {
					continue
				}
				c := part[t.to]
				if gain[c] == 0 && c != home {
					near = append(near, c)
				}
				gain[c] += t.weight
			}
			sum[home] -= g.degree[i]
			best, top := home, g.worth(gain[home], g.degree[i], sum[home])
			for _, c := range near[1:] {
				if x := g.worth(gain[c], g.degree[i], sum[c]); x > top || x == top && c < best && best != home {
					best, top = c, x
				}
			}
			for _, c := range near {
				gain[c] = 0
			}
			part[i] = best
			sum[best] += g.degree[i]
			moved = moved || best != home
		}
		if !moved {
			break
		}
	}
	names := map[int32]int32{}
	for i, c := range part {
		if _, ok := names[c]; !ok {
			names[c] = int32(len(names))
		}
		part[i] = names[c]
	}
	return part, len(names)
}

// worth is what a node gains in modularity by joining a community.
func (g *graph) worth(ties, degree, sum int64) float64 {
	return round(float64(ties)/tieUnit - float64(topicResolution*float64(degree)/float64(max(g.total, 1))*(float64(sum)/tieUnit)))
}

// fold makes each community one node.
func (g *graph) fold(part []int32, n int) *graph {
	f := newGraph(n)
	f.total = g.total
	members := make([][]int32, n)
	for i, c := range part {
		members[c] = append(members[c], int32(i))
		f.degree[c] += g.degree[i]
	}
	weight := make([]int64, n)
	for c, all := range members {
		var near []int32
		for _, i := range all {
			for _, t := range g.ties[i] {
				d := part[t.to]
				if weight[d] == 0 {
					near = append(near, d)
				}
				weight[d] += t.weight
			}
		}
		slices.Sort(near)
		for _, d := range near {
			f.ties[c] = append(f.ties[c], tie{d, weight[d]})
			weight[d] = 0
		}
	}
	return f
}

// nameTopics gives each community the topic that most of its tickets have; the
// larger community chooses first.
func nameTopics(views []seenBy, part []int32) []TopicMove {
	members := map[int32][]int{}
	for i, c := range part {
		members[c] = append(members[c], i)
	}
	var all [][]int
	for _, m := range members {
		if len(m) >= topicSmallest {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b []int) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0])) })
	taken := map[uint64]bool{}
	fresh := 0
	var moves []TopicMove
	for _, m := range all {
		count := map[uint64]int{}
		best := uint64(0)
		for _, i := range m {
			if t := views[i].topic; t != 0 && !taken[t] {
				count[t]++
				if n, b := count[t], count[best]; n > b || n == b && t < best {
					best = t
				}
			}
		}
		group := 0
		if best != 0 {
			taken[best] = true
		} else {
			fresh++
			group = fresh
		}
		for _, i := range m {
			if best == 0 || views[i].topic != best {
				moves = append(moves, TopicMove{Ticket: views[i].ticket, Topic: best, Group: group})
			}
		}
	}
	slices.SortFunc(moves, func(a, b TopicMove) int { return cmp.Compare(a.Ticket, b.Ticket) })
	return moves
}
