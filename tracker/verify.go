package tracker

import (
	"context"
	"fmt"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// Verification is what [Tracker.Verify] found.
type Verification struct {
	Damage  *store.Damage `json:"damage,omitempty"`  // what the store says of its bytes, nil for nothing wrong
	Missing []Missing     `json:"missing,omitempty"` // records that were written and cannot be read, or are not listed where they are looked for
}

// Sound reports whether nothing is wrong.
func (v Verification) Sound() bool { return v.Damage == nil && len(v.Missing) == 0 }

// Missing is a run of records that cannot be read.
type Missing struct {
	What  string `json:"what"` // "contact", "ticket" …
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
}

// String is like "contacts 17 to 24".
func (m Missing) String() string {
	if m.First == m.Last {
		return fmt.Sprintf("%s %d", m.What, m.First)
	}
	return fmt.Sprintf("%ss %d to %d", m.What, m.First, m.Last)
}

// Verify reads the whole store and says what of it is damaged, in the words of the
// store and by the numbers of the records. The error is for a check that could not
// be made.
func (t *Tracker) Verify(ctx context.Context) (Verification, error) {
	var v Verification
	if err := t.readable(); err != nil {
		return v, err
	}
	if s, ok := t.store.(store.Verifier); ok {
		var err error
		if v.Damage, err = s.Verify(ctx); err != nil {
			return v, err
		}
	}
	err := t.view(ctx, func(r store.Reader) error {
		h, err := readHead(r)
		if err != nil {
			h = head{} // its own loss is in Damage; the last of each kind says how far they went
		}
		for _, k := range []struct {
			what   string
			bucket store.Bucket
			given  uint64
		}{
			{"change", bChanges, h.Seq}, {"contact", bContacts, uint64(h.Contacts)}, {"customer", bCustomers, uint64(h.Customers)},
			{"ticket", bTickets, uint64(h.Tickets)}, {"problem", bProblems, uint64(h.Problems)}, {"topic", bTopics, uint64(h.Topics)},
			{"article", bArticles, uint64(h.Articles)}, {"promise", bPromises, uint64(h.Promises)}, {"decision", bDecisions, uint64(h.Decisions)},
			{"run", bRuns, uint64(h.Runs)}, {"remedy", bRemedies, uint64(h.Remedies)},
			{"use of article", bUses, uint64(h.Uses)}, {"outage", bOutages, uint64(h.Outages)},
		} {
			if err := missing(ctx, r, k.bucket, k.what, k.given, &v); err != nil {
				return err
			}
		}
		missingTexts(r, &v)
		missingOfArticles(r, &v)
		return missingFromTickets(ctx, r, &v)
	})
	return v, err
}

// lost adds records to those that are missing; those side by side are one line.
func (v *Verification) lost(what string, first, last uint64) {
	n := len(v.Missing) - 1
	switch {
	case first > last:
	case n >= 0 && v.Missing[n].What == what && v.Missing[n].Last+1 == first:
		v.Missing[n].Last = last
	default:
		v.Missing = append(v.Missing, Missing{what, first, last})
	}
}

// missing finds the numbers up to given that have no readable record.
func missing(ctx context.Context, r store.Reader, b store.Bucket, what string, given uint64, v *Verification) error {
	next := uint64(1)
	lost := func(first, last uint64) { v.lost(what, first, last) }
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		const page = 256
		entries, err := r.Page(b, store.Range{From: key(next)}, page)
		if err != nil { // one of them cannot be read: ask for each
			for range page {
				raw, err := r.Get(b, key(next))
				if (err != nil || raw == nil) && next <= given {
					lost(next, next)
				}
				next++
			}
			if next > given {
				return nil
			}
			continue
		}
		for _, e := range entries {
			n := number[uint64](e.Key)
			lost(next, n-1)
			next = n + 1
		}
		if len(entries) < page {
			lost(next, given)
			return nil
		}
	}
}

// Stats counts what is there.
type Stats struct {
	Contacts   uint64        `json:"contacts"`
	Customers  uint64        `json:"customers"`
	Tickets    uint64        `json:"tickets"`
	Problems   uint64        `json:"problems"` // ever made
	Topics     uint64        `json:"topics"`
	Articles   uint64        `json:"articles"`
	Promises   uint64        `json:"promises"`
	Decisions  uint64        `json:"decisions"`
	Runs       uint64        `json:"runs"`
	Remedies   uint64        `json:"remedies"`
	Uses       uint64        `json:"uses"` // of articles
	Outages    uint64        `json:"outages"`
	Changes    uint64        `json:"changes"`
	StoreBytes int64         `json:"store_bytes"` // 0 where the store cannot tell
	Index      cluster.Stats `json:"index"`
}

// Stats returns how much of everything there is.
func (t *Tracker) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	err := t.view(ctx, func(r store.Reader) error {
		h, err := readHead(r)
		s = Stats{
			Contacts: uint64(h.Contacts), Customers: uint64(h.Customers), Tickets: uint64(h.Tickets), Problems: uint64(h.Problems),
			Topics: uint64(h.Topics), Articles: uint64(h.Articles), Promises: uint64(h.Promises), Decisions: uint64(h.Decisions), Changes: h.Seq,
			Runs: uint64(h.Runs), Remedies: uint64(h.Remedies), Uses: uint64(h.Uses), Outages: uint64(h.Outages),
		}
		return err
	})
	if err != nil {
		return s, err
	}
	if t.index != nil {
		s.Index = t.index.Stats()
	}
	if z, ok := t.store.(store.Sizer); ok {
		s.StoreBytes, err = z.Size()
	}
	return s, err
}
