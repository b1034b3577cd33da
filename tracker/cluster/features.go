package cluster

// features of a pair of texts, each in [0, 1] or thereabouts.
const (
	fShare     = iota // score over the score against itself
	fSymmetric        // score over the mean of both self scores
	fTitleTitle
	fTitleBody
	fBodyTitle
	fBodyBody
	fGrams
	fTyped
	fProduct
	fComponent
	fVersion
	fOrganization
	featureCount
)

type features [featureCount]float64

// compare computes the features of the text and an entry.
func (s *Scored) compare(sc *scratch, e *entry, score float32) (f features) {
	var dots [4]float32 // title title, title body, body title, body body
	typed := 0
	for i, id := range e.terms {
		p := sc.place[id]
		if p == 0 {
			continue
		}
		v := &s.vector[p-1]
		t, b := float32(float32(damped[e.occ[2*i]])*v.idf), float32(float32(damped[e.occ[2*i+1]])*v.idf)
		dots[0] += float32(v.title * t)
		dots[1] += float32(v.title * b)
		dots[2] += float32(v.body * t)
		dots[3] += float32(v.body * b)
		if s.doc.terms[p-1].kind.typed() {
			typed++
		}
	}
	f[fTitleTitle] = cosine(dots[0], s.norms[0], e.titleNorm)
	f[fTitleBody] = cosine(dots[1], s.norms[0], e.bodyNorm)
	f[fBodyTitle] = cosine(dots[2], s.norms[1], e.titleNorm)
	f[fBodyBody] = cosine(dots[3], s.norms[1], e.bodyNorm)
	if s.self > 0 {
		f[fShare] = min(float64(score)/float64(s.self), 1)
	}
	f[fGrams] = jaccard(s.doc.grams, e.grams)
	f[fTyped] = float64(min(typed, 3)) / 3
	f[fProduct] = same(s.doc.tags.product, e.tags.product)
	f[fVersion] = same(s.doc.tags.version, e.tags.version)
	f[fOrganization] = same(s.doc.tags.organization, e.tags.organization)
	if n := componentsInCommon(s.doc.tags.components, e.tags.components); n > 0 {
		f[fComponent] = 1
	}
	return f
}

func same(a, b uint64) float64 {
	if a != 0 && a == b {
		return 1
	}
	return 0
}

func cosine(dot, a, b float32) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return min(float64(dot)/float64(float64(a)*float64(b)), 1)
}

// jaccard compares sorted sets.
func jaccard(a, b []uint32) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
