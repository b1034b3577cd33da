package boltstore

import (
	"context"
	"io"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
)

// load fills the new file of db with the records that x finds sound in r.
func load(ctx context.Context, db *bbolt.DB, x examination, r io.ReaderAt, size int64) (found finding, err error) {
	if err := writeFirst(db); err != nil {
		return finding{}, err
	}
	l := newLoader(db)
	defer l.abandon()
	x.record = l.add
	if found, err = x.run(ctx, r, size); err != nil {
		return finding{}, err
	}
	return found, l.finish()
}

// loader fills a store of its own with records, for Compact and Salvage. It commits
// now and then, so that memory does not have to hold everything.
type loader struct {
	db      *bbolt.DB
	tx      *bbolt.Tx
	w       *writer
	pending int // bytes
}

const loaderBatch = 16 << 20 // bytes

func newLoader(db *bbolt.DB) *loader {
	db.NoSync = true
	return &loader{db: db}
}

func (l *loader) add(b store.Bucket, key, value []byte) (err error) {
	if l.tx == nil {
		if l.tx, err = l.db.Begin(true); err != nil {
			return err
		}
		l.w = newWriter("", l.tx)
	}
	if err := l.w.Put(b, key, value); err != nil {
		return err
	}
	if l.pending += len(key) + len(value); l.pending < loaderBatch {
		return nil
	}
	return l.flush()
}

func (l *loader) flush() error {
	if l.tx == nil {
		return nil
	}
	if err := l.w.finish(); err != nil {
		return err
	}
	l.db.AllocSize = step(l.tx.Size())
	err := l.tx.Commit()
	l.tx, l.w, l.pending = nil, nil, 0
	return err
}

// finish makes all durable; the file is an ordinary store then.
func (l *loader) finish() error {
	if err := l.flush(); err != nil {
		return err
	}
	l.db.NoSync = false
	return l.db.Sync()
}

// abandon gives up what is pending, if anything is.
func (l *loader) abandon() {
	if l.tx != nil {
		_ = l.tx.Rollback()
	}
}

// The file grows by an eighth of its size, within these bounds, in bytes: always by
// whole pages of any size, as a file that ends within a page counts as damaged.
const (
	smallestStep = 256 << 10
	largestStep  = 16 << 20
)

func step(size int64) int {
	return int(min(max(size/8, smallestStep), largestStep)) / smallestStep * smallestStep
}
