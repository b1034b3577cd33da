package kb_test

import (
	"context"
	"fmt"
	"log"

	"github.com/supportloop/supportloop/kb"
)

// A rebuild takes a while where there is much, and says how far it is.
func ExampleIndexOptions_progress() {
	index, err := kb.NewIndex("", &kb.IndexOptions{
		Progress: func(done int) { fmt.Println(done, "documents") },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer index.Close()
	err = index.Rebuild(context.Background(), func(yield func(kb.Document, error) bool) {
		for i := range 1200 {
			if !yield(kb.Document{ID: fmt.Sprint(i), Title: "Reset the router"}, nil) {
				return
			}
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 500 documents
	// 1000 documents
	// 1200 documents
}
