package tracker_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestChanges: numbered without gaps, readable from anywhere, and including what
// comes while they are read.
func TestChanges(t *testing.T) {
	tr, _ := openMem(t)
	for n := range 300 { // more than a page
		logged(t, tr, about(n, n))
	}
	head, err := tr.Head(ctx)
	require.NoError(t, err)
	require.Greater(t, head, uint64(600))
	for _, after := range []uint64{0, 1, 255, 256, 257, head - 1, head, head + 10} {
		want := after
		for ch, err := range tr.Changes(ctx, after) {
			require.NoError(t, err)
			want++
			require.Equal(t, want, ch.Seq)
		}
		require.Equal(t, max(after, head), want)
	}
	n, added := 0, false
	for ch, err := range tr.Changes(ctx, head-1) {
		require.NoError(t, err)
		if n++; !added {
			logged(t, tr, alone(1))
			added = true
			continue
		}
		require.Greater(t, ch.Seq, head)
	}
	if n > 1 { // the page was read before
		require.Greater(t, n, 2)
	}
	for range tr.Changes(ctx, 0) {
		break // who stops reading stops it
	}
	checkDense(t, tr)
}

// TestChangesCarryNumbersOnly: never a word of what anybody said.
func TestChangesCarryNumbersOnly(t *testing.T) {
	tr, _ := openMem(t)
	r := logged(t, tr, email("Ada <ada@example.org>", "Lamp", "It blinks."))
	require.Equal(t, []tracker.Change{
		{Seq: 1, At: monday, Actor: mia, Action: tracker.TicketOpened, Ticket: r.Ticket, Customer: r.Customer},
		{Seq: 2, At: monday, Actor: mia, Action: tracker.ContactLogged, Contact: r.Contact, Ticket: r.Ticket, Customer: r.Customer},
	}, all(t, tr.Changes(ctx, 0)))
	require.Equal(t, uint64(2), r.Seq)
}

// TestWait blocks until there is more, until the context ends, or the tracker closes.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, _ := openMem(t, peopleOnly)
		heard := make(chan error, 1)
		wait := func(ctx context.Context, after uint64) {
			go func() { heard <- tr.Wait(ctx, after) }()
			synctest.Wait()
		}
		still := func() bool { return len(heard) == 0 }

		wait(ctx, 0)
		require.True(t, still(), "there is nothing yet")
		logged(t, tr, alone(1))
		require.NoError(t, <-heard)
		require.NoError(t, tr.Wait(ctx, 0), "what is there already is not waited for")
		wait(ctx, 3)
		logged(t, tr, alone(1)) // 3 and 4
		require.NoError(t, <-heard)
		wait(ctx, 100)
		logged(t, tr, alone(1))
		synctest.Wait()
		require.True(t, still(), "somebody who waits for more goes on waiting")
		require.NoError(t, tr.Close())
		require.ErrorIs(t, <-heard, tracker.ErrClosed)

		tr, _ = openMem(t, peopleOnly)
		ended, cancel := context.WithCancelCause(ctx)
		wait(ended, 0)
		cancel(errors.New("enough"))
		require.ErrorIs(t, <-heard, context.Canceled)
	})
}
