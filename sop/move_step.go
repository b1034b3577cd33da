package sop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// walker does one step.
type walker struct {
	pl *Plan
	r  Run
	m  Move
	d  Desk
	n  *planned
	e  *Entry
}

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMove}, args...)...)
}

// step notes in the entry what is done, and returns where that leads.
func (w *walker) step() (to int, err error) {
	if err := w.answers(); err != nil {
		return 0, err
	}
	switch w.m.How {
	case Did:
		if w.m.To != "" || w.m.Remedy != "" || !w.m.Due.IsZero() {
			return 0, wrong("what departs from the step is done otherwise, with a reason")
		}
		return w.did()
	case Skipped, Otherwise:
		if w.e.Reason == "" {
			return 0, ErrReason
		}
		return w.deviates()
	case Abandoned:
		if w.e.Reason == "" {
			return 0, ErrReason
		}
		if w.m.says() {
			return 0, wrong("a stop gives and promises nothing; do that first")
		}
		return theEnd, nil
	}
	return 0, wrong("%q is no way to do a step: want %s, %s, %s, %s or %s", w.m.How, Did, Skipped, Otherwise, Undone, Abandoned)
}

// answers takes down what the customer said.
func (w *walker) answers() error {
	var ids []string
	for id := range w.m.Answers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		need, ok := w.pl.need(w.n, id)
		if !ok {
			return wrong("no question is called %q", id)
		}
		values, err := need.accept(w.m.Answers[id])
		if err != nil {
			return wrong("%s: %v", id, err)
		}
		a := Answer{Need: id, Values: values, At: w.d.Now.UTC(), By: w.d.By}
		if !need.ValidFor.IsZero() {
			a.Until = w.d.due(need.ValidFor)
		}
		w.e.Answers = append(w.e.Answers, a)
	}
	return nil
}

// known returns the answer to a question as of this move.
func (w *walker) known(id string) (Answer, bool) {
	return w.good(id, append(slices.Clone(w.e.Answers), w.r.Answers[id]))
}

// spared returns an answer that spares the customer a question: one that is known, or
// on file.
func (w *walker) spared(id string) (Answer, bool) {
	return w.good(id, append(slices.Clone(w.e.Answers), w.r.Answers[id], w.d.OnFile[id]))
}

// good returns the first of some answers that the step's own question takes: another
// procedure may have asked another question by the same name.
func (w *walker) good(id string, answers []Answer) (Answer, bool) {
	need, ok := w.pl.need(w.n, id)
	if !ok {
		return Answer{}, false
	}
	for _, a := range answers {
		if _, err := need.accept(a.Values); a.Need == id && err == nil {
			return a, true
		}
	}
	return Answer{}, false
}

func (w *walker) did() (to int, err error) {
	verb := w.n.step.Verb()
	if verb != "act" && !w.m.Amount.IsZero() {
		return 0, wrong("the step gives no money; what is given otherwise needs a reason")
	}
	if verb != "check" && verb != "decide" && w.m.Choice != "" {
		return 0, wrong("the step has no choice")
	}
	switch a := w.n.step.Action.(type) {
	case Ask:
		var missing []string
		for _, id := range a.Needs {
			if _, ok := w.known(id); ok {
				continue
			}
			if need, _ := w.pl.need(w.n, id); need.Optional {
				continue
			}
			if on, ok := w.spared(id); ok {
				w.e.Answers = append(w.e.Answers, on)
			} else {
				missing = append(missing, id)
			}
		}
		if missing != nil {
			return 0, wrong("no answer to %s; where the customer has none, skip the step and say so", strings.Join(missing, ", "))
		}
	case Check:
		w.e.Choice = w.m.Choice
		return w.way()
	case Decide:
		return w.decide(a)
	case Act:
		if a.By != "" && fold(a.By) != fold(w.d.role()) {
			return 0, wrong("this is done by %s, not by %s", a.By, w.d.role())
		}
		amount := a.Amount
		if a.Remedy.CostsMoney() && amount.IsZero() {
			amount = w.m.Amount
		} else if !w.m.Amount.IsZero() && w.m.Amount != amount {
			return 0, wrong("the step gives %s; another amount is given otherwise, with a reason", amountOrNone(amount))
		}
		return w.n.on, w.give(a.Remedy, amount, w.fill(a.Do))
	case Escalate:
		w.e.Escalated = w.escalated(a)
	case Promise:
		due := w.d.due(a.Within)
		if a.At != "" {
			if due, err = w.moment(a.At); err != nil {
				return 0, err
			}
		}
		return w.n.on, w.promise(a, due)
	}
	return w.n.on, nil
}

func amountOrNone(m Money) string {
	if m.IsZero() {
		return "no money"
	}
	return m.String()
}

// decide goes by the answer, where it decides; else by what the agent says.
func (w *walker) decide(a Decide) (int, error) {
	choice, ok := w.decided(a)
	if ok && w.m.Choice != "" && w.m.Choice != choice {
		return 0, wrong("the answer to %s is %q; to go another way, do the step otherwise and say why", a.On, choice)
	}
	if !ok {
		choice = w.m.Choice
	}
	w.e.Choice = choice
	return w.way()
}

