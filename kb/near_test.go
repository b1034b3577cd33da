package kb

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The automaton accepts what is within the distance, and knows the distance, as the
// textbook's table of all beginnings has it.
func TestNear(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	letters := []rune("abжé日")
	word := func() []rune {
		w := make([]rune, draw.IntN(7))
		for i := range w {
			w[i] = letters[draw.IntN(len(letters))]
		}
		return w
	}
	for range 3000 {
		a, b, most := word(), word(), 1+draw.IntN(2)
		want := distance(a, b)
		whole, open := newNear(string(a), most, false), newNear(string(a), most, true)
		require.Equal(t, want <= most, accepts(whole, string(b)), "%q %q", string(a), string(b))
		require.Equal(t, min(want, most+1), whole.distance(string(b)))
		begins := false
		for i := range len(b) + 1 {
			begins = begins || distance(a, b[:i]) <= most
		}
		if len(a) > most { // otherwise nothing at all is near already
			require.Equal(t, begins, accepts(open, string(b)), "%q %q", string(a), string(b))
		}
	}
}

func accepts(n *near, s string) bool {
	at := n.Start()
	for i := range len(s) {
		if !n.CanMatch(at) {
			return false
		}
		at = n.Accept(at, s[i])
	}
	return n.IsMatch(at)
}

// distance is the optimal string alignment distance.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
