package sop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The keys of the parts of a file, and the words that some of them take.
var (
	needKeys       = []string{"id", "ask", "type", "choices", "why", "optional", "valid_for"}
	limitKeys      = []string{"role", "remedy", "up_to", "per"}
	escalationKeys = []string{"to", "when", "within"}
	seeKeys        = []string{"procedure", "article", "problem"}
	silenceKeys    = []string{"code", "step", "reason"}

	needTypes     = []string{"text", "number", "money", "date", "time", "yes_no", "choice", "choices"}
	moneyRemedies = []string{string(Credit), string(Refund)}
	periods       = []string{string(PerTicket), string(PerCustomerAndMonth), string(PerCustomerAndYear)}
)

func (r *reader) readNeeds(root *node) []Need {
	r.needs = map[string]*Need{}
	var needs []Need
	first := map[string]int{}
	for _, n := range r.listAt(root, "needs") {
		if !r.mapping(n, needKeys) {
			continue
		}
		need := Need{
			ID:       r.name(n, "id", true),
			Ask:      r.text(n, "ask", true),
			Type:     NeedType(r.word(n, "type", true, needTypes...)),
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
		if !r.mapping(n, limitKeys) {
			continue
		}
		l := Limit{
			Role:   r.text(n, "role", true),
			Remedy: Remedy(r.word(n, "remedy", true, moneyRemedies...)),
			UpTo:   r.money(n, "up_to", true),
			Per:    Period(r.word(n, "per", true, periods...)),
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
		if r.mapping(n, escalationKeys) {
			out = append(out, Escalation{r.text(n, "to", true), r.text(n, "when", false), r.span(n, "within"), n.pos})
		}
	}
	return out
}

func (r *reader) readSee(root *node) []Link {
	var out []Link
	for _, n := range r.listAt(root, "see") {
		if !r.mapping(n, seeKeys) {
			continue
		}
		l := Link{Pos: n.pos}
		if len(n.fields) != 1 && len(n.meant) == 0 {
			r.fail(n, "a link names one thing", "Write one of: "+strings.Join(seeKeys, ", "))
		}
		if l.Procedure = r.name(n, "procedure", false); l.Procedure != "" {
			r.links = append(r.links, link{n.get("procedure"), l.Procedure, toProcedure})
		}
		l.Article = r.text(n, "article", false)
		if v, ok := r.value(n, "problem", false); ok {
			if l.Problem = problemNumber(v); l.Problem == 0 {
				r.fail(v, quoted(v)+" is not the number of a problem", "Write its number")
			}
		}
		out = append(out, l)
	}
	return out
}

func problemNumber(v *node) uint64 {
	id, err := strconv.ParseUint(v.text, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func (r *reader) readSilence(root *node) []Silence {
	var out []Silence
	for _, n := range r.listAt(root, "silence") {
		if !r.mapping(n, silenceKeys) {
			continue
		}
		s := Silence{r.word(n, "code", true, Codes()...), r.name(n, "step", false), r.text(n, "reason", true), n.pos}
		if s.Step != "" {
			r.links = append(r.links, link{n.get("step"), s.Step, toNamedStep})
		}
		out = append(out, s)
	}
	return out
}
