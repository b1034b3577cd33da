package report

import (
	"math"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/internal/redact"
	"github.com/supportloop/supportloop/tracker/show"
)

const mostWords = 12 // of the words that matched

// evidence gathers the decisions about one problem.
type evidence struct {
	people int
	rules  map[string]*ruleTally
	words  map[string]*wordTally
}

type ruleTally struct {
	scores    []float64
	threshold float64
}

// wordTally is one word that matched. It is shown if two people used it: a word of
// one person's may be their name.
type wordTally struct {
	shown     string
	decisions int
	by        person
	shared    bool
}

func newEvidence() evidence {
	return evidence{rules: map[string]*ruleTally{}, words: map[string]*wordTally{}}
}

func (t *tally) decision(d tracker.Decision) {
	p := t.of(d.Problem)
	if p == nil || d.UndoneBy != 0 || d.Verb == tracker.VerbUndo || !d.At.Before(t.until) {
		return
	}
	if t.product != "" && d.Ticket != 0 {
		if _, ours := t.tickets[d.Ticket]; !ours {
			return
		}
	}
	e := &p.evidence
	if d.Rule == "" { // a person's word, whatever handle it was given through
		e.people++
		return
	}
	r := e.rules[d.Rule]
	if r == nil {
		r = &ruleTally{}
		e.rules[d.Rule] = r
	}
	r.scores = append(r.scores, d.Score)
	r.threshold = max(r.threshold, d.Threshold)
	for _, why := range d.Why {
		shown := show.Line(why.Word)
		w := e.words[strings.ToLower(shown)]
		if w == nil {
			w = &wordTally{shown: shown, by: t.tickets[d.Ticket].who}
			e.words[strings.ToLower(shown)] = w
		}
		w.decisions++
		for _, k := range []tracker.TicketID{d.Ticket, d.With} {
			f, ok := t.tickets[k]
			w.shared = w.shared || ok && f.who != w.by
		}
	}
}

func (e evidence) result(label []string) Evidence {
	out := Evidence{ByPeople: e.people}
	names := map[string]int{}
	for name, r := range e.rules {
		names[name] = len(r.scores)
	}
	for _, c := range sorted(names, len(names)) {
		r := e.rules[c.Name]
		slices.Sort(r.scores)
		n := len(r.scores)
		out.Rules = append(out.Rules, Rule{
			Name: c.Name, Decisions: n,
			Lowest: hundredths(r.scores[0]), Median: hundredths(r.scores[n/2]), Highest: hundredths(r.scores[n-1]),
			Threshold: hundredths(r.threshold),
		})
	}
	words := map[string]int{}
	for key, w := range e.words {
		labelled := slices.ContainsFunc(label, func(l string) bool { return strings.EqualFold(l, key) })
		if _, hides := (redact.Redaction{Titles: true}).Sentence(w.shown); hides == 0 && key != "" && (w.shared || labelled) {
			words[w.shown] = w.decisions
		}
	}
	out.Words = sorted(words, mostWords)
	return out
}

func hundredths(x float64) float64 { return math.Round(float64(x*100)) / 100 }
