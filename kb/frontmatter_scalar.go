package kb

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scalar reads a text; nil is YAML's null. wrong says what to do where it is none.
func scalar(s string, inFlow bool) (v *string, wrong string) {
	if s == "" {
		return nil, ""
	}
	switch s[0] {
	case '\'':
		t, ok := singleQuoted(s)
		if !ok {
			return nil, "a quote is not closed, or something stands behind it"
		}
		return &t, ""
	case '"':
		t, ok := doubleQuoted(s)
		if !ok {
			return nil, "a quote is not closed, something stands behind it, or an escape in it is none of YAML's"
		}
		return &t, ""
	}
	switch {
	case strings.ContainsRune("[]{},&*!|>%@`#", rune(s[0])),
		strings.ContainsRune("-?:", rune(s[0])) && (len(s) == 1 || s[1] == ' ' || s[1] == '\t' || inFlow && s[0] != '-'),
		strings.Contains(s, ": "), strings.Contains(s, ":\t"), strings.HasSuffix(s, ":"), strings.Contains(s, " #"), strings.Contains(s, "\t#"),
		inFlow && strings.ContainsAny(s, "[]{},"):
		return nil, "put this text in quotes, as YAML reads it otherwise"
	case slices.Contains([]string{"~", "null", "Null", "NULL"}, s):
		return nil, ""
	}
	return &s, ""
}

func singleQuoted(s string) (string, bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i == len(s) {
			return b.String(), true
		}
		if s[i] != '\'' {
			break
		}
		b.WriteByte('\'')
	}
	return "", false
}

func doubleQuoted(s string) (string, bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i == len(s)-1
		case '\\':
			if i++; i == len(s) {
				return "", false
			}
			if t, ok := escapes[s[i]]; ok {
				b.WriteString(t)
				continue
			}
			n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[i]]
			if n == 0 || i+n >= len(s) {
				return "", false
			}
			var r rune
			for _, c := range s[i+1 : i+1+n] {
				d := strings.IndexRune("0123456789abcdef", unicode.ToLower(c))
				if d < 0 || r > utf8.MaxRune {
					return "", false
				}
				r = r<<4 | rune(d)
			}
			if !utf8.ValidRune(r) {
				return "", false
			}
			b.WriteRune(r)
			i += n
		default:
			b.WriteByte(s[i])
		}
	}
	return "", false
}

// flowList reads [a, b].
func flowList(s string) (out []string, wrong string) {
	if len(s) < 2 || s[len(s)-1] != ']' {
		return nil, "a bracket is not closed, or something stands behind it"
	}
	s = strings.Trim(s[1:len(s)-1], " \t")
	for s != "" {
		end := len(s)
		outside(s, true, func(i int, c byte) bool {
			if c == ',' {
				end = i
			}
			return c != ','
		})
		v, wrong := scalar(strings.TrimRight(s[:end], " \t"), true)
		if wrong == "" && v == nil {
			wrong = "an item is empty"
		}
		if wrong != "" {
			return nil, wrong
		}
		out = append(out, *v)
		s = strings.TrimLeft(strings.TrimPrefix(s[end:], ","), " \t")
	}
	return out, ""
}

// quoted writes a text so that every reader of YAML reads it as a text.
func quoted(s string, inFlow bool) string {
	first, _ := utf8.DecodeRuneInString(s)
	plain := unicode.IsLetter(first) && strings.TrimSpace(s) == s && !strings.Contains(s, ": ") && !strings.Contains(s, " #") && !strings.HasSuffix(s, ":") &&
		!slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}, strings.ToLower(s)) &&
		!(inFlow && strings.ContainsAny(s, `,[]{}"'`))
	clean := !strings.ContainsFunc(s, func(r rune) bool { return !printable(r) })
	switch {
	case plain && clean:
		return s
	case clean:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case printable(r):
			b.WriteRune(r)
		case r <= 0xFF:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	return b.String() + `"`
}

func printable(r rune) bool {
	return r >= ' ' && (r < 0x7F || r >= 0xA0) && r != 0x2028 && r != 0x2029 && r != 0xFEFF && r != 0xFFFE && r != 0xFFFF
}
