package cluster

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Values that differ from one telling of a problem to the next. They count for
// fingerprints, where all values of one type are alike, and not for similarity.
const (
	isEmail  = "email"
	isURL    = "url"
	isPath   = "path"
	isNumber = "number"
	isDate   = "date"
	isTime   = "time"
	isAddr   = "ip"
	isHash   = "hash"
	isID     = "uuid"
)

var valueHash = map[string]uint64{}

func init() {
	for _, v := range []string{isEmail, isURL, isPath, isNumber, isDate, isTime, isAddr, isHash, isID, isName} {
		valueHash[v] = hashString("<" + v + ">")
	}
}

const (
	whyStop = "stop word"
	whyLong = "too long"
)

const maxWord = 40 // bytes; what is longer is no word

// tokens reads s, a line or a title, up to what the field may still keep.
func (p *preparer) tokens(s string) {
	if len(s) > p.cut {
		s = clip(s, p.cut)
	}
	p.cut -= len(s) + 1
	for i := 0; i < len(s); {
		if s[i] <= ' ' {
			i++
			continue
		}
		start, plain := i, true
		for i < len(s) && s[i] > ' ' {
			plain = plain && letterByte[s[i]]
			i++
		}
		chunk := s[start:i]
		if plain {
			p.word(chunk)
			continue
		}
		p.chunk(chunk, s[i:])
	}
}

// letterByte knows ASCII letters.
var letterByte = func() (t [256]bool) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = true, true
	}
	return t
}()

// chunk reads what stands between two blanks. rest is what follows it.
func (p *preparer) chunk(s, rest string) {
	s = strings.TrimFunc(s, edge)
	if s == "" {
		return
	}
	if v := value(s); v != "" {
		if v == isNumber && p.isStatus(s, rest) {
			p.typed(s, s, status)
			return
		}
		if v == isNumber && releaseWord[p.prev] && strings.IndexByte(s, '.') > 0 {
			p.typed(s, s, version)
			return
		}
		p.value(s, v)
		return
	}
	if k, term, ok := fault(s); ok {
		p.typed(s, term, k)
		return
	}
	if v, ok := release(s); ok {
		p.typed(s, v, version)
		return
	}
	p.split(s)
}

// edge trims what encloses a chunk, but not what may begin a path or a number.
func edge(r rune) bool {
	switch r {
	case '/', '~', '\\', '+', '#', '$', '%', '@', '-', '&':
		return false
	}
	return r < utf8.RuneSelf && !letterByte[byte(r)] && (r < '0' || r > '9') || r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

// value keeps a value that changes from telling to telling as its type only.
func (p *preparer) value(s, v string) {
	p.run = append(p.run, valueHash[v])
	p.prev = ""
	p.drop(s, v)
}

// typed keeps a token whole.
func (p *preparer) typed(s, term string, k kind) {
	p.prev = ""
	term = strings.ToLower(term)
	p.run = append(p.run, k.hash(term))
	p.add(s, term, k)
}

// isStatus tells an HTTP status from a number by its neighbours.
func (p *preparer) isStatus(s, rest string) bool {
	if len(s) != 3 || s[0] < '1' || s[0] > '5' || s[1] < '0' || s[1] > '9' || s[2] < '0' || s[2] > '9' {
		return false
	}
	switch p.prev {
	case "http", "https", "status", "response", "statuscode":
		return true
	case "error", "code", "fehler", "erreur", "errore", "erro":
		return s[0] >= '4'
	}
	if s[0] < '4' {
		return false
	}
	next := strings.ToLower(clip(strings.TrimLeft(rest, " "), 16))
	return hasPrefix(next, statusWords)
}

var (
	statusWords = lines("error\nnot found\nforbidden\nunauthorized\nunauthorised\ninternal server\nbad gateway\nbad request\nservice unav\ngateway\ntoo many req\nfehler")
	releaseWord = set("version versions v ver sdk release build ios android os osx macos windows firmware app api node python java ubuntu debian firefox chrome safari")
)

// split takes s apart into words.
func (p *preparer) split(s string) {
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if !wordRune(r) {
			i += n
			continue
		}
		if unspaced(r) {
			end := i + n
			for end < len(s) {
				r, n := utf8.DecodeRuneInString(s[end:])
				if !unspaced(r) && !unicode.IsMark(r) {
					break
				}
				end += n
			}
			p.bigrams(s[i:end])
			i = end
			continue
		}
		end, digits := i+n, r >= '0' && r <= '9'
		for end < len(s) {
			r, n := rune(s[end]), 1
			if r >= utf8.RuneSelf {
				r, n = utf8.DecodeRuneInString(s[end:])
			}
			if r == '\'' && end+1 < len(s) && letterByte[s[end+1]] && !elided(s[i:end], s[end+1:]) {
				end++
				continue
			}
			if !wordRune(r) || unspaced(r) {
				break
			}
			digits = digits && r >= '0' && r <= '9'
			end += n
		}
		if digits {
			p.value(s[i:end], isNumber)
		} else {
			p.word(s[i:end])
		}
		i = end
	}
}

