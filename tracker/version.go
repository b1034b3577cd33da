package tracker

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
)

// compareVersions compares product versions part by part: numbers as numbers, a
// word (a pre-release: "4.3-beta") before none, missing numbers as 0. What stands
// before the first digit does not count. ok is false when one of them has no number
// at its front.
func compareVersions(a, b string) (c int, ok bool) {
	as, bs := versionParts(a), versionParts(b)
	if as == nil || bs == nil {
		return 0, false
	}
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(part(as, i), part(bs, i)); c != 0 {
			return c, true
		}
	}
	return 0, true
}

func part(parts []int64, i int) int64 {
	if i < len(parts) {
		return parts[i]
	}
	return 0
}

// versionParts are the numbers of a version; a word is -1.
func versionParts(s string) []int64 {
	i := strings.IndexFunc(s, unicode.IsDigit)
	if i < 0 {
		return nil
	}
	s, _, _ = strings.Cut(s[i:], "+") // build metadata says nothing about order
	var out []int64
	for len(s) > 0 {
		n := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		switch {
		case n < 0:
			n = len(s)
			fallthrough
		case n > 0:
			v, err := strconv.ParseInt(s[:n], 10, 64)
			if err != nil {
				v = 1<<63 - 1
			}
			out, s = append(out, v), s[n:]
			continue
		}
		n = strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' })
		if n < 0 {
			n = len(s)
		}
		if strings.IndexFunc(s[:n], unicode.IsLetter) >= 0 {
			out = append(out, -1)
		}
		s = s[n:]
	}
	return out
}
