package cluster

// The best tickets are compared with the text by features, closely. To add one: a row
// here, a line in compare or in shared, and the next number for snapshots.
const (
	fScore     = iota // the score
	fShare            // score over the score of the text against itself
	fTitles           // cosine of title and title
	fTitleBody        // cosine of the title here and the body there
	fBodyTitle        // and the other way round
	fBodies           // cosine of body and body
	fGrams            // Jaccard coefficient of the titles' 4-grams
	fTyped            // typed tokens in common, three and more being 1
	fRarest           // idf of the rarest term in common
	fComponent        // 1 for a component in common
	fConflict         // 1 for components on both sides, but none in common
	fProduct          // 1 for the same product
	fAge              // ln(1 + days since last seen)
	fRecurs           // 1 for a confirmed problem that several tickets have
	fSender           // 1 for the same sender
	fWords            // what the words in both titles have proved to be worth; see words.go
	featureCount
)

// features are what the ranker weighs, with the weights that it is shipped with: learned
// from past links of a public issue tracker (listwise softmax, weights shrunk). What is
// shipped with 0 is for logs to learn. A unit is the deviation of the feature among the
// best candidates there.
var features = [featureCount]struct {
	name         string
	weight, unit float64
}{
	fScore:     {"score", 0.12, 5.6},
	fShare:     {"share", 2.4, 0.17},
	fTitles:    {"titles", 1.3, 0.21},
	fTitleBody: {"title_body", 3.8, 0.13},
	fBodyTitle: {"body_title", 3.1, 0.12},
	fBodies:    {"bodies", 1.8, 0.16},
	fGrams:     {"title_grams", 3.1, 0.13},
	fTyped:     {"typed", 0.6, 0.1},
	fRarest:    {"rarest", 0, 2.4},
	fComponent: {"component", 1.2, 0.4},
	fConflict:  {"component_conflict", -1.0, 0.31},
	fProduct:   {"product", 0, 0.3},
	fAge:       {"age", -0.57, 2},
	fRecurs:    {"recurs", 0, 0.3},
	fSender:    {"sender", 0, 0.35},
	fWords:     {"title_words", 1, 0.3},
}

// vector holds the values of the features.
type vector [featureCount]float32

// ranker weighs features. It does not change; learning makes another one.
type ranker struct {
	weights [featureCount]float64
	words   map[uint64]float32 // by hash; see words.go
}

var shipped = func() *ranker {
	var r ranker
	for i, f := range features {
		r.weights[i] = f.weight
	}
	return &r
}()

func (r *ranker) weigh(x *vector) float64 {
	sum := 0.0
	for i, w := range r.weights {
		sum += float64(w * float64(x[i]))
	}
	return sum
}

// The similarity that decides does without what only ranks.
const (
	doubt     = 20   // score that a text is held to lack: a few words prove nothing
	gramShare = 0.35 // of the similarity, where both have titles
)

// judge compares the text with a hit closely.
func (s *Scored) judge(sc *scratch, h *hit) {
	x := s.compare(sc, h.entry, h.score)
	similar := min(float64(h.score)/(float64(s.self)+doubt), 1)
	if len(s.doc.grams) > 0 && len(h.entry.grams()) > 0 {
		similar = float64((1-gramShare)*similar) + float64(gramShare*float64(x[fGrams]))
	}
	h.evidence, h.similar, h.judged = round(s.ranker.weigh(&x)), round(similar), true
	h.own = same(s.doc.tags.sender, h.entry.known.sender)
}

// compare returns the features of an entry, but for those that its problem has.
func (s *Scored) compare(sc *scratch, e *entry, score float32) (x vector) {
	var titles, titleBody, bodyTitle, bodies, rarest, words float32
	typed := 0
	for i, id := range e.terms() {
		p := sc.place[id]
		if p == 0 {
			continue
		}
		v := &s.vector[p-1]
		inTitle, inBody := e.occ(i)
		t, b := float32(damped32[inTitle]*v.idf), float32(damped32[inBody]*v.idf)
		titles += float32(v.title * t)
		titleBody += float32(v.title * b)
		bodyTitle += float32(v.body * t)
		bodies += float32(v.body * b)
		rarest = max(rarest, v.idf)
		if inTitle > 0 {
			words += v.worth
		}
		if s.doc.terms[p-1].kind.typed() {
			typed++
		}
	}
	x[fScore] = score
	x[fShare] = min(score/max(s.self, emptyWeight), 1)
	x[fTitles] = cosine(titles, s.norms[0], e.titleNorm)
	x[fTitleBody] = cosine(titleBody, s.norms[0], e.bodyNorm)
	x[fBodyTitle] = cosine(bodyTitle, s.norms[1], e.titleNorm)
	x[fBodies] = cosine(bodies, s.norms[1], e.bodyNorm)
	x[fGrams] = sc.gramsIn(e.grams(), len(s.doc.grams))
	x[fTyped] = float32(min(typed, 3)) / 3
	x[fRarest] = rarest
	switch componentsAgree(s.doc.tags.components, e.components()) {
	case agree:
		x[fComponent] = 1
	case conflict:
		x[fConflict] = 1
	}
	if same(s.doc.tags.product, e.product) {
		x[fProduct] = 1
	}
	if same(s.doc.tags.sender, e.known.sender) {
		x[fSender] = 1
	}
	x[fWords] = words
	return x
}

const (
	silent = iota
	agree
	conflict
)

// componentsAgree says if two texts are about the same part of a product.
func componentsAgree(a, b []uint32) int {
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

func cosine(dot, a, b float32) float32 {
	if a == 0 || b == 0 {
		return 0
	}
	return min(dot/float32(a*b), 1)
}

// gramTable holds the grams of the text in question, open addressed.
type gramTable [2 * titleLimit]uint16

func gramPlace(g uint16) uint16 { return g % uint16(len(gramTable{})) }

func (sc *scratch) enterGrams(grams []uint16) {
	for _, g := range grams {
		i := gramPlace(g)
		for sc.grams[i] != 0 {
			i = (i + 1) % uint16(len(sc.grams))
		}
		sc.grams[i] = g
	}
}

// gramsIn is the Jaccard coefficient of the n grams entered and others.
func (sc *scratch) gramsIn(others []uint16, n int) float32 {
	if n == 0 {
		return 0
	}
	both := 0
	for _, g := range others {
		for i := gramPlace(g); sc.grams[i] != 0; i = (i + 1) % uint16(len(sc.grams)) {
			if sc.grams[i] == g {
				both++
				break
			}
		}
	}
	return float32(both) / float32(n+len(others)-both)
}
