package boltstore_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
	"github.com/supportloop/supportloop/tracker/store/storetest"
)

func open(t testing.TB, path string, opts *boltstore.Options) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(t.Context(), path, opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	paths := map[store.Store]string{}
	at := func(t *testing.T, path string, opts *boltstore.Options) store.Store {
		s := open(t, path, opts)
		paths[s] = path
		return s
	}
	storetest.Run(t, func(t *testing.T) store.Store {
		return at(t, filepath.Join(t.TempDir(), "store"), nil)
	}, &storetest.Options{
		Reopen: func(t *testing.T, s store.Store) store.Store {
			require.NoError(t, s.Close())
			return at(t, paths[s], nil)
		},
		ReadOnly: func(t *testing.T, s store.Store) store.Store {
			require.NoError(t, s.Close())
			return at(t, paths[s], &boltstore.Options{ReadOnly: true})
		},
		Restore: func(t *testing.T, backup io.Reader) store.Store {
			path := filepath.Join(t.TempDir(), "restored")
			b, err := io.ReadAll(backup)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, b, 0o600))
			return at(t, path, nil)
		},
	})
}
