package kb

import (
	"math"
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// postings are the documents of one part that have a term in a field, in order. They
// are read from the segment itself: bleve's own readers take several times as long for
// each of them.
type postings struct {
	field  string
	term   string
	how    string  // the word found it; see form
	weight float64 // of its occurrences
	count  uint64
	// walk calls fn for each; among for those of docs, which are in order. It says how
	// often the term stands there, and how many terms the field has.
	walk  func(fn func(d, freq, length uint64)) error
	among func(docs []uint64, fn func(d, freq, length uint64)) error
}

// open finds a form in a field.
func (s *searcher) open(into []postings, field string, f form) ([]postings, error) {
	lists, err := s.find(termOf{field, f.term})
	for _, l := range lists {
		l.how, l.weight = f.how, f.weight
		into = append(into, l)
	}
	return into, err
}

// termOf names a term of a field.
type termOf struct{ field, term string }

// find looks a term up, once in a search.
func (s *searcher) find(t termOf) (all []postings, err error) {
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
		list, err := dicts[i].PostingsList(term, p.Deleted(), nil)
		if err != nil {
			return nil, err
		}
		count := list.Count()
		if count == 0 {
			continue
		}
		packed := packed{s, p, dicts[i], listOf{p.Id(), t}, list}
		all = append(all, postings{field: t.field, term: t.term, count: count, walk: packed.walk, among: packed.among})
	}
	s.opened[t] = all
	return all, s.ctx.Err()
}

// packed are the postings of a term as a segment has them.
type packed struct {
	*searcher
	part part
	dict segment.TermDictionary
	name listOf
	list segment.PostingsList // without what was deleted
}

func (l packed) walk(fn func(d, freq, length uint64)) error {
	all, _ := l.unpacked.get(l.name)
	if all == nil {
		var err error
		if all, err = l.unpack(); err != nil {
			return err
		}
		l.unpacked.keep(l.name, all)
	}
	deleted := l.part.Deleted() != nil
	for _, o := range all {
		if !deleted || !l.part.gone(uint64(o.doc)) {
			fn(l.part.first+uint64(o.doc), uint64(o.freq), uint64(o.length))
		}
	}
	return nil
}

// unpack reads them all, what was deleted too.
func (l packed) unpack() ([]occurrence, error) {
	list := l.list
	if l.part.Deleted() != nil {
		var err error
		if list, err = l.dict.PostingsList([]byte(l.name.term), nil, nil); err != nil {
			return nil, err
		}
	}
	all := make([]occurrence, 0, list.Count())
	for it := list.Iterator(true, true, false, nil); ; {
		if len(all)%4096 == 0 && l.ctx.Err() != nil {
			return nil, l.ctx.Err()
		}
		at, err := it.Next()
		if at == nil || err != nil {
			return all, err
		}
		all = append(all, occurrence{uint32(at.Number()), uint32(at.Frequency()), uint32(lengthOf(at))})
	}
}

// among steps over what is not asked for. It unpacks only a list that is asked for again.
func (l packed) among(docs []uint64, fn func(d, freq, length uint64)) error {
	all, before := l.unpacked.get(l.name)
	if all == nil && before {
		var err error
		if all, err = l.unpack(); err != nil {
			return err
		}
	}
	if all != nil || !before {
		l.unpacked.keep(l.name, all)
	}
	if all != nil {
		given(l.part, all, docs, fn)
		return l.ctx.Err()
	}
	it := l.list.Iterator(true, true, false, nil)
	at, err := it.Next()
	for n, d := range docs {
		if n%1024 == 0 && l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		if d < l.part.first {
			continue
		}
		if err == nil && at != nil && l.part.first+at.Number() < d {
			at, err = it.Advance(d - l.part.first)
		}
		if at == nil || err != nil {
			return err
		}
		if l.part.first+at.Number() == d {
			fn(d, at.Frequency(), lengthOf(at))
		}
	}
	return nil
}

// together finds a synonym that is a phrase: documents that have all its words in a field,
// each as often as the rarest of them.
func (s *searcher) together(into []postings, field string, f form) ([]postings, error) {
	type standing struct{ doc, freq, length uint64 }
	var found []standing
	for i, w := range append([]string{f.term}, f.also...) {
		terms := []string{w}
		if i > 0 {
			terms = s.forms(w)
		}
		freqs := map[uint64]uint64{}
		for _, term := range terms {
			lists, err := s.open(nil, field, form{term: term})
			if err != nil {
				return nil, err
			}
			for _, l := range lists {
				err := l.walk(func(d, freq, length uint64) {
					freqs[d] += freq
					if i == 0 {
						found = append(found, standing{d, freq, length})
					}
				})
				if err != nil {
					return nil, err
				}
			}
		}
		for j := range found {
			found[j].freq = min(found[j].freq, freqs[found[j].doc])
		}
		found = slices.DeleteFunc(found, func(o standing) bool { return o.freq == 0 })
	}
	if len(found) == 0 {
		return into, nil
	}
	walk := func(fn func(d, freq, length uint64)) error {
		for _, o := range found {
			fn(o.doc, o.freq, o.length)
		}
		return nil
	}
	among := func(docs []uint64, fn func(d, freq, length uint64)) error {
		at := 0
		for _, d := range docs {
			for at < len(found) && found[at].doc < d {
				at++
			}
			if at < len(found) && found[at].doc == d {
				fn(d, found[at].freq, found[at].length)
			}
		}
		return nil
	}
	return append(into, postings{
		field: field, term: f.term, how: f.how, weight: f.weight, count: uint64(len(found)), walk: walk, among: among,
	}), nil
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
