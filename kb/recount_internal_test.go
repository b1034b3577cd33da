package kb

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/blevesearch/bleve/v2/util"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"
)

// What only bbolt's file says, which documents are deleted, is held against the state:
// also where the damage was there already when the files were sealed.
func TestRevivedDocumentIsDamage(t *testing.T) {
	ctx := context.Background()
	for _, sealed := range []bool{false, true} {
		dir := t.TempDir()
		ix, err := NewIndex(dir, nil)
		require.NoError(t, err)
		require.NoError(t, ix.Put(ctx, Document{ID: "1", Title: "Scanner"}, Document{ID: "2", Title: "Printer"}))
		require.NoError(t, ix.Delete(ctx, "", "1"))
		require.NoError(t, ix.Close())

		db, err := bbolt.Open(filepath.Join(dir, "1", "store", "root.bolt"), 0o600, nil)
		require.NoError(t, err)
		revived := 0
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
			states := tx.Bucket(util.BoltSnapshotsBucket)
			return states.ForEachBucket(func(k []byte) error {
				return states.Bucket(k).ForEachBucket(func(segment []byte) error {
					b := states.Bucket(k).Bucket(segment)
					if b.Get(util.BoltDeletedKey) == nil {
						return nil
					}
					revived++
					return b.Delete(util.BoltDeletedKey)
				})
			})
		}))
		require.NoError(t, db.Close())
		require.NotZero(t, revived)
		require.NoError(t, os.Remove(filepath.Join(dir, "1", sealFile)))
		if sealed {
			require.NoError(t, seal(filepath.Join(dir, "1")))
		}
		ix, err = NewIndex(dir, nil)
		require.NoError(t, err)
		require.ErrorContains(t, ix.Damage(), "it holds 2 documents and should hold 1")
		require.NoError(t, ix.Close())
	}
}
