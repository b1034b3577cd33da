package boltstore_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

type contents map[store.Bucket]map[string]string

// sample is a store of 300 records of about 1 KB in several commits, and some small
// buckets. It returns the file, what is in it, and what was in it one commit before.
func sample(t testing.TB) (file []byte, now, before contents) {
	path := filepath.Join(t.TempDir(), "store")
	s := open(t, path, nil)
	now = contents{}
	put := func(w store.Writer, b store.Bucket, k, v string) {
		require.NoError(t, w.Put(b, []byte(k), []byte(v)))
		if now[b] == nil {
			now[b] = map[string]string{}
		}
		now[b][k] = v
	}
	for round := range 6 {
		before = contents{}
		for b, entries := range now {
			before[b] = map[string]string{}
			for k, v := range entries {
				before[b][k] = v
			}
		}
		require.NoError(t, s.Update(t.Context(), func(w store.Writer) error {
			for i := range 50 {
				k := fmt.Sprintf("contact %04d", round*50+i)
				put(w, "contacts", k, strings.Repeat(fmt.Sprintf("%s wrote in round %d. ", k, round), 30))
			}
			for i := range 5 {
				put(w, "customers", fmt.Sprintf("c%d", i), fmt.Sprintf("seen %d times", round))
				put(w, "changes", fmt.Sprintf("%d-%d", round, i), "")
			}
			put(w, "big", "attachment", strings.Repeat(fmt.Sprintf("page %d ", round), 1500))
			put(w, "stats", "round", fmt.Sprint(round))
			put(w, "gone", "once", "there")
			delete(now["gone"], "once")
			return w.Delete("gone", []byte("once"))
		}))
	}
	require.NoError(t, s.Close())
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	return file, now, before
}

func read(s store.Store, want contents) (contents, error) {
	got := contents{}
	err := s.View(context.Background(), func(r store.Reader) error {
		for b := range want {
			page, err := r.Page(b, store.Range{}, 10000)
			if err != nil {
				return err
			}
			got[b] = map[string]string{}
			for _, e := range page {
				got[b][string(e.Key)] = string(e.Value)
			}
		}
		return nil
	})
	return got, err
}

// same says how what was read differs from what was written without a loss that
// covers it.
func same(got, want contents, d *store.Damage) error {
	covered := func(b store.Bucket, k string) bool {
		return d != nil && slices.ContainsFunc(d.Lost, func(l store.Loss) bool { return l.Holds(b, []byte(k)) })
	}
	for b, entries := range want {
		for k, v := range entries {
			if g, there := got[b][k]; (!there || g != v) && !covered(b, k) {
				return fmt.Errorf("%s %q is %.40q, want %.40q, and in no loss", b, k, g, v)
			}
		}
	}
	for b, entries := range got {
		for k := range entries {
			if _, there := want[b][k]; !there && !covered(b, k) {
				return fmt.Errorf("%s %q was never written and is in no loss", b, k)
			}
		}
	}
	return nil
}

// judge looks at a spoilt file by the examination alone.
func judge(spoilt []byte, now, before contents) (*store.Damage, error) {
	got := contents{}
	d, err := boltstore.SalvageBytes(spoilt, func(b store.Bucket, k, v []byte) error {
		if got[b] == nil {
			got[b] = map[string]string{}
		}
		got[b][string(k)] = string(v)
		return nil
	})
	if err != nil {
		return d, err
	}
	return d, sameOrOlder(got, now, before, d)
}

// sameOrOlder is same, but where the newest transaction may be missing all of it is
// there or nothing of it.
func sameOrOlder(got, now, before contents, d *store.Damage) error {
	if d == nil || !strings.Contains(strings.Join(d.Other, " "), "newest transaction may be missing") {
		return same(got, now, d)
	}
	if same(got, now, nil) == nil {
		return nil
	}
	return same(got, before, nil)
}

// Every flipped byte either changes nothing that can be read or is damage; what is
// not in a loss is identical.
func TestFlippedBytesAreFoundAndNamed(t *testing.T) {
	file, now, before := sample(t)
	stride := amount(997, 211, 1)
	var damaged, unharmed, harmless atomic.Int64
	var flips sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		flips.Go(func() {
			spoilt := bytes.Clone(file)
			for at := worker * stride; at < len(file); at += workers * stride {
				mask := []byte{0x01, 0xff, 0x10, 0x80}[at%4]
				spoilt[at] ^= mask
				d, err := judge(spoilt, now, before)
				if err != nil {
					t.Errorf("byte %d ^ %#x: %v: %v", at, mask, err, d)
				}
				switch {
				case d == nil:
					unharmed.Add(1)
				case len(d.Lost) == 0:
					harmless.Add(1)
				default:
					damaged.Add(1)
				}
				spoilt[at] = file[at]
			}
		})
	}
	flips.Wait()
	t.Logf("%d bytes: %d flips cost entries, all named; %d were damage that cost none; %d changed nothing", len(file), damaged.Load(), harmless.Load(), unharmed.Load())
	require.Positive(t, damaged.Load())
	require.Positive(t, unharmed.Load())
}

