package tracker_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func ExampleTracker_PostOutage() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	t, err := tracker.New(ctx, memstore.New(), &tracker.Options{Now: func() time.Time { return now }})
	if err != nil {
		log.Fatal(err)
	}
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	o, err := desk.PostOutage(ctx, tracker.Outage{
		Title: "Nobody can sign in", Products: []string{"Shop"},
		Began: now.Add(-10 * time.Minute), Expected: now.Add(2 * time.Hour),
	}, "Signing in to the shop fails. We are looking for the cause.")
	if err != nil {
		log.Fatal(err)
	}

	now = now.Add(time.Hour)
	_, err = desk.UpdateOutage(ctx, o.ID, "A certificate ran out. We are renewing it.", func(o *tracker.Outage) error {
		o.Phase, o.Expected = tracker.OutageIdentified, now.Add(30*time.Minute)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}

	now = now.Add(20 * time.Minute)
	o, err = desk.UpdateOutage(ctx, o.ID, "Signing in works again. We are sorry.", func(o *tracker.Outage) error {
		o.Phase = tracker.OutageResolved
		o.Prevention = "Certificates are renewed a month before they run out, and a check rings if one is not."
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range o.Updates {
		fmt.Println(u.At.Format("15:04"), u.Phase, u.Text)
	}
	fmt.Println("It took", o.Ended.Sub(o.Began))
	fmt.Println(o.Prevention)
	// Output:
	// 09:00 investigating Signing in to the shop fails. We are looking for the cause.
	// 10:00 identified A certificate ran out. We are renewing it.
	// 10:20 resolved Signing in works again. We are sorry.
	// It took 1h30m0s
	// Certificates are renewed a month before they run out, and a check rings if one is not.
}

func ExampleTracker_Affected() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	p, err := desk.CreateProblem(ctx, tracker.Problem{Title: "The shop's certificate ran out"})
	if err != nil {
		log.Fatal(err)
	}
	for _, from := range []string{"ada@example.org", "bo@example.org"} {
		r, err := desk.Log(ctx, tracker.Contact{Channel: tracker.Email, From: from, Title: "Cannot sign in"})
		if err != nil {
			log.Fatal(err)
		}
		if _, err := desk.Confirm(ctx, r.Ticket, tracker.Target{Problem: p.ID}); err != nil {
			log.Fatal(err)
		}
	}
	o, err := desk.PostOutage(ctx, tracker.Outage{Title: "Nobody can sign in", Problem: p.ID}, "Signing in to the shop fails.")
	if err != nil {
		log.Fatal(err)
	}
	_, err = desk.Log(ctx, tracker.Contact{Channel: tracker.Email, Direction: tracker.Outbound, Ticket: 1, Text: "It is not your password: signing in fails for all."})
	if err != nil {
		log.Fatal(err)
	}
	for a, err := range desk.Affected(ctx, o.ID) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("[%t] ticket %d of customer %d\n", !a.Told.IsZero(), a.Ticket, a.Customer)
	}
	// Output:
	// [true] ticket 1 of customer 1
	// [false] ticket 2 of customer 2
}
