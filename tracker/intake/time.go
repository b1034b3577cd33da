package intake

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var layouts = []string{
	time.RFC3339, // with and without a fraction
	"2006-01-02T15:04:05Z0700",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 Z07:00",
	"2006-01-02 15:04:05Z0700",
	"2006-01-02 15:04:05 Z0700",
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04:05 UTC",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02 15:04",
	"2006-01-02",
	"Mon, 2 Jan 2006 15:04:05 -0700",
	"Mon, 2 Jan 2006 15:04:05 GMT",
	"2 Jan 2006 15:04:05 -0700",
}

// moment reads a time; "" and null are none.
func moment(raw json.RawMessage) (time.Time, error) {
	s, err := text(raw)
	if err != nil {
		return time.Time{}, err
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	// Numbers up to 1e11 are seconds (until the year 5138), above they are
	// milliseconds (from 1973 on).
	if n, err := strconv.ParseFloat(s, 64); err == nil && raw[0] != '"' && n > 0 && n < 1e14 {
		if n < 1e11 {
			n *= 1000
		}
		return time.UnixMilli(int64(n)).UTC(), nil
	}
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return time.Time{}, fmt.Errorf("%q is not a time that can be read; write it like 2026-03-02T07:48:56Z", s)
}
