package storetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker/store"
)

var modelRows = []row{
	{
		name:    "like a map",
		promise: "Through long random histories the store answers as a sorted map would.",
		check: func(e *env) error {
			for seed := range uint64(6) {
				if err := history(e, seed); err != nil {
					return err
				}
			}
			return nil
		},
	},
}

// model is what a store should hold.
type model map[store.Bucket]map[string]string

func (m model) clone() model {
	c := model{}
	for b, entries := range m {
		c[b] = map[string]string{}
		for k, v := range entries {
			c[b][k] = v
		}
	}
	return c
}

func (m model) page(b store.Bucket, r store.Range, n int) []store.Entry {
	var keys []string
	for k := range m[b] {
		if r.Contains([]byte(k)) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	if r.Reverse {
		slices.Reverse(keys)
	}
	var page []store.Entry
	for _, k := range keys[:min(n, len(keys))] {
		page = append(page, store.Entry{Key: []byte(k), Value: []byte(m[b][k])})
	}
	return page
}

// walk is one random history. What it did is told in the error.
type walk struct {
	rnd   *rand.Rand
	model model
	told  []string
}

func (h *walk) tell(format string, args ...any) {
	h.told = append(h.told, fmt.Sprintf(format, args...))
}

// history runs 30 transactions and compares at every step. The buckets are emptied
// first, so that histories can follow each other in one store.
func history(e *env, seed uint64) error {
	h := &walk{rnd: rand.New(rand.NewPCG(seed, 1)), model: model{}}
	err := e.Update(bg, func(w store.Writer) error {
		for _, b := range []store.Bucket{"x", "y"} {
			entries, err := all(w, b, store.Range{}, 50)
			for _, entry := range entries {
				err = first(err, w.Delete(b, entry.Key))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	for step := 0; step < 30 && err == nil; step++ {
		err = h.transaction(e, step)
	}
	if err == nil && e.reopen != nil {
		h.tell("reopen")
		e.Store = e.reopen(e.Store)
		err = e.View(bg, func(r store.Reader) error { return h.compare(r, h.model) })
	}
	if err == nil {
		if v, ok := e.Store.(store.Verifier); ok {
			d, verr := v.Verify(bg)
			if err = verr; d != nil {
				err = d
			}
		}
	}
	if err != nil {
		const most = 60
		if cut := len(h.told) - most; cut > 0 {
			h.told = append([]string{fmt.Sprintf("… %d steps before", cut)}, h.told[cut:]...)
		}
		return fmt.Errorf("%w\nhistory of seed %d:\n\t%s", err, seed, strings.Join(h.told, "\n\t"))
	}
	return nil
}

func (h *walk) transaction(e *env, step int) error {
	if h.rnd.IntN(3) == 0 {
		h.tell("view")
		return e.View(bg, func(r store.Reader) error { return h.compare(r, h.model) })
	}
	after := h.model.clone()
	fail := h.rnd.IntN(5) == 0
	h.tell("update")
	err := e.Update(bg, func(w store.Writer) error {
		for range 1 + h.rnd.IntN(60) {
			if err := h.change(w, after); err != nil {
				return err
			}
		}
		if err := h.compare(w, after); err != nil {
			return err
		}
		if fail {
			return errStop
		}
		return nil
	})
	switch {
	case fail && err == errStop:
		h.tell("rolled back")
		return e.View(bg, func(r store.Reader) error { return h.compare(r, h.model) })
	case fail && err == nil:
		return fmt.Errorf("step %d: Update returned nil though its function failed", step)
	case err == nil:
		h.model = after
	}
	return err
}

func (h *walk) change(w store.Writer, m model) error {
	b := []store.Bucket{"x", "y"}[h.rnd.IntN(2)]
	if m[b] == nil {
		m[b] = map[string]string{}
	}
	switch h.rnd.IntN(10) {
	case 0, 1, 2:
		k := h.key()
		h.tell("delete %s %q", b, k)
		delete(m[b], k)
		return w.Delete(b, []byte(k))
	case 3:
		from, to := h.key(), h.key()
		r := store.Range{From: []byte(from), To: []byte(to)}
		h.tell("delete all of %s in %s", b, rangeString(r))
		entries, err := all(w, b, r, 10)
		for _, entry := range entries {
			delete(m[b], string(entry.Key))
			err = first(err, w.Delete(b, entry.Key))
		}
		return err
	default:
		k, size := h.key(), h.rnd.IntN(200)
		if h.rnd.IntN(20) == 0 {
			size = h.rnd.IntN(20000)
		}
		v := pattern(h.rnd.IntN(1000), size)
		h.tell("put %s %q %d bytes", b, k, size)
		m[b][k] = string(v)
		return w.Put(b, []byte(k), v)
	}
}

func (h *walk) key() string {
	if h.rnd.IntN(4) == 0 {
		return strings.Repeat("\xff", 1+h.rnd.IntN(3)) + string(rune('a'+h.rnd.IntN(5)))
	}
	return fmt.Sprintf("%03d", h.rnd.IntN(400))
}

// compare reads everything in pages, and a few ranges and keys, and says where the
// store and the model part.
func (h *walk) compare(r store.Reader, m model) error {
	ranges := []store.Range{{}, {Reverse: true}}
	for range 4 {
		rg := store.Range{From: []byte(h.key()), Reverse: h.rnd.IntN(2) == 0}
		if h.rnd.IntN(2) == 0 {
			rg.To = []byte(h.key())
		}
		ranges = append(ranges, rg)
	}
	for _, b := range []store.Bucket{"x", "y"} {
		for _, rg := range ranges {
			got, err := all(r, b, rg, 1+h.rnd.IntN(40))
			if err != nil {
				return err
			}
			want := m.page(b, rg, 1<<30)
			for i := range max(len(got), len(want)) {
				if i >= len(got) || i >= len(want) || !bytes.Equal(got[i].Key, want[i].Key) || !bytes.Equal(got[i].Value, want[i].Value) {
					return fmt.Errorf("%s in %s: %d entries, the map has %d; they part at number %d", b, rangeString(rg), len(got), len(want), i)
				}
			}
		}
		for range 5 {
			k := h.key()
			v, err := r.Get(b, []byte(k))
			want, there := m[b][k]
			if err != nil || there != (v != nil) || string(v) != want {
				return fmt.Errorf("Get(%s, %q) has %d bytes, %v; the map has %d (%v)", b, k, len(v), err, len(want), there)
			}
		}
	}
	return nil
}
