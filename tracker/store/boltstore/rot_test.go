package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
)

// A file that is opened sound and rots afterwards: each read says so.
func TestRotUnderAnOpenStoreIsFoundByReads(t *testing.T) {
	file, _, _ := sample(t)
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	s := open(t, path, nil)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("X"), int64(bytes.Index(file, []byte("contact 0123 wrote"))))
	require.NoError(t, errors.Join(err, f.Close()))

	key := []byte("contact 0123")
	var d *store.Damage
	require.NoError(t, s.View(t.Context(), func(r store.Reader) error {
		_, err := r.Get("contacts", key)
		require.ErrorAs(t, err, &d)
		require.True(t, d.Lost[0].Holds("contacts", key))
		_, err = r.Page("contacts", store.Prefix([]byte("contact 01")), 100)
		require.ErrorIs(t, err, store.ErrDamaged)
		return nil
	}))
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error {
		require.ErrorIs(t, w.Put("contacts", key, nil), store.ErrDamaged, "what is damaged is not written over")
		require.ErrorIs(t, w.Delete("contacts", key), store.ErrDamaged)
		return nil
	}))
	found, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, found.Lost, 1)
	require.ErrorIs(t, s.Compact(t.Context()), store.ErrDamaged)
	got, err := read(s, contents{"customers": nil})
	require.NoError(t, err, "the rest is served")
	require.Len(t, got["customers"], 5)
}

// Pages that rot under an open store make bbolt panic; that is an error, and what
// was begun is not committed.
func TestPagesThatRotUnderAnOpenStore(t *testing.T) {
	file, _, _ := sample(t)
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	s := open(t, path, nil)
	pageSize := int(binary.NativeEndian.Uint32(file[24:]))
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	for at := 2 * pageSize; at < len(file); at += pageSize {
		_, err := f.WriteAt([]byte{0xff, 0xff, 0xff, 0xff}, int64(at))
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	require.ErrorIs(t, s.View(t.Context(), func(r store.Reader) error {
		_, err := r.Get("contacts", []byte("k"))
		return err
	}), store.ErrDamaged)
	require.ErrorIs(t, s.Update(t.Context(), func(w store.Writer) error {
		_ = w.Put("contacts", []byte("k"), nil)
		return nil
	}), store.ErrDamaged)
}

// A file cut off under an open store makes the mapped memory unreadable.
func TestAVanishedEndIsAnErrorNotTheEnd(t *testing.T) {
	file, _, _ := sample(t)
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	s := open(t, path, nil)
	require.NoError(t, os.Truncate(path, 8192))
	err := s.View(t.Context(), func(r store.Reader) error {
		_, err := r.Page("contacts", store.Range{}, 1000)
		return err
	})
	require.ErrorIs(t, err, store.ErrDamaged)
}
