package tracker_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// lossy is a store that has lost the tickets from the second to the fourth, and the sixth.
type lossy struct{ store.Store }

func (s lossy) View(ctx context.Context, fn func(store.Reader) error) error {
	return s.Store.View(ctx, func(r store.Reader) error { return fn(lossyReader{r}) })
}

type lossyReader struct{ store.Reader }

func (r lossyReader) Get(b store.Bucket, k []byte) ([]byte, error) {
	if b == "tickets" {
		switch n := binary.BigEndian.Uint64(k); n {
		case 2, 3, 4, 6:
			return nil, fmt.Errorf("ticket %d: %w", n, store.ErrDamaged)
		}
	}
	return r.Reader.Get(b, k)
}

func (r lossyReader) Page(b store.Bucket, rng store.Range, n int) ([]store.Entry, error) {
	if b == "tickets" {
		return nil, store.ErrDamaged
	}
	return r.Reader.Page(b, rng, n)
}

// TestVerifyNamesRuns: what is lost side by side is one line to read.
func TestVerifyNamesRuns(t *testing.T) {
	s, clock := memstore.New(), newClock()
	tr := openStore(t, s, clock, peopleOnly)
	tickets(t, tr, 8)
	v, err := openStore(t, lossy{s}, clock, peopleOnly).Verify(ctx)
	require.NoError(t, err)
	require.Equal(t, []tracker.Missing{{What: "ticket", First: 2, Last: 4}, {What: "ticket", First: 6, Last: 6}}, v.Missing)
	require.Equal(t, "[tickets 2 to 4 ticket 6]", fmt.Sprint(v.Missing))
	require.False(t, v.Sound())
}
