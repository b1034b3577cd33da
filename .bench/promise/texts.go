package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

// text is a contact with what is known of it.
type text struct {
	contact tracker.Contact
	set     string
	label   string // "" for none
}

var files = map[string][2]string{ // and the field that has the label
	"titanium":         {"titanium/tickets.jsonl.gz", "dup_group"},
	"it-tickets":       {"it-tickets/contacts.jsonl.gz", "label"},
	"banking77":        {"banking77/contacts.jsonl.gz", "label"},
	"clinc150":         {"clinc150/contacts.jsonl.gz", "label"},
	"dstc11-insurance": {"dstc11-insurance/contacts.jsonl.gz", "label"},
	"multidogo":        {"multidogo/contacts.jsonl.gz", "label"},
}

// stranger is a set that has nothing to do with another one.
func stranger(name string) string {
	if name == "it-tickets" {
		return "banking77"
	}
	return "it-tickets"
}

// read reads at most n contacts of a set: by time, the first ones, or where there is
// none, in an order drawn by a fixed seed.
func read(data, name string, n int) ([]text, error) {
	f, ok := files[name]
	if !ok {
		return nil, fmt.Errorf("there is no set %q", name)
	}
	var all []text
	timed := true
	for l, err := range intake.File(filepath.Join(data, f[0])) {
		if err != nil {
			return nil, err
		}
		t := text{contact: l.Contact, set: name}
		if v := l.Values(f[1]); len(v) > 0 {
			t.label = v[0]
		}
		timed = timed && !t.contact.At.IsZero()
		all = append(all, t)
	}
	if timed {
		slices.SortStableFunc(all, func(a, b text) int { return a.contact.At.Compare(b.contact.At) })
	} else {
		shuffle(all, 1)
	}
	return all[:min(n, len(all))], nil
}

func shuffle[T any](all []T, seed uint64) {
	draw := rand.New(rand.NewPCG(seed, 0))
	draw.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}

// deal deals the words of all titles anew over the titles, and those of all texts over
// the texts: each as long as it was, and each word as frequent.
func deal(set []text) []text {
	var pools [2][]string
	for _, t := range set {
		pools[0] = append(pools[0], strings.Fields(t.contact.Title)...)
		pools[1] = append(pools[1], strings.Fields(t.contact.Text)...)
	}
	shuffle(pools[0], 2)
	shuffle(pools[1], 3)
	out := slices.Clone(set)
	for i := range out {
		c := &out[i].contact
		for p, s := range []*string{&c.Title, &c.Text} {
			n := len(strings.Fields(*s))
			*s = strings.Join(pools[p][:n], " ")
			pools[p] = pools[p][n:]
		}
	}
	return out
}

// mix is a log of two sets, by turns, as of the times of the first.
func mix(a, b []text) []text {
	var out []text
	for i := range max(len(a), len(b)) {
		if i < len(a) {
			out = append(out, a[i])
		}
		if i < len(b) {
			t := b[i]
			t.contact.At = a[min(i, len(a)-1)].contact.At
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(x, y text) int { return cmp.Compare(x.contact.At.UnixNano(), y.contact.At.UnixNano()) })
	return out
}
