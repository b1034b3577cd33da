package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

func TestOpenSaysWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store")

	_, err := boltstore.Open(t.Context(), path, &boltstore.Options{ReadOnly: true})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "there is no store at "+path)
	require.NoFileExists(t, path, "reading makes nothing")

	_, err = boltstore.Open(t.Context(), filepath.Join(dir, "folder", "store"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "make "+filepath.Join(dir, "folder")+" first")

	_, err = boltstore.Open(t.Context(), dir, nil)
	require.ErrorContains(t, err, dir)

	require.ErrorContains(t, boltstore.Explain(path, false, os.ErrPermission), "open it with ReadOnly")
	require.NotContains(t, boltstore.Explain(path, true, os.ErrPermission).Error(), "ReadOnly", "it was")

	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = boltstore.Open(done, path, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NoFileExists(t, path)
}

func TestTheSameProcessCannotOpenTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	s := open(t, path, nil)
	_, err := boltstore.Open(t.Context(), path, &boltstore.Options{LockTimeout: -1})
	require.ErrorIs(t, err, store.ErrLocked)

	soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = boltstore.Open(soon, path, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded, "waiting for the lock ends with the context")

	require.NoError(t, s.Close())
	first := open(t, path, &boltstore.Options{ReadOnly: true})
	second := open(t, path, &boltstore.Options{ReadOnly: true})
	_, err = boltstore.Open(t.Context(), path, &boltstore.Options{LockTimeout: -1})
	require.ErrorIs(t, err, store.ErrLocked, "nobody writes where others read")
	require.NoError(t, first.Close())
	require.NoError(t, second.Close())
	open(t, path, nil)
}

// Above VerifyUpTo the pages are checked and the records left for later.
func TestVerifyUpTo(t *testing.T) {
	file, _, _ := sample(t)
	at := bytes.Index(file, []byte("contact 0123 wrote"))
	file[at] ^= 1
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	for _, limit := range []int64{-1, int64(len(file)) - 1} {
		s := open(t, path, &boltstore.Options{VerifyUpTo: limit})
		d, err := s.Verify(t.Context())
		require.NoError(t, err)
		require.NotNil(t, d)
		require.NoError(t, s.Close())
	}
	_, err := boltstore.Open(t.Context(), path, &boltstore.Options{VerifyUpTo: int64(len(file))})
	require.ErrorIs(t, err, store.ErrDamaged)

	file[at] ^= 1
	file[at-1000] ^= 0xff // somewhere in the page
	require.NoError(t, os.WriteFile(path, file[:len(file)/2], 0o600))
	_, err = boltstore.Open(t.Context(), path, &boltstore.Options{VerifyUpTo: -1})
	require.ErrorIs(t, err, store.ErrDamaged, "a file that would kill bbolt never reaches it")
}

func TestDamageIsLogged(t *testing.T) {
	file, _, _ := sample(t)
	file[bytes.Index(file, []byte("contact 0123 wrote"))] ^= 1
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	var log bytes.Buffer
	open(t, path, &boltstore.Options{ReadOnly: true, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.Contains(t, log.String(), "level=WARN")
	require.Contains(t, log.String(), path)
	require.NotContains(t, log.String(), "wrote in round", "contents never go to a log")
}

// Files of bbolt itself, and of layouts to come, are told apart from damage by words.
func TestForeignFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("theirs"))
		require.NoError(t, err)
		return b.Put([]byte("k"), []byte("a value without a frame"))
	}))
	require.NoError(t, db.Close())
	_, err = boltstore.Open(t.Context(), path, nil)
	require.ErrorIs(t, err, store.ErrDamaged)
	require.ErrorContains(t, err, "not a store")
}

func TestANewerLayoutIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, open(t, path, nil).Close())
	require.NoError(t, boltstore.WriteLayout(path, 2))
	for _, readOnly := range []bool{false, true} {
		_, err := boltstore.Open(t.Context(), path, &boltstore.Options{ReadOnly: readOnly})
		require.ErrorContains(t, err, "layout 2")
		require.ErrorContains(t, err, "newer version")
	}
}

