package tracker_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
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
				case i%9 == 4:
					run, err := victimRun(desk, r.Ticket)
					if err != nil {
						failed <- err
						return
					}
					tell("ran %d %d\n", run.ID, len(run.Trace))
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
	runs      map[tracker.RunID]int // entries of the trace
}

// victimRun follows a procedure up to a gift and a promise.
func victimRun(desk *tracker.Tracker, ticket tracker.TicketID) (tracker.Run, error) {
	l, err := sop.Load(fstest.MapFS{"p.yaml": {Data: []byte(amends)}})
	if err != nil {
		return tracker.Run{}, err
	}
	pl, err := l.Plan("amends")
	if err != nil {
		return tracker.Run{}, err
	}
	run, err := desk.StartRun(ctx, ticket, pl, "")
	for _, m := range []sop.Move{phone, story, pay(1), did} {
		if err == nil && run.At != "5" {
			m.Seen = len(run.Trace)
			run, err = desk.MoveRun(ctx, run.ID, "", m)
		}
	}
	return run, err
}

// checkRuns holds every run against what was acknowledged, and against the records it
// made: they are there with the step, or neither is.
func checkRuns(t *testing.T, tr *tracker.Tracker, told map[tracker.RunID]int) {
	gifts, promises := map[tracker.RunID]int{}, map[tracker.TicketID]int{}
	for g, err := range tr.Remedies(ctx, tracker.RemedyQuery{}) {
		require.NoError(t, err)
		gifts[g.Run]++
	}
	for p, err := range tr.Promises(ctx, tracker.PromiseQuery{}) {
		require.NoError(t, err)
		promises[p.Ticket]++
	}
	for run, err := range tr.Runs(ctx, tracker.RunQuery{}) {
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(run.Trace), told[run.ID], "a step of run %d was acknowledged", run.ID)
		delete(told, run.ID)
		gave := 0
		for _, e := range run.Trace {
			if e.Gave != nil {
				gave++
			}
			if e.Promised != nil {
				promises[run.Ticket]--
			}
		}
		require.Equal(t, gave, gifts[run.ID], "gifts of run %d", run.ID)
	}
	require.Empty(t, told, "these runs were acknowledged")
	for ticket, n := range promises {
		require.Zero(t, n, "promises of ticket %d", ticket)
	}
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
	next, sum, runs := 0, 0, 0
	began := time.Now()
	for cycle := range cycles {
		if cycle%perStore == 0 {
			path, next = tempFile(t), 0
			told = acknowledged{map[string]tracker.ContactID{}, map[tracker.DecisionID]tracker.TicketID{}, map[tracker.RunID]int{}}
		}
		before, ran := len(told.contacts), len(told.runs)
		after := time.Duration(rnd.IntN(120_000)) * time.Microsecond
		killOne(t, self, path, next, after, cycle%8 == 5, &told)
		sum += len(told.contacts) - before
		runs += len(told.runs) - ran
		next = survived(t, path, next, told)
	}
	t.Logf("%d kills, %d contacts and %d runs acknowledged, none lost, none doubled, in %v", cycles, sum, runs, time.Since(began).Round(time.Second))
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
		case "ran":
			n, err := strconv.ParseUint(f[1], 10, 64)
			require.NoError(t, err)
			told.runs[tracker.RunID(n)], err = strconv.Atoi(f[2])
			require.NoError(t, err)
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
	checkRuns(t, tr, maps.Clone(told.runs))
	sum, err := tr.Import(ctx, sequence(last...), func(c tracker.Contact, r tracker.Receipt, err error) {
		require.NoError(t, err)
		require.Equal(t, there[c.SourceID], r.Contact)
	})
	require.NoError(t, err)
	require.Equal(t, tracker.Imported{Duplicates: len(last)}, sum, "what is there is not logged twice")
	require.NoError(t, tally(tr))
	return next
}
