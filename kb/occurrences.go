package kb

import (
	"errors"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
)

// scored are the fields whose words count.
var scored = []string{titleField, textField, askedField}

// lists is where a word stands, in all its forms and in every field that counts; what
// was forgiven comes last.
func (s *searcher) lists(word string) (all []postings, err error) {
	number := s.words[word]
	if number == 0 {
		number = s.numbered + 1
	}
	for _, form := range s.expand(word) {
		for _, term := range append(slices.Clone(form.also), form.term) {
			s.terms[term] = true
		}
		for _, field := range scored {
			if len(form.also) > 0 {
				all, err = s.together(all, field, form)
			} else {
				all, err = s.open(all, field, form)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	if len(all) > 0 && s.words[word] == 0 {
		s.numbered = number
		for _, form := range s.expand(word) {
			for _, term := range append(slices.Clone(form.also), form.term) {
				if s.words[term] == 0 {
					s.words[term] = number
				}
			}
		}
	}
	return all, nil
}

// whole adds to tf what lists say of all documents, and returns how many have the word
// itself; if none has, those that have what it was taken for.
func (s *searcher) whole(tf *tally, titles *titles, lists []postings) (df float64, err error) {
	own := slices.IndexFunc(lists, func(l postings) bool { return l.weight < 1 })
	if own < 0 {
		own = len(lists)
	}
	if err := s.add(tf, titles, lists[:own], nil); err != nil {
		return 0, err
	}
	df = float64(len(tf.which))
	if err := s.add(tf, titles, lists[own:], nil); err != nil {
		return 0, err
	}
	if df == 0 {
		df = float64(len(tf.which))
	}
	return df, nil
}

// add adds to tf what lists say of docs, or of all documents when there are none; and
// to titles, if wanted.
func (s *searcher) add(tf *tally, titles *titles, lists []postings, docs []uint64) error {
	for _, l := range lists {
		f := s.field(l.field)
		titled := titles != nil && l.field == titleField
		fn := func(d, freq, length uint64) {
			if titled {
				titles.add(d, float64(l.weight*float64(freq)), length)
			}
			tf.add(d, float64(l.weight*(float64(f.weight*float64(freq))/(f.base+float64(f.slope*float64(length))))))
		}
		var err error
		if docs == nil {
			err = l.walk(fn)
		} else {
			err = l.among(docs, fn)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// weighed is what a field's occurrences are multiplied by and divided by:
// 1 - b + b·length/average length = base + slope·length.
type weighed struct{ weight, base, slope float64 }

func (s *searcher) field(name string) weighed {
	weight, b, words, documents := 1.0, textB, s.state.TextWords, s.state.Documents
	switch name {
	case titleField:
		weight, b, words = titleWeight, titleB, s.state.TitleWords
	case askedField:
		weight, b, words, documents = askedWeight, askedB, s.state.AskedWords, s.state.Asked
	}
	if words == 0 {
		return weighed{weight: weight, base: 1}
	}
	return weighed{weight, 1 - b, float64(b*float64(documents)) / float64(words)}
}

// walk calls fn for every document that has the term in the field, for filters: how
// often is not read.
func (s *searcher) walk(field, term string, fn func(d uint64, t *index.TermFieldDoc)) (err error) {
	r, err := s.reader.TermFieldReader(s.ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var doc index.TermFieldDoc
	for n := 0; ; n++ {
		if n%4096 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		t, err := r.Next(doc.Reset())
		if t == nil || err != nil {
			return err
		}
		fn(t.ID.Value(), t)
	}
}

// all are all documents.
func (s *searcher) all() (*set, error) {
	every := &set{}
	r, err := s.reader.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for n := 0; ; n++ {
		if n%4096 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		id, err := r.Next()
		if id == nil || err != nil {
			return every, err
		}
		every.add(id.Value())
	}
}
