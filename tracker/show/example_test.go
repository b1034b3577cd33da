package show_test

import (
	"fmt"

	"github.com/supportloop/supportloop/tracker/show"
)

// A customer's title in an issue of the developers' tracker makes no heading, mentions
// nobody, and links to nothing.
func ExampleMarkdown() {
	title := "# Urgent!\n[click](http://x.example) @all, order_id is <b>lost</b>"
	fmt.Printf("- **%s**\n", show.Markdown(title))
	// Output:
	// - **\# Urgent! \[click\](http\://x.example) @&#8203;all, order_id is \<b\>lost\</b\>**
}
