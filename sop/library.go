package sop

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
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
func Load(fsys fs.FS) (*Library, error) {
	l := &Library{byID: map[string]*Procedure{}}
	var errs Errors
	known := map[string]string{} // id to the file that has it, broken or not
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch ext := path.Ext(name); {
		case err != nil:
			errs = append(errs, unreadable(name, err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || ext != ".yaml" && ext != ".yml":
			return nil
		}
		data, err := read(fsys, name)
		if err != nil {
			errs = append(errs, unreadable(name, err))
			return nil
		}
		p, id, mistakes := parse(name, data)
		errs = append(errs, mistakes...)
		if id == "" {
			return nil // what keeps it from being read is among the mistakes
		}
		if first, twice := known[id]; twice {
			errs = append(errs, &SyntaxError{File: name, Path: "id", Message: fmt.Sprintf("the id %q belongs to %s already", id, first), Fix: "Give each procedure an id of its own"})
			return nil
		}
		known[id] = name
		if p != nil && len(mistakes) == 0 {
			l.byID[id] = p
			l.all = append(l.all, p)
		}
		return nil
	})
	if err != nil {
		errs = append(errs, unreadable(".", err))
	}
	slices.SortFunc(l.all, func(a, b *Procedure) int { return strings.Compare(a.ID, b.ID) })
	errs = append(errs, l.links(known)...)
	return l, errs.sorted()
}

// read takes no more of a file than Parse needs to refuse it for its size.
func read(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFileSize+1))
}

func unreadable(name string, err error) *SyntaxError {
	return &SyntaxError{File: name, Message: "the file cannot be read: " + err.Error(), Fix: "Make it readable or remove it"}
}

// links reports references between procedures that lead nowhere or in a circle.
func (l *Library) links(known map[string]string) Errors {
	var errs Errors
	ids := slices.Sorted(maps.Keys(known))
	missing := func(p *Procedure, pos Position, where, id string) {
		errs = append(errs, &SyntaxError{p.File, pos.Line, pos.Column, where, fmt.Sprintf("no procedure is called %q", id), listed(id, ids, "Add it, or name another")})
	}
	for _, p := range l.all {
		if _, ok := known[p.ReplacedBy]; !ok && p.ReplacedBy != "" {
			missing(p, Position{}, "replaced_by", p.ReplacedBy)
		}
		for i, s := range p.Steps {
			include, ok := s.Action.(Include)
			if !ok {
				continue
			}
			where := fmt.Sprintf("step %d, include", i+1)
			if _, ok := known[include.Procedure]; !ok {
				missing(p, s.Pos, where, include.Procedure)
			} else if l.reaches(include.Procedure, p.ID, map[string]bool{}) {
				errs = append(errs, &SyntaxError{p.File, s.Pos.Line, s.Pos.Column, where,
					fmt.Sprintf("%s comes back to this procedure", include.Procedure), "Remove one include of the circle"})
			}
		}
	}
	return errs
}

// reaches reports whether from is to, or includes it through any number of others.
func (l *Library) reaches(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	p, ok := l.byID[from]
	if !ok || seen[from] {
		return false
	}
	seen[from] = true
	for _, s := range p.Steps {
		if include, ok := s.Action.(Include); ok && l.reaches(include.Procedure, to, seen) {
			return true
		}
	}
	return false
}

// Procedure returns the procedure with the given id, whatever its status.
func (l *Library) Procedure(id string) (*Procedure, bool) {
	p, ok := l.byID[id]
	return p, ok
}

// All returns every procedure, sorted by id. The caller may keep the slice.
func (l *Library) All() []*Procedure { return append([]*Procedure(nil), l.all...) }
