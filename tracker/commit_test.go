package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// TestCallersShareACommit: who comes while a commit runs is in the next one together,
// in the order in which they came.
func TestCallersShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTrouble()
		tr := openStore(t, s, newClock(), peopleOnly)
		began := s.updates
		gate := make(chan struct{})
		s.set(func() { s.gate = gate })
		const callers = 1000
		errs := make([]error, callers)
		recs := make([]tracker.Receipt, callers)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				switch i {
				case 300:
					bad := alone(i)
					bad.Ticket = 77777
					_, errs[i] = tr.Log(ctx, bad)
				case 600:
					_, errs[i] = tr.UpdateProblem(ctx, 1, func(*tracker.Problem) error { panic("never reached") })
				default:
					recs[i], errs[i] = tr.Log(ctx, alone(i))
				}
			})
			synctest.Wait()
		}
		require.Equal(t, callers-1, tr.Waiting(), "one commits, the others wait")
		close(gate)
		wg.Wait()
		require.Equal(t, 2, s.updates-began, "and share the next transaction")
		for i, err := range errs {
			switch i {
			case 300, 600:
				require.ErrorIs(t, err, tracker.ErrNotFound)
			default:
				require.NoError(t, err)
				want := i + 1
				if i > 300 {
					want--
				}
				if i > 600 {
					want--
				}
				require.Equal(t, tracker.ContactID(want), recs[i].Contact, "first come, first numbered")
			}
		}
		checkSound(t, tr)
	})
}

// TestPanicsFailAlone: a callback that panics, or fails, takes nobody with it, and
// leaves nothing.
func TestPanicsFailAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTrouble()
		tr := openStore(t, s, newClock(), peopleOnly)
		id := logged(t, tr, alone(0)).Ticket
		p := problem(t, tr, id)
		gate := make(chan struct{})
		s.set(func() { s.gate = gate })
		broke := errors.New("broke off")
		calls := []func() error{
			func() error { _, err := tr.Log(ctx, alone(1)); return err },
			func() error {
				_, err := tr.UpdateProblem(ctx, p, func(p *tracker.Problem) error { p.Title = "half done"; panic("a bug of the caller's") })
				return err
			},
			func() error { _, err := tr.Log(ctx, alone(2)); return err },
			func() error {
				_, err := tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { tk.Title = "half done"; return broke })
				return err
			},
			func() error {
				_, err := tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { tk.Kind = tracker.Praise; return nil })
				return err
			},
		}
		errs := make([]error, len(calls))
		var wg sync.WaitGroup
		for i, call := range calls {
			wg.Go(func() { errs[i] = call() })
			synctest.Wait()
		}
		close(gate)
		wg.Wait()
		require.NoError(t, errs[0])
		require.ErrorContains(t, errs[1], "a bug of the caller's")
		require.NoError(t, errs[2])
		require.ErrorIs(t, errs[3], broke)
		require.NoError(t, errs[4])
		pr, err := tr.Problem(ctx, p)
		require.NoError(t, err)
		require.Equal(t, "A problem", pr.Title)
		tk, err := tr.Ticket(ctx, id)
		require.NoError(t, err)
		require.NotEqual(t, "half done", tk.Title)
		require.Equal(t, tracker.Praise, tk.Kind)
		checkSound(t, tr)
	})
}

