// Package gate is the way into a store in one process: any number of readers, one
// writer at a time, everybody's waiting ended by their context, and a door that
// closes once.
package gate

import (
	"context"
	"sync"

	"github.com/supportloop/supportloop/tracker/store"
)

// Gate counts who is in. Make one with [New].
type Gate struct {
	writer  chan struct{} // full while there is a writer; waiters are served in turn
	closing chan struct{} // closed when Close begins

	mu      sync.Mutex
	readers int
	alone   bool
	changed chan struct{} // closed and replaced at each change somebody may wait for
}

// New returns an open gate with nobody in.
func New() *Gate {
	return &Gate{
		writer:  make(chan struct{}, 1),
		closing: make(chan struct{}),
		changed: make(chan struct{}),
	}
}

// Enter lets a reader in, next to the other readers and the writer. It fails with
// [store.ErrClosed] or the error of ctx; otherwise Leave must follow.
func (g *Gate) Enter(ctx context.Context) error {
	for {
		if err := g.passable(ctx); err != nil {
			return err
		}
		g.mu.Lock()
		if !g.alone {
			g.readers++
			g.mu.Unlock()
			return g.orLeave()
		}
		changed := g.changed
		g.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		case <-g.closing:
		}
	}
}

// orLeave settles a race with Close: whoever was counted after Close began leaves.
func (g *Gate) orLeave() error {
	select {
	case <-g.closing:
		g.Leave()
		return store.ErrClosed
	default:
		return nil
	}
}

// Leave lets a reader out.
func (g *Gate) Leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.readers--; g.readers == 0 {
		g.broadcast()
	}
}

// Begin lets the one writer in, those who wait in the order of their coming. It
// fails with [store.ErrClosed] or the error of ctx; otherwise End must follow.
func (g *Gate) Begin(ctx context.Context) error {
	if err := g.passable(ctx); err != nil {
		return err
	}
	select {
	case g.writer <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.closing:
		return store.ErrClosed
	}
	if err := g.passable(ctx); err != nil {
		g.End()
		return err
	}
	return nil
}

// End lets the writer out.
func (g *Gate) End() { <-g.writer }

// Alone keeps readers from coming in and waits until those inside have left. Only
// the writer may call it. It fails with the error of ctx; otherwise Together must
// follow.
func (g *Gate) Alone(ctx context.Context) error {
	g.mu.Lock()
	g.alone = true
	g.mu.Unlock()
	if err := g.empty(ctx); err != nil {
		g.Together()
		return err
	}
	return nil
}

// Together ends Alone.
func (g *Gate) Together() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.alone = false
	g.broadcast()
}

// Close shuts the gate and waits until everybody has left. It reports whether this
// call was the one that shut it; every later call returns false.
func (g *Gate) Close() bool {
	g.mu.Lock()
	select {
	case <-g.closing:
		g.mu.Unlock()
		return false
	default:
		close(g.closing)
	}
	g.mu.Unlock()
	g.writer <- struct{}{}
	_ = g.empty(context.Background())
	return true
}

func (g *Gate) empty(ctx context.Context) error {
	for {
		g.mu.Lock()
		n, changed := g.readers, g.changed
		g.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *Gate) passable(ctx context.Context) error {
	select {
	case <-g.closing:
		return store.ErrClosed
	default:
		return ctx.Err()
	}
}

func (g *Gate) broadcast() {
	close(g.changed)
	g.changed = make(chan struct{})
}
