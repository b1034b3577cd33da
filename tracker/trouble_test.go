package tracker_test

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// trouble is a store that does what it is told: it fails a Put, or the commit, or
// waits before it begins.
type trouble struct {
	store.Store
	mu      sync.Mutex
	put     func(b store.Bucket) error // instead of a Put
	commit  error                      // what Update answers
	commits bool                       // whether it happened nevertheless
	gate    chan struct{}              // Update waits for it
	updates int
}

func (s *trouble) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *trouble) Update(ctx context.Context, fn func(store.Writer) error) error {
	s.mu.Lock()
	s.updates++
	put, commit, commits, gate := s.put, s.commit, s.commits, s.gate
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
	err := s.Store.Update(ctx, func(w store.Writer) error {
		if err := fn(&troubledWriter{w, put}); err != nil {
			return err
		}
		if commit != nil && !commits {
			return commit
		}
		return nil
	})
	if err == nil {
		err = commit
	}
	return err
}

type troubledWriter struct {
	store.Writer
	put func(store.Bucket) error
}

func (w *troubledWriter) Put(b store.Bucket, k, v []byte) error {
	if w.put != nil {
		if err := w.put(b); err != nil {
			return err
		}
	}
	return w.Writer.Put(b, k, v)
}

func newTrouble() *trouble { return &trouble{Store: memstore.New()} }

// TestFullDisk: a write that the disk has no room for did not happen, wherever in it
// that shows; and once there is room, the log goes on.
func TestFullDisk(t *testing.T) {
	s := newTrouble()
	tr := openStore(t, s, newClock(), answerWithin(1))
	for n := range 4 {
		logged(t, tr, from(about(0, n), "imap", n))
	}
	before := export(t, tr)
	for nth := range 100 {
		puts := 0
		s.set(func() {
			s.put = func(store.Bucket) error {
				if puts++; puts > nth {
					return fmt.Errorf("write: %w", syscall.ENOSPC)
				}
				return nil
			}
		})
		_, err := tr.Log(ctx, from(about(0, 9), "imap", 9))
		if puts <= nth {
			require.NoError(t, err)
			require.Greater(t, nth, 10, "a contact is many writes")
			break
		}
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.NotErrorIs(t, err, store.ErrUnknown)
		s.set(func() { s.put = nil })
		require.Equal(t, before, export(t, tr))
	}
	s.set(func() { s.put = nil })
	require.True(t, logged(t, tr, from(about(0, 9), "imap", 9)).Duplicate)
	require.Equal(t, tracker.ProblemID(1), logged(t, tr, about(0, 10)).Problem, "the grouping index did not take in what did not happen")
	checkSound(t, tr)
}

// TestUnknownOutcome: when nobody knows whether a commit happened, the handle
// refuses to write; opened anew, logging the same contact again settles it.
func TestUnknownOutcome(t *testing.T) {
	for _, happened := range []bool{false, true} {
		s, clock := newTrouble(), newClock()
		tr := openStore(t, s, clock)
		for n := range 4 {
			logged(t, tr, from(about(0, n), "imap", n))
		}
		s.set(func() { s.commit, s.commits = fmt.Errorf("fsync: %w", store.ErrUnknown), happened })
		lost := from(about(0, 4), "imap", 4)
		_, err := tr.Log(ctx, lost)
		require.ErrorIs(t, err, store.ErrUnknown)
		s.set(func() { s.commit = nil })
		for name, write := range map[string]func() error{
			"log":     func() error { _, err := tr.Log(ctx, lost); return err },
			"confirm": func() error { _, err := tr.Confirm(ctx, 1, ofTicket(2)); return err },
			"erase":   func() error { _, err := tr.Erase(ctx, 1); return err },
			"import": func() error {
				n := 0
				_, err := tr.Import(ctx, func(yield func(tracker.Contact, error) bool) {
					for n < 10_000 && yield(from(alone(n), "x", n), nil) {
						n++
					}
				}, nil)
				require.Less(t, n, 10_000, "it stops at once")
				return err
			},
		} {
			require.ErrorIs(t, write(), store.ErrUnknown, name)
		}
		require.NoError(t, tr.Close())
		tr = openStore(t, s, clock)
		r := logged(t, tr, lost)
		require.Equal(t, happened, r.Duplicate)
		require.Equal(t, tracker.ContactID(5), r.Contact)
		require.Len(t, all(t, tr.Contacts(ctx, tracker.ContactQuery{})), 5, "there once")
		checkSound(t, tr)
	}
}
