package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A quote is at most so long.
const (
	quoteChars = 200
	quoteWords = 35
	fewestIn   = 4    // words of a sentence that is worth quoting
	readAtMost = 4096 // bytes of a contact's text that quotes are looked for in
)

var (
	greeting = regexp.MustCompile(`(?i)^(?:hi|hello|dear|hey|good (?:morning|afternoon|evening|day)|greetings|hallo|moin|guten (?:morgen|tag|abend)|liebe[rs]?|sehr geehrte[rs]?|bonjour|bonsoir|cher|chère|hola|buenos días|buenas tardes|estimad[oa]s?)\b[^,.!?:\n]{0,60}(?:[,.!?:]+|$)\s*`)
	closing  = regexp.MustCompile(`(?i)^(?:--|__|(?:best|kind|warm|with)? ?(?:regards|wishes)\b|sincerely|yours\b|cheers\b|thanks[,.! ]*$|thank you[,.! ]*$|many thanks[,.! ]*$|sent from my|get outlook|mit freundlichen|freundliche|viele grüße|beste grüße|liebe grüße|gruß|mfg\b|cordialement|bien à vous|saludos|atentamente|-+ ?(?:original|forwarded)|begin forwarded|on .{5,80} wrote:|am .{5,80} schrieb|le .{5,80} a écrit|from:|von:|de :)`)
	presents = regexp.MustCompile(`(?i)\b(?:my name|(?:first|last|full|sur) ?name|i am called|this is \S+ (?:from|of|speaking|here)|(?:account|customer|order|user|member|policy|passport) (?:is|name|number)|my (?:phone|number|email|address|password|birthday)|born on|i live (?:at|in)|mein name|ich heiße|meine (?:nummer|adresse|telefonnummer)|je m'appelle|me llamo|mi nombre)\b`)
	ends     = regexp.MustCompile(`[.!?…]+["'”’)]*\s+|[。！？]+`)
	ordinal  = regexp.MustCompile(`(?i)(?:^|\s)(?:am|zum|vom|dem|den|der|bis|seit|ab)\s+\d{1,2}\.\s+$`) // “seit dem 25. März”
	short    = regexp.MustCompile(`(?i)(?:^|\s|\()(?:e\.g|i\.e|z\.\s?b|d\.\s?h|p\.\s?ex|etc|vs|approx|ca|no|nr|mr|mrs|ms|dr|prof|st)\.\s+$`)
	markup   = regexp.MustCompile(`</?[a-zA-Z][^>]*>|[{}]|;$`)
	german   = regexp.MustCompile(`(?i)\b(?:und|nicht|ich|wir|ist|der|die|das|mein|meine|bitte|kein|keine|seit)\b`)
)

// voice picks from a customer's text the sentence, or the two in a row, that name
// most of the words given and hide least, cleaned; and says how well it did. A quote
// has at most 200 characters and 35 words. Nothing worth quoting is "".
func voice(text, language string, words []string, x redaction) (string, int) {
	text = plain(beginning(text))
	x.nouns = x.nouns || speaksGerman(language, text)
	found := sentences(text)
	best, most := "", 0
	for i := range found {
		for n := 1; n <= 2 && i+n <= len(found); n++ {
			raw := strings.Join(found[i:i+n], " ")
			if n == 2 && utf8.RuneCountInString(raw) > quoteChars || presents.MatchString(raw) {
				continue
			}
			var parts []string
			hides := 0
			for _, s := range found[i : i+n] {
				p, h := x.redact(s)
				parts, hides = append(parts, p), hides+h
			}
			quote := clip(strings.Join(parts, " "), quoteChars, quoteWords)
			if !worthQuoting(quote) {
				continue
			}
			if score := 3*hits(quote, words) - 2*hides - n; best == "" || score > most {
				best, most = quote, score
			}
		}
	}
	return best, most
}

// beginning is as much of a text as is read, without the word that is cut: of what
// identifies somebody, a part may not be recognised.
func beginning(text string) string {
	if len(text) <= readAtMost {
		return text
	}
	const longest = 256 // bytes of a word, a link
	text = strings.ToValidUTF8(text[:readAtMost], "")
	if i := strings.LastIndexFunc(text, unicode.IsSpace); i > len(text)-longest {
		return text[:i]
	}
	return text
}

// speaksGerman goes by the language given, else by three common words in the text.
func speaksGerman(language, text string) bool {
	return strings.HasPrefix(strings.ToLower(language), "de") ||
		language == "" && len(german.FindAllString(text, 3)) == 3
}

// sentences are those of a text that the customer wrote for this occasion, on one
// line each: no greeting, no signature, nothing quoted, nothing that a machine wrote.
func sentences(text string) []string {
	var all []string
	var paragraph strings.Builder
	flush := func() {
		all = append(all, splitSentences(line(paragraph.String()))...)
		paragraph.Reset()
	}
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if closing.MatchString(l) {
			if len(all) > 0 || paragraph.Len() > 0 || i > 0 {
				break
			}
			continue
		}
		if i < 3 {
			l = greeting.ReplaceAllString(l, "")
		}
		switch {
		case l == "", strings.HasPrefix(l, ">"), strings.HasPrefix(l, "|"), !prose(l):
			flush()
		default:
			paragraph.WriteString(" " + l)
		}
	}
	flush()
	return all
}

func splitSentences(s string) []string {
	var all []string
	from := 0
	for _, m := range ends.FindAllStringIndex(s, -1) {
		if so := s[from:m[1]]; short.MatchString(so) || ordinal.MatchString(so) && m[1] < len(s) {
			continue
		}
		all = append(all, strings.TrimSpace(s[from:m[1]]))
		from = m[1]
	}
	if rest := strings.TrimSpace(s[from:]); rest != "" {
		all = append(all, rest)
	}
	return all
}

// prose reports whether a line reads like a sentence rather than like a listing, code
// or markup.
func prose(l string) bool {
	if markup.MatchString(l) {
		return false
	}
	letters, others := 0, 0
	for _, r := range l {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case !unicode.IsSpace(r):
			others++
		}
	}
	return letters > others
}

func worthQuoting(s string) bool {
	shown := strings.ReplaceAll(s, hidden, "")
	n := 0
	for _, w := range strings.Fields(shown) {
		if strings.ContainsFunc(w, unicode.IsLetter) {
			n++
		}
	}
	wide := len(inUnspaced.FindAllString(shown, -1))
	return (n >= fewestIn || wide >= 2*fewestIn) && 2*strings.Count(s, hidden) <= max(n, wide/2)
}

// hits counts the words that a quote names, by the beginning of each so that endings
// do not matter.
func hits(quote string, words []string) int {
	quote = strings.ToLower(quote)
	n := 0
	for _, w := range words {
		w = strings.ToLower(w)
		if r := []rune(w); len(r) > 6 {
			w = string(r[:len(r)-2])
		}
		if w != "" && strings.Contains(quote, w) {
			n++
		}
	}
	return n
}
