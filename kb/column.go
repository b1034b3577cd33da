package kb

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// A column is what the documents of one of bleve's segments have in a field: the
// index turned round. Segments never change, so columns are kept as long as their
// segments, and going through all documents costs nanoseconds a document.
type column struct {
	values []string // in the order of their bytes, from 1: the first stands for none
	from   []uint32 // document d has values of[from[d]:from[d+1]]
	of     []uint32 // where from is nil, a document has at most one value: 0 is none
	forms  []string // of values, as they are written; nil is as they stand; see written
	time   []int64  // of timeField instead of these; see times
}

// has are the numbers in values of what document d has.
func (c *column) has(d uint64) []uint32 {
	if c.from == nil {
		return c.of[d : d+uint64(min(c.of[d], 1))]
	}
	return c.of[c.from[d]:c.from[d+1]]
}

// columns are those of a generation that were asked for so far.
type columns struct {
	mu   sync.Mutex
	made map[columnOf]*column
}

type columnOf struct {
	segment uint64
	field   string
}

// column is that of a part, by its name; make makes it.
func (s *searcher) column(p part, field string, make func(part, string) (*column, error)) (*column, error) {
	all := s.columns
	name := columnOf{p.Id(), field}
	all.mu.Lock()
	c := all.made[name]
	all.mu.Unlock()
	if c != nil {
		return c, nil
	}
	c, err := make(p, field)
	if err != nil {
		return nil, err
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.made == nil {
		all.made = map[columnOf]*column{}
	}
	all.made[name] = c
	for name := range all.made { // of segments that bleve has merged into others
		if !slices.ContainsFunc(s.parts, func(p part) bool { return p.Id() == name.segment }) {
			delete(all.made, name)
		}
	}
	return c, nil
}

// turned makes a column of a part from the postings of a field.
func (s *searcher) turned(p part, field string) (*column, error) {
	c := &column{values: []string{""}, from: make([]uint32, p.Segment().Count()+1)}
	var docs []uint32 // that have values[1], those that have values[2], …
	var ends []int    // of each of them in docs
	err := s.postings(p, field, func(value string, list func(yield func(doc uint64)) error) error {
		c.values = append(c.values, value)
		err := list(func(doc uint64) {
			docs = append(docs, uint32(doc))
			c.from[doc+1]++
		})
		ends = append(ends, len(docs))
		return err
	})
	if err != nil {
		return nil, err
	}
	most := slices.Max(c.from)
	for d := 1; d < len(c.from); d++ {
		c.from[d] += c.from[d-1]
	}
	c.of = make([]uint32, len(docs))
	next := slices.Clone(c.from)
	begin := 0
	for i, end := range ends {
		for _, d := range docs[begin:end] {
			c.of[next[d]] = uint32(i + 1)
			next[d]++
		}
		begin = end
	}
	if most <= 1 {
		c.flatten()
	}
	return c, nil
}

// flatten makes a column smaller and faster in which no document has two values.
func (c *column) flatten() {
	of := make([]uint32, len(c.from)-1)
	for d := range of {
		if v := c.has(uint64(d)); len(v) > 0 {
			of[d] = v[0]
		}
	}
	c.from, c.of = nil, of
}

// written makes a column of values as they are written. In their own field there are only
// those that are not written as they are compared.
func (s *searcher) written(p part, field string) (*column, error) {
	plain, err := s.turned(p, fieldPrefix+strings.TrimPrefix(field, spelledPrefix))
	if err != nil {
		return nil, err
	}
	spelled, err := s.turned(p, field)
	if err != nil {
		return nil, err
	}
	value := make([]uint32, len(spelled.values)) // that each is a form of
	for i, w := range spelled.values {
		if i%1024 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		if v, ok := slices.BinarySearch(plain.values, fieldTerm(w)); ok {
			value[i] = uint32(v)
		}
	}
	c := &column{values: []string{""}, forms: []string{""}, from: make([]uint32, 1, p.Segment().Count()+1)}
	forms := make([]uint32, len(plain.values)) // that a document has each value in; 0 is as it is compared
	numbers := map[[2]uint32]uint32{}          // of values in a form
	most := 0
	for d := range p.Segment().Count() {
		if d%4096 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		for _, w := range slices.Backward(spelled.has(d)) {
			forms[value[w]] = w
		}
		n := 0
		for _, v := range plain.has(d) {
			key := [2]uint32{v, forms[v]}
			if numbers[key] == 0 {
				numbers[key] = uint32(len(c.values))
				form := cmp.Or(spelled.values[forms[v]], plain.values[v])
				c.values, c.forms = append(c.values, plain.values[v]), append(c.forms, form)
			}
			forms[v] = 0
			c.of = append(c.of, numbers[key])
			n++
		}
		most = max(most, n)
		c.from = append(c.from, uint32(len(c.of)))
	}
	if most <= 1 {
		c.flatten()
	}
	return c, nil
}

// postings calls fn for every value of a field in a part, in order, with what lists
// the documents that have it.
func (s *searcher) postings(p part, field string, fn func(value string, list func(yield func(doc uint64)) error) error) error {
	dict, err := p.Segment().Dictionary(field)
	if err != nil {
		return err
	}
	list, err := dict.PostingsList(nil, nil, nil) // this and docs serve one value after the other
	if err != nil {
		return err
	}
	docs := list.Iterator(false, false, false, nil)
	values := dict.AutomatonIterator(nil, nil, nil)
	n := 0
	for {
		entry, err := values.Next()
		if entry == nil || err != nil {
			return err
		}
		if list, err = dict.PostingsList([]byte(entry.Term), nil, list); err != nil {
			return err
		}
		docs = list.Iterator(false, false, false, docs)
		err = fn(entry.Term, func(yield func(uint64)) error {
			for ; ; n++ {
				if n%4096 == 0 && s.ctx.Err() != nil {
					return s.ctx.Err()
				}
				doc, err := docs.Next()
				if doc == nil || err != nil {
					return err
				}
				yield(doc.Number())
			}
		})
		if err != nil {
			return err
		}
	}
}
