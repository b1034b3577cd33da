package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// broken is a sound store with one thing wrong. A hook that is nil passes on.
type broken struct {
	*medium
	view   func(s store.Store, ctx context.Context, fn func(store.Reader) error) error
	update func(s store.Store, ctx context.Context, fn func(store.Writer) error) error
	close  func(s store.Store) error
	get    func(r store.Reader, b store.Bucket, key []byte) ([]byte, error)
	page   func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error)
	put    func(w store.Writer, b store.Bucket, key, value []byte) error
	delete func(w store.Writer, b store.Bucket, key []byte) error

	reopen   func(m *medium) *medium
	readOnly bool
	verify   func(m *medium) (*store.Damage, error)
	backup   func(m *medium, w io.Writer) *medium
	compact  func(m *medium) error
	size     func(m *medium) (int64, error)

	backedUp *medium // what the byte that the last Backup wrote stands for
}

// medium is a memstore that outlives its Close, as a file does.
type medium struct {
	store.Store
	kept *dump
}

type dump struct {
	buckets map[store.Bucket][]store.Entry
}

func newMedium() *medium { return &medium{Store: memstore.New(), kept: &dump{}} }

var mediumBuckets = []store.Bucket{"b", "list", "fill", "other", "x", "y"}

func (m *medium) dump() (d *dump) {
	_ = m.View(bg, func(r store.Reader) error { d = dumpOf(r); return nil })
	return d
}

func dumpOf(r store.Reader) *dump {
	d := &dump{buckets: map[store.Bucket][]store.Entry{}}
	for _, b := range mediumBuckets {
		d.buckets[b], _ = all(r, b, store.Range{}, 100)
	}
	return d
}

func (d *dump) medium() *medium {
	m := newMedium()
	_ = m.Update(bg, func(w store.Writer) error {
		for _, b := range slices.Sorted(maps.Keys(d.buckets)) {
			for _, e := range d.buckets[b] {
				_ = w.Put(b, e.Key, e.Value)
			}
		}
		return nil
	})
	return m
}

func (s *broken) View(ctx context.Context, fn func(store.Reader) error) error {
	wrapped := func(r store.Reader) error { return fn(brokenReader{r, s}) }
	if s.view != nil {
		return s.view(s.Store, ctx, wrapped)
	}
	return s.Store.View(ctx, wrapped)
}

func (s *broken) Update(ctx context.Context, fn func(store.Writer) error) error {
	if s.readOnly {
		return store.ErrReadOnly
	}
	wrapped := func(w store.Writer) error { return fn(brokenWriter{brokenReader{w, s}, w}) }
	if s.update != nil {
		return s.update(s.Store, ctx, wrapped)
	}
	return s.Store.Update(ctx, wrapped)
}

func (s *broken) Close() error {
	_ = s.Store.Update(bg, func(w store.Writer) error { s.kept = dumpOf(w); return nil })
	if s.close != nil {
		return s.close(s.Store)
	}
	return s.Store.Close()
}

func (s *broken) Verify(context.Context) (*store.Damage, error) {
	if s.verify != nil {
		return s.verify(s.medium)
	}
	return nil, s.closed()
}

func (s *broken) Backup(_ context.Context, w io.Writer) (int64, error) {
	if err := s.closed(); err != nil {
		return 0, err
	}
	backup := s.backup
	if backup == nil {
		backup = func(m *medium, w io.Writer) *medium {
			d := m.dump()
			_, _ = w.Write([]byte{0})
			return d.medium()
		}
	}
	s.backedUp = backup(s.medium, w)
	return 1, nil
}

func (s *broken) Compact(context.Context) error {
	if s.compact != nil {
		return s.compact(s.medium)
	}
	return s.closed()
}

// closed is the error of a medium that is.
func (m *medium) closed() error {
	return m.View(bg, func(store.Reader) error { return nil })
}

