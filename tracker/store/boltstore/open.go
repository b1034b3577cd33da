package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/internal/gate"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// Options for [Open]. The zero value, and nil, are the defaults.
type Options struct {
	// ReadOnly opens the file for reading only, next to others who do the same. A
	// damaged file can be opened this way: see [Store.Damage].
	ReadOnly bool

	// LockTimeout is how long Open waits for another process to let the file go.
	// Default 5 s; negative does not wait.
	LockTimeout time.Duration

	// VerifyUpTo is the size in bytes up to which Open reads and checks every record
	// of a file. Default 64 MiB; negative is never. In a larger file the checksum
	// of a record is checked when the record is read; the pages, and the number of
	// records, are checked at every Open.
	VerifyUpTo int64

	// Logger receives a line when damage is met or a commit fails. Default: nowhere.
	Logger *slog.Logger
}

func (o *Options) orDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.LockTimeout == 0 {
		c.LockTimeout = 5 * time.Second
	}
	if c.VerifyUpTo == 0 {
		c.VerifyUpTo = 64 << 20
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Open opens the store in the file at path, and makes it where there is none,
// unless opened for reading only. The folder must exist.
//
// Errors: [*store.Damage] when something is wrong with the file; opened for reading
// only it is served all the same, if anything of it can be. [store.ErrLocked] when
// another process has it open, or this one. Those of the operating system, in which
// [fs.ErrNotExist] and [fs.ErrPermission] can be looked for.
func Open(ctx context.Context, path string, opts *Options) (*Store, error) {
	s := &Store{path: path, opts: opts.orDefaults(), gate: gate.New()}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.opts.ReadOnly {
		if err := create(path); err != nil {
			return nil, err
		}
	}
	err := s.openFile(ctx)
	if err == nil {
		return s, nil
	}
	if s.salvaged == nil {
		return nil, explain(path, s.opts.ReadOnly, err)
	}
	s.opts.Logger.Warn("store is damaged; what is sound is served for reading", "path", path, "damage", s.damage)
	return s, nil
}

// openFile locks and checks the file and has bbolt open it. A damaged file never
// gets as far as bbolt.
func (s *Store) openFile(ctx context.Context) error {
	db, file, err := openBolt(s.path, s.opts.ReadOnly, func(string, int, os.FileMode) (*os.File, error) {
		f, err := openLocked(ctx, s.path, s.opts)
		if err != nil {
			return nil, err
		}
		if err := s.inspect(ctx, f); err != nil {
			_ = f.Close()
			return nil, err
		}
		return f, nil
	})
	if err != nil {
		return err
	}
	s.db, s.file = db, file
	if !s.opts.ReadOnly {
		sweep(behindLinks(s.path))
	}
	return nil
}

// openBolt opens with bbolt the file that open returns, and returns that file too.
// bbolt reports what it does not expect by panics; they become errors.
func openBolt(path string, readOnly bool, open func(string, int, os.FileMode) (*os.File, error)) (db *bbolt.DB, file *os.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			if file != nil {
				_ = file.Close()
			}
			err = fmt.Errorf("boltstore: bbolt cannot open %s: %v", path, p)
		}
	}()
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         time.Second,
		ReadOnly:        readOnly,
		NoFreelistSync:  true,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: mapped(),
		NoStatistics:    true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			var err error
			file, err = open(name, flag, mode)
			return file, err
		},
	})
	return db, file, err
}

// mapped is how much address space a store takes from the beginning, in bytes. A
// file that outgrows it is mapped anew, which waits for all readers. Windows would
// make the file that large, and 32-bit machines have no room.
func mapped() int {
	if strconv.IntSize == 32 || !replacesOpenFiles {
		return 0
	}
	return 1 << 30
}

// openLocked opens the file and locks it, alone or for reading only.
func openLocked(ctx context.Context, path string, o Options) (*os.File, error) {
	const pause = 20 * time.Millisecond
	flag := os.O_RDWR
	if o.ReadOnly {
		flag = os.O_RDONLY
	}
	for deadline := time.Now().Add(o.LockTimeout); ; {
		f, err := os.OpenFile(path, flag, 0)
		if err != nil {
			return nil, err
		}
		ok, err := tryLock(f, !o.ReadOnly)
		if ok && stillAt(path, f) {
			return f, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		if !ok && !time.Now().Before(deadline) {
			return nil, store.ErrLocked
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// stillAt reports whether f is what is at path: Compact of another process may have
// put another file there while we waited.
func stillAt(path string, f *os.File) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// inspect examines the file. Of a damaged one that is opened for reading only it
// keeps what is sound.
func (s *Store) inspect(ctx context.Context, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	x := examination{path: s.path, checksums: info.Size() <= s.opts.VerifyUpTo}
	found, err := x.run(ctx, f, info.Size())
	if err != nil || found.damage == nil {
		return err
	}
	if !s.opts.ReadOnly || info.Size() == 0 {
		return found.damage
	}
	mem := memstore.New()
	err = mem.Update(ctx, func(w store.Writer) (err error) {
		x.checksums, x.record = true, w.Put
		found, err = x.run(ctx, f, info.Size())
		return err
	})
	if err != nil || found.damage == nil { // a read that failed the first time only
		return err
	}
	s.salvaged, s.damage = mem, found.damage
	return s.damage
}

// explain says in the error what to do next.
func explain(path string, readOnly bool, err error) error {
	var damage *store.Damage
	switch {
	case errors.As(err, &damage), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, store.ErrLocked), errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("%w: %s; close the other program, or share its store if it is this one", store.ErrLocked, path)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("boltstore: there is no store at %s: %w", path, err)
	case errors.Is(err, fs.ErrPermission) && readOnly:
		return fmt.Errorf("boltstore: %s may not be read; see to its permissions: %w", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("boltstore: %s may not be opened for writing; open it with ReadOnly, or see to its permissions: %w", path, err)
	}
	return fmt.Errorf("boltstore: %s cannot be opened: %w", path, err)
}
