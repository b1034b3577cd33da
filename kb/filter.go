package kb

import (
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/supportloop/supportloop/tracker"
)

// allowed are the documents that the filters let through, those of the program and
// those that were typed; nil is all. Every filter narrows: what is typed cannot
// widen what the program lets through.
func (s *searcher) allowed(p parsed, q Query) (*set, error) {
	var allowed *set
	narrow := func(field string, values []string) error {
		with, err := s.having(field, values)
		allowed = allowed.and(with)
		return err
	}
	for _, f := range sortedKeys(p.only) {
		if err := narrow(f, p.only[f]); err != nil {
			return nil, err
		}
	}
	for _, f := range sortedKeys(q.Fields) {
		var values []string
		for _, v := range q.Fields[f] {
			values = append(values, fieldTerm(v))
		}
		if err := narrow(f, values); err != nil {
			return nil, err
		}
	}
	if len(q.Kinds) > 0 {
		var kinds []string
		for _, k := range q.Kinds {
			kinds = append(kinds, string(k))
		}
		if err := narrow(kindField, kinds); err != nil {
			return nil, err
		}
	}
	if q.Audience == tracker.Customers {
		if err := narrow("audience", []string{string(tracker.Customers)}); err != nil {
			return nil, err
		}
	}
	if len(q.gone) > 0 {
		rest, err := s.without(q.gone)
		if err != nil {
			return nil, err
		}
		allowed = rest.and(allowed)
	}
	if since, until := later(q.Since, p.since), earlier(q.Until, p.until); !since.IsZero() || !until.IsZero() {
		with, err := s.timely(since, until)
		if err != nil {
			return nil, err
		}
		allowed = allowed.and(with)
	}
	return allowed, nil
}

// fewValues is up to how many values a field has in a segment for its column to be
// worth making for a filter.
const fewValues = 1000

// having are the documents that have one of the values in a field.
func (s *searcher) having(field string, values []string) (*set, error) {
	field = fieldPrefix + field
	found := &set{}
	dicts, err := s.dictionaries(field)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(dicts, func(d segment.TermDictionary) bool { return d.Cardinality() > fewValues }) {
		for _, v := range values {
			err := s.walk(field, v, func(d uint64) bool {
				found.add(d)
				return false
			})
			if err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	for _, p := range s.parts {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		c, err := s.column(p, field, s.turned)
		if err != nil {
			return nil, err
		}
		wanted, some := make([]bool, len(c.values)), false
		for _, v := range values {
			if i, ok := slices.BinarySearch(c.values, v); ok {
				wanted[i], some = true, true
			}
		}
		if !some {
			continue
		}
		for d := range p.Segment().Count() {
			for _, v := range c.has(d) {
				if wanted[v] {
					found.add(p.first + d)
				}
			}
		}
	}
	found.not(s.deleted())
	return found, nil
}

// without are all documents but those of the given keys.
func (s *searcher) without(keys map[string]bool) (*set, error) {
	gone := &set{}
	for key := range keys {
		id, err := s.reader.InternalID(key)
		if err != nil {
			return nil, err
		}
		if id != nil {
			gone.add(id.Value())
		}
	}
	rest := s.all()
	rest.not(gone)
	return rest, nil
}

// hides reports whether documents of the kind that q hides are to be left out: no
// kind was asked for.
func (q Query) hides(p parsed) bool {
	return q.hidden != "" && len(q.Kinds)+len(q.Fields[kindField])+len(p.only[kindField]) == 0
}
