package intake_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/supportloop/supportloop/tracker/intake"
)

func ExampleJSONLines() {
	file := strings.NewReader(`{"id": "17", "time": "2026-03-02", "from": "Ada <ada@example.org>", "title": "Charged twice", "team": "north"}
{"id": "18", "time": "last Tuesday"}
{"id": "19", "kind": "Bug", "text": "The invoice has no logo."}
`)
	for line, err := range intake.JSONLines(file, "desk.jsonl") {
		var bad *intake.LineError
		switch {
		case errors.As(err, &bad):
			fmt.Println(bad)
		case err != nil:
			fmt.Println("no more can be read:", err)
		default:
			c := line.Contact
			fmt.Println(c.Source, c.SourceID, c.From, c.Kind, line.Values("team"))
		}
	}
	// Output:
	// desk.jsonl 17 Ada <ada@example.org>  [north]
	// desk.jsonl:2: "time": "last Tuesday" is not a time that can be read; write it like 2026-03-02T07:48:56Z
	// desk.jsonl 19  incident []
}
