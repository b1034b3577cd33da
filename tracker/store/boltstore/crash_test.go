package boltstore_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// The test binary calls itself as the process that crashes.
const (
	envRole = "BOLTSTORE_TEST_ROLE"
	envPath = "BOLTSTORE_TEST_PATH"
)

func TestMain(m *testing.M) {
	switch os.Getenv(envRole) {
	case "":
		os.Exit(m.Run())
	case "write":
		writeForEver(os.Getenv(envPath))
	case "create":
		createForEver(os.Getenv(envPath))
	case "open":
		openOnce(os.Getenv(envPath))
	case "fill":
		fillLimited(os.Getenv(envPath))
	}
}

func child(t *testing.T, role, path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envRole+"="+role, envPath+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// recordOf is what the writer puts under number n.
func recordOf(n uint64) (key, value []byte) {
	key = binary.BigEndian.AppendUint64(nil, n)
	return key, []byte(strings.Repeat(fmt.Sprintf("record %d;", n), 1+int(n%200)))
}

// writeForEver has four goroutines put records and says each number once it is
// acknowledged. A fifth compacts.
func writeForEver(path string) {
	ctx := context.Background()
	s, err := boltstore.Open(ctx, path, nil)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	var next uint64
	_ = s.View(ctx, func(r store.Reader) error {
		page, err := r.Page("log", store.Range{Reverse: true}, 1)
		if len(page) == 1 {
			next = binary.BigEndian.Uint64(page[0].Key) + 1
		}
		return err
	})
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format, args...)
	}
	say("ready\n")
	for range 4 {
		go func() {
			for {
				var n uint64
				err := s.Update(ctx, func(w store.Writer) error {
					n = next
					next++
					key, value := recordOf(n)
					if n%3 == 2 {
						if err := w.Delete("scratch", key[:7]); err != nil {
							return err
						}
					}
					if err := w.Put("scratch", key[:7], value); err != nil {
						return err
					}
					return w.Put("log", key, value)
				})
				if err != nil {
					say("error %v\n", err)
					os.Exit(1)
				}
				say("%d\n", n)
			}
		}()
	}
	for {
		if err := s.Compact(ctx); err != nil {
			say("error %v\n", err)
			os.Exit(1)
		}
	}
}

// everything asks for the long forms of the tests, which take minutes.
var everything = os.Getenv("SUPPORTLOOP_ALL") != ""

// amount is how much of a thing a test does.
func amount(short, usual, all int) int {
	switch {
	case everything:
		return all
	case testing.Short():
		return short
	}
	return usual
}

// A process killed at any moment loses nothing it has acknowledged.
func TestKilledProcessesLoseNothing(t *testing.T) {
	cycles := amount(4, 20, 1000)
	path := filepath.Join(t.TempDir(), "store")
	rnd := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[uint64]bool{}
	for cycle := range cycles {
		acknowledgedUntilKilled(t, "write", path, 1+rnd.IntN(40), time.Duration(rnd.IntN(3000))*time.Microsecond, acknowledged)
		s, err := boltstore.Open(t.Context(), path, nil)
		require.NoError(t, err, "cycle %d", cycle)
		d, err := s.Verify(t.Context())
		require.NoError(t, err)
		require.Nil(t, d, "cycle %d", cycle)
		require.NoError(t, s.View(t.Context(), func(r store.Reader) error {
			for n := range acknowledged {
				key, value := recordOf(n)
				got, err := r.Get("log", key)
				require.NoError(t, err)
				require.Equal(t, string(value), string(got), "cycle %d: record %d was acknowledged", cycle, n)
			}
			return nil
		}))
		require.NoError(t, s.Close())
		require.NoFileExists(t, path+".compact")
	}
	t.Logf("%d kills, %d acknowledged records", cycles, len(acknowledged))
	require.NotEmpty(t, acknowledged)
}

