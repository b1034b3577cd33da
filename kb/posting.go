package kb

import "math"

// postings are the documents of one part that have a term in a field, in order. They
// are read from the segment itself: bleve's own readers take several times as long for
// each of them.
type postings struct {
	field string
	term  string
	count uint64
	// walk calls fn for each; among for those of docs, which are in order. It says how
	// often the term stands there, and how many terms the field has.
	walk  func(fn func(d, freq, length uint64)) error
	among func(docs []uint64, fn func(d, freq, length uint64)) error
}

// open finds a term in a field.
func (s *searcher) open(into []postings, field, term string) ([]postings, error) {
	for _, p := range s.parts {
		dict, err := p.Segment().Dictionary(field)
		if err != nil {
			return nil, err
		}
		list, err := dict.PostingsList([]byte(term), p.Deleted(), nil)
		if err != nil {
			return nil, err
		}
		count := list.Count()
		if count == 0 {
			continue
		}
		walk := func(fn func(d, freq, length uint64)) error {
			it := list.Iterator(true, true, false, nil)
			for n := 0; ; n++ {
				if n%4096 == 0 && s.ctx.Err() != nil {
					return s.ctx.Err()
				}
				at, err := it.Next()
				if at == nil || err != nil {
					return err
				}
				fn(p.first+at.Number(), at.Frequency(), lengthOf(at))
			}
		}
		among := func(docs []uint64, fn func(d, freq, length uint64)) error {
			it := list.Iterator(true, true, false, nil)
			at, err := it.Next()
			for n, d := range docs {
				if n%1024 == 0 && s.ctx.Err() != nil {
					return s.ctx.Err()
				}
				if d < p.first {
					continue
				}
				if err == nil && at != nil && p.first+at.Number() < d {
					at, err = it.Advance(d - p.first)
				}
				if at == nil || err != nil {
					return err
				}
				if p.first+at.Number() == d {
					fn(d, at.Frequency(), lengthOf(at))
				}
			}
			return nil
		}
		into = append(into, postings{field: field, term: term, count: count, walk: walk, among: among})
	}
	return into, s.ctx.Err()
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
