//go:build linux || darwin

package kb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

// The test executes itself with this set, as a limit on files is of the whole process.
const fullDisk = "SUPPORTLOOP_KB_FULL_DISK"

// No file of this process can grow beyond so many bytes; less than 0 is no limit.
func limitFiles(t *testing.T, bytes int64) {
	var l syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l))
	l.Cur = l.Max
	if bytes >= 0 {
		l.Cur = uint64(bytes)
	}
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l))
}

// A full disk: an index that cannot be built leaves the old one and says so, logging
// goes on, and when there is room again, the index comes back by itself.
func TestFullDisk(t *testing.T) {
	if os.Getenv(fullDisk) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
		cmd.Env = append(os.Environ(), fullDisk+"=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), "--- PASS: TestFullDisk/a_base")
		return
	}
	t.Run("an index", func(t *testing.T) {
		dir := t.TempDir()
		ix := newIndex(t, dir, shelf...)
		want := answers(t, ix, []string{"charged refund"})
		many := func(yield func(kb.Document, error) bool) {
			for i := range 3000 {
				if !yield(kb.Document{ID: fmt.Sprint(i), Title: fmt.Sprintf("word%d", i), Text: strings.Repeat(fmt.Sprintf("more%d ", i), 20)}, nil) {
					return
				}
			}
		}
		limitFiles(t, 64<<10)
		err := ix.Rebuild(t.Context(), many)
		limitFiles(t, -1)
		require.ErrorContains(t, err, "file too large")
		require.NoError(t, ix.Damage())
		require.Equal(t, want, answers(t, ix, []string{"charged refund"}))
		require.NoError(t, ix.Rebuild(t.Context(), many))
		require.Equal(t, 3000, ix.Len())
		// What bleve's goroutines still wrote into the one that failed goes when the index is opened.
		require.NoError(t, ix.Close())
		again, err := kb.NewIndex(dir, nil)
		require.NoError(t, err)
		require.Equal(t, 3000, again.Len())
		require.Len(t, entries(t, dir), 3, "one folder, which is current, and its lock")
		require.NoError(t, again.Close())
	})
	t.Run("a base", func(t *testing.T) {
		p := newPatient(t, true)
		b, _ := p.open(t, func(string) {})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Follow(ctx) }()
		limitFiles(t, 2<<10)
		for said := false; !said; {
			r := logged(t, b, "late@example.org", "Late", "Logging goes on.")
			require.NotZero(t, r.Ticket)
			_, res := found(t, b, "invoice")
			said = res.Rebuilding
		}
		require.Error(t, b.CatchUp(t.Context()))
		limitFiles(t, -1)
		wait := time.After(time.Minute)
		for back := false; !back; {
			_, r := found(t, b, "invoice")
			back = !r.Rebuilding && r.Behind == 0
			select {
			case err := <-ended:
				require.NoError(t, err, "Follow ended")
			case <-wait:
				require.Fail(t, "the index did not come back")
			case <-time.After(10 * time.Millisecond):
			}
		}
		likeFresh(t, b)
		stop()
		require.True(t, errors.Is(<-ended, context.Canceled))
	})
}