// bbolt's own tools write the list of free pages, and the next commit drops it.
func TestAFileThatBboltHasWrittenTo(t *testing.T) {
	file, now, _ := sample(t)
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	s := open(t, path, nil)
	got, err := read(s, now)
	require.NoError(t, err)
	require.NoError(t, same(got, now, nil))
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("contacts", []byte("k"), nil) }))
	d, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Nil(t, d)
}

func TestCommitsThatFailAreUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	s := open(t, path, nil)
	put := func(k string) error {
		return s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte(k), []byte(k)) })
	}
	require.NoError(t, put("a"))
	require.NoError(t, s.File().Close()) // the disk goes away
	err := put("b")
	require.ErrorIs(t, err, store.ErrUnknown)
	require.ErrorIs(t, err, os.ErrClosed, "the cause is told")
	require.ErrorIs(t, put("c"), store.ErrUnknown)
	require.ErrorIs(t, s.View(t.Context(), func(store.Reader) error { return nil }), store.ErrUnknown)
	_, err = s.Verify(t.Context())
	require.ErrorIs(t, err, store.ErrUnknown)
	require.ErrorIs(t, s.Compact(t.Context()), store.ErrUnknown)
	_, err = s.Backup(t.Context(), io.Discard)
	require.ErrorIs(t, err, store.ErrUnknown)
	_, err = s.Size()
	require.ErrorIs(t, err, store.ErrUnknown)
	_ = s.Close()
	require.ErrorIs(t, put("d"), store.ErrClosed)

	s = open(t, path, nil)
	require.NoError(t, s.View(t.Context(), func(r store.Reader) error {
		v, err := r.Get("b", []byte("a"))
		require.Equal(t, "a", string(v))
		return err
	}))
	require.NoError(t, put("e"))
}

// Deleted bytes are in the file until Compact, and not after.
func TestCompactRemovesDeletedBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	s := open(t, path, nil)
	secret := []byte("the customer's secret")
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error {
		require.NoError(t, w.Put("b", []byte("kept"), []byte("value")))
		return w.Put("b", []byte("k"), secret)
	}))
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Delete("b", []byte("k")) }))
	onDisk := func() []byte {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		return b
	}
	require.Contains(t, string(onDisk()), string(secret))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, s.Compact(t.Context()))
	require.NotContains(t, string(onDisk()), string(secret))
	require.Contains(t, string(onDisk()), "value")
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, info.Mode(), after.Mode())
	_, err = boltstore.Open(t.Context(), path, &boltstore.Options{LockTimeout: -1})
	require.ErrorIs(t, err, store.ErrLocked, "the new file is locked as the old one was")
}

// A process that dies between giving its new file a name and removing the old one
// leaves the store under two names, and bytes deleted later would stay under one.
func TestOpenSweepsUpWhatTheDeadLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store")
	s := open(t, path, nil)
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte("k"), []byte("a secret")) }))
	require.NoError(t, s.Close())
	require.NoError(t, os.Link(path, filepath.Join(dir, ".store.new-123")))
	for _, name := range []string{".store.new-4", "store.compact", ".other.new-1", ".store.new-", ".store.new-5.new-6", ".store.new-old", "store.new-7"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	names := func() (names []string) {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	before := names()
	require.NoError(t, open(t, path, &boltstore.Options{ReadOnly: true}).Close())
	require.Equal(t, before, names(), "who only reads removes nothing")
	open(t, path, nil)
	require.Equal(t, []string{".other.new-1", ".store.new-", ".store.new-5.new-6", ".store.new-old", "store", "store.new-7"}, names())
}

func TestWhatCannotBeCopiedIsNotLeftInPart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store")
	require.Error(t, boltstore.CopyNew(dir, path), "a folder cannot be read as a file")
	require.NoFileExists(t, path)
	require.ErrorIs(t, boltstore.CopyNew(filepath.Join(dir, "none"), path), os.ErrNotExist)
	require.NoFileExists(t, path)

	from := filepath.Join(dir, "from")
	require.NoError(t, open(t, from, nil).Close())
	require.NoError(t, boltstore.CopyNew(from, path))
	open(t, path, nil)
	require.ErrorIs(t, boltstore.CopyNew(from, path), os.ErrExist)
	require.FileExists(t, path, "what was there stays")
}

