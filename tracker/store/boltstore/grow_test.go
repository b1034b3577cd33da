package boltstore_test

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// A file that grew by many small commits is sound at every size it passes through.
func TestGrow(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "grow.db")
	value := make([]byte, 3000)
	for n := range 24 {
		s, err := boltstore.Open(ctx, path, nil)
		require.NoError(t, err, "opening %d", n)
		for i := range 4 {
			require.NoError(t, s.Update(ctx, func(w store.Writer) error {
				for k := range 25 {
					if err := w.Put("grow", binary.BigEndian.AppendUint64(nil, uint64(n*1000+i*100+k)), value); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		require.NoError(t, s.Close())
	}
}
