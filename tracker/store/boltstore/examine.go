package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

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
	m, notes, err := x.chooseMeta(ctx, r, size)
	if err != nil {
		return finding{}, err
	}
	if m == nil {
		d := &store.Damage{Path: x.path, Other: notes}
		d.Lost = []store.Loss{{Count: -1, Reason: "nothing says where the records are"}}
		return finding{damage: d}, nil
	}
	return x.tree(ctx, r, size, *m, notes)
}

// chooseMeta returns the newer of the two meta pages that are sound, nil where none
// is, and what is wrong with the other.
func (x examination) chooseMeta(ctx context.Context, r io.ReaderAt, size int64) (*meta, []string, error) {
	if size == 0 {
		return nil, []string{"the file is empty: whoever made it did not come far; when nothing was ever stored in it, delete it and open it again"}, nil
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
		return nil, []string{fmt.Sprintf("neither of its first two pages is a store's (page 0: %v); it may be another kind of file, or its beginning was overwritten", err0)}, nil
	}
	m1, err1 := read(pageSize, 1)
	switch {
	case err0 == nil && err1 == nil && m0.pageSize != m1.pageSize:
		return nil, []string{"the first two pages do not agree on the size of a page"}, nil
	case err0 == nil && err1 == nil && m1.txid > m0.txid:
		return &m1, nil, nil
	case err0 == nil && err1 == nil:
		return &m0, nil, nil
	case err0 == nil:
		return x.chooseSpoilt(ctx, r, size, m0, m1, 1, err1)
	default:
		return x.chooseSpoilt(ctx, r, size, m1, m0, 0, err0)
	}
}

// chooseSpoilt chooses between a sound meta page and a spoilt one. The spoilt one
// may still lead to a tree that proves itself: then nothing is lost.
func (x examination) chooseSpoilt(ctx context.Context, r io.ReaderAt, size int64, good, bad meta, id int, why error) (*meta, []string, error) {
	note := fmt.Sprintf("page %d, one of the two that lead to everything, is damaged (%v)", id, why)
	quiet := examination{path: x.path, checksums: x.checksums}
	bad.pageSize, bad.freelist = good.pageSize, noFreelist
	bad.pages = uint64(size / good.pageSize)
	other, err := quiet.tree(ctx, r, size, bad, nil)
	if err != nil {
		return nil, nil, err
	}
	sure, err := quiet.tree(ctx, r, size, good, nil)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case other.damage == nil && other.commits > sure.commits:
		return &bad, []string{note + "; the newest transaction was found without it"}, nil
	case other.damage == nil:
		return &good, []string{note + "; the newest transaction is not touched"}, nil
	default:
		return &good, []string{note + "; the newest transaction may be missing"}, nil
	}
}