func (s *broken) Size() (int64, error) {
	if s.size != nil {
		return s.size(s.medium)
	}
	return s.Store.(store.Sizer).Size()
}

type brokenReader struct {
	store.Reader
	s *broken
}

func (r brokenReader) Get(b store.Bucket, key []byte) ([]byte, error) {
	if r.s.get != nil {
		return r.s.get(r.Reader, b, key)
	}
	return r.Reader.Get(b, key)
}

func (r brokenReader) Page(b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
	if r.s.page != nil {
		return r.s.page(r.Reader, b, rg, n)
	}
	return r.Reader.Page(b, rg, n)
}

type brokenWriter struct {
	brokenReader
	w store.Writer
}

func (w brokenWriter) Put(b store.Bucket, key, value []byte) error {
	if w.s.put != nil {
		return w.s.put(w.w, b, key, value)
	}
	return w.w.Put(b, key, value)
}

func (w brokenWriter) Delete(b store.Bucket, key []byte) error {
	if w.s.delete != nil {
		return w.s.delete(w.w, b, key)
	}
	return w.w.Delete(b, key)
}

// env returns what the rows run against.
func (s *broken) env() *env {
	return &env{
		Store: s,
		reopen: func(old store.Store) store.Store {
			b := old.(*broken)
			_ = b.Close()
			fresh := *b
			if fresh.medium = b.kept.medium(); b.reopen != nil {
				fresh.medium = b.reopen(fresh.medium)
			}
			return &fresh
		},
		readOnly: func(old store.Store) store.Store {
			b := old.(*broken)
			_ = b.Close()
			fresh := *b
			fresh.medium, fresh.readOnly = b.kept.medium(), b.update == nil
			return &fresh
		},
		restore: func(io.Reader) store.Store {
			fresh := *s
			fresh.medium = s.backedUp
			return &fresh
		},
	}
}

// mutant is one way to be broken, and the row that must find it at least.
type mutant struct {
	name  string
	row   string
	spoil func(s *broken)
}

var errBroken = errors.New("broken")

func onPage(change func([]store.Entry, store.Range, int) []store.Entry) func(*broken) {
	return func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			page, err := r.Page(b, rg, n)
			return change(page, rg, n), err
		}
	}
}

// shadow keeps a copy of what an Update changes and applies it when told to.
type shadow struct {
	store.Writer
	log []func(store.Writer) error
}

func (w *shadow) Put(b store.Bucket, key, value []byte) error {
	if err := errors.Join(store.CheckBucket(b), store.CheckEntry(key, value)); err != nil {
		return err
	}
	key, value = bytes.Clone(key), bytes.Clone(value)
	w.log = append(w.log, func(w store.Writer) error { return w.Put(b, key, value) })
	return nil
}

func (w *shadow) Delete(b store.Bucket, key []byte) error {
	if err := store.CheckBucket(b); err != nil {
		return err
	}
	key = bytes.Clone(key)
	w.log = append(w.log, func(w store.Writer) error { return w.Delete(b, key) })
	return nil
}

func apply(s store.Store, w *shadow) error {
	return s.Update(bg, func(to store.Writer) error {
		for _, change := range w.log {
			if err := change(to); err != nil {
				return err
			}
		}
		return nil
	})
}

