package tracker

import (
	"context"
	"fmt"
	"iter"

	"github.com/supportloop/supportloop/tracker/store"
)

// Changes yields the log from behind after to its head, in order. What comes while
// it is read is included. A gap, which damage alone can make, ends it with [ErrGap].
func (t *Tracker) Changes(ctx context.Context, after uint64) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		next := after
		for ch, err := range list[Change](ctx, t.core, bChanges, store.Range{From: key(after + 1)}, record[Change](bChanges)) {
			if next++; err == nil && ch.Seq != next {
				err = fmt.Errorf("%w: %d follows %d", ErrGap, ch.Seq, next-1)
			}
			if !yield(ch, err) || err != nil {
				return
			}
		}
	}
}

// Head is the number of the last change.
func (t *Tracker) Head(ctx context.Context) (uint64, error) {
	var seq uint64
	err := t.view(ctx, func(r store.Reader) error {
		h, err := readHead(r)
		seq = h.Seq
		return err
	})
	return seq, err
}

// Wait blocks until the log goes beyond after, as far as this process writes it. It
// returns the context's error, or [ErrClosed].
func (t *Tracker) Wait(ctx context.Context, after uint64) error {
	for {
		t.mu.Lock()
		seq, moved, closed := t.last.Seq, t.moved, t.closed
		t.mu.Unlock()
		switch {
		case closed:
			return ErrClosed
		case seq > after:
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
