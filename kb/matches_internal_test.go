package kb

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sets and places agree with a map, wherever in a word of bits a part begins and ends.
func TestMatchesArePlaced(t *testing.T) {
	draw := rand.New(rand.NewPCG(6, 9))
	for range 200 {
		size := uint64(1 + draw.IntN(300))
		first := uint64(draw.IntN(200))
		end := first + uint64(draw.IntN(200))
		have := map[uint64]bool{}
		m := &matches{}
		dense := make([]uint64, (size+63)/64)
		for d := range size {
			if draw.IntN(3) == 0 {
				have[first+d] = true
				dense[d/64] |= 1 << (d % 64)
			}
		}
		m.docs.lay(dense, first)
		for range draw.IntN(9) {
			d := uint64(draw.IntN(600))
			have[d] = true
			m.docs.add(d)
		}
		m.number()
		require.Equal(t, len(have), m.n)
		require.Equal(t, len(have), m.docs.count())
		n, within := 0, []uint64(nil)
		for d := range uint64(700) {
			require.Equal(t, have[d], m.docs.has(d))
			require.Equal(t, n, m.until(d))
			if have[d] {
				n++
			}
			if have[d] && d >= first && d < end {
				within = append(within, d)
			}
		}
		var between []uint64
		for d := range m.docs.between(first, end) {
			between = append(between, d)
		}
		require.Equal(t, within, between)
		require.Equal(t, len(within), m.until(end)-m.until(first))
	}
}

// Which of documents that are as good once rounded is better, their names say: all of them
// may be among the best.
func TestBestAreRounded(t *testing.T) {
	m := &matches{}
	for d := range uint64(3) {
		m.docs.add(d)
	}
	m.number()
	copy(m.score, []float64{1.0000001, 0.5, 1.0000002})
	found := m.best(1)
	require.Len(t, found, 2)
	require.Equal(t, found[0].score, found[1].score)
}

// A search that was stopped leaves nothing behind for the next one that uses its memory.
func TestMatchesBeginAnew(t *testing.T) {
	m := &matches{}
	for d := range uint64(100) {
		m.docs.add(d)
	}
	m.number()
	for d := range uint64(100) {
		m.having = append(m.having, uint32(d))
		m.tf[d], m.score[d] = 1, 1
		m.titles.add(int(d), 1, 1, 1)
	}
	m.docs.empty()
	m.docs.add(70)
	m.number()
	require.Equal(t, 1, m.n)
	m.settle(1, 1)
	m.entitle(1)
	require.Zero(t, m.score[0])
	require.Zero(t, m.title[0])
}
