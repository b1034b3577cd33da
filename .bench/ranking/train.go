package main

import (
	"math"
	"math/rand/v2"

	"github.com/supportloop/supportloop/bench/titanium"
)

// As the paper trains: 30 unrelated reports for every pair of duplicates, 24 rounds of
// gradient descent on RankNet's cost, a step of .001.
const (
	unrelated = 30
	rounds    = 24
	step      = .001
)

// instance is a report with one that is a duplicate and one that is not.
type instance struct{ query, same, other *report }

// train returns a REP, with nothing added, whose parameters are learned from the
// duplicates among the tickets up to the last of queries. Nothing later is looked at.
func train(tickets, queries []*titanium.Ticket) (*rep, error) {
	r, err := newRep(published)
	if err != nil {
		return nil, err
	}
	groups := map[string][]*report{}
	for _, t := range tickets {
		if err := r.Add(t); err != nil {
			return nil, err
		}
		if t.Group != "" {
			groups[t.Group] = append(groups[t.Group], r.reports[len(r.reports)-1])
		}
		if t == queries[len(queries)-1] {
			break
		}
	}
	draw := rand.New(rand.NewPCG(1, 0))
	var set []instance
	for _, query := range r.reports {
		for _, same := range groups[query.ticket.Group] {
			for n := 0; same != query && n < unrelated; {
				if other := r.reports[draw.IntN(len(r.reports))]; other.ticket.Group != query.ticket.Group {
					set = append(set, instance{query, same, other})
					n++
				}
			}
		}
	}
	for range rounds {
		draw.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		for _, in := range set {
			r.descend(in)
		}
	}
	return newRep(r.params)
}

// descend takes one step down RankNet's cost log(1+exp(other-same)).
func (r *rep) descend(in instance) {
	same, bySame := r.similarity(in.query, in.same)
	other, byOther := r.similarity(in.query, in.other)
	slope := step / (1 + math.Exp(same-other))
	now, a, b := r.params.all(), bySame.all(), byOther.all()
	for i := range now {
		*now[i] -= slope * (*b[i] - *a[i])
	}
	for g := range r.grams {
		p := &r.grams[g]
		for f := range p.b {
			p.w[f], p.b[f] = max(p.w[f], 0), min(max(p.b[f], 0), 1)
		}
		p.k1, p.k3 = max(p.k1, 0), max(p.k3, 0)
	}
}

// all are the parameters one by one.
func (p *params) all() []*float64 {
	var all []*float64
	for i := range p.weight {
		all = append(all, &p.weight[i])
	}
	for g := range p.grams {
		x := &p.grams[g]
		all = append(all, &x.w[0], &x.w[1], &x.b[0], &x.b[1], &x.k1, &x.k3)
	}
	return all
}

// similarity is what Rank scores d by, with its derivative by each parameter.
func (r *rep) similarity(q, d *report) (sum float64, by params) {
	for g := range r.grams {
		score, slope := r.bm25f(g, q, d)
		sum += r.weight[g] * score
		by.weight[g] = score
		by.grams[g] = slope.times(r.weight[g])
	}
	for j, x := range facets(q, d) {
		sum += r.weight[2+j] * x
		by.weight[2+j] = x
	}
	return sum, by
}

// bm25f is one textual feature and its derivatives.
func (r *rep) bm25f(g int, q, d *report) (sum float64, by gram) {
	p := &r.grams[g]
	for i, j := 0, 0; i < len(q.terms[g]) && j < len(d.terms[g]); {
		a, b := q.terms[g][i], d.terms[g][j]
		switch {
		case a.term < b.term:
			i++
			continue
		case a.term > b.term:
			j++
			continue
		}
		i, j = i+1, j+1
		idf := r.idf(g, a.term)
		normed := [2]float64{r.normed(g, 0, b, d), r.normed(g, 1, b, d)}
		tf, tq := p.w[0]*normed[0]+p.w[1]*normed[1], p.w[0]*a.n[0]+p.w[1]*a.n[1]
		if tf == 0 || tq == 0 {
			continue
		}
		found, asked := tf/(p.k1+tf), p.asked(a)
		sum += idf * found * asked
		byTF := idf * asked * p.k1 / ((p.k1 + tf) * (p.k1 + tf))
		byTQ := idf * found * (p.k3 + 1) * p.k3 / ((p.k3 + tq) * (p.k3 + tq))
		by.k1 -= idf * asked * tf / ((p.k1 + tf) * (p.k1 + tf))
		by.k3 += idf * found * tq * (tq - 1) / ((p.k3 + tq) * (p.k3 + tq))
		for f := range b.n {
			by.w[f] += byTF*normed[f] + byTQ*a.n[f]
			if b.n[f] > 0 {
				longer := d.length[g][f]/r.average(g, f) - 1
				by.b[f] -= byTF * p.w[f] * normed[f] * normed[f] / b.n[f] * longer
			}
		}
	}
	return sum, by
}

func (g gram) times(x float64) gram {
	for f := range g.w {
		g.w[f], g.b[f] = g.w[f]*x, g.b[f]*x
	}
	g.k1, g.k3 = g.k1*x, g.k3*x
	return g
}
