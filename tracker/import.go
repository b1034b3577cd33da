package tracker

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// Imported counts what became of the contacts of an [Tracker.Import].
type Imported struct {
	Logged     int `json:"logged"`
	Duplicates int `json:"duplicates"` // were there already
	Failed     int `json:"failed"`     // could not be taken; each was reported
}

// A run of contacts is made ready together, on all processors, and committed
// together. While contacts are grouped a run is short, as each is compared with the
// ones of its run that came before it.
const (
	importRun         = 500
	importRunGrouping = 64
)

// Import logs many contacts, in their order, and calls report for each with its
// receipt or its error; report may be nil. One that cannot be taken does not stop
// the others, nor does an error that contacts yields for one: what stops Import is
// an error of the store, the context, or a refusal of the Authorizer, and it is
// returned. Everything that was reported without an error is durable; after an
// interruption import the same again, and what has a source id is not logged twice.
func (t *Tracker) Import(ctx context.Context, contacts iter.Seq2[Contact, error], report func(Contact, Receipt, error)) (Imported, error) {
	var sum Imported
	if err := t.authorize(ctx, "import", ""); err != nil {
		return sum, err
	}
	if report == nil {
		report = func(Contact, Receipt, error) {}
	}
	most := importRun
	if t.index != nil {
		most = importRunGrouping
	}
	// While one run is committed the next one is made ready.
	type outcome struct {
		run []arrival
		err error
	}
	committing := make(chan outcome, 1)
	under := false
	settle := func() error {
		if !under {
			return nil
		}
		under = false
		o := <-committing
		if o.err != nil {
			return o.err
		}
		return sum.settle(o.run, report)
	}
	flush := func(run []arrival) error {
		inParallel(len(run), func(i int) {
			if a := &run[i]; a.err == nil {
				a.ready, a.err = t.ready(a.in, a.now)
			}
		})
		if err := settle(); err != nil || len(run) == 0 {
			return err
		}
		under = true
		go func() { committing <- outcome{run, t.submitRun(ctx, run)} }()
		return nil
	}
	var run []arrival
	bytes := 0
	for c, err := range contacts {
		run = append(run, arrival{in: c, now: t.now(), err: err})
		for _, a := range c.Attachments {
			bytes += len(a.Content)
		}
		if bytes += len(c.Text); len(run) == most || bytes > maxBytes {
			if err := flush(run); err != nil {
				return sum, err
			}
			run, bytes = nil, 0
		}
	}
	if err := flush(run); err != nil {
		return sum, err
	}
	return sum, settle()
}

// arrival is one contact of an import.
type arrival struct {
	in    Contact
	now   time.Time // when it was taken from the caller
	err   error
	ready *logging
	rec   Receipt
	op    *operation
}

func (t *Tracker) submitRun(ctx context.Context, run []arrival) error {
	var ops []*operation
	for i := range run {
		if a := &run[i]; a.err == nil {
			a.op = a.ready.operation(t.actor, &a.rec)
			ops = append(ops, a.op)
		}
	}
	return t.submit(ctx, ops...)
}

// settle counts and reports what became of a run. Its error is the store's.
func (sum *Imported) settle(run []arrival, report func(Contact, Receipt, error)) error {
	var stop error
	for i := range run {
		a := &run[i]
		if a.op != nil {
			a.err = a.op.err
		}
		switch {
		case a.err != nil:
			sum.Failed++
		case a.rec.Duplicate:
			sum.Duplicates++
		default:
			sum.Logged++
		}
		if errors.Is(a.err, store.ErrUnknown) || errors.Is(a.err, store.ErrClosed) || errors.Is(a.err, store.ErrDamaged) {
			stop = a.err
		}
		report(a.in, a.rec, a.err)
	}
	return stop
}
