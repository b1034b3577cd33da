package sop

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Library is a set of procedures. It does not change and may be used by many
// goroutines.
//
// A procedure may be there in several versions, a file each: the one in force while
// the next is being drafted. The active one of the highest version is the current
// one; where none is active, the highest.
type Library struct {
	byID  map[string]*Procedure // the current ones
	all   []*Procedure          // the current ones by id
	every []*Procedure          // all versions, by id and version
	kept  []*Procedure
	gate  *gate
}

// Load reads every *.yaml and *.yml file in fsys, in all its folders.
//
// A broken file does not hide the others: the Library holds what is sound, and
// the error, an [Errors], names every mistake of every file. Both may be
// non-nil; the Library always is. An id and a version that two sound files use belong
// to the first by path. A reference to a procedure that is not there is reported, and
// the procedure that makes it is kept: its other steps still help.
func Load(fsys fs.FS) (*Library, error) { return (&Library{}).Reload(fsys) }

// Reload is [Load] for files that may have changed since l was read: of a file that
// is broken now, and of all files in a folder that cannot be read, the Library goes on
// with what l has of them, unless a sound file says the same id and version now.
// [Library.Kept] says which those are, and so does the error, beside the mistakes. l
// stays as it is.
func (l *Library) Reload(fsys fs.FS) (*Library, error) {
	ld := &loader{known: map[string]bool{}, sound: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch ext := path.Ext(name); {
		case err != nil:
			ld.unreadable(name, err)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || ext != ".yaml" && ext != ".yml":
			return nil
		}
		if data, err := read(fsys, name); err != nil {
			ld.unreadable(name, err)
		} else {
			ld.file(name, data)
		}
		return nil
	})
	if err != nil {
		ld.unreadable(".", err)
	}
	ld.keep(l.every)
	out := newLibrary(ld.every)
	out.kept = ld.kept
	ld.errs = append(ld.errs, out.links(ld.known)...)
	return out, ld.errs.sorted()
}

// loader is what is known while a folder is read.
type loader struct {
	known  map[string]bool   // ids, of broken files too
	sound  map[string]string // id and version to the sound file that has it
	broken []string          // files and folders
	every  []*Procedure
	kept   []*Procedure
	errs   Errors
}

func versionKey(p *Procedure) string { return fmt.Sprintf("%s %d", p.ID, p.Version) }

func (ld *loader) file(name string, data []byte) {
	p, id, mistakes := parse(name, data)
	ld.errs = append(ld.errs, mistakes...)
	if id != "" {
		ld.known[id] = true
	}
	if p == nil {
		ld.broken = append(ld.broken, name)
		return
	}
	if first, twice := ld.sound[versionKey(p)]; twice {
		at := (&checker{p: p}).place("id")
		ld.errs = append(ld.errs, &SyntaxError{name, at.Line, at.Column, "id", fmt.Sprintf("version %d of %q belongs to %s already", p.Version, p.ID, first), "Give each procedure an id of its own, and each version of it its number"})
		return
	}
	ld.sound[versionKey(p)] = name
	ld.every = append(ld.every, p)
}

// keep goes on with what was read before of files that are broken now.
func (ld *loader) keep(before []*Procedure) {
	for _, p := range before {
		lost := slices.ContainsFunc(ld.broken, func(name string) bool {
			return name == "." || name == p.File || strings.HasPrefix(p.File, name+"/")
		})
		if _, ok := ld.sound[versionKey(p)]; !lost || ok {
			continue
		}
		ld.known[p.ID] = true
		ld.every, ld.kept = append(ld.every, p), append(ld.kept, p)
		ld.errs = append(ld.errs, &SyntaxError{File: p.File, Message: fmt.Sprintf("version %d of %q, as it was read before, stays in force", p.Version, p.ID), Fix: "Mend the file and read the folder again"})
	}
}

func (ld *loader) unreadable(name string, err error) {
	ld.errs = append(ld.errs, &SyntaxError{File: name, Message: "this cannot be read: " + err.Error(), Fix: "Make it readable or remove it"})
	ld.broken = append(ld.broken, name)
}

func newLibrary(every []*Procedure) *Library {
	slices.SortFunc(every, func(a, b *Procedure) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	l := &Library{byID: map[string]*Procedure{}, every: every}
	for _, p := range every {
		if now, ok := l.byID[p.ID]; !ok || p.Status == Active || now.Status != Active {
			l.byID[p.ID] = p
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.byID)) {
		l.all = append(l.all, l.byID[id])
	}
	l.gate = newGate(l.all)
	return l
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

// links reports references between procedures that lead nowhere or in a circle.
func (l *Library) links(known map[string]bool) Errors {
	var errs Errors
	ids := slices.Sorted(maps.Keys(known))
	index, includedBy := l.inclusions()
	for _, p := range l.every {
		r, c := &reader{file: p.File, lines: 1 << 30}, &checker{p: p}
		look := func(path, id string) {
			if id != "" && !known[id] && !r.full() {
				r.at(c.place(path), path, fmt.Sprintf("no procedure is called %q", id), listed(id, ids, "Add it, or name another"))
			}
		}
		look("replaced_by", p.ReplacedBy)
		for i, s := range p.See {
			look(fmt.Sprintf("see, item %d, procedure", i+1), s.Procedure)
		}
		var includers []bool // of this one, through any number of others
		for i, s := range p.Steps {
			include, ok := s.Action.(Include)
			if !ok {
				continue
			}
			if includers == nil {
				includers = includedBy.reach(index[p.ID], never)
			}
			path := p.where(i) + ", include"
			look(path, include.Procedure)
			if at, ok := index[include.Procedure]; ok && includers[at] {
				r.at(c.place(path), path, include.Procedure+" comes back to this procedure", "Remove one include of the circle")
			}
		}
		errs = append(errs, r.errs...)
	}
	return errs
}

// inclusions numbers the current procedures by id, and returns which others include
// each, once.
func (l *Library) inclusions() (index map[string]int, by ways) {
	index, by = make(map[string]int, len(l.all)), make(ways, len(l.all))
	for i, p := range l.all {
		index[p.ID] = i
	}
	for i, p := range l.all {
		for _, s := range p.Steps {
			include, _ := s.Action.(Include)
			if to, ok := index[include.Procedure]; ok && (len(by[to]) == 0 || by[to][len(by[to])-1] != i) {
				by[to] = append(by[to], i)
			}
		}
	}
	return index, by
}

// Procedure returns the current version of the procedure with the given id, whatever
// its status.
func (l *Library) Procedure(id string) (*Procedure, bool) {
	p, ok := l.byID[id]
	return p, ok
}

// Version returns one version of a procedure.
func (l *Library) Version(id string, version int) (*Procedure, bool) {
	for _, p := range l.every {
		if p.ID == id && p.Version == version {
			return p, true
		}
	}
	return nil, false
}

// All returns the current version of every procedure, sorted by id. The caller may
// keep the slice.
func (l *Library) All() []*Procedure { return slices.Clone(l.all) }

// Kept returns the procedures whose files are broken now, as they were read before;
// none unless [Library.Reload] made the library.
func (l *Library) Kept() []*Procedure { return slices.Clone(l.kept) }
