package report

import "cmp"

// Weigh says how much a problem matters, for ranking:
//
//	(customers + 2 · complaints) · (2 if confirmed) · (2 if regressed)
//
// customers and complaints are distinct people in the period: who wrote or called
// about it, praise apart, and who complained. A complaint counts for two more, as it
// is a customer about to leave; a problem that a person confirmed counts for two
// proposed ones, as grouping errs; one that came back counts twice, as customers were
// told that it was gone. Equal weights are ranked by id, the older first.
func Weigh(p Problem) int {
	w := p.Period.Customers + 2*p.Period.Complaints
	if p.Confirmed {
		w *= 2
	}
	if p.Trend == Regressed {
		w *= 2
	}
	return w
}

func byWeight(a, b Problem) int {
	return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.ID, b.ID))
}
