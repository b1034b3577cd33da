package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

var lifeRows = []row{
	{
		name:    "closed",
		promise: "After Close everything answers ErrClosed, View and Update without calling anybody, and a second Close does nothing.",
		check: func(e *env) error {
			if err := first(put(e, "b", "k", "v"), e.Close()); err != nil {
				return err
			}
			called := ""
			verr := e.View(bg, func(store.Reader) error { called = "View"; return nil })
			uerr := e.Update(bg, func(store.Writer) error { called = "Update"; return nil })
			if called != "" {
				return fmt.Errorf("%s called its function", called)
			}
			return first(
				wantError(verr, store.ErrClosed, "View"),
				wantError(uerr, store.ErrClosed, "Update"),
				closedExtras(e.Store),
				e.Close(),
			)
		},
	},
	{
		name:    "close waits",
		promise: "Close waits for the View that is under way.",
		check: func(e *env) error {
			return first(
				put(e, "b", "k", "v"),
				closeDuring(e, func(work func(store.Reader) error) error { return e.View(bg, work) }),
				wantError(put(e, "b", "k", "v"), store.ErrClosed, "Update after Close"),
			)
		},
	},
	{
		name:    "close waits for a writer",
		promise: "Close waits for the Update that is under way, and what that wrote is durable.",
		check: func(e *env) error {
			err := first(
				put(e, "b", "k", "v"),
				closeDuring(e, func(work func(store.Reader) error) error {
					return e.Update(bg, func(w store.Writer) error { return first(w.Put("b", []byte("late"), []byte("v")), work(w)) })
				}),
				wantError(put(e, "b", "k", "v"), store.ErrClosed, "Update after Close"),
			)
			if err != nil || e.reopen == nil {
				return err
			}
			e.Store = e.reopen(e.Store)
			return viewGet(e, "b", "late", "v")
		},
	},
	{
		name:    "end of a reader",
		promise: "A Reader or Writer that is used after its function returned answers with an error.",
		check: func(e *env) error {
			var r store.Reader
			var w store.Writer
			err := first(put(e, "b", "k", "v"),
				e.View(bg, func(got store.Reader) error { r = got; return nil }),
				e.Update(bg, func(got store.Writer) error { w = got; return nil }))
			if err != nil {
				return err
			}
			for name, call := range map[string]func() error{
				"Get":          func() error { _, err := r.Get("b", []byte("k")); return err },
				"Page":         func() error { _, err := r.Page("b", store.Range{}, 1); return err },
				"Put":          func() error { return w.Put("b", []byte("k"), []byte("late")) },
				"Delete":       func() error { return w.Delete("b", []byte("k")) },
				"Writer's Get": func() error { _, err := w.Get("b", []byte("k")); return err },
			} {
				if call() == nil {
					return fmt.Errorf("%s answered without an error", name)
				}
			}
			return viewGet(e, "b", "k", "v")
		},
	},
	{
		name:    "durable",
		promise: "What was acknowledged is there after the store was closed and opened again, and what was rolled back is not.",
		needs:   func(e *env) bool { return e.reopen != nil },
		check: func(e *env) error {
			err := put(e, "b", "k", "v", "gone", "v")
			for i := range 50 {
				err = first(err, put(e, "list", fmt.Sprintf("%03d", i), string(pattern(i, 500))))
			}
			err = first(err, e.Update(bg, func(w store.Writer) error { return w.Delete("b", []byte("gone")) }))
			if uerr := e.Update(bg, func(w store.Writer) error { return first(w.Put("b", []byte("no"), nil), errStop) }); uerr != errStop {
				err = first(err, fmt.Errorf("the Update returned %v", uerr))
			}
			if err != nil {
				return err
			}
			e.Store = e.reopen(e.Store)
			return e.View(bg, func(r store.Reader) error {
				if err := first(wantGet(r, "b", "k", "v"), wantKeys(r, "b", store.Range{}, 9, "k")); err != nil {
					return err
				}
				for i := range 50 {
					if err := wantGet(r, "list", fmt.Sprintf("%03d", i), string(pattern(i, 500))); err != nil {
						return err
					}
				}
				return nil
			})
		},
	},
	{
		name:    "read-only",
		promise: "A store opened for reading only answers everything but Update, which is ErrReadOnly and calls nobody.",
		needs:   func(e *env) bool { return e.readOnly != nil },
		check: func(e *env) error {
			if err := put(e, "b", "k", "v"); err != nil {
				return err
			}
			e.Store = e.readOnly(e.Store)
			called := false
			err := e.Update(bg, func(store.Writer) error { called = true; return nil })
			if called {
				return errors.New("the Update called its function")
			}
			return first(wantError(err, store.ErrReadOnly, "Update"), viewGet(e, "b", "k", "v"))
		},
	},
	{
		name:    "verify",
		promise: "Verify finds nothing in a store that nothing has happened to, empty, full, or with all deleted.",
		needs:   func(e *env) bool { _, ok := e.Store.(store.Verifier); return ok },
		check: func(e *env) error {
			clean := func() error {
				d, err := e.Store.(store.Verifier).Verify(bg)
				if err == nil && d != nil {
					err = d
				}
				return err
			}
			return first(clean(), fill(e, 300), clean(), put(e, "b", "k", "v"), clean(), drain(e), clean())
		},
	},
	{
		name:    "backup",
		promise: "What Backup writes, opened, is the store as it was when Backup was called, whatever is committed while it writes.",
		needs: func(e *env) bool {
			_, ok := e.Store.(store.BackupWriter)
			return ok && e.restore != nil
		},
		check: func(e *env) error {
			if err := first(fill(e, 300), put(e, "b", "k", "old", "gone", "there")); err != nil {
				return err
			}
			buf := meanwhile{do: func() error { return e.Update(bg, upset) }, done: make(chan error, 1)}
			n, err := e.Store.(store.BackupWriter).Backup(bg, &buf)
			if err := first(err, <-buf.done); err != nil {
				return err
			}
			if n != int64(buf.Len()) {
				return fmt.Errorf("the Backup says %d bytes and wrote %d", n, buf.Len())
			}
			restored := e.restore(&buf.Buffer)
			return first(restored.View(bg, untouched), restored.View(bg, filled(300)), restored.Close())
		},
	},
	{
		name:    "compact",
		promise: "Compact changes nothing that can be read, now or after opening again, and a store of deleted bytes does not stay large.",
		needs:   func(e *env) bool { _, ok := e.Store.(store.Compactor); return ok },
		check: func(e *env) error {
			if err := first(put(e, "b", "k", "old", "gone", "there"), fill(e, 2000)); err != nil {
				return err
			}
			size := func() int64 {
				if s, ok := e.Store.(store.Sizer); ok {
					n, _ := s.Size()
					return n
				}
				return 0
			}
			full := size()
			if err := first(drain(e), e.Store.(store.Compactor).Compact(bg)); err != nil {
				return err
			}
			if full > 0 && size() > full/4 {
				return fmt.Errorf("%d bytes with everything in it, %d after deleting and Compact", full, size())
			}
			err := first(e.View(bg, untouched), put(e, "b", "later", "v"), e.Update(bg, func(w store.Writer) error { return w.Delete("b", []byte("later")) }))
			if err != nil || e.reopen == nil {
				return err
			}
			e.Store = e.reopen(e.Store)
			return e.View(bg, untouched)
		},
	},
	{
		name:    "compact beside a reader",
		promise: "A View that is under way when Compact is called sees what it saw before.",
		needs:   func(e *env) bool { _, ok := e.Store.(store.Compactor); return ok },
		check: func(e *env) error {
			if err := put(e, "b", "k", "old", "gone", "there"); err != nil {
				return err
			}
			done := make(chan error, 1)
			err := e.View(bg, func(r store.Reader) error {
				compactMeanwhile(e, done)
				return untouched(r)
			})
			return first(err, <-done, e.View(bg, untouched))
		},
	},
	{
		name:    "compact beside a writer",
		promise: "What an Update writes that is under way when Compact is called is there afterwards.",
		needs:   func(e *env) bool { _, ok := e.Store.(store.Compactor); return ok },
		check: func(e *env) error {
			done := make(chan error, 1)
			err := e.Update(bg, func(w store.Writer) error {
				if err := w.Put("b", []byte("before"), []byte("v")); err != nil {
					return err
				}
				compactMeanwhile(e, done)
				return w.Put("b", []byte("meanwhile"), []byte("v"))
			})
			return first(err, <-done, viewGet(e, "b", "before", "v"), viewGet(e, "b", "meanwhile", "v"))
		},
	},
	{
		name:    "size",
		promise: "Size is no less than the bytes that were put.",
		needs:   func(e *env) bool { _, ok := e.Store.(store.Sizer); return ok },
		check: func(e *env) error {
			if err := fill(e, 1000); err != nil {
				return err
			}
			n, err := e.Store.(store.Sizer).Size()
			if err == nil && n < 1000*500 {
				err = fmt.Errorf("a Size of %d bytes with 1,000 values of 500 bytes", n)
			}
			return err
		},
	},
}

