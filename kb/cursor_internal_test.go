package kb

import (
	"errors"
	"testing"
)

// Whatever a reader makes of a cursor, it is refused or says what it says.
func FuzzCursor(f *testing.F) {
	q := Query{Text: "box"}
	f.Add("")
	f.Add("?")
	f.Add(cursor{query: q.hash()}.String())
	f.Add(cursor{query: q.hash(), shown: []uint64{1, 1 << 63}}.String())
	f.Add(cursor{query: 1}.String())
	f.Fuzz(func(t *testing.T, after string) {
		q.After = after
		c, err := newCursor(q)
		switch {
		case errors.Is(err, ErrInvalid):
		case err != nil:
			t.Fatal(err)
		case after == "":
			if len(c.shown) > 0 {
				t.Fatal("the first page knows what was shown")
			}
		default:
			q.After = c.String()
			again, err := newCursor(q)
			if err != nil || len(again.shown) != len(c.shown) || again.query != c.query {
				t.Fatalf("%v is read as %v, %v", c, again, err)
			}
		}
	})
}
