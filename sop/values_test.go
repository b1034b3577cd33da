package sop_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

func TestMoney(t *testing.T) {
	for _, row := range []struct {
		in    string
		minor int64
		out   string // empty: refused
	}{
		{"50 EUR", 5000, "50 EUR"},
		{"12.50 EUR", 1250, "12.50 EUR"},
		{"0.05 USD", 5, "0.05 USD"},
		{"0 EUR", 0, "0 EUR"},
		{"500 JPY", 500, "500 JPY"},
		{"1.250 KWD", 1250, "1.250 KWD"},
		{"1.2505 CLF", 12505, "1.2505 CLF"},
		{"999999999999.99 EUR", 99999999999999, "999999999999.99 EUR"},
		{"9999999999999 EUR", 0, ""},
		{"12.5 EUR", 0, ""},
		{"12.505 EUR", 0, ""},
		{"500.00 JPY", 0, ""},
		{"12,50 EUR", 0, ""},
		{"-5 EUR", 0, ""},
		{".50 EUR", 0, ""},
		{"50. EUR", 0, ""},
		{"50", 0, ""},
		{"EUR 50", 0, ""},
		{"50 eur", 0, ""},
		{"50 EURO", 0, ""},
		{"50  EUR", 0, ""},
		{"", 0, ""},
	} {
		m, err := sop.ParseMoney(row.in)
		if row.out == "" {
			require.Error(t, err, row.in)
			require.True(t, m.IsZero(), row.in)
			continue
		}
		require.NoError(t, err, row.in)
		require.Equal(t, row.minor, m.Minor, row.in)
		require.Equal(t, row.out, m.String())
		require.False(t, m.IsZero(), "0 EUR is a sum that is said")
	}
}

func TestSpan(t *testing.T) {
	for in, want := range map[string]sop.Span{
		"1 hour":          {N: 1, Unit: sop.Hours},
		"1 hours":         {N: 1, Unit: sop.Hours},
		"30 minutes":      {N: 30, Unit: sop.Minutes},
		"1 business day":  {N: 1, Unit: sop.BusinessDays},
		"2 business days": {N: 2, Unit: sop.BusinessDays},
		"999 months":      {N: 999, Unit: sop.Months},
	} {
		s, err := sop.ParseSpan(in)
		require.NoError(t, err, in)
		require.Equal(t, want, s)
		again, err := sop.ParseSpan(s.String())
		require.NoError(t, err)
		require.Equal(t, s, again, "what is written is read again")
	}
	for _, in := range []string{"", "2", "hours", "2 hour", "0 hours", "1000 hours", "-1 hours", "2h", "1.5 hours", "2  hours", "2 fortnights", "two hours"} {
		_, err := sop.ParseSpan(in)
		require.Error(t, err, in)
	}
}

func TestDate(t *testing.T) {
	d, err := sop.ParseDate("2028-02-29")
	require.NoError(t, err)
	require.Equal(t, sop.Date{Year: 2028, Month: time.February, Day: 29}, d)
	require.Equal(t, "2028-02-29", d.String())
	for _, in := range []string{"", "2027-02-29", "2027-2-1", "01.02.2027", "2027-02-01T00:00:00Z"} {
		_, err := sop.ParseDate(in)
		require.Error(t, err, in)
	}
}

// Each step is said in one line, with its verb.
func TestStepsInWords(t *testing.T) {
	needs := "needs:\n  - {id: when_free, ask: A, type: time, why: W, optional: true, valid_for: 3 months}\n"
	for _, row := range []struct{ yaml, verb, want string }{
		{"ask: when_free", "ask", "ask for when_free"},
		{"{check: It rains, no: done}", "check", "check: It rains"},
		{"{tell: [One, Two], avoid: Three}", "tell", "tell: One; Two"},
		{"act: Mend it", "act", "do: Mend it"},
		{"{act: Mend it, remedy: fix, by: second line}", "act", "do: Mend it (fix, by second line)"},
		{"{act: Pay, remedy: credit, amount: 5 EUR}", "act", "do: Pay (credit, 5 EUR)"},
		{"{decide: Which, cases: [{case: This, goto: next}]}", "decide", "decide: Which"},
		{"{escalate: lead, reason: Why, within: 1 hour, bring: It}", "escalate", "escalate to lead within 1 hour: Why"},
		{"{escalate: lead, reason: Why}", "escalate", "escalate to lead: Why"},
		{"{promise: callback, at: when_free}", "promise", "promise a callback at the time in when_free"},
		{"{promise: answer, within: 1 business day}", "promise", "promise an answer within 1 business day"},
		{"{promise: follow_up, what: News, within: 2 weeks}", "promise", "promise a follow-up within 2 weeks: News"},
		{"{wait: 2 days, for: the bank}", "wait", "wait 2 days for the bank"},
		{"include: other", "include", "follow the procedure other"},
	} {
		p, err := sop.Parse("f", []byte(procedure("p", needs+"steps:\n  - "+row.yaml+"\n")))
		require.NoError(t, err, row.yaml)
		require.Equal(t, row.verb, p.Steps[0].Verb())
		require.Equal(t, row.want, p.Steps[0].String())
	}
	p, err := sop.Parse("f", []byte(procedure("p", needs+"steps:\n  - {check: It rains, no: done}\n")))
	require.NoError(t, err)
	require.Equal(t, sop.Check{Statement: "It rains", Yes: sop.Next, No: sop.Done}, p.Steps[0].Action, "what is not said leads on")
	require.Equal(t, []sop.Need{{
		ID: "when_free", Ask: "A", Type: sop.NeedTime, Why: "W", Optional: true,
		ValidFor: sop.Span{N: 3, Unit: sop.Months}, Pos: sop.Position{Line: 10, Column: 5},
	}}, p.Needs)
	require.Empty(t, sop.Step{}.Verb())
	require.Empty(t, sop.Step{}.String())
}

func TestPayable(t *testing.T) {
	for _, row := range []struct {
		promise string
		sum     sop.Money
		want    bool
	}{
		{"a sum", sop.Money{Minor: 1, Currency: "EUR"}, true},
		{"twelve digits before the point", sop.Money{Minor: 99999999999999, Currency: "EUR"}, true},
		{"thirteen", sop.Money{Minor: 100000000000000, Currency: "EUR"}, false},
		{"thirteen without a fraction", sop.Money{Minor: 1000000000000, Currency: "JPY"}, false},
		{"as much as can be counted", sop.Money{Minor: math.MaxInt64, Currency: "EUR"}, false},
		{"nothing", sop.Money{Minor: 0, Currency: "EUR"}, false},
		{"no sum", sop.Money{}, false},
		{"less than nothing", sop.Money{Minor: -1, Currency: "EUR"}, false},
		{"much less than nothing", sop.Money{Minor: math.MinInt64, Currency: "EUR"}, false},
		{"small letters", sop.Money{Minor: 1, Currency: "eur"}, false},
		{"a sign of three bytes", sop.Money{Minor: 1, Currency: "€"}, false},
		{"three bytes that are no letters", sop.Money{Minor: 1, Currency: "x\x00y"}, false},
	} {
		require.Equal(t, row.want, row.sum.Payable(), row.promise)
	}
}