// fill puts n values of 500 bytes into a bucket; filled looks for them, and drain
// deletes them.
func fill(s store.Store, n int) error {
	return s.Update(bg, func(w store.Writer) error {
		for i := range n {
			if err := w.Put("fill", key("%06d", i), pattern(i, 500)); err != nil {
				return err
			}
		}
		return nil
	})
}

func filled(n int) func(store.Reader) error {
	return func(r store.Reader) error {
		entries, err := all(r, "fill", store.Range{}, 100)
		if err != nil {
			return err
		}
		if len(entries) != n {
			return fmt.Errorf("%d entries, want %d", len(entries), n)
		}
		for i, e := range entries {
			if !bytes.Equal(e.Value, pattern(i, 500)) {
				return fmt.Errorf("the value of %q is not what was put", e.Key)
			}
		}
		return nil
	}
}

func drain(s store.Store) error {
	return s.Update(bg, func(w store.Writer) error {
		entries, err := all(w, "fill", store.Range{}, 100)
		for _, e := range entries {
			err = first(err, w.Delete("fill", e.Key))
		}
		return err
	})
}

// closedExtras returns an error unless what s offers beyond a Store answers ErrClosed.
func closedExtras(s store.Store) (err error) {
	answers := func(method string, answer error) {
		err = first(err, wantError(answer, store.ErrClosed, "%s", method))
	}
	if v, ok := s.(store.Verifier); ok {
		_, verr := v.Verify(bg)
		answers("Verify", verr)
	}
	if b, ok := s.(store.BackupWriter); ok {
		_, berr := b.Backup(bg, io.Discard)
		answers("Backup", berr)
	}
	if c, ok := s.(store.Compactor); ok {
		answers("Compact", c.Compact(bg))
	}
	if z, ok := s.(store.Sizer); ok {
		_, zerr := z.Size()
		answers("Size", zerr)
	}
	return err
}

