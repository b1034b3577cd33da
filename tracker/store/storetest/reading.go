package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker/store"
)

var readingRows = []row{
	{
		name:    "get",
		promise: "Get returns what was Put under the key, and nil where nothing was.",
		check: func(e *env) error {
			return first(
				viewGet(e, "empty", "k", ""),
				put(e, "b", "k", "v", "kk", "vv"),
				viewGet(e, "b", "k", "v"),
				viewGet(e, "b", "kk", "vv"),
				viewGet(e, "b", "", ""),
				viewGet(e, "b", "j", ""),
				viewGet(e, "b", "kkk", ""),
				viewGet(e, "b", strings.Repeat("k", 2*store.MaxKey), ""),
			)
		},
	},
	{
		name:    "empty value",
		promise: "An empty value is not nil, whether it was Put as nil or as empty.",
		check: func(e *env) error {
			look := func(r store.Reader) error {
				for _, k := range []string{"nil", "empty"} {
					v, err := r.Get("b", []byte(k))
					if err != nil || v == nil || len(v) != 0 {
						return fmt.Errorf("Get(%q) = %#v, %v; want an empty slice", k, v, err)
					}
				}
				page, err := r.Page("b", store.Range{}, 2)
				if err != nil || len(page) != 2 || page[0].Value == nil || page[1].Value == nil {
					return fmt.Errorf("the Page has %#v, %v; want two entries with empty slices", page, err)
				}
				return nil
			}
			return first(e.Update(bg, func(w store.Writer) error {
				return first(w.Put("b", []byte("nil"), nil), w.Put("b", []byte("empty"), []byte{}), look(w))
			}), e.View(bg, look))
		},
	},
	{
		name:    "order",
		promise: "Page gives entries in the order of their keys' bytes, with their values.",
		check: func(e *env) error {
			keys := []string{"\x00", "\x00\x00", "\x00\xff", "\x01", "10", "2", "A", "a", "aa", "b", "\x7f", "\x80", "é", "\xff", "\xff\x00", "\xff\xff"}
			slices.Sort(keys)
			var kv []string
			for i := range keys {
				k := keys[(i*7)%len(keys)]
				kv = append(kv, k, "value of "+k)
			}
			return first(put(e, "b", kv...), e.View(bg, func(r store.Reader) error {
				if err := wantKeys(r, "b", store.Range{}, 100, keys...); err != nil {
					return err
				}
				page, err := r.Page("b", store.Range{}, 100)
				for _, entry := range page {
					if string(entry.Value) != "value of "+string(entry.Key) {
						return fmt.Errorf("the entry %q has the value %q", entry.Key, entry.Value)
					}
				}
				return err
			}))
		},
	},
	{
		name:    "bounds",
		promise: "A range holds its From and not its To, a nil bound is open, and From at or behind To is an empty range.",
		check: func(e *env) error {
			return first(put(e, "b", "a", "1", "b", "2", "c", "3", "d", "4"), e.View(bg, func(r store.Reader) error {
				page := func(from, to string, want ...string) error {
					rg := store.Range{}
					if from != "" {
						rg.From = []byte(from)
					}
					if to != "" {
						rg.To = []byte(to)
					}
					back := slices.Clone(want)
					slices.Reverse(back)
					rgBack := rg
					rgBack.Reverse = true
					return first(wantKeys(r, "b", rg, 10, want...), wantKeys(r, "b", rgBack, 10, back...))
				}
				return first(
					page("", "", "a", "b", "c", "d"),
					page("b", "", "b", "c", "d"),
					page("", "c", "a", "b"),
					page("b", "d", "b", "c"),
					page("aa", "cc", "b", "c"),
					page("b", "b"),
					page("c", "b"),
					page("e", ""),
					page("", "\x00"),
					page("0", "z", "a", "b", "c", "d"),
					wantKeys(r, "b", store.Range{From: []byte{}}, 10, "a", "b", "c", "d"),
					wantKeys(r, "b", store.Range{To: []byte{}}, 10),
					wantKeys(r, "nothing", store.Range{}, 10),
				)
			}))
		},
	},
	{
		name:    "reverse",
		promise: "A reversed range gives its last entries first.",
		check: func(e *env) error {
			return first(put(e, "b", "a", "1", "b", "2", "c", "3"), e.View(bg, func(r store.Reader) error {
				back := store.Range{Reverse: true}
				return first(
					wantKeys(r, "b", back, 2, "c", "b"),
					wantKeys(r, "b", back.After([]byte("b")), 2, "a"),
					wantKeys(r, "b", store.Range{To: []byte("bb"), Reverse: true}, 1, "b"),
					wantKeys(r, "nothing", back, 2),
				)
			}))
		},
	},
	{
		name:    "paging",
		promise: "Pages joined by After hold each entry once, in order; a page is shorter than asked for only at the end.",
		check: func(e *env) error {
			const n = 700
			var want []string
			err := e.Update(bg, func(w store.Writer) error {
				for i := range n {
					k := key("%05d", i)
					want = append(want, string(k))
					if err := w.Put("b", k, bytes.Repeat(k, 20)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return e.View(bg, func(r store.Reader) error {
				for _, size := range []int{1, 7, 100, n, n + 1} {
					for _, rg := range []store.Range{{}, {Reverse: true}} {
						entries, err := all(r, "b", rg, size)
						if err != nil {
							return err
						}
						if rg.Reverse {
							slices.Reverse(entries)
						}
						if len(entries) != n {
							return fmt.Errorf("pages of %d of %s have %d entries, want %d", size, rangeString(rg), len(entries), n)
						}
						for i, entry := range entries {
							if string(entry.Key) != want[i] || !bytes.Equal(entry.Value, bytes.Repeat(entry.Key, 20)) {
								return fmt.Errorf("pages of %d of %s: entry %d is %q, want %q with its value", size, rangeString(rg), i, entry.Key, want[i])
							}
						}
					}
				}
				return nil
			})
		},
	},
	{
		name:    "prefix",
		promise: "Prefix holds the keys that begin with it and no others, even where its last bytes are 0xff.",
		check: func(e *env) error {
			return first(put(e, "b", "a", "", "a\xfe", "", "a\xff", "", "a\xff\x00", "", "a\xff\xff", "", "b", "", "\xff", "", "\xff\xff", "", "\xff\xff\x01", ""),
				e.View(bg, func(r store.Reader) error {
					return first(
						wantKeys(r, "b", store.Prefix([]byte("a")), 10, "a", "a\xfe", "a\xff", "a\xff\x00", "a\xff\xff"),
						wantKeys(r, "b", store.Prefix([]byte("a\xff")), 10, "a\xff", "a\xff\x00", "a\xff\xff"),
						wantKeys(r, "b", store.Prefix([]byte("\xff\xff")), 10, "\xff\xff", "\xff\xff\x01"),
						wantKeys(r, "b", store.Prefix([]byte("a\xff\x01")), 10),
						wantKeys(r, "b", store.Prefix(nil), 1, "a"),
					)
				}))
		},
	},
	{
		name:    "page size",
		promise: "A page of none or fewer entries is refused.",
		check: func(e *env) error {
			return first(put(e, "b", "k", "v"), e.View(bg, func(r store.Reader) error {
				for _, n := range []int{0, -1} {
					if page, err := r.Page("b", store.Range{}, n); err == nil {
						return fmt.Errorf("Page(…, %d) = %v and no error", n, page)
					}
				}
				return nil
			}))
		},
	},
	{
		name:    "buckets apart",
		promise: "The same key in two buckets is two entries.",
		check: func(e *env) error {
			return first(
				put(e, "a", "k", "in a"),
				put(e, "b", "k", "in b"),
				put(e, "ab", "k", "in ab"),
				e.Update(bg, func(w store.Writer) error { return w.Delete("b", []byte("k")) }),
				viewGet(e, "a", "k", "in a"),
				viewGet(e, "b", "k", ""),
				viewGet(e, "ab", "k", "in ab"),
				e.View(bg, func(r store.Reader) error { return wantKeys(r, "a", store.Range{}, 5, "k") }),
			)
		},
	},
	{
		name:    "many buckets",
		promise: "Hundreds of buckets are no different from one.",
		check: func(e *env) error {
			const n = 300
			name := func(i int) store.Bucket { return store.Bucket(key("bucket_%d", i)) }
			err := e.Update(bg, func(w store.Writer) error {
				for i := range n {
					if err := w.Put(name(i), []byte("k"), key("%d", i)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return e.View(bg, func(r store.Reader) error {
				for i := range n {
					if err := wantGet(r, name(i), "k", fmt.Sprint(i)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	},
	{
		name:    "bucket names",
		promise: "A bucket name of 1 to 64 bytes of a–z, 0–9 and _ is taken; every other is ErrBucket, in every method.",
		check: func(e *env) error {
			good := []string{"a", "_", "0", "contacts_2", strings.Repeat("z", 64)}
			bad := []string{"", strings.Repeat("z", 65), "A", "a-b", "a b", "é", "!meta", "a\x00"}
			return e.Update(bg, func(w store.Writer) error {
				for _, b := range good {
					if err := w.Put(store.Bucket(b), []byte("k"), []byte("v")); err != nil {
						return fmt.Errorf("Put(%q): %w", b, err)
					}
				}
				for _, b := range bad {
					b := store.Bucket(b)
					_, gerr := w.Get(b, []byte("k"))
					_, perr := w.Page(b, store.Range{}, 1)
					err := first(
						wantError(gerr, store.ErrBucket, "Get(%q)", b),
						wantError(perr, store.ErrBucket, "Page(%q)", b),
						wantError(w.Put(b, []byte("k"), nil), store.ErrBucket, "Put(%q)", b),
						wantError(w.Delete(b, []byte("k")), store.ErrBucket, "Delete(%q)", b),
					)
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	},
}
