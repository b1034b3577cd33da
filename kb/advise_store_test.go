package kb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// failing is a store that cannot read what holds some bytes.
type failing struct {
	store.Store
	what []byte
	err  error
}

func (s *failing) View(ctx context.Context, fn func(store.Reader) error) error {
	return s.Store.View(ctx, func(r store.Reader) error { return fn(failingReader{r, s}) })
}

type failingReader struct {
	store.Reader
	s *failing
}

func (r failingReader) Get(b store.Bucket, key []byte) ([]byte, error) {
	v, err := r.Reader.Get(b, key)
	if err == nil && len(r.s.what) > 0 && bytes.Contains(v, r.s.what) {
		return nil, r.s.err
	}
	return v, err
}

func TestAdviseMeetsAnotherRecordThatCannotBeRead(t *testing.T) {
	disk := errors.New("the disk is gone")
	for _, row := range []struct {
		promise string
		known   bool // the ticket belongs to a problem: it has no candidates
		err     error
		want    error
	}{
		{"a candidate that cannot be read now is an error, not less advice", false, disk, disk},
		{"so is a solved ticket", true, disk, disk},
		{"a candidate that is damaged is left out, and the rest is advised", false, fmt.Errorf("a record: %w", store.ErrDamaged), nil},
		{"so is a solved ticket", true, fmt.Errorf("a record: %w", store.ErrDamaged), nil},
	} {
		t.Run(row.promise, func(t *testing.T) {
			ctx := context.Background()
			s := &failing{Store: memstore.New(), err: row.err}
			tr, err := tracker.New(ctx, s, &tracker.Options{Key: []byte("test")})
			require.NoError(t, err)
			defer tr.Close()
			b, err := kb.New(ctx, kb.Parts{Tracker: tr}, nil)
			require.NoError(t, err)
			defer b.Close()
			text := "The scanner jams on glossy paper and beeps three times."
			for _, title := range []string{"zebraname", "scanner jams"} {
				r := logged(t, b, title+"@example.org", "Glossy "+title, text)
				_, err := tr.CloseTicket(ctx, r.Ticket, tracker.SolvedAnew, "cleaned")
				require.NoError(t, err)
			}
			now := logged(t, b, "eve@example.org", "Jams again", text)
			if row.known {
				_, err := tr.Confirm(ctx, now.Ticket, tracker.Target{Ticket: 2})
				require.NoError(t, err)
			}
			require.NoError(t, b.CatchUp(ctx))
			a, err := b.Advise(ctx, now.Ticket)
			require.NoError(t, err)
			require.Len(t, a.Similar, 2)

			s.what = []byte("Glossy zebraname")
			a, err = b.Advise(ctx, now.Ticket)
			if row.want != nil {
				require.ErrorIs(t, err, row.want)
				return
			}
			require.NoError(t, err)
			require.Len(t, a.Similar, 1)
		})
	}
}
