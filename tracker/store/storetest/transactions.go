package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

var transactionRows = []row{
	{
		name:    "update answers",
		promise: "What an Update wrote is there when it has returned nil.",
		check: func(e *env) error {
			for i := range 20 {
				k := strconv.Itoa(i)
				if err := first(put(e, "b", k, "v"+k), viewGet(e, "b", k, "v"+k)); err != nil {
					return err
				}
			}
			return nil
		},
	},
	{
		name:    "roll back on error",
		promise: "An Update whose function fails returns that very error and changes nothing.",
		check: func(e *env) error {
			if err := put(e, "b", "k", "old", "gone", "there"); err != nil {
				return err
			}
			if err := e.Update(bg, func(w store.Writer) error { return first(upset(w), errStop) }); err != errStop {
				return fmt.Errorf("the Update returned %v, want the error that its function returned", err)
			}
			return e.View(bg, untouched)
		},
	},
	{
		name:    "roll back on panic",
		promise: "An Update whose function panics passes the panic on, changes nothing, and lets the next one in.",
		check: func(e *env) error {
			if err := put(e, "b", "k", "old", "gone", "there"); err != nil {
				return err
			}
			p := panicOf(func() {
				_ = e.Update(bg, func(w store.Writer) error {
					if err := upset(w); err != nil {
						panic(err)
					}
					panic(errStop)
				})
			})
			if p != errStop {
				return fmt.Errorf("the panic is %v, want the one of the function", p)
			}
			if err := e.View(bg, untouched); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(bg, patience)
			defer cancel()
			return e.Update(ctx, func(w store.Writer) error { return first(untouched(w), w.Put("b", []byte("k"), nil)) })
		},
	},
	{
		name:    "view passes on",
		promise: "A View returns the very error of its function, and passes its panic on.",
		check: func(e *env) error {
			if err := e.View(bg, func(store.Reader) error { return errStop }); err != errStop {
				return fmt.Errorf("the View returned %v, want the error that its function returned", err)
			}
			if p := panicOf(func() { _ = e.View(bg, func(store.Reader) error { panic(errStop) }) }); p != errStop {
				return fmt.Errorf("the panic is %v, want the one of the function", p)
			}
			return put(e, "b", "k", "v")
		},
	},
	{
		name:    "snapshot",
		promise: "A View sees nothing of an Update that commits while it runs; the next View sees all of it.",
		check: func(e *env) error {
			if err := put(e, "b", "k", "old", "gone", "there"); err != nil {
				return err
			}
			done := make(chan error, 1)
			err := e.View(bg, func(r store.Reader) error {
				go func() { done <- e.Update(bg, upset) }()
				select {
				case err := <-done:
					done <- err
				case <-time.After(patience):
				}
				return untouched(r)
			})
			return first(err, <-done, viewGet(e, "b", "k", "new"), viewGet(e, "b", "gone", ""), viewGet(e, "other", "k", "new"))
		},
	},
	{
		name:    "nothing half done",
		promise: "A View that begins while an Update runs sees nothing of it.",
		check: func(e *env) error {
			if err := put(e, "b", "k", "old", "gone", "there"); err != nil {
				return err
			}
			seen := make(chan error, 2)
			err := e.Update(bg, func(w store.Writer) error {
				if err := upset(w); err != nil {
					seen <- err
					return err
				}
				go func() { seen <- e.View(bg, untouched) }()
				select {
				case err := <-seen:
					seen <- err
				case <-time.After(patience):
					seen <- nil // it waits for this Update, and may
				}
				return nil
			})
			return first(err, <-seen)
		},
	},
	{
		name:    "one at a time",
		promise: "No two Updates overlap, so that reading, adding one and writing from many goroutines counts them all.",
		check:   oneAtATime,
	},
	{
		name:    "done before",
		promise: "With a context that is done, neither View nor Update calls its function, and both return the context's error.",
		check: func(e *env) error {
			ctx, cancel := context.WithCancel(bg)
			cancel()
			called := ""
			verr := e.View(ctx, func(store.Reader) error { called = "View"; return nil })
			uerr := e.Update(ctx, func(w store.Writer) error {
				called = "Update"
				return w.Put("b", []byte("k"), []byte("v"))
			})
			if called != "" {
				return fmt.Errorf("%s called its function", called)
			}
			return first(
				wantError(verr, context.Canceled, "View"),
				wantError(uerr, context.Canceled, "Update"),
				viewGet(e, "b", "k", ""),
			)
		},
	},
	{
		name:    "done while waiting",
		promise: "An Update whose context ends while it waits for another returns the context's error and never calls its function.",
		check: func(e *env) error {
			ctx, cancel := context.WithCancel(bg)
			defer cancel()
			second := make(chan error, 1)
			called := false
			err := e.Update(bg, func(w store.Writer) error {
				go func() {
					second <- e.Update(ctx, func(w store.Writer) error {
						called = true
						return w.Put("b", []byte("k"), []byte("v"))
					})
				}()
				for _, wait := range []time.Duration{patience / 100, patience} {
					select {
					case err := <-second:
						second <- err
						return nil
					case <-time.After(wait):
						cancel()
					}
				}
				return nil
			})
			serr := <-second
			if called {
				return errors.New("the function of the Update whose context was done was called")
			}
			return first(err, wantError(serr, context.Canceled, "the Update that waited"), viewGet(e, "b", "k", ""))
		},
	},
	{
		name:    "readers beside a writer",
		promise: "Every View among many, while a writer writes, sees whole Updates only, and never goes back in time.",
		check:   besideAWriter,
	},
}

