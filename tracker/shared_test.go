package tracker_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// TestTwoMachines write to one store at the same time. They never open the same
// problem twice, never give a number twice, and their indexes agree.
func TestTwoMachines(t *testing.T) {
	s, clock := memstore.New(), newClock()
	one, two := openStore(t, s, clock), openStore(t, s, clock)
	require.Equal(t, one.StoreID(), two.StoreID())
	const each = 60
	var wg sync.WaitGroup
	var mu sync.Mutex
	given := map[tracker.ContactID]bool{}
	for i, tr := range []*tracker.Tracker{one, two, one, two} {
		wg.Go(func() {
			for n := range each {
				r, err := tr.Log(ctx, from(about(n, i*each+n), fmt.Sprint("machine ", i), n))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if given[r.Contact] {
					t.Errorf("contact %d was given twice", r.Contact)
				}
				given[r.Contact] = true
				mu.Unlock()
				if n%10 == 9 {
					if _, err := tr.Reject(ctx, r.Ticket, ofTicket(1)); err != nil && r.Ticket != 1 {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, given, 4*each)
	titles := map[string]tracker.ProblemID{}
	for _, tk := range all(t, one.Tickets(ctx, tracker.TicketQuery{})) {
		if tk.Problem == 0 {
			continue // rejected, or the first of its matter when that was rejected beside it
		}
		if p := titles[tk.Title]; p != 0 {
			require.Equal(t, p, tk.Problem, "one matter has two problems")
		}
		titles[tk.Title] = tk.Problem
	}
	require.Len(t, titles, len(matters))
	checkSound(t, one)
	checkSound(t, two)
	require.Equal(t, export(t, one), export(t, two))

	// Each takes in what the other did last when it writes next.
	a := logged(t, one, about(0, 900))
	b := logged(t, two, about(0, 901))
	require.Equal(t, a.Problem, b.Problem)
	logged(t, one, alone(902))
	sameCandidates(t, openStore(t, s, clock), one, 903)
}

// sameCandidates demands that two handles on one log find the same for each matter, in the
// words of contact n: however the index of either was made.
func sameCandidates(t *testing.T, one, other *tracker.Tracker, n int) {
	t.Helper()
	for m := range matters {
		want, err := one.Candidates(ctx, about(m, n), 8)
		require.NoError(t, err)
		got, err := other.Candidates(ctx, about(m, n), 8)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// TestTheSameContactOnTwoMachines is logged once.
func TestTheSameContactOnTwoMachines(t *testing.T) {
	s, clock := memstore.New(), newClock()
	trackers := []*tracker.Tracker{openStore(t, s, clock), openStore(t, s, clock)}
	const many = 50
	recs := make([][]tracker.Receipt, 4)
	var wg sync.WaitGroup
	for i := range recs {
		recs[i] = make([]tracker.Receipt, many)
		wg.Go(func() {
			for n := range many {
				var err error
				if recs[i][n], err = trackers[i%2].Log(ctx, from(about(n, n), "imap", n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for n := range many {
		fresh := 0
		for i := range recs {
			require.Equal(t, recs[0][n].Contact, recs[i][n].Contact)
			if !recs[i][n].Duplicate {
				fresh++
			}
		}
		require.Equal(t, 1, fresh, "contact %d", n)
	}
	require.Len(t, all(t, trackers[0].Contacts(ctx, tracker.ContactQuery{})), many)
	checkSound(t, trackers[1])
}

// TestOpeningTheSameNewStoreTwice: both find the same log.
func TestOpeningTheSameNewStoreTwice(t *testing.T) {
	s, clock := memstore.New(), newClock()
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			tr, err := tracker.New(ctx, s, &tracker.Options{Now: clock.Now}) // each would choose a key of its own
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = tr.StoreID()
		})
	}
	wg.Wait()
	require.Len(t, slices.Compact(ids), 1)
}
