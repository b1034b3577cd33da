package tracker

import (
	"bytes"
	"maps"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// staged holds back the writes of one operation, so that operations which share
// a transaction fail one by one: what it was given reaches the writer below with
// flush, or never. Reading sees what is held back.
type staged struct {
	under   store.Writer
	changed map[store.Bucket]map[string][]byte // nil: deleted
}

func (s *staged) Get(b store.Bucket, k []byte) ([]byte, error) {
	if v, ok := s.changed[b][string(k)]; ok {
		return v, nil
	}
	return s.under.Get(b, k)
}

func (s *staged) Page(b store.Bucket, r store.Range, n int) ([]store.Entry, error) {
	var mine []string
	for k := range s.changed[b] {
		if r.Contains([]byte(k)) {
			mine = append(mine, k)
		}
	}
	// So many more from below that n are left when all of mine were deletions.
	below, err := s.under.Page(b, r, n+len(mine))
	if err != nil || len(mine) == 0 {
		return below, err
	}
	var out []store.Entry
	for _, e := range below {
		if _, ok := s.changed[b][string(e.Key)]; !ok {
			out = append(out, e)
		}
	}
	for _, k := range mine {
		if v := s.changed[b][k]; v != nil {
			out = append(out, store.Entry{Key: []byte(k), Value: v})
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
		s.changed = map[store.Bucket]map[string][]byte{}
	}
	if s.changed[b] == nil {
		s.changed[b] = map[string][]byte{}
	}
	s.changed[b][string(k)] = v
	return nil
}

// flush writes what was held back, in the order of buckets and keys.
func (s *staged) flush() error {
	for _, b := range slices.Sorted(maps.Keys(s.changed)) {
		for _, k := range slices.Sorted(maps.Keys(s.changed[b])) {
			var err error
			if v := s.changed[b][k]; v != nil {
				err = s.under.Put(b, []byte(k), v)
			} else {
				err = s.under.Delete(b, []byte(k))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