// tree examines all that m leads to.
func (x examination) tree(ctx context.Context, r io.ReaderAt, size int64, m meta, notes []string) (finding, error) {
	d := &store.Damage{Path: x.path, Other: notes}
	if size%m.pageSize != 0 {
		d.Other = append(d.Other, fmt.Sprintf("the file has %d bytes, which is no multiple of its pages of %d", size, m.pageSize))
	}
	if need := m.pages; need > uint64(size/m.pageSize) {
		d.Other = append(d.Other, fmt.Sprintf("the file ends after %d bytes and should have %d pages of %d", size, need, m.pageSize))
	}
	p := newPages(ctx, r, size, m)
	root := &rootVisitor{damage: d}
	p.walk(root, m.root, nil, nil, func() []byte { return nil }, 0)
	s := x.survey(p, d, root)
	if err := cmp.Or(ctx.Err(), s.stopped); err != nil {
		return finding{}, err
	}
	if m.freelist != noFreelist {
		if err := p.freelist(m.freelist); err != nil {
			d.Other = append(d.Other, err.Error())
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

func (v *rootVisitor) note(why error) { v.damage.Other = append(v.damage.Other, why.Error()) }
func (v *rootVisitor) blur(bool)      {}

// survey walks the buckets of a file and compares them with their tallies.
type survey struct {
	examination
	p       *pages
	damage  *store.Damage
	layout  layout
	tallies map[store.Bucket]tally
	// whole means that tallies can be relied on to name every bucket.
	whole   bool
	stopped error
}

func (x examination) survey(p *pages, d *store.Damage, root *rootVisitor) *survey {
	s := &survey{examination: x, p: p, damage: d, tallies: map[store.Bucket]tally{}}
	s.readMeta(root)
	if root.lost && !s.whole {
		d.Lost = append(d.Lost, store.Loss{Count: -1, Reason: "the list of buckets is damaged"})
	}
	s.rename(root.buckets)
	slices.SortStableFunc(root.buckets, func(a, b element) int { return bytes.Compare(a.key, b.key) })
	found := map[store.Bucket]bool{metaBucket: true}
	for _, e := range root.buckets {
		b := store.Bucket(e.key)
		if b == metaBucket || s.stopped != nil {
			continue
		}
		if found[b] || store.CheckBucket(b) != nil {
			d.Other = append(d.Other, fmt.Sprintf("the list of buckets has %.80q where no name can be", e.key))
			continue
		}
		found[b] = true
		s.bucket(b, e.value)
	}
	for _, b := range sortedBuckets(s.tallies) {
		if t := s.tallies[b]; !found[b] && t.count > 0 {
			d.Lost = append(d.Lost, store.Loss{Bucket: b, Count: int(t.count), Reason: "the bucket is not where it was"})
		}
	}
	return s
}

func sortedBuckets(m map[store.Bucket]tally) []store.Bucket {
	var names []store.Bucket
	for b := range m {
		names = append(names, b)
	}
	slices.Sort(names)
	return names
}

// readMeta reads the tallies and the layout.
func (s *survey) readMeta(root *rootVisitor) {
	v := newBucketVisitor(metaBucket, true)
	haveLayout := false
	v.emit = func(key, framed []byte) error {
		value := framed[frameSize:]
		if bytes.Equal(key, layoutKey) {
			s.layout, haveLayout = parseLayout(value)
		} else if t, ok := parseTally(value); ok {
			s.tallies[store.Bucket(key)] = t
		}
		return nil
	}
	for i, e := range root.buckets {
		named := string(e.key) == string(metaBucket)
		if named || s.proves(e, metaBucket) {
			if !named {
				s.damage.Other = append(s.damage.Other, fmt.Sprintf("the name of the store's own bucket reads %.80q", e.key))
				root.buckets[i].key = []byte(metaBucket)
			}
			s.walkBucket(v, e.value)
			break
		}
	}
	s.whole = haveLayout && len(v.losses) == 0
	for _, l := range v.losses {
		s.damage.Other = append(s.damage.Other, fmt.Sprintf("what the store knows of its buckets: %s", l.Reason))
	}
	for _, n := range v.notes {
		s.damage.Other = append(s.damage.Other, n.Error())
	}
	switch {
	case !haveLayout:
		s.damage.Other = append(s.damage.Other, "nothing says which layout the file has; it is not a store, or the place that says so is damaged")
	case s.layout.version != layoutVersion:
		s.stopped = fmt.Errorf("boltstore: %s has layout %d, and this program reads layout %d; open it with a newer version of the program", s.path, s.layout.version, layoutVersion)
	}
}

// proves reports whether records of the bucket that e leads to were written as b's.
func (s *survey) proves(e element, b store.Bucket) bool {
	if len(e.key) != len(b) {
		return false
	}
	v := newBucketVisitor(b, true)
	before := slices.Clone(s.p.seen)
	s.walkBucket(v, e.value)
	s.p.seen = before
	return v.tally.count > 0
}

// rename gives buckets whose names are damaged the names that their records prove.
func (s *survey) rename(buckets []element) {
	listed := map[store.Bucket]bool{}
	for _, e := range buckets {
		listed[store.Bucket(e.key)] = true
	}
	for _, b := range sortedBuckets(s.tallies) {
		if listed[b] || s.tallies[b].count == 0 {
			continue
		}
		for i, e := range buckets {
			if _, known := s.tallies[store.Bucket(e.key)]; !known && s.proves(e, b) {
				s.damage.Other = append(s.damage.Other, fmt.Sprintf("the name of bucket %s reads %.80q", b, e.key))
				buckets[i].key = []byte(b)
				break
			}
		}
	}
}

func (s *survey) walkBucket(v *bucketVisitor, value []byte) {
	if root := native.Uint64(value); root != 0 {
		s.p.walk(v, root, nil, nil, func() []byte { return nil }, 0)
	} else {
		s.p.walkInline(v, value[bucketSize:])
	}
}

// bucket walks one bucket and settles what of it is lost.
func (s *survey) bucket(b store.Bucket, value []byte) {
	v := newBucketVisitor(b, s.checksums)
	if s.record != nil {
		v.emit = func(key, framed []byte) error {
			err := s.record(b, bytes.Clone(key), bytes.Clone(framed[frameSize:]))
			s.stopped = cmp.Or(s.stopped, err)
			return err
		}
	}
	s.walkBucket(v, value)
	want, known := s.tallies[b]
	known = known || s.whole
	switch {
	case known && want == v.tally:
		// Nothing is missing, whatever looked like it.
		for _, l := range v.losses {
			s.damage.Other = append(s.damage.Other, fmt.Sprintf("bucket %s: %s", b, l.Reason))
		}
	case !known:
		v.losses = append(v.losses, store.Loss{Bucket: b, Count: -1, Reason: "nothing says how many entries it had"})
		s.damage.Lost = append(s.damage.Lost, v.losses...)
	default:
		missing := -1
		if want.count > v.tally.count {
			missing = int(want.count - v.tally.count)
		}
		switch len(v.losses) {
		case 0:
			reason := fmt.Sprintf("it has %d entries and was left with %d; some may be older than the last change", v.tally.count, want.count)
			v.losses = []store.Loss{{Bucket: b, Count: missing, Reason: reason}}
		case 1:
			v.losses[0].Count = missing
		}
		s.damage.Lost = append(s.damage.Lost, v.losses...)
	}
	for _, n := range v.notes {
		s.damage.Other = append(s.damage.Other, fmt.Sprintf("bucket %s: %v", b, n))
	}
}

// bucketVisitor checks the records of one bucket and keeps account of its losses.
type bucketVisitor struct {
	name      store.Bucket
	checksums bool
	emit      func(key, framed []byte) error // may be nil
	tally     tally
	losses    []store.Loss
	notes     []error
	last      []byte // the last sound key
	open      bool   // the last loss has no end yet
	blurred   int
}

func newBucketVisitor(b store.Bucket, checksums bool) *bucketVisitor {
	return &bucketVisitor{name: b, checksums: checksums}
}

func (v *bucketVisitor) record(e element) error {
	switch {
	case e.flags != 0:
		return fmt.Errorf("the entry at %x is of a kind that stores do not have", e.key)
	case len(e.value) < frameSize:
		return fmt.Errorf("the entry at %x is cut off", e.key)
	case v.last != nil && bytes.Compare(v.last, e.key) >= 0:
		return fmt.Errorf("the key %x comes behind %x", e.key, v.last)
	}
	if v.checksums {
		if _, ok := unseal(v.name, e.key, e.value); !ok {
			return fmt.Errorf("the checksum of the entry at %x is wrong", e.key)
		}
	}
	if v.open && v.blurred == 0 {
		v.losses[len(v.losses)-1].Range.To = bytes.Clone(e.key)
		v.open = false
	}
	v.last = append(v.last[:0], e.key...)
	v.tally.add(e.value)
	if v.emit != nil {
		return v.emit(e.key, e.value)
	}
	return nil
}

func (v *bucketVisitor) lose(why error, n int) {
	if v.open {
		l := &v.losses[len(v.losses)-1]
		if l.Count >= 0 && n >= 0 {
			l.Count += n
		} else {
			l.Count = -1
		}
		return
	}
	l := store.Loss{Bucket: v.name, Count: n, Reason: why.Error()}
	if v.last != nil {
		l.Range.From = append(bytes.Clone(v.last), 0)
	}
	v.losses = append(v.losses, l)
	v.open = true
}

func (v *bucketVisitor) note(why error) {
	const most = 5
	if len(v.notes) < most {
		v.notes = append(v.notes, why)
	}
}

func (v *bucketVisitor) blur(on bool) {
	if on {
		v.blurred++
	} else {
		v.blurred--
	}
}
