package kb

import "slices"

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

// with are the documents that have a word, by its lists, and how many have the word
// itself; if none has, those that have what it was taken for.
func (s *searcher) with(lists []postings) (docs *set, df int, err error) {
	docs = &set{}
	own := true
	for _, l := range lists {
		if own && l.weight < 1 {
			docs.not(s.deleted())
			own, df = false, docs.count()
		}
		all, err := l.read()
		if err != nil {
			return nil, 0, err
		}
		docs.reach(int(l.end()+63) / 64)
		for _, o := range all {
			docs.add(l.first + uint64(o.doc))
		}
	}
	docs.not(s.deleted())
	if df == 0 {
		df = docs.count()
	}
	return docs, df, nil
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
