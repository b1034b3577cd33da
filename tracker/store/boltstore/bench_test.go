package boltstore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// Speeds are ratios to raw bbolt in the same run: compare the sub-benchmarks store
// and bbolt of each.

func benchKey(i int) []byte { return fmt.Appendf(nil, "%012d", i) }

var kilobyte = make([]byte, 1024)

func rawBolt(b *testing.B) *bbolt.DB {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw"), 0o600, nil)
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close() })
	require.NoError(b, db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("b"))
		return err
	}))
	return db
}

func benchmarkCommit(b *testing.B, records int) {
	b.Run("store", func(b *testing.B) {
		s := open(b, filepath.Join(b.TempDir(), "store"), nil)
		for i := 0; b.Loop(); i++ {
			err := s.Update(context.Background(), func(w store.Writer) error {
				for j := range records {
					if err := w.Put("b", benchKey(i*records+j), kilobyte); err != nil {
						return err
					}
				}
				return nil
			})
			require.NoError(b, err)
		}
	})
	b.Run("bbolt", func(b *testing.B) {
		db := rawBolt(b)
		for i := 0; b.Loop(); i++ {
			err := db.Update(func(tx *bbolt.Tx) error {
				for j := range records {
					if err := tx.Bucket([]byte("b")).Put(benchKey(i*records+j), kilobyte); err != nil {
						return err
					}
				}
				return nil
			})
			require.NoError(b, err)
		}
	})
}

// BenchmarkCommitInTurn commits one record here and one there, so that a noisy
// machine is noisy for both, and reports the ratio of the medians.
func BenchmarkCommitInTurn(b *testing.B) {
	s, db := open(b, filepath.Join(b.TempDir(), "store"), nil), rawBolt(b)
	var ours, theirs []time.Duration
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		require.NoError(b, s.Update(context.Background(), func(w store.Writer) error { return w.Put("b", benchKey(i), kilobyte) }))
		middle := time.Now()
		require.NoError(b, db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("b")).Put(benchKey(i), kilobyte) }))
		ours, theirs = append(ours, middle.Sub(begin)), append(theirs, time.Since(middle))
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	b.ReportMetric(float64(theirs[len(theirs)/2])/float64(ours[len(ours)/2]), "of-bbolt's-rate")
}

func BenchmarkCommitOne(b *testing.B)      { benchmarkCommit(b, 1) }
func BenchmarkCommitThousand(b *testing.B) { benchmarkCommit(b, 1000) }

const benchRecords = 20000

func filledStore(b *testing.B, records int) string {
	path := filepath.Join(b.TempDir(), "store")
	s := open(b, path, nil)
	for done := 0; done < records; done += 5000 {
		require.NoError(b, s.Update(context.Background(), func(w store.Writer) error {
			for i := done; i < done+5000; i++ {
				if err := w.Put("b", benchKey(i), kilobyte); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	require.NoError(b, s.Close())
	return path
}

func filledBolt(b *testing.B) *bbolt.DB {
	db := rawBolt(b)
	require.NoError(b, db.Update(func(tx *bbolt.Tx) error {
		for i := range benchRecords {
			if err := tx.Bucket([]byte("b")).Put(benchKey(i), kilobyte); err != nil {
				return err
			}
		}
		return nil
	}))
	return db
}

func BenchmarkGet(b *testing.B) {
	b.Run("store", func(b *testing.B) {
		s := open(b, filledStore(b, benchRecords), nil)
		for i := 0; b.Loop(); i++ {
			_ = s.View(context.Background(), func(r store.Reader) error {
				_, err := r.Get("b", benchKey(i*7919%benchRecords))
				return err
			})
		}
	})
	b.Run("bbolt", func(b *testing.B) {
		db := filledBolt(b)
		for i := 0; b.Loop(); i++ {
			_ = db.View(func(tx *bbolt.Tx) error {
				tx.Bucket([]byte("b")).Get(benchKey(i * 7919 % benchRecords))
				return nil
			})
		}
	})
}

// BenchmarkPage reads 100 entries.
func BenchmarkPage(b *testing.B) {
	b.Run("store", func(b *testing.B) {
		s := open(b, filledStore(b, benchRecords), nil)
		for i := 0; b.Loop(); i++ {
			_ = s.View(context.Background(), func(r store.Reader) error {
				_, err := r.Page("b", store.Range{From: benchKey(i * 7919 % benchRecords)}, 100)
				return err
			})
		}
	})
	b.Run("bbolt", func(b *testing.B) {
		db := filledBolt(b)
		for i := 0; b.Loop(); i++ {
			_ = db.View(func(tx *bbolt.Tx) error {
				c := tx.Bucket([]byte("b")).Cursor()
				n := 0
				for k, _ := c.Seek(benchKey(i * 7919 % benchRecords)); k != nil && n < 100; k, _ = c.Next() {
					n++
				}
				return nil
			})
		}
	})
}

// BenchmarkOpen opens a file with all its records checked, with its pages only, and
// as bbolt does.
func BenchmarkOpen(b *testing.B) {
	for _, records := range []int{benchRecords, 160000} {
		path := filledStore(b, records)
		info, err := os.Stat(path)
		require.NoError(b, err)
		run := func(name string, opts *boltstore.Options) {
			b.Run(fmt.Sprintf("%dMB/%s", info.Size()>>20, name), func(b *testing.B) {
				b.SetBytes(info.Size())
				for b.Loop() {
					s, err := boltstore.Open(context.Background(), path, opts)
					require.NoError(b, err)
					require.NoError(b, s.Close())
				}
			})
		}
		run("records", &boltstore.Options{VerifyUpTo: 1 << 40})
		run("pages", &boltstore.Options{VerifyUpTo: -1})
		run("read-only", &boltstore.Options{VerifyUpTo: -1, ReadOnly: true})
		b.Run(fmt.Sprintf("%dMB/bbolt", info.Size()>>20), func(b *testing.B) {
			b.SetBytes(info.Size())
			for b.Loop() {
				db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
				require.NoError(b, err)
				require.NoError(b, db.Close())
			}
		})
	}
}

func BenchmarkExamine(b *testing.B) {
	file, _, _ := sample(b)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		d, err := boltstore.Examine(file)
		require.NoError(b, err)
		require.Nil(b, d)
	}
}
