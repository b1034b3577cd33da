package sop_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// thousand returns a folder of 1,000 procedures of about 2 KB. One in a hundred
// speaks of receipts, as the customer of the benchmarks does.
func thousand() fstest.MapFS {
	out := fstest.MapFS{}
	for i := range 1000 {
		matter := fmt.Sprintf("matter%d", i)
		if i%100 == 0 {
			matter = "receipt"
		}
		when := `when:
  all:
    - field: kind
      in: [incident, complaint]
    - any:
        - field: words
          contains: [MATTER broken, broken MATTER, MATTER crash*, no MATTER, MATTER]
        - field: problem_title
          contains: [MATTER]
  none:
    - field: words
      contains: [thank you for MATTER, MATTER solved]
`
		rest := good[strings.Index(good, "needs:"):]
		head := strings.Replace(good[:strings.Index(good, "when:")], "lost-parcel", fmt.Sprintf("p%d", i), 1)
		out[fmt.Sprintf("%d/%d.yaml", i%10, i)] = file(head + strings.ReplaceAll(when, "MATTER", matter) + rest)
	}
	return out
}

func customer() sop.Facts {
	return sop.Facts{
		Kind: "incident", Channel: "email", Product: "Larkspur", Version: "4.4.0", Title: "Receipt crash",
		Text: "The app closes as soon as I photograph a receipt. " + strings.Repeat("I tried it on two phones and after a restart, and it is the same each time. ", 25),
	}
}

// 1,000 procedures load in under a second. The bound here is slack, for slow
// machines; BenchmarkLoad measures.
func TestThousandProcedures(t *testing.T) {
	start := time.Now()
	l, err := sop.Load(thousand())
	require.NoError(t, err)
	require.Less(t, time.Since(start), time.Minute)
	require.Len(t, l.All(), 1000)
	require.Len(t, l.Match(customer()), 10)
}

// BenchmarkLoadAndCheck reads 1,000 procedures of about 2 KB and looks through them.
func BenchmarkLoadAndCheck(b *testing.B) {
	files := thousand()
	for b.Loop() {
		l, err := sop.Load(files)
		if err != nil {
			b.Fatal(err)
		}
		if n := len(l.Check(&sop.CheckOptions{Today: sop.Date{Year: 2026, Month: 11, Day: 22}})); n != 9 {
			b.Fatal(n, "findings")
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	files := thousand()
	for b.Loop() {
		if _, err := sop.Load(files); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMatch matches a text of 2 KB with 1,000 procedures, of which 10 apply.
func BenchmarkMatch(b *testing.B) {
	l, err := sop.Load(thousand())
	require.NoError(b, err)
	facts := customer()
	for b.Loop() {
		if len(l.Match(facts)) != 10 {
			b.Fatal("the wrong procedures apply")
		}
	}
}
