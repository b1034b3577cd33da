package tracker

import "math"

// Trend is how a problem moves, as [TrendOf] says it.
type Trend string

const (
	TrendNew        Trend = "new"        // first seen within the last TrendNewDays
	TrendOngoing    Trend = "ongoing"    // none of the others
	TrendEscalating Trend = "escalating" // more customers than its own past explains
	TrendQuiet      Trend = "quiet"      // nobody for TrendNewDays
	TrendRegressed  Trend = "regressed"  // it was fixed and came back
)

// The windows that [TrendOf] looks at, in days.
const (
	TrendRecentDays = 7  // what is compared …
	TrendPastDays   = 28 // … with the time before it
	TrendNewDays    = 14
)

const (
	fewestToEscalate = 3
	byChance         = 0.01
)

// TrendOf says how a problem moves. perDay are the distinct customers who came with
// it, a day each: the first day is the first on which it was seen, the last one is
// today. regressed says that it came back after it was fixed. The first rule that
// fits is taken:
//
//   - regressed is [TrendRegressed];
//   - nobody within the last [TrendNewDays] days is [TrendQuiet];
//   - if the last [TrendRecentDays] days brought three or more, and so large a share of
//     them and the up to [TrendPastDays] days before would fall into the last days in less
//     than one case in a hundred if all days were alike, it is [TrendEscalating]. That is the
//     exact conditional test of two Poisson rates (Przyborowski and Wilenski, 1940). It
//     asks for at least as many days of the past as are recent;
//   - first seen within the last [TrendNewDays] days is [TrendNew];
//   - the rest is [TrendOngoing].
//
// Negative counts are taken for 0.
func TrendOf(perDay []int, regressed bool) Trend {
	if regressed {
		return TrendRegressed
	}
	if sumOf(lastOf(perDay, TrendNewDays)) == 0 {
		return TrendQuiet
	}
	recent := lastOf(perDay, TrendRecentDays)
	past := lastOf(perDay[:len(perDay)-len(recent)], TrendPastDays)
	if len(past) >= TrendRecentDays {
		r, p := sumOf(recent), sumOf(past)
		share := float64(len(recent)) / float64(len(recent)+len(past))
		if r >= fewestToEscalate && binomialTail(r, r+p, share) < byChance {
			return TrendEscalating
		}
	}
	if len(perDay) <= TrendNewDays {
		return TrendNew
	}
	return TrendOngoing
}

// binomialTail is the probability of k or more of n when each has probability p,
// with 0 < p < 1.
func binomialTail(k, n int, p float64) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	lp, lq := math.Log(p), math.Log1p(-p)
	var tail float64
	for i := k; i <= n; i++ {
		tail += math.Exp(lg(n) - lg(i) - lg(n-i) + float64(float64(i)*lp) + float64(float64(n-i)*lq))
	}
	return tail
}

func lastOf(s []int, n int) []int { return s[max(0, len(s)-n):] }

func sumOf(s []int) int {
	n := 0
	for _, v := range s {
		n += max(v, 0)
	}
	return n
}
