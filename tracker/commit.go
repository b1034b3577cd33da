package tracker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// Callers that write at the same time share a transaction. The first one commits
// for all who wait, then hands over to the first who came since; so the medium is
// never idle while somebody waits, nobody waits for a timer, and no goroutine runs
// that the callers did not start.

// A commit takes at most so many operations and bytes.
const (
	maxOperations = 1000
	maxBytes      = 16 << 20
)

// operation is one write: all of it happens, or none.
type operation struct {
	actor  Actor
	now    time.Time // read by the caller, so that who shares a commit does not change it
	bytes  int       // about
	do     func(*tx) error
	then   func() error // after the commit, before the next one begins; nil: nothing
	err    error
	waiter *waiter
}

// waiter is a caller, with one operation or several in a row.
type waiter struct {
	left int           // operations that are not settled
	done chan struct{} // closed when none is left
	turn chan struct{} // closed when this caller is to commit
}

// queue is who waits.
type queue struct {
	mu      sync.Mutex
	waiting []*operation
	busy    bool // somebody commits, or was told to
	closed  bool
	idle    sync.Cond
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.idle.L = &q.mu
	for q.busy {
		q.idle.Wait()
	}
}

// write authorises and does one operation in the name of t's actor. bytes is about
// how much it writes.
func (t *Tracker) write(ctx context.Context, action, object string, bytes int, do func(*tx) error) error {
	if err := t.authorize(ctx, action, object); err != nil {
		return err
	}
	op := &operation{actor: t.actor, now: t.now(), bytes: bytes, do: do}
	if err := t.submit(ctx, op); err != nil {
		return err
	}
	return op.err
}

func (t *Tracker) authorize(ctx context.Context, action, object string) error {
	if t.opts.ReadOnly {
		return store.ErrReadOnly
	}
	if t.opts.Authorize == nil {
		return nil
	}
	if err := t.opts.Authorize(ctx, Request{Actor: t.actor, Action: action, Object: object}); err != nil {
		return fmt.Errorf("%s may not %s %s: %w: %w", t.actor, action, object, ErrForbidden, err)
	}
	return nil
}

// between calls fn when nothing is being committed, and begins nothing until it has
// returned: who reads the store or changes the grouping index there is alone.
func (c *core) between(ctx context.Context, fn func() error) error {
	op := &operation{do: func(*tx) error { return nil }, then: fn}
	if err := c.submit(ctx, op); err != nil {
		return err
	}
	return op.err
}

// submit does ops in their order, in one transaction or in several. Its error says
// that none was begun; else each has its own.
func (c *core) submit(ctx context.Context, ops ...*operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(ops) == 0 {
		return nil
	}
	w := &waiter{left: len(ops), done: make(chan struct{}), turn: make(chan struct{})}
	for _, op := range ops {
		op.waiter = w
	}
	q := &c.queue
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return ErrClosed
	}
	q.waiting = append(q.waiting, ops...)
	if !q.busy {
		q.busy = true
		close(w.turn)
	}
	q.mu.Unlock()

	select {
	case <-w.turn:
		c.lead(w)
		return nil
	case <-w.done:
		return nil
	case <-ctx.Done():
	}
	if q.leave(w, len(ops)) {
		return ctx.Err()
	}
	// Some of it was picked up: the outcome is what the caller needs to know.
	select {
	case <-w.turn:
		c.lead(w)
	case <-w.done:
	}
	return nil
}

// leave takes back all of w's operations if none was picked up yet.
func (q *queue) leave(w *waiter, n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	var others []*operation
	for _, op := range q.waiting {
		if op.waiter != w {
			others = append(others, op)
		}
	}
	if len(q.waiting)-len(others) != n {
		return false
	}
	q.waiting = others
	select {
	case <-w.turn: // it was told to commit: pass that on
		q.handOver()
	default:
	}
	return true
}

// handOver tells the first who waits to commit. The caller holds q.mu and leads.
func (q *queue) handOver() {
	if len(q.waiting) == 0 {
		q.busy = false
		if q.idle.L != nil {
			q.idle.Broadcast()
		}
		return
	}
	close(q.waiting[0].waiter.turn)
}

// lead commits until all of w's operations are settled.
func (c *core) lead(w *waiter) {
	q := &c.queue
	var batch []*operation
	defer func() {
		if batch != nil { // a callback ended this goroutine
			q.abandon(w, batch)
		}
	}()
	for {
		q.mu.Lock()
		n, bytes := 0, 0
		for n < len(q.waiting) && n < maxOperations && (n == 0 || bytes+q.waiting[n].bytes <= maxBytes) {
			bytes += q.waiting[n].bytes
			n++
		}
		batch = q.waiting[:n:n]
		q.waiting = q.waiting[n:]
		q.mu.Unlock()

		settled := c.commit(batch)

		q.mu.Lock()
		q.waiting = append(batch[settled:len(batch):len(batch)], q.waiting...)
		for _, op := range batch[:settled] {
			if op.waiter.left--; op.waiter.left == 0 {
				close(op.waiter.done)
			}
		}
		batch = nil
		if w.left == 0 {
			q.handOver()
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
	}
}

var errEnded = errors.New("nothing was written: a callback of an operation in the same transaction ended its goroutine (runtime.Goexit); try again")

// abandon settles batch, of which nothing happened, and leaves in the place of w, whose
// goroutine ends.
func (q *queue) abandon(w *waiter, batch []*operation) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(op *operation) bool { return op.waiter == w })
	for _, op := range batch {
		op.err = errEnded
		if op.waiter.left--; op.waiter.left == 0 && op.waiter != w {
			close(op.waiter.done)
		}
	}
	q.handOver()
}

