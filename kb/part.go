package kb

import (
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// part is one of bleve's segments as the reader sees it: its documents have the numbers
// from first on, and those before the next part.
type part struct {
	*scorch.SegmentSnapshot
	first uint64
}

// partsOf are the segments of a reader, in order.
func partsOf(r index.IndexReader) ([]part, error) {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("a reader of kind %T", r)
	}
	var all []part
	next := uint64(0)
	for _, seg := range snapshot.Segments() {
		all = append(all, part{seg, next})
		next += seg.Segment().Count()
	}
	return all, nil
}

// end is the number after the last document's.
func (p part) end() uint64 { return p.first + p.Segment().Count() }

// deleted are the documents that parts have and that are no more.
func (s *searcher) deleted() *set {
	if s.gone == nil {
		s.gone = &set{}
		for _, p := range s.parts {
			if p.Deleted() != nil {
				s.gone.lay(p.Deleted().ToDense(), p.first)
			}
		}
	}
	return s.gone
}

// all are all documents.
func (s *searcher) all() *set {
	every := &set{}
	for _, p := range s.parts {
		for d := p.first; d < p.end(); d++ {
			every.add(d)
		}
	}
	every.not(s.deleted())
	return every
}
