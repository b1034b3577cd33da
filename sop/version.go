package sop

import (
	"cmp"
	"regexp"
	"strings"
)

var versionGrammar = regexp.MustCompile(`^[vV]?[0-9][0-9A-Za-z]*([-+_.][0-9A-Za-z]+)*$`)

// isWholeVersion reports whether s is a version of a product and nothing besides.
func isWholeVersion(s string) bool { return len(s) <= 64 && versionGrammar.MatchString(s) }

// isVersion reports whether s begins like a version of a product.
func isVersion(s string) bool {
	s = strings.TrimPrefix(strings.ToLower(s), "v")
	return s != "" && len(s) <= 64 && s[0] >= '0' && s[0] <= '9'
}

// compareVersions orders versions part by part, numbers by their value: 4.9 is
// before 4.10, 4.2 equals 4.2.0, and 4.2-beta is before 4.2 (as in Semantic
// Versioning 2.0.0; what follows a + does not count).
func compareVersions(a, b string) int {
	aMain, aPre := splitVersion(a)
	bMain, bPre := splitVersion(b)
	if c := compareParts(aMain, bMain); c != 0 {
		return c
	}
	switch {
	case aPre == bPre:
		return 0
	case aPre == "":
		return 1
	case bPre == "":
		return -1
	}
	return compareParts(aPre, bPre)
}

func splitVersion(s string) (main, pre string) {
	s, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "v"), "+")
	main, pre, _ = strings.Cut(s, "-")
	return main, pre
}

func compareParts(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		x, y := "0", "0"
		if i < len(as) {
			x = as[i]
		}
		if i < len(bs) {
			y = bs[i]
		}
		if c := comparePart(x, y); c != 0 {
			return c
		}
	}
	return 0
}

func comparePart(x, y string) int {
	xNumber, yNumber := isNumber(x), isNumber(y)
	switch {
	case xNumber && yNumber:
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
	case xNumber:
		return -1
	case yNumber:
		return 1
	}
	return strings.Compare(x, y)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
