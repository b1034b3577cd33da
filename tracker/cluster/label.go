package cluster

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// LabelText is one member of a group that is to be named.
type LabelText struct {
	Text     Text
	Customer uint64 // each customer is counted once; 0: nobody else's
}

// Taken says if other groups have a title already, and if so by which words they are
// told apart.
type Taken func(title string) (words []string, yes bool)

// Label is how a group is named: a title and the words that set it apart.
type Label struct {
	Title string   // at most 80 characters; empty only if no member has a word that may be shown
	Words []string // most telling first, at most 8, as people write them
}

const (
	labelMembers = 12
	labelWords   = 8
	labelTitle   = 80 // characters
	labelPrior   = 20 // documents that the prior weighs as much as
	knownWord    = 3  // documents that make a word everybody's
)

// Label names a group by its members, of which it reads the first 12. Words are
// ranked by their log-odds against the whole index, with an informative Dirichlet
// prior (Monroe, Colaresi and Quinn 2008), each customer counted once. The words have
// nothing that only one customer wrote and that is not common otherwise. The title is
// the most telling of the members' titles, or where there is none a short clause of
// what they say; of what only one customer wrote it has at most words in lower case,
// which are nobody's name. Neither has addresses, numbers, or any of [Text.Names].
//
// A title that is taken is left to who has it. The next one that tells nearly as much
// does as well, or the best one with words behind it that are not theirs, or else, where
// nothing tells the two apart, with a number. A nil taken means that none is.
func (ix *Index) Label(members []LabelText, taken Taken) Label {
	ix.read()
	defer ix.mu.RUnlock()
	l := newLabeller(ix.world, members[:min(len(members), labelMembers)])
	words := l.words()
	return Label{Title: l.title(words, taken), Words: words}
}

type labeller struct {
	world     *world
	members   []LabelText
	docs      []*Doc
	customers float64
	terms     map[uint64]*labelTerm
}

type labelTerm struct {
	hash     uint64
	kind     kind
	surfaces map[string]int
	by       map[uint64]bool // customers
	weight   float64         // z-score of the log-odds
}

func newLabeller(w *world, members []LabelText) *labeller {
	l := &labeller{world: w, members: members, terms: map[uint64]*labelTerm{}}
	all := map[uint64]bool{}
	for i, m := range members {
		d := Prepare(m.Text)
		l.docs = append(l.docs, d)
		who := m.Customer
		if who == 0 {
			who = math.MaxUint64 - uint64(i)
		}
		all[who] = true
		for _, t := range d.terms {
			x := l.terms[t.hash]
			if x == nil {
				x = &labelTerm{hash: t.hash, kind: t.kind, surfaces: map[string]int{}, by: map[uint64]bool{}}
				l.terms[t.hash] = x
			}
			x.surfaces[t.surface]++
			x.by[who] = true
		}
	}
	l.customers = float64(len(all))
	for _, t := range l.terms {
		t.weight = l.weigh(t)
	}
	return l
}

// df is in how many documents a term stood as of the epoch, read off its idf, so that
// a name does not depend on what else a commit brought. One alone counts as none: a
// term that came since looks the same.
func (l *labeller) df(hash uint64) float64 {
	id, ok := l.world.id(hash)
	if !ok {
		return 0
	}
	n := math.Round(l.world.epoch.docs / math.Exp2(float64(l.world.term(id).idf)))
	if n <= 1 {
		return 0
	}
	return n
}

// weigh is the z-score of the log-odds ratio, equations 16 to 23 of the paper, with
// documents for words.
func (l *labeller) weigh(t *labelTerm) float64 {
	n := l.world.epoch.docs
	df := min(l.df(t.hash), n-1)
	prior := labelPrior * (df + 0.5) / (n + 1)
	here, there := min(float64(len(t.by)), l.customers)+prior, df+prior
	odds := math.Log(here/(l.customers+labelPrior-here)) - math.Log(there/(n+labelPrior-there))
	return round(odds / math.Sqrt(1/here+1/there))
}

// shown says that a term is not one customer's alone.
func (l *labeller) shown(t *labelTerm) bool {
	return len(t.by) >= 2 || l.df(t.hash) >= knownWord
}

func (l *labeller) words() []string {
	var all []*labelTerm
	least := 1.0
	if l.customers > 1 {
		least = max(2, l.customers/4)
	}
	for _, t := range l.terms {
		if t.weight > 0 && float64(len(t.by)) >= least && l.shown(t) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b *labelTerm) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.hash, b.hash))
	})
	var words []string
	for _, t := range all {
		w := t.surface()
		if !slices.Contains(words, w) && !functional(w) {
			words = append(words, w)
		}
		if len(words) == labelWords {
			break
		}
	}
	return words
}

// surface is the form that is written most, in lower case where that is a form.
func (t *labelTerm) surface() string {
	best, n := "", 0
	for s, m := range t.surfaces {
		if t.kind == word && !shouted(s) {
			s = strings.ToLower(s)
			m = t.surfaces[s] + 1
		}
		if m > n || m == n && (len(s) < len(best) || len(s) == len(best) && s < best) {
			best, n = s, m
		}
	}
	return best
}

// shouted knows abbreviations: VPN.
func shouted(s string) bool {
	return len(s) > 1 && len(s) <= 5 && strings.ToUpper(s) == s && strings.ToLower(s) != s
}
