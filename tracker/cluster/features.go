package cluster

// The model that ranks the best tickets closely: a linear one, learned from past
// links of a public issue tracker (listwise softmax, weights shrunk), and checked
// on the half of it that was not learned from.
const (
	modelScore     = 0.12  // a unit of score
	modelShare     = 2.4   // score over the score of the text against itself
	modelTitles    = 1.3   // cosine of title and title
	modelTitleBody = 3.8   // cosine of the title here and the body there
	modelBodyTitle = 3.1   // and the other way round
	modelBodies    = 1.8   // cosine of body and body
	modelGrams     = 3.1   // Jaccard coefficient of the titles' 4-grams
	modelTyped     = 0.6   // typed tokens in common, three and more being 1
	modelComponent = 1.2   // a component in common
	modelConflict  = -1.0  // components on both sides, but none in common
	modelAge       = -0.57 // a unit of ln(1 + days since last seen)
)

// The similarity that decides does without what only ranks.
const (
	doubt     = 20   // score that a text is held to lack: a few words prove nothing
	gramShare = 0.35 // of the similarity, where both have titles
)

// judge compares the text with a hit closely.
func (s *Scored) judge(sc *scratch, h *hit) {
	e := h.entry
	var titles, titleBody, bodyTitle, bodies float32
	typed := 0
	for i, id := range e.terms {
		p := sc.place[id]
		if p == 0 {
			continue
		}
		v := &s.vector[p-1]
		t, b := float32(damped32[e.occ[2*i]]*v.idf), float32(damped32[e.occ[2*i+1]]*v.idf)
		titles += float32(v.title * t)
		titleBody += float32(v.title * b)
		bodyTitle += float32(v.body * t)
		bodies += float32(v.body * b)
		if s.doc.terms[p-1].kind.typed() {
			typed++
		}
	}
	grams := sc.gramsIn(e.grams, len(s.doc.grams))
	score := float64(h.score)
	x := float64(modelScore * score)
	x += float64(modelShare * min(score/max(float64(s.self), emptyWeight), 1))
	x += float64(modelTitles * cosine(titles, s.norms[0], e.titleNorm))
	x += float64(modelTitleBody * cosine(titleBody, s.norms[0], e.bodyNorm))
	x += float64(modelBodyTitle * cosine(bodyTitle, s.norms[1], e.titleNorm))
	x += float64(modelBodies * cosine(bodies, s.norms[1], e.bodyNorm))
	x += float64(modelGrams * grams)
	x += float64(modelTyped * float64(min(typed, 3)) / 3)
	similar := min(score/(float64(s.self)+doubt), 1)
	if len(s.doc.grams) > 0 && len(e.grams) > 0 {
		similar = float64((1-gramShare)*similar) + float64(gramShare*grams)
	}
	switch componentsAgree(s.doc.tags.components, e.tags.components) {
	case agree:
		x += modelComponent
	case conflict:
		x += modelConflict
	}
	h.evidence, h.similar, h.judged = round(x), round(similar), true
	h.own = s.doc.tags.sender != 0 && s.doc.tags.sender == e.tags.sender
}

const (
	silent = iota
	agree
	conflict
)

// componentsAgree says if two texts are about the same part of a product.
func componentsAgree(a, b []uint64) int {
	if len(a) == 0 || len(b) == 0 {
		return silent
	}
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return agree
			}
		}
	}
	return conflict
}

func cosine(dot, a, b float32) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return min(float64(dot)/float64(float64(a)*float64(b)), 1)
}

// gramTable holds the grams of the text in question, open addressed.
type gramTable [2 * titleLimit]uint32

func gramPlace(g uint32) uint32 { return g * 0x9e3779b1 >> 22 }

func (sc *scratch) enterGrams(grams []uint32) {
	for _, g := range grams {
		i := gramPlace(g)
		for sc.grams[i] != 0 {
			i = (i + 1) % uint32(len(sc.grams))
		}
		sc.grams[i] = g
	}
}

// gramsIn is the Jaccard coefficient of the n grams entered and others.
func (sc *scratch) gramsIn(others []uint32, n int) float64 {
	if n == 0 {
		return 0
	}
	both := 0
	for _, g := range others {
		for i := gramPlace(g); sc.grams[i] != 0; i = (i + 1) % uint32(len(sc.grams)) {
			if sc.grams[i] == g {
				both++
				break
			}
		}
	}
	return float64(both) / float64(n+len(others)-both)
}
