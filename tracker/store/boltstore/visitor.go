package boltstore

import (
	"bytes"
	"fmt"

	"github.com/supportloop/supportloop/tracker/store"
)

// bucketVisitor checks the records of one bucket and keeps account of its losses.
type bucketVisitor struct {
	name      store.Bucket
	checksums bool
	emit      func(key, framed []byte) error // may be nil
	tally     tally
	losses    []store.Loss
	notes     []error
	last      []byte // the last sound key
	open      bool   // the last loss has no end yet
	blurred   int
}

func newBucketVisitor(b store.Bucket, checksums bool) *bucketVisitor {
	return &bucketVisitor{name: b, checksums: checksums}
}

func (v *bucketVisitor) record(e element) error {
	switch {
	case e.flags != 0:
		return fmt.Errorf("the entry at %x is of a kind that stores do not have", e.key)
	case len(e.value) < frameSize:
		return fmt.Errorf("the entry at %x is cut off", e.key)
	case v.last != nil && bytes.Compare(v.last, e.key) >= 0:
		return fmt.Errorf("the key %x comes behind %x", e.key, v.last)
	}
	if v.checksums {
		if _, ok := unseal(v.name, e.key, e.value); !ok {
			return fmt.Errorf("the checksum of the entry at %x is wrong", e.key)
		}
	}
	if v.open && v.blurred == 0 {
		v.losses[len(v.losses)-1].Range.To = bytes.Clone(e.key)
		v.open = false
	}
	v.last = append(v.last[:0], e.key...)
	v.tally.add(e.value)
	if v.emit != nil {
		return v.emit(e.key, e.value)
	}
	return nil
}

func (v *bucketVisitor) lose(why error, n int) {
	if v.open {
		l := &v.losses[len(v.losses)-1]
		if l.Count >= 0 && n >= 0 {
			l.Count += n
		} else {
			l.Count = -1
		}
		return
	}
	l := store.Loss{Bucket: v.name, Count: n, Reason: why.Error()}
	if v.last != nil {
		l.Range.From = append(bytes.Clone(v.last), 0)
	}
	v.losses = append(v.losses, l)
	v.open = true
}

func (v *bucketVisitor) note(why error) {
	const most = 5
	if len(v.notes) < most {
		v.notes = append(v.notes, why)
	}
}

func (v *bucketVisitor) blur(on bool) {
	if on {
		v.blurred++
	} else {
		v.blurred--
	}
}
