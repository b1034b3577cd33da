package kb

import (
	"cmp"
	"slices"
)

// FacetCount is a value of a field, and how many of the documents that were found
// have it.
type FacetCount struct {
	// Value is as most of them write it. It is a filter for the field as it stands.
	Value string `json:"value"`
	Count int    `json:"count"`
}

// MaxFacet is how many values of a field are counted out: the most frequent.
const MaxFacet = 50

// told are the facets that the reader may see.
func (q Query) told() []string {
	return slices.DeleteFunc(slices.Clone(q.Facets), func(name string) bool { return slices.Contains(q.inner, name) })
}

// facets counts the values of fields of some documents. It takes some
// nanoseconds a document; of a field that nearly every document has another value of,
// some hundred milliseconds in 100,000.
func (s *searcher) facets(which *set, fields []string) (map[string][]FacetCount, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	all := map[string][]FacetCount{}
	for _, name := range fields {
		counts, err := s.frequencies(which, name)
		if err != nil {
			return nil, err
		}
		all[name] = facet(counts)
	}
	return all, nil
}

// spelling is a value as it is compared, and as somebody wrote it.
type spelling struct{ value, form string }

// frequencies are how many of the documents have each value of a field, in each form.
func (s *searcher) frequencies(which *set, name string) (map[spelling]int, error) {
	all := map[spelling]int{}
	for _, p := range s.parts {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		c, err := s.column(p, spelledPrefix+name, s.written)
		if err != nil {
			return nil, err
		}
		if len(c.values) == 1 {
			continue
		}
		n := make([]int, len(c.values))
		for d := range which.between(p.first, p.end()) {
			for _, v := range c.has(d - p.first) {
				n[v]++
			}
		}
		for v, n := range n[1:] {
			if v%4096 == 0 && s.ctx.Err() != nil {
				return nil, s.ctx.Err()
			}
			if n > 0 {
				all[spelling{c.values[v+1], c.forms[v+1]}] += n
			}
		}
	}
	return all, s.ctx.Err()
}

// facet are the values of most documents, by how many have them and then by value, each
// in the form that most of these documents have.
func facet(counts map[spelling]int) []FacetCount {
	type most struct{ all, best FacetCount }
	values := make(map[string]most, len(counts))
	for s, n := range counts {
		m := values[s.value]
		m.all.Value = s.value
		m.all.Count += n
		if n > m.best.Count || n == m.best.Count && s.form < m.best.Value {
			m.best = FacetCount{s.form, n}
		}
		values[s.value] = m
	}
	all := make([]most, 0, len(values))
	for _, m := range values {
		all = append(all, m)
	}
	all = foremost(all, MaxFacet, func(a, b most) int {
		if a.all.Count != b.all.Count {
			return cmp.Compare(b.all.Count, a.all.Count)
		}
		return cmp.Compare(a.all.Value, b.all.Value)
	})
	out := make([]FacetCount, len(all))
	for i, m := range all {
		out[i] = FacetCount{m.best.Value, m.all.Count}
	}
	return out
}
