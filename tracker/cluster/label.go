package cluster

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// LabelText is one member of a group that is to be named.
type LabelText struct {
	Text     Text
	Customer uint64 // each customer is counted once; 0: nobody else's
}

// Label is how a group is named: a title and the words that set it apart.
type Label struct {
	Title string   // at most 80 characters; empty if no member has one that may be shown
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
// prior (Monroe, Colaresi and Quinn 2008), each customer counted once. Neither the title nor
// the words have anything that only one customer wrote and that is not common
// otherwise: names, addresses, numbers.
func (ix *Index) Label(members []LabelText) Label {
	ix.read()
	defer ix.mu.RUnlock()
	l := newLabeller(ix.world, members[:min(len(members), labelMembers)])
	return Label{Title: l.title(), Words: l.words()}
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

func (l *labeller) df(hash uint64) float64 {
	if id, ok := l.world.id(hash); ok {
		return float64(l.world.term(id).df)
	}
	return 0
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
		if !slices.Contains(words, w) {
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

// title is the title or first sentence that has most of the telling words for its
// length.
func (l *labeller) title() string {
	best, top := "", 0.0
	for i, d := range l.docs {
		t := l.clean(l.headline(l.members[i].Text), d)
		if t == "" {
			continue
		}
		seen := Prepare(Text{Title: t, Language: d.text.Language})
		weight := 0.0
		for _, x := range seen.terms {
			if lt := l.terms[x.hash]; lt != nil {
				weight += max(lt.weight, 0) * float64(len(lt.by)) / l.customers
			}
		}
		if weight = round(weight / math.Sqrt(float64(len(seen.terms))+4)); best == "" || weight > top {
			best, top = t, weight
		}
	}
	return best
}

// headline is a title, or the first sentence where there is none.
func (l *labeller) headline(t Text) string {
	if title := subject(normal(t.Title)); title != "" {
		if _, rest := greet(title); rest != "" {
			return rest
		}
	}
	var c cleaner
	c.start(normal(t.Body), false)
	for {
		line, why, ok := c.next()
		if !ok {
			return ""
		}
		if why != "" {
			continue
		}
		for _, end := range []string{". ", "! ", "? ", "。", "！", "？"} {
			if i := strings.Index(line, end); i > 0 {
				line = line[:i+1]
			}
		}
		return line
	}
}

// clean takes out of a headline what may not be shown, and shortens it.
func (l *labeller) clean(s string, d *Doc) string {
	var kept []string
	size := 0
	for _, chunk := range strings.Fields(s) {
		core := strings.TrimFunc(chunk, edge)
		if core != "" && !l.allowed(core, d) {
			continue
		}
		if size += utf8.RuneCountInString(chunk) + 1; size > labelTitle+1 {
			break
		}
		kept = append(kept, chunk)
	}
	t := strings.Trim(strings.Join(kept, " "), " ,;:-–—")
	if r, n := utf8.DecodeRuneInString(t); unicode.IsLower(r) {
		t = string(unicode.ToUpper(r)) + t[n:]
	}
	return t
}

// allowed says if a chunk may be shown: no value, and no word that is one customer's.
func (l *labeller) allowed(core string, d *Doc) bool {
	if value(core) != "" {
		return false
	}
	for _, t := range Prepare(Text{Title: core, Language: d.text.Language}).terms {
		if x := l.terms[t.hash]; x == nil || !l.shown(x) {
			r, _ := utf8.DecodeRuneInString(t.surface)
			if x != nil && x.kind == word && unicode.IsLower(r) && l.customers < 2 {
				continue // a word in lower case is nobody's name
			}
			return false
		}
	}
	return true
}
