package kb_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// complete makes the long tests run to their end.
var complete = os.Getenv("SUPPORTLOOP_ALL") != ""

// The test executes itself as the process that is killed, with this set to its folder.
const victimDir = "SUPPORTLOOP_KB_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		if err := victim(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// phases are what a victim says before it does it, and how long that takes at most.
var phases = []struct {
	name string
	upTo time.Duration
}{
	{"creating", 40 * time.Millisecond}, // an index where there is none
	{"indexing", 30 * time.Millisecond},
	{"rebuilding", 40 * time.Millisecond},
	{"swapping", 8 * time.Millisecond},
	{"closing", 20 * time.Millisecond},
	{"opening", 20 * time.Millisecond}, // an index that was closed well
}

// teller prints what a Base says of a rebuild.
type teller struct{ slog.Handler }

func (teller) Enabled(context.Context, slog.Level) bool { return true }

func (teller) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "building the search index" {
		fmt.Println("rebuilding")
	}
	return nil
}

// victim goes through all phases, over and over, until it is killed.
func victim(ctx context.Context, dir string) error {
	o := &kb.Options{
		Tracker: &tracker.Options{Key: []byte("test"), NoGrouping: true}, Logger: slog.New(teller{}),
		Progress: func(done, of int) {
			if done == of {
				fmt.Println("swapping")
			}
		},
	}
	for round := 0; ; round++ {
		if round%3 == 1 {
			fmt.Println("creating")
			if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
				return err
			}
		} else {
			fmt.Println("opening")
		}
		b, err := kb.Open(ctx, dir, o)
		if err != nil {
			return err
		}
		if err := victimRound(ctx, b, round); err != nil {
			return err
		}
		fmt.Println("closing")
		if err := b.Close(); err != nil {
			return err
		}
	}
}

// victimRound logs, closes and erases while the index follows.
func victimRound(ctx context.Context, b *kb.Base, round int) error {
	following, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- b.Follow(following) }()
	fmt.Println("indexing")
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for g := range 3 {
		wg.Go(func() {
			for i := range 4 {
				r, err := b.Tracker.Log(ctx, tracker.Contact{
					From: fmt.Sprintf("c%d@example.org", (round*7+i*3+g)%23), Channel: tracker.Email,
					Title: fmt.Sprintf("Invoice %d is wrong", i), Text: strings.Repeat(fmt.Sprintf("The total of order %d differs. ", g), i+1),
				})
				if err == nil && i == 2 {
					_, err = b.Tracker.CloseTicket(ctx, r.Ticket, tracker.SolvedByKnown, "")
					if errors.Is(err, tracker.ErrConflict) {
						err = nil
					}
				}
				if err == nil && g == 0 && i == 3 && round%2 == 0 {
					_, err = b.Tracker.Erase(ctx, r.Customer)
				}
				mu.Lock()
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	if err := b.CatchUp(ctx); err != nil {
		return err
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// TestKill kills a process in every phase of what it does with its index: the index
// comes back, catches up and answers as one that is made anew, and never tells of more
// than it knows. SUPPORTLOOP_ALL=1 does it 300 times.
func TestKill(t *testing.T) {
	cycles, perDir := 18, 6
	if testing.Short() {
		cycles = 6
	}
	if complete {
		cycles, perDir = 300, 12
	}
	self, err := os.Executable()
	require.NoError(t, err)
	rnd := rand.New(rand.NewPCG(5, uint64(time.Now().UnixNano())))
	var dir string
	died, rebuilt := map[string]int{}, 0
	for cycle := range cycles {
		if cycle%perDir == 0 {
			dir = t.TempDir()
		}
		phase := phases[cycle%len(phases)]
		after := time.Duration(rnd.Int64N(int64(phase.upTo)))
		if killIn(t, self, dir, phase.name, 1+rnd.IntN(2), after) {
			died[phase.name]++
		}
		if comesBack(t, dir) {
			rebuilt++
		}
	}
	t.Logf("%d kills, by phase %v; %d times the index had to be made anew", cycles, died, rebuilt)
	for _, p := range phases {
		require.NotZero(t, died[p.name], "killed while %s", p.name)
	}
}

// killIn runs a victim and kills it some time after it has said for the nth time that
// a phase begins. It reports whether that phase was reached.
func killIn(t *testing.T, self, dir, phase string, nth int, after time.Duration) (reached bool) {
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), victimDir+"="+dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == phase {
			if nth--; nth == 0 {
				reached = true
				time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
			}
		}
	}
	_ = cmd.Wait()
	require.Empty(t, stderr.String())
	return reached
}

// comesBack opens what a dead process left, and reports whether it says that the index
// has to be made anew.
func comesBack(t *testing.T, dir string) (anew bool) {
	ctx := context.Background()
	b, err := kb.Open(ctx, dir, &kb.Options{Tracker: &tracker.Options{Key: []byte("test"), NoGrouping: true}})
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	_, r := found(t, b, "invoice")
	if anew = r.Rebuilding; anew {
		require.Empty(t, r.Hits)
	} else if r.Behind == 0 {
		likeFresh(t, b)
	}
	require.NoError(t, b.CatchUp(ctx))
	likeFresh(t, b)
	return anew
}

// likeFresh holds the answers of a base against those of an index made anew.
func likeFresh(t testing.TB, b *kb.Base) {
	t.Helper()
	require.True(t, compared(t, b), "it says that it is being rebuilt")
}

// compared is likeFresh, as long as the base does not say that it is being rebuilt:
// then it is false.
func compared(t testing.TB, b *kb.Base) bool {
	t.Helper()
	fresh, err := kb.New(t.Context(), kb.Parts{Tracker: b.Tracker, Procedures: b.Procedures}, nil)
	require.NoError(t, err)
	defer fresh.Close()
	require.NoError(t, fresh.CatchUp(t.Context()))
	for _, text := range []string{"", "invoice total order", "differs -wrong", `"order 2 differs"`, "status:closed", "logging goes on", "wrong 3"} {
		q := kb.Query{Text: text, Kinds: []kb.Kind{kb.Ticket, kb.Article, kb.Problem, kb.Procedure}, Limit: kb.MaxHits}
		want, err := fresh.Search(t.Context(), q)
		require.NoError(t, err)
		got, err := b.Search(t.Context(), q)
		require.NoError(t, err)
		if got.Rebuilding {
			require.Empty(t, got.Hits)
			return false
		}
		require.Empty(t, cmp.Diff(want, got, cmpopts.IgnoreUnexported(kb.Hit{})), text)
	}
	return true
}
