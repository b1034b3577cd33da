package cluster

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// taught makes n examples in which the right candidate is above the others by as much as
// of says, and like them in all else.
func taught(n int, of map[int]float32) []example {
	rnd := rand.New(rand.NewPCG(uint64(n), 7))
	all := make([]example, n)
	for i := range all {
		rows := make([]candidateRow, 16)
		for k := range rows {
			for f := range weighed {
				rows[k].x[f] = float32(rnd.NormFloat64() * features[f].unit)
			}
		}
		for f, by := range of {
			rows[0].x[f] += by
		}
		all[i].rows = rows
	}
	return all
}

func TestLearnedWeights(t *testing.T) {
	require.Equal(t, shipped, learned(nil), "nothing learned is what is shipped")

	same := learned(taught(200, map[int]float32{fProduct: 1}))
	require.Greater(t, same.weights[fProduct], shipped.weights[fProduct]+1, "what decides gains weight")
	require.Equal(t, 5.4605, same.weights[fProduct], "to the last figure, on every platform")
	require.Equal(t, same, learned(taught(200, map[int]float32{fProduct: 1})))
	for _, w := range same.weights {
		require.InDelta(t, math.Round(w*fineness), w*fineness, 1e-6, "rounded")
	}

	few, many := learned(taught(10, map[int]float32{fProduct: 1})), learned(taught(500, map[int]float32{fProduct: 1}))
	require.Less(t, few.weights[fProduct], same.weights[fProduct])
	require.Less(t, same.weights[fProduct], many.weights[fProduct], "the more say so, the more it weighs")
}

// TestLearningIsTheBest: no weights near the learned ones explain the examples better.
func TestLearningIsTheBest(t *testing.T) {
	all := taught(60, map[int]float32{fTitles: 0.3, fAge: -1})
	r := learned(all)
	best := likelihood(r, all)
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		other := *r
		for i := range weighed {
			other.weights[i] += rnd.NormFloat64() * 0.05 / features[i].unit
		}
		require.LessOrEqual(t, likelihood(&other, all), best+1e-6)
	}
}

// worded makes n examples whose candidates differ in the words of their titles alone: the
// right one has right, the others wrong, all of them both.
func worded(n int, right, wrong, both uint64) []example {
	all := taught(n, nil)
	for i := range all {
		rows := all[i].rows[:4]
		for k := range rows {
			rows[k].x = vector{}
			rows[k].words = []titleWord{{wrong, usualIDF}, {both, usualIDF}}
		}
		rows[0].words[0].hash = right
		all[i].rows = rows
	}
	return all
}

func TestLearnedWords(t *testing.T) {
	const right, wrong, both = 1, 2, 3
	once, many := learned(worded(1, right, wrong, both)).words, learned(worded(100, right, wrong, both)).words
	require.Greater(t, many[right], float32(1), "a word that decides again and again is worth more than it is rare")
	require.Less(t, many[wrong], float32(-1), "and one that misleads is worth less")
	require.Zero(t, many[both], "one that all have says nothing")
	require.Positive(t, once[right])
	require.Less(t, once[right], many[right]/4, "one example proves little")
	require.Empty(t, shipped.words, "what nobody taught is not known")
}

// TestWordsAreTheBest: no other worth of the words explains the examples much better: the
// rounds end before the last hundredth of a unit of log-likelihood.
func TestWordsAreTheBest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	all := taught(40, map[int]float32{fTitles: 0.2})
	for i := range all {
		for k := range all[i].rows {
			for range 3 {
				hash := uint64(1 + rnd.IntN(30))
				if k == 0 {
					hash = uint64(1 + rnd.IntN(10))
				}
				all[i].rows[k].words = append(all[i].rows[k].words, titleWord{hash, 3 + 5*rnd.Float32()})
			}
		}
	}
	r := learned(all)
	l := newLexicon(all)
	explains := func(units []float64) float64 {
		l.units = units
		l.enter(all)
		cost := 0.0
		for _, u := range units {
			cost += heldWords * u * u
		}
		return likelihood(r, all) - cost
	}
	units := make([]float64, len(l.hashes))
	for n, hash := range l.hashes {
		units[n] = float64(r.words[hash])
	}
	best := explains(units)
	for range 300 {
		other := make([]float64, len(units))
		for n := range other {
			other[n] = units[n] + rnd.NormFloat64()*0.1
		}
		require.LessOrEqual(t, explains(other), best+0.05)
	}
}

func TestSlope(t *testing.T) {
	all := taught(20, map[int]float32{fBodies: 0.2})
	r := *shipped
	r.weights[fShare] += 0.5
	gradient, curve := slope(&r, all)
	for i := range weighed {
		h := 1e-4 / features[i].unit
		up, down := r, r
		up.weights[i] += h
		down.weights[i] -= h
		require.InEpsilon(t, (likelihood(&up, all)-likelihood(&down, all))/(2*h)+100, gradient[i]+100, 1e-4, features[i].name)
		a, _ := slope(&up, all)
		b, _ := slope(&down, all)
		require.InEpsilon(t, (b[i]-a[i])/(2*h), curve[i][i], 1e-3, features[i].name)
	}
	x := solve(curve, gradient)
	for i := range x {
		sum := 0.0
		for j := range x {
			sum += curve[max(i, j)][min(i, j)] * x[j]
		}
		require.InDelta(t, gradient[i], sum, 1e-6)
	}
}

