package tracker

import (
	"slices"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker/store"
)

// eraseRuns takes what a customer said, and what was written about it, out of the runs
// and remedies of a ticket. What was given stays, as a number.
func (x *tx) eraseRuns(id TicketID, out *Erasure) error {
	err := each(x, bRunsByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		run, err := must[Run](x, bRuns, number[RunID](e.Key), "run")
		if err != nil {
			return err
		}
		run.Answers, run.Erased = nil, true
		for i := range run.Trace {
			t := &run.Trace[i]
			t.Reason, t.Choice, t.Answers = "", "", nil
			eraseFilled(t)
		}
		return save(x, bRuns, key(run.ID), run)
	})
	if err != nil {
		return err
	}
	err = each(x, bAnswers, store.Prefix(key(id)), func(e store.Entry) error {
		out.Answers++
		return x.Delete(bAnswers, e.Key)
	})
	if err != nil {
		return err
	}
	return each(x, bRemediesByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		r, err := must[Remedy](x, bRemedies, number[RemedyID](e.Key), "remedy")
		if err != nil || r.Text == "" && r.Reason == "" {
			return err
		}
		r.Text, r.Reason = "", ""
		return save(x, bRemedies, key(r.ID), r)
	})
}

// eraseFilled takes out of an entry the texts that answers are put into.
func eraseFilled(t *sop.Entry) {
	if t.Gave != nil {
		t.Gave.What = ""
	}
	if t.Promised != nil {
		t.Promised.What = ""
	}
	if t.Escalated != nil {
		t.Escalated.Reason, t.Escalated.Bring = "", nil
	}
}

// eraseCopies takes out of the runs that stay what they took over from runs that were
// erased: tickets that were one customer's once may be another's now.
func (x *tx) eraseCopies(out *Erasure) error {
	erased := map[uint64]bool{}
	isErased := func(from uint64) (bool, error) {
		if _, known := erased[from]; !known && from != 0 {
			run, err := must[Run](x, bRuns, from, "run")
			if err != nil {
				return false, err
			}
			erased[from] = run.Erased
		}
		return erased[from], nil
	}
	return each(x, bRuns, store.Range{}, func(e store.Entry) error {
		run, err := decode[Run](bRuns, e.Key, e.Value)
		if err != nil || run.Erased {
			return err
		}
		gone := map[string]bool{} // values that were taken out
		for i := range run.Trace {
			t := &run.Trace[i]
			var keep []sop.Answer
			for _, a := range t.Answers {
				is, err := isErased(a.From)
				if err != nil {
					return err
				}
				if !is {
					keep = append(keep, a)
					continue
				}
				out.Answers++
				for _, v := range a.Values {
					gone[v] = true
				}
			}
			t.Answers = keep
			if len(gone) == 0 {
				continue
			}
			eraseFilled(t) // whatever was said from there on may repeat them
			if gone[t.Choice] {
				t.Choice = ""
			}
			if err := x.eraseMade(run, t.N); err != nil {
				return err
			}
		}
		if len(gone) == 0 {
			return nil
		}
		run.Run = sop.Replay(run.Texts, run.Trace)
		if err := save(x, bRuns, key(run.ID), run); err != nil {
			return err
		}
		return x.change(Change{Action: RunChanged, Run: run.ID, Ticket: run.Ticket})
	})
}

// eraseMade takes out what the records that an entry made say.
func (x *tx) eraseMade(run *Run, entry int) error {
	i := slices.IndexFunc(run.Made, func(m Made) bool { return m.Entry == entry })
	if i < 0 {
		return nil
	}
	if id := run.Made[i].Remedy; id != 0 {
		r, err := must[Remedy](x, bRemedies, id, "remedy")
		if err != nil {
			return err
		}
		r.Text = ""
		if err := save(x, bRemedies, key(id), r); err != nil {
			return err
		}
	}
	if id := run.Made[i].Promise; id != 0 {
		p, err := must[Promise](x, bPromises, id, "promise")
		if err != nil {
			return err
		}
		p.Text = ""
		return save(x, bPromises, key(id), p)
	}
	return nil
}
