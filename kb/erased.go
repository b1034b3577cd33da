package kb

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/supportloop/supportloop/tracker"
)

// erased are the records that were erased by changes the index may not know yet.
type erased struct {
	mu    sync.Mutex
	since uint64            // the changes after this one were looked at
	until uint64            // up to this one
	last  map[record]uint64 // the change that erased each, or a contact of it
}

// gone are the keys of what was erased after the change seq, up to which the index that
// answered goes: nobody waits for the index to have it gone.
func (b *Base) gone(ctx context.Context, seq uint64) (map[string]bool, error) {
	e := &b.erased
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil || seq < e.since {
		e.since, e.until, e.last = seq, seq, map[record]uint64{}
	}
	if seq > e.until {
		e.since, e.until = seq, seq
	}
	for ch, err := range b.Tracker.Changes(ctx, e.until) {
		if b.leftOut(err) || errors.Is(err, tracker.ErrGap) {
			break // CatchUp tells
		}
		if err != nil {
			return nil, err
		}
		e.until = ch.Seq
		switch ch.Action {
		case tracker.ContactErased, tracker.TicketErased, tracker.ArticleErased:
			e.last[record{Contact, uint64(ch.Contact)}] = ch.Seq
			e.last[record{Ticket, uint64(ch.Ticket)}] = ch.Seq
			e.last[record{Article, uint64(ch.Article)}] = ch.Seq
		}
	}
	keys := map[string]bool{}
	for r, at := range e.last {
		switch {
		case at > seq:
			keys[key(r.kind, fmt.Sprint(r.id))] = true
		default:
			delete(e.last, r)
			e.since = max(e.since, at)
		}
	}
	return keys, nil
}
