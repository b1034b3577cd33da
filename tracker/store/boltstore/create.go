package boltstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
)

// create makes an empty store at path, unless something is there. The file comes
// into its place whole: other processes, and this one after a crash, see a store or
// nothing. Of several who create at once one wins and the others find its file, even
// when the winner sweeps theirs away.
func create(path string) error {
	if exists(path) {
		return nil // whatever is wrong with it, opening says it
	}
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, tempPrefix(path)+"*")
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("boltstore: %s cannot be made, its folder is missing; make %s first: %w", path, dir, err)
		}
		return fmt.Errorf("boltstore: %s cannot be made in its folder: %w", path, err)
	}
	_ = temp.Close()
	defer func() { _ = os.Remove(temp.Name()) }()
	db, _, err := openBolt(temp.Name(), false, os.OpenFile)
	if err == nil {
		err = errors.Join(writeFirst(db), db.Close())
	}
	if err == nil {
		err = publish(temp.Name(), path)
	}
	if err != nil && !exists(path) {
		return fmt.Errorf("boltstore: %s cannot be made: %w", path, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// tempPrefix begins the names of the files that become path once they are whole; only
// digits follow.
func tempPrefix(path string) string { return "." + filepath.Base(path) + ".new-" }

// sweep removes what processes that died while they made, salvaged or compacted the
// store at path left beside it. They may hold records, under a second name of the
// store's own file too, that Compact would not reach. Only who has the store's lock
// calls it: who makes the same store meanwhile has lost to it already.
func sweep(path string) {
	_ = os.Remove(path + compactSuffix)
	dir, prefix := filepath.Dir(path), tempPrefix(path)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		number, ok := strings.CutPrefix(e.Name(), prefix)
		if ok && number != "" && strings.Trim(number, "0123456789") == "" {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// writeFirst makes the empty file of bbolt an empty store. It commits twice so that
// both meta pages lead to one.
func writeFirst(db *bbolt.DB) error {
	db.AllocSize = smallestStep
	for range 2 {
		err := db.Update(func(tx *bbolt.Tx) error {
			return newWriter("", tx).finish()
		})
		if err != nil {
			return err
		}
	}
	return db.Sync()
}

// publish gives the finished file temp the name path, durably, and never in place of
// another file: then the error is [fs.ErrExist]. temp may remain.
func publish(temp, path string) error {
	err := os.Link(temp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = copyNew(temp, path) // a file system without links
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// copyNew copies the file temp to path where nothing is. A crash leaves a part of it
// there, an error does not.
func copyNew(temp, path string) (err error) {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, to.Close()); err != nil {
			_ = os.Remove(path)
		}
	}()
	if _, err := tryLock(to, true); err != nil {
		return err
	}
	from, err := os.Open(temp)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	return to.Sync()
}

// loader fills a store of its own with records, for Compact and Salvage. It commits
// now and then, so that memory does not have to hold everything.
type loader struct {
	db      *bbolt.DB
	tx      *bbolt.Tx
	w       *writer
	pending int // bytes
}

const loaderBatch = 16 << 20 // bytes

func newLoader(db *bbolt.DB) *loader {
	db.NoSync = true
	return &loader{db: db}
}

func (l *loader) add(b store.Bucket, key, value []byte) (err error) {
	if l.tx == nil {
		if l.tx, err = l.db.Begin(true); err != nil {
			return err
		}
		l.w = newWriter("", l.tx)
	}
	if err := l.w.Put(b, key, value); err != nil {
		return err
	}
	if l.pending += len(key) + len(value); l.pending < loaderBatch {
		return nil
	}
	return l.flush()
}

func (l *loader) flush() error {
	if l.tx == nil {
		return nil
	}
	if err := l.w.finish(); err != nil {
		return err
	}
	l.db.AllocSize = step(l.tx.Size())
	err := l.tx.Commit()
	l.tx, l.w, l.pending = nil, nil, 0
	return err
}

// finish makes all durable; the file is an ordinary store then.
func (l *loader) finish() error {
	if err := l.flush(); err != nil {
		return err
	}
	l.db.NoSync = false
	return l.db.Sync()
}

// abandon gives up what is pending, if anything is.
func (l *loader) abandon() {
	if l.tx != nil {
		_ = l.tx.Rollback()
	}
}

// The file grows by an eighth of its size, within these bounds, in bytes: always by
// whole pages of any size, as a file that ends within a page counts as damaged.
const (
	smallestStep = 256 << 10
	largestStep  = 16 << 20
)

func step(size int64) int {
	return int(min(max(size/8, smallestStep), largestStep)) / smallestStep * smallestStep
}