var mutants = []mutant{
	{"an empty value comes back as nil", "empty value", func(s *broken) {
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) {
			v, err := r.Get(b, key)
			if len(v) == 0 {
				v = nil
			}
			return v, err
		}
	}},
	{"Get finds the next key where there is none", "get", func(s *broken) {
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) {
			page, err := r.Page(b, store.Range{From: key}, 1)
			if len(page) == 0 {
				return nil, err
			}
			return page[0].Value, err
		}
	}},
	{"a bucket has to be made", "get", func(s *broken) {
		var made sync.Map
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			made.Store(b, true)
			return w.Put(b, key, value)
		}
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) {
			if _, there := made.Load(b); !there {
				return nil, errBroken
			}
			return r.Get(b, key)
		}
	}},
	{"keys are ordered by length first", "order", onPage(func(page []store.Entry, _ store.Range, _ int) []store.Entry {
		slices.SortStableFunc(page, func(a, b store.Entry) int { return len(a.Key) - len(b.Key) })
		return page
	})},
	{"To is part of the range", "bounds", func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			if rg.To != nil {
				rg.To = append(bytes.Clone(rg.To), 0)
			}
			return r.Page(b, rg, n)
		}
	}},
	{"From is not part of the range", "bounds", func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			if rg.From != nil {
				rg.From = append(bytes.Clone(rg.From), 0)
			}
			return r.Page(b, rg, n)
		}
	}},
	{"Reverse is not heeded", "reverse", func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			rg.Reverse = false
			return r.Page(b, rg, n)
		}
	}},
	{"a page is one short when it is long", "paging", onPage(func(page []store.Entry, _ store.Range, _ int) []store.Entry {
		return page[:min(len(page), 99)]
	})},
	{"a prefix of 0xff is cut", "prefix", func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			if bytes.HasSuffix(rg.From, []byte{0xff}) {
				rg.To = append(bytes.Clone(rg.From), 0xff)
			}
			return r.Page(b, rg, n)
		}
	}},
	{"a page of none is an empty page", "page size", func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			if n < 1 {
				return nil, nil
			}
			return r.Page(b, rg, n)
		}
	}},
	{"all buckets are one", "buckets apart", func(s *broken) {
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) { return r.Get("b", key) }
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error { return w.Put("b", key, value) }
		s.delete = func(w store.Writer, b store.Bucket, key []byte) error { return w.Delete("b", key) }
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			return r.Page("b", rg, n)
		}
	}},
	{"the 256th bucket is the first", "many buckets", func(s *broken) {
		var mu sync.Mutex
		names := map[store.Bucket]store.Bucket{}
		var order []store.Bucket
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			mu.Lock()
			defer mu.Unlock()
			if _, known := names[b]; !known {
				order = append(order, b)
				names[b] = order[(len(order)-1)%256]
			}
			return w.Put(names[b], key, value)
		}
	}},
	{"any name is a bucket", "bucket names", func(s *broken) {
		s.delete = func(w store.Writer, b store.Bucket, key []byte) error {
			if store.CheckBucket(b) != nil {
				return nil
			}
			return w.Delete(b, key)
		}
	}},
	{"names of 64 bytes are too long", "bucket names", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			if len(b) > 63 {
				return store.ErrBucket
			}
			return w.Put(b, key, value)
		}
	}},
	{"the first value stays", "replace", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			if old, _ := w.Get(b, key); old != nil && len(old) > len(value) {
				return nil
			}
			return w.Put(b, key, value)
		}
	}},
	{"deleting what is not there is an error", "delete", func(s *broken) {
		s.delete = func(w store.Writer, b store.Bucket, key []byte) error {
			if old, _ := w.Get(b, key); old == nil {
				return errBroken
			}
			return w.Delete(b, key)
		}
	}},
	{"Delete deletes the next key too", "delete", func(s *broken) {
		s.delete = func(w store.Writer, b store.Bucket, key []byte) error {
			page, _ := w.Page(b, store.Range{From: append(bytes.Clone(key), 0)}, 1)
			for _, e := range page {
				_ = w.Delete(b, e.Key)
			}
			return w.Delete(b, key)
		}
	}},
	{"a Writer does not see its own changes", "own writes", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			return in.Update(ctx, func(w store.Writer) error {
				sh := &shadow{Writer: w}
				if err := fn(sh); err != nil {
					return err
				}
				for _, change := range sh.log {
					if err := change(w); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}},
	{"a page backwards ends where many keys were deleted", "own deletes in pages", func(s *broken) {
		var deleted atomic.Int64
		s.delete = func(w store.Writer, b store.Bucket, key []byte) error {
			deleted.Add(1)
			return w.Delete(b, key)
		}
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			page, err := r.Page(b, rg, n)
			if rg.Reverse && deleted.Load() > 500 {
				page = page[:min(len(page), 1)]
			}
			return page, err
		}
	}},
	{"Put keeps the caller's value", "copies", func(s *broken) {
		kept := map[string][]byte{}
		var mu sync.Mutex
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			mu.Lock()
			kept[string(b)+"/"+string(key)] = value
			mu.Unlock()
			return w.Put(b, key, value)
		}
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) {
			v, err := r.Get(b, key)
			mu.Lock()
			defer mu.Unlock()
			if k := kept[string(b)+"/"+string(key)]; v != nil && len(k) == len(v) && len(v) > 0 {
				return k, err
			}
			return v, err
		}
	}},
	{"Put writes into the old value's bytes", "steady slices", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			if old, _ := w.Get(b, key); old != nil && len(old) == len(value) {
				copy(old, value)
			}
			return w.Put(b, key, value)
		}
	}},
	{"keys end at 1,000 bytes", "limits", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			return w.Put(b, key[:min(len(key), 1000)], value)
		}
	}},
	{"an empty key is taken", "limits", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			if len(key) == 0 {
				return nil
			}
			return w.Put(b, key, value)
		}
	}},
	{"values end at 64 MiB and a byte", "largest value", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			return w.Put(b, key, value[:min(len(value), store.MaxValue)])
		}
	}},
	{"values end at 1 MiB", "big values", func(s *broken) {
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			return w.Put(b, key, value[:min(len(value), 1<<20)])
		}
	}},
	{"every tenth Update is forgotten", "update answers", func(s *broken) {
		var n atomic.Int64
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			if n.Add(1)%10 != 0 {
				return in.Update(ctx, fn)
			}
			err := in.Update(ctx, func(w store.Writer) error {
				if err := fn(w); err != nil {
					return err
				}
				return errBroken
			})
			if err == errBroken {
				return nil
			}
			return err
		}
	}},
	{"nothing is rolled back", "roll back on error", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			var ferr error
			err := in.Update(ctx, func(w store.Writer) error { ferr = fn(w); return nil })
			if ferr != nil {
				return ferr
			}
			return err
		}
	}},
	{"errors are wrapped", "roll back on error", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			if err := in.Update(ctx, fn); err != nil {
				return errors.Join(errBroken, err)
			}
			return nil
		}
	}},
	{"a panic commits", "roll back on panic", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			var p any
			err := in.Update(ctx, func(w store.Writer) (err error) {
				defer func() { p = recover() }()
				return fn(w)
			})
			if p != nil {
				panic(p)
			}
			return err
		}
	}},
	{"a panic becomes an error", "roll back on panic", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = errBroken
				}
			}()
			return in.Update(ctx, fn)
		}
	}},
	{"a panic leaves the store locked", "roll back on panic", func(s *broken) {
		lock := make(chan struct{}, 1)
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			select {
			case lock <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			err := in.Update(ctx, fn)
			<-lock
			return err
		}
	}},
	{"View swallows errors", "view passes on", func(s *broken) {
		s.view = func(in store.Store, ctx context.Context, fn func(store.Reader) error) error {
			err := in.View(ctx, fn)
			if err == errStop {
				return nil
			}
			return err
		}
	}},
	{"View swallows panics", "view passes on", func(s *broken) {
		s.view = func(in store.Store, ctx context.Context, fn func(store.Reader) error) (err error) {
			defer func() { _ = recover() }()
			return in.View(ctx, fn)
		}
	}},
	{"a View reads what is there now", "snapshot", func(s *broken) {
		s.view = func(in store.Store, ctx context.Context, fn func(store.Reader) error) error {
			return in.View(ctx, func(store.Reader) error { return fn(live{in}) })
		}
	}},
	{"changes are seen before the commit", "nothing half done", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			return in.Update(ctx, func(w store.Writer) error { return fn(w) })
		}
		var mu sync.Mutex
		early := map[string][]byte{}
		s.put = func(w store.Writer, b store.Bucket, key, value []byte) error {
			mu.Lock()
			early[string(b)+"/"+string(key)] = bytes.Clone(value)
			mu.Unlock()
			return w.Put(b, key, value)
		}
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) {
			mu.Lock()
			defer mu.Unlock()
			if v := early[string(b)+"/"+string(key)]; v != nil {
				return v, nil
			}
			return r.Get(b, key)
		}
	}},
	{"Updates overlap", "one at a time", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var sh *shadow
			err := in.View(ctx, func(r store.Reader) error {
				sh = &shadow{Writer: readOnlyWriter{r}}
				return fn(sh)
			})
			if err != nil {
				return err
			}
			return apply(in, sh)
		}
	}},
	{"the context is not looked at by Update", "done before", func(s *broken) {
		s.update = func(in store.Store, _ context.Context, fn func(store.Writer) error) error { return in.Update(bg, fn) }
	}},
	{"the context is not looked at by View", "done before", func(s *broken) {
		s.view = func(in store.Store, _ context.Context, fn func(store.Reader) error) error { return in.View(bg, fn) }
	}},
	{"the context is looked at before the wait only", "done while waiting", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			return in.Update(bg, fn)
		}
	}},
	{"a long list is read without its end", "readers beside a writer", func(s *broken) {
		s.page = func(r store.Reader, b store.Bucket, rg store.Range, n int) ([]store.Entry, error) {
			page, err := r.Page(b, rg, n)
			if b == "list" && len(page) > 3 {
				page = page[:3]
			}
			return page, err
		}
	}},
	{"a closed store opens again", "closed", func(s *broken) {
		s.view = func(in store.Store, ctx context.Context, fn func(store.Reader) error) error {
			if err := in.View(ctx, fn); !errors.Is(err, store.ErrClosed) {
				return err
			}
			return memstore.New().View(ctx, fn)
		}
	}},
	{"the second Close is an error", "closed", func(s *broken) {
		closed := false
		s.close = func(in store.Store) error {
			if closed {
				return store.ErrClosed
			}
			closed = true
			return in.Close()
		}
	}},
	{"Close does not wait", "close waits", func(s *broken) {
		s.close = func(in store.Store) error { go func() { _ = in.Close() }(); return nil }
	}},
	{"Verify goes on after Close", "closed", func(s *broken) {
		s.verify = func(*medium) (*store.Damage, error) { return nil, nil }
	}},
	{"Size goes on after Close", "closed", func(s *broken) {
		s.size = func(*medium) (int64, error) { return 0, nil }
	}},
	{"Close does not wait for Updates", "close waits for a writer", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			w := &shadow{Writer: readOnlyWriter{live{in}}}
			if err := fn(w); err != nil {
				return err
			}
			return apply(in, w)
		}
	}},
	{"a Reader lives on", "end of a reader", func(s *broken) {
		s.get = func(r store.Reader, b store.Bucket, key []byte) ([]byte, error) {
			v, err := r.Get(b, key)
			if errors.Is(err, store.ErrClosed) {
				return nil, nil
			}
			return v, err
		}
	}},
	{"the last entry is not durable", "durable", func(s *broken) {
		s.reopen = func(m *medium) *medium {
			_ = m.Update(bg, func(w store.Writer) error { return w.Delete("list", []byte("049")) })
			return m
		}
	}},
	{"read-only writes", "read-only", func(s *broken) {
		s.update = func(in store.Store, ctx context.Context, fn func(store.Writer) error) error {
			return in.Update(ctx, fn)
		}
	}},
	{"Verify cries wolf", "verify", func(s *broken) {
		s.verify = func(m *medium) (*store.Damage, error) {
			if d := m.dump(); len(d.buckets["fill"]) == 0 && len(d.buckets["b"]) == 1 {
				return &store.Damage{Other: []string{"wolf"}}, nil
			}
			return nil, nil
		}
	}},
	{"Backup reads when it is restored", "backup", func(s *broken) {
		s.backup = func(m *medium, w io.Writer) *medium {
			_, _ = w.Write([]byte{0})
			return m
		}
	}},
	{"Backup reads while it writes", "backup", func(s *broken) {
		s.backup = func(m *medium, w io.Writer) *medium {
			_, _ = w.Write([]byte{0})
			return m.dump().medium()
		}
	}},
	{"Compact loses a bucket", "compact", func(s *broken) {
		s.compact = func(m *medium) error {
			return m.Update(bg, func(w store.Writer) error { return w.Delete("b", []byte("k")) })
		}
	}},
	{"Compact does nothing", "compact", func(s *broken) {
		var most int64
		s.size = func(m *medium) (int64, error) {
			n, err := m.Store.(store.Sizer).Size()
			most = max(most, n)
			return most, err
		}
	}},
	{"Compact takes away what a View reads", "compact beside a reader", func(s *broken) {
		s.view = func(in store.Store, ctx context.Context, fn func(store.Reader) error) error { return fn(live{in}) }
		s.compact = func(m *medium) error {
			old := m.Store
			m.Store = m.dump().medium().Store
			return old.Close()
		}
	}},
	{"Compact copies beside an Update", "compact beside a writer", func(s *broken) {
		s.compact = func(m *medium) error {
			m.Store = m.dump().medium().Store
			return nil
		}
	}},
	{"Size counts the entries", "size", func(s *broken) {
		s.size = func(m *medium) (int64, error) { return int64(len(m.dump().buckets["fill"])), nil }
	}},
	{"one key in a hundred is not deleted", "like a map", func(s *broken) {
		var n atomic.Int64
		s.delete = func(w store.Writer, b store.Bucket, key []byte) error {
			if b == "x" && n.Add(1)%100 == 99 {
				return nil
			}
			return w.Delete(b, key)
		}
	}},
}

