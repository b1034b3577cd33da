package kb

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker"
)

// Question is what to find out next, because the candidates of a ticket answer it
// differently.
type Question struct {
	Ask  string  `json:"ask"`  // for the agent, who puts it in their own words
	Why  string  `json:"why"`  // what the candidates' tickets say
	Gain float64 `json:"gain"` // how much the answer is expected to tell, in bits, after the questions before it
	// Tells are what answers would mean, the likeliest answer first.
	Tells []Tell `json:"tells"`
}

// Tell is what an answer speaks for.
type Tell struct {
	Answer  string            `json:"answer"`
	Problem tracker.ProblemID `json:"problem,omitempty"` // one of the two is set
	Ticket  tracker.TicketID  `json:"ticket,omitempty"`
	Title   string            `json:"title"`
	Chance  float64           `json:"chance"` // that it is this one, among the candidates, by this answer alone
}

const (
	askQuestions = 3
	askAnswers   = 4    // of a question, that are shown
	askValues    = 8    // different answers that are told apart; the rest are one
	askLeast     = 0.05 // bits that a question has to be worth
	askShare     = 0.2  // of the first one's bits that a further one has to be worth: less is the same in other words
	askTells     = 0.05 // by which an answer has to raise a candidate's chance to speak for it
	elsewhere    = "another"
)

// rival is what a ticket may belong to, and what speaks for it so far.
type rival struct {
	problem tracker.ProblemID
	ticket  tracker.TicketID // of no problem yet
	title   string
	weight  float64 // chances are in proportion to it
}

func (r rival) name() string {
	if r.problem != 0 {
		return fmt.Sprintf("P%d %s", r.problem, brief(r.title, 40))
	}
	return brief(r.title, 40)
}

// feature is something that tickets have in one of several forms, counted for each
// rival.
type feature struct {
	ask    string
	order  int // of its kind: facts before answers before words
	say    bool
	counts []map[string]float64 // by rival: tickets with each answer
	likely []map[string]float64 // by rival: how likely each answer is, see estimate
	values []string
}

// estimate makes likelihoods of the counts: a rival's own share of each answer, drawn
// to the share among all by the weight of one ticket. So a rival of which nothing is
// known is neither favoured nor ruled out, and a single ticket proves little.
func (f *feature) estimate() {
	all, total := map[string]float64{}, 0.0
	for _, c := range f.counts {
		for _, v := range sortedKeys(c) {
			all[v] += c[v]
			total += c[v]
		}
	}
	f.values = sortedKeys(all)
	slices.SortStableFunc(f.values, func(a, b string) int { return cmp.Compare(all[b], all[a]) })
	if len(f.values) > askValues {
		for _, v := range f.values[askValues-1:] {
			for _, c := range f.counts {
				if n := c[v]; n > 0 {
					delete(c, v)
					c[elsewhere] += n
				}
			}
		}
		f.estimate()
		return
	}
	f.likely = make([]map[string]float64, len(f.counts))
	for i, c := range f.counts {
		n := 0.0
		for _, v := range f.values {
			n += c[v]
		}
		f.likely[i] = map[string]float64{}
		for _, v := range f.values {
			f.likely[i][v] = (c[v] + all[v]/total) / (n + 1)
		}
	}
}

// after is how likely an answer is, and the chances of the rivals once it is given.
func (f *feature) after(chances []float64, answer string) (float64, []float64) {
	p, then := 0.0, make([]float64, len(chances))
	for i, c := range chances {
		then[i] = float64(c * f.likely[i][answer])
		p += then[i]
	}
	for i := range then {
		then[i] /= p
	}
	return p, then
}

// gain is the expected information of the answer about which rival it is, in bits:
//
//	I(C; A) = H(C) − Σ_a P(a) · H(C | A = a)
//
// (Lindley, On a measure of the information provided by an experiment, 1956; the
// measure by which decision trees choose what to ask, Quinlan, 1986).
func (f *feature) gain(chances []float64) float64 {
	g := entropy(chances)
	for _, v := range f.values {
		p, then := f.after(chances, v)
		g -= float64(p * entropy(then))
	}
	return g
}

