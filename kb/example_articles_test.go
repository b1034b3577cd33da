package kb_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func ExampleExportArticles() {
	ctx := context.Background()
	t, err := tracker.New(ctx, memstore.New(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer t.Close()
	desk := t.As(tracker.Agent("mia"))
	_, err = desk.CreateArticle(ctx, tracker.Article{
		Slug: "pairing", Title: "Pairing a lamp", Issue: "The lamp does not show up.", Resolution: "Hold the button.", Versions: []string{"2.3"},
	})
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "articles")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if _, err := kb.ExportArticles(ctx, desk, dir); err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "pairing.md"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))

	// Somebody edits it, and it is taken back in.
	better := append(text, "\n## Details\n\nFor five seconds.\n"...)
	if err := os.WriteFile(filepath.Join(dir, "pairing.md"), better, 0o644); err != nil {
		log.Fatal(err)
	}
	in, err := kb.ImportArticles(ctx, desk, dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("updated:", in.Updated)
	out, err := kb.ExportArticles(ctx, desk, dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("unchanged:", out.Unchanged)
	// Output:
	// ---
	// id: 1
	// slug: pairing
	// title: Pairing a lamp
	// audience: internal
	// confidence: work_in_progress
	// versions: ['2.3']
	// ---
	//
	// ## Issue
	//
	// The lamp does not show up.
	//
	// ## Resolution
	//
	// Hold the button.
	// updated: [1]
	// unchanged: 1
}

func ExampleRewriteArticle() {
	const mine = "---\nweight: 3 # for the menu\ntitle: \"Pairing a lamp\"\nproducts:\n  - Lamp # since 2019\n---\nHold the button.\n"
	a, err := kb.ParseArticle("pairing.md", []byte(mine))
	if err != nil {
		log.Fatal(err)
	}
	a.Products = append(a.Products, "Lamp 2")
	text, err := kb.RewriteArticle("pairing.md", []byte(mine), a)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output:
	// ---
	// weight: 3 # for the menu
	// title: "Pairing a lamp"
	// products:
	//   - Lamp # since 2019
	//   - Lamp 2
	// ---
	// Hold the button.
}
