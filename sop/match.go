package sop

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Facts are what is known about a ticket. Empty means not known.
type Facts struct {
	Kind     string // question, incident, request, suggestion, complaint or praise
	Channel  string
	Product  string
	Version  string // of the product, like 4.2.1
	Language string // BCP 47; a test for en holds for en-GB too
	Status   string // of the ticket: new, open, pending, on_hold, solved or closed
	Spend    Money  // what the customer pays us, over the time the team counts by
	Title    string
	Text     string // what the customer wrote; the first MaxText bytes count

	Problem      uint64 // id of the problem the ticket is tied to; 0: none
	ProblemTitle string

	Words []string          // further words or phrases to find by, such as the topic's
	Extra map[string]string // what else the caller knows: a test names it extra.KEY
}

// Match is how well a procedure fits.
type Match struct {
	Procedure *Procedure
	Holds     bool     // whether it applies; always true in what Library.Match returns
	Score     float64  // how specifically, 0 when it does not apply; comparable within one library only
	Why       []Reason // every line of the condition, in file order
}

// Reason is one line of a condition: a group, or a test within one.
type Reason struct {
	Depth int    // 0 at the top; the lines of a group are one deeper
	Text  string // the line in words: `kind is "incident"`, or "all of", "any of", "none of"
	Held  bool   // whether the line is true; a test under "none of" should not be
	Seen  string // the value, or the words of it, that a test saw; empty: nothing is known
	Pos   Position
}

// String returns the line as a person reads it: "yes" or "no", what was looked
// for and what was seen.
func (r Reason) String() string {
	s := strings.Repeat("    ", r.Depth) + "no   " + r.Text
	if r.Held {
		s = strings.Repeat("    ", r.Depth) + "yes  " + r.Text
	}
	if r.Seen != "" {
		s += ", saw " + strconv.Quote(r.Seen)
	}
	return s
}

// Match returns the active procedures that apply, the most specific first and
// equal ones by id.
//
// The score adds up what held. A test of the problem counts 8, of its title 4, of
// words 2 and of a phrase of several words 3, of the version 2, that something
// exists ½, any other 1. Of the tests under any, and of the phrases of one
// contains, the best counts whole and the others an eighth, together at most 1.
// What none excludes counts nothing. The weights are chosen, not measured; they
// are sums of eighths, so every machine gets the same score.
func (l *Library) Match(f Facts) []Match {
	if len(l.all) == 0 {
		return nil
	}
	v := newView(f)
	var out []Match
	may := l.gate.passes(v)
	for i, p := range l.all {
		if may[i] && p.Status == Active && !p.When.IsZero() && v.holds(&p.When) {
			out = append(out, v.explain(p))
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// Explain says whether and why p applies, whatever its status.
func (p *Procedure) Explain(f Facts) Match { return newView(f).explain(p) }

func (v *view) explain(p *Procedure) Match {
	m := Match{Procedure: p}
	if !p.When.IsZero() {
		m.Holds, m.Score = v.weigh(&p.When, 0, &m.Why)
	}
	if !m.Holds {
		m.Score = 0
	}
	return m
}

// holds is weigh without the reasons, and stops as soon as it knows.
func (v *view) holds(c *Condition) bool {
	if c.Test != nil && !v.test(c.Test) {
		return false
	}
	any := len(c.Any) == 0
	for _, slow := range [...]bool{false, true} {
		for i := range c.All {
			if c.All[i].slow == slow && !v.holds(&c.All[i]) {
				return false
			}
		}
		for i := range c.None {
			if c.None[i].slow == slow && v.holds(&c.None[i]) {
				return false
			}
		}
		for i := 0; i < len(c.Any) && !any; i++ {
			any = c.Any[i].slow == slow && v.holds(&c.Any[i])
		}
	}
	return any
}

// weigh returns whether a condition holds and how specific what held is, and
// appends a reason a line.
func (v *view) weigh(c *Condition, depth int, why *[]Reason) (held bool, score float64) {
	held = true
	if c.Test != nil {
		surfaces, weight := v.see(c.Test)
		held = v.test(c.Test)
		*why = append(*why, Reason{depth, c.Test.String(), held, surfaces, c.Test.Pos})
		if !held {
			return false, 0
		}
		score = weight
	}
	group := func(name string, list []Condition) (count int, sum, best float64) {
		if len(list) == 0 {
			return 0, 0, 0
		}
		head := len(*why)
		*why = append(*why, Reason{Depth: depth, Text: name, Pos: c.Pos})
		for i := range list {
			ok, s := v.weigh(&list[i], depth+1, why)
			if ok {
				count, sum, best = count+1, sum+s, max(best, s)
			}
		}
		ok := map[string]bool{"all of": count == len(list), "any of": count > 0, "none of": count == 0}[name]
		(*why)[head].Held = ok
		held = held && ok
		return count, sum, best
	}
	_, all, _ := group("all of", c.All)
	_, sum, best := group("any of", c.Any)
	group("none of", c.None)
	return held, score + all + alternatives(sum, best)
}

// alternatives is what several ways to say the same thing count together.
func alternatives(sum, best float64) float64 { return best + min(1, (sum-best)/8) }