func TestCalibration(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	truth := func(s float64) float64 { return 1 / (1 + math.Exp(-(-4 + 10*s))) }
	var all []audited
	for range 2000 {
		s := rnd.Float64()
		all = append(all, audited{float32(s), rnd.Float64() < truth(s)})
	}
	c := calibrate(all)
	last := 0.0
	for s := 0.0; s <= 1; s += 0.05 {
		p := c.probability(s)
		require.InDelta(t, truth(s), p, 0.06)
		require.Greater(t, p, last)
		last = p
	}
	require.Zero(t, calibrate(all[:calibratedBy-1]).probability(0.9), "too few to tell")
	for i := range all {
		all[i].same = i < ofEither-1
	}
	require.Zero(t, calibrate(all).probability(0.9), "too few of one answer")
	for i := range all {
		all[i].same = all[i].similar < 0.5
	}
	require.Zero(t, calibrate(all).probability(0.9), "the more similar the less: nothing to go by")
}

// TestCalibrationFarApart: however far apart the answers lie, the fit ends where Platt's
// targets are.
func TestCalibrationFarApart(t *testing.T) {
	for _, row := range []struct {
		yes, no       int
		right, others float32 // similarities
	}{{20, 519, 0.78, 0.31}, {38, 585, 0.2, 0.079}, {26, 596, 0.766, 0.047}, {12, 185, 0.73, 0.34}, {201, 12, 0.81, 0.13}} {
		var all []audited
		for range row.yes {
			all = append(all, audited{row.right, true})
		}
		for range row.no {
			all = append(all, audited{row.others, false})
		}
		c := calibrate(all)
		require.InDelta(t, float64(row.yes+1)/float64(row.yes+2), c.probability(float64(row.right)), 1e-3, "%+v", row)
		require.InDelta(t, 1/float64(row.no+2), c.probability(float64(row.others)), 1e-3, "%+v", row)
		for i := range all {
			all[i].same = !all[i].same
		}
		require.Zero(t, calibrate(all), "the other way round: %+v", row)
	}
}

// TestPendingIsBounded: an import of decisions takes neither memory nor searches without
// end, and a judgement from which nothing can be learned takes none.
func TestPendingIsBounded(t *testing.T) {
	ix := New(nil)
	for i := range uint64(2*maxPending + 7) {
		ix.Apply(Op{Kind: Judge, Ticket: i, Problem: 1, Same: true}, Op{Kind: Judge, Ticket: i, Problem: 2})
	}
	pending := ix.world.school.pending
	require.Equal(t, maxPending, len(pending))
	require.Less(t, cap(pending), 2*maxPending)
	require.EqualValues(t, 2*maxPending+6, pending[maxPending-1].ticket, "the newest stay")
	require.True(t, pending[0].same)
}

// TestSnapshotOfBadExamples: what cannot be learned from is refused, and harms nobody.
func TestSnapshotOfBadExamples(t *testing.T) {
	for _, rows := range []int{0, 1, exampleRows + 1} {
		ix := New(nil)
		ix.world.school.examples = []example{{rows: make([]candidateRow, rows)}}
		var b bytes.Buffer
		_, err := ix.WriteTo(&b)
		require.NoError(t, err)
		_, err = Read(&b, nil)
		require.ErrorIs(t, err, ErrSnapshot, "%d rows", rows)
	}
}

// TestTakenBackTeachesNothing: what became of a ticket after a judgement was taken back is
// no judgement; what a merge renamed is.
func TestTakenBackTeachesNothing(t *testing.T) {
	for _, row := range []struct {
		promise string
		then    []Op
		learned int
	}{
		{"a judgement teaches", nil, 1},
		{"a ticket that went elsewhere was not judged to be there", []Op{{Kind: Link, Ticket: 5, Problem: 2}}, 0},
		{"a ticket that has no problem any more teaches nothing", []Op{{Kind: Link, Ticket: 5}}, 0},
		{"a merge changes the name alone", []Op{{Kind: Link, Ticket: 1, Problem: 2}, {Kind: Link, Ticket: 2, Problem: 2}, {Kind: Link, Ticket: 5, Problem: 2}}, 1},
	} {
		ix := New(nil)
		add := func(id uint64) {
			ix.Apply(Op{Kind: Add, Ticket: id, Doc: Prepare(Text{Title: fmt.Sprintf("Printer jams %c", 'a'+id), Body: fmt.Sprintf("The paper of tray %c is stuck", 'k'+id)})})
		}
		for id := range uint64(5) {
			add(id + 1)
		}
		ix.Apply(
			Op{Kind: Link, Ticket: 1, Problem: 1}, Op{Kind: Link, Ticket: 2, Problem: 1}, Op{Kind: Link, Ticket: 3, Problem: 2},
			Op{Kind: Link, Ticket: 5, Problem: 1}, Op{Kind: Judge, Ticket: 5, Problem: 1, Same: true, On: true},
		)
		ix.Apply(row.then...)
		for id := range uint64(epochGap) {
			add(id + 6)
		}
		require.Len(t, ix.world.school.examples, row.learned, row.promise)
		require.Len(t, ix.world.school.audits, row.learned, row.promise)
	}
}