// TestCallbacksThatEndTheirGoroutine, as a failing test's do, leave nobody waiting for
// ever: what shared the transaction is told that nothing happened.
func TestCallbacksThatEndTheirGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTrouble()
		tr := openStore(t, s, newClock(), peopleOnly)
		id := logged(t, tr, alone(0)).Ticket
		gate := make(chan struct{})
		s.set(func() { s.gate = gate })
		errs := make(chan error, 3)
		var ended sync.WaitGroup
		begin := func(call func() error) {
			ended.Go(func() { errs <- call() })
			synctest.Wait()
		}
		begin(func() error { _, err := tr.Log(ctx, alone(1)); return err })
		begin(func() error {
			_, err := tr.UpdateTicket(ctx, id, func(*tracker.Ticket) error { runtime.Goexit(); return nil })
			return err
		})
		begin(func() error { _, err := tr.Log(ctx, alone(2)); return err })
		close(gate)
		ended.Wait()
		one, other := <-errs, <-errs // in whatever order the two callers come back
		if one != nil {
			one, other = other, one
		}
		require.NoError(t, one)
		require.ErrorContains(t, other, "nothing was written")
		require.Empty(t, errs)
		logged(t, tr, alone(3))
		require.NoError(t, tr.Close())
		tr = openStore(t, s.Store, newClock(), peopleOnly)
		require.Len(t, all(t, tr.Contacts(ctx, tracker.ContactQuery{})), 3)
		checkSound(t, tr)
	})
}

// TestCancelled: before it is picked up a call that is cancelled has not happened;
// after that it is told how it ended.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTrouble()
		tr := openStore(t, s, newClock())
		gone, cancel := context.WithCancel(ctx)
		cancel()
		for name, err := range map[string]error{
			"log":        func() error { _, err := tr.Log(gone, alone(1)); return err }(),
			"import":     func() error { _, err := tr.Import(gone, sequence(alone(1)), nil); return err }(),
			"candidates": func() error { _, err := tr.Candidates(gone, alone(1), 1); return err }(),
			"erase":      func() error { _, err := tr.Erase(gone, 1); return err }(),
			"list":       func() error { _, err := collect(tr.Tickets(gone, tracker.TicketQuery{})); return err }(),
			"read":       func() error { _, err := tr.Ticket(gone, 1); return err }(),
			"wait":       tr.Wait(gone, 0),
			"verify":     func() error { _, err := tr.Verify(gone); return err }(),
		} {
			require.ErrorIs(t, err, context.Canceled, name)
		}
		head, err := tr.Head(ctx)
		require.NoError(t, err)
		require.Zero(t, head)

		gate := make(chan struct{})
		s.set(func() { s.gate = gate })
		type call struct {
			cancel context.CancelFunc
			done   chan error
		}
		begin := func(c tracker.Contact) call {
			ctx, cancel := context.WithCancel(ctx)
			done := make(chan error, 1)
			go func() { _, err := tr.Log(ctx, c); done <- err }()
			synctest.Wait()
			return call{cancel, done}
		}
		first, second, third := begin(alone(1)), begin(alone(2)), begin(alone(3))
		first.cancel() // it is being committed
		second.cancel()
		require.ErrorIs(t, <-second.done, context.Canceled, "who waits can go")
		synctest.Wait()
		require.Empty(t, first.done, "who is being committed waits for the outcome")
		close(gate)
		require.NoError(t, <-first.done)
		require.NoError(t, <-third.done, "who came behind is not forgotten")
		third.cancel()
		require.Len(t, all(t, tr.Contacts(ctx, tracker.ContactQuery{})), 2)

		// The one who is told to commit next goes away in the same moment.
		gate = make(chan struct{})
		s.set(func() { s.gate = gate })
		a, b, c := begin(alone(4)), begin(alone(5)), begin(alone(6))
		b.cancel()
		close(gate)
		require.NoError(t, <-a.done)
		<-b.done
		require.NoError(t, <-c.done)
		a.cancel()
		c.cancel()

		// Who shares a commit that somebody else leads is told how it ended, too.
		gate = make(chan struct{})
		s.set(func() { s.gate = gate })
		a, b, c = begin(alone(7)), begin(alone(8)), begin(alone(9))
		gate <- struct{}{}
		require.NoError(t, <-a.done)
		synctest.Wait()
		require.Zero(t, tr.Waiting(), "both were picked up")
		c.cancel()
		synctest.Wait()
		require.Empty(t, c.done)
		close(gate)
		require.NoError(t, <-b.done)
		require.NoError(t, <-c.done)
		a.cancel()
		b.cancel()
		checkSound(t, tr)
	})
}

