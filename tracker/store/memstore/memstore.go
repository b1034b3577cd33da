// Package memstore keeps a [store.Store] in memory, for tests and for programs
// that end with what they know. A View reads the tree as it was when the View
// began, without waiting for anybody: an Update builds a new tree beside it and
// puts it in place when it is done.
package memstore

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"sync/atomic"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/internal/gate"
)

// Store is a [store.Store] and a [store.Sizer]. Make one with [New].
type Store struct {
	gate *gate.Gate
	now  atomic.Pointer[map[store.Bucket]*tree]
}

var (
	_ store.Store = (*Store)(nil)
	_ store.Sizer = (*Store)(nil)
)

// New returns an empty store.
func New() *Store {
	s := &Store{gate: gate.New()}
	s.now.Store(&map[store.Bucket]*tree{})
	return s
}

// View implements [store.Store]. It never waits.
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := s.gate.Enter(ctx); err != nil {
		return err
	}
	defer s.gate.Leave()
	r := &reader{buckets: *s.now.Load()}
	defer r.end()
	return fn(r)
}

// Update implements [store.Store]. Its only errors are those of fn and of ctx, and
// [store.ErrClosed].
func (s *Store) Update(ctx context.Context, fn func(store.Writer) error) error {
	if err := s.gate.Begin(ctx); err != nil {
		return err
	}
	defer s.gate.End()
	w := &writer{reader{buckets: maps.Clone(*s.now.Load())}}
	defer w.end()
	if err := fn(w); err != nil {
		return err
	}
	buckets := w.buckets
	s.now.Store(&buckets)
	return nil
}

// Close implements [store.Store]. What the store held is gone.
func (s *Store) Close() error {
	if s.gate.Close() {
		s.now.Store(&map[store.Bucket]*tree{})
	}
	return nil
}

// Size implements [store.Sizer]: the bytes of all keys and values. It reads them
// all.
func (s *Store) Size() (int64, error) {
	if err := s.gate.Enter(context.Background()); err != nil {
		return 0, err
	}
	defer s.gate.Leave()
	var n int64
	for _, t := range *s.now.Load() {
		n += t.bytes()
	}
	return n, nil
}

type reader struct {
	buckets map[store.Bucket]*tree
	ended   atomic.Bool
}

func (r *reader) end() { r.ended.Store(true) }

func (r *reader) check(err error) error {
	if r.ended.Load() {
		return fmt.Errorf("%w: this reader ended when the function that received it returned", store.ErrClosed)
	}
	return err
}

func (r *reader) Get(b store.Bucket, key []byte) ([]byte, error) {
	if err := r.check(store.CheckBucket(b)); err != nil {
		return nil, err
	}
	v, _ := r.buckets[b].get(key)
	return v, nil
}

func (r *reader) Page(b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
	if err := r.check(store.CheckPage(b, n)); err != nil {
		return nil, err
	}
	return r.buckets[b].page(rg, n), nil
}

type writer struct{ reader }

func (w *writer) Put(b store.Bucket, key, value []byte) error {
	if err := w.check(store.CheckBucket(b)); err != nil {
		return err
	}
	if err := store.CheckEntry(key, value); err != nil {
		return err
	}
	if value = bytes.Clone(value); value == nil {
		value = []byte{}
	}
	w.buckets[b] = w.buckets[b].with(bytes.Clone(key), value)
	return nil
}

func (w *writer) Delete(b store.Bucket, key []byte) error {
	if err := w.check(store.CheckBucket(b)); err != nil {
		return err
	}
	if _, there := w.buckets[b].get(key); there {
		w.buckets[b] = w.buckets[b].without(key)
	}
	return nil
}
