package kb

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func counted2(n ...map[string]float64) *feature {
	return &feature{ask: "Which version is it?", counts: n}
}

func TestGain(t *testing.T) {
	for _, row := range []struct {
		promise string
		f       *feature
		chances []float64
		want    float64
	}{
		{"what all have alike tells nothing", counted2(map[string]float64{"a": 5}, map[string]float64{"a": 9}), []float64{.5, .5}, 0},
		{"nor does what nothing is known of for one", counted2(map[string]float64{"a": 5, "b": 5}, map[string]float64{}), []float64{.5, .5}, 0},
		{"one ticket each: three in four", counted2(map[string]float64{"a": 1}, map[string]float64{"b": 1}), []float64{.5, .5}, 1 - entropy([]float64{.25, .75})},
		{"many tickets come near to a whole bit", counted2(map[string]float64{"a": 1e6}, map[string]float64{"b": 1e6}), []float64{.5, .5}, 1},
		{"what is nearly certain has little to be told about", counted2(map[string]float64{"a": 1e6}, map[string]float64{"b": 1e6}), []float64{.99, .01}, entropy([]float64{.99, .01})},
	} {
		t.Run(row.promise, func(t *testing.T) {
			row.f.estimate()
			require.InDelta(t, row.want, row.f.gain(row.chances), 1e-4)
		})
	}
}

// The gain of any feature is what counting all cases says: mutual information, never
// negative, never more than there is to know.
func TestGainIsMutualInformation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := 2 + r.IntN(4)
		f, chances, sum := &feature{}, make([]float64, n), 0.0
		for i := range n {
			f.counts = append(f.counts, map[string]float64{})
			for range r.IntN(12) {
				f.counts[i][string(rune('a'+r.IntN(12)))]++
			}
			chances[i] = r.Float64() + .01
			sum += chances[i]
		}
		f.counts[0]["a"]++
		for i := range chances {
			chances[i] /= sum
		}
		f.estimate()
		require.LessOrEqual(t, len(f.values), askValues)
		want := 0.0
		for _, v := range f.values {
			p, all := 0.0, 0.0
			for i := range chances {
				p += chances[i] * f.likely[i][v]
			}
			for i := range chances {
				if joint := chances[i] * f.likely[i][v]; joint > 0 {
					all += joint * math.Log2(joint/(chances[i]*p))
				}
			}
			want += all
		}
		for i := range chances {
			total := 0.0
			for _, v := range f.values {
				total += f.likely[i][v]
			}
			require.InDelta(t, 1, total, 1e-9)
		}
		require.InDelta(t, want, f.gain(chances), 1e-9)
		require.GreaterOrEqual(t, want, -1e-9)
		require.LessOrEqual(t, want, entropy(chances)+1e-9)
	}
}

// The second question is not the first one in other words.
func TestQuestionsDoNotRepeatEachOther(t *testing.T) {
	rivals := []rival{{problem: 1, title: "A", weight: 1}, {problem: 2, title: "B", weight: 1}, {problem: 3, title: "C", weight: 1}, {problem: 4, title: "D", weight: 1}}
	is := func(ask string, has ...bool) *feature {
		f := &feature{ask: ask, say: true, order: 5}
		for _, h := range has {
			f.counts = append(f.counts, map[string]float64{map[bool]string{true: yes, false: no}[h]: 20})
		}
		return f
	}
	features := func() []*feature {
		return []*feature{is("again", true, true, false, false), is("first", true, true, false, false), is("other", true, false, true, false), is("useless", true, true, true, true)}
	}
	got := questions(rivals, features())
	require.Len(t, got, 2, "a third one has nothing left to tell")
	require.Equal(t, []string{"again", "other"}, []string{got[0].Ask, got[1].Ask})
	require.Equal(t, got, questions(rivals, features()))
	require.Equal(t, `it is said in 20 of 20 tickets of "P1 A", 20 of 20 tickets of "P2 B", 0 of 20 tickets of "P3 C"`, got[0].Why)
	require.Empty(t, questions(rivals[:1], features()), "of one candidate there is nothing to ask")
	require.Empty(t, questions(rivals, nil))
}

func TestQuestionsAreThreeAtMost(t *testing.T) {
	var rivals []rival
	var features []*feature
	for i := range 5 {
		rivals = append(rivals, rival{problem: 1, title: fmt.Sprint(i), weight: 1})
		f := &feature{ask: fmt.Sprint(i)}
		for j := range 5 {
			f.counts = append(f.counts, map[string]float64{map[bool]string{true: yes, false: no}[i == j]: 20})
		}
		features = append(features, f)
	}
	require.Len(t, questions(rivals, features), askQuestions)
}