func entropy(chances []float64) float64 {
	h := 0.0
	for _, p := range chances {
		if p > 0 {
			h -= float64(p * math.Log2(p))
		}
	}
	return h
}

// questions chooses what to ask: the question of highest gain, then that of highest
// gain given what may be answered to the first, and so on. Answers are taken to be
// independent of each other for each rival. Of equal ones, within a millionth, a fact
// comes before a word, and then the order is that of the alphabet.
func questions(rivals []rival, features []*feature) []Question {
	if len(rivals) < 2 {
		return nil
	}
	prior, sum := make([]float64, len(rivals)), 0.0
	for _, r := range rivals {
		sum += r.weight
	}
	for i, r := range rivals {
		prior[i] = r.weight / sum
	}
	for _, f := range features {
		f.estimate()
	}
	slices.SortStableFunc(features, func(a, b *feature) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.ask, b.ask))
	})
	type state struct {
		weight  float64
		chances []float64
	}
	states := []state{{1, prior}}
	var asked []Question
	for len(asked) < askQuestions {
		var best *feature
		most := 0.0
		for _, f := range features {
			g := 0.0
			for _, s := range states {
				g += float64(s.weight * f.gain(s.chances))
			}
			if g = math.Round(g*1e6) / 1e6; g > most {
				best, most = f, g
			}
		}
		if best == nil || most < askLeast || len(asked) > 0 && most < askShare*asked[0].Gain {
			break
		}
		asked = append(asked, best.question(rivals, prior, most))
		features = slices.DeleteFunc(slices.Clone(features), func(f *feature) bool { return f == best })
		var next []state
		for _, s := range states {
			for _, v := range best.values {
				p, then := best.after(s.chances, v)
				next = append(next, state{float64(s.weight * p), then})
			}
		}
		states = next
	}
	return asked
}

func (f *feature) question(rivals []rival, prior []float64, gain float64) Question {
	q := Question{Ask: f.ask, Gain: gain, Why: f.why(rivals)}
	chance := map[string]float64{}
	for _, v := range f.values {
		chance[v], _ = f.after(prior, v)
	}
	values := slices.Clone(f.values)
	slices.SortStableFunc(values, func(a, b string) int { return cmp.Compare(chance[b], chance[a]) })
	for _, v := range values {
		_, then := f.after(prior, v)
		best := 0
		for i := range then {
			if then[i]-prior[i] > then[best]-prior[best]+1e-6 {
				best = i
			}
		}
		if v == elsewhere || then[best]-prior[best] < askTells || len(q.Tells) == askAnswers {
			continue
		}
		r := rivals[best]
		q.Tells = append(q.Tells, Tell{Answer: v, Problem: r.problem, Ticket: r.ticket, Title: r.title, Chance: math.Round(then[best]*100) / 100})
	}
	return q
}

// why are the counts of the first three rivals.
func (f *feature) why(rivals []rival) string {
	var parts []string
	for i, c := range f.counts[:min(3, len(f.counts))] {
		n, top := 0.0, ""
		for _, v := range f.values {
			if n += c[v]; c[v] > c[top] {
				top = v
			}
		}
		switch {
		case f.say:
			parts = append(parts, fmt.Sprintf("%.0f of %s of %q", c[yes], count(int(n), "ticket"), rivals[i].name()))
		case n == 0:
			parts = append(parts, fmt.Sprintf("nothing known of %q", rivals[i].name()))
		default:
			parts = append(parts, fmt.Sprintf("%q: %s in %.3g of %.3g", rivals[i].name(), top, c[top], n))
		}
	}
	if f.say {
		return "it is said in " + strings.Join(parts, ", ")
	}
	return strings.Join(parts, "; ")
}
