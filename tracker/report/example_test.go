package report_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func Example() {
	ctx := context.Background()
	now := time.Date(2025, 3, 28, 10, 0, 0, 0, time.UTC)
	desk, err := tracker.New(ctx, memstore.New(), &tracker.Options{
		Now:        func() time.Time { return now },
		NoGrouping: true, // people alone decide here
	})
	if err != nil {
		log.Fatal(err)
	}
	defer desk.Close()

	mia := desk.As(tracker.Agent("mia"))
	for i, text := range []string{
		"I was charged twice for March.",
		"Hello, my card was charged twice this month. Please call +1 555 0100 100.",
	} {
		_, err := mia.Log(ctx, tracker.Contact{
			Channel: tracker.Form, Kind: tracker.Incident, From: fmt.Sprintf("customer%d@example.org", i), Text: text,
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	d, err := mia.Confirm(ctx, 2, tracker.Target{Ticket: 1})
	if err != nil {
		log.Fatal(err)
	}
	_, err = mia.UpdateProblem(ctx, d.Problem, func(p *tracker.Problem) error {
		p.Title, p.Workaround = "Charged twice", "Refund the later charge."
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}

	rep, err := report.Build(ctx, desk, nil)
	if err != nil {
		log.Fatal(err)
	}
	var page strings.Builder
	if err := report.Markdown.Write(&page, rep); err != nil {
		log.Fatal(err)
	}
	first, _, _ := strings.Cut(page.String(), "\n---\n")
	fmt.Fprint(os.Stdout, first)
	// Output:
	// # Problem report
	//
	// 2025-03-28 to 2025-03-28 (1 day)
	//
	// 2 contacts from 2 customers on 2 new tickets. 1 problem among them, 1 confirmed by people.
	//
	// ## What your last decisions did
	//
	// No problem is marked as fixed in a version yet.
	//
	// ## What matters most
	//
	// 1. **P1 Charged twice**
	//    2 customers in the period, new, 2 confirmed tickets, workaround known.
	//    > “my card was charged twice this month.”
	//
	// ## The decision asked for
	//
	// **P1 Charged twice**: The cause is not known. Name who looks for it, or decline and say why.
}
