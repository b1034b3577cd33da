package kb

import (
	"cmp"
	"slices"
	"sync"
)

// unpacked keeps the postings of the words that are asked for, as reading them from a
// segment takes most of a search's time and what customers write about comes again and
// again. Segments never change; what was deleted since is left out at every reading.
type unpacked struct {
	mu   sync.Mutex
	kept map[listOf][]occurrence // nil of a list that was only looked into so far
	size int                     // occurrences in them
}

type listOf struct {
	segment uint64
	termOf
}

// occurrence is how often a term stands in a field of a document, and how many terms that
// field has.
type occurrence struct{ doc, freq, length uint32 } // doc within its part

// maxUnpacked bounds what is kept, of 12 bytes each. When it is full it begins anew, as
// the memory of stems does.
const maxUnpacked = 1 << 22

// get is what is kept of a list, and whether it was asked for before.
func (u *unpacked) get(name listOf) (list []occurrence, before bool) {
	if u == nil {
		return nil, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	list, before = u.kept[name]
	return list, before
}

// keep keeps a list, or that it was asked for when it is nil.
func (u *unpacked) keep(name listOf, list []occurrence) {
	if u == nil || len(list) > maxUnpacked/4 {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.size += len(list) - len(u.kept[name])
	if u.kept == nil || u.size > maxUnpacked || len(u.kept) >= maxStems {
		u.kept, u.size = map[listOf][]occurrence{}, len(list)
	}
	u.kept[name] = list
}

// among are those of list, of part p, whose documents are among docs.
func among(list []occurrence, p part, docs *set) (found []occurrence) {
	for d := range docs.between(p.first, p.end()) {
		at := uint32(d - p.first)
		if len(list) > 0 && list[0].doc < at {
			// What is looked for is mostly near: steps that double, then halves.
			step := 1
			for step < len(list) && list[step].doc < at {
				step *= 2
			}
			begin, end := step/2, min(step+1, len(list))
			i, _ := slices.BinarySearchFunc(list[begin:end], at, func(o occurrence, at uint32) int { return cmp.Compare(o.doc, at) })
			list = list[begin+i:]
		}
		if len(list) == 0 {
			break
		}
		if list[0].doc == at {
			found = append(found, list[0])
		}
	}
	return found
}
