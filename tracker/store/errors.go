package store

import (
	"errors"
	"fmt"
	"strings"
)

// Test for these with [errors.Is].
var (
	// ErrClosed: the store was closed before the call.
	ErrClosed = errors.New("store: closed")
	// ErrReadOnly: an Update on a store that was opened for reading only.
	ErrReadOnly = errors.New("store: opened for reading only")
	// ErrLocked: another process holds the store open.
	ErrLocked = errors.New("store: held open by another process")
	// ErrUnknown: a commit failed in such a way that it may or may not have
	// happened. Open the store anew and look.
	ErrUnknown = errors.New("store: it is not known whether the last commit happened; open the store anew")
	// ErrDamaged: bytes are not what was written. [*Damage] carries it.
	ErrDamaged = errors.New("store: damaged")
	// ErrTooLarge: a key or a value beyond [MaxKey] or [MaxValue], or an empty key.
	ErrTooLarge = errors.New("store: key or value outside the limits")
	// ErrBucket: a bucket's name is outside the rules of [Bucket].
	ErrBucket = errors.New("store: bad bucket name")
)

// Damage says what of a store cannot be read, or cannot be trusted. It is an
// error that is [ErrDamaged].
type Damage struct {
	Path  string // the file, where there is one
	Lost  []Loss
	Other []string // damage that costs no entry we know of, in words
}

// Loss is a stretch of a bucket in which entries are missing or unreadable.
// Whatever of the bucket lies outside all its losses is sound and complete.
type Loss struct {
	Bucket Bucket // empty where the name itself is lost: it can be any bucket
	Range  Range  // what is lost lies in here; a zero Range is the whole bucket
	Count  int    // how many entries, -1 where that cannot be told
	Reason string // what was found, in words
}

// Error names the first few losses and what can be done.
func (d *Damage) Error() string {
	var b strings.Builder
	b.WriteString("store")
	if d.Path != "" {
		fmt.Fprintf(&b, " %s", d.Path)
	}
	b.WriteString(" is damaged: ")
	const most = 3
	n := 0
	for _, l := range d.Lost {
		if n++; n > most {
			break
		}
		fmt.Fprintf(&b, "%s; ", l)
	}
	for _, o := range d.Other {
		if n++; n > most {
			break
		}
		fmt.Fprintf(&b, "%s; ", o)
	}
	if all := len(d.Lost) + len(d.Other); all > most {
		fmt.Fprintf(&b, "and %d more; ", all-most)
	}
	b.WriteString("open it read-only to read what is sound, salvage it into a new file, or restore a backup")
	return b.String()
}

// Is makes a Damage an [ErrDamaged].
func (d *Damage) Is(target error) bool { return target == ErrDamaged }

// String is one line about the loss.
func (l Loss) String() string {
	n := "an unknown number of entries"
	switch {
	case l.Count == 1:
		n = "1 entry"
	case l.Count >= 0:
		n = fmt.Sprintf("%d entries", l.Count)
	}
	where := "anywhere in it"
	switch from, to := l.Range.From, l.Range.To; {
	case from != nil && to != nil:
		where = fmt.Sprintf("from %x to %x", from, to)
	case from != nil:
		where = fmt.Sprintf("from %x on", from)
	case to != nil:
		where = fmt.Sprintf("before %x", to)
	}
	bucket := "bucket " + string(l.Bucket)
	if l.Bucket == "" {
		bucket = "any bucket"
	}
	return fmt.Sprintf("%s in %s, %s (%s)", n, bucket, where, l.Reason)
}

// Holds reports whether the entry under key may be among what is lost.
func (l Loss) Holds(b Bucket, key []byte) bool {
	return (l.Bucket == "" || l.Bucket == b) && l.Range.Contains(key)
}
