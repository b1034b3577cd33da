package kb_test

import (
	"context"
	"fmt"
	"log"

	"github.com/supportloop/supportloop/kb"
)

func ExampleIndex() {
	ctx := context.Background()
	index, err := kb.NewIndex("", nil) // "" is memory; a folder keeps it
	if err != nil {
		log.Fatal(err)
	}
	defer index.Close()
	err = index.Put(ctx,
		kb.Document{ID: "1", Title: "Reset the router", Text: "Hold the button for ten seconds.", Fields: map[string]string{"product": "R2"}},
		kb.Document{ID: "2", Title: "Routers we have tested", Text: "All of these work with the printer."},
	)
	if err != nil {
		log.Fatal(err)
	}
	found, err := index.Search(ctx, kb.Query{Text: `router "ten seconds" product:r2`})
	if err != nil {
		log.Fatal(err)
	}
	for _, h := range found.Hits {
		fmt.Println(h.ID, h.Title)
		for _, m := range h.Snippet.Marks {
			fmt.Println("  ", h.Snippet.Text[m.Start:m.End])
		}
	}
	// Output:
	// 1 Reset the router
	//    ten
	//    seconds
}
