// Package storetest holds the promises of [store.Store] as a suite. A driver's test
// is one call:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { return memstore.New() }, nil)
//	}
//
// Each row is one promise, an English sentence that is printed when it is broken.
// The suite is tested itself: for every row there is a store, broken on purpose,
// that only a row like it finds.
package storetest

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/supportloop/supportloop/tracker/store"
)

// Options says what else the suite can do with a driver's stores. Rows that need
// what is nil are left out. A store that Reopen, ReadOnly or Restore returns is
// closed by the suite.
type Options struct {
	// Reopen closes s and opens the same medium again, as a new process would.
	Reopen func(t *testing.T, s store.Store) store.Store
	// ReadOnly closes s and opens the same medium again for reading only.
	ReadOnly func(t *testing.T, s store.Store) store.Store
	// Restore opens what a Backup wrote as a new store.
	Restore func(t *testing.T, backup io.Reader) store.Store
}

// Run checks every promise against a store of its own that open returns, empty. The
// suite closes it. Under [testing.Short] the rows that move many bytes are left out.
func Run(t *testing.T, open func(t *testing.T) store.Store, opts *Options) {
	t.Helper()
	if opts == nil {
		opts = &Options{}
	}
	for _, r := range rows {
		t.Run(strings.ReplaceAll(r.name, " ", "_"), func(t *testing.T) {
			e := &env{Store: open(t)}
			if opts.Reopen != nil {
				e.reopen = func(s store.Store) store.Store { return opts.Reopen(t, s) }
			}
			if opts.ReadOnly != nil {
				e.readOnly = func(s store.Store) store.Store { return opts.ReadOnly(t, s) }
			}
			if opts.Restore != nil {
				e.restore = func(b io.Reader) store.Store { return opts.Restore(t, b) }
			}
			if why := r.leaveOut(e); why != "" {
				_ = e.Close()
				t.Skip(why)
			}
			if r.big && testing.Short() {
				_ = e.Close()
				t.Skip("moves many bytes")
			}
			if err := r.run(e); err != nil {
				t.Errorf("promise broken: %s\n%v", r.promise, err)
			}
		})
	}
}

// env is the store under test and what can be done with it.
type env struct {
	store.Store
	reopen   func(store.Store) store.Store
	readOnly func(store.Store) store.Store
	restore  func(io.Reader) store.Store
}

// row is one promise.
type row struct {
	name    string
	promise string
	check   func(*env) error
	needs   func(*env) bool // nil where every store has what it takes
	big     bool
}

func (r row) leaveOut(e *env) string {
	if r.needs != nil && !r.needs(e) {
		return "this store does not offer it"
	}
	return ""
}

// run checks the promise and closes the store. A panic that the check did not
// expect breaks the promise too.
func (r row) run(e *env) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			return
		}
		if cerr := e.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("the answer of Close: %w", cerr)
		}
	}()
	return r.check(e)
}

var rows = concat(readingRows, writingRows, transactionRows, lifeRows, modelRows)

func concat(tables ...[]row) []row {
	var all []row
	for _, t := range tables {
		all = append(all, t...)
	}
	return all
}