// acknowledgedUntilKilled runs a child, kills it a moment after it has acknowledged
// some numbers, and notes all that it acknowledged.
func acknowledgedUntilKilled(t *testing.T, role, path string, after int, moment time.Duration, acknowledged map[uint64]bool) {
	cmd := child(t, role, path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(out)
	for n := 0; ; {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.NotContains(t, line, "error")
		if number, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64); err == nil {
			acknowledged[number] = true
			n++
		}
		if n == after {
			time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
		}
	}
	_ = cmd.Wait()
}

// createForEver makes one store after the other, 0, 1, 2 … in the folder dir, and says
// each number once its store was opened.
func createForEver(dir string) {
	for n := 0; ; n++ {
		s, err := boltstore.Open(context.Background(), filepath.Join(dir, strconv.Itoa(n)), nil)
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(n)
		_ = s.Close()
	}
}

// A process killed at any moment while it makes a store leaves a place where the next
// Open finds a store or makes one, and that Open leaves nothing beside it.
func TestKilledWhileMakingAStore(t *testing.T) {
	cycles := amount(10, 50, 2000)
	rnd := rand.New(rand.NewPCG(3, 4))
	littered, linked := 0, 0
	for cycle := range cycles {
		dir := t.TempDir()
		made := map[uint64]bool{}
		acknowledgedUntilKilled(t, "create", dir, 1+rnd.IntN(3), time.Duration(rnd.IntN(8000))*time.Microsecond, made)
		left, err := filepath.Glob(filepath.Join(dir, ".*"))
		require.NoError(t, err)
		littered += min(1, len(left))
		for n := range len(made) + 1 {
			path := filepath.Join(dir, strconv.Itoa(n))
			if n < len(made) {
				require.FileExists(t, path, "cycle %d: a store that was opened", cycle)
			} else if info, err := os.Stat(path); err == nil && len(left) > 0 {
				temp, err := os.Stat(left[0])
				require.NoError(t, err)
				if os.SameFile(info, temp) {
					linked++
				}
			}
			s, err := boltstore.Open(t.Context(), path, nil)
			require.NoError(t, err, "cycle %d, store %d", cycle, n)
			d, err := s.Verify(t.Context())
			require.NoError(t, err)
			require.Nil(t, d)
			require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte("k"), nil) }))
			require.NoError(t, s.Close())
		}
		now, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, now, len(made)+1, "cycle %d: only stores stay, of %q", cycle, left)
	}
	t.Logf("%d kills, %d left a half-made file, %d of these under two names", cycles, littered, linked)
	require.Positive(t, littered)
}

// openOnce opens the store, puts a record and says how that went.
func openOnce(path string) {
	s, err := boltstore.Open(context.Background(), path, &boltstore.Options{LockTimeout: 20 * time.Second})
	if err == nil {
		err = s.Update(context.Background(), func(w store.Writer) error {
			return w.Put("pids", fmt.Append(nil, os.Getpid()), nil)
		})
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("done")
}

// Processes that make the same store at once share one file.
func TestManyProcessesMakeOneStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	const processes = 6
	var all sync.WaitGroup
	for range processes {
		cmd := child(t, "open", path)
		all.Go(func() {
			if out, err := cmd.Output(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	s := open(t, path, nil)
	require.NoError(t, s.View(t.Context(), func(r store.Reader) error {
		page, err := r.Page("pids", store.Range{}, 100)
		require.Len(t, page, processes, "nobody's store was replaced by another's")
		return err
	}))
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	require.NoError(t, err)
	require.Empty(t, left, "no temporary file stays")
}

func TestAnotherProcessHoldsTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	cmd := child(t, "write", path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	for _, o := range []boltstore.Options{{}, {ReadOnly: true}} {
		o.LockTimeout = 50 * time.Millisecond
		_, err = boltstore.Open(t.Context(), path, &o)
		require.ErrorIs(t, err, store.ErrLocked)
		require.ErrorContains(t, err, path)
	}
}
