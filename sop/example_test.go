package sop_test

import (
	"errors"
	"fmt"
	"testing/fstest"
	"time"

	"github.com/supportloop/supportloop/sop"
)

func Example() {
	library, err := sop.Load(sop.Samples)
	if err != nil {
		fmt.Println(err)
		return
	}
	matches := library.Match(sop.Facts{
		Kind: "complaint",
		Text: "My card shows two charges for March. Why was I charged twice?",
	})
	best := matches[0]
	fmt.Println(best.Procedure.Title)
	for _, line := range best.Why {
		fmt.Println(line)
	}
	for _, s := range best.Procedure.Steps[:3] {
		fmt.Println("-", s)
	}
	// Output:
	// A customer was charged twice for the subscription
	// yes  any of
	//     yes  words has "charged twice" or "charged me twice" or "charged * twice" or 15 more, saw "charged twice, two charges"
	//     no   problem_title has "charged twice" or "double charge*"
	// yes  none of
	//     no   kind is "praise" or "suggestion", saw "complaint"
	// - tell: We are looking at both charges right now; Nobody loses money over this; a charge that was not owed goes back in full
	// - ask for charge_dates, paid_with
	// - decide: Who took the money
}

func ExampleParse() {
	_, err := sop.Parse("refund.yaml", []byte(`format: 1
id: refund
version: 1
title: Money back
purpose: The customer has the money back.
owner: billing
status: activ
steps:
  - act: Pay it back
    remedy: refund
    amount: fifty
    goto: thanks
done_when: The money has arrived.
`))
	fmt.Println(err)

	var mistakes sop.Errors
	if errors.As(err, &mistakes) {
		fmt.Println(len(mistakes), "mistakes, the first on line", mistakes[0].Line)
	}
	// Output:
	// refund.yaml:7:9: status: "activ" is not known here. Write active, if that is what was meant.
	// refund.yaml:11:13: step 1, amount: "fifty" is not an amount of money. Write a number and a currency, like 50 EUR or 12.50 EUR.
	// refund.yaml:12:11: step 1, goto: no step is called "thanks". Give a step this id, or write one of: next, done.
	// 3 mistakes, the first on line 7
}

func ExampleLoad() {
	library, err := sop.Load(fstest.MapFS{
		"billing/refund.yaml": {Data: []byte("format: 1\nid: refund\nversion: 1\ntitle: Money back\npurpose: It is paid back.\nowner: billing\nstatus: draft\nsteps:\n  - act: Pay it back\ndone_when: It has arrived.\n")},
		"broken.yaml":         {Data: []byte("format: 1\n\tid: broken\n")},
	})
	for _, p := range library.All() {
		fmt.Println(p.ID, p.Status)
	}
	fmt.Println(err)
	// Output:
	// refund draft
	// broken.yaml:2:1: a tab indents this line. Use spaces, two a level.
}

func ExampleProcedure_Check() {
	p, err := sop.Parse("gift.yaml", []byte(`format: 1
id: gift
version: 1
title: Something to make up for it
purpose: The customer sees that we mean it.
owner: support lead
status: active
steps:
  - id: give
    act: Take something off the next bill
    remedy: credit
    amount: 12.50 EUR
done_when: The credit is booked.
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range p.Check(nil) {
		fmt.Println(finding)
	}
	// Output:
	// gift.yaml:11:13: step 1 "give", remedy: this step gives a credit and no limit says who may give how much. Add a limit with remedy: credit. [warning act-without-limit]
}

func ExampleProcedure_Explain() {
	library, _ := sop.Load(sop.Samples)
	p, _ := library.Procedure("suggestion")
	m := p.Explain(sop.Facts{Kind: "question", Text: "Is there a dark mode?"})
	fmt.Println(m.Holds, m.Score)
	// Output:
	// true 4
}

func ExamplePlan() {
	library, _ := sop.Load(sop.Samples)
	plan, _ := library.Plan("refund")
	desk := sop.Desk{Now: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC), By: "mia"}

	run, _ := plan.Start(desk)
	do := func(m sop.Move) {
		m.Seen = len(run.Trace)
		after, effects, err := plan.Do(run, m, desk)
		if err != nil {
			fmt.Println("  no:", err)
			return
		}
		run = after
		for _, e := range effects {
			if e.Gave != nil {
				fmt.Println("  give:", e.Gave.Remedy, e.Gave.Amount)
			}
		}
		if turn, ok := plan.Next(run, desk); ok {
			fmt.Println(turn.Says)
		}
	}
	do(sop.Move{How: sop.Did, Answers: map[string][]string{"bought": {"the yearly plan"}}})
	do(sop.Move{How: sop.Did, Choice: "yes"})
	do(sop.Move{How: sop.Did, Answers: map[string][]string{"rather": {"money back"}}})
	do(sop.Move{How: sop.Did})
	do(sop.Move{How: sop.Did, Amount: sop.Money{Minor: 9000, Currency: "EUR"}})
	do(sop.Move{How: sop.Did, Amount: sop.Money{Minor: 6000, Currency: "EUR"}})
	do(sop.Move{How: sop.Skipped, Reason: "She hung up; it is in the mail"})
	fmt.Println(run.State, "with", len(run.Deviations()), "deviation")
	// Output:
	// check: It was paid within the last 30 days, or it did not work for the customer
	// ask for rather
	// decide: What the customer would rather have
	// do: Refund the sum to where it came from (refund)
	//   no: agent may not give a refund of 90 EUR: 60 EUR is left of the limit; ask billing lead or billing
	//   give: refund 60 EUR
	// tell: How much, by which way, and the day it arrives at the latest; Nothing else needs doing
	// finished with 1 deviation
}

func ExampleRewrite() {
	file := []byte(`format: 1
id: thanks       # never changes
version: 1
title: "A customer says thanks"
purpose: It reaches who earned it.
owner: support lead
status: active
steps:
  # By name, please.
  - act: Pass it on
done_when: They read it.
`)
	p, _ := sop.Parse("thanks.yaml", file)
	p = p.Clone()
	p.Version = 2
	p.Steps = append(p.Steps, sop.Step{Action: sop.Tell{Points: []string{"That they were glad"}}})
	out, err := sop.Rewrite(file, p)
	fmt.Print(string(out), err)
	// Output:
	// format: 1
	// id: thanks       # never changes
	// version: 2
	// title: "A customer says thanks"
	// purpose: It reaches who earned it.
	// owner: support lead
	// status: active
	// steps:
	//   # By name, please.
	//   - act: Pass it on
	//   - tell: That they were glad
	// done_when: They read it.
	// <nil>
}