// live reads the newest state, whatever it is called for.
type live struct{ s store.Store }

func (l live) Get(b store.Bucket, key []byte) (v []byte, err error) {
	verr := l.s.View(bg, func(r store.Reader) error { v, err = r.Get(b, key); return nil })
	return v, errors.Join(verr, err)
}

func (l live) Page(b store.Bucket, rg store.Range, n int) (page []store.Entry, err error) {
	verr := l.s.View(bg, func(r store.Reader) error { page, err = r.Page(b, rg, n); return nil })
	return page, errors.Join(verr, err)
}

// readOnlyWriter lets a Reader stand where a Writer is wanted.
type readOnlyWriter struct{ store.Reader }

func (readOnlyWriter) Put(store.Bucket, []byte, []byte) error { return errBroken }
func (readOnlyWriter) Delete(store.Bucket, []byte) error      { return errBroken }

// try runs a row against a store that change has spoilt.
func try(r row, change func(*broken)) error {
	s := &broken{medium: newMedium()}
	if change != nil {
		change(s)
	}
	return r.run(s.env())
}

func TestTheSuiteFindsNothingInASoundStore(t *testing.T) {
	for _, r := range rows {
		require.NoError(t, try(r, nil), r.name)
	}
}

func TestEveryMutantIsFoundByItsRow(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(rows, func(r row) bool { return r.name == m.row })
			err := try(rows[i], m.spoil)
			require.Error(t, err)
			t.Logf("%s: %.300s", m.row, err)
		})
	}
}

func TestEveryRowFindsAMutant(t *testing.T) {
	for _, r := range rows {
		found := slices.ContainsFunc(mutants, func(m mutant) bool { return m.row == r.name })
		require.True(t, found, "no mutant breaks the promise of the row %q", r.name)
	}
}
