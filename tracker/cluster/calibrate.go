package cluster

import "math"

// audited is what a person said of a candidate drawn at random.
type audited struct {
	similar float32
	same    bool
}

// calibration turns a similarity into a probability: 1 / (1 + exp(-(a + b·similar)))
// (Platt 1999). The zero value is uncalibrated.
type calibration struct{ a, b float64 }

// So many audits it takes, and so many of either answer.
const (
	calibratedBy = 59
	ofEither     = 5
)

// probability is 0 while uncalibrated.
func (c calibration) probability(similar float64) float64 {
	if c == (calibration{}) {
		return 0
	}
	return round(1 / (1 + math.Exp(-(c.a + float64(c.b*similar)))))
}

// probability is that of the world's own calibration, or of the one below it.
func (w *world) probability(similar float64) float64 {
	if w.school == nil {
		return w.base.probability(similar)
	}
	return w.school.chance.probability(similar)
}

// calibrate fits the two numbers by Newton's method, with the targets drawn in a little
// as Platt does, so that no finite sample makes anything certain.
func calibrate(all []audited) calibration {
	yes := 0.0
	for _, x := range all {
		if x.same {
			yes++
		}
	}
	no := float64(len(all)) - yes
	if len(all) < calibratedBy || yes < ofEither || no < ofEither {
		return calibration{}
	}
	high, low := (yes+1)/(yes+2), 1/(no+2)
	c := calibration{a: math.Log((yes + 1) / (no + 1))}
	for range 30 {
		var ga, gb, haa, hab float64
		hbb := 1e-3
		haa += 1e-3
		for _, x := range all {
			t := low
			if x.same {
				t = high
			}
			s := float64(x.similar)
			p := 1 / (1 + math.Exp(-(c.a + float64(c.b*s))))
			v := p * (1 - p)
			ga += t - p
			gb += float64((t - p) * s)
			haa += v
			hab += float64(v * s)
			hbb += float64(float64(v*s) * s)
		}
		det := float64(haa*hbb) - float64(hab*hab)
		if det <= 0 {
			break
		}
		c.a += (float64(hbb*ga) - float64(hab*gb)) / det
		c.b += (float64(haa*gb) - float64(hab*ga)) / det
	}
	c.a, c.b = math.Round(c.a*fineness)/fineness, math.Round(c.b*fineness)/fineness
	if !(c.b > 0) { // more similar is never less probable
		return calibration{}
	}
	return c
}
