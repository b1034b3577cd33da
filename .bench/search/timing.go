package main

import (
	"fmt"
	"slices"
	"time"
)

type timing []time.Duration

// row prints what was measured, also in multiples of base.
func (t timing) row(what string, base timing) {
	p50, p99 := t.at(.5), t.at(.99)
	fmt.Printf("| %s | %v | %v | %.2f | %.2f |\n", what, p50.Round(time.Microsecond), p99.Round(time.Microsecond),
		float64(p50)/float64(base.at(.5)), float64(p99)/float64(base.at(.99)))
}

func (t timing) at(share float64) time.Duration {
	return slices.Sorted(slices.Values(t))[int(share*float64(len(t)))]
}

func (t timing) mean() (sum time.Duration) {
	for _, d := range t {
		sum += d
	}
	return sum / time.Duration(len(t))
}
