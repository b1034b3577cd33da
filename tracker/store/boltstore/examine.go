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

// examination is a look at every page of a file that is in use.
type examination struct {
	path      string
	checksums bool // of the records, too; their number and sum in any case
	// record receives each sound record, bucket by bucket in the order of the keys;
	// nil is nobody. What it is given is its own. Its error ends the examination.
	record func(b store.Bucket, key, value []byte) error
}

// finding is what an examination comes to.
type finding struct {
	damage  *store.Damage // nil where everything is sound
	commits uint64
}

// run examines the size bytes of r. The error is for an examination that could not
// be made; what is wrong with the file is in the finding.
func (x examination) run(ctx context.Context, r io.ReaderAt, size int64) (finding, error) {
	d := &store.Damage{Path: x.path}
	m, err := x.chooseMeta(ctx, r, size, d)
	if err != nil {
		return finding{}, err
	}
	if m == nil {
		d.Lost = []store.Loss{{Count: -1, Reason: "nothing says where the records are"}}
		return finding{damage: d}, nil
	}
	return x.tree(ctx, r, size, *m, d)
}

// chooseMeta returns the newer of the two meta pages that are sound, nil where none
// is, and adds to d what is wrong with the other.
func (x examination) chooseMeta(ctx context.Context, r io.ReaderAt, size int64, d *store.Damage) (*meta, error) {
	none := func(format string, args ...any) (*meta, error) {
		remark(d, format, args...)
		return nil, nil
	}
	if size == 0 {
		return none("the file is empty: whoever made it did not come far; when nothing was ever stored in it, delete it and open it again")
	}
	read := func(at int64, id uint64) (meta, error) {
		page := make([]byte, headerSize+metaSize)
		n, err := r.ReadAt(page, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return meta{}, err
		}
		return parseMeta(page[:n], id)
	}
	m0, err0 := read(0, 0)
	pageSize := m0.pageSize
	if err0 != nil {
		pageSize = 0
		for at := int64(minPageSize); at <= maxPageSize && at < size; at *= 2 {
			if m, err := read(at, 1); err == nil && m.pageSize == at {
				pageSize = at
			}
		}
	}
	if pageSize == 0 {
		return none("neither of its first two pages is a store's (page 0: %v); it may be another kind of file, or its beginning was overwritten", err0)
	}
	m1, err1 := read(pageSize, 1)
	switch {
	case err0 == nil && err1 == nil && m0.pageSize != m1.pageSize:
		return none("the first two pages do not agree on the size of a page")
	case err0 == nil && err1 == nil && m1.txid > m0.txid:
		return &m1, nil
	case err0 == nil && err1 == nil:
		return &m0, nil
	case err0 == nil:
		return x.chooseSpoilt(ctx, r, size, d, m0, m1, fmt.Sprintf(spoilt, 1, err1))
	default:
		return x.chooseSpoilt(ctx, r, size, d, m1, m0, fmt.Sprintf(spoilt, 0, err0))
	}
}

// chooseSpoilt chooses between a sound meta page and a spoilt one. The spoilt one
// may still lead to a tree that proves itself: then nothing is lost.
func (x examination) chooseSpoilt(ctx context.Context, r io.ReaderAt, size int64, d *store.Damage, good, bad meta, note string) (*meta, error) {
	quiet := examination{path: x.path, checksums: x.checksums}
	bad.pageSize, bad.freelist = good.pageSize, noFreelist
	bad.pages = uint64(size / good.pageSize)
	other, err := quiet.tree(ctx, r, size, bad, &store.Damage{})
	if err != nil {
		return nil, err
	}
	sure, err := quiet.tree(ctx, r, size, good, &store.Damage{})
	if err != nil {
		return nil, err
	}
	switch {
	case other.damage == nil && other.commits > sure.commits:
		remark(d, "%s; the newest transaction was found without it", note)
		return &bad, nil
	case other.damage == nil:
		remark(d, "%s; the newest transaction is not touched", note)
	default:
		remark(d, "%s; the newest transaction may be missing", note)
		d.Lost = append(d.Lost, store.Loss{Count: -1, Reason: "what the newest transaction changed may be as it was before"})
	}
	return &good, nil
}

// remark adds to d what is wrong and costs no entry we know of.
func remark(d *store.Damage, format string, args ...any) {
	d.Other = append(d.Other, fmt.Sprintf(format, args...))
}

// spoilt is how a damaged meta page is told.
const spoilt = "page %d, one of the two that lead to everything, is damaged (%v)"

// tree examines all that m leads to, and adds what is wrong to d.
func (x examination) tree(ctx context.Context, r io.ReaderAt, size int64, m meta, d *store.Damage) (finding, error) {
	if size%m.pageSize != 0 {
		remark(d, "the file has %d bytes, which is no multiple of its pages of %d", size, m.pageSize)
	}
	if need := m.pages; need > uint64(size/m.pageSize) {
		remark(d, "the file ends after %d bytes and should have %d pages of %d", size, need, m.pageSize)
	}
	p := newPages(ctx, r, size, m)
	root := &rootVisitor{damage: d}
	p.walk(root, m.root, nil, nil, nil, 0)
	s := x.survey(p, d, root)
	if err := cmp.Or(ctx.Err(), p.stopped); err != nil {
		return finding{}, err
	}
	if m.freelist != noFreelist {
		if err := p.freelist(m.freelist); err != nil {
			remark(d, "%v", err)
		}
	}
	f := finding{commits: s.layout.commits}
	if len(d.Lost)+len(d.Other) > 0 {
		f.damage = d
	}
	return f, nil
}

// rootVisitor collects the buckets that the root lists.
type rootVisitor struct {
	damage  *store.Damage
	buckets []element
	lost    bool
}

func (v *rootVisitor) record(e element) error {
	switch {
	case e.flags != bucketElement:
		return fmt.Errorf("%q in the list of buckets is none", e.key)
	case len(e.value) < bucketSize:
		return fmt.Errorf("%q in the list of buckets is cut off", e.key)
	}
	if n := len(v.buckets); n > 0 && bytes.Compare(v.buckets[n-1].key, e.key) >= 0 {
		v.note(fmt.Errorf("bucket %q is listed behind %q", e.key, v.buckets[n-1].key))
	}
	v.buckets = append(v.buckets, e)
	return nil
}

func (v *rootVisitor) lose(why error, _ int) {
	v.lost = true
	v.note(fmt.Errorf("the list of buckets: %w", why))
}

func (v *rootVisitor) note(why error) { remark(v.damage, "%v", why) }
func (v *rootVisitor) blur(bool)      {}
