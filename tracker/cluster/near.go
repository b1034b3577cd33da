package cluster

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// A fingerprint is the sequence of all tokens, stop words and placeholders for
// volatile values included: two texts that differ in an order number only have the
// same one. Texts with fewer content words than this say too little to have one.
const fingerprintWords = 4

// Near-copies share at least this part of their 5-grams of tokens, and have
// enough of them for that to mean something.
const (
	nearCopy     = 0.9
	nearShingles = 12
	maxShingles  = 64 // the lowest hashes; the error of the estimate is 0.04 at 0.9
)

func fingerprint(run []uint64) uint64 {
	h := uint64(fnvOffset)
	for _, t := range run {
		h = mix(h ^ t)
	}
	if h == 0 {
		h = 1
	}
	return h
}

// shingles returns the lowest hashes of all 5-grams of run: a bottom-k sketch
// (Broder 1997), exact while there are no more than maxShingles.
func shingles(run []uint64) []uint16 {
	if len(run) < 5 {
		return nil
	}
	all := make([]uint16, 0, len(run)-4)
	for i := 0; i+5 <= len(run); i++ {
		h := run[i]
		for _, t := range run[i+1 : i+5] {
			h = h*fnvPrime ^ t
		}
		all = append(all, uint16(mix(h)>>48))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.Clone(all[:min(len(all), maxShingles)])
}

// resemblance estimates the Jaccard coefficient of the sets that two sketches stand
// for by what the lowest hashes of their union have in common.
func resemblance(a, b []uint16) float64 {
	both, union := 0, 0
	for i, j := 0, 0; union < maxShingles && (i < len(a) || j < len(b)); union++ {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			i++
		case i == len(a) || b[j] < a[i]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	if union == 0 {
		return 0
	}
	return float64(both) / float64(union)
}

// titleGrams returns the hashed 4-grams of the characters of a title, folded, with
// every run of anything but letters and digits read as one space.
func titleGrams(title string, buf *[]byte) []uint16 {
	b := append((*buf)[:0], ' ')
	for _, r := range title {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		} else if b[len(b)-1] != ' ' {
			b = append(b, ' ')
		}
		if len(b) > titleLimit {
			break
		}
	}
	*buf = b
	if len(b) < 4 {
		return nil
	}
	grams := make([]uint16, 0, len(b))
	for i := 0; i+4 <= len(b); i++ {
		g := uint32(b[i]) | uint32(b[i+1])<<8 | uint32(b[i+2])<<16 | uint32(b[i+3])<<24
		grams = append(grams, max(1, uint16(g*0x9e3779b1>>16))) // 0 is an empty place
	}
	slices.Sort(grams)
	return slices.Clone(slices.Compact(grams))
}
