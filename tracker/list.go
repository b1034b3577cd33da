package tracker

import (
	"context"
	"errors"
	"iter"

	"github.com/supportloop/supportloop/tracker/store"
)

// A list reads a page in one transaction and yields outside of it. It goes by a key
// that does not change, so that what is there throughout appears once, whatever is
// written meanwhile. It stops after the first error; but a record that is damaged
// (store.ErrDamaged) is yielded as its error, and whoever goes on gets the others.
const listPage = 256

// finder gets from an entry of a bucket to the record that is listed, nil to leave
// it out.
type finder[T any] func(store.Reader, store.Entry) (*T, error)

// record is the finder of b, which holds the records themselves.
func record[T any](b store.Bucket) finder[T] {
	return func(_ store.Reader, e store.Entry) (*T, error) { return decode[T](b, e.Key, e.Value) }
}

// through is the finder of buckets whose keys end in the number of a record in b.
func through[T any](b store.Bucket) finder[T] {
	return func(r store.Reader, e store.Entry) (*T, error) { return load[T](r, b, e.Key[len(e.Key)-8:]) }
}

// where narrows a finder.
func where[T any](f finder[T], keep func(store.Reader, *T) (bool, error)) finder[T] {
	return func(r store.Reader, e store.Entry) (*T, error) {
		v, err := f(r, e)
		if err != nil || v == nil {
			return nil, err
		}
		ok, err := keep(r, v)
		if err != nil || !ok {
			return nil, err
		}
		return v, nil
	}
}

func list[T any](ctx context.Context, c *core, b store.Bucket, rng store.Range, find finder[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		rng := rng
		for {
			var page []found[T]
			more := false
			err := c.view(ctx, func(r store.Reader) error {
				entries, err := r.Page(b, rng, listPage)
				if err != nil {
					return err
				}
				for _, e := range entries {
					v, err := find(r, e)
					if v != nil || err != nil {
						page = append(page, found[T]{v, err})
					}
					if err != nil && !errors.Is(err, store.ErrDamaged) {
						return nil // what was found before it still counts
					}
				}
				if more = len(entries) == listPage; more {
					rng = rng.After(entries[len(entries)-1].Key)
				}
				return nil
			})
			var zero T
			for _, f := range page {
				switch {
				case f.err == nil:
					if !yield(*f.v, nil) {
						return
					}
				case !yield(zero, f.err), !errors.Is(f.err, store.ErrDamaged):
					return
				}
			}
			if err != nil {
				yield(zero, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// found is a record, or why it could not be read.
type found[T any] struct {
	v   *T
	err error
}

func failed[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}
