package tracker

import (
	"context"

	"github.com/supportloop/supportloop/tracker/store"
)

// missingTexts finds runs whose procedures' texts are not what their hashes say.
func missingTexts(r store.Reader, v *Verification) {
	sound := map[string]bool{}
	rng := store.Range{}
	for {
		entries, err := r.Page(bRuns, rng, 256)
		if err != nil || len(entries) == 0 {
			return // what cannot be read of the runs is told already
		}
		for _, e := range entries {
			run, err := decode[Run](bRuns, e.Key, e.Value)
			if err != nil {
				n := number[uint64](e.Key)
				v.lost("run", n, n)
				continue
			}
			for _, text := range run.Texts {
				ok, known := sound[text.Hash]
				if !known {
					_, err := procedureText(r, text.Hash)
					ok = err == nil
					sound[text.Hash] = ok
				}
				if !ok {
					v.lost("procedure text of run", uint64(run.ID), uint64(run.ID))
					break
				}
			}
		}
		rng = rng.After(entries[len(entries)-1].Key)
	}
}

// missingFromTickets finds runs, remedies and promises that their tickets do not list,
// so that limits would not count them and an erasure would pass them by, and tickets
// whose answers are not those of their runs.
func missingFromTickets(ctx context.Context, r store.Reader, v *Verification) error {
	listed := func(what string, b store.Bucket, k []byte, n uint64) {
		if raw, err := r.Get(b, k); err != nil || raw == nil {
			v.lost(what, n, n)
		}
	}
	seen := map[TicketID]bool{}
	readable(r, bRuns, func(run *Run) {
		listed("ticket's list without run", bRunsByTicket, pair(run.Ticket, run.ID), uint64(run.ID))
		seen[run.Ticket] = true
	})
	readable(r, bRemedies, func(g *Remedy) {
		listed("ticket's list without remedy", bRemediesByTicket, pair(g.Ticket, g.ID), uint64(g.ID))
	})
	readable(r, bPromises, func(p *Promise) {
		listed("ticket's list without promise", bPromisesByTicket, pair(p.Ticket, p.ID), uint64(p.ID))
		if p.State == PromiseOpen {
			listed("list of what is due without promise", bPromisesOpen, append(moment(p.Due), key(p.ID)...), uint64(p.ID))
		}
	})
	readable(r, bTickets, func(tk *Ticket) {
		if seen[tk.ID] && !answersFiled(r, tk.ID) {
			v.lost("answers of ticket", uint64(tk.ID), uint64(tk.ID))
		}
	})
	return ctx.Err()
}

// answersFiled reports whether the answers of a ticket are those of its runs.
func answersFiled(r store.Reader, id TicketID) bool {
	want, err := standingAnswers(r, id)
	if err != nil {
		return false
	}
	err = each(r, bAnswers, store.Prefix(key(id)), func(e store.Entry) error {
		is, err := decode[Answer](bAnswers, e.Key, e.Value)
		if err != nil {
			return err
		}
		if !same(*is, want[string(e.Key)]) {
			return store.ErrDamaged
		}
		delete(want, string(e.Key))
		return nil
	})
	return err == nil && len(want) == 0
}

// readable calls fn for the records of a bucket up to the first that cannot be read:
// that one is told already.
func readable[T any](r store.Reader, b store.Bucket, fn func(*T)) {
	_ = each(r, b, store.Range{}, func(e store.Entry) error {
		v, err := decode[T](b, e.Key, e.Value)
		if err == nil {
			fn(v)
		}
		return nil
	})
}
