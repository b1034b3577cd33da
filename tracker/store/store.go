// Package store is the seam between the tracker and whatever keeps its bytes:
// ordered buckets of keys and values, read in snapshots and written in
// transactions that happen wholly or not at all.
//
// The seam is low on purpose. A driver is a few operations on bytes; everything
// that means something (contacts, tickets, decisions) is written once, above it,
// in package tracker. [github.com/supportloop/supportloop/tracker/store/boltstore]
// keeps one file, [github.com/supportloop/supportloop/tracker/store/memstore]
// memory, and [github.com/supportloop/supportloop/tracker/store/storetest] holds
// the promises below as a suite that every driver passes.
//
// One store is one tenant.
package store

import (
	"bytes"
	"context"
	"io"
)

// Bucket names an ordered set of entries. A bucket needs no making: it is there,
// empty, before its first Put. Names are 1 to 64 bytes of a–z, 0–9 and _.
type Bucket string

// Store keeps buckets of entries. All methods may be called from any goroutine.
type Store interface {
	// View calls fn with a snapshot: what a later Update changes is not seen
	// in it. fn must not call View, Update or Close on the same store. An error
	// that fn returns is returned as it is, and a panic of fn is passed on.
	View(ctx context.Context, fn func(Reader) error) error

	// Update calls fn alone: no two Updates of a store overlap, on any machine.
	// When fn returns nil its changes are durable before Update returns nil.
	// When fn fails or panics, or ctx is done before fn is called, none of them
	// happen. fn must not call View, Update or Close on the same store.
	//
	// An error that is [ErrUnknown] means that nobody can say which of the two
	// it was; the store refuses all further work with [ErrUnknown] until it is
	// opened anew.
	Update(ctx context.Context, fn func(Writer) error) error

	// Close waits for what is under way and lets the store go. A second Close
	// does nothing; everything else answers [ErrClosed] from then on.
	Close() error
}

// Reader reads one snapshot. It is valid until the function that received it
// returns, and for one goroutine at a time. So are the slices that it gives:
// they are not to be changed, and what should live longer is to be copied.
type Reader interface {
	// Get returns the value under key, or nil where there is none. An empty
	// value is not nil.
	Get(b Bucket, key []byte) ([]byte, error)

	// Page returns the first n entries of r in key order (last first when
	// r.Reverse), fewer only where there are no more. n must be positive.
	Page(b Bucket, r Range, n int) ([]Entry, error)
}

// Writer is a Reader that sees its own changes.
type Writer interface {
	Reader

	// Put stores value under key, in place of what was there. The store copies
	// both. Keys are 1 to 1,024 bytes, values at most 64 MiB, else [ErrTooLarge].
	Put(b Bucket, key, value []byte) error

	// Delete removes key. There being none is no error.
	Delete(b Bucket, key []byte) error
}

// Entry is a key and its value.
type Entry struct{ Key, Value []byte }

// Range is the keys k with From <= k < To. A nil bound is open.
type Range struct {
	From, To []byte
	Reverse  bool
}

// Prefix is the range of all keys that begin with p.
func Prefix(p []byte) Range {
	to := bytes.Clone(p)
	for i := len(to) - 1; i >= 0; i-- {
		if to[i]++; to[i] != 0 {
			return Range{From: p, To: to[:i+1]}
		}
	}
	return Range{From: p}
}

// After narrows r to what comes behind key in its direction: the next page
// after an entry.
func (r Range) After(key []byte) Range {
	if r.Reverse {
		r.To = bytes.Clone(key)
	} else {
		r.From = append(bytes.Clone(key), 0)
	}
	return r
}

// Contains reports whether key lies in r.
func (r Range) Contains(key []byte) bool {
	return bytes.Compare(key, r.From) >= 0 && (r.To == nil || bytes.Compare(key, r.To) < 0)
}

// MaxKey and MaxValue are the largest sizes that every store takes, in bytes.
const (
	MaxKey   = 1024
	MaxValue = 64 << 20
)

// Verifier is a store that can check itself. Verify reads everything and returns
// what is damaged, nil where nothing is; the error is for a check that could not
// be made.
type Verifier interface {
	Verify(ctx context.Context) (*Damage, error)
}

// BackupWriter is a store that can write a consistent copy of itself while it
// is used. What the bytes are is the driver's; opening them with it gives the store
// as it was when Backup was called.
type BackupWriter interface {
	Backup(ctx context.Context, w io.Writer) (int64, error)
}

// Compactor is a store in whose medium deleted bytes may linger. After Compact
// they are gone from it. It waits for readers and writers under way.
type Compactor interface {
	Compact(ctx context.Context) error
}

// Sizer is a store that knows how many bytes it takes on its medium.
type Sizer interface {
	Size() (int64, error)
}
