package kb

// titles reckon how much of each match's title was asked for.
type titles struct {
	asked  []float64 // idf of the words so far, as often as they stand there
	found  []float64 // how many words that is
	length []uint32  // of the title, in words
}

func (t *titles) reset(n int) {
	t.asked, t.found, t.length = resized(t.asked, n), resized(t.found, n), resized(t.length, n)
}

// add counts a word that stands in the title of the n-th.
func (t *titles) add(n int, times, idf float64, length uint32) {
	t.asked[n] += float64(times * idf)
	t.found[n] += times
	t.length[n] = length
}

// share is how much of the idf of the title's words those have that were asked for,
// from 0 to 1. The others are taken to have the typical idf.
func (t *titles) share(n int, typical float64) float64 {
	asked := t.asked[n]
	if asked == 0 {
		return 0
	}
	rest := max(0, float64(t.length[n])-t.found[n])
	return asked / (asked + float64(rest*typical))
}
