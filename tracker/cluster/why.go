package cluster

import "slices"

const reasons = 8

// field names the place of a term in the text.
func (t *docTerm) field() string {
	switch {
	case t.kind.typed():
		return t.kind.String()
	case t.title > 0:
		return inTitle
	}
	return inBody
}

// why names the words that the text shares with a hit, by what they add to the
// score against itself, behind those in into. sc is resolved.
func (s *Scored) why(sc *scratch, h hit, into []Reason) []Reason {
	e := h.entry
	all := sc.reasons[:0]
	impacts := s.impacts(e, sc)
	for i, q := range s.query {
		weight := round(min(float64(q.weight)*float64(impacts[i])/float64(max(s.self, emptyWeight)), 1))
		if impacts[i] == 0 || len(all) == reasons && weight <= all[reasons-1].Weight {
			continue
		}
		at := len(all)
		for at > 0 && all[at-1].Weight < weight {
			at--
		}
		t := &s.doc.terms[q.term]
		all = slices.Insert(all, at, Reason{Word: t.surface, Field: t.field(), Weight: weight})
		all = all[:min(len(all), reasons)]
	}
	text := s.doc.text
	for _, tag := range []struct {
		word, field string
		same        bool
	}{
		{text.Product, "product", same(s.doc.tags.product, e.product)},
		{text.Version, "version", same(s.doc.tags.version, e.version)},
		{text.Organization, "organization", same(s.doc.tags.organization, e.organization)},
	} {
		if tag.same {
			all = append(all, Reason{Word: tag.word, Field: tag.field})
		}
	}
	sc.reasons = all
	return append(into, all[:min(len(all), reasons)]...)
}

func same[T uint32 | uint64](a, b T) bool { return a != 0 && a == b }
