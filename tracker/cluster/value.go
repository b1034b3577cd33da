package cluster

import "strings"

// value names the type of a value that changes from telling to telling, "" for
// everything else.
func value(s string) string {
	var digits, letters, hex, at, slashes, dots, dashes, colons, other int
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			hex++
		case letterByte[c]:
			letters++
			if c |= 0x20; c <= 'f' {
				hex++
			}
		case c == '@':
			at++
		case c == '/' || c == '\\':
			slashes++
		case c == '.' || c == ',':
			dots++
		case c == '-':
			dashes++
		case c == ':':
			colons++
		default:
			other++
		}
	}
	switch {
	case at == 1 && letters > 2 && strings.IndexByte(s[strings.IndexByte(s, '@'):], '.') > 1:
		return isEmail
	case strings.Contains(s, "://") || len(s) > 4 && strings.EqualFold(s[:4], "www."):
		return isURL
	case digits > 0 && letters == 0:
		return numeric(s, slashes, dots, dashes, colons)
	case slashes >= 2 || slashes == 1 && len(s) > 2 && (s[0] == '/' || s[0] == '\\' || s[0] == '~' || s[1] == ':'):
		return isPath
	case len(s) == 36 && dashes == 4 && digits+letters == 32 && hex == 32:
		return isID
	case letters > 0 && digits >= 2 && hex == len(s) && len(s) >= 7:
		return isHash
	case len(s) >= 20 && digits >= 4 && letters+digits == len(s):
		return isHash
	case digits >= 6 && letters == 1 && strings.IndexByte(s, 'T') == 10 && dashes >= 2:
		return isDate
	case digits >= 6 && letters <= 2 && dashes >= 2 && strings.IndexByte(s, 'T') == 10:
		return isDate
	case colons >= 1 && digits >= 2 && letters <= 2 && digits+letters+colons+dots == len(s):
		return isTime
	case digits > 0 && letters <= 2 && other == 0 && at == 0 && unit(s):
		return isNumber
	}
	return ""
}

// numeric tells dates, times, addresses and numbers apart.
func numeric(s string, slashes, dots, dashes, colons int) string {
	switch {
	case colons > 0 && dots == 0 && slashes == 0 && dashes == 0:
		return isTime
	case slashes == 2 || dashes == 2 && (len(s) == 10 || len(s) == 8):
		return isDate
	case dots == 2 && strings.IndexByte(s, ',') < 0 && (len(s) == 10 || len(s) == 8) && s[len(s)-5] == '.':
		return isDate
	case dots == 3 && strings.IndexByte(s, ',') < 0 && quad(s):
		return isAddr
	case dots >= 2 && strings.IndexByte(s, ',') < 0 && slashes+dashes+colons == 0 && s[0] != '+' && s[0] != '$':
		return "" // a version
	}
	return isNumber
}

func quad(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if len(part) == 0 || len(part) > 3 || len(part) == 3 && part > "255" {
			return false
		}
	}
	return true
}

// unit knows a number with what it counts: 20MB, 5x, 3rd.
func unit(s string) bool {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == ',') {
		i++
	}
	if i == 0 {
		return false
	}
	for ; i < len(s); i++ {
		if !letterByte[s[i]] {
			return false
		}
	}
	return true
}

// fault knows names that programs give to faults.
func fault(s string) (k kind, term string, ok bool) {
	last := s[strings.LastIndexAny(s, ".:/$")+1:]
	for _, suffix := range [...]string{"Exception", "Error", "Fault"} {
		if i := strings.Index(last, suffix); i > 0 && upper(last[0]) && allLetters(last[:i]) && (i+len(suffix) == len(last) || !letterByte[last[i+len(suffix)]]) {
			return exception, last[:i+len(suffix)], true
		}
	}
	if len(s) >= 5 && (s[0] == '0' && s[1]|0x20 == 'x') && hexOnly(s[2:]) {
		return code, s, true
	}
	if len(s) > maxWord {
		return 0, "", false
	}
	capitals, digits, unders, dashes := 0, 0, 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case upper(c):
			capitals++
		case c >= '0' && c <= '9':
			digits++
		case c == '_':
			unders++
		case c == '-':
			dashes++
		default:
			return 0, "", false
		}
	}
	switch {
	case !upper(s[0]) || dashes > 1:
		return 0, "", false
	case unders > 0 && capitals >= 3:
		return code, s, true
	case capitals >= 1 && capitals <= 6 && digits >= 3 && unders == 0 && lastDigit(s):
		return code, s, true
	case digits == 0 && dashes == 0 && capitals >= 5 && hasPrefix(s, errnos):
		return code, s, true
	}
	return 0, "", false
}

var errnos = lines("ECONN\nENOENT\nENOSPC\nENOMEM\nENOTEMPTY\nENOTFOUND\nENET\nEPERM\nEACCES\nEADDR\nETIMEDOUT\nEPIPE\nEEXIST\nEINVAL\nEHOST\nEAGAIN\nEMFILE\nEBUSY\nEISDIR\nENOTDIR")

func lastDigit(s string) bool { c := s[len(s)-1]; return c >= '0' && c <= '9' }

func allLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if !letterByte[s[i]] {
			return false
		}
	}
	return true
}

func hexOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; (c < 'a' || c > 'f') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// release knows versions: v2, 3.2.1, 3.2.1-beta. Of a long one, the first three
// parts count: what follows is the number of a build.
func release(s string) (string, bool) {
	v := s
	marked := v[0]|0x20 == 'v' && len(v) > 1
	if marked {
		v = v[1:]
	}
	parts, i := 0, 0
	for i < len(v) {
		start := i
		for i < len(v) && v[i] >= '0' && v[i] <= '9' {
			i++
		}
		if i == start || i-start > 5 {
			break
		}
		if parts++; parts == 3 || i == len(v) || v[i] != '.' {
			break
		}
		i++
	}
	if parts == 0 || parts == 1 && (!marked || i < len(v)) || parts < 3 && !marked {
		return "", false
	}
	if i < len(v) && letterByte[v[i]] && parts < 3 {
		return "", false
	}
	return strings.Trim(v[:i], "."), true
}
