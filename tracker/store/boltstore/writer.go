package boltstore

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
)

// writer is the reader of a transaction that writes. It keeps the tallies of the
// buckets it changes, and finish writes them.
type writer struct {
	reader
	open  map[store.Bucket]*openBucket
	dirty bool
}

// openBucket is a bucket that a writer has changed.
type openBucket struct {
	*bbolt.Bucket
	tally tally
	// highest is the last key, and the others count how many new keys came behind
	// it or before it.
	highest         []byte
	behind, between int
}

func newWriter(path string, tx *bbolt.Tx) *writer {
	return &writer{
		reader: reader{path: path, tx: tx, writable: true},
		open:   map[store.Bucket]*openBucket{},
	}
}

// change returns the bucket, made if need be, with its tally.
func (w *writer) change(b store.Bucket) (*openBucket, error) {
	if w.ended {
		_, err := w.use(b)
		return nil, err
	}
	if o := w.open[b]; o != nil {
		return o, nil
	}
	bucket, err := w.tx.CreateBucketIfNotExists([]byte(b))
	if err != nil {
		return nil, err
	}
	o := &openBucket{Bucket: bucket}
	if o.tally, err = w.readTally(b); err != nil {
		return nil, err
	}
	highest, _ := bucket.Cursor().Last()
	o.highest = bytes.Clone(highest)
	w.open[b] = o
	w.last = nil
	return o, nil
}

func (w *writer) readTally(b store.Bucket) (tally, error) {
	value, err := w.readMeta([]byte(b))
	if err != nil || value == nil {
		return tally{}, err
	}
	t, ok := parseTally(value)
	if !ok {
		return tally{}, &store.Damage{Path: w.path, Lost: []store.Loss{{Bucket: b, Count: -1, Reason: "its tally is not one"}}}
	}
	return t, nil
}

func (w *writer) readMeta(key []byte) ([]byte, error) {
	bucket := w.tx.Bucket([]byte(metaBucket))
	if bucket == nil {
		return nil, nil
	}
	framed := bucket.Get(key)
	if framed == nil {
		return nil, nil
	}
	return w.unseal(metaBucket, key, framed)
}

func (w *writer) Put(b store.Bucket, key, value []byte) (err error) {
	if err := store.CheckBucket(b); err != nil {
		return err
	}
	if err := store.CheckEntry(key, value); err != nil {
		return err
	}
	defer w.catch(b, &err)
	o, err := w.change(b)
	if err != nil {
		return err
	}
	if err := w.forget(o, b, key); err != nil {
		return err
	}
	framed := seal(b, key, value)
	if err := o.Bucket.Put(key, framed); err != nil {
		return w.fail(b, err)
	}
	o.tally.add(framed)
	w.dirty = true
	return nil
}

// forget takes what is under key out of the tally, or notes where a new key goes.
func (w *writer) forget(o *openBucket, b store.Bucket, key []byte) error {
	switch old := o.Bucket.Get(key); {
	case old != nil:
		if _, err := w.unseal(b, key, old); err != nil {
			return err
		}
		o.tally.remove(old)
	case bytes.Compare(key, o.highest) > 0:
		o.highest = append(o.highest[:0], key...)
		o.behind++
	default:
		o.between++
	}
	return nil
}

func (w *writer) Delete(b store.Bucket, key []byte) (err error) {
	if err := store.CheckBucket(b); err != nil {
		return err
	}
	defer w.catch(b, &err)
	bucket, err := w.use(b)
	if err != nil || bucket == nil {
		return err
	}
	old := bucket.Get(key)
	if old == nil {
		return nil
	}
	if _, err := w.unseal(b, key, old); err != nil {
		return err
	}
	o, err := w.change(b)
	if err != nil {
		return err
	}
	o.tally.remove(old)
	if err := o.Bucket.Delete(key); err != nil {
		return w.fail(b, err)
	}
	w.dirty = true
	return nil
}

// fail keeps the transaction from being committed: the tally and the bucket have
// parted.
func (w *writer) fail(b store.Bucket, err error) error {
	w.failed = fmt.Errorf("boltstore: bucket %s: %w", b, err)
	return w.failed
}

// How full a page is made before it is split, of 1. Keys that come in order never go
// back to a full page; others would split it again and again.
const (
	fillInOrder  = 0.95
	fillAnywhere = 0.5
)

// finish writes the tallies and the layout. After it the transaction can be
// committed.
func (w *writer) finish() (err error) {
	defer w.catch(metaBucket, &err)
	meta, err := w.tx.CreateBucketIfNotExists([]byte(metaBucket))
	if err != nil {
		return err
	}
	put := func(key, value []byte) error { return meta.Put(key, seal(metaBucket, key, value)) }
	for _, b := range slices.Sorted(maps.Keys(w.open)) {
		o := w.open[b]
		o.FillPercent = fillAnywhere
		if o.behind > 9*o.between {
			o.FillPercent = fillInOrder
		}
		if err := put([]byte(b), o.tally.bytes()); err != nil {
			return err
		}
	}
	old, err := w.readMeta(layoutKey)
	if err != nil {
		return err
	}
	l, _ := parseLayout(old)
	return put(layoutKey, layout{version: layoutVersion, commits: l.commits + 1}.bytes())
}
