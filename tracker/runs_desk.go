package tracker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker/store"
)

// keepText keeps the text of a procedure under its hash.
func (x *tx) keepText(p *sop.Procedure) error {
	sum := sha256.Sum256(p.Source())
	if hex.EncodeToString(sum[:]) != p.Hash {
		return fmt.Errorf("%w: procedure %s is not what its file says: write it and load it", ErrInvalid, p.ID)
	}
	old, err := x.Get(bProcedureTexts, sum[:])
	if err != nil || old != nil {
		return err
	}
	return x.Put(bProcedureTexts, sum[:], p.Source())
}

// procedureText returns the text that has a hash.
func procedureText(r store.Reader, hash string) ([]byte, error) {
	k, err := hex.DecodeString(hash)
	if err != nil || len(k) != sha256.Size {
		return nil, fmt.Errorf("%q is no hash of a procedure's text: %w", hash, ErrNotFound)
	}
	data, err := r.Get(bProcedureTexts, k)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, fmt.Errorf("no run followed a procedure with the hash %s: %w", hash, ErrNotFound)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
		return nil, fmt.Errorf("the procedure's text under the hash %s is another one: %w", hash, store.ErrDamaged)
	}
	return data, nil
}

// known is what a transition is told of a customer.
type known struct {
	sop.Desk
	ticket  TicketID
	answers []Answer
}

// desk is what a transition on a ticket is told.
func (x *tx) desk(id TicketID, role string) (sop.Desk, error) {
	k, err := deskOf(x, id)
	k.Now, k.By, k.Role, k.Due = x.c.local(x.now), x.actor.String(), role, x.c.opts.Due
	if k.Role == "" {
		k.Role = sop.DefaultRole
	}
	return forRun(k, x.now), err
}

// deskOf reads what the customer of a ticket answered and was given, on all tickets
// that are theirs now.
func deskOf(r store.Reader, id TicketID) (known, error) {
	k := known{ticket: id}
	tk, err := must[Ticket](r, bTickets, id, "ticket")
	if err != nil {
		return k, err
	}
	one := func(t TicketID) error {
		if err := each(r, bAnswers, store.Prefix(key(t)), func(e store.Entry) error {
			a, err := decode[Answer](bAnswers, e.Key, e.Value)
			if err == nil {
				k.answers = append(k.answers, *a)
			}
			return err
		}); err != nil {
			return err
		}
		return each(r, bRemediesByTicket, store.Prefix(key(t)), func(e store.Entry) error {
			g, err := must[Remedy](r, bRemedies, number[RemedyID](e.Key), "remedy")
			if err == nil && g.TakenBack.IsZero() && g.Kind.CostsMoney() {
				k.Given = append(k.Given, sop.Given{Remedy: g.Kind, Amount: g.Amount, At: g.Given, SameTicket: t == id})
			}
			return err
		})
	}
	if tk.Customer == 0 {
		return k, one(id)
	}
	return k, each(r, bTicketsByCustomer, store.Prefix(key(tk.Customer)), func(e store.Entry) error {
		return one(number[TicketID](e.Key))
	})
}

// forRun leaves of the answers the good ones: of each question the newest, those of
// the ticket itself before others.
func forRun(k known, now time.Time) sop.Desk {
	k.OnFile = map[string]sop.Answer{}
	own := map[string]bool{}
	for _, a := range k.answers {
		old, ok := k.OnFile[a.Need]
		mine := a.Ticket == k.ticket
		switch {
		case !a.Good(k.ticket, now), own[a.Need] && !mine:
		case !ok, mine && !own[a.Need], a.At.After(old.At):
			a.From = uint64(a.Run)
			k.OnFile[a.Need] = a.Answer
			own[a.Need] = mine
		}
	}
	return k.Desk
}

// standingAnswers are those that stand in the runs of a ticket: of each question the
// newest, under its key in the bucket of answers.
func standingAnswers(r store.Reader, id TicketID) (map[string]Answer, error) {
	want := map[string]Answer{}
	return want, each(r, bRunsByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		run, err := must[Run](r, bRuns, number[RunID](e.Key), "run")
		if err != nil {
			return err
		}
		for _, entry := range run.Standing() {
			for _, a := range entry.Answers {
				if entry.Spared(a) {
					continue
				}
				k := string(answerKey(id, a.Need))
				if old, ok := want[k]; !ok || !a.At.Before(old.At) {
					want[k] = Answer{Ticket: id, Run: run.ID, Answer: a}
				}
			}
		}
		return nil
	})
}

// fileAnswers files the answers that stand in the runs of a ticket. One that was undone
// gives way to the one before it.
func (x *tx) fileAnswers(id TicketID) error {
	want, err := standingAnswers(x, id)
	if err != nil {
		return err
	}
	var gone [][]byte
	err = each(x, bAnswers, store.Prefix(key(id)), func(e store.Entry) error {
		old, err := decode[Answer](bAnswers, e.Key, e.Value)
		if err != nil {
			return err
		}
		if now, ok := want[string(e.Key)]; !ok {
			gone = append(gone, e.Key)
		} else if same(*old, now) {
			delete(want, string(e.Key))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range gone {
		if err := x.Delete(bAnswers, k); err != nil {
			return err
		}
	}
	for k, a := range want { // in any order: they are held back and written in order
		if err := save(x, bAnswers, []byte(k), a); err != nil {
			return err
		}
	}
	return nil
}

func answerKey(id TicketID, need string) []byte { return append(key(id), hash(need)...) }
