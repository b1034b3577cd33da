package sop

// gate leaves out, before anything is compared, the procedures that need a word of
// which a ticket has none.
type gate struct {
	words    map[string][]int32 // by a word that one of them needs, their places in Library.all
	prefixes map[string][]int32
	lengths  []int  // of the prefixes, in bytes, each once
	needs    []bool // which of Library.all need a word
}

func newGate(all []*Procedure) *gate {
	g := &gate{words: map[string][]int32{}, prefixes: map[string][]int32{}, needs: make([]bool, len(all))}
	lengths := map[int]bool{}
	for i, p := range all {
		var words []word
		if words, g.needs[i] = p.When.needsOneOf(); !g.needs[i] {
			continue
		}
		for _, w := range words {
			into := g.words
			if w.prefix {
				into = g.prefixes
				if !lengths[len(w.text)] {
					lengths[len(w.text)] = true
					g.lengths = append(g.lengths, len(w.text))
				}
			}
			into[w.text] = append(into[w.text], int32(i))
		}
	}
	return g
}

// needsOneOf returns words of which at least one is in the title, the text, the words
// or the problem's title of every ticket that c holds for; ok is false where there
// are no such.
func (c *Condition) needsOneOf() (words []word, ok bool) {
	take := func(w []word, has bool) {
		if has && (!ok || len(w) < len(words)) {
			words, ok = w, true
		}
	}
	if t := c.Test; t != nil && t.Op == Contains {
		switch t.Field {
		case "title", "text", "words", "problem_title":
			var first []word
			for _, p := range t.phrases {
				first = append(first, p[0])
			}
			take(first, true)
		}
	}
	for i := range c.All {
		take(c.All[i].needsOneOf())
	}
	var any []word
	every := len(c.Any) > 0
	for i := range c.Any {
		w, has := c.Any[i].needsOneOf()
		any, every = append(any, w...), every && has
	}
	take(any, every)
	return words, ok
}

// passes returns which procedures may apply.
func (g *gate) passes(v *view) []bool {
	out := make([]bool, len(g.needs))
	for i, needs := range g.needs {
		out[i] = !needs
	}
	for _, field := range []string{"words", "problem_title"} {
		for w := range v.index(field).places {
			for _, i := range g.words[w] {
				out[i] = true
			}
			for _, n := range g.lengths {
				if n <= len(w) {
					for _, i := range g.prefixes[w[:n]] {
						out[i] = true
					}
				}
			}
		}
	}
	return out
}
