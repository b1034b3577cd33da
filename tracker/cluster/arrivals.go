package cluster

import "math"

// Arrivals is how often customers came with a group. Times are in any unit, the same
// for all of them; hours, say.
type Arrivals struct {
	Customers int     // who came
	Time      float64 // over which they did, 0 for a group that is new
	Typical   float64 // how many come with such a group in a unit of time; positive
}

// typicalWeight is how many customers it takes until a group's own past counts as
// much as what is typical.
const typicalWeight = 1

// Expected is how many customers are to be expected within window.
func (a Arrivals) Expected(window float64) float64 {
	shape, time := a.posterior()
	return window * shape / time
}

// AtLeast is the probability that n customers or more come within window if
// everything is as it was, 1 unless n is more than what is expected. It falls with n.
//
// Arrivals are taken for a Poisson process whose rate is not known: a gamma
// distribution around the typical rate, sharpened by the group's own past. What comes
// next has then a negative binomial distribution (Gelman et al., Bayesian Data
// Analysis, 2013, section 2.6), whose tail this is. The same for a week's counts
// stands in the detection of outbreaks (Farrington et al., 1996; Noufaily et al.,
// 2013).
func (a Arrivals) AtLeast(n int, window float64) float64 {
	if !(window > 0) || float64(n) <= a.Expected(window) {
		if n > 0 && !(window > 0) {
			return 0
		}
		return 1
	}
	shape, time := a.posterior()
	p, k := window/(time+window), float64(n)
	term := math.Exp(lgamma(shape+k) - lgamma(shape) - lgamma(k+1) + float64(k*math.Log(p)) - float64(shape*math.Log1p(window/time)))
	sum := term
	ratio := 1.0
	for range 10_000 {
		ratio = float64((shape+k)*p) / (k + 1)
		term = float64(term * ratio)
		k++
		if sum += term; term < sum*1e-12 {
			return min(1, sum)
		}
	}
	// The ratio falls from here on, so a geometric series bounds the rest.
	return min(1, sum+term*ratio/max(1-ratio, 1e-16))
}

// posterior is the gamma distribution of the rate.
func (a Arrivals) posterior() (shape, time float64) {
	return typicalWeight + float64(max(0, a.Customers)), typicalWeight/max(a.Typical, 1e-9) + max(0, a.Time)
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
