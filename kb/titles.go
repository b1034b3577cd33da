package kb

// titles reckon how much of a document's title was asked for.
type titles struct {
	typical float64 // idf that a word is taken to have which was not asked for

	word   *tally // how often the word that is being counted stands in the title
	asked  *tally // idf of the words so far, as often as they stand there
	found  *tally // how many words that is
	length *tally // of the title, in words
}

func newTitles(typical float64) *titles {
	return &titles{typical, newTally(), newTally(), newTally(), newTally()}
}

func (t *titles) release() { release(t.word, t.asked, t.found, t.length) }

// add counts a word that stands in the title of d.
func (t *titles) add(d uint64, times float64, length uint64) {
	t.word.add(d, times)
	if t.length.get(d) == 0 {
		t.length.add(d, float64(length))
	}
}

// settle ends a word.
func (t *titles) settle(idf float64) {
	for _, d := range t.word.which {
		n := t.word.of[d]
		t.asked.add(d, float64(n*idf))
		t.found.add(d, n)
	}
	t.word.clear()
}

// share is how much of the idf of the title's words those have that were asked for,
// from 0 to 1.
func (t *titles) share(d uint64) float64 {
	asked := t.asked.get(d)
	if asked == 0 {
		return 0
	}
	rest := max(0, t.length.get(d)-t.found.get(d))
	return asked / (asked + float64(rest*t.typical))
}
