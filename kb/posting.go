package kb

import (
	"math"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// postings are where a term stands in a field: one part's list of it, and how the word
// that was typed found it.
type postings struct {
	field  string
	term   string
	how    string  // see form
	weight float64 // of its occurrences
	*packed
}

// packed are the documents of one part that have a term in a field, in order, as the
// segment has them. They are read from it itself: bleve's own readers take several times as
// long for each.
type packed struct {
	*searcher
	part
	name  listOf
	dict  segment.TermDictionary
	some  segment.PostingsList // without what was deleted
	count uint64               // of them
	all   []occurrence         // once it was read; what was deleted too
}

// open finds a form in a field.
func (s *searcher) open(into []postings, field string, f form) ([]postings, error) {
	lists, err := s.find(termOf{field, f.term})
	for _, l := range lists {
		into = append(into, postings{field, f.term, f.how, f.weight, l})
	}
	return into, err
}

// termOf names a term of a field.
type termOf struct{ field, term string }

// find looks a term up, once in a search.
func (s *searcher) find(t termOf) (all []*packed, err error) {
	if have, ok := s.opened[t]; ok {
		return have, nil
	}
	dicts, err := s.dictionaries(t.field)
	if err != nil {
		return nil, err
	}
	term := []byte(t.term)
	for i, p := range s.parts {
		if dicts[i].Cardinality() == 0 {
			continue
		}
		some, err := dicts[i].PostingsList(term, p.Deleted(), nil)
		if err != nil {
			return nil, err
		}
		if n := some.Count(); n > 0 {
			all = append(all, &packed{searcher: s, part: p, name: listOf{p.Id(), t}, dict: dicts[i], some: some, count: n})
		}
	}
	s.opened[t] = all
	return all, s.ctx.Err()
}

// read reads all of it, what was deleted too.
func (l *packed) read() ([]occurrence, error) {
	if l.all == nil {
		l.all, _ = l.unpacked.get(l.name)
	}
	if l.all != nil {
		return l.all, l.ctx.Err()
	}
	whole := l.some
	if l.Deleted() != nil {
		var err error
		if whole, err = l.dict.PostingsList([]byte(l.name.term), nil, nil); err != nil {
			return nil, err
		}
	}
	all := make([]occurrence, 0, whole.Count())
	for it := whole.Iterator(true, true, false, nil); ; {
		if len(all)%4096 == 0 && l.ctx.Err() != nil {
			return nil, l.ctx.Err()
		}
		at, err := it.Next()
		if err != nil {
			return nil, err
		}
		if at == nil {
			break
		}
		all = append(all, occurrence{uint32(at.Number()), uint32(at.Frequency()), uint32(lengthOf(at))})
	}
	l.all = all
	l.unpacked.keep(l.name, all)
	return all, nil
}

// of reads what it says of m's documents, and maybe of others. Where those are few, it
// steps over the others; then the list is kept only if it was asked for before.
func (l *packed) of(m *matches) ([]occurrence, error) {
	wanted := m.until(l.end()) - m.until(l.first)
	before := l.all != nil
	if !before {
		l.all, before = l.unpacked.get(l.name)
	}
	switch {
	case l.all != nil && uint64(wanted) < l.count/8:
		return among(l.all, l.part, &m.docs), l.ctx.Err()
	case before || uint64(wanted) > l.count/2:
		return l.read()
	}
	l.unpacked.keep(l.name, nil)
	var found []occurrence
	it := l.some.Iterator(true, true, false, nil)
	at, err := it.Next()
	for d := range m.docs.between(l.first, l.end()) {
		if len(found)%1024 == 0 && l.ctx.Err() != nil {
			return nil, l.ctx.Err()
		}
		if err == nil && at != nil && at.Number() < d-l.first {
			at, err = it.Advance(d - l.first)
		}
		if at == nil || err != nil {
			break
		}
		if at.Number() == d-l.first {
			found = append(found, occurrence{uint32(at.Number()), uint32(at.Frequency()), uint32(lengthOf(at))})
		}
	}
	return found, err
}

// together finds a synonym that is a phrase: documents that have all its words in a field,
// each as often as the rarest of them.
func (s *searcher) together(into []postings, field string, f form) ([]postings, error) {
	lists, err := s.find(termOf{field, f.term})
	if err != nil {
		return nil, err
	}
	for _, l := range lists {
		first, err := l.read()
		if err != nil {
			return nil, err
		}
		found := slices.DeleteFunc(slices.Clone(first), func(o occurrence) bool { return s.deleted().has(l.first + uint64(o.doc)) })
		for _, w := range f.also {
			freqs := map[uint32]uint32{}
			for _, term := range s.forms(w) {
				others, err := s.find(termOf{field, term})
				if err != nil {
					return nil, err
				}
				for _, o := range others {
					if o.first != l.first {
						continue
					}
					all, err := o.read()
					if err != nil {
						return nil, err
					}
					for _, o := range all {
						freqs[o.doc] += o.freq
					}
				}
			}
			for i := range found {
				found[i].freq = min(found[i].freq, freqs[found[i].doc])
			}
			found = slices.DeleteFunc(found, func(o occurrence) bool { return o.freq == 0 })
		}
		if len(found) > 0 {
			into = append(into, postings{field, f.term, f.how, f.weight, &packed{searcher: s, part: l.part, count: uint64(len(found)), all: found}})
		}
	}
	return into, nil
}

// lengthOf is how many terms the field of a posting has. bleve gives 1/√length; its
// segments know the length itself.
func lengthOf(p interface{ Norm() float64 }) uint64 {
	if p, ok := p.(interface{ NormUint64() uint64 }); ok {
		return p.NormUint64()
	}
	norm := p.Norm()
	return uint64(math.Round(1 / float64(norm*norm)))
}

// walk calls fn for every document that has the term in the field, until it says enough.
func (s *searcher) walk(field, term string, fn func(d uint64) (enough bool)) error {
	lists, err := s.find(termOf{field, term})
	if err != nil {
		return err
	}
	for _, l := range lists {
		docs := l.some.Iterator(false, false, false, nil)
		for n := 1; ; n++ {
			if n%4096 == 0 && s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			doc, err := docs.Next()
			if err != nil {
				return err
			}
			if doc == nil {
				break
			}
			if fn(l.first + doc.Number()) {
				return nil
			}
		}
	}
	return nil
}
