package store

import "fmt"

// MaxBucket is the length of the longest [Bucket] name, in bytes.
const MaxBucket = 64

// CheckBucket returns an [ErrBucket] when b is not a name that [Bucket] allows.
// Drivers call it first thing in every method.
func CheckBucket(b Bucket) error {
	if len(b) == 0 || len(b) > MaxBucket {
		return fmt.Errorf("%w: %q is %d bytes long; 1 to %d are allowed", ErrBucket, short(string(b)), len(b), MaxBucket)
	}
	for i := range len(b) {
		if c := b[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return fmt.Errorf("%w: %q; only a–z, 0–9 and _ are allowed", ErrBucket, string(b))
		}
	}
	return nil
}

// CheckEntry returns an [ErrTooLarge] when no store takes the entry.
func CheckEntry(key, value []byte) error {
	switch {
	case len(key) == 0:
		return fmt.Errorf("%w: the key is empty", ErrTooLarge)
	case len(key) > MaxKey:
		return fmt.Errorf("%w: the key is %d bytes long, at most %d are allowed", ErrTooLarge, len(key), MaxKey)
	case len(value) > MaxValue:
		return fmt.Errorf("%w: the value is %d bytes long, at most %d are allowed", ErrTooLarge, len(value), MaxValue)
	}
	return nil
}

// CheckPage returns an error when b is no bucket or n is not positive.
func CheckPage(b Bucket, n int) error {
	if n < 1 {
		return fmt.Errorf("store: a page of %d entries was asked for; ask for 1 or more", n)
	}
	return CheckBucket(b)
}

func short(s string) string {
	if len(s) > MaxBucket {
		return s[:MaxBucket] + "…"
	}
	return s
}
