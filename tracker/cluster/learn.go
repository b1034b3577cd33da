package cluster

import (
	"cmp"
	"math"
	"slices"
)

// What people confirm is what the ranker learns from: for each such ticket, which problem
// was right among those that ranked best. The weights are those that make the right ones
// most probable (listwise softmax, Cao et al. 2007), held back by their distance from the
// shipped ones, so that few examples change little; words.go has those of single words. They
// are computed when an epoch ends, from the judgements until then: so they do not depend on
// how commits were batched.
const (
	maxExamples = 1000 // the newest
	maxPending  = 4000 // the newest, within an epoch: each takes a search when it ends
	exampleRows = 40   // candidates of one, with the right one
	heldBack    = 20.0 // what one unit away from the shipped weight costs, in units of log-likelihood
	rounds      = 16   // of learning the weights for the words, and the words for the weights
	fineness    = 1e4  // weights are rounded to 1/fineness, so that they are the same on all platforms
)

// The weights that are learned are those of the features before the words: the words
// learn their own.
const weighed = fWords

// judgement is what a person said about a ticket and a problem, until the epoch ends.
type judgement struct {
	ticket, problem uint64
	same, audit     bool
}

// example is a ticket of which a person said where it belongs.
type example struct {
	rows []candidateRow // the right one first
}

// candidateRow is a candidate of an example.
type candidateRow struct {
	x     vector
	words []titleWord // in both titles
}

// school holds what is learned from, and what came of it.
type school struct {
	pending  []judgement
	examples []example
	audits   []audited
	chance   calibration
}

// hear keeps a judgement until the epoch ends. One that nothing can be learned from, as
// it is neither an example nor an audit, is let go.
func (l *school) hear(j judgement) {
	if j.same || j.audit {
		l.pending = append(l.pending[max(0, len(l.pending)+1-maxPending):], j)
	}
}

// study learns from the judgements that came in this epoch. The world is awake.
func (w *world) study(sc *scratch) {
	l := w.school
	for _, j := range l.pending {
		w.examine(j, sc)
	}
	l.pending = nil
	l.examples = l.examples[max(0, len(l.examples)-maxExamples):]
	l.audits = l.audits[max(0, len(l.audits)-maxExamples):]
	w.ranker = learned(l.examples)
	l.chance = calibrate(l.audits)
}

// examine looks at a judgement as it was when the ticket was new: nothing newer counts.
func (w *world) examine(j judgement, sc *scratch) {
	t := w.tickets[j.ticket]
	if t == nil || t.slot < 0 {
		return
	}
	problem := j.problem
	if j.same && t.problem != problem {
		if p := w.problem(problem); p != nil && p.tickets > 0 {
			return // taken back
		}
		problem = t.problem // a merge renamed it
	}
	e := w.entries[t.slot]
	s := newScored(w, j.ticket, w.docOf(e), e.seen)
	s.past = true
	s.find(w, sc, wanted)
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return !s.counts(h.entry.ticket) || !h.judged })
	s.resolve(w, sc)
	defer s.release(sc)
	all := groups(w, s, nil, nil)
	right := slices.IndexFunc(all, func(g group) bool { return g.problem != 0 && g.problem == problem })
	if right < 0 {
		return
	}
	if j.audit {
		w.school.audits = append(w.school.audits, audited{float32(all[right].similar), j.same})
	}
	if !j.same {
		return
	}
	for i := range all {
		x := w.features(s, sc, &all[i])
		all[i].score = round(w.ranker.weigh(&x))
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if a == right || b == right {
			return cmp.Compare(b2i(b == right), b2i(a == right))
		}
		return byScore(all[a], all[b])
	})
	var x example
	for _, i := range order[:min(len(order), exampleRows)] {
		x.rows = append(x.rows, candidateRow{w.features(s, sc, &all[i]), s.common(sc, all[i].best().entry)})
	}
	if len(x.rows) > 1 {
		w.school.examples = append(w.school.examples, x)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// learned returns the ranker that examples speak for.
func learned(examples []example) *ranker {
	if len(examples) == 0 {
		return shipped
	}
	r := *shipped
	words := newLexicon(examples)
	for range rounds {
		r.step(examples)
		words.step(&r, examples)
	}
	for i := range weighed {
		r.weights[i] = math.Round(r.weights[i]*fineness) / fineness
	}
	r.words = words.worth()
	return &r
}

// step moves the weights towards those that make the right candidates most probable, the
// words being what they are (Newton's method).
func (r *ranker) step(examples []example) {
	gradient, curve := slope(r, examples)
	move := solve(curve, gradient)
	// A whole step is too long where the sample is odd; half of it is tried then.
	was := likelihood(r, examples)
	for range 20 {
		next := *r
		for i := range move {
			next.weights[i] += move[i]
		}
		if likelihood(&next, examples) >= was {
			*r = next
			return
		}
		for i := range move {
			move[i] /= 2
		}
	}
}

// softmax fills p with the probability of each row.
func softmax(r *ranker, rows []candidateRow, p []float64) {
	top := math.Inf(-1)
	for i := range rows {
		p[i] = r.weigh(&rows[i].x)
		top = max(top, p[i])
	}
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// likelihood is the logarithm of that of the examples, less what the distance of the
// weights from the shipped ones costs.
func likelihood(r *ranker, examples []example) float64 {
	sum := 0.0
	var p [exampleRows]float64
	for _, x := range examples {
		softmax(r, x.rows, p[:len(x.rows)])
		sum += math.Log(max(p[0], 1e-300))
	}
	for i, f := range features[:weighed] {
		away := (r.weights[i] - f.weight) * f.unit
		sum -= float64(heldBack * float64(away*away))
	}
	return sum
}

// slope returns how the likelihood changes with the weights, and how that bends.
func slope(r *ranker, examples []example) (gradient [weighed]float64, curve [weighed][weighed]float64) {
	var p [exampleRows]float64
	for _, x := range examples {
		softmax(r, x.rows, p[:len(x.rows)])
		var mean [weighed]float64
		for k := range x.rows {
			for i := range mean {
				mean[i] += float64(p[k] * float64(x.rows[k].x[i]))
			}
		}
		for i := range mean {
			gradient[i] += float64(x.rows[0].x[i]) - mean[i]
		}
		for k := range x.rows {
			for i := range mean {
				a := p[k] * (float64(x.rows[k].x[i]) - mean[i])
				for j := range i + 1 {
					curve[i][j] += float64(a * (float64(x.rows[k].x[j]) - mean[j]))
				}
			}
		}
	}
	for i, f := range features[:weighed] {
		unit := float64(2 * heldBack * f.unit * f.unit)
		gradient[i] -= float64(unit * (r.weights[i] - f.weight))
		curve[i][i] += unit
	}
	return gradient, curve
}

// solve returns x with a·x = b, for a symmetric and positive definite a of which the
// lower half is given (Cholesky).
func solve(a [weighed][weighed]float64, b [weighed]float64) [weighed]float64 {
	for i := range weighed {
		for j := range i + 1 {
			sum := a[i][j]
			for k := range j {
				sum -= float64(a[i][k] * a[j][k])
			}
			if i == j {
				a[i][i] = math.Sqrt(max(sum, 1e-12))
			} else {
				a[i][j] = sum / a[j][j]
			}
		}
		for k := range i {
			b[i] -= float64(a[i][k] * b[k])
		}
		b[i] /= a[i][i]
	}
	for i := weighed - 1; i >= 0; i-- {
		for k := i + 1; k < weighed; k++ {
			b[i] -= float64(a[k][i] * b[k])
		}
		b[i] /= a[i][i]
	}
	return b
}
