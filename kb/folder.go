package kb

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// folder is where an index lives on disk:
//
//	lock       held by the one process that uses the folder
//	current    the number of the generation that is searched
//	7/         a generation: bleve's files and, when it was closed well, a seal
//
// A generation is built beside the current one and becomes current by one rename.
// While a folder is held, no number is used twice: what bleve still does about a
// generation that was given up touches no other.
type folder struct {
	path string
	held *os.File
	last uint64 // number that was given out
}

func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	held, err := lock(filepath.Join(path, "lock"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &folder{path: path, held: held}, nil
}

func (f *folder) close() error { return f.held.Close() }

func (f *folder) generation(n uint64) string {
	return filepath.Join(f.path, strconv.FormatUint(n, 10))
}

// current is the number of the generation to search: 0 where there is none yet. It
// is ErrDamaged where there must have been one.
func (f *folder) current() (uint64, error) {
	b, err := os.ReadFile(filepath.Join(f.path, "current"))
	if os.IsNotExist(err) {
		all, err := f.generations()
		if err == nil && len(all) > 0 {
			err = fmt.Errorf("%w: %s: the file \"current\" is missing", ErrDamaged, f.path)
		}
		return 0, err
	}
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(string(b), "\n"), 10, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%w: %s: the file \"current\" does not hold a number", ErrDamaged, f.path)
	}
	if _, err := os.Stat(f.generation(n)); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, nil
}

// generations are the numbers of all there are, the current one's and leftovers'.
func (f *folder) generations() ([]uint64, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, err
	}
	var all []uint64
	for _, e := range entries {
		if n, err := strconv.ParseUint(e.Name(), 10, 64); err == nil && n > 0 {
			all = append(all, n)
		}
	}
	return all, nil
}

// unused is a number that no generation has or had, above all that are there.
func (f *folder) unused() (uint64, error) {
	all, err := f.generations()
	if err != nil {
		return 0, err
	}
	n, _ := f.current()
	f.last = max(f.last, n)
	for _, have := range all {
		f.last = max(f.last, have)
	}
	f.last++
	return f.last, nil
}

// use makes generation n the current one.
func (f *folder) use(n uint64) error {
	return writeFile(filepath.Join(f.path, "current"), []byte(strconv.FormatUint(n, 10)+"\n"))
}

// sweep removes every generation but n: what was replaced, and what a process that
// died while it rebuilt has left.
func (f *folder) sweep(n uint64) error {
	all, err := f.generations()
	for _, have := range all {
		if have != n {
			if e := os.RemoveAll(f.generation(have)); err == nil {
				err = e
			}
		}
	}
	return err
}

// writeFile replaces path by a rename, so that it is there whole or as it was.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // some systems cannot sync a folder; the rename is done all the same
		d.Close()
	}
	return nil
}
