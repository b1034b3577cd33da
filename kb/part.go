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