var errBehind = errors.New("the grouping index is behind the log")

// commit does the operations of batch in one transaction and returns how many of
// them it settled: those from the next epoch of the grouping index on have to wait.
func (c *core) commit(batch []*operation) (settled int) {
	fail := func(err error) int {
		for _, op := range batch {
			op.err = err
		}
		return len(batch)
	}
	if err := c.brokenBy(); err != nil {
		return fail(err)
	}
	for {
		var moves []cluster.Op
		var h head
		err := c.store.Update(context.Background(), func(w store.Writer) (err error) {
			defer c.recovered(&err) // whoever leads must not leave the others waiting
			if h, err = readHead(w); err != nil {
				return err
			}
			if c.index != nil && c.index.Seq() != h.Seq {
				return errBehind // another machine wrote
			}
			before := h.Seq
			if moves, settled, err = c.run(w, &h, batch); err != nil || h.Seq == before {
				return err
			}
			return save(w, bMeta, keyHead, h)
		})
		if errors.Is(err, errBehind) {
			if err := c.followIndex(context.Background()); err != nil {
				return fail(err)
			}
			continue
		}
		if errors.Is(err, store.ErrUnknown) {
			c.mu.Lock()
			c.broken = err
			c.mu.Unlock()
		}
		if err != nil {
			return fail(err)
		}
		if c.index != nil {
			c.index.Apply(moves...)
			c.index.Advance(h.Seq)
		}
		c.advance(h)
		for _, op := range batch[:settled] {
			if op.then != nil && op.err == nil {
				op.err = c.try(op.then)
			}
		}
		return settled
	}
}

// run does the operations of batch one by one on w, and returns what they mean to
// the grouping index. An operation that fails leaves no trace but its own error.
func (c *core) run(w store.Writer, h *head, batch []*operation) (moves []cluster.Op, settled int, err error) {
	var overlay *cluster.Batch
	if c.index != nil {
		overlay = c.index.Batch()
	}
	for i, op := range batch {
		if i > 0 && overlay != nil && overlay.Full() {
			return moves, i, nil
		}
		x := &tx{staged: &staged{under: w}, c: c, head: *h, actor: op.actor, now: op.now, overlay: overlay}
		if op.err = c.try(func() error { return op.do(x) }); op.err == nil {
			op.err = x.writeHeld()
		}
		if op.err != nil {
			continue
		}
		made, err := x.moves()
		if err != nil {
			return nil, 0, err
		}
		if err := x.flush(); err != nil {
			return nil, 0, err
		}
		*h = x.head
		for _, m := range made {
			overlay.Apply(m)
		}
		moves = append(moves, made...)
	}
	return moves, len(batch), nil
}

// advance tells whoever waits for it that the log has moved.
func (c *core) advance(h head) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h.Seq <= c.last.Seq {
		return
	}
	c.last = h
	if c.moved != nil {
		close(c.moved)
		c.moved = make(chan struct{})
	}
}

// tx is one operation in its transaction.
type tx struct {
	*staged
	c        *core
	head     head
	actor    Actor
	now      time.Time
	overlay  *cluster.Batch // nil: no grouping
	changes  []Change
	tickets  held[TicketID, Ticket]
	problems held[ProblemID, Problem]
	filed    map[TicketID]Status        // under which tickets stand in tickets_by_status; none for a new one
	left     map[ProblemID]bool         // a ticket from the edge left: First and Last are to be found again
	docs     map[ContactID]*cluster.Doc // of tickets as of a contact, prepared already
}

// try calls fn and turns a panic of it into an error: somebody else's callback must
// not take the others in the transaction with it.
func (c *core) try(fn func() error) (err error) {
	defer c.recovered(&err)
	return fn()
}

// recovered turns a panic into an error.
func (c *core) recovered(err *error) {
	if p := recover(); p != nil {
		c.opts.Logger.Error("an operation panicked", "stack", string(debug.Stack()))
		*err = fmt.Errorf("panic: %v", p)
	}
}

// change appends ch to the log.
func (x *tx) change(ch Change) error {
	x.head.Seq++
	ch.Seq, ch.At, ch.Actor = x.head.Seq, x.now, x.actor
	x.changes = append(x.changes, ch)
	return save(x, bChanges, key(ch.Seq), ch)
}

// moves returns what the operation means to the grouping index.
func (x *tx) moves() ([]cluster.Op, error) {
	if x.c.index == nil {
		return nil, nil
	}
	var out []cluster.Op
	for _, ch := range x.changes {
		op, text, ok, err := indexOp(x, ch, x.docs[ch.Contact])
		if err != nil {
			return nil, err
		}
		if ok && op.Kind == cluster.Add && op.Doc == nil {
			op.Doc = cluster.Prepare(text)
		}
		if ok {
			out = append(out, op)
		}
	}
	return out, nil
}
