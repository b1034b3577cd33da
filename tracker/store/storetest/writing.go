package storetest

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

var writingRows = []row{
	{
		name:    "replace",
		promise: "Put takes the place of what was there.",
		check: func(e *env) error {
			return first(
				put(e, "b", "k", "a long first value"),
				put(e, "b", "k", "second"),
				viewGet(e, "b", "k", "second"),
				e.View(bg, func(r store.Reader) error { return wantKeys(r, "b", store.Range{}, 5, "k") }),
			)
		},
	},
	{
		name:    "delete",
		promise: "Delete removes the key and nothing else, and there being none is no error.",
		check: func(e *env) error {
			return first(
				put(e, "b", "a", "1", "b", "2", "c", "3"),
				e.Update(bg, func(w store.Writer) error {
					return first(
						w.Delete("b", []byte("b")),
						w.Delete("b", []byte("b")),
						w.Delete("b", []byte("x")),
						w.Delete("b", nil),
						w.Delete("nothing", []byte("b")),
					)
				}),
				viewGet(e, "b", "b", ""),
				e.View(bg, func(r store.Reader) error { return wantKeys(r, "b", store.Range{}, 5, "a", "c") }),
			)
		},
	},
	{
		name:    "own writes",
		promise: "A Writer sees its own Puts and Deletes, in Get and in Page.",
		check: func(e *env) error {
			return first(put(e, "b", "a", "1", "b", "2"), e.Update(bg, func(w store.Writer) error {
				return first(
					w.Put("b", []byte("c"), []byte("3")),
					w.Put("b", []byte("a"), []byte("one")),
					w.Delete("b", []byte("b")),
					w.Put("new", []byte("n"), []byte("1")),
					wantGet(w, "b", "a", "one"),
					wantGet(w, "b", "b", ""),
					wantGet(w, "b", "c", "3"),
					wantGet(w, "new", "n", "1"),
					wantKeys(w, "b", store.Range{}, 5, "a", "c"),
					wantKeys(w, "b", store.Range{Reverse: true}, 5, "c", "a"),
					wantKeys(w, "new", store.Range{}, 5, "n"),
				)
			}))
		},
	},
	{
		name:    "own deletes in pages",
		promise: "After a Writer has deleted long stretches of a bucket, its pages hold all that is left, in both directions.",
		check:   ownDeletes,
	},
	{
		name:    "copies",
		promise: "Put copies key and value: what the caller does with them afterwards changes nothing.",
		check: func(e *env) error {
			k, v := []byte("key"), []byte("value")
			return first(e.Update(bg, func(w store.Writer) error {
				if err := w.Put("b", k, v); err != nil {
					return err
				}
				k[0], v[0] = 'K', 'V'
				return wantGet(w, "b", "key", "value")
			}), viewGet(e, "b", "key", "value"), func() error {
				k[1], v[1] = 'E', 'A'
				return first(viewGet(e, "b", "key", "value"), viewGet(e, "b", "KEY", ""),
					e.View(bg, func(r store.Reader) error { return wantKeys(r, "b", store.Range{}, 3, "key") }))
			}())
		},
	},
	{
		name:    "steady slices",
		promise: "What Get and Page gave stays as it was until the function returns, whatever is written after.",
		check: func(e *env) error {
			return first(put(e, "b", "k", "before", "l", "before"), e.Update(bg, func(w store.Writer) error {
				v, err := w.Get("b", []byte("k"))
				if err != nil {
					return err
				}
				page, err := w.Page("b", store.Range{}, 2)
				if err != nil {
					return err
				}
				err = first(w.Put("b", []byte("k"), []byte("after!")), w.Delete("b", []byte("l")), w.Put("b", []byte("l"), []byte("after!")))
				if err != nil {
					return err
				}
				if string(v) != "before" || len(page) != 2 || string(page[0].Value) != "before" || string(page[1].Value) != "before" {
					return fmt.Errorf("the Get gave %q and Page %q; they were written before the change", v, page)
				}
				return nil
			}))
		},
	},
	{
		name:    "limits",
		promise: "Keys are 1 to 1,024 bytes; others are ErrTooLarge, and the Update may go on without them.",
		check: func(e *env) error {
			long := bytes.Repeat([]byte("k"), store.MaxKey)
			return first(e.Update(bg, func(w store.Writer) error {
				return first(
					w.Put("b", long, []byte("v")),
					wantError(w.Put("b", append(long, 'k'), nil), store.ErrTooLarge, "Put with a key of %d bytes", len(long)+1),
					wantError(w.Put("b", nil, nil), store.ErrTooLarge, "Put with no key"),
					wantError(w.Put("b", []byte{}, nil), store.ErrTooLarge, "Put with an empty key"),
				)
			}), viewGet(e, "b", string(long), "v"))
		},
	},
	{
		name:    "largest value",
		promise: "A value may be 64 MiB; one byte more is ErrTooLarge.",
		big:     true,
		check: func(e *env) error {
			v := make([]byte, store.MaxValue+1)
			v[0], v[store.MaxValue-1] = 1, 2
			return first(e.Update(bg, func(w store.Writer) error {
				return first(
					wantError(w.Put("b", []byte("over"), v), store.ErrTooLarge, "Put of %d bytes", len(v)),
					w.Put("b", []byte("k"), v[:store.MaxValue]),
				)
			}), e.View(bg, func(r store.Reader) error {
				got, err := r.Get("b", []byte("k"))
				if err == nil && !bytes.Equal(got, v[:store.MaxValue]) {
					err = fmt.Errorf("%d bytes came back, not the same", len(got))
				}
				return err
			}))
		},
	},
	{
		name:    "big values",
		promise: "Values of megabytes come back byte for byte, between small ones.",
		check: func(e *env) error {
			sizes := []int{0, 1, 100, 4095, 4096, 4097, 65535, 65536, 1 << 20, 3<<20 + 17, 5}
			value := func(i int) []byte { return pattern(i, sizes[i]) }
			err := e.Update(bg, func(w store.Writer) error {
				for i := range sizes {
					if err := w.Put("b", key("%02d", i), value(i)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return e.View(bg, func(r store.Reader) error {
				entries, err := all(r, "b", store.Range{}, 4)
				if err != nil || len(entries) != len(sizes) {
					return fmt.Errorf("%d entries, %v; want %d", len(entries), err, len(sizes))
				}
				for i, entry := range entries {
					if !bytes.Equal(entry.Value, value(i)) {
						return fmt.Errorf("the value of %d bytes came back with %d, or other ones", sizes[i], len(entry.Value))
					}
				}
				return nil
			})
		},
	},
}

// pattern returns n bytes that differ for each i and at each place.
func pattern(i, n int) []byte {
	v := make([]byte, n)
	x := uint64(i)*0x9e3779b97f4a7c15 + 1
	for j := range v {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		v[j] = byte(x)
	}
	return v
}

func ownDeletes(e *env) error {
	const n = 3000
	k := func(i int) []byte { return key("%05d", i) }
	err := e.Update(bg, func(w store.Writer) error {
		for i := range n {
			if err := w.Put("b", k(i), bytes.Repeat(k(i), 10)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	keep := func(i int) bool { return i == 0 || i == 1200 || i >= 2000 && i < 2003 || i == n-1 }
	look := func(r store.Reader) error {
		var want []string
		for i := range n {
			if keep(i) {
				want = append(want, string(k(i)))
			}
		}
		back := slices.Clone(want)
		slices.Reverse(back)
		return first(
			wantKeys(r, "b", store.Range{}, n, want...),
			wantKeys(r, "b", store.Range{Reverse: true}, n, back...),
			wantKeys(r, "b", store.Range{From: k(100)}, 1, string(k(1200))),
			wantKeys(r, "b", store.Range{To: k(1900), Reverse: true}, 1, string(k(1200))),
			wantKeys(r, "b", store.Range{From: k(1), To: k(1100), Reverse: true}, 9),
			wantKeys(r, "b", store.Range{From: k(1201), To: k(1990)}, 9),
		)
	}
	return first(e.Update(bg, func(w store.Writer) error {
		for i := range n {
			if !keep(i) {
				if err := w.Delete("b", k(i)); err != nil {
					return err
				}
			}
		}
		return look(w)
	}), e.View(bg, look), e.Update(bg, func(w store.Writer) error {
		for i := range n {
			if err := w.Delete("b", k(i)); err != nil {
				return err
			}
		}
		return first(
			wantKeys(w, "b", store.Range{}, 9),
			wantKeys(w, "b", store.Range{Reverse: true}, 9),
			wantKeys(w, "b", store.Range{To: k(1000), Reverse: true}, 9),
		)
	}), e.View(bg, func(r store.Reader) error { return wantKeys(r, "b", store.Range{}, 9) }))
}