// The pages that lead to all others are examined byte by byte.
func TestFlippedBytesOfTheFirstPages(t *testing.T) {
	file, now, before := sample(t)
	spoilt := bytes.Clone(file)
	pageSize := int(binary.NativeEndian.Uint32(file[24:]))
	for page := range 2 {
		for at := page * pageSize; at < page*pageSize+80; at++ {
			spoilt[at] ^= 0xff
			d, err := judge(spoilt, now, before)
			require.NoError(t, err, "byte %d: %v", at, d)
			require.NotNil(t, d, "byte %d", at)
			spoilt[at] = file[at]
		}
	}
}

// The same by way of Open, for a sample of flips and for every truncation.
func TestDamagedFilesOpenForReadingOnly(t *testing.T) {
	file, now, before := sample(t)
	dir := t.TempDir()
	n := 0
	check := func(what string, spoilt []byte, holds func(got contents, d *store.Damage) error) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		require.NoError(t, os.WriteFile(path, spoilt, 0o600))
		defer func() { _ = os.Remove(path) }()
		s, err := boltstore.Open(t.Context(), path, &boltstore.Options{LockTimeout: -1})
		if err == nil {
			got, rerr := read(s, now)
			require.NoError(t, errors.Join(rerr, same(got, now, nil), s.Close()), what)
			return
		}
		require.ErrorIs(t, err, store.ErrDamaged, what)
		s, err = boltstore.Open(t.Context(), path, &boltstore.Options{ReadOnly: true})
		if len(spoilt) == 0 {
			require.ErrorIs(t, err, store.ErrDamaged)
			return
		}
		require.NoError(t, err, what)
		require.NotNil(t, s.Damage(), what)
		got, err := read(s, now)
		require.NoError(t, err, what)
		require.NoError(t, holds(got, s.Damage()), what)
		require.NoError(t, s.Close())
	}
	stride := amount(4099, 4099, 101)
	for at := 0; at < len(file); at += stride {
		spoilt := bytes.Clone(file)
		spoilt[at] ^= 0xff
		check(fmt.Sprintf("byte %d", at), spoilt, func(got contents, d *store.Damage) error { return sameOrOlder(got, now, before, d) })
	}
	step := amount(8192, 512, 512)
	for size := 0; size < len(file); size += step {
		check(fmt.Sprintf("cut to %d bytes", size), file[:size], func(got contents, d *store.Damage) error { return same(got, now, d) })
	}
}

func TestDamageIsSaid(t *testing.T) {
	file, now, _ := sample(t)
	at := bytes.Index(file, []byte("contact 0123 wrote"))
	require.Positive(t, at)
	spoilt := bytes.Clone(file)
	spoilt[at] ^= 1
	path := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.WriteFile(path, spoilt, 0o600))

	_, err := boltstore.Open(t.Context(), path, nil)
	var d *store.Damage
	require.ErrorAs(t, err, &d)
	require.Equal(t, path, d.Path)
	require.Len(t, d.Lost, 1)
	require.Equal(t, 1, d.Lost[0].Count)
	require.True(t, d.Lost[0].Holds("contacts", []byte("contact 0123")))
	require.False(t, d.Lost[0].Holds("contacts", []byte("contact 0122")))
	require.False(t, d.Lost[0].Holds("contacts", []byte("contact 0124")))
	require.ErrorContains(t, err, "read-only")

	s := open(t, path, &boltstore.Options{ReadOnly: true})
	require.Equal(t, d, s.Damage())
	verified, err := s.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, d, verified)
	require.ErrorIs(t, s.Update(t.Context(), nil), store.ErrReadOnly)
	_, err = s.Backup(t.Context(), &bytes.Buffer{})
	require.ErrorIs(t, err, store.ErrDamaged)
	require.NoError(t, s.View(t.Context(), func(r store.Reader) error {
		_, err := r.Get("contacts", []byte("contact 0123"))
		require.ErrorIs(t, err, store.ErrDamaged, "a lost key is not said to be absent")
		v, err := r.Get("contacts", []byte("contact 0124"))
		require.NoError(t, err)
		require.Equal(t, now["contacts"]["contact 0124"], string(v))
		v, err = r.Get("contacts", []byte("contact 9999"))
		require.NoError(t, err)
		require.Nil(t, v, "outside the loss, absent is absent")
		return nil
	}))
	require.NoError(t, s.Close())

	saved := path + ".saved"
	lost, err := boltstore.Salvage(t.Context(), path, saved)
	require.NoError(t, err)
	require.Equal(t, d, lost)
	fresh := open(t, saved, nil)
	got, err := read(fresh, now)
	require.NoError(t, err)
	require.Len(t, got["contacts"], 299)
	require.NoError(t, same(got, now, d))
	_, err = boltstore.Salvage(t.Context(), path, saved)
	require.ErrorIs(t, err, os.ErrExist, "Salvage never writes over a file")
}

