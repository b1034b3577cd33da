package tracker_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// TestExportAndRestore: into any kind of store, byte for byte, and the restored one
// goes on as the first one would have.
func TestExportAndRestore(t *testing.T) {
	tr, clock := openMem(t, answerWithin(time.Hour))
	for n := range 40 {
		c := from(about(n%3, n), "imap", n)
		if n%10 == 0 {
			c.Attachments = []tracker.Attachment{{Name: "a", Content: noise(1, 1000)}, {Name: "json", Content: []byte(`{"not":"a record"}`)}}
		}
		logged(t, tr, c)
	}
	_, err := tr.Reject(ctx, 4, ofProblem(1))
	require.NoError(t, err)
	_, err = tr.CreateArticle(ctx, tracker.Article{Title: "<b>&", Body: "# Head\n", Slug: "s", Problems: []tracker.ProblemID{1}})
	require.NoError(t, err)
	_, err = tr.UpdateArticle(ctx, 1, func(a *tracker.Article) error { a.Title = "Better"; return nil })
	require.NoError(t, err)
	require.NoError(t, tr.UseArticle(ctx, 1, 5))
	_, err = tr.FlagArticle(ctx, 1, 6, "too short")
	require.NoError(t, err)
	_, err = tr.Erase(ctx, 2)
	require.NoError(t, err)
	want := export(t, tr)

	bolt, err := boltstore.Open(ctx, tempFile(t), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = bolt.Close() })
	for _, s := range []store.Store{memstore.New(), bolt} {
		require.NoError(t, tracker.Restore(ctx, s, strings.NewReader(want)))
		back := openStore(t, s, clock, answerWithin(time.Hour), func(o *tracker.Options) { o.Key = []byte("another key") })
		require.Equal(t, want, export(t, back))
		require.Equal(t, tr.StoreID(), back.StoreID())
		checkSound(t, back)

		require.True(t, logged(t, back, from(about(1, 1), "imap", 1)).Duplicate)
		next := logged(t, back, from(about(0, 77), "imap", 77))
		require.Equal(t, tracker.ContactID(41), next.Contact)
		tk, err := back.TicketByReference(ctx, next.Reference)
		require.NoError(t, err, "references go on under the key of the first store")
		require.Equal(t, next.Ticket, tk.ID)
		require.ErrorIs(t, tracker.Restore(ctx, s, strings.NewReader(want)), tracker.ErrConflict, "only an empty store is restored into")
		continued := export(t, back)
		if s == store.Store(bolt) {
			logged(t, tr, from(about(0, 77), "imap", 77))
			require.Equal(t, export(t, tr), continued, "and decides as the first one does")
		}
	}
}

// TestRestoreRefuses what was cut short, changed, or written by a newer version.
func TestRestoreRefuses(t *testing.T) {
	tr, _ := openMem(t)
	logged(t, tr, alone(1))
	whole := export(t, tr)
	lines := strings.SplitAfter(whole, "\n")
	lines = lines[:len(lines)-1]
	for _, row := range []struct {
		promise string
		text    string
		err     error
		says    string
	}{
		{"nothing", "", tracker.ErrInvalid, "after line 0"},
		{"something else", "hello\n", tracker.ErrInvalid, "line 1"},
		{"another format", `{"format":"x"}` + "\n", tracker.ErrInvalid, "line 1"},
		{"the head alone", lines[0], tracker.ErrInvalid, "cut short"},
		{"one without its last line", strings.Join(lines[:len(lines)-1], ""), tracker.ErrInvalid, "cut short"},
		{"one cut within a line", whole[:len(whole)/2], tracker.ErrInvalid, ""},
		{"one that lacks a line", lines[0] + strings.Join(lines[2:], ""), tracker.ErrInvalid, "lines are missing"},
		{"one with a line that is no entry", lines[0] + "{}\n" + strings.Join(lines[1:], ""), tracker.ErrInvalid, "line 2"},
		{"one with an unknown bucket", lines[0] + `{"bucket":"secrets","key":"00"}` + "\n", tracker.ErrInvalid, "secrets"},
		{"one with a broken key", lines[0] + `{"bucket":"meta","key":"0"}` + "\n", tracker.ErrInvalid, "line 2"},
		{"one of a newer layout", strings.Replace(whole, `"layout":1`, `"layout":2`, 1), tracker.ErrLayout, "layout 2"},
	} {
		err := tracker.Restore(ctx, memstore.New(), strings.NewReader(row.text))
		require.ErrorIs(t, err, row.err, row.promise)
		require.ErrorContains(t, err, row.says, row.promise)
	}
}

// TestLayout: a store of a newer version is refused, not guessed at.
func TestLayout(t *testing.T) {
	tr, clock := openMem(t)
	logged(t, tr, alone(1))
	s := memstore.New()
	newer := strings.Replace(export(t, tr), `"value":{"layout":1,`, `"value":{"layout":2,`, 1)
	require.NoError(t, tracker.Restore(ctx, s, strings.NewReader(newer)))
	for _, opt := range []option{peopleOnly, readOnly} {
		_, err := tracker.New(ctx, s, settings(clock, opt))
		require.ErrorIs(t, err, tracker.ErrLayout)
		require.ErrorContains(t, err, "it is 2, this program knows up to 1")
	}
}

// TestBackup: a copy made while the log is written is a whole log.
func TestBackup(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	for n := range 20 {
		logged(t, tr, about(0, n))
	}
	want := export(t, tr)
	var b bytes.Buffer
	n, err := tr.Backup(ctx, &b)
	require.NoError(t, err)
	require.Equal(t, int64(b.Len()), n)
	logged(t, tr, alone(1))
	copied := filepath.Join(t.TempDir(), "copy.db")
	require.NoError(t, os.WriteFile(copied, b.Bytes(), 0o600))
	back := openBolt(t, copied, clock)
	require.Equal(t, want, export(t, back))
	checkSound(t, back)

	mem, _ := openMem(t)
	_, err = mem.Backup(ctx, &b)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}
