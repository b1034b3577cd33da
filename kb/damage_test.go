package kb_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

// Whatever happens to a file of the index: its answers are right, or it says that it
// has to be made anew; and made anew it answers as before.
func TestDamageIsFound(t *testing.T) {
	ctx := context.Background()
	origin := t.TempDir()
	ix := newIndex(t, origin, shelf...)
	require.NoError(t, ix.Put(ctx, kb.Document{ID: "late", Title: "A later segment"}))
	require.NoError(t, ix.Delete(ctx, "article", "2"))
	queries := []string{"charged refund", "later printer", "Buchung", `"two weeks"`, "-refund"}
	want := answers(t, ix, queries)
	require.NoError(t, ix.Close())

	found, tried := 0, 0
	check := func(t *testing.T, dir string) {
		tried++
		ix, err := kb.NewIndex(dir, nil)
		require.NoError(t, err)
		defer ix.Close()
		if ix.Damage() == nil {
			got := answers(t, ix, queries)
			if ix.Damage() == nil {
				require.Equal(t, want, got, "right, or damage")
				return
			}
		}
		found++
		require.ErrorIs(t, ix.Damage(), kb.ErrDamaged)
		r, err := ix.Search(ctx, kb.Query{Text: "refund"})
		require.NoError(t, err)
		require.Equal(t, kb.Results{Rebuilding: true}, r)
		require.ErrorIs(t, ix.Put(ctx, shelf[0]), kb.ErrDamaged)
		if tried%50 == 1 {
			require.NoError(t, ix.Rebuild(ctx, docs(append(shelf[:1:1], append(shelf[2:5:5], kb.Document{ID: "late", Title: "A later segment"})...))))
			require.Equal(t, want, answers(t, ix, queries))
		}
	}
	for _, name := range files(t, origin) {
		data, err := os.ReadFile(filepath.Join(origin, name))
		require.NoError(t, err)
		damage := func(what string, do func(path string)) {
			t.Run(name+" "+what, func(t *testing.T) {
				dir := t.TempDir()
				require.NoError(t, os.CopyFS(dir, os.DirFS(origin)))
				do(filepath.Join(dir, name))
				check(t, dir)
			})
		}
		damage("deleted", func(path string) { require.NoError(t, os.Remove(path)) })
		for _, n := range []int{0, 1, len(data) / 2, len(data) - 1} {
			if n >= 0 && n < len(data) {
				damage("truncated", func(path string) { require.NoError(t, os.Truncate(path, int64(n))) })
			}
		}
		for at := 0; at < len(data); at += 97 * max(1, len(data)/97/40) {
			damage("flipped", func(path string) {
				flipped := slices.Clone(data)
				flipped[at] ^= 1 << (at % 8)
				require.NoError(t, os.WriteFile(path, flipped, 0o600))
			})
		}
	}
	require.Greater(t, found, 100, "damage of %d", tried)
}

// An index whose process died has no seal: what it kept is checked in other ways.
func TestIndexOfADeadProcess(t *testing.T) {
	origin := t.TempDir()
	ix := newIndex(t, origin, shelf...)
	want := answers(t, ix, []string{"charged refund"})
	require.NoError(t, ix.Close())
	require.NoError(t, os.Remove(filepath.Join(origin, "1", "seal")), "a process that dies leaves none")

	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(origin)))
	ix = newIndex(t, dir)
	require.NoError(t, ix.Damage())
	require.Equal(t, want, answers(t, ix, []string{"charged refund"}))
	require.NoError(t, ix.Close())

	for _, name := range files(t, origin) {
		if filepath.Ext(name) != ".zap" {
			continue
		}
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(origin)))
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		data[len(data)/3] ^= 4
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		require.ErrorIs(t, newIndex(t, dir).Damage(), kb.ErrDamaged)
	}
}

func docs(all []kb.Document) func(func(kb.Document, error) bool) {
	return func(yield func(kb.Document, error) bool) {
		for _, d := range all {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func answers(t *testing.T, ix *kb.Index, queries []string) []kb.Results {
	t.Helper()
	var all []kb.Results
	for _, q := range queries {
		r, err := ix.Search(context.Background(), kb.Query{Text: q})
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

// files are the files below dir that hold something, but for the lock.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && name != "lock" {
			names = append(names, name)
		}
		return err
	}))
	return names
}
