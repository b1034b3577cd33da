package boltstore

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/internal/gate"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// Store is a [store.Store] in one file. It is a [store.Verifier], a
// [store.BackupWriter], a [store.Compactor] and a [store.Sizer] too. [Open] makes one.
type Store struct {
	path string
	opts Options
	gate *gate.Gate

	db      *bbolt.DB
	file    *os.File              // bbolt's, which holds the lock
	unknown atomic.Pointer[error] // set when a commit failed: no work any more
	stuck   bool                  // bbolt could not even roll back; closing it would wait for ever

	// Of a damaged file, opened for reading only; db is nil then.
	salvaged *memstore.Store
	damage   *store.Damage
}

var (
	_ store.Store        = (*Store)(nil)
	_ store.Verifier     = (*Store)(nil)
	_ store.BackupWriter = (*Store)(nil)
	_ store.Compactor    = (*Store)(nil)
	_ store.Sizer        = (*Store)(nil)
)

// Damage returns what was wrong with the file when it was opened for reading only,
// nil where nothing was. What is sound of it can be read: Page gives the sound
// entries; Get of a key that may be among the lost ones answers with the damage, not
// with nil.
func (s *Store) Damage() *store.Damage { return s.damage }

// View implements [store.Store]. Its own errors are [store.ErrClosed],
// [store.ErrUnknown] and those of ctx; a Reader's may be [*store.Damage].
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.gate.Leave()
	if s.salvaged != nil {
		return s.salvaged.View(ctx, func(r store.Reader) error { return fn(salvagedReader{r, s.damage}) })
	}
	return s.guard(func() error {
		tx, err := s.db.Begin(false)
		if err != nil {
			return err
		}
		r := &reader{path: s.path, tx: tx}
		defer func() {
			r.ended = true
			_ = tx.Rollback()
		}()
		return fn(r)
	})
}

// Update implements [store.Store]. Its own errors are [store.ErrClosed],
// [store.ErrReadOnly], [store.ErrUnknown], those of ctx, and [*store.Damage] when the
// function met a page that makes no sense and returned nil all the same. A commit that fails, on a full
// disk for one, is ErrUnknown with the cause; all other errors mean that nothing
// has changed. A function that changes nothing costs no commit.
func (s *Store) Update(ctx context.Context, fn func(store.Writer) error) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.gate.End()
	if s.opts.ReadOnly {
		return store.ErrReadOnly
	}
	return s.guard(func() error {
		tx, err := s.db.Begin(true)
		if err != nil {
			return err
		}
		w := newWriter(s.path, tx)
		defer func() {
			w.ended = true
			s.rollBack(tx)
		}()
		if err := fn(w); err != nil {
			return err
		}
		if w.failed != nil || !w.dirty {
			return w.failed
		}
		if err := w.finish(); err != nil {
			return err
		}
		s.db.AllocSize = step(tx.Size())
		return s.commit(tx)
	})
}

// commit commits. Nobody can say how far a commit came that failed.
func (s *Store) commit(tx *bbolt.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
		if err != nil {
			err = fmt.Errorf("%w (%s: %w)", store.ErrUnknown, s.path, err)
			s.unknown.Store(&err)
			s.opts.Logger.Error("commit failed; the store must be opened anew", "path", s.path, "error", err)
		}
	}()
	return tx.Commit()
}

// rollBack ends a transaction that was not committed.
func (s *Store) rollBack(tx *bbolt.Tx) {
	defer func() {
		if p := recover(); p != nil {
			err := fmt.Errorf("%w (%s: %v)", store.ErrUnknown, s.path, p)
			s.unknown.Store(&err)
			s.stuck = true
		}
	}()
	_ = tx.Rollback()
}

// enter lets a reader in, and begin the writer, unless the store must be opened anew.
// gate.Leave and gate.End must follow.
func (s *Store) enter(ctx context.Context) error {
	if err := s.gate.Enter(ctx); err != nil {
		return err
	}
	if err := s.unknown.Load(); err != nil {
		s.gate.Leave()
		return *err
	}
	return nil
}

func (s *Store) begin(ctx context.Context) error {
	if err := s.gate.Begin(ctx); err != nil {
		return err
	}
	if err := s.unknown.Load(); err != nil {
		s.gate.End()
		return *err
	}
	return nil
}

// guard calls fn so that a read of the mapped file which the disk cannot answer is
// an error and not the end of the process. Every other panic passes.
func (s *Store) guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if fault, ok := p.(interface{ Addr() uintptr }); ok && s.isMapped(fault.Addr()) {
			err = &store.Damage{Path: s.path, Other: []string{fmt.Sprintf("the disk does not give back what is at %#x of the mapped file", fault.Addr())}}
			return
		}
		panic(p)
	}()
	return fn()
}

func (s *Store) isMapped(at uintptr) bool {
	info, err := s.file.Stat()
	begin := s.db.Info().Data
	return err == nil && at >= begin && at-begin < uintptr(max(info.Size(), int64(mapped())))
}

// Verify implements [store.Verifier]: it reads every page in use and every record of
// the file. Updates wait for it, Views do not.
func (s *Store) Verify(ctx context.Context) (*store.Damage, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.gate.End()
	if s.damage != nil {
		return s.damage, nil
	}
	info, err := s.file.Stat()
	if err != nil {
		return nil, err
	}
	found, err := examination{path: s.path, checksums: true}.run(ctx, s.file, info.Size())
	return found.damage, err
}

// Size implements [store.Sizer]: the size of the file in bytes.
func (s *Store) Size() (int64, error) {
	if err := s.enter(context.Background()); err != nil {
		return 0, err
	}
	defer s.gate.Leave()
	stat := func() (os.FileInfo, error) { return os.Stat(s.path) }
	if s.salvaged == nil {
		stat = s.file.Stat
	}
	info, err := stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Close implements [store.Store].
func (s *Store) Close() error {
	if !s.gate.Close() {
		return nil
	}
	switch {
	case s.db == nil && s.salvaged != nil:
		return s.salvaged.Close()
	case s.db == nil:
		return nil
	case s.stuck:
		return s.file.Close()
	}
	return s.db.Close()
}

// salvagedReader answers for lost keys with the damage.
type salvagedReader struct {
	store.Reader
	damage *store.Damage
}

func (r salvagedReader) Get(b store.Bucket, key []byte) ([]byte, error) {
	value, err := r.Reader.Get(b, key)
	if err != nil || value != nil {
		return value, err
	}
	for _, l := range r.damage.Lost {
		if l.Holds(b, key) {
			return nil, r.damage
		}
	}
	return nil, nil
}
