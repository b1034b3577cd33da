package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/registry"

	"github.com/supportloop/supportloop/bench/titanium"
)

// REP is Sun, Lo, Khoo and Jiang, "Towards more accurate retrieval of duplicate bug
// reports", ASE 2011. A report's similarity to an older one is a weighted sum of seven
// features: BM25F_ext of their words and of their pairs of words, and whether product,
// component and kind are the same and how close priority and version are.

// gram is one of the two textual features: words, or pairs of neighbouring words.
type gram struct {
	w, b   [2]float64 // weight and length normalisation of title and text
	k1, k3 float64
}

// params are the 19 parameters of REP. The last of the seven weights is for versions,
// which these tickets do not have.
type params struct {
	weight [7]float64
	grams  [2]gram
}

// published are the values that the paper starts from.
var published = params{
	weight: [7]float64{.9, .2, 2, 0, .7, 0, 0},
	grams: [2]gram{
		{w: [2]float64{3, 1}, b: [2]float64{.5, 1}, k1: 2, k3: 0},
		{w: [2]float64{3, 1}, b: [2]float64{.5, 1}, k1: 2, k3: 0},
	},
}

// occurrence says how often a term stands in a report's title and text.
type occurrence struct {
	term, doc int32
	n         [2]float64
}

type report struct {
	ticket *titanium.Ticket
	terms  [2][]occurrence // of each gram, ordered by term
	length [2][2]float64   // of each gram, in title and text
}

type rep struct {
	params
	analyzer analysis.Analyzer
	reports  []*report
	term     [2]map[string]int32
	postings [2][][]occurrence
	length   [2][2]float64 // of all reports together
}

func newRep(p params) (*rep, error) {
	a, err := registry.NewCache().AnalyzerNamed(en.AnalyzerName)
	return &rep{params: p, analyzer: a, term: [2]map[string]int32{{}, {}}}, err
}

func (r *rep) Close() error { return nil }

// read makes a report of a ticket. Words are stemmed and stop words gone.
func (r *rep) read(t *titanium.Ticket) *report {
	d := &report{ticket: t}
	found := [2]map[int32]*occurrence{{}, {}}
	for field, text := range []string{t.Title, t.Text} {
		last := ""
		for _, token := range r.analyzer.Analyze([]byte(text)) {
			word := string(token.Term)
			for g, s := range []string{word, last + " " + word} {
				if g == 1 && last == "" {
					continue
				}
				n := r.number(g, s)
				if found[g][n] == nil {
					found[g][n] = &occurrence{term: n, doc: int32(len(r.reports))}
				}
				found[g][n].n[field]++
				d.length[g][field]++
			}
			last = word
		}
	}
	for g := range found {
		for _, o := range found[g] {
			d.terms[g] = append(d.terms[g], *o)
		}
		slices.SortFunc(d.terms[g], func(a, b occurrence) int { return cmp.Compare(a.term, b.term) })
	}
	return d
}

func (r *rep) number(g int, s string) int32 {
	n, ok := r.term[g][s]
	if !ok {
		n = int32(len(r.postings[g]))
		r.term[g][s] = n
		r.postings[g] = append(r.postings[g], nil)
	}
	return n
}

func (r *rep) Add(t *titanium.Ticket) error {
	d := r.read(t)
	for g := range d.terms {
		for _, o := range d.terms[g] {
			r.postings[g][o.term] = append(r.postings[g][o.term], o)
		}
		for f := range d.length[g] {
			r.length[g][f] += d.length[g][f]
		}
	}
	r.reports = append(r.reports, d)
	return nil
}

func (r *rep) Rank(t *titanium.Ticket) ([]hit, error) {
	q := r.read(t)
	score := make([]float64, len(r.reports))
	for g := range q.terms {
		p := &r.grams[g]
		for _, o := range q.terms[g] {
			idf, asked := r.idf(g, o.term), p.asked(o)
			for _, in := range r.postings[g][o.term] {
				tf := p.w[0]*r.normed(g, 0, in, r.reports[in.doc]) + p.w[1]*r.normed(g, 1, in, r.reports[in.doc])
				score[in.doc] += r.weight[g] * idf * asked * tf / (p.k1 + tf)
			}
		}
	}
	hits := make([]hit, len(r.reports))
	for i, d := range r.reports {
		for j, x := range facets(q, d) {
			score[i] += r.weight[2+j] * x
		}
		hits[i] = hit{d.ticket.ID, score[i]}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	return hits[:min(best, len(hits))], nil
}

func (r *rep) idf(g int, term int32) float64 {
	return math.Log2(float64(len(r.reports)) / float64(max(1, len(r.postings[g][term]))))
}

// normed is how often o stands in a field of d, for the field's length.
func (r *rep) normed(g, f int, o occurrence, d *report) float64 {
	if o.n[f] == 0 {
		return 0 // the field may be empty, and its norm 0
	}
	return o.n[f] / r.norm(g, f, d)
}

// norm is what a count in a field of d is divided by.
func (r *rep) norm(g, f int, d *report) float64 {
	b := r.grams[g].b[f]
	return 1 - b + b*d.length[g][f]/r.average(g, f)
}

// average is the length of a field.
func (r *rep) average(g, f int) float64 { return r.length[g][f] / float64(len(r.reports)) }

// asked is how much a term of the query counts: W_Q of the paper.
func (p *gram) asked(o occurrence) float64 {
	tf := p.w[0]*o.n[0] + p.w[1]*o.n[1]
	return (p.k3 + 1) * tf / (p.k3 + tf)
}

// facets are the features that are not textual.
func facets(q, d *report) [5]float64 {
	a, b := q.ticket, d.ticket
	return [5]float64{
		is(a.Project == b.Project),
		is(slices.ContainsFunc(a.Components, func(c string) bool { return slices.Contains(b.Components, c) })),
		is(a.Kind == b.Kind),
		1 / (1 + math.Abs(priority(a)-priority(b))),
		0,
	}
}

func is(same bool) float64 {
	if same {
		return 1
	}
	return 0
}

// priority is a number for a priority, the middle one where none is given.
func priority(t *titanium.Ticket) float64 {
	if i := slices.Index([]string{"Trivial", "Low", "Medium", "High", "Critical"}, t.Priority); i >= 0 {
		return float64(i)
	}
	return 2
}
