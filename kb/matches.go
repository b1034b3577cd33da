package kb

import (
	"math"
	"math/bits"
	"slices"
	"sync"
)

// matches are the documents that a query finds, in the order of the index, and what is
// reckoned for them. The n-th one's figures stand at n in slices, so that a search goes
// through memory from front to back, however few of the index's documents it finds.
type matches struct {
	docs   set
	before []uint32 // of each word of docs: how many members the words before it have
	n      int

	score []float64
	title []float64 // of score, for how much of the title was asked for

	tf     []float64 // of the word that is being counted
	having []uint32  // that have it, in the order in which they were met
	titles titles
}

// spare is memory of searches that ended, for others.
var spare = sync.Pool{New: func() any { return new(matches) }}

// number numbers docs, which may not change any more.
func (m *matches) number() {
	m.before = resized(m.before, len(m.docs.words))
	m.n = 0
	for i, w := range m.docs.words {
		m.before[i] = uint32(m.n)
		m.n += bits.OnesCount64(w)
	}
	m.score, m.title, m.tf = resized(m.score, m.n), resized(m.title, m.n), resized(m.tf, m.n)
	m.having = m.having[:0]
	m.titles.reset(m.n)
}

// resized is s with n zeros.
func resized[E any](s []E, n int) []E {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// until is how many stand before document d.
func (m *matches) until(d uint64) int {
	i := d / 64
	if i >= uint64(len(m.docs.words)) {
		return m.n
	}
	return int(m.before[i]) + bits.OnesCount64(m.docs.words[i]&(1<<(d%64)-1))
}

// count adds to tf what a list says of the documents that are here, and of a title's to
// titles, with the idf of the word.
func (m *matches) count(l postings, f weighed, idf float64) error {
	list, err := l.of(m)
	if err != nil {
		return err
	}
	for _, o := range list {
		d := l.first + uint64(o.doc)
		if !m.docs.has(d) {
			continue
		}
		n := m.until(d)
		if m.tf[n] == 0 {
			m.having = append(m.having, uint32(n))
		}
		freq := float64(o.freq)
		m.tf[n] += float64(l.weight * (float64(f.weight*freq) / (f.base + float64(f.slope*float64(o.length)))))
		if l.field == titleField {
			m.titles.add(n, float64(l.weight*freq), idf, o.length)
		}
	}
	return nil
}

// settle ends a word: what was counted becomes score.
func (m *matches) settle(typed, idf float64) {
	for _, n := range m.having {
		m.score[n] += gain(typed, idf, m.tf[n])
	}
	m.forget()
}

// forget begins a new word.
func (m *matches) forget() {
	for _, n := range m.having {
		m.tf[n] = 0
	}
	m.having = m.having[:0]
}

// entitle adds to the scores what the titles are worth, where a word that was not asked
// for counts as much as a typical one.
func (m *matches) entitle(typical float64) {
	for n := range m.score {
		if share := m.titles.share(n, typical); share > 0 {
			m.title[n] = float64(m.score[n] * titleShare * share)
			m.score[n] += m.title[n]
		}
	}
}

// keep drops all that are not ok, before they are entitled.
func (m *matches) keep(ok func(n int) bool) {
	n, left := 0, 0
	for d := range m.docs.all {
		if ok(n) {
			m.score[left] = m.score[n]
			left++
		} else {
			m.docs.words[d/64] &^= 1 << (d % 64)
		}
		n++
	}
	m.n, m.score, m.title = left, m.score[:left], m.title[:left]
}

// rounding is what scores are rounded to, so that the order of a sum's parts does not show.
const rounding = 1e6

// best are the n best and those that are as good as the last of them, in the order of the
// index.
func (m *matches) best(n int) []candidate {
	last := math.Inf(-1)
	if n < m.n {
		last = nth(m.score, n) - 1/rounding
	}
	found := make([]candidate, 0, min(n, m.n))
	at := 0
	for d := range m.docs.all {
		if m.score[at] >= last {
			found = append(found, candidate{number: d, score: math.Round(m.score[at]*rounding) / rounding, title: m.title[at]})
		}
		at++
	}
	return found
}

// nth is the n-th highest score, n from 1 to len(scores).
func nth(scores []float64, n int) float64 {
	low := make([]float64, 0, n) // a heap of the n highest so far, the lowest first
	for _, score := range scores {
		switch {
		case len(low) < n:
			low = append(low, score)
			if len(low) == n {
				slices.Sort(low)
			}
		case score > low[0]:
			low[0] = score
			for i := 0; ; {
				least := 2*i + 1
				if least >= n {
					break
				}
				if least+1 < n && low[least+1] < low[least] {
					least++
				}
				if low[i] <= low[least] {
					break
				}
				low[i], low[least] = low[least], low[i]
				i = least
			}
		}
	}
	return low[0]
}
