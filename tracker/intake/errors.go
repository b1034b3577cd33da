package intake

import "fmt"

// LineError is about one line that cannot be read. The lines after it can.
type LineError struct {
	File  string
	Line  int    // counts from 1
	Field string // which it is about; "" for the whole line
	What  string // what is wrong and what is wanted; of what the line says, a few characters at most
}

// Error is like “contacts.jsonl:17: "time": "soon" is not a time …”.
func (e *LineError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
	}
	return fmt.Sprintf("%s:%d: %q: %s", e.File, e.Line, e.Field, e.What)
}
