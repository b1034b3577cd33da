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

// facets counts the values of fields among all that was found. It takes some
// nanoseconds a document; of a field that nearly every document has another value of,
// some tens of milliseconds in 100,000.
func (s *searcher) facets(found []candidate, fields []string) (map[string][]FacetCount, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	which := &set{}
	for _, c := range found {
		which.add(c.number)
	}
	all := map[string][]FacetCount{}
	for _, name := range fields {
		counts, err := s.frequencies(which, fieldPrefix+name)
		if err != nil {
			return nil, err
		}
		written, err := s.frequencies(which, spelledPrefix+name)
		if err != nil {
			return nil, err
		}
		all[name] = facet(counts, written)
	}
	return all, nil
}

// frequencies are how many of the documents have each value of a field.
func (s *searcher) frequencies(which *set, field string) (map[string]int, error) {
	all := map[string]int{}
	for _, p := range s.parts {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		c, err := s.column(p, field)
		if err != nil {
			return nil, err
		}
		if len(c.values) == 0 {
			continue
		}
		n := make([]int, len(c.values))
		for d := range which.between(p.first, p.end()) {
			for _, v := range c.has(d - p.first) {
				n[v]++
			}
		}
		for v, n := range n {
			if n > 0 {
				all[c.values[v]] += n
			}
		}
	}
	return all, nil
}

// facet are the values of most documents, by how many have them and then by value.
// Written are the values that are not written as they are compared.
func facet(counts, written map[string]int) []FacetCount {
	all := make([]FacetCount, 0, len(counts))
	for v, n := range counts {
		all = append(all, FacetCount{v, n})
	}
	slices.SortFunc(all, func(a, b FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	all = slices.Clip(all[:min(len(all), MaxFacet)])
	ways := map[string][]FacetCount{} // to write a value
	for w, n := range written {
		v := fieldTerm(w)
		ways[v] = append(ways[v], FacetCount{w, n})
	}
	for i, f := range all {
		best := FacetCount{f.Value, f.Count}
		for _, w := range ways[f.Value] {
			best.Count -= w.Count
		}
		for _, w := range ways[f.Value] {
			if w.Count > best.Count || w.Count == best.Count && w.Value < best.Value {
				best = w
			}
		}
		all[i].Value = best.Value
	}
	return all
}
