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

func (c calibration) logit(similar float64) float64 { return c.a + float64(c.b*similar) }

// probability is 0 while uncalibrated.
func (c calibration) probability(similar float64) float64 {
	if c == (calibration{}) {
		return 0
	}
	return round(1 / (1 + math.Exp(-c.logit(similar))))
}

// likelihood is the logarithm of that of the targets.
func (c calibration) likelihood(all []audited, high, low float64) (sum float64) {
	for _, x := range all {
		t, z := low, c.logit(float64(x.similar))
		if x.same {
			t = high
		}
		// ln(1 + exp(z)), which is not to overflow
		sum += float64(t*z) - (max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))))
	}
	return sum
}

// probability is that of the world's own calibration, or of the one below it.
func (w *world) probability(similar float64) float64 {
	if w.school == nil {
		return w.base.probability(similar)
	}
	return w.school.chance.probability(similar)
}

// calibrate fits the two numbers by Newton's method, with the targets drawn in a little
// as Platt does, so that no finite sample makes anything certain; a step that explains the
// audits less well is halved (Lin, Lin and Weng 2007).
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
	was, better := c.likelihood(all, high, low), true
	for step := 0; better && step < 60; step++ {
		var ga, gb, haa, hab float64
		hbb := 1e-3
		haa += 1e-3
		for _, x := range all {
			t, s := low, float64(x.similar)
			if x.same {
				t = high
			}
			p := 1 / (1 + math.Exp(-c.logit(s)))
			v := float64(p * (1 - p))
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
		a, b := (float64(hbb*ga)-float64(hab*gb))/det, (float64(haa*gb)-float64(hab*ga))/det
		// Where the answers lie far apart, a whole step would go far beyond.
		better = false
		for half := 0; !better && half < 30; half++ {
			next := calibration{c.a + a, c.b + b}
			if is := next.likelihood(all, high, low); is > was {
				c, was, better = next, is, true
			}
			a, b = a/2, b/2
		}
	}
	c.a, c.b = math.Round(c.a*fineness)/fineness, math.Round(c.b*fineness)/fineness
	if !(c.b > 0) { // more similar is never less probable
		return calibration{}
	}
	return c
}
