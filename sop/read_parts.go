package sop

import (
	"fmt"
	"slices"
)

func (r *reader) readNeeds(root *node) []Need {
	r.needs = map[string]*Need{}
	var needs []Need
	first := map[string]int{}
	for _, n := range r.listAt(root, "needs") {
		if !r.mapping(n, []string{"id", "ask", "type", "choices", "why", "optional", "valid_for"}) {
			continue
		}
		need := Need{
			ID:       r.name(n, "id", true),
			Ask:      r.text(n, "ask", true),
			Type:     NeedType(r.word(n, "type", true, "text", "number", "money", "date", "time", "yes_no", "choice", "choices")),
			Choices:  r.texts(n, "choices", func(v *node) string { return v.text }),
			Why:      r.text(n, "why", false),
			Optional: r.flag(n, "optional"),
			ValidFor: r.span(n, "valid_for"),
			Pos:      n.pos,
		}
		r.checkChoices(n, need)
		if line, twice := first[need.ID]; twice {
			r.fail(n.get("id"), fmt.Sprintf("the question %q is there already, on line %d", need.ID, line), "Give each question an id of its own")
		} else if need.ID != "" {
			first[need.ID] = n.pos.Line
			r.needs[need.ID] = &need
		}
		needs = append(needs, need)
	}
	return needs
}

func (r *reader) checkChoices(n *node, need Need) {
	choices := n.get("choices")
	choosing := need.Type == NeedChoice || need.Type == NeedChoices
	switch {
	case need.Type == "":
	case choosing && choices == nil:
		r.missing(n, "choices", "List what there is to choose from")
	case !choosing && choices != nil:
		r.fail(choices, fmt.Sprintf("a question of type %s has nothing to choose from", need.Type), "Write type: choice, or remove choices")
	case choosing && len(need.Choices) == 1:
		r.fail(choices, "there is only one choice", "List two or more")
	}
	if choices == nil {
		return
	}
	seen := map[string]bool{}
	for _, item := range choices.items {
		if item.kind != scalar || item.text == "" {
			continue
		}
		if seen[fold(item.text)] {
			r.fail(item, quoted(item)+" is listed twice", "Keep one of the two")
		}
		seen[fold(item.text)] = true
	}
}

func (r *reader) readLimits(root *node) []Limit {
	var limits []Limit
	for _, n := range r.listAt(root, "limits") {
		if !r.mapping(n, []string{"role", "remedy", "up_to", "per"}) {
			continue
		}
		l := Limit{
			Role:   r.text(n, "role", true),
			Remedy: Remedy(r.word(n, "remedy", true, string(Credit), string(Refund))),
			UpTo:   r.money(n, "up_to", true),
			Per:    Period(r.word(n, "per", true, string(PerTicket), string(PerCustomerAndMonth), string(PerCustomerAndYear))),
			Pos:    n.pos,
		}
		same := func(o Limit) bool {
			return l.Role != "" && o.Role == l.Role && o.Remedy == l.Remedy && o.Per == l.Per && o.UpTo.Currency == l.UpTo.Currency
		}
		if i := slices.IndexFunc(limits, same); i >= 0 {
			r.fail(n, fmt.Sprintf("the limit on a %s by %s a %s is said already, on line %d", l.Remedy, short(l.Role), l.Per, limits[i].Pos.Line), "Keep one of the two")
		}
		limits = append(limits, l)
	}
	return limits
}

func (r *reader) readEscalation(root *node) []Escalation {
	var out []Escalation
	for _, n := range r.listAt(root, "escalation") {
		if r.mapping(n, []string{"to", "when", "within"}) {
			out = append(out, Escalation{r.text(n, "to", true), r.text(n, "when", false), r.span(n, "within"), n.pos})
		}
	}
	return out
}
