package sop

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Date is a day of the calendar, without a time of day or a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a date written like 2026-09-30.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date", s)
	}
	y, m, d := t.Date()
	return Date{y, m, d}, nil
}

// IsZero reports whether no date is said.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the date like 2026-09-30, empty for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Money is a sum in the smallest unit of a currency: 12.50 EUR is 1250.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"` // ISO 4217, three capital letters
}

// minorDigits holds the currencies of ISO 4217 whose smallest unit is not a
// hundredth.
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}

func digits(currency string) int {
	if n, ok := minorDigits[currency]; ok {
		return n
	}
	return 2
}

// ParseMoney reads a sum written like 50 EUR or 12.50 EUR: at most twelve
// digits before the point, never negative.
func ParseMoney(s string) (Money, error) {
	bad := fmt.Errorf("%q is not an amount of money", s)
	number, currency, ok := strings.Cut(s, " ")
	if !ok || len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return Money{}, bad
	}
	whole, fraction, point := strings.Cut(number, ".")
	n := digits(currency)
	if whole == "" || len(whole) > 12 || point && len(fraction) != n || strings.Trim(whole+fraction, "0123456789") != "" {
		return Money{}, bad
	}
	if !point {
		fraction = strings.Repeat("0", n)
	}
	minor, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Money{}, bad
	}
	return Money{minor, currency}, nil
}

// Payable reports whether m is a sum that can be given: more than nothing, at most what
// [ParseMoney] reads, in a currency of three capital letters.
func (m Money) Payable() bool {
	_, err := ParseMoney(m.String())
	return err == nil && m.Minor > 0
}

// plus adds two sums that are not negative; beyond what can be counted it stays there.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// IsZero reports whether no sum is said. A sum of 0 EUR is not zero.
func (m Money) IsZero() bool { return m == Money{} }

// String returns the sum like 12.50 EUR, without the fraction when it is nought.
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	s, n := strconv.FormatInt(m.Minor, 10), digits(m.Currency)
	if len(s) <= n {
		s = strings.Repeat("0", n+1-len(s)) + s
	}
	whole, fraction := s[:len(s)-n], s[len(s)-n:]
	if strings.Trim(fraction, "0") != "" {
		whole += "." + fraction
	}
	return whole + " " + m.Currency
}

// Span is a length of time as people say it, which only a calendar turns into a
// moment: two business days are not 48 hours.
type Span struct {
	N    int // 1 to 999
	Unit Unit
}

// Unit is what a [Span] counts.
type Unit string

const (
	Minutes       Unit = "minutes"
	Hours         Unit = "hours"
	Days          Unit = "days"
	Weeks         Unit = "weeks"
	Months        Unit = "months"
	BusinessHours Unit = "business hours"
	BusinessDays  Unit = "business days"
)

var units = []Unit{Minutes, Hours, Days, Weeks, Months, BusinessHours, BusinessDays}

// ParseSpan reads a span written like 30 minutes, 1 hour or 2 business days.
func ParseSpan(s string) (Span, error) {
	bad := fmt.Errorf("%q is not a length of time", s)
	number, unit, ok := strings.Cut(s, " ")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil || n < 1 || n > 999 || number[0] == '0' {
		return Span{}, bad
	}
	for _, u := range units {
		if unit == string(u) || n == 1 && unit == strings.TrimSuffix(string(u), "s") {
			return Span{int(n), u}, nil
		}
	}
	return Span{}, bad
}

// IsZero reports whether no span is said.
func (s Span) IsZero() bool { return s == Span{} }

// String returns the span like 1 hour or 2 business days.
func (s Span) String() string {
	switch {
	case s.IsZero():
		return ""
	case s.N == 1:
		return "1 " + strings.TrimSuffix(string(s.Unit), "s")
	}
	return strconv.Itoa(s.N) + " " + string(s.Unit)
}