// upset changes what [untouched] looks at. Before, k is old and gone is there.
func upset(w store.Writer) error {
	return first(
		w.Put("b", []byte("k"), []byte("new")),
		w.Put("b", []byte("more"), []byte("new")),
		w.Delete("b", []byte("gone")),
		w.Put("other", []byte("k"), []byte("new")),
	)
}

func untouched(r store.Reader) error {
	return first(
		wantGet(r, "b", "k", "old"),
		wantGet(r, "b", "gone", "there"),
		wantGet(r, "b", "more", ""),
		wantGet(r, "other", "k", ""),
		wantKeys(r, "b", store.Range{}, 9, "gone", "k"),
		wantKeys(r, "other", store.Range{}, 9),
	)
}

func oneAtATime(e *env) error {
	const callers, each = 8, 20
	var asked, inside atomic.Int32
	var others sync.Once
	var wg sync.WaitGroup
	errs := make(chan error, callers)
	for range callers {
		wg.Go(func() {
			for range each {
				asked.Add(1)
				err := e.Update(bg, func(w store.Writer) error {
					if n := inside.Add(1); n != 1 {
						return fmt.Errorf("%d Updates are inside at once", n)
					}
					defer inside.Add(-1)
					others.Do(func() { // all of them have asked, and time to come in if they can
						for asked.Load() < callers {
							runtime.Gosched()
						}
						time.Sleep(patience / 100)
					})
					v, err := w.Get("b", []byte("n"))
					if err != nil {
						return err
					}
					n, _ := strconv.Atoi(string(v))
					return w.Put("b", []byte("n"), []byte(strconv.Itoa(n+1)))
				})
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return first(<-errs, viewGet(e, "b", "n", strconv.Itoa(callers*each)))
}

func besideAWriter(e *env) error {
	const readers, updates = 4, 50
	stop := make(chan struct{})
	errs := make(chan error, readers+1)
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			last := 0
			for last < updates {
				select {
				case <-stop: // the writer failed
					return
				default:
				}
				err := e.View(bg, func(r store.Reader) error {
					v, err := r.Get("b", []byte("n"))
					if err != nil {
						return err
					}
					n, _ := strconv.Atoi(string(v))
					if n < last {
						return fmt.Errorf("a View saw Update %d after another had seen %d", n, last)
					}
					last = n
					page, err := r.Page("list", store.Range{}, updates+1)
					if err == nil && len(page) != n {
						err = fmt.Errorf("a View sees %d of %d entries of one Update", len(page), n)
					}
					return err
				})
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	var err error
	for i := 1; i <= updates && err == nil; i++ {
		err = e.Update(bg, func(w store.Writer) error {
			return first(w.Put("b", []byte("n"), []byte(strconv.Itoa(i))), w.Put("list", key("%04d", i), pattern(i, 300)))
		})
	}
	if err != nil {
		close(stop)
	}
	wg.Wait()
	close(errs)
	return first(err, <-errs)
}
