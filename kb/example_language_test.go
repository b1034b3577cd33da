package kb_test

import (
	"fmt"

	"github.com/supportloop/supportloop/kb"
)

func ExampleDetectLanguage() {
	among := []string{"en", "de", "fr"}
	fmt.Println(kb.DetectLanguage("Wann bekomme ich mein Geld zurück?", among))
	_, sure := kb.DetectLanguage("Router", among)
	fmt.Println(sure)
	// Output:
	// de true
	// false
}
