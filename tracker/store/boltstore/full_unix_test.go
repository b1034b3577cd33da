//go:build linux || darwin

package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// fillLimited writes until the limit on file sizes, which stands for a full disk,
// and says what was acknowledged and how it ended.
func fillLimited(path string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 2 << 20, Max: 2 << 20}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println("cannot limit", err)
		return
	}
	ctx := context.Background()
	s, err := boltstore.Open(ctx, path, nil)
	n := uint64(0)
	for ; err == nil; n++ {
		err = s.Update(ctx, func(w store.Writer) error {
			key, value := recordOf(n)
			return w.Put("log", key, value)
		})
	}
	again := s.View(ctx, func(store.Reader) error { return nil })
	fmt.Println("acknowledged", n-1, "unknown", errors.Is(err, store.ErrUnknown), "refused", errors.Is(again, store.ErrUnknown),
		"named", strings.Contains(err.Error(), path), "closed", s.Close() == nil)
}

func TestAFullDiskLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	out, err := child(t, "fill", path).Output()
	require.NoError(t, err)
	var n uint64
	_, err = fmt.Sscanf(string(out), "acknowledged %d unknown true refused true named true closed true", &n)
	require.NoError(t, err, "%s", out)
	require.Positive(t, n)

	s := open(t, path, nil)
	d, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Nil(t, d)
	require.NoError(t, s.View(t.Context(), func(r store.Reader) error {
		for i := range n {
			key, value := recordOf(i)
			got, err := r.Get("log", key)
			require.NoError(t, err)
			require.Equal(t, string(value), string(got), "record %d was acknowledged", i)
		}
		return nil
	}))
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("log", []byte("k"), nil) }))
}

func TestFoldersAndFilesThatMayOnlyBeRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(dir, 0o700))
	path := filepath.Join(dir, "store")
	require.NoError(t, open(t, path, nil).Close())
	require.NoError(t, os.Chmod(path, 0o400))
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })

	s := open(t, path, &boltstore.Options{ReadOnly: true})
	require.NoError(t, s.View(t.Context(), func(store.Reader) error { return nil }))
	require.NoError(t, s.Close())
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	_, err := boltstore.Open(t.Context(), path, nil)
	require.ErrorIs(t, err, os.ErrPermission)
	require.ErrorContains(t, err, "ReadOnly")
	_, err = boltstore.Open(t.Context(), filepath.Join(dir, "new"), nil)
	require.ErrorIs(t, err, os.ErrPermission)
}
