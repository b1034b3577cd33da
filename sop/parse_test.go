package sop_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// good is a sound procedure that the rows of TestBadFiles each spoil in one place.
const good = `format: 1
id: lost-parcel
version: 2
title: A parcel did not arrive
purpose: The customer has the goods or the money.
owner: delivery
review_by: 2027-01-31
status: active
language: en
when:
  all:
    - field: kind
      in: [incident, complaint]
    - field: words
      contains: [parcel, not arriv*]
needs:
  - id: ordered_on
    ask: The day of the order
    type: date
  - id: wish
    ask: What the customer would rather have
    type: choice
    choices: [the goods, the money]
limits:
  - role: agent
    remedy: refund
    up_to: 50 EUR
    per: customer and month
steps:
  - ask: [ordered_on, wish]
  - check: The carrier says it was handed over
    yes: search
    no: next
  - id: choose
    decide: What the customer would rather have
    on: wish
    cases:
      - case: the money
        goto: pay
    otherwise: done
  - id: pay
    act: Give the price back
    remedy: refund
    amount: 20 EUR
    goto: done
  - id: search
    promise: update
    what: What the carrier found about the order of {ordered_on}
    within: 2 business days
done_when: The customer confirmed it.
escalation:
  - to: delivery lead
    within: 4 hours
`

type badFile struct {
	mistake  string // what the row promises to find
	old, new string // what is put for what in the good file; old empty: new is the whole file
	want     string // the findings, one a line, without the file's name
}

func (b badFile) data() []byte {
	if b.old == "" {
		return []byte(b.new)
	}
	if strings.Count(good, b.old) != 1 {
		panic(fmt.Sprintf("%s: %q is not once in the good file", b.mistake, b.old))
	}
	return []byte(strings.Replace(good, b.old, b.new, 1))
}

func TestGoodFile(t *testing.T) {
	for name, data := range sampleFiles(t) {
		sop.WriteSchemaCase(t, name, data)
	}
	p, err := sop.Parse("good.yaml", []byte(good))
	require.NoError(t, err)
	require.Empty(t, p.Check(nil))
}

