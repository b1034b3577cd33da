package boltstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
)

// compactSuffix ends the name of the file that Compact writes, next to the store's.
// Only who holds the store's lock has it.
const compactSuffix = ".compact"

// Backup implements [store.BackupWriter]: it writes a file that Open opens. Views and
// Updates go on meanwhile, but pages that they free are not used again until it
// has ended. It writes the pages as they are; Verify before it, or Open of the
// copy, says whether they are sound.
func (s *Store) Backup(ctx context.Context, w io.Writer) (n int64, err error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.gate.Leave()
	if s.salvaged != nil {
		return 0, fmt.Errorf("boltstore: a damaged store is not backed up; salvage it into a new file: %w", s.damage)
	}
	err = s.guard(func() error {
		tx, err := s.db.Begin(false)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		until := &untilDone{ctx: ctx, w: w}
		n, err = tx.WriteTo(until)
		return cmp.Or(until.err, err)
	})
	return n, err
}

// untilDone is a writer that fails when its context is done. It keeps the error, of
// which bbolt passes on the words only.
type untilDone struct {
	ctx context.Context
	w   io.Writer
	err error
}

func (u *untilDone) Write(b []byte) (n int, err error) {
	if u.err = u.ctx.Err(); u.err == nil {
		n, u.err = u.w.Write(b)
	}
	return n, u.err
}

// Compact implements [store.Compactor]: it writes all records to a new file and puts
// that in the place of the old one, which takes the room of both for a while. A
// crash in the middle leaves the one or the other, whole. Updates wait for it; Views
// only for the last moment, the exchange.
//
// On Windows the file is closed for that moment; when another process opens it
// there, this store answers [store.ErrUnknown] from then on.
func (s *Store) Compact(ctx context.Context) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.gate.End()
	if s.opts.ReadOnly {
		return store.ErrReadOnly
	}
	path := behindLinks(s.path)
	next := &Store{path: path + compactSuffix}
	defer func() { _ = os.Remove(next.path) }()
	if err := s.copyTo(ctx, next); err != nil {
		return fmt.Errorf("boltstore: %s cannot be compacted and is as it was: %w", s.path, err)
	}
	if err := s.gate.Alone(ctx); err != nil {
		return errors.Join(err, next.db.Close())
	}
	defer s.gate.Together()
	return s.exchange(ctx, next, path)
}

// behindLinks is the path of the file that path leads to.
func behindLinks(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// copyTo writes the records of s to the new file of next and leaves it open.
func (s *Store) copyTo(ctx context.Context, next *Store) error {
	err := os.Remove(next.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	next.db, next.file, err = openBolt(next.path, false, func(name string, _ int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, s.mode(mode))
		if err != nil {
			return nil, err
		}
		_, err = tryLock(f, true)
		return f, err
	})
	if err != nil {
		return err
	}
	info, err := s.file.Stat()
	if err != nil {
		return errors.Join(err, next.db.Close())
	}
	found, err := load(ctx, next.db, examination{path: s.path, checksums: true}, s.file, info.Size())
	if err == nil && found.damage != nil {
		err = found.damage
	}
	if err != nil {
		return errors.Join(err, next.db.Close())
	}
	return nil
}

// mode is what the permissions of the new file should be: those of the old.
func (s *Store) mode(otherwise os.FileMode) os.FileMode {
	if info, err := s.file.Stat(); err == nil {
		return info.Mode().Perm()
	}
	return otherwise
}

// exchange puts the file of next in the place of s's, which is path. Nobody else is in.
func (s *Store) exchange(ctx context.Context, next *Store, path string) error {
	if replacesOpenFiles {
		if err := os.Rename(next.path, path); err != nil {
			return errors.Join(err, next.db.Close())
		}
		err := syncDir(filepath.Dir(path))
		old := s.db
		s.db, s.file = next.db, next.file
		return errors.Join(err, old.Close())
	}
	err := errors.Join(next.db.Close(), s.db.Close())
	if err == nil {
		err = os.Rename(next.path, path)
	}
	if oerr := s.openFile(ctx); oerr != nil {
		oerr = fmt.Errorf("%w (%s: %w)", store.ErrUnknown, s.path, oerr)
		s.unknown.Store(&oerr)
		s.db = nil
		return oerr
	}
	return err
}

// Salvage writes what is sound of the file from, damaged or not, to the new file to,
// and returns what was lost, nil where nothing was. from is only read. The error is
// for a copy that could not be made; when something is at to already, it is
// [fs.ErrExist].
func Salvage(ctx context.Context, from, to string) (*store.Damage, error) {
	if _, err := os.Lstat(to); err == nil {
		return nil, fmt.Errorf("boltstore: salvage %s: %s: %w; choose another name", from, to, fs.ErrExist)
	}
	opts := (&Options{ReadOnly: true}).orDefaults()
	f, err := openLocked(ctx, from, opts)
	if err != nil {
		return nil, explain(from, true, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var found finding
	err = build(to, func(db *bbolt.DB) (err error) {
		found, err = load(ctx, db, examination{path: from, checksums: true}, f, info.Size())
		return err
	})
	if err != nil {
		return found.damage, fmt.Errorf("boltstore: salvage %s to %s: %w", from, to, err)
	}
	return found.damage, nil
}