// A key that is changed into another that fits between its neighbours.
func TestAChangedKeyIsFound(t *testing.T) {
	file, now, _ := sample(t)
	key := []byte("contact 0129")
	at := 0
	for bytes.HasPrefix(file[at+len(key):], []byte(" wrote")) || at == 0 {
		next := bytes.Index(file[at+1:], key)
		require.NotEqual(t, -1, next)
		at += 1 + next
	}
	changed := 0
	for ; at > 0 && at < len(file); at++ { // every copy of the key, old pages included
		if bytes.HasPrefix(file[at:], key) && !bytes.HasPrefix(file[at+len(key):], []byte(" wrote")) {
			file[at+len(key)-1] = ':'
			changed++
		}
	}
	require.Positive(t, changed)
	d, err := judge(file, now, now)
	require.NoError(t, err)
	require.NotNil(t, d)
	require.Len(t, d.Lost, 1)
	require.Equal(t, 1, d.Lost[0].Count)
	require.True(t, d.Lost[0].Holds("contacts", key))
}

// Who receives the records and cannot take one more is not given any.
func TestAnExaminationEndsWithTheErrorOfItsReceiver(t *testing.T) {
	file, _, _ := sample(t)
	full, n := errors.New("full"), 0
	d, err := boltstore.SalvageBytes(file, func(store.Bucket, []byte, []byte) error {
		if n++; n == 20 {
			return full
		}
		return nil
	})
	require.ErrorIs(t, err, full)
	require.Nil(t, d)
	require.Equal(t, 20, n)
}

func TestChecksumsTellBucketKeyAndValueApart(t *testing.T) {
	seen := map[uint32]string{}
	for _, r := range [][3]string{{"a", "bc", "d"}, {"ab", "c", "d"}, {"a", "b", "cd"}, {"b", "bc", "d"}, {"a", "bd", "d"}, {"a", "bc", "e"}, {"a", "bcd", ""}} {
		sum := boltstore.Checksum(store.Bucket(r[0]), []byte(r[1]), []byte(r[2]))
		require.Empty(t, seen[sum], "%q", r)
		seen[sum] = fmt.Sprint(r)
	}
}

func TestFilesThatAreNoStores(t *testing.T) {
	for name, c := range map[string]struct{ content, says string }{
		"an empty file":     {"", "the file is empty"},
		"a text":            {strings.Repeat("Dear support, ", 1000), "neither of its first two pages"},
		"zeros":             {strings.Repeat("\x00", 65536), "neither of its first two pages"},
		"a few bytes":       {"x", "neither of its first two pages"},
		"half a first page": {strings.Repeat("\x00", 2048), "neither of its first two pages"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store")
			require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
			_, err := boltstore.Open(t.Context(), path, nil)
			require.ErrorIs(t, err, store.ErrDamaged)
			require.ErrorContains(t, err, c.says)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, c.content, string(after), "Open does not touch what it cannot open")
		})
	}
}

func FuzzExamine(f *testing.F) {
	file, now, before := sample(f)
	f.Add(uint32(0), []byte{0})
	f.Add(uint32(4096+16), []byte{0xff, 0xff})
	f.Add(uint32(5*4096+8), []byte{2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		spoilt := bytes.Clone(file)
		copy(spoilt[int(at)%len(spoilt):], with)
		d, err := judge(spoilt, now, before)
		require.NoError(t, err, "%v", d)
		if d, err := boltstore.Examine(with); d == nil && err == nil {
			t.Error("a few bytes pass for a store")
		}
	})
}