func TestBadFiles(t *testing.T) {
	for _, b := range badFiles {
		t.Run(b.mistake, func(t *testing.T) {
			sop.WriteSchemaCase(t, b.mistake, b.data())
			p, err := sop.Parse("f", b.data())
			require.Error(t, err)
			require.Nil(t, p)
			got := strings.ReplaceAll(strings.TrimPrefix(err.Error(), "f:"), "\nf:", "\n")
			if diff := cmp.Diff(b.want, strings.TrimSpace(got)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// Every mistake of a file is told at once, in the order of the file.
func TestManyMistakesAtOnce(t *testing.T) {
	rows := []string{
		"an id with capitals", "a version of nought", "a number for a text", "a day that does not exist",
		"an unknown status", "an unknown kind", "a phrase without a word", "an unknown type",
		"money without a currency", "a question nobody knows", "a goto that leads nowhere",
		"a case that is no answer", "a promise of an unknown kind", "a length of time in letters",
		"a length of time of nought",
	}
	data, want := good, []string{}
	for _, b := range badFiles {
		if slices.Contains(rows, b.mistake) {
			require.Equal(t, 1, strings.Count(data, b.old), b.mistake)
			data = strings.Replace(data, b.old, b.new, 1)
			want = append(want, "f:"+b.want)
		}
	}
	require.Len(t, want, len(rows))

	_, err := sop.Parse("f", []byte(data))
	var errs sop.Errors
	require.True(t, errors.As(err, &errs))
	require.ElementsMatch(t, want, strings.Split(errs.Error(), "\n"))
	for i := 1; i < len(errs); i++ {
		require.LessOrEqual(t, errs[i-1].Line, errs[i].Line)
	}
	var first *sop.SyntaxError
	require.True(t, errors.As(err, &first))
	require.Same(t, errs[0], first)
}

// A file of nothing but mistakes says so, and does not list them without end.
func TestMistakesAreLimited(t *testing.T) {
	_, err := sop.Parse("f", []byte(good+strings.Repeat("x: 1\n", 5000)))
	var errs sop.Errors
	require.True(t, errors.As(err, &errs))
	require.Len(t, errs, sop.MaxErrors+1)
	require.Contains(t, err.Error(), "more mistakes than the 100 listed")
}

func TestWarnings(t *testing.T) {
	old := "limits:\n  - role: agent\n    remedy: refund\n    up_to: 50 EUR\n    per: customer and month\n"
	require.Contains(t, good, old)
	p, err := sop.Parse("f", []byte(strings.Replace(good, old, "", 1)))
	require.NoError(t, err, "a warning keeps nobody from following the procedure")
	require.Len(t, p.Check(nil), 1)
	require.Equal(t,
		`f:38:13: step 4 "pay", remedy: this step gives a refund and no limit says who may give how much. Add a limit with remedy: refund. [warning act-without-limit]`,
		p.Check(nil)[0].String())
}

// What is read is what was written, field by field.
func TestEveryField(t *testing.T) {
	p, err := sop.Parse("good.yaml", []byte(good))
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(good))
	want := &sop.Procedure{
		Format: 1, ID: "lost-parcel", Version: 2, Title: "A parcel did not arrive",
		Purpose: "The customer has the goods or the money.", Owner: "delivery",
		ReviewBy: sop.Date{Year: 2027, Month: time.January, Day: 31}, Status: sop.Active, Language: "en",
		When: p.When,
		Needs: []sop.Need{
			{ID: "ordered_on", Ask: "The day of the order", Type: sop.NeedDate, Pos: sop.Position{Line: 17, Column: 5}},
			{ID: "wish", Ask: "What the customer would rather have", Type: sop.NeedChoice, Choices: []string{"the goods", "the money"}, Pos: sop.Position{Line: 20, Column: 5}},
		},
		Limits: []sop.Limit{{Role: "agent", Remedy: sop.Refund, UpTo: sop.Money{Minor: 5000, Currency: "EUR"}, Per: sop.PerCustomerAndMonth, Pos: sop.Position{Line: 25, Column: 5}}},
		Steps: []sop.Step{
			{Action: sop.Ask{Needs: []string{"ordered_on", "wish"}}, Pos: sop.Position{Line: 30, Column: 5}},
			{Action: sop.Check{Statement: "The carrier says it was handed over", Yes: "search", No: sop.Next}, Pos: sop.Position{Line: 31, Column: 5}},
			{ID: "choose", Action: sop.Decide{
				Question: "What the customer would rather have", On: "wish",
				Cases: []sop.Case{{Is: "the money", Goto: "pay"}}, Otherwise: sop.Done,
			}, Pos: sop.Position{Line: 34, Column: 5}},
			{ID: "pay", Action: sop.Act{Do: "Give the price back", Remedy: sop.Refund, Amount: sop.Money{Minor: 2000, Currency: "EUR"}}, Goto: sop.Done, Pos: sop.Position{Line: 41, Column: 5}},
			{ID: "search", Action: sop.Promise{Kind: sop.PromiseUpdate, What: "What the carrier found about the order of {ordered_on}", Within: sop.Span{N: 2, Unit: sop.BusinessDays}}, Pos: sop.Position{Line: 46, Column: 5}},
		},
		DoneWhen:   "The customer confirmed it.",
		Escalation: []sop.Escalation{{To: "delivery lead", Within: sop.Span{N: 4, Unit: sop.Hours}, Pos: sop.Position{Line: 52, Column: 5}}},
		Hash:       hex.EncodeToString(sum[:]),
		File:       "good.yaml",
	}
	if diff := cmp.Diff(want, p, cmpopts.IgnoreUnexported(sop.Procedure{}, sop.Condition{}, sop.Test{})); diff != "" {
		t.Error(diff)
	}
	require.Equal(t, good, string(p.Source()))
	require.Len(t, p.When.All, 2)
	require.Equal(t, []string{"parcel", "not arriv*"}, p.When.All[1].Test.Values)

	pay, ok := p.Step("pay")
	require.True(t, ok)
	require.Equal(t, "act", pay.Verb())
	require.Equal(t, "do: Give the price back (refund, 20 EUR)", pay.String())
	_, ok = p.Step("")
	require.False(t, ok, "a step without an id cannot be named")
	wish, ok := p.Need("wish")
	require.True(t, ok)
	require.Equal(t, sop.NeedChoice, wish.Type)
}

// Windows line ends and a byte order mark are no mistakes.
func TestLineEnds(t *testing.T) {
	p, err := sop.Parse("f", []byte("\ufeff"+strings.ReplaceAll(good, "\n", "\r\n")))
	require.NoError(t, err)
	require.Equal(t, "lost-parcel", p.ID)
}

// FuzzParse feeds the reader, the checker and the writer. No file makes them panic,
// take a second or 64 MB; what is sound survives being written.
func FuzzParse(f *testing.F) {
	for _, data := range sampleFiles(f) {
		f.Add(data)
	}
	for _, b := range badFiles {
		if len(b.new) < 4096 {
			f.Add(b.data())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := bounded(t, data)
		if (p == nil) != (err != nil) {
			t.Fatalf("procedure %v with error %v", p, err)
		}
		var errs sop.Errors
		if errors.As(err, &errs) {
			lines := bytes.Count(data, []byte("\n")) + 1
			for _, e := range errs {
				if e.Line > lines || e.Line < 0 || e.Message == "" || e.Fix == "" {
					t.Fatalf("a mistake that helps nobody in %d lines: %+v", lines, e)
				}
			}
			return
		}
		p.Explain(sop.Facts{Kind: "incident", Title: "parcel", Text: string(data)})
		l, _ := sop.Load(fstest.MapFS{"f.yaml": {Data: data}, "good.yaml": {Data: []byte(good)}}) // what it includes is not there
		l.Check(nil)
		if err := p.Training(io.Discard); err != nil {
			t.Fatal(err)
		}
		if pl, err := sop.NewPlan(p); err == nil {
			r, _ := pl.Start(mia())
			walkOut(t, pl, r, rand.New(rand.NewPCG(1, 1)), mia(), "f")
		}
		if err := roundTrip("f", data); err != nil {
			t.Fatal(err)
		}
		edited := p.Clone()
		edited.Version, edited.Owner, edited.Limits = p.Version%1000+1, "somebody: else", nil
		out, err := sop.Rewrite(data, edited)
		if err == nil {
			err = roundTrip("f", out)
		}
		if err != nil && !strings.Contains(err.Error(), "cannot be edited in place") {
			t.Fatal(err)
		}
	})
}

// bounded reads and checks a file, and fails when that takes too long or too much.
func bounded(t *testing.T, data []byte) (p *sop.Procedure, err error) {
	const most, bytes = time.Second, 64 << 20
	for range 3 { // somebody else may have had the processor
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		if p, err = sop.Parse("f", data); p != nil {
			p.Check(&sop.CheckOptions{Today: sop.Date{Year: 2027, Month: 6, Day: 1}})
		}
		took := time.Since(start)
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > bytes {
			t.Fatalf("took %d bytes", after.TotalAlloc-before.TotalAlloc)
		}
		if took <= most {
			return p, err
		}
	}
	t.Fatalf("takes over %v", most)
	return nil, nil
}

// The procedure in the package's documentation can be copied.
func TestDocumentedProcedure(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var yaml strings.Builder
	for _, line := range strings.Split(string(source), "\n") {
		if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\r"), "//\t"); ok {
			yaml.WriteString(text + "\n")
		}
		if line == "// # Reading" {
			break
		}
	}
	p, err := sop.Parse("doc.go", []byte(yaml.String()))
	require.NoError(t, err)
	require.Empty(t, p.Check(nil))
	require.True(t, p.Explain(sop.Facts{Kind: "complaint", Text: "I was charged twice"}).Holds)
}

func TestOptionalIsTrueInAnyCase(t *testing.T) {
	for text, want := range map[string]bool{"true": true, "True": true, "TRUE": true, "False": false} {
		p, err := sop.Parse("f", []byte(procedure("p", oneStep+"needs:\n  - id: n\n    ask: A\n    type: text\n    optional: "+text+"\n")))
		require.NoError(t, err)
		require.Equal(t, want, p.Needs[0].Optional, text)
	}
}

func TestWhatIsComparedWithIsANumber(t *testing.T) {
	for _, text := range []string{"nan", "Inf", "-infinity", "1e999", "many"} {
		_, err := sop.Parse("f", []byte(procedure("p", oneStep+"when: {field: extra.spend, gt: "+text+"}\n")))
		require.ErrorContains(t, err, "is not a number", "nothing is greater than %s", text)
	}
}
