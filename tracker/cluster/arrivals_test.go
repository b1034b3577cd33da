package cluster_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

func TestArrivalsPromises(t *testing.T) {
	weekly := cluster.Arrivals{Customers: 8, Time: 8 * 168, Typical: .1}
	busy := cluster.Arrivals{Customers: 1344, Time: 8 * 168, Typical: .1}
	fresh := cluster.Arrivals{Typical: .1}
	for _, row := range []struct {
		promise string
		holds   bool
	}{
		{"what a group's own past explains is not unlikely", busy.AtLeast(1, 2) == 1},
		{"the same is unlikely with a group that hardly anybody comes with", weekly.AtLeast(2, 2) < .001},
		{"a new group is taken for a typical one", math.Abs(fresh.Expected(10)-1) < 1e-9},
		{"of a new group little is known: more is possible than with a past that says the same", fresh.AtLeast(6, 10) > cluster.Arrivals{Customers: 100, Time: 1000, Typical: .1}.AtLeast(6, 10)},
		{"nobody at all is always to be expected", weekly.AtLeast(0, 2) == 1},
		{"in no time nobody comes", weekly.AtLeast(1, 0) == 0},
		{"counts that cannot be are none", cluster.Arrivals{Customers: -3, Time: -1, Typical: .1}.AtLeast(4, 1) == fresh.AtLeast(4, 1)},
	} {
		require.True(t, row.holds, row.promise)
	}
}

// The tail is one less the probabilities of all smaller numbers, which are added up
// here from the recurrence of the negative binomial distribution.
func TestAtLeastIsTheTail(t *testing.T) {
	for _, customers := range []int{0, 1, 7, 300} {
		for _, window := range []float64{.5, 2, 40} {
			a := cluster.Arrivals{Customers: customers, Time: 500, Typical: .02}
			shape, time := 1+float64(customers), 1/.02+500
			p := window / (time + window)
			term, below, last := math.Pow(time/(time+window), shape), 0., 1.
			for n := range 60 {
				got := a.AtLeast(n, window)
				require.LessOrEqual(t, got, last, "one more is never less unlikely")
				if last = got; float64(n) > a.Expected(window) {
					require.InDelta(t, 1-below, got, 1e-9, "%d customers of %+v in %v", n, a, window)
				}
				below += term
				term *= (shape + float64(n)) * p / float64(n+1)
			}
		}
	}
}

// A new group of which very many are expected has a tail that ends far out: of a
// geometric distribution, which has a closed form.
func TestAtLeastOfALongTail(t *testing.T) {
	for _, mean := range []float64{100, 5_000, 100_000, 1e7} {
		a := cluster.Arrivals{Typical: 1}
		for _, n := range []int{int(mean) + 1, int(2 * mean), int(5 * mean)} {
			require.InEpsilon(t, math.Exp(float64(n)*-math.Log1p(1/mean)), a.AtLeast(n, mean), 1e-6, "%d of %v", n, mean)
		}
	}
}

func TestAtLeastIsBounded(t *testing.T) {
	for _, a := range []cluster.Arrivals{{}, {Typical: 1e9}, {Customers: 1 << 30, Time: 1, Typical: 1}, {Customers: 1, Time: 1e-9, Typical: 1e9}} {
		for _, n := range []int{0, 3, 1000, 1 << 30} {
			for _, window := range []float64{0, 1e-6, 2, 1e6} {
				p := a.AtLeast(n, window)
				require.True(t, p >= 0 && p <= 1, "%+v: %v for %d in %v", a, p, n, window)
			}
		}
	}
}
