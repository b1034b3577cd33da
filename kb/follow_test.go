package kb_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func newTracker(t *testing.T, s store.Store) *tracker.Tracker {
	t.Helper()
	tr, err := tracker.New(t.Context(), s, &tracker.Options{Key: []byte("test"), NoGrouping: true})
	require.NoError(t, err)
	t.Cleanup(func() { tr.Close() })
	return tr
}

// A store that was restored from an older copy, and went on differently, has other
// changes under the numbers that the index knows.
func TestIndexOfARestoredStore(t *testing.T) {
	index := t.TempDir()
	b := reopen(t, newTracker(t, memstore.New()), index)
	logged(t, b, "ada@example.org", "Before the copy", "The scanner beeps.")
	var copied bytes.Buffer
	require.NoError(t, b.Tracker.Export(t.Context(), &copied))
	logged(t, b, "bo@example.org", "Lost", "What the copy does not know.")
	require.NoError(t, b.CatchUp(t.Context()))
	require.NoError(t, b.Close())

	for promise, further := range map[string]int{"the index is ahead of it": 0, "it has as many changes": 1, "it has more": 3} {
		t.Run(promise, func(t *testing.T) {
			s := memstore.New()
			require.NoError(t, tracker.Restore(t.Context(), s, bytes.NewReader(copied.Bytes())))
			tr := newTracker(t, s)
			for i := range further {
				_, err := tr.Log(t.Context(), tracker.Contact{From: fmt.Sprint(i, "@example.org"), Channel: tracker.Email, Title: "New", Text: "Only the restored store knows."})
				require.NoError(t, err)
			}
			b := reopen(t, tr, index)
			got, r := found(t, b, "copy")
			require.Empty(t, got, "of what is not in the store nothing is shown")
			require.True(t, r.Rebuilding)
			require.NoError(t, b.CatchUp(t.Context()))
			got, _ = found(t, b, "copy")
			require.Equal(t, []string{"ticket/1"}, got)
			likeFresh(t, b)
			require.NoError(t, b.Close())

			// For the next row, the index of the store that was lost.
			s = memstore.New()
			require.NoError(t, tracker.Restore(t.Context(), s, bytes.NewReader(copied.Bytes())))
			b = reopen(t, newTracker(t, s), index)
			logged(t, b, "bo@example.org", "Lost", "What the copy does not know.")
			require.NoError(t, b.CatchUp(t.Context()))
			require.NoError(t, b.Close())
		})
	}
}

// A log with a gap is told of. What the index knows is found all the same.
func TestFollowMeetsAGap(t *testing.T) {
	s := memstore.New()
	b := reopen(t, newTracker(t, s), t.TempDir())
	logged(t, b, "ada@example.org", "Before", "The scanner beeps.")
	require.NoError(t, b.CatchUp(t.Context()))
	known, err := b.Tracker.Head(t.Context())
	require.NoError(t, err)
	logged(t, b, "bo@example.org", "Behind the gap", "The scanner jams.")
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error {
		return w.Delete("changes", binary.BigEndian.AppendUint64(nil, known+1))
	}))
	require.ErrorIs(t, b.CatchUp(t.Context()), tracker.ErrGap)
	require.ErrorIs(t, b.Follow(t.Context()), tracker.ErrGap, "it ends")
	got, r := found(t, b, "scanner")
	require.Equal(t, []string{"ticket/1"}, got)
	require.Positive(t, r.Behind)
	require.False(t, r.Rebuilding)
}

// What was erased before the index heard of it never comes into it.
func TestErasedBeforeItWasFollowed(t *testing.T) {
	b := reopen(t, newTracker(t, memstore.New()), t.TempDir())
	logged(t, b, "ada@example.org", "Stays", "The scanner beeps.")
	require.NoError(t, b.CatchUp(t.Context()))
	r := logged(t, b, "bo@example.org", "Goes", "The scanner jams.")
	_, err := b.Tracker.Erase(t.Context(), r.Customer)
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(t.Context()))
	got, res := found(t, b, "scanner")
	require.Equal(t, []string{"ticket/1"}, got)
	require.Zero(t, res.Behind)
	likeFresh(t, b)
}

// A rebuild says how far it is; meanwhile there is nothing to be found, and that is said.
// One that is cancelled leaves what there was, and nothing else.
func TestProgress(t *testing.T) {
	const contacts = 1300
	tr := newTracker(t, memstore.New())
	_, err := tr.Import(t.Context(), func(yield func(tracker.Contact, error) bool) {
		for i := range contacts {
			if !yield(tracker.Contact{From: fmt.Sprint(i, "@example.org"), Channel: tracker.Email, Title: "Scanner", Text: "It beeps."}, nil) {
				return
			}
		}
	}, nil)
	require.NoError(t, err)
	index := t.TempDir()
	var b *kb.Base
	var told [][2]int
	hook := func() {}
	b, err = kb.New(t.Context(), kb.Parts{Tracker: tr, Index: index}, &kb.Options{Progress: func(done, of int) {
		told = append(told, [2]int{done, of})
		hook()
	}})
	require.NoError(t, err)
	defer b.Close()

	hook = func() {
		if len(told) < 4 {
			_, r := found(t, b, "scanner")
			require.True(t, r.Rebuilding)
			require.Positive(t, r.Behind)
			logged(t, b, "ada@example.org", "Scanner", "Logged while the index was built.")
		}
	}
	require.NoError(t, b.CatchUp(t.Context()))
	require.Equal(t, [2]int{500, contacts}, told[0])
	require.Equal(t, [2]int{1000, contacts}, told[1])
	last := told[len(told)-1]
	require.Equal(t, last[0], last[1], "all is done")
	_, r := found(t, b, "logged")
	require.Positive(t, r.Total, "and what was logged meanwhile is found")
	require.Zero(t, r.Behind)

	// An erasure asks for a new index.
	tk, err := tr.Ticket(t.Context(), 7)
	require.NoError(t, err)
	_, err = tr.Erase(t.Context(), tk.Customer)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	hook = cancel
	require.ErrorIs(t, b.CatchUp(ctx), context.Canceled)
	require.Equal(t, []string{"1", "current", "lock"}, entries(t, index))
	_, r = found(t, b, "scanner")
	require.Equal(t, contacts+2, r.Total, "the old one answers, without what was erased")
	require.False(t, r.Rebuilding)
	told = nil
	hook = func() {
		if len(told) == 1 {
			logged(t, b, "dan@example.org", "Scanner", "It whistles.")
		}
		if len(told) == 2 {
			got, r := found(t, b, "whistles")
			require.Len(t, got, 1, "while another is built, the old one takes in what is logged")
			require.Zero(t, r.Behind)
		}
	}
	require.NoError(t, b.CatchUp(t.Context()))
	require.Greater(t, len(told), 1)
	require.Equal(t, []string{"3", "current", "lock"}, entries(t, index))
	_, r = found(t, b, "scanner")
	require.Equal(t, contacts+3, r.Total)
}
