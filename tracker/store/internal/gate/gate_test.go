package gate_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/internal/gate"
)

func TestWaitingForTheWriterEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate.New()
		require.NoError(t, g.Begin(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() { got <- g.Begin(ctx) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-got, context.Canceled)
		g.End()
		require.NoError(t, g.Begin(t.Context()), "the place of the one who gave up is free")
		g.End()
	})
}

func TestAloneWaitsForReadersAndHoldsNewOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate.New()
		require.NoError(t, g.Enter(t.Context()))
		require.NoError(t, g.Begin(t.Context()))
		alone, entered := false, false
		go func() {
			if g.Alone(t.Context()) == nil {
				alone = true
			}
		}()
		synctest.Wait()
		require.False(t, alone, "a reader is still in")
		go func() {
			if g.Enter(t.Context()) == nil {
				entered = true
			}
		}()
		synctest.Wait()
		require.False(t, entered, "somebody wants to be alone")
		g.Leave()
		synctest.Wait()
		require.True(t, alone)
		require.False(t, entered)
		g.Together()
		synctest.Wait()
		require.True(t, entered)
		g.Leave()
		g.End()
	})
}

func TestAloneGivesUpWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate.New()
		require.NoError(t, g.Enter(t.Context()))
		require.NoError(t, g.Begin(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() { got <- g.Alone(ctx) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-got, context.Canceled)
		require.NoError(t, g.Enter(t.Context()), "readers pass again")
	})
}

func TestCloseWaitsAndTurnsAwayThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate.New()
		require.NoError(t, g.Begin(t.Context()))
		require.NoError(t, g.Enter(t.Context()))
		waiting := make(chan error, 1)
		go func() { waiting <- g.Begin(t.Context()) }()
		synctest.Wait()
		closed := false
		go func() { closed = g.Close() }()
		synctest.Wait()
		require.ErrorIs(t, <-waiting, store.ErrClosed)
		require.ErrorIs(t, g.Enter(t.Context()), store.ErrClosed)
		require.False(t, closed, "a reader and the writer are still in")
		g.End()
		synctest.Wait()
		require.False(t, closed, "a reader is still in")
		g.Leave()
		synctest.Wait()
		require.True(t, closed)
		require.False(t, g.Close(), "the second Close does nothing")
	})
}
