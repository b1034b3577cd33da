package sop

// says reports whether a value of a file says what another value says.
func says(old, want *node) bool {
	if want.kind == list && want.single && old.kind == scalar {
		return len(want.items) == 1 && says(old, want.items[0])
	}
	if old.kind != want.kind || len(old.items) != len(want.items) {
		return false
	}
	switch old.kind {
	case scalar:
		return saysText(old.text, want)
	case list:
		for i := range old.items {
			if !says(old.items[i], want.items[i]) {
				return false
			}
		}
		return true
	}
	for _, f := range old.fields {
		if want.get(f.key) == nil {
			return false
		}
	}
	for _, f := range want.fields {
		v := old.get(f.key)
		if v == nil && !f.value.implied || v != nil && !says(v, f.value) {
			return false
		}
	}
	return true
}

func saysText(text string, want *node) bool {
	return text == want.text || want.same != nil && want.same(text)
}

// align returns for each wanted item which old one it goes on from, -1 for none, so
// that the most stays and the order holds: items that say the same count most, then
// those of one id, then those that share values or keys. What is left goes on in order.
func align(old, want []*node) []int {
	pairs := make([]int, len(want))
	head := 0
	for head < len(old) && head < len(want) && says(old[head], want[head]) {
		pairs[head] = head
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(want)-head && says(old[len(old)-1-tail], want[len(want)-1-tail]) {
		pairs[len(want)-1-tail] = len(old) - 1 - tail
		tail++
	}
	o, w := old[head:len(old)-tail], want[head:len(want)-tail]
	if len(o)*len(w) > 1<<20 {
		for j := range w {
			pairs[head+j] = -1
		}
		return pairs
	}
	best := make([][]int, len(o)+1)
	like := make([][]int, len(o))
	for i := range best {
		best[i] = make([]int, len(w)+1)
	}
	for i := len(o) - 1; i >= 0; i-- {
		like[i] = make([]int, len(w))
		for j := len(w) - 1; j >= 0; j-- {
			like[i][j] = likeness(o[i], w[j])
			best[i][j] = max(best[i+1][j], best[i][j+1], best[i+1][j+1]+like[i][j])
		}
	}
	i := 0
	for j := range w {
		pairs[head+j] = -1
		for i < len(o) && best[i][j] == best[i+1][j] && best[i][j] != best[i+1][j+1]+like[i][j] {
			i++
		}
		if i < len(o) && like[i][j] > 0 && best[i][j] == best[i+1][j+1]+like[i][j] {
			pairs[head+j] = head + i
			i++
		}
	}
	return pairs
}

func likeness(old, want *node) int {
	switch {
	case says(old, want):
		return 100
	case old.kind != want.kind:
		return 0
	case old.kind != mapping:
		return 1
	}
	if a, b := old.get("id"), want.get("id"); a != nil && b != nil && a.text == b.text {
		return 50
	}
	renamed := old.get("id") != nil && want.get("id") != nil
	shared := 0
	for _, f := range want.fields {
		switch v := old.get(f.key); {
		case v == nil:
		case says(v, f.value):
			shared += 3
		case !renamed:
			shared++
		}
	}
	return min(shared, 40)
}
