package redact

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/supportloop/supportloop/tracker/show"
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

// SpeaksGerman goes by the language given, else by three common words in the text.
func SpeaksGerman(language, text string) bool {
	return strings.HasPrefix(strings.ToLower(language), "de") ||
		language == "" && len(german.FindAllString(text, 3)) == 3
}

// Sentences are those of a text that the customer wrote for this occasion, on one
// line each: no greeting, no signature, nothing quoted, nothing that a machine wrote.
func Sentences(text string) []string {
	var all []string
	paragraphs(text, func(p string, _ bool) { all = append(all, Split(p)...) }, nil)
	return all
}

// Letter is a text without greeting and signature, without what is quoted, what a
// machine wrote and who somebody says they are, and without what identifies a person.
// Paragraphs and items of lists stay apart. It is at most so many bytes long, and ends
// with a sentence.
func (x Redaction) Letter(text, language string, most int) string {
	text = show.Text(text)
	x.Nouns = x.Nouns || SpeaksGerman(language, text)
	var out strings.Builder
	listed, full := false, false
	paragraphs(text, func(p string, item bool) {
		between := "\n\n"
		switch {
		case out.Len() == 0:
			between = ""
		case item && listed:
			between = "\n"
		}
		mark := ""
		if item {
			mark = listItem.FindString(p)
		}
		for _, s := range Split(p[len(mark):]) {
			if Presents(s) {
				continue
			}
			s, _ = x.Sentence(s)
			s, mark = mark+s, ""
			if full = full || out.Len()+len(between)+len(s) > most; full {
				return
			}
			if between != " " && !strings.ContainsFunc(strings.ReplaceAll(s, Hidden, ""), unicode.IsLetter) {
				continue
			}
			out.WriteString(between + s)
			between, listed = " ", item
		}
	}, listItem)
	return out.String()
}

// Lines is a text of values, like names of programs, line by line without what
// identifies a person.
func (x Redaction) Lines(text string) string {
	var out []string
	for l := range strings.SplitSeq(show.Text(text), "\n") {
		if l, _ = x.Sentence(show.Line(l)); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// Title is a title without greeting and without what identifies a person. A long one is
// the beginning of a text, as of a chat, and is read like one.
func (x Redaction) Title(title, language string) string {
	const most = 8 // words of a title that is none of these
	x.Titles = len(strings.Fields(title)) <= most
	x.Nouns = SpeaksGerman(language, title)
	var shown []string
	for _, s := range Split(greeting.ReplaceAllString(title, "")) {
		s, _ = x.Sentence(s)
		shown = append(shown, s)
	}
	return strings.Join(shown, " ")
}

var listItem = regexp.MustCompile(`^(?:[-*•] |\d{1,2}[.)] )`)

// paragraphs calls take for each paragraph of a text, on one line, and says whether it
// is an item of a list; where items is nil they are lines like others.
func paragraphs(text string, take func(p string, item bool), items *regexp.Regexp) {
	var paragraph strings.Builder
	any, item := false, false
	flush := func() {
		if p := show.Line(paragraph.String()); p != "" {
			take(p, item)
			any = true
		}
		item = false
		paragraph.Reset()
	}
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if closing.MatchString(l) {
			if any || paragraph.Len() > 0 || i > 0 {
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
			if items != nil && items.MatchString(l) {
				flush()
				item = true
			}
			paragraph.WriteString(" " + l)
		}
	}
	flush()
}

// Split cuts a line into its sentences.
func Split(s string) []string {
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

// Presents reports whether a sentence says who somebody is: their name, their number,
// where they live.
func Presents(sentence string) bool { return presents.MatchString(sentence) }

// Beginning is the first n bytes of a text without the word that is cut: of what
// identifies somebody, a part may not be recognised.
func Beginning(text string, n int) string {
	if len(text) <= n {
		return text
	}
	const longest = 256 // bytes of a word, a link
	text = strings.ToValidUTF8(text[:n], "")
	if i := strings.LastIndexFunc(text, unicode.IsSpace); i > len(text)-longest {
		return text[:i]
	}
	return text
}
