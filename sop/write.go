package sop

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// ErrChanged: the file is not the one that the procedure was read from any more.
// Read it again and make the edit there.
var ErrChanged = errors.New("the file was changed by somebody else since it was read")

var errLayout = errors.New("the file is laid out in a way that cannot be edited in place: make the change by hand, or write it anew with Marshal")

// Clone returns a copy that can be edited without harm to p.
func (p *Procedure) Clone() *Procedure {
	q := *p
	q.When = p.When.clone()
	q.Needs, q.Limits, q.Steps = slices.Clone(p.Needs), slices.Clone(p.Limits), slices.Clone(p.Steps)
	q.Escalation, q.See, q.Silence = slices.Clone(p.Escalation), slices.Clone(p.See), slices.Clone(p.Silence)
	for i := range q.Needs {
		q.Needs[i].Choices = slices.Clone(q.Needs[i].Choices)
	}
	for i, s := range q.Steps {
		switch a := s.Action.(type) {
		case Ask:
			q.Steps[i].Action = Ask{slices.Clone(a.Needs)}
		case Tell:
			q.Steps[i].Action = Tell{slices.Clone(a.Points), slices.Clone(a.Avoid)}
		case Decide:
			a.Cases = slices.Clone(a.Cases)
			q.Steps[i].Action = a
		case Escalate:
			a.Bring = slices.Clone(a.Bring)
			q.Steps[i].Action = a
		}
	}
	return &q
}

func (c Condition) clone() Condition {
	out := c
	if c.Test != nil {
		t := *c.Test
		t.Values, t.phrases, t.pattern = slices.Clone(t.Values), nil, nil // they may be edited
		out.Test = &t
	}
	for _, list := range []*[]Condition{&out.All, &out.Any, &out.None} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i] = (*list)[i].clone()
		}
	}
	return out
}

// Marshal writes p as a file of its own. For a procedure that was read from a file,
// [Rewrite] keeps what people wrote there.
//
// What would not be read as p again is an error: an [Errors] where p is not sound.
func Marshal(p *Procedure) ([]byte, error) {
	e := &emitter{}
	e.fields(encode(p), 0, true)
	e.b.WriteByte('\n')
	data := []byte(e.b.String())
	return data, proof(data, p)
}

// proof fails unless data is read as p.
func proof(data []byte, p *Procedure) error {
	q, err := Parse(p.File, data)
	if err != nil {
		return fmt.Errorf("the procedure is not sound: %w", err)
	}
	if !sameContent(p, q) {
		return fmt.Errorf("%s: the procedure holds something that a file cannot: a text with spaces around it, an empty list that is not nil, or a reference to a step that is not there", p.ID)
	}
	return nil
}

// Rewrite returns data, a sound procedure file, changed so that it says what p
// says. Only what differs is changed: comments, order, quotes and spacing stay as
// people wrote them. Where nothing differs, data is returned as it is. An item of a
// list that was moved is written anew, without the comments within it.
//
// Files of whatever origin are taken, with Windows line ends too. The error is as
// for [Marshal], and an [Errors] where data is not sound. Where the file is laid out
// so that the edit cannot be made in place, as with keys that begin with a question
// mark, or a part of a bracket that goes with a comment beside it, that is an error
// too, and nothing is lost. A text of several lines that changes is written anew as a
// whole.
func Rewrite(data []byte, p *Procedure) ([]byte, error) {
	if _, err := Parse(p.File, data); err != nil {
		return nil, err
	}
	ed := newEditor(p.File, data)
	ed.value(ed.root, encode(p), 0)
	out := ed.apply()
	if err := proof(out, p); err != nil {
		if _, merr := Marshal(p); merr != nil {
			return nil, merr // p is what cannot be written
		}
		return nil, fmt.Errorf("%s: %w", p.File, errLayout)
	}
	return out, nil
}

// Save writes p to the file at path, whole or not at all: into a new file beside it
// that takes its place once it is on the medium. It returns p as it is read from
// there. A file that is there is changed as by [Rewrite]; where that changes nothing,
// it is not touched.
//
// It fails with [ErrChanged] when the file is not the one that p was read from,
// and with [fs.ErrExist] when there is a file and p was not read from any. Of several
// who save at once within one program, one is in time. Other programs are noticed up to
// the moment of the rename: what one of them writes just then is lost.
func Save(path string, p *Procedure) (*Procedure, error) {
	saving.Lock()
	defer saving.Unlock()
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	old, err := current(path, p)
	if err != nil {
		return nil, err
	}
	var data []byte
	mode := fs.FileMode(0o644)
	if p.source == nil {
		data, err = Marshal(p)
	} else {
		data, err = Rewrite(p.source, p)
	}
	if err != nil {
		return nil, err
	}
	saved, err := Parse(p.File, data)
	if err != nil || old != nil && bytes.Equal(old, data) {
		return saved, err
	}
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	err = replace(path, data, mode, func() error {
		_, err := current(path, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return saved, nil
}

var saving sync.Mutex // held by Save: what it compares is what it replaces

// current returns the file at path, nil where there is none, unless p is not to take
// its place.
func current(path string, p *Procedure) ([]byte, error) {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case p.source == nil:
		return nil, fmt.Errorf("%s: %w: a new procedure needs a file of its own", path, fs.ErrExist)
	case !bytes.Equal(old, p.source):
		return nil, fmt.Errorf("%s: %w", path, ErrChanged)
	}
	return old, nil
}

// replace puts data in the place of a file at once, if it still may.
func replace(path string, data []byte, mode fs.FileMode, may func() error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = errors.Join(os.Chmod(f.Name(), mode), may()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	if dir, derr := os.Open(filepath.Dir(path)); derr == nil {
		_ = dir.Sync() // some systems cannot sync a folder; the rename is done all the same
		_ = dir.Close()
	}
	return nil
}
