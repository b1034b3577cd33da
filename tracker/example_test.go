package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// openExample opens a tracker in memory, at a fixed time and with a fixed key, so
// that examples print the same each time. A program calls tracker.Open with a path.
func openExample() *tracker.Tracker {
	t, err := tracker.New(context.Background(), memstore.New(), &tracker.Options{
		Now:          func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) },
		Key:          []byte("examples"),
		AnswerWithin: 4 * time.Hour,
	})
	if err != nil {
		log.Fatal(err)
	}
	return t
}

func ExampleTracker_Log() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	r, err := desk.Log(ctx, tracker.Contact{
		Channel: tracker.Email, From: "Ada Diaz <ada@example.org>", Source: "imap", SourceID: "<1@example.org>",
		Title: "Charged twice", Text: "My card was charged twice for March.",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("new ticket:", r.NewTicket)
	fmt.Println("answer by:", r.AnswerBy.Format("15:04"))

	// Her answer names the reference that she was given, and joins the ticket.
	again, err := desk.Log(ctx, tracker.Contact{
		Channel: tracker.Email, From: "ada@example.org", Source: "imap", SourceID: "<2@example.org>",
		Title: "Re: [" + r.Reference + "] Charged twice", Text: "I found the second bill.",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("same ticket:", again.Ticket == r.Ticket)
	// Output:
	// new ticket: true
	// answer by: 13:00
	// same ticket: true
}

// A problem begins when a person says that two tickets are the same matter, or when
// the machine finds that they are.
func ExampleTracker_Confirm() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	one, _ := desk.Log(ctx, tracker.Contact{From: "ada@example.org", Title: "Charged twice", Text: "Two payments for March."})
	two, _ := desk.Log(ctx, tracker.Contact{From: "ben@example.org", Title: "Wrong bill", Text: "I paid and was billed again."})

	d, err := desk.Confirm(ctx, two.Ticket, tracker.Target{Ticket: one.Ticket})
	if err != nil {
		log.Fatal(err)
	}
	p, err := desk.Problem(ctx, d.Problem)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("problem %d: %d tickets, %d confirmed, by %s\n", p.ID, p.Tickets, p.ConfirmedTickets, d.Actor)
	// Output:
	// problem 1: 2 tickets, 2 confirmed, by agent:mia
}

// Every decision can be taken back, and the taking back, too. What a later decision
// of a person's did stands in the way, and is named.
func ExampleTracker_Undo() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	p, _ := desk.CreateProblem(ctx, tracker.Problem{Title: "Charged twice"})
	r, _ := desk.Log(ctx, tracker.Contact{From: "ada@example.org", Title: "Two payments for March"})
	linked, _ := desk.Confirm(ctx, r.Ticket, tracker.Target{Problem: p.ID})
	moved, _ := desk.Move(ctx, 0, r.Ticket)

	_, err := desk.Undo(ctx, linked.ID)
	fmt.Println(errors.Is(err, tracker.ErrConflict))
	fmt.Println(err)

	if _, err := desk.Undo(ctx, moved.ID); err != nil {
		log.Fatal(err)
	}
	tk, _ := desk.Ticket(ctx, r.Ticket)
	fmt.Println("problem of the ticket:", tk.Problem)
	// Output:
	// true
	// decision 1 cannot be undone: conflict: ticket 1 was moved by decision 2 (move by agent:mia) since; undo that first
	// problem of the ticket: 1
}

// What a person refused, the machine does not bring back.
func ExampleTracker_Reject() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	p, _ := desk.CreateProblem(ctx, tracker.Problem{Title: "Charged twice"})
	r, _ := desk.Log(ctx, tracker.Contact{From: "ada@example.org", Title: "Two lamps instead of one"})
	d, err := desk.Reject(ctx, r.Ticket, tracker.Target{Problem: p.ID})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Verb, "ticket", d.Ticket, "problem", d.Problem)
	// Output:
	// reject ticket 1 problem 1
}

// Followers read the log from where they stopped, and wait for more.
func ExampleTracker_Changes() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()

	if _, err := t.Log(ctx, tracker.Contact{From: "ada@example.org", Text: "Hello."}); err != nil {
		log.Fatal(err)
	}
	for ch, err := range t.Changes(ctx, 0) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(ch.Seq, ch.Action)
	}
	// Output:
	// 1 ticket.opened
	// 2 contact.logged
	// 3 promise.changed
}

