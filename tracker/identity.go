package tracker

import (
	"encoding/hex"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// ParseIdentity reads "Ada <ada@example.org>", an address, a phone number or a
// handle, and returns it in normal form with the name that stood beside it.
//
//   - An email address is compared without regard to case and Unicode form.
//   - A phone number is compared by its digits in international form: "00" at its
//     front becomes "+", a single "0" becomes countryCode (like "+49") where that is
//     not "", and an extension ("ext. 12", "x12") stays.
//   - Anything else is a handle, compared without regard to case and without "@".
//
// The Kind is "" when there is nothing in s.
func ParseIdentity(s, countryCode string) (id Identity, name string) {
	s = strings.TrimSpace(clean(s))
	if s == "" {
		return Identity{}, ""
	}
	if strings.Contains(s, "@") {
		if a, err := mail.ParseAddress(s); err == nil {
			return Identity{Kind: IdentityEmail, Value: foldEmail(a.Address)}, strings.TrimSpace(a.Name)
		}
		if open, end := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); open >= 0 && end > open {
			if inner := strings.TrimSpace(s[open+1 : end]); inner != "" {
				id, _ = ParseIdentity(inner, countryCode)
				return id, strings.Trim(s[:open], " \"'")
			}
		}
		if at := strings.LastIndexByte(s, '@'); at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t") {
			return Identity{Kind: IdentityEmail, Value: foldEmail(s)}, ""
		}
	}
	if p := foldPhone(s, countryCode); p != "" {
		return Identity{Kind: IdentityPhone, Value: p}, ""
	}
	return Identity{Kind: IdentityHandle, Value: fold(strings.TrimPrefix(s, "@"))}, ""
}

// hash is how an identity stands in keys and decisions, which outlive its erasure.
func (id Identity) hash() string { return hex.EncodeToString(hash(string(id.Kind), id.Value)) }

func fold(s string) string { return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))) }

func foldEmail(s string) string { return fold(strings.TrimSpace(s)) }

// foldPhone returns "" for what is no phone number: five to twenty digits with
// only the signs around them that people write there.
func foldPhone(s, countryCode string) string {
	s = strings.TrimPrefix(strings.ToLower(norm.NFKC.String(s)), "tel:")
	ext := ""
	for _, mark := range []string{"ext.", "ext", "x", "#"} {
		if i := strings.Index(s, mark); i > 0 {
			s, ext = s[:i], digits(s[i:])
			break
		}
	}
	d := digits(s)
	if len(d) < 5 || len(d) > 20 || strings.Trim(s, "0123456789 +-()./\u00a0") != "" {
		return ""
	}
	switch {
	case strings.HasPrefix(strings.TrimLeft(s, " ("), "+"):
		d = "+" + d
	case strings.HasPrefix(d, "00"):
		d = "+" + d[2:]
	case strings.HasPrefix(d, "0") && countryCode != "":
		d = countryCode + d[1:]
	}
	if strings.Contains(s, "(0)") { // +49 (0)30: the zero is not dialled from abroad
		if cc := digits(s[:strings.Index(s, "(0)")]); strings.HasPrefix(d, "+"+cc+"0") {
			d = "+" + cc + d[len(cc)+2:]
		}
	}
	if ext != "" {
		d += "x" + ext
	}
	return d
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// clean makes s fit for one line that is shown: valid, without control and
// direction-changing characters, white space folded.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF':
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// cut shortens s to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
