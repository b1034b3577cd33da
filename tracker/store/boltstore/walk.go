package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/supportloop/supportloop/tracker/store"
)

// maxDepth is more than any tree reaches: a page has at least two children.
const maxDepth = 48

// pages reads the pages of a file whose lock is held. It never trusts a number that
// it reads.
type pages struct {
	ctx      context.Context
	stopped  error // why no more is read, where ctx is not the reason
	r        io.ReaderAt
	size     int64 // of the file, in bytes
	pageSize int64
	high     uint64   // every page id in use is below
	seen     []uint64 // a bit a page
	budget   uint64   // pages that may still be read, so that no knot holds us
	longest  uint64   // how many pages behind a page can be its own

	// Pages that follow each other are read several at once.
	window []byte
	first  uint64 // the page that window begins with
	ahead  uint64 // how many pages window was made for
}

// mostAhead is how many pages are read at once at most where they are not one.
const mostAhead = 64

// mostTogether is more than a page with all its overflow takes, in bytes: bbolt splits
// every leaf of more than four entries that is longer than a page.
const mostTogether = 5 * store.MaxValue

func newPages(ctx context.Context, r io.ReaderAt, size int64, m meta) *pages {
	high := min(m.pages, uint64(size/m.pageSize))
	return &pages{
		ctx: ctx, r: r, size: size, pageSize: m.pageSize,
		high: high, seen: make([]uint64, high/64+1),
		budget: 4*high + 64, longest: uint64(mostTogether / m.pageSize),
	}
}

// read returns a page with all its overflow. An error with a page means that its
// header is wrong but something of it may be readable.
func (p *pages) read(id uint64) ([]byte, header, error) {
	if err := cmp.Or(p.stopped, p.ctx.Err()); err != nil {
		return nil, header{}, err
	}
	if id < 2 || id >= p.high {
		return nil, header{}, fmt.Errorf("page %d is asked for, where only 2 to %d can be", id, p.high)
	}
	if p.budget == 0 {
		return nil, header{}, errors.New("the pages point at each other in a knot")
	}
	p.budget--
	page, err := p.bytes(id, 1)
	if err != nil {
		return nil, header{}, fmt.Errorf("page %d cannot be read: %w", id, err)
	}
	h := parseHeader(page)
	if h.id != id {
		err = fmt.Errorf("page %d says that it is page %d", id, h.id)
	}
	more := min(uint64(h.overflow), p.high-id-1, p.longest, p.budget)
	if more != uint64(h.overflow) {
		err = fmt.Errorf("page %d says that %d pages behind it are its own, there can be %d", id, h.overflow, more)
	}
	if more == 0 {
		return page, h, err
	}
	p.budget -= more
	whole, rerr := p.bytes(id, more+1)
	if rerr != nil {
		return page, h, fmt.Errorf("page %d cannot be read to its end: %w", id, rerr)
	}
	return whole, h, err
}

// bytes returns n pages as they are in the file. They must lie below high.
func (p *pages) bytes(id, n uint64) ([]byte, error) {
	size := uint64(p.pageSize)
	if have := uint64(len(p.window)) / size; id < p.first || id+n > p.first+have {
		if id == p.first+have {
			p.ahead = min(2*p.ahead, mostAhead)
		} else {
			p.ahead = 1
		}
		window := make([]byte, min(max(n, p.ahead), p.high-id)*size)
		if _, err := p.r.ReadAt(window, int64(id*size)); err != nil {
			window = window[:n*size]
			if _, err := p.r.ReadAt(window, int64(id*size)); err != nil {
				return nil, err
			}
		}
		p.window, p.first = window, id
	}
	from, to := (id-p.first)*size, (id-p.first+n)*size
	return p.window[from:to:to], nil
}

// mark notes that the page and its overflow are in use. It reports false, and marks
// nothing, when one of them is already.
func (p *pages) mark(id, overflow uint64) bool {
	for i := id; i <= id+overflow; i++ {
		if i >= p.high || p.seen[i/64]&(1<<(i%64)) != 0 {
			return false
		}
	}
	for i := id; i <= id+overflow; i++ {
		p.seen[i/64] |= 1 << (i % 64)
	}
	return true
}

func (p *pages) unmark(id, overflow uint64) {
	for i := id; i <= id+overflow && i < p.high; i++ {
		p.seen[i/64] &^= 1 << (i % 64)
	}
}

// visitor is told what a walk through one tree finds, in the order of the tree.
type visitor interface {
	// record is one element of a leaf. It returns what is wrong with it, or nil.
	record(e element) error
	// lose says that elements are missing here: n of them, or -1.
	lose(why error, n int)
	// note says that something is wrong that costs no element.
	note(why error)
	// blur(true) to blur(false) encloses the records of a page that does not tell
	// where its losses are.
	blur(bool)
}

