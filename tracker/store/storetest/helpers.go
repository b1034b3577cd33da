package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

var (
	bg      = context.Background()
	errStop = errors.New("stop")
)

// patience is how long a check waits for something that a good store does at once
// or need not do at all. It never decides that a good store is bad.
const patience = 2 * time.Second

func key(format string, args ...any) []byte { return fmt.Appendf(nil, format, args...) }

// put writes keys and values that alternate, in one Update.
func put(s store.Store, b store.Bucket, kv ...string) error {
	return s.Update(bg, func(w store.Writer) error {
		for i := 0; i < len(kv); i += 2 {
			if err := w.Put(b, []byte(kv[i]), []byte(kv[i+1])); err != nil {
				return err
			}
		}
		return nil
	})
}

// wantGet returns an error unless key holds want; "" stands for no entry.
func wantGet(r store.Reader, b store.Bucket, k, want string) error {
	got, err := r.Get(b, []byte(k))
	switch {
	case err != nil:
		return fmt.Errorf("Get(%s, %q): %w", b, k, err)
	case want == "" && got != nil:
		return fmt.Errorf("Get(%s, %q) = %.40q, want nil", b, k, got)
	case want != "" && string(got) != want:
		return fmt.Errorf("Get(%s, %q) = %.40q, want %.40q", b, k, got, want)
	}
	return nil
}

func viewGet(s store.Store, b store.Bucket, k, want string) error {
	return s.View(bg, func(r store.Reader) error { return wantGet(r, b, k, want) })
}

// wantKeys returns an error unless the first n entries of r have these keys.
func wantKeys(rd store.Reader, b store.Bucket, r store.Range, n int, want ...string) error {
	page, err := rd.Page(b, r, n)
	if err != nil {
		return fmt.Errorf("Page(%s, %s, %d): %w", b, rangeString(r), n, err)
	}
	var got []string
	for _, e := range page {
		got = append(got, string(e.Key))
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		return fmt.Errorf("Page(%s, %s, %d) has the keys %.200q, want %.200q", b, rangeString(r), n, got, want)
	}
	return nil
}

func rangeString(r store.Range) string {
	s := "["
	if r.From != nil {
		s += fmt.Sprintf("%q", r.From)
	}
	s += ", "
	if r.To != nil {
		s += fmt.Sprintf("%q", r.To)
	}
	if r.Reverse {
		return s + ") backwards"
	}
	return s + ")"
}

// all reads a bucket by pages of n.
func all(rd store.Reader, b store.Bucket, r store.Range, n int) ([]store.Entry, error) {
	var entries []store.Entry
	for {
		page, err := rd.Page(b, r, n)
		if err != nil {
			return nil, err
		}
		if len(page) > n {
			return nil, fmt.Errorf("Page(%s, %s, %d) has %d entries", b, rangeString(r), n, len(page))
		}
		for _, e := range page {
			if !r.Contains(e.Key) {
				return nil, fmt.Errorf("Page(%s, %s, %d) has the key %q", b, rangeString(r), n, e.Key)
			}
			entries = append(entries, store.Entry{Key: bytes.Clone(e.Key), Value: bytes.Clone(e.Value)})
		}
		if len(page) < n {
			return entries, nil
		}
		r = r.After(page[n-1].Key)
	}
}

func wantError(err, want error, of string, args ...any) error {
	if !errors.Is(err, want) {
		return fmt.Errorf("%s: the error is %v, want one that is %v", fmt.Sprintf(of, args...), err, want)
	}
	return nil
}

// panicOf returns what fn panics with, nil when it does not.
func panicOf(fn func()) (p any) {
	defer func() { p = recover() }()
	fn()
	return nil
}

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
