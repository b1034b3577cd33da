package kb

import (
	"math"
	"strconv"
	"time"
)

// Times stand in the index as what they are the sum of: the day, the minute, the
// second and the millisecond, each a term with its unit in front. So the documents of
// many years have some thousand different terms, and a column of them is made quickly.
var timeUnits = []struct {
	name byte
	unit int64 // milliseconds
}{
	{'d', 24 * 60 * 60 * 1000}, {'m', 60 * 1000}, {'s', 1000}, {'f', 1},
}

// timeTerms are the terms of a time.
func timeTerms(t time.Time) []string {
	rest := t.UnixMilli()
	var terms []string
	for i, u := range timeUnits {
		n := rest / u.unit
		if i == 0 && rest < n*u.unit {
			n-- // before 1970 the day begins before, too
		}
		rest -= n * u.unit
		terms = append(terms, string(u.name)+strconv.FormatInt(n, 10))
	}
	return terms
}

// noTime is that of a document that has none.
const noTime = math.MinInt64

// times makes the column of the documents' times, in Unix milliseconds.
func (s *searcher) times(p part, field string) (*column, error) {
	c, err := s.turned(p, field)
	if err != nil {
		return nil, err
	}
	amounts := make([]int64, len(c.values))
	for i, v := range c.values {
		for _, u := range timeUnits {
			if v != "" && v[0] == u.name {
				n, _ := strconv.ParseInt(v[1:], 10, 64)
				amounts[i] = n * u.unit
			}
		}
	}
	times := make([]int64, p.Segment().Count())
	for d := range times {
		parts := c.has(uint64(d))
		if len(parts) == 0 {
			times[d] = noTime
		}
		for _, v := range parts {
			times[d] += amounts[v]
		}
	}
	return &column{time: times}, nil
}

// milliseconds is t.UnixMilli, which may be of any time for one that is farther away than
// a document's can be.
func milliseconds(t time.Time) int64 {
	const far = 1 << 40 // seconds
	return max(-far, min(t.Unix(), far))*1000 + int64(t.Nanosecond()/1e6)
}

// timely are the documents of a time in [since, until); a zero bound is none.
func (s *searcher) timely(since, until time.Time) (*set, error) {
	first, end := int64(noTime+1), int64(math.MaxInt64)
	if !since.IsZero() {
		first = milliseconds(since)
	}
	if !until.IsZero() {
		end = milliseconds(until)
	}
	found := &set{}
	for _, p := range s.parts {
		c, err := s.column(p, timeField, s.times)
		if err != nil {
			return nil, err
		}
		for d, t := range c.time {
			if t >= first && t < end {
				found.add(p.first + uint64(d))
			}
		}
	}
	found.not(s.deleted())
	return found, s.ctx.Err()
}

// later is the later of two bounds from which on something counts; zero is none.
func later(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.After(a) {
		return b
	}
	return a
}

// earlier is the earlier of two bounds before which something counts; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// dates are the ways to type a date.
var dates = []string{"2006-01-02", "2006-01", "2006", time.RFC3339}

// date reads what a person typed: the beginning of that year, month or day, in UTC.
func date(s string) (time.Time, bool) {
	for _, layout := range dates {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