// elided knows l'eau and qu'il: the apostrophe stands between two words.
func elided(before, after string) bool {
	return len(before) <= 2 && len(after) >= 3 && letterByte[after[1]] && letterByte[after[2]]
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return letterByte[byte(r)] || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// unspaced says that the script of r puts no blanks between words, or, like Hangul,
// puts whole phrases between two of them.
func unspaced(r rune) bool {
	return r >= 0x0E00 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// bigrams keeps every two neighbouring characters of a run without blanks.
func (p *preparer) bigrams(s string) {
	if before, after, ok := p.names.within(s); ok {
		p.bigrams(before)
		p.name(s[len(before) : len(s)-len(after)])
		p.bigrams(after)
		return
	}
	p.prev = ""
	prev, prevAt := -1, 0
	for i := range s {
		r, _ := utf8.DecodeRuneInString(s[i:])
		if unicode.IsMark(r) && i > 0 {
			continue
		}
		if prev >= 0 {
			p.term(s[prev:runeEnd(s, i)], word)
		}
		prev, prevAt = i, prevAt+1
	}
	if prevAt == 1 {
		p.term(s, word)
	}
}

// runeEnd is the end of the character at i with the marks on it.
func runeEnd(s string, i int) int {
	_, n := utf8.DecodeRuneInString(s[i:])
	for i += n; i < len(s); i += n {
		r, m := utf8.DecodeRuneInString(s[i:])
		if n = m; !unicode.IsMark(r) {
			break
		}
	}
	return i
}

// term keeps s as it is.
func (p *preparer) term(s string, k kind) {
	p.run = append(p.run, k.hash(s))
	p.add(s, s, k)
}

// word folds and stems a word, and drops it if it is a stop word.
func (p *preparer) word(s string) {
	if len(s) > maxWord {
		p.drop(clip(s, maxWord)+"…", whyLong)
		return
	}
	inner := innerCapital(s)
	if inner || len(s) >= 5 && upper(s[0]) && upper(s[1]) {
		if k, term, ok := fault(s); ok {
			p.typed(s, term, k)
			return
		}
	}
	folded := fold(s, &p.buf)
	p.prev = folded
	if p.names.words[folded] {
		p.name(s)
		return
	}
	if p.stop[folded] || len(folded) == 1 {
		p.run = append(p.run, hashString(folded))
		p.drop(s, whyStop)
		return
	}
	if inner {
		p.run = append(p.run, identifier.hash(folded))
		p.add(s, folded, identifier)
		p.parts(s)
		return
	}
	stem := p.stem(folded)
	p.run = append(p.run, word.hash(stem))
	p.add(s, stem, word)
}

// name keeps that somebody was named, and not who.
func (p *preparer) name(s string) {
	p.prev = ""
	p.run = append(p.run, valueHash[isName])
	p.drop(s, whyName)
}

// innerCapital knows identifiers like createWindow.
func innerCapital(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z' {
			return true
		}
	}
	return false
}

// parts keeps the words that an identifier is made of: people write either.
func (p *preparer) parts(s string) {
	start := 0
	for i := 1; i <= len(s); i++ {
		if i < len(s) && !(upper(s[i]) && (!upper(s[i-1]) || i+1 < len(s) && !upper(s[i+1]))) {
			continue
		}
		if i-start > 1 {
			folded := fold(s[start:i], &p.buf)
			if !p.stop[folded] && !p.names.words[folded] {
				p.add(s[start:i], p.stem(folded), word)
			}
		}
		start = i
	}
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// fold brings a word into lower case, without apostrophes and a possessive s.
func fold(s string, buf *[]byte) string {
	b := (*buf)[:0]
	plain := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return foldRunes(s)
		}
		if c == '\'' {
			plain = false
			if i == len(s)-2 && s[i+1]|0x20 == 's' {
				break
			}
			continue
		}
		if upper(c) {
			plain = false
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	*buf = b
	if plain {
		return s
	}
	return string(b)
}

func foldRunes(s string) string {
	s = strings.ToLower(s)
	s = strings.TrimSuffix(s, "'s")
	return folder.Replace(s)
}

// folder does what lower case leaves over of Unicode's full case folding, and
// writes the accents apart that only some people type.
var folder = strings.NewReplacer("ß", "ss", "ς", "σ", "'", "", "i̇", "i")