// decided returns the case that an answer decides for.
func (w *walker) decided(a Decide) (string, bool) {
	answer, ok := w.known(a.On)
	if !ok {
		return "", false
	}
	for _, c := range a.Cases {
		if slices.Contains(answer.Values, c.Is) {
			return c.Is, true
		}
	}
	return NoCase, true
}

// NoCase is the choice of a decision that no case fits.
const NoCase = "otherwise"

// way returns where the choice of a check or a decision leads.
func (w *walker) way() (int, error) {
	switch a := w.n.step.Action.(type) {
	case Check:
		switch w.e.Choice {
		case "yes":
			return w.n.yes, nil
		case "no":
			return w.n.no, nil
		}
		return 0, wrong("say yes or no")
	case Decide:
		var all []string
		for i, c := range a.Cases {
			if c.Is == w.e.Choice {
				return w.n.cases[i], nil
			}
			all = append(all, strconv.Quote(c.Is))
		}
		if w.e.Choice == NoCase {
			return w.n.other, nil
		}
		return 0, wrong("say which case it is: %s, or %s", strings.Join(all, ", "), NoCase)
	}
	return 0, wrong("the step has no choice")
}

// deviates does a step otherwise, or not at all.
func (w *walker) deviates() (to int, err error) {
	if w.m.How == Otherwise {
		if err := w.instead(); err != nil {
			return 0, err
		}
	} else if w.m.Remedy != "" || !w.m.Amount.IsZero() || !w.m.Due.IsZero() {
		return 0, wrong("who gives or promises something does not skip the step but does it otherwise")
	}
	switch {
	case w.m.To != "" && w.m.Choice != "":
		return 0, wrong("say the choice, or the step to go on with, not both")
	case w.m.To == Done:
		return theEnd, nil
	case w.m.To != "":
		to, ok := w.pl.paths[w.m.To]
		if !ok {
			return 0, wrong("there is no step %s", w.m.To)
		}
		return to, nil
	case w.m.Choice != "":
		w.e.Choice = w.m.Choice
		return w.way()
	}
	return w.n.on, nil
}

// instead notes what was given or promised instead of what the step says.
func (w *walker) instead() error {
	if !w.m.Due.IsZero() {
		a, ok := w.n.step.Action.(Promise)
		if !ok {
			return wrong("the step promises nothing; a promise of its own is made on the ticket")
		}
		if err := w.promise(a, w.m.Due); err != nil {
			return err
		}
	}
	remedy := w.m.Remedy
	if a, ok := w.n.step.Action.(Act); ok && remedy == "" && !w.m.Amount.IsZero() {
		remedy = a.Remedy
	}
	if remedy == "" && !w.m.Amount.IsZero() {
		return wrong("say which remedy the %s are", w.m.Amount)
	}
	return w.give(remedy, w.m.Amount, w.e.Reason)
}

// give notes a remedy, within the limits.
func (w *walker) give(r Remedy, amount Money, what string) error {
	switch {
	case r == "":
		return nil
	case !slices.Contains(remedies, string(r)):
		return wrong("%q is no remedy: want %s", r, strings.Join(remedies, ", "))
	case !r.CostsMoney() && !amount.IsZero():
		return wrong("a remedy of kind %s has no amount", r)
	case r.CostsMoney() && !amount.Payable():
		return wrong("say how much is given, like 12.50 EUR")
	}
	w.e.Gave = &Gift{Remedy: r, Amount: amount, What: what}
	if !r.CostsMoney() {
		return nil
	}
	over, err := authority{w.pl.around(w.n), r, amount, w.d}.check()
	w.e.Gave.Over = over
	return err
}

func (w *walker) promise(a Promise, due time.Time) error {
	if due.UTC().Year() > 9999 {
		return wrong("the promise would be due in the year %d; say a time that can be kept", due.UTC().Year())
	}
	if !due.After(w.d.Now) {
		return wrong("the promise would be due at %s, which is past; do it otherwise, with the time that holds", due.Format(time.RFC3339))
	}
	w.e.Promised = &Promised{Kind: a.Kind, What: w.fill(a.What), Due: due.UTC()}
	return nil
}

func (w *walker) escalated(a Escalate) *Escalated {
	out := &Escalated{To: a.To, Reason: w.fill(a.Reason), Due: w.d.due(a.Within)}
	for _, b := range a.Bring {
		out.Bring = append(out.Bring, w.fill(b))
	}
	return out
}

// moment returns the time that an answer names: of a day its end, 17:00.
func (w *walker) moment(id string) (time.Time, error) {
	answer, ok := w.known(id)
	if !ok {
		return time.Time{}, wrong("the promise holds at %s, which was not asked yet", id)
	}
	if t, err := time.Parse(time.RFC3339, answer.Values[0]); err == nil {
		return t, nil
	}
	d, err := ParseDate(answer.Values[0])
	if err != nil {
		return time.Time{}, wrong("%s: %v", id, err)
	}
	return time.Date(d.Year, d.Month, d.Day, closes, 0, 0, 0, w.d.Now.Location()), nil
}

// fill puts answers in the place of their names.
func (w *walker) fill(s string) string {
	return placeholder.ReplaceAllStringFunc(s, func(m string) string {
		if a, ok := w.known(m[1 : len(m)-1]); ok {
			return strings.Join(a.Values, ", ")
		}
		return m
	})
}