// A store may be reached by a symbolic link. Compact renews the file, not the link.
func TestCompactThroughALink(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "data"), 0o700))
	path, link := filepath.Join(dir, "data", "store"), filepath.Join(dir, "link")
	require.NoError(t, open(t, path, nil).Close())
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	s := open(t, link, nil)
	secret := "the customer's secret"
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte("k"), []byte(secret)) }))
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Delete("b", []byte("k")) }))
	require.NoError(t, s.Compact(t.Context()))
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte("later"), []byte("kept")) }))
	require.NoError(t, s.Close())
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "the link is still one")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(content), secret)
	require.Contains(t, string(content), "kept")

	litter := filepath.Join(dir, "data", "store.compact")
	require.NoError(t, os.WriteFile(litter, nil, 0o600))
	open(t, link, nil)
	require.NoFileExists(t, litter)
}

func TestBackupPassesOnTheErrorOfItsWriter(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store"), nil)
	errFull := errors.New("full")
	for good := range 3 { // both meta pages, and the rest
		_, err := s.Backup(t.Context(), writerFunc(func(b []byte) (int, error) {
			if good--; good < 0 {
				return 0, errFull
			}
			return len(b), nil
		}))
		require.ErrorIs(t, err, errFull)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Backup(ctx, writerFunc(func(b []byte) (int, error) { cancel(); return len(b), nil }))
	require.ErrorIs(t, err, context.Canceled)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// Who waits for the lock while Compact puts a new file in place gets the new file.
func TestOpenWaitsThroughACompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	s := open(t, path, nil)
	put := func(k string) {
		require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte(k), nil) }))
	}
	put("before")
	opened := make(chan *boltstore.Store)
	go func() {
		next, err := boltstore.Open(context.Background(), path, nil)
		if err != nil {
			t.Error(err)
		}
		opened <- next
	}()
	select {
	case <-opened:
		t.Fatal("two hold one store")
	case <-time.After(50 * time.Millisecond): // it waits, or has not begun to
	}
	require.NoError(t, s.Compact(t.Context()))
	select {
	case <-opened:
		t.Fatal("two hold one store, or one an old file")
	case <-time.After(50 * time.Millisecond):
	}
	put("after")
	require.NoError(t, s.Close())
	next := <-opened
	require.NoError(t, next.View(t.Context(), func(r store.Reader) error {
		page, err := r.Page("b", store.Range{}, 9)
		require.Len(t, page, 2)
		return err
	}))
	require.NoError(t, next.Close())
}

// Whatever runs beside Compact has a whole store before it: the old file or the new.
func TestAllGoesOnBesideCompact(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store"), nil)
	put := func(n int) error {
		return s.Update(t.Context(), func(w store.Writer) error { return w.Put("b", []byte("k"), fmt.Append(nil, n)) })
	}
	require.NoError(t, put(0))
	done := make(chan struct{})
	var others sync.WaitGroup
	for name, call := range map[string]func() error{
		"View": func() error {
			return s.View(t.Context(), func(r store.Reader) error {
				v, err := r.Get("b", []byte("k"))
				if err == nil && v == nil {
					err = errors.New("the record is gone")
				}
				return err
			})
		},
		"Update": func() error { return put(1) },
		"Verify": func() error {
			if d, err := s.Verify(t.Context()); d != nil || err != nil {
				return fmt.Errorf("%v, %v", d, err)
			}
			return nil
		},
		"Backup": func() error { _, err := s.Backup(t.Context(), io.Discard); return err },
		"Size":   func() error { _, err := s.Size(); return err },
	} {
		others.Go(func() {
			for {
				if err := call(); err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range 10 {
		require.NoError(t, s.Compact(t.Context()))
	}
	close(done)
	others.Wait()
}

func TestUpdateThatChangesNothingCostsNoCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	s := open(t, path, nil)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, s.Update(t.Context(), func(w store.Writer) error { return w.Delete("b", []byte("k")) }))
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}
