package boltstore

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// survey walks the buckets of a file and compares them with their tallies.
type survey struct {
	examination
	p       *pages
	damage  *store.Damage
	layout  layout
	tallies map[store.Bucket]tally
	// whole means that tallies can be relied on to name every bucket.
	whole bool
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
		if b == metaBucket || s.p.stopped != nil {
			continue
		}
		if found[b] || store.CheckBucket(b) != nil {
			remark(d, "the list of buckets has %.80q where no name can be", e.key)
			continue
		}
		found[b] = true
		s.bucket(b, e.value)
	}
	for _, b := range slices.Sorted(maps.Keys(s.tallies)) {
		if t := s.tallies[b]; !found[b] && t.count > 0 {
			d.Lost = append(d.Lost, store.Loss{Bucket: b, Count: int(t.count), Reason: "the bucket is not where it was"})
		}
	}
	return s
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
				remark(s.damage, "the name of the store's own bucket reads %.80q", e.key)
				root.buckets[i].key = []byte(metaBucket)
			}
			s.walkBucket(v, e.value)
			break
		}
	}
	s.whole = haveLayout && len(v.losses) == 0
	for _, l := range v.losses {
		remark(s.damage, "what the store knows of its buckets: %s", l.Reason)
	}
	for _, n := range v.notes {
		remark(s.damage, "%v", n)
	}
	switch {
	case !haveLayout:
		remark(s.damage, "nothing says which layout the file has; it is not a store, or the place that says so is damaged")
	case s.layout.version != layoutVersion:
		s.p.stopped = fmt.Errorf("it has layout %d and this program reads layout %d; use a newer version of the program", s.layout.version, layoutVersion)
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
	for _, b := range slices.Sorted(maps.Keys(s.tallies)) {
		if listed[b] || s.tallies[b].count == 0 {
			continue
		}
		for i, e := range buckets {
			if _, known := s.tallies[store.Bucket(e.key)]; !known && s.proves(e, b) {
				remark(s.damage, "the name of bucket %s reads %.80q", b, e.key)
				buckets[i].key = []byte(b)
				break
			}
		}
	}
}

func (s *survey) walkBucket(v *bucketVisitor, value []byte) {
	if root := native.Uint64(value); root != 0 {
		s.p.walk(v, root, nil, nil, nil, 0)
	} else {
		s.p.walkInline(v, value[bucketSize:])
	}
}

// bucket walks one bucket and settles what of it is lost.
func (s *survey) bucket(b store.Bucket, value []byte) {
	v := newBucketVisitor(b, s.checksums)
	if s.record != nil {
		v.emit = func(key, framed []byte) error {
			if s.p.stopped == nil {
				s.p.stopped = s.record(b, bytes.Clone(key), bytes.Clone(framed[frameSize:]))
			}
			return s.p.stopped
		}
	}
	s.walkBucket(v, value)
	want, known := s.tallies[b]
	known = known || s.whole
	switch {
	case known && want == v.tally:
		// Nothing is missing, whatever looked like it.
		for _, l := range v.losses {
			remark(s.damage, "bucket %s: %s", b, l.Reason)
		}
	case !known:
		v.losses = append(v.losses, store.Loss{Bucket: b, Count: -1, Reason: "nothing says how many entries it had"})
		s.damage.Lost = append(s.damage.Lost, v.losses...)
	default:
		s.damage.Lost = append(s.damage.Lost, s.account(v, want)...)
	}
	for _, n := range v.notes {
		remark(s.damage, "bucket %s: %v", b, n)
	}
}

// account returns the losses of a bucket that was left with want, with how many entries
// each as far as can be told. What they do not account for can be anywhere in it.
func (s *survey) account(v *bucketVisitor, want tally) []store.Loss {
	missing := int64(want.count - v.tally.count) // negative where there is too much
	told := int64(0)
	for _, l := range v.losses {
		if l.Count < 0 {
			told = missing // as many as it takes
			break
		}
		told += int64(l.Count)
	}
	count := func(n int64) int { // -1 where that cannot be told
		if n < 1 {
			return -1
		}
		return int(n)
	}
	switch {
	case len(v.losses) == 0 || told != missing:
		reason := fmt.Sprintf("it has %d entries and was left with %d; some may be older than the last change", v.tally.count, want.count)
		return append(v.losses, store.Loss{Bucket: v.name, Count: count(missing - told), Reason: reason})
	case len(v.losses) == 1:
		v.losses[0].Count = count(missing)
	}
	return v.losses
}
