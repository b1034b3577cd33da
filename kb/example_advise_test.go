package kb_test

import (
	"context"
	"fmt"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// twoFaults is a knowledge base that knows two faults with one symptom, each from five
// customers.
func twoFaults(ctx context.Context) (*kb.Base, error) {
	now := time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)
	t, err := tracker.New(ctx, memstore.New(), &tracker.Options{Key: []byte("example"), Now: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	base, err := kb.New(ctx, kb.Parts{Tracker: t}, nil)
	if err != nil {
		return nil, err
	}
	mia := t.As(tracker.Agent("mia"))
	for _, fault := range []struct {
		title, workaround, version string
		where                      []string
	}{
		{"Scans are empty since the new driver", "Install the driver of May again.", "5.0", []string{"at the counter", "in the hall", "upstairs", "at home", "in the office"}},
		{"Scans are empty in the cold", "Let the scanner warm up for ten minutes.", "4.2", []string{"by the window", "in the shed", "in our van", "downstairs", "on the market"}},
	} {
		p, err := mia.CreateProblem(ctx, tracker.Problem{Title: fault.title, Workaround: fault.workaround})
		if err != nil {
			return nil, err
		}
		for i, where := range fault.where {
			r, err := mia.Log(ctx, tracker.Contact{
				From: fmt.Sprintf("%s-%d@example.org", fault.version, i), Channel: tracker.Email, Version: fault.version,
				Title: "Scans are empty", Text: "Our scanner " + where + " makes empty pages.",
			})
			if err != nil {
				return nil, err
			}
			if _, err := mia.Move(ctx, p.ID, r.Ticket); err != nil {
				return nil, err
			}
		}
	}
	return base, base.CatchUp(ctx)
}

// While a contact is written, or before it is logged: what is known, and what to ask
// to tell two faults apart.
func ExampleBase_AdviseContact() {
	ctx := context.Background()
	base, err := twoFaults(ctx)
	if err != nil {
		panic(err)
	}
	defer base.Close()
	advice, err := base.AdviseContact(ctx, tracker.Contact{Title: "Scans are empty", Text: "Our scanner makes empty pages."})
	if err != nil {
		panic(err)
	}
	for _, c := range advice.Candidates {
		fmt.Println(c.Title, c.Do)
	}
	for _, q := range advice.Ask {
		fmt.Println(q.Ask)
		for _, t := range q.Tells {
			fmt.Printf("  %s: %s (%.0f %%)\n", t.Answer, t.Title, 100*t.Chance)
		}
	}
	// Output:
	// Scans are empty since the new driver [Workaround: Install the driver of May again.]
	// Scans are empty in the cold [Workaround: Let the scanner warm up for ten minutes.]
	// Which version is it?
	//   4.2: Scans are empty in the cold (92 %)
	//   5.0: Scans are empty since the new driver (92 %)
}

// Advice as text, for a terminal.
func ExampleAdvice_Markdown() {
	ctx := context.Background()
	base, err := twoFaults(ctx)
	if err != nil {
		panic(err)
	}
	defer base.Close()
	r, err := base.Tracker.Log(ctx, tracker.Contact{From: "eve@example.org", Channel: tracker.Email, Title: "Empty pages", Text: "My scans are empty pages."})
	if err != nil {
		panic(err)
	}
	advice, err := base.Advise(ctx, r.Ticket)
	if err != nil {
		panic(err)
	}
	fmt.Print(advice.Markdown())
	// Output:
	// # Advice, ATQ-TQJR: Empty pages
	//
	// ## It may be
	//
	// - P1 Scans are empty since the new driver (both say Empty, scans, pages)
	//   - Workaround: Install the driver of May again.
	// - P2 Scans are empty in the cold (both say Empty, scans, pages)
	//   - Workaround: Let the scanner warm up for ten minutes.
	//
	// ## Ask next
	//
	// - Which version is it? ("P1 Scans are empty since the new driver": 5.0 in 5 of 5; "P2 Scans are empty in the cold": 4.2 in 5 of 5)
	//   - 4.2: speaks for P2 Scans are empty in the cold, 92 % among these
	//   - 5.0: speaks for P1 Scans are empty since the new driver, 92 % among these
}
