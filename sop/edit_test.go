package sop_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// Edits of files that are laid out in many ways change what they must and keep what
// people wrote around it.
func TestEdits(t *testing.T) {
	for _, row := range []struct {
		promise, was string
		edit         func(*sop.Procedure)
		want         string // empty: the edit is refused
	}{
		{"the only value of an item keeps its comment", "steps:\n  - tell: A   # agreed with legal\n  - wait: 1 day   # the bank\n", func(p *sop.Procedure) {
			p.Steps[0].Action = sop.Tell{Points: []string{"B"}}
			p.Steps[1].Action = sop.Wait{Span: sop.Span{N: 2, Unit: sop.Days}}
		}, "steps:\n  - tell: B   # agreed with legal\n  - wait: 2 days   # the bank\n"},
		{"so do links and turns", "steps:\n  - act: A\nsee:\n  - article: faq   # the German one too\nescalation:\n  - to: 'lead'   # Mia\n", func(p *sop.Procedure) {
			p.See[0].Article, p.Escalation[0].To = "faq-de", "boss"
		}, "steps:\n  - act: A\nsee:\n  - article: faq-de   # the German one too\nescalation:\n  - to: 'boss'   # Mia\n"},
		{"an item all of whose values changed keeps its comments", "steps:\n  - escalate: bilning lead   # ext. 4711\n    # on weekdays\n    reason: An other charge   # agreed\n", func(p *sop.Procedure) {
			p.Steps[0].Action = sop.Escalate{To: "billing lead", Reason: "Another charge"}
		}, "steps:\n  - escalate: billing lead   # ext. 4711\n    # on weekdays\n    reason: Another charge   # agreed\n"},
		{"a step of another name is another step", "steps:\n  - id: a\n    tell: A   # why A\n", func(p *sop.Procedure) {
			p.Steps[0] = sop.Step{ID: "b", Action: sop.Tell{Points: []string{"B"}}}
		}, "steps:\n  - id: b\n    tell: B\n"},
		{"the last two parts go", "steps:\n  - act: A\n\nescalation:\n  - to: lead\n\nsee:\n  - article: faq\n", func(p *sop.Procedure) {
			p.Escalation, p.See = nil, nil
		}, "steps:\n  - act: A\n"},
		{"two parts in a row go", "see:\n  - article: faq\n\nescalation:\n  - to: lead\n\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.Escalation, p.See = nil, nil
		}, "\nsteps:\n  - act: A\n"},
		{"another key takes the first one's place", "when:\n  any:\n    - {field: kind, equals: question}\n  # never\n  none:\n    - {field: kind, equals: praise}\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.When.All, p.When.Any = p.When.Any, nil
		}, "when:\n  # never\n  all:\n    - field: kind\n      equals: question\n  none:\n    - {field: kind, equals: praise}\nsteps:\n  - act: A\n"},
		{"and behind a hyphen", "steps:\n  - note: N\n    check: S\n    no: done\n", func(p *sop.Procedure) {
			p.Steps[0].ID, p.Steps[0].Note = "first", ""
		}, "steps:\n  - id: first\n    check: S\n    no: done\n"},
		{"a hyphen in a comment is none", "steps:\n  - act: A\n  - # re-read this - soon\n    act: B\n  - act: C\n", func(p *sop.Procedure) {
			p.Steps = append(p.Steps[:1:1], p.Steps[2])
		}, "steps:\n  - act: A\n  - act: C\n"},
		{"a text says how far it is indented", "steps:\n  - act: A\n    note: |2\n        Far\n      near\n", func(p *sop.Procedure) {
			p.Steps[0].Goto = sop.Done
			p.Steps = append(p.Steps, sop.Step{ID: "b", Action: sop.Act{Do: "B"}})
		}, "steps:\n  - act: A\n    goto: done\n    note: |2\n        Far\n      near\n  - id: b\n    act: B\n"},
		{"pairs in brackets", "steps:\n  - act: A\nsee: [article: faq, problem: 3]\n", func(p *sop.Procedure) {
			p.See[0].Article = "faq2"
		}, "steps:\n  - act: A\nsee: [article: faq2, problem: 3]\n"},
		{"a space in a choice", "needs:\n  - {id: e, ask: Which, type: choice, choices: [\" a\", b]}\nsteps:\n  - ask: e\n", func(p *sop.Procedure) {
			p.Needs[0].Choices[0] = "a"
		}, "needs:\n  - {id: e, ask: Which, type: choice, choices: [\"a\", b]}\nsteps:\n  - ask: e\n"},
		{"a value in braces among comments", "needs:\n  - {id: e,   # do not rename\n     type: choice,\n     choices: [\"a\", 'b'],   # by law\n     ask: Which}\nsteps:\n  - ask: e\n", func(p *sop.Procedure) {
			p.Needs[0].Ask = "Which, then"
		}, "needs:\n  - {id: e,   # do not rename\n     type: choice,\n     choices: [\"a\", 'b'],   # by law\n     ask: 'Which, then'}\nsteps:\n  - ask: e\n"},
		{"keys more and fewer in braces", "needs:\n  - {id: e, type: choice, choices: [\"a\", 'b'], \n     why: W, ask: Which}\nsteps:\n  - ask: e\n", func(p *sop.Procedure) {
			p.Needs[0].Why, p.Needs[0].Optional = "", true
		}, "needs:\n  - {id: e, type: choice, choices: [\"a\", 'b'], optional: true, ask: Which}\nsteps:\n  - ask: e\n"},
		{"an item more in brackets among comments", "when:\n  field: words\n  contains: [charged twice,   # the commonest\n    \"double charge\"   # since 2024\n    ]\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.When.Test.Values = []string{"two charges", "charged twice", "double charge", "paid twice"}
		}, "when:\n  field: words\n  contains: [two charges, charged twice,   # the commonest\n    \"double charge\", paid twice   # since 2024\n    ]\nsteps:\n  - act: A\n"},
		{"items fewer in brackets", "when: {field: words, contains: [\"a\", b, 'c', d]}\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.When.Test.Values = []string{"c", "e"}
		}, "when: {field: words, contains: ['c', e]}\nsteps:\n  - act: A\n"},
		{"the first and the last go", "when: {field: words, contains: [\"a\", b, 'c', d]}\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.When.Test.Values = []string{"b", "c"}
		}, "when: {field: words, contains: [b, 'c']}\nsteps:\n  - act: A\n"},
		{"what goes has a comment beside it", "when:\n  field: words\n  contains: [a,   # the commonest\n    b]\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.When.Test.Values = []string{"b"}
		}, ""},
		{"brackets with a comment become something else", "when: {field: kind, # so\n  in: [question, praise]}\nsteps:\n  - act: A\n", func(p *sop.Procedure) {
			p.When = sop.Condition{Any: []sop.Condition{p.When}}
		}, ""},
	} {
		t.Run(row.promise, func(t *testing.T) {
			for _, ends := range []string{"\n", "\r\n"} {
				was := strings.ReplaceAll(procedure("f", row.was), "\n", ends)
				p, err := sop.Parse("f", []byte(was))
				require.NoError(t, err)
				p = p.Clone()
				row.edit(p)
				out, err := sop.Rewrite([]byte(was), p)
				if row.want == "" {
					require.ErrorContains(t, err, "cannot be edited in place")
					continue
				}
				require.NoError(t, err)
				require.Equal(t, strings.ReplaceAll(procedure("f", row.want), "\n", ends), string(out))
			}
		})
	}
}
