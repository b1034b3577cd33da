package tracker_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// The test executes itself as the process that is killed, with these set.
const (
	victimFile = "SUPPORTLOOP_VICTIM_FILE"
	victimFrom = "SUPPORTLOOP_VICTIM_FROM"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimFile); path != "" {
		if err := victim(path, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const victimWriters = 4

// killed is contact i of writer g.
func killed(g, i int) tracker.Contact {
	c := about(i, g*1000+i%50)
	c.Source, c.SourceID = "kill", fmt.Sprintf("%d-%d", g, i)
	return c
}

// victim logs from several goroutines until it is killed, and tells of each contact
// that was acknowledged.
func victim(path string, out io.Writer) error {
	first, err := strconv.Atoi(os.Getenv(victimFrom))
	if err != nil {
		return err
	}
	tr, err := tracker.Open(ctx, path, &tracker.Options{Key: fixed})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	tell := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, format, args...)
	}
	tell("ready\n")
	failed := make(chan error)
	for g := range victimWriters {
		go func() {
			desk := tr.As(tracker.Agent(fmt.Sprint(g)))
			for i := first; ; i++ {
				r, err := desk.Log(ctx, killed(g, i))
				if err != nil {
					failed <- err
					return
				}
				tell("logged %d-%d %d\n", g, i, r.Contact)
				switch {
				case i%7 == 3 && r.Problem != 0:
					d, err := desk.Confirm(ctx, r.Ticket, tracker.Target{Problem: r.Problem})
					if err != nil {
						failed <- err
						return
					}
					tell("decided %d %d\n", d.ID, r.Ticket)
				case i%40 == 20:
					if err := desk.Maintain(ctx); err != nil {
						failed <- err
						return
					}
				}
			}
		}()
	}
	return <-failed
}

// acknowledged is what a process said before it died.
type acknowledged struct {
	contacts  map[string]tracker.ContactID // by source id
	decisions map[tracker.DecisionID]tracker.TicketID
}

// TestKill kills a process that writes, at random moments, and opens what it leaves.
// Whatever was acknowledged is there, once. SUPPORTLOOP_ALL=1 does it 1,000 times.
func TestKill(t *testing.T) {
	cycles, perStore := 12, 12
	if everything {
		cycles, perStore = 1000, 20
	}
	self, err := os.Executable()
	require.NoError(t, err)
	rnd := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	var path string
	var told acknowledged
	next, sum := 0, 0
	began := time.Now()
	for cycle := range cycles {
		if cycle%perStore == 0 {
			path, next = tempFile(t), 0
			told = acknowledged{map[string]tracker.ContactID{}, map[tracker.DecisionID]tracker.TicketID{}}
		}
		before := len(told.contacts)
		after := time.Duration(rnd.IntN(120_000)) * time.Microsecond
		killOne(t, self, path, next, after, cycle%8 == 5, &told)
		sum += len(told.contacts) - before
		next = survived(t, path, next, told)
	}
	t.Logf("%d kills, %d contacts acknowledged, none lost, none doubled, in %v", cycles, sum, time.Since(began).Round(time.Second))
	require.NotZero(t, sum)
}

// killOne runs the victim, kills it some time after it is ready (early: after its
// start, which may be while it opens the store), and takes down what it said.
func killOne(t *testing.T, self, path string, from int, after time.Duration, early bool, told *acknowledged) {
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), victimFile+"="+path, victimFrom+"="+strconv.Itoa(from))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill := func() { time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) }
	if early {
		after /= 4
		kill()
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // a half line was not said
			break
		}
		switch f := strings.Fields(line); f[0] {
		case "ready":
			if !early {
				kill()
			}
		case "logged":
			n, err := strconv.ParseUint(f[2], 10, 64)
			require.NoError(t, err)
			told.contacts[f[1]] = tracker.ContactID(n)
		case "decided":
			d, err := strconv.ParseUint(f[1], 10, 64)
			require.NoError(t, err)
			tk, err := strconv.ParseUint(f[2], 10, 64)
			require.NoError(t, err)
			told.decisions[tracker.DecisionID(d)] = tracker.TicketID(tk)
		}
	}
	_ = cmd.Wait()
	require.Empty(t, stderr.String())
}

// survived opens the store and holds it against what was acknowledged. It returns
// where the next process goes on.
func survived(t *testing.T, path string, from int, told acknowledged) (next int) {
	tr, err := tracker.Open(ctx, path, &tracker.Options{Key: fixed})
	require.NoError(t, err)
	defer func() { require.NoError(t, tr.Close()) }()
	checkDense(t, tr)
	v, err := tr.Verify(ctx)
	require.NoError(t, err)
	require.True(t, v.Sound(), "%+v", v)

	there := map[string]tracker.ContactID{}
	next = from
	var last []tracker.Contact // of this process, to be logged again
	for c, err := range tr.Contacts(ctx, tracker.ContactQuery{}) {
		require.NoError(t, err)
		require.NotContains(t, there, c.SourceID, "logged twice")
		there[c.SourceID] = c.ID
		var g, i int
		_, err = fmt.Sscanf(c.SourceID, "%d-%d", &g, &i)
		require.NoError(t, err)
		if i >= from {
			last = append(last, killed(g, i))
		}
		next = max(next, i+1)
	}
	for id, contact := range told.contacts {
		require.Equal(t, contact, there[id], "%s was acknowledged", id)
	}
	for id, ticket := range told.decisions {
		d, err := tr.Decision(ctx, id)
		require.NoError(t, err)
		require.Equal(t, ticket, d.Ticket)
	}
	sum, err := tr.Import(ctx, sequence(last...), func(c tracker.Contact, r tracker.Receipt, err error) {
		require.NoError(t, err)
		require.Equal(t, there[c.SourceID], r.Contact)
	})
	require.NoError(t, err)
	require.Equal(t, tracker.Imported{Duplicates: len(last)}, sum, "what is there is not logged twice")
	require.NoError(t, tally(tr))
	return next
}
