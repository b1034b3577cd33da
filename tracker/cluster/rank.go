package cluster

import "math"

// The ranking function is BM25F (Robertson, Zaragoza, Taylor 2004) with saturation
// of the query's terms too, after Sun, Lo, Khoo and Jiang (2011), whose weights these are in
// proportion; the constants were tuned on a public issue tracker.
const (
	weightTitle = 3.0
	weightBody  = 0.2
	lengthTitle = 1.0 // b of BM25F: 1 divides by the length, 0 ignores it
	lengthBody  = 0.8
	saturation  = 2.0 // k1
	querySat    = 0.2 // k3
	recency     = 1.0 // λ
	queryTerms  = 25
)

// Before there are many documents, these many imaginary ones stand behind the
// statistics: without any of the words, and of ordinary length.
const (
	priorDocs   = 16
	priorTitle  = 6
	priorBody   = 40
	emptyWeight = 1e-9
)

// frozen are the statistics of an epoch.
type frozen struct {
	number   int
	docs     float64 // N
	avgTitle float64
	avgBody  float64
	rare     float32 // idf of a term that was in no document
}

func (f *frozen) idf(df uint32) float32 {
	return float32(math.Log2(f.docs / max(float64(df), 1)))
}

// impact is TF_D / (k1 + TF_D), in units of 1/impactUnit.
func (f *frozen) impact(titleLen, bodyLen uint32, title, body uint8) uint16 {
	tf := float64(weightTitle*float64(title)/(1-lengthTitle+float64(lengthTitle*float64(titleLen))/f.avgTitle+emptyWeight)) +
		float64(weightBody*float64(body)/(1-lengthBody+float64(lengthBody*float64(bodyLen))/f.avgBody))
	return uint16(min(max(math.Round(impactUnit*tf/(saturation+tf)), 1), impactUnit-1))
}

// impactUnit is a power of two: dividing by it is exact.
const impactUnit = 1 << 16

// of is the impact of the term at i of an entry.
func (f *frozen) of(e *entry, i int) uint16 {
	title, body := e.occ(i)
	return f.impact(uint32(e.titleLen), uint32(e.bodyLen), title, body)
}

// queryWeight is idf · (k3+1)·TF_Q / (k3 + TF_Q), for impacts in their units.
func queryWeight(idf float32, title, body uint16) float32 {
	tf := float64(weightTitle*float64(title)) + float64(weightBody*float64(body))
	return float32(float64(idf) * ((querySat + 1) * tf / (querySat + tf)) / impactUnit)
}

// round brings a score to the grain in which scores are compared.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// ages[d] is λ·ln(1 + d) for d days.
var ages = func() (t [4096]float32) {
	for d := range t {
		t[d] = float32(recency * math.Log(1+float64(d)))
	}
	return t
}()

// lowest is the rank of a document without a score that is as old as can be.
var lowest = -ages[len(ages)-1]

// age is what a document that was last seen on day seen loses on day now.
func age(now, seen int32) float32 { return ages[min(max(int(now)-int(seen), 0), len(ages)-1)] }

// damped32 is damped.
var damped32 = func() (t [256]float32) {
	for n := range t {
		t[n] = float32(damped[n])
	}
	return t
}()

// damped[n] is 1 + ln(n), what n occurrences of a term weigh in a vector.
var damped = func() (t [256]float64) {
	for n := 1; n < len(t); n++ {
		t[n] = 1 + math.Log(float64(n))
	}
	return t
}()
