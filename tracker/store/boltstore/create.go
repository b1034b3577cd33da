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
)

// create makes an empty store at path, unless something is there. Of several who
// create at once one wins and the others find its file, even when the winner sweeps
// theirs away.
func create(path string) error {
	if exists(path) {
		return nil // whatever is wrong with it, opening says it
	}
	err := build(path, writeFirst)
	switch {
	case err == nil, exists(path):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("boltstore: %s cannot be made, its folder is missing; make %s first: %w", path, filepath.Dir(path), err)
	}
	return fmt.Errorf("boltstore: %s cannot be made: %w", path, err)
}

// build makes a store that fill fills, where nothing is. The file comes into its place
// whole: other processes, and this one after a crash, see a store or nothing.
func build(path string, fill func(*bbolt.DB) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), tempPrefix(path)+"*")
	if err != nil {
		return err
	}
	_ = temp.Close()
	defer func() { _ = os.Remove(temp.Name()) }()
	db, _, err := openBolt(temp.Name(), false, os.OpenFile)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(db), db.Close()); err != nil {
		return err
	}
	return publish(temp.Name(), path)
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