// A file of contacts is imported in one go; what cannot be taken is reported and does
// not stop the rest.
func ExampleTracker_Import() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()

	contacts := func(yield func(tracker.Contact, error) bool) {
		for _, c := range []tracker.Contact{
			{From: "ada@example.org", Source: "file", SourceID: "1", Text: "One."},
			{From: "ben@example.org", Source: "file", SourceID: "2", Text: "Two.", Direction: "sideways"},
			{From: "ada@example.org", Source: "file", SourceID: "1", Text: "One."},
		} {
			if !yield(c, nil) {
				return
			}
		}
	}
	sum, err := t.Import(ctx, contacts, func(c tracker.Contact, _ tracker.Receipt, err error) {
		if err != nil {
			fmt.Println(c.SourceID, err)
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", sum)
	// Output:
	// 2 invalid contact: direction "sideways": want inbound, outbound or note
	// {Logged:1 Duplicates:1 Failed:1}
}

// Before the machine is made bolder, it is asked what that would have joined, and what
// people said of it.
func ExampleTracker_BacktestCaution() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()

	for i, text := range []string{
		"The lamp blinks orange and does not find the router.",
		"Where is my parcel?",
		"The lamp blinks orange, and does not find the router!",
		"May I pay by invoice?",
	} {
		c := tracker.Contact{From: fmt.Sprintf("p%d@example.org", i), Text: text}
		if _, err := t.Log(ctx, c); err != nil {
			log.Fatal(err)
		}
	}
	if _, err := t.Confirm(ctx, 3, tracker.Target{Ticket: 1}); err != nil {
		log.Fatal(err)
	}
	h, err := t.BacktestCaution(ctx, tracker.CautionTest{Caution: 10}, func(j tracker.CautionJoin) {
		fmt.Printf("ticket %d with %d by %s, people agree: %t\n", j.Ticket, j.With, j.Rule, j.Same)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d contacts, refused by people: %d\n", h.Joins, h.Contacts, h.Refused)
	// Output:
	// ticket 3 with 1 by fingerprint, people agree: true
	// 1 of 4 contacts, refused by people: 0
}

// A person is taken out of the log; that somebody was there still counts.
func ExampleTracker_Erase() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()

	r, _ := t.Log(ctx, tracker.Contact{From: "ada@example.org", Text: "I live at 7 Low Street."})
	done, err := t.Erase(ctx, r.Customer)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("contacts:", done.Contacts, "identities:", done.Identities)
	c, _ := t.Contact(ctx, r.Contact)
	fmt.Printf("%q, erased: %t\n", c.Text, c.Erased)
	// Output:
	// contacts: 1 identities: 1
	// "", erased: true
}

// An export is JSON Lines, and goes into a store of any kind.
func ExampleRestore() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	if _, err := t.Log(ctx, tracker.Contact{From: "ada@example.org", Text: "Hello."}); err != nil {
		log.Fatal(err)
	}

	f, err := os.CreateTemp("", "export")
	if err != nil {
		log.Fatal(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := t.Export(ctx, f); err != nil {
		log.Fatal(err)
	}
	if _, err := f.Seek(0, 0); err != nil {
		log.Fatal(err)
	}

	into := memstore.New()
	if err := tracker.Restore(ctx, into, f); err != nil {
		log.Fatal(err)
	}
	back, err := tracker.New(ctx, into, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer back.Close()
	fmt.Println("the same log:", back.StoreID() == t.StoreID())
	// Output:
	// the same log: true
}

// A procedure is followed on a ticket: what a step asks for happens with it.
func ExampleTracker_MoveRun() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))
	library, err := sop.Load(sop.Samples)
	if err != nil {
		log.Fatal(err)
	}
	plan, err := library.Plan("callback")
	if err != nil {
		log.Fatal(err)
	}
	r, err := desk.Log(ctx, tracker.Contact{Channel: tracker.Voicemail, From: "+49 30 1234567", Title: "Please call me", Text: "It is about my bill."})
	if err != nil {
		log.Fatal(err)
	}

	run, err := desk.StartRun(ctx, r.Ticket, plan, "")
	for _, m := range []sop.Move{
		{How: sop.Did, Answers: map[string][]string{"number": {"+49 30 1234567"}, "good_time": {"2026-03-02T15:00:00Z"}, "about": {"the bill"}}},
		{How: sop.Did, Choice: "no"}, // it cannot be settled in writing
		{How: sop.Did},               // the call is promised for the time that was named
	} {
		if err == nil {
			m.Seen = len(run.Trace)
			run, err = desk.MoveRun(ctx, run.ID, "", m)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	for p, err := range desk.Promises(ctx, tracker.PromiseQuery{Ticket: r.Ticket, State: tracker.PromiseOpen}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(p.Kind, "by", p.Due.Format("15:04"))
	}
	turn, _, err := desk.Turn(ctx, run.ID, "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("next:", turn.Says)

	// What one of two agents did first, the other is told.
	_, err = desk.MoveRun(ctx, run.ID, "", sop.Move{Seen: 1, How: sop.Did})
	fmt.Println(errors.Is(err, tracker.ErrConflict), errors.Is(err, sop.ErrMoved))
	// Output:
	// answer by 13:00
	// callback by 15:00
	// next: do: Call at the time, with the ticket open
	// true true
}
