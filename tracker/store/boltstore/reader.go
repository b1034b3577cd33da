package boltstore

import (
	"bytes"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
)

// reader reads in one bbolt transaction.
type reader struct {
	path     string
	tx       *bbolt.Tx
	writable bool
	ended    bool
	failed   error // what makes a commit impossible

	lastName store.Bucket // the bucket used last
	last     *bbolt.Bucket
}

// use returns the bucket, nil where it has no entries. Its error is for a reader
// that has ended.
func (r *reader) use(b store.Bucket) (*bbolt.Bucket, error) {
	if r.ended {
		return nil, fmt.Errorf("%w: this reader ended when the function that received it returned", store.ErrClosed)
	}
	if r.last == nil || r.lastName != b {
		r.lastName, r.last = b, r.tx.Bucket([]byte(b))
	}
	return r.last, nil
}

// catch turns a panic of bbolt, which is how it says that it cannot make sense of
// a page, into damage.
func (r *reader) catch(b store.Bucket, err *error) {
	if p := recover(); p != nil {
		*err = &store.Damage{Path: r.path, Lost: []store.Loss{{Bucket: b, Count: -1, Reason: fmt.Sprint(p)}}}
		r.failed = *err
	}
}

func (r *reader) Get(b store.Bucket, key []byte) (value []byte, err error) {
	if err := store.CheckBucket(b); err != nil {
		return nil, err
	}
	defer r.catch(b, &err)
	bucket, err := r.use(b)
	if err != nil || bucket == nil {
		return nil, err
	}
	framed := bucket.Get(key)
	if framed == nil {
		return nil, nil
	}
	return r.unseal(b, key, framed)
}

func (r *reader) unseal(b store.Bucket, key, framed []byte) ([]byte, error) {
	value, ok := unseal(b, key, framed)
	if !ok {
		from := bytes.Clone(key)
		return nil, &store.Damage{Path: r.path, Lost: []store.Loss{{
			Bucket: b,
			Range:  store.Range{From: from, To: append(bytes.Clone(key), 0)},
			Count:  1,
			Reason: "its checksum is wrong",
		}}}
	}
	return value, nil
}

func (r *reader) Page(b store.Bucket, rg store.Range, n int) (page []store.Entry, err error) {
	if err := store.CheckPage(b, n); err != nil {
		return nil, err
	}
	defer r.catch(b, &err)
	bucket, err := r.use(b)
	if err != nil || bucket == nil {
		return nil, err
	}
	c := bucket.Cursor()
	key, framed, next := forwards(c, rg)
	if rg.Reverse {
		key, framed, next = backwards(c, rg, r.writable)
	}
	for ; key != nil && rg.Contains(key) && len(page) < n; key, framed = next() {
		value, err := r.unseal(b, key, framed)
		if err != nil {
			return nil, err
		}
		if page == nil {
			page = make([]store.Entry, 0, min(n, 128))
		}
		page = append(page, store.Entry{Key: key[:len(key):len(key)], Value: value})
	}
	return page, nil
}

// forwards and backwards return the first entry of a range, and how to go on.
func forwards(c *bbolt.Cursor, rg store.Range) (key, framed []byte, next func() ([]byte, []byte)) {
	if rg.From == nil {
		key, framed = c.First()
	} else {
		key, framed = c.Seek(rg.From)
	}
	return key, framed, c.Next
}

// backwards goes by Prev. In a transaction that writes, deletions leave leaves without
// an entry, on which Prev says that it has come to the beginning, and Last never ends
// where there is nothing else: so it is held against the first key there.
func backwards(c *bbolt.Cursor, rg store.Range, writable bool) (key, framed []byte, next func() ([]byte, []byte)) {
	next = c.Prev
	var last []byte
	if writable {
		first, _ := c.First()
		if first == nil {
			return nil, nil, next
		}
		next = func() (key, framed []byte) {
			if bytes.Compare(last, first) <= 0 {
				return nil, nil
			}
			for key == nil {
				key, framed = c.Prev()
			}
			last = key
			return key, framed
		}
	}
	if rg.To != nil {
		if behind, _ := c.Seek(rg.To); behind != nil {
			last = rg.To
			key, framed = next()
			return key, framed, next
		}
	}
	key, framed = c.Last()
	last = key
	return key, framed, next
}
