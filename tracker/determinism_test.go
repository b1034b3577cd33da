package tracker_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// day is a log of n contacts, with matters that recur and matters that do not.
func day(n int) []tracker.Contact {
	var out []tracker.Contact
	for i := range n {
		c := about(i, i%61)
		if i%3 == 0 {
			c = alone(i)
		}
		if i%5 == 2 {
			c.Text += " " + alone(i%7).Text // the same matter with words around it
		}
		c.At = monday.Add(time.Duration(i) * time.Minute)
		out = append(out, from(c, "day", i))
	}
	return out
}

// TestDeterminism: the same contacts, key and clock give the same bytes, on one
// processor and on two, in whatever runs they come, or one by one.
func TestDeterminism(t *testing.T) {
	cs := day(400)
	imported := func(run int) func(*tracker.Tracker) {
		return func(tr *tracker.Tracker) {
			for i := 0; i < len(cs); i += run {
				sum, err := tr.Import(ctx, sequence(cs[i:min(i+run, len(cs))]...), nil)
				require.NoError(t, err)
				require.Zero(t, sum.Failed)
			}
		}
	}
	var want, groups string
	var decisions []tracker.Decision
	for _, row := range []struct {
		promise string
		procs   int
		log     func(*tracker.Tracker)
	}{
		{"imported on one processor", 1, imported(len(cs))},
		{"imported on two", 2, imported(len(cs))},
		{"imported on four", 4, imported(len(cs))},
		{"imported in runs of seven", 2, imported(7)},
		{"imported in runs of a hundred", 2, imported(100)},
		{"logged one by one", 2, func(tr *tracker.Tracker) {
			for _, c := range cs {
				logged(t, tr, c)
			}
		}},
		{"logged by eight callers in turn", 2, func(tr *tracker.Tracker) {
			turn := make(chan int)
			done := make(chan error)
			for range 8 {
				go func() {
					for i := range turn {
						_, err := tr.Log(ctx, cs[i])
						done <- err
					}
				}()
			}
			for i := range cs {
				turn <- i
				require.NoError(t, <-done)
			}
			close(turn)
		}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(row.procs))
			tr, _ := openMem(t)
			row.log(tr)
			got := export(t, tr)
			if want == "" {
				want, groups = got, belongings(t, tr)
				decisions = all(t, tr.Decisions(ctx, tracker.DecisionQuery{}))
				ps := all(t, tr.Problems(ctx, tracker.ProblemQuery{}))
				require.GreaterOrEqual(t, len(ps), len(matters), "there is something to decide")
			}
			require.True(t, groups == belongings(t, tr), "other groups, first at %s", firstDifference(groups, belongings(t, tr)))
			require.Equal(t, decisions, all(t, tr.Decisions(ctx, tracker.DecisionQuery{})))
			require.True(t, want == got, "other bytes, first at %s", firstDifference(want, got))
		})
	}
}

// TestRebuild: an index that was made anew from the log, one from the cache, one from
// an old cache and the rest of the log, and one that was never gone give the same
// candidates and make the same decisions.
func TestRebuild(t *testing.T) {
	cs := day(300)
	path, clock := tempFile(t), newClock()
	first := openBolt(t, path, clock)
	_, err := first.Import(ctx, sequence(cs[:150]...), nil)
	require.NoError(t, err)
	_, err = first.Erase(ctx, 7)
	require.NoError(t, err)
	require.NoError(t, first.Maintain(ctx))
	old, err := os.ReadFile(path + ".cache")
	require.NoError(t, err)
	_, err = first.Import(ctx, sequence(cs[150:200]...), nil)
	require.NoError(t, err)
	ps := all(t, first.Problems(ctx, tracker.ProblemQuery{}))
	require.GreaterOrEqual(t, len(ps), 3)
	_, err = first.Merge(ctx, ps[0].ID, ps[1].ID)
	require.NoError(t, err)
	in := all(t, first.Tickets(ctx, tracker.TicketQuery{Problem: ps[2].ID}))
	_, err = first.Reject(ctx, in[1].ID, ofProblem(ps[2].ID))
	require.NoError(t, err)
	require.NoError(t, first.Close())
	cache, err := os.ReadFile(path + ".cache")
	require.NoError(t, err)
	raw, err := os.ReadFile(path)
	require.NoError(t, err)

	var wantFound [][]tracker.Candidate
	var want string
	for _, row := range []struct {
		promise string
		cache   []byte
	}{
		{"from the log", nil},
		{"from the cache", cache},
		{"from an empty cache", []byte{}},
		{"from a cache with a flipped byte", flipped(cache, len(cache)/2)},
		{"from a cache that was cut short", cache[:len(cache)*2/3]},
		{"from an old cache and the rest of the log", old},
		{"from something else", []byte("{\"store\":\"x\"}\nnonsense")},
	} {
		t.Run(row.promise, func(t *testing.T) {
			path := tempFile(t)
			require.NoError(t, os.WriteFile(path, raw, 0o600))
			if row.cache != nil {
				require.NoError(t, os.WriteFile(path+".cache", row.cache, 0o600))
			}
			tr := openBolt(t, path, clock)
			var found [][]tracker.Candidate
			for _, c := range cs[200:240] {
				some, err := tr.Candidates(ctx, c, 6)
				require.NoError(t, err)
				found = append(found, some)
			}
			_, err := tr.Import(ctx, sequence(cs[200:]...), nil)
			require.NoError(t, err)
			_, err = tr.Regroup(ctx)
			require.NoError(t, err)
			got := export(t, tr)
			if want == "" {
				want, wantFound = got, found
			}
			require.Equal(t, wantFound, found)
			require.True(t, want == got, "other decisions, first at %s", firstDifference(want, got))
		})
	}
}

// firstDifference is the first line of an export that differs, both ways.
func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return as[i] + "\nand\n" + bs[i]
		}
	}
	return "the end"
}

func flipped(b []byte, at int) []byte {
	out := append([]byte(nil), b...)
	out[at] ^= 1
	return out
}

// TestCacheOfAnotherHistory: a store that was put back to an older day and went
// another way since does not take the cache of the first way.
func TestCacheOfAnotherHistory(t *testing.T) {
	cs := day(60)
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	_, err := tr.Import(ctx, sequence(cs[:20]...), nil)
	require.NoError(t, err)
	require.NoError(t, tr.Close())
	backup, err := os.ReadFile(path)
	require.NoError(t, err)

	tr = openBolt(t, path, clock)
	_, err = tr.Import(ctx, sequence(cs[20:40]...), nil)
	require.NoError(t, err)
	require.NoError(t, tr.Close())
	other, err := os.ReadFile(path + ".cache")
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(path, backup, 0o600))
	require.NoError(t, os.Remove(path+".cache"))
	clock.forward(time.Hour)
	tr = openBolt(t, path, clock)
	_, err = tr.Import(ctx, sequence(cs[40:]...), nil)
	require.NoError(t, err)
	require.NoError(t, tr.Close())
	require.NoError(t, os.WriteFile(path+".cache", other, 0o600))

	wrong := openBolt(t, path, clock)
	right := openStore(t, memstore.New(), clock)
	_, err = right.Import(ctx, sequence(append(cs[:20:20], cs[40:]...)...), nil)
	require.NoError(t, err)
	for _, c := range []tracker.Contact{about(0, 7), about(1, 8), cs[25], cs[45]} {
		want, err := right.Candidates(ctx, c, 8)
		require.NoError(t, err)
		got, err := wrong.Candidates(ctx, c, 8)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
