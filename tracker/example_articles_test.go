package tracker_test

import (
	"context"
	"fmt"
	"log"

	"github.com/supportloop/supportloop/tracker"
)

func ExampleTracker_DraftArticle() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	r, err := desk.Log(ctx, tracker.Contact{
		Channel: tracker.Email, From: "Ada Diaz <ada@example.org>", Product: "Lamp", Version: "2.3",
		Title: "Lamp forgets the network", Text: "Hello,\nmy lamp 47110815 forgets the network every night.\n\nRegards\nAda Diaz",
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = desk.Log(ctx, tracker.Contact{
		Channel: tracker.Email, Direction: tracker.Outbound, From: "ada@example.org", Ticket: r.Ticket,
		Text: "Dear Ms Diaz,\nplease give the router another channel than 13.",
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = desk.UpdateTicket(ctx, r.Ticket, func(k *tracker.Ticket) error { k.Status = tracker.StatusSolved; return nil })
	if err != nil {
		log.Fatal(err)
	}
	a, err := desk.DraftArticle(ctx, r.Ticket)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Title)
	fmt.Println(a.Issue)
	fmt.Println(a.Resolution)
	// Output:
	// Lamp forgets the network
	// my lamp […] forgets the network every night.
	// please give the router another channel than 13.
}

func ExampleTracker_FlagArticle() {
	ctx := context.Background()
	t := openExample()
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))

	a, err := desk.CreateArticle(ctx, tracker.Article{Title: "Pairing a lamp", Body: "Hold the button on the right."})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := desk.FlagArticle(ctx, a.ID, 0, "The button is on the left since March."); err != nil {
		log.Fatal(err)
	}
	for u, err := range desk.ArticleUses(ctx, tracker.ArticleUseQuery{Kind: tracker.ArticleFlagged, Standing: true}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("open:", u.Reason)
	}
	a, err = desk.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error {
		a.Body, a.Reason = "Hold the button on the left.", "The lamp of March has it there."
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("flags:", a.Flags)
	a, err = desk.RestoreArticle(ctx, a.ID, 1, "Most people have the old lamp.")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("revision", a.Revision, a.Body)
	// Output:
	// open: The button is on the left since March.
	// flags: 0
	// revision 3 Hold the button on the right.
}