// walk visits the tree whose root is the page id. Its keys lie at or behind lo and,
// where hi is not nil, before hi; then behind reads the first key that really comes
// behind the tree, nil where it cannot be read. It reports whether
// anything sound was found. Only the context and stopped end a walk.
func (p *pages) walk(v visitor, id uint64, lo, hi []byte, behind func() []byte, depth int) (sound bool) {
	page, h, err := p.read(id)
	if page == nil {
		v.lose(err, -1)
		return false
	}
	if depth == maxDepth {
		v.lose(fmt.Errorf("page %d lies too deep", id), -1)
		return false
	}
	if h.flags != branchPage && h.flags != leafPage {
		err = errors.Join(err, fmt.Errorf("page %d is neither branch nor leaf", id))
		h.flags &= branchPage | leafPage
		if h.flags != branchPage && h.flags != leafPage {
			h.flags = leafPage
		}
	}
	overflow := uint64(len(page))/uint64(p.pageSize) - 1
	if !p.mark(id, overflow) {
		v.lose(fmt.Errorf("page %d, or one of the %d behind it, is in use elsewhere", id, overflow), -1)
		return false
	}
	list, used, eerr := elements(page, h)
	if err == nil && eerr != nil {
		err = fmt.Errorf("page %d: %w", id, eerr)
	}
	if full := int64(used+int(p.pageSize)-1) / p.pageSize * p.pageSize; err == nil && full != int64(len(page)) {
		err = fmt.Errorf("page %d has %d bytes and needs %d", id, len(page), full)
	}
	if h.flags == branchPage {
		if err == nil && len(list) == 0 {
			err = fmt.Errorf("page %d leads nowhere", id)
		}
		sound = p.branch(v, list, err, lo, hi, behind, depth)
	} else {
		if err == nil && len(list) == 0 && depth > 0 {
			err = fmt.Errorf("page %d is empty", id)
		}
		sound = p.leaf(v, list, err, lo, hi, behind)
	}
	if !sound && (err != nil || len(list) > 0) {
		p.unmark(id, overflow)
	}
	return sound
}

func (p *pages) leaf(v visitor, list []element, err error, lo, hi []byte, behind func() []byte) (sound bool) {
	if err != nil {
		v.lose(err, -1)
		v.blur(true)
		defer v.blur(false)
	}
	if len(list) > 0 && len(list[0].key) > 0 && bytes.Compare(list[0].key, lo) < 0 {
		v.note(fmt.Errorf("the branch above begins at %x, its leaf at %x", lo, list[0].key))
	}
	for i, e := range list {
		if len(e.key) == 0 {
			v.lose(fmt.Errorf("element %d cannot be read", i+1), 1)
			continue
		}
		if hi != nil && bytes.Compare(e.key, hi) >= 0 {
			if real := behind(); real != nil && bytes.Compare(e.key, real) >= 0 {
				v.lose(fmt.Errorf("the key %x lies where none can be", e.key), 1)
				continue
			}
			v.note(fmt.Errorf("the branch above ends at %x, its leaf holds %x", hi, e.key))
		}
		if err := v.record(e); err != nil {
			v.lose(err, 1)
			continue
		}
		sound = true
	}
	return sound
}

func (p *pages) branch(v visitor, list []element, err error, lo, hi []byte, behind func() []byte, depth int) (sound bool) {
	if err != nil {
		v.lose(err, -1)
		v.blur(true)
		defer v.blur(false)
	}
	for i, e := range list {
		if len(e.key) == 0 {
			v.lose(fmt.Errorf("element %d of a branch cannot be read", i+1), -1)
			continue
		}
		if bytes.Compare(e.key, lo) < 0 || i > 0 && bytes.Equal(e.key, lo) || hi != nil && bytes.Compare(e.key, hi) >= 0 {
			v.note(fmt.Errorf("the branch key %x lies between %x and %x, where it cannot be", e.key, lo, hi))
		}
		lo = e.key
		next, nextBehind := hi, behind
		if i+1 < len(list) && len(list[i+1].key) > 0 {
			next, nextBehind = list[i+1].key, func() []byte { return p.firstKey(list[i+1].child) }
		}
		if p.walk(v, e.child, lo, next, nextBehind, depth+1) {
			sound = true
		}
	}
	return sound
}

// firstKey returns the smallest key of a tree, or nil where it cannot be read.
func (p *pages) firstKey(id uint64) []byte {
	for range maxDepth {
		page, h, err := p.read(id)
		if err != nil {
			return nil
		}
		list, _, err := elements(page, h)
		if err != nil || len(list) == 0 {
			return nil
		}
		if h.flags == leafPage {
			return list[0].key
		}
		id = list[0].child
	}
	return nil
}

// walkInline visits a bucket so small that its one leaf lies in its parent's value.
func (p *pages) walkInline(v visitor, leaf []byte) {
	if len(leaf) < headerSize {
		v.lose(errors.New("the bucket's own page is cut off"), -1)
		return
	}
	h := parseHeader(leaf)
	var err error
	if h.id != 0 || h.flags != leafPage || h.overflow != 0 {
		err = errors.New("the header of the bucket's own page is wrong")
		h.flags = leafPage
	}
	list, used, eerr := elements(leaf, h)
	if err = errors.Join(err, eerr); err == nil && used != len(leaf) {
		err = errors.New("the bucket's own page has bytes left over")
	}
	p.leaf(v, list, err, nil, nil, nil)
}

// freelist checks the list of free pages, which stores do not keep but bbolt's own
// tools write.
func (p *pages) freelist(id uint64) error {
	page, h, err := p.read(id)
	if err != nil {
		return err
	}
	if h.flags != freelistPage {
		return fmt.Errorf("page %d should list free pages and does not", id)
	}
	count, ids := uint64(h.count), page[headerSize:]
	if count == 0xFFFF {
		count, ids = native.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) || !p.mark(id, uint64(h.overflow)) {
		return fmt.Errorf("the list of free pages on page %d is too long", id)
	}
	for last := uint64(1); count > 0; count-- {
		free := native.Uint64(ids)
		if free <= last || !p.mark(free, 0) {
			return fmt.Errorf("page %d is free and in use, or not there", free)
		}
		last, ids = free, ids[8:]
	}
	return nil
}