// TestCloseWaits: calls under way end before Close does.
func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTrouble()
		tr := openStore(t, s, newClock(), peopleOnly)
		gate := make(chan struct{})
		s.set(func() { s.gate = gate })
		results := make(chan error, 5)
		for n := range 5 {
			go func() { _, err := tr.Log(ctx, alone(n)); results <- err }()
			synctest.Wait()
		}
		closed := make(chan error, 1)
		go func() { closed <- tr.Close() }()
		synctest.Wait()
		require.Empty(t, closed)
		_, err := tr.Log(ctx, alone(9))
		require.ErrorIs(t, err, tracker.ErrClosed)
		close(gate)
		require.NoError(t, <-closed)
		for range 5 {
			require.NoError(t, <-results)
		}
		tr = openStore(t, s.Store, newClock(), peopleOnly)
		require.Len(t, all(t, tr.Contacts(ctx, tracker.ContactQuery{})), 5)
	})
}

// TestClosed: whatever is asked of a closed tracker, it says that it is closed.
func TestClosed(t *testing.T) {
	s := memstore.New() // stays open: it is the test's
	tr := openStore(t, s, newClock())
	logged(t, tr, alone(1))
	require.NoError(t, tr.Close())
	require.NoError(t, tr.Close(), "once more does nothing")
	for name, err := range map[string]error{
		"log":        func() error { _, err := tr.Log(ctx, alone(2)); return err }(),
		"import":     func() error { _, err := tr.Import(ctx, sequence(alone(2)), nil); return err }(),
		"undo":       func() error { _, err := tr.Undo(ctx, 1); return err }(),
		"erase":      func() error { _, err := tr.Erase(ctx, 1); return err }(),
		"regroup":    func() error { _, err := tr.Regroup(ctx); return err }(),
		"maintain":   tr.Maintain(ctx),
		"candidates": func() error { _, err := tr.Candidates(ctx, alone(2), 1); return err }(),
		"read":       func() error { _, err := tr.Ticket(ctx, 1); return err }(),
		"list":       func() error { _, err := collect(tr.Tickets(ctx, tracker.TicketQuery{})); return err }(),
		"changes":    func() error { _, err := collect(tr.Changes(ctx, 0)); return err }(),
		"wait":       tr.Wait(ctx, 0),
		"stats":      func() error { _, err := tr.Stats(ctx); return err }(),
		"verify":     func() error { _, err := tr.Verify(ctx); return err }(),
		"export":     tr.Export(ctx, io.Discard),
		"backup":     func() error { _, err := tr.Backup(ctx, io.Discard); return err }(),
	} {
		require.ErrorIs(t, err, tracker.ErrClosed, name)
	}
}

// TestManyCallers: what eight goroutines log, decide and read at once is all there,
// once, with every count right.
func TestManyCallers(t *testing.T) {
	tr, _ := openMem(t)
	const callers, each = 8, 40
	var wg sync.WaitGroup
	for g := range callers {
		wg.Go(func() {
			desk := tr.As(tracker.Agent(fmt.Sprint(g)))
			for i := range each {
				n := g*each + i
				r, err := desk.Log(ctx, from(about(n, n%97), "test", n))
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := desk.Log(ctx, from(about(n, n%97), "test", n)); err != nil {
					t.Error(err)
				}
				switch i % 4 {
				case 0:
					if r.Problem != 0 {
						_, err = desk.Reject(ctx, r.Ticket, ofProblem(r.Problem))
					}
				case 1:
					_, err = desk.Candidates(ctx, about(n, 1), 3)
				case 2:
					_, err = collect(desk.Tickets(ctx, tracker.TicketQuery{Customer: r.Customer}))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, all(t, tr.Contacts(ctx, tracker.ContactQuery{})), callers*each)
	checkSound(t, tr)
}
