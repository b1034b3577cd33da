package kb

import (
	"context"
	"strconv"
)

// naming are the numbers of the records of a kind whose field names one of the given
// numbers, as far as the index knows. The caller is the writer.
func (b *Base) naming(ctx context.Context, kind Kind, field string, given ...uint64) (ids []uint64, err error) {
	g := b.index.gen
	defer func() {
		if err != nil && ctx.Err() == nil {
			g.fail(err)
			err = g.err()
		}
	}()
	defer g.guard(&err)
	defer faultless()()
	r, err := g.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s, err := newSearcher(ctx, r)
	if err != nil {
		return nil, err
	}
	defer s.close()
	var found []candidate
	for _, n := range given {
		err = s.walk(fieldPrefix+field, strconv.FormatUint(n, 10), func(d uint64) bool {
			found = append(found, candidate{number: d})
			return false
		})
		if err != nil {
			return nil, err
		}
	}
	if found, err = s.best(found, len(found)); err != nil {
		return nil, err
	}
	for _, c := range found {
		if of, id := unkey(c.key); of == kind {
			if n, err := strconv.ParseUint(id, 10, 64); err == nil {
				ids = append(ids, n)
			}
		}
	}
	return ids, nil
}