// compactMeanwhile calls Compact and gives it time to do what it should wait with.
func compactMeanwhile(e *env, done chan error) {
	go func() { done <- e.Store.(store.Compactor).Compact(bg) }()
	select {
	case err := <-done:
		done <- err
	case <-time.After(patience / 40):
	}
}

// meanwhile is a buffer that has something done, as far as that is possible, when the
// first bytes come.
type meanwhile struct {
	bytes.Buffer
	do   func() error
	done chan error
}

func (m *meanwhile) Write(b []byte) (int, error) {
	if m.Len() == 0 {
		go func() { m.done <- m.do() }()
		select {
		case err := <-m.done:
			m.done <- err
		case <-time.After(patience): // it waits for the Backup, and may
		}
	}
	return m.Buffer.Write(b)
}

// closeDuring closes the store in the middle of begin's work.
func closeDuring(e *env, begin func(func(store.Reader) error) error) error {
	var finished atomic.Bool
	inside, closed, ended := make(chan struct{}), make(chan error, 1), make(chan error, 1)
	go func() {
		ended <- begin(func(r store.Reader) error {
			close(inside)
			select {
			case err := <-closed:
				return fmt.Errorf("the store closed (%v) while a function was running", err)
			case <-time.After(patience / 40):
			}
			defer finished.Store(true)
			return wantGet(r, "b", "k", "v")
		})
	}()
	<-inside
	err := e.Close()
	if err == nil && !finished.Load() {
		err = errors.New("the store closed while a function was running")
	}
	closed <- err
	return first(<-ended, err)
}
