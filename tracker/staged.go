package tracker

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// staged holds back the writes of one operation, so that operations which share
// a transaction fail one by one: what it was given reaches the writer below with
// flush, or never. Reading sees what is held back.
type staged struct {
	under   store.Writer
	changed map[place][]byte // nil: deleted
	in      map[store.Bucket]int
}

// place is where an entry stands.
type place struct {
	b store.Bucket
	k string
}

func (s *staged) Get(b store.Bucket, k []byte) ([]byte, error) {
	if v, ok := s.changed[place{b, string(k)}]; ok {
		return v, nil
	}
	return s.under.Get(b, k)
}

func (s *staged) Page(b store.Bucket, r store.Range, n int) ([]store.Entry, error) {
	if s.in[b] == 0 {
		return s.under.Page(b, r, n)
	}
	var mine []store.Entry
	for at, v := range s.changed {
		if at.b == b && r.Contains([]byte(at.k)) {
			mine = append(mine, store.Entry{Key: []byte(at.k), Value: v})
		}
	}
	// So many more from below that n are left when all of mine were deletions.
	below, err := s.under.Page(b, r, n+len(mine))
	if err != nil || len(mine) == 0 {
		return below, err
	}
	var out []store.Entry
	for _, e := range below {
		if _, ok := s.changed[place{b, string(e.Key)}]; !ok {
			out = append(out, e)
		}
	}
	for _, e := range mine {
		if e.Value != nil {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b store.Entry) int {
		if r.Reverse {
			a, b = b, a
		}
		return bytes.Compare(a.Key, b.Key)
	})
	return out[:min(n, len(out))], nil
}

// Put keeps v itself, not a copy: who writes through a tx gives it away.
func (s *staged) Put(b store.Bucket, k, v []byte) error {
	if v == nil {
		v = []byte{}
	}
	return s.set(b, k, v)
}

func (s *staged) Delete(b store.Bucket, k []byte) error { return s.set(b, k, nil) }

func (s *staged) set(b store.Bucket, k, v []byte) error {
	if len(k) == 0 || len(k) > store.MaxKey || len(v) > store.MaxValue {
		return store.ErrTooLarge
	}
	if s.changed == nil {
		s.changed, s.in = map[place][]byte{}, map[store.Bucket]int{}
	}
	s.changed[place{b, string(k)}] = v
	s.in[b]++
	return nil
}

// flush writes what was held back, in the order of buckets and keys.
func (s *staged) flush() error {
	places := slices.SortedFunc(maps.Keys(s.changed), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.b, b.b), cmp.Compare(a.k, b.k))
	})
	for _, at := range places {
		var err error
		if v := s.changed[at]; v != nil {
			err = s.under.Put(at.b, []byte(at.k), v)
		} else {
			err = s.under.Delete(at.b, []byte(at.k))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
