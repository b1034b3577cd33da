package cluster

// What a text resembles no more than it resembles several other things is no match:
// tasks written from one template, complaints about one screen. So a join needs a
// similarity that stands out from that of its rivals.
const (
	rivalPlace = 5   // the rival that counts, by similarity; the ones before it may well be the same
	rivalShare = 0.6 // of its similarity is taken off. Fitted, with the place, to the links of a public issue tracker
)

// rivals are the highest similarities that a text reaches, the highest first.
type rivals [rivalPlace + 1]float64

func (r *rivals) add(similar float64) {
	i := rivalPlace
	if similar <= r[i] {
		return
	}
	for ; i > 0 && r[i-1] < similar; i-- {
		r[i] = r[i-1]
	}
	r[i] = similar
}

// standing is what is left of a similarity, which is among those added.
func (r *rivals) standing(similar float64) float64 {
	return max(round(similar-float64(rivalShare*r[rivalPlace])), 0)
}
