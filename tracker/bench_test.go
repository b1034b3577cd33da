package tracker_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker"
)

// invented returns contact n of an endless log: words drawn by a seed, with the
// skewed frequencies of a language, so that no two are alike and no data set is
// needed.
func invented(n int) tracker.Contact {
	rnd := rand.New(rand.NewPCG(uint64(n), 1))
	words := func(k int) string {
		out := make([]string, k)
		for i := range out {
			w := int(float64(20_000) * rnd.Float64() * rnd.Float64() * rnd.Float64())
			out[i] = fmt.Sprintf("w%so%s", string(rune('a'+w%26)), strings.ToLower(fmt.Sprintf("%x", w)))
		}
		return strings.Join(out, " ")
	}
	return tracker.Contact{
		Channel: tracker.Email, From: fmt.Sprintf("Somebody <s%d@example.org>", n/2),
		Source: "bench", SourceID: fmt.Sprintf("<%d@example.org>", n),
		Title: words(7), Text: words(80), Product: "Larkspur", Version: "4.2.1",
	}
}

func inventedSeq(from, n int) iter.Seq2[tracker.Contact, error] {
	return func(yield func(tracker.Contact, error) bool) {
		for i := range n {
			if !yield(invented(from+i), nil) {
				return
			}
		}
	}
}

func openBench(b testing.TB, o *tracker.Options) *tracker.Tracker {
	t, err := tracker.Open(context.Background(), filepath.Join(b.TempDir(), "bench.db"), o)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, t.Close()) })
	return t
}

// BenchmarkLogOneCaller measures durable logging without grouping against one Put
// of the contact's JSON, committed to a raw bbolt file, turn by turn. The metric
// is logs per raw commit: 1 would be as fast.
func BenchmarkLogOneCaller(b *testing.B) {
	ctx := context.Background()
	t := openBench(b, &tracker.Options{NoGrouping: true})
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, nil)
	require.NoError(b, err)
	defer db.Close()
	var raw, ours time.Duration
	n := 0
	for b.Loop() {
		c := invented(n)
		start := time.Now()
		require.NoError(b, db.Update(func(tx *bbolt.Tx) error {
			bk, err := tx.CreateBucketIfNotExists([]byte("contacts"))
			if err != nil {
				return err
			}
			v, err := json.Marshal(c)
			if err != nil {
				return err
			}
			return bk.Put(binary.BigEndian.AppendUint64(nil, uint64(n)), v)
		}))
		raw += time.Since(start)
		start = time.Now()
		_, err := t.Log(ctx, c)
		require.NoError(b, err)
		ours += time.Since(start)
		n++
	}
	b.ReportMetric(raw.Seconds()/ours.Seconds(), "of-raw")
	b.ReportMetric(float64(n)/ours.Seconds(), "logs/s")
}

// BenchmarkLogManyCallers measures 64 callers against one, turn by turn.
func BenchmarkLogManyCallers(b *testing.B) {
	for _, grouping := range []bool{false, true} {
		b.Run(fmt.Sprintf("grouping=%v", grouping), func(b *testing.B) {
			ctx := context.Background()
			t := openBench(b, &tracker.Options{NoGrouping: !grouping})
			var one, many time.Duration
			var ones, manies, n int
			for b.Loop() {
				contacts := make([]tracker.Contact, 16+64*16)
				for i := range contacts { // making them up is no part of logging
					contacts[i] = invented(n + i)
				}
				n += len(contacts)
				start := time.Now()
				for _, c := range contacts[:16] {
					_, err := t.Log(ctx, c)
					require.NoError(b, err)
				}
				one, ones = one+time.Since(start), ones+16
				start = time.Now()
				var wg sync.WaitGroup
				for share := range slices.Chunk(contacts[16:], 16) {
					wg.Go(func() {
						for _, c := range share {
							if _, err := t.Log(ctx, c); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
				many, manies = many+time.Since(start), manies+64*16
			}
			rate := float64(manies) / many.Seconds()
			b.ReportMetric(rate/(float64(ones)/one.Seconds()), "of-one-caller")
			b.ReportMetric(rate, "logs/s")
		})
	}
}

// BenchmarkImport measures importing 5,000 contacts at a time: without grouping, and
// with it while 20,000 tickets are indexed (fewer of both with -short).
func BenchmarkImport(b *testing.B) {
	for _, grouping := range []bool{false, true} {
		b.Run(fmt.Sprintf("grouping=%v", grouping), func(b *testing.B) {
			ctx := context.Background()
			t := openBench(b, &tracker.Options{NoGrouping: !grouping})
			n, some := 0, 5000
			if testing.Short() {
				some = 500
			}
			if grouping {
				n = 4 * some
				_, err := t.Import(ctx, inventedSeq(0, n), nil)
				require.NoError(b, err)
			}
			var took time.Duration
			logged := 0
			for b.Loop() {
				var contacts []tracker.Contact
				for c := range inventedSeq(n, some) {
					contacts = append(contacts, c)
				}
				start := time.Now()
				sum, err := t.Import(ctx, func(yield func(tracker.Contact, error) bool) {
					for _, c := range contacts {
						if !yield(c, nil) {
							return
						}
					}
				}, nil)
				took += time.Since(start)
				require.NoError(b, err)
				require.Equal(b, some, sum.Logged)
				n, logged = n+some, logged+some
			}
			b.ReportMetric(float64(logged)/took.Seconds(), "contacts/s")
		})
	}
}

// BenchmarkReopen measures opening a store of 100,000 contacts (2,000 with -short)
// until the first Candidates and the first Log are through, with the cache of a
// clean Close and without it; both have to give the same answers.
func BenchmarkReopen(b *testing.B) {
	ctx := context.Background()
	n := 100_000
	if testing.Short() {
		n = 2000
	}
	path := filepath.Join(b.TempDir(), "bench.db")
	t, err := tracker.Open(ctx, path, nil)
	require.NoError(b, err)
	_, err = t.Import(ctx, inventedSeq(0, n), nil)
	require.NoError(b, err)
	require.NoError(b, t.Close())

	reopen := func(seed int) (time.Duration, []tracker.Candidate) {
		start := time.Now()
		t, err := tracker.Open(ctx, path, nil)
		require.NoError(b, err)
		found, err := t.Candidates(ctx, invented(77), 10)
		require.NoError(b, err)
		_, err = t.Log(ctx, invented(n+seed))
		require.NoError(b, err)
		took := time.Since(start)
		require.NoError(b, t.Close())
		return took, found
	}
	var with, without time.Duration
	rounds := 0
	for b.Loop() {
		// The Log of the first is in the log for the second, so both look for what
		// neither of them changes.
		a, fromCache := reopen(2 * rounds)
		require.NoError(b, os.Remove(path+".cache"))
		c, fromLog := reopen(2*rounds + 1)
		require.Equal(b, fromCache[0].Ticket, fromLog[0].Ticket)
		require.InDelta(b, fromCache[0].Similarity, fromLog[0].Similarity, 1e-6)
		with, without, rounds = with+a, without+c, rounds+1
	}
	b.ReportMetric(with.Seconds()/float64(rounds), "s-with-cache")
	b.ReportMetric(without.Seconds()/float64(rounds), "s-without")
}
