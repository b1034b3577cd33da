package kb_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/supportloop/supportloop/kb"
)

func tools(ctx context.Context) *kb.Index {
	index, err := kb.NewIndex("", nil)
	if err != nil {
		log.Fatal(err)
	}
	on := func(month time.Month) time.Time { return time.Date(2026, month, 15, 0, 0, 0, 0, time.UTC) }
	err = index.Put(ctx,
		kb.Document{ID: "1", Title: "Sharpen the saw", Time: on(1), Fields: map[string]string{"shop": "Wood", "level": "easy"}},
		kb.Document{ID: "2", Title: "Change the saw's blade", Time: on(2), Fields: map[string]string{"shop": "Wood", "level": "hard"}},
		kb.Document{ID: "3", Title: "Saw a pipe", Time: on(3), Fields: map[string]string{"shop": "Metal", "level": "easy"}},
	)
	if err != nil {
		log.Fatal(err)
	}
	return index
}

// Facets are counted among all that was found, whatever is on this page.
func ExampleQuery_facets() {
	ctx := context.Background()
	index := tools(ctx)
	defer index.Close()
	found, err := index.Search(ctx, kb.Query{
		Text: "saw after:2026-02", Facets: []string{"shop", "level"}, Limit: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"shop", "level"} {
		for _, f := range found.Facets[name] {
			fmt.Println(name, f.Value, f.Count)
		}
	}
	// Output:
	// shop Metal 1
	// shop Wood 1
	// level easy 1
	// level hard 1
}

// Next is where the next page goes on, whatever is put and deleted meanwhile.
func ExampleQuery_pages() {
	ctx := context.Background()
	index := tools(ctx)
	defer index.Close()
	q := kb.Query{Text: "saw", Fields: map[string][]string{"shop": {"wood", "metal"}}, Limit: 2}
	for page := 1; ; page++ {
		found, err := index.Search(ctx, q)
		if err != nil {
			log.Fatal(err)
		}
		for _, h := range found.Hits {
			fmt.Println(page, h.Title)
		}
		if found.Next == "" {
			break
		}
		q.After = found.Next
		if err := index.Delete(ctx, "", "1"); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// 1 Sharpen the saw
	// 1 Saw a pipe
	// 2 Change the saw's blade
}

func ExampleWhy() {
	ctx := context.Background()
	index := tools(ctx)
	defer index.Close()
	found, err := index.Search(ctx, kb.Query{Text: "sharpened saws", Limit: 1, Explain: true})
	if err != nil {
		log.Fatal(err)
	}
	sum := 0.0
	for _, w := range found.Hits[0].Why {
		if w.How == kb.HowTitle {
			fmt.Println("that is much of the title")
		} else {
			fmt.Println(w.Typed, "found", w.Found, "as another", w.How, "in the", w.Field)
		}
		sum += w.Score
	}
	fmt.Println(fmt.Sprintf("%.3f", sum) == fmt.Sprintf("%.3f", found.Hits[0].Score))
	// Output:
	// sharpened found sharpen as another form in the title
	// that is much of the title
	// saws found saw as another form in the title
	// true
}
