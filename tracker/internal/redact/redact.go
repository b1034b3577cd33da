// Package redact takes out of what a customer wrote whatever may say who they are:
// names, addresses, links, paths, numbers; and greetings, signatures and what they
// quote. What is hidden is marked, so that nobody takes the rest for the whole. It errs
// on the side of hiding, and a name may still get through: people look over what is
// shown to others.
package redact

import (
	"regexp"
	"strings"
	"unicode"
)

// Hidden stands where something that may identify a person was.
const Hidden = "[…]"

// Scripts that write no spaces between words, and the letters of all others.
const (
	unspaced = `\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}`
	letter   = `[^\PL` + unspaced + `]`
)

// What is hidden whoever it belongs to: addresses of mail without the brackets and the
// punctuation around them, and handles; and long numbers, which may stand behind a plus
// or a bracket.
const (
	local   = `[^\s(<\[{"“„«]\S*@`
	address = local + `[^\s@]*[^\s@.,;:!?)>\]}"“”»]|` + local + `[^\s@]+|\S@[^\s@]+|@[\pL\pN_.-]*[\pL\pN_]`
	digits  = `\pN[\pN().\-/ ]{5,}\pN`
)

// tokens finds what is hidden whatever else it says (1: links, addresses, handles,
// paths), what looks like a long number (2), and words (3).
var tokens = regexp.MustCompile(`((?i:\b(?:[a-z][a-z0-9+.-]*://|mailto:|tel:|sms:|www\.)\S+)` +
	`|` + address +
	`|(?i:\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|de|fr|es|it|nl|uk|eu|info|biz|app|dev)\b(?:/\S*)?)` +
	`|(?i:\b[a-z]:\\\S+)|\\\\\S+|~?(?:/(?:` + letter + `|[\pN_.-])+){2,}/?)` +
	`|(\+?\(?` + digits + `)` +
	`|([` + unspaced + `]+|(?:` + letter + `|\pN)(?:` + letter + `|[\pM\pN\-_/.#+'’])*)`)

var inUnspaced = regexp.MustCompile(`[` + unspaced + `]`)

// Unspaced counts the letters of a text that belong to scripts without spaces between words.
func Unspaced(text string) int { return len(inUnspaced.FindAllString(text, -1)) }

var (
	versionLike = regexp.MustCompile(`^[vV]?\d{1,4}(?:\.\d{1,5}){1,3}$`)
	addressLike = regexp.MustCompile(`^\d{1,3}(?:\.\d{1,3}){3}$`)
	phoneLike   = regexp.MustCompile(`^\d{3}\.\d{3}\.\d{4}$|^\d\d(?:\.\d\d){4}$`) // which have no more numbers than a version
	errorCode   = regexp.MustCompile(`^(?:0[xX][0-9a-fA-F]{4,8}|[A-Z][A-Z_]{0,15}[-_]?\d{1,4})$`)
	pathLike    = regexp.MustCompile(`(?:/[^/]+){3}|(?i:/(?:home|users)/)`)
	yearLike    = regexp.MustCompile(`^(?:19|20)\d\d$`)
	errorName   = regexp.MustCompile(`^\p{Lu}\p{L}+(?:Exception|Error|Fault)$`)
)

// Redaction is what else must be known to hide what identifies a person.
type Redaction struct {
	names  map[string]bool // words of the customer's own name and identities, in lower case
	orgs   map[string]bool // of the organization's; they are hidden with a capital only
	known  map[string]bool // words that identify nobody though they have a capital, in lower case
	Nouns  bool            // the language gives every noun a capital
	Titles bool            // a short title, where any word may have one
}

// New is a redaction of texts by, or to, somebody with these names (addresses are
// names too) and these organizations, where the known words are no secret.
func New(names, organizations, known []string) Redaction {
	x := Redaction{names: map[string]bool{}, orgs: map[string]bool{}, known: map[string]bool{}}
	for _, k := range known {
		for _, w := range nameParts(k) {
			x.known[w] = true
		}
		x.known[k] = true
	}
	for _, n := range names {
		for _, w := range nameParts(n) {
			if len([]rune(w)) > 1 && !mailWords[w] {
				x.names[w] = true
			}
		}
	}
	for _, o := range organizations {
		for _, w := range nameParts(o) {
			x.orgs[w] = true
		}
	}
	return x
}

// mailWords are words of addresses that name nobody.
var mailWords = wordSet("com org net info mail email gmail hotmail outlook yahoo example www co uk de fr es it eu me call dr mr mrs ms the and")

type span struct {
	from, to int
	capital  bool // a word with a capital that nobody knows: a name?
	hide     bool
}

// Sentence hides what may identify a person in one sentence, and says how often:
// links, addresses, handles, paths, long numbers, the customer's own names, and every
// word with a capital inside the sentence that is not known. Where nouns have capitals,
// only two such words in a row are hidden, or one after "Frau"; so it is in titles, but
// not at their beginning, and not if all of their words have a capital.
func (x Redaction) Sentence(sentence string) (string, int) {
	var words []span
	honorific := false
	for _, m := range tokens.FindAllStringSubmatchIndex(sentence, -1) {
		w := span{from: m[0], to: m[0] + len(strings.TrimRight(sentence[m[0]:m[1]], ".-_/#+'’ "))}
		word := sentence[w.from:w.to]
		switch {
		case m[2] >= 0, x.identifies(word), x.named(word):
			w.hide = true
		case m[6] >= 0:
			w.capital = x.unknown(word)
			w.hide = honorific && startsUpper(word)
		}
		honorific = honorifics[strings.ToLower(word)]
		words = append(words, w)
	}
	x.hideCapitals(sentence, words)
	return without(sentence, words)
}

// hideCapitals marks the words with a capital that may be names.
func (x Redaction) hideCapitals(sentence string, words []span) {
	titleCase := true // each word has a capital, but for the small ones
	for _, w := range words {
		word := sentence[w.from:w.to]
		titleCase = titleCase && (startsUpper(word) || ordinary[word])
	}
	for i := 1; i < len(words); i++ {
		if !words[i].capital {
			continue
		}
		pair := words[i-1].capital && strings.TrimSpace(sentence[words[i-1].to:words[i].from]) == ""
		switch {
		case x.Titles:
			pair = pair && i > 1 && !titleCase
		case !x.Nouns:
			words[i].hide = true
			pair = pair && i == 1
		}
		if pair {
			words[i-1].hide, words[i].hide = true, true
		}
	}
}

// without writes sentence with one mark for each run of hidden words.
func without(sentence string, words []span) (string, int) {
	var out strings.Builder
	count, from, open := 0, 0, false
	for _, w := range words {
		if !w.hide {
			open = false
			continue
		}
		between := sentence[from:w.from]
		from = w.to
		if open && strings.TrimSpace(between) == "" {
			continue
		}
		out.WriteString(between)
		out.WriteString(Hidden)
		count, open = count+1, true
	}
	out.WriteString(sentence[from:])
	return out.String(), count
}

// identifies reports whether a word holds a path, or a number that may be a
// customer's: an order, a card, a telephone. Versions, years, error codes and short numbers are not.
func (x Redaction) identifies(word string) bool {
	if pathLike.MatchString(word) {
		return true
	}
	all, run, letters := 0, 0, 0
	n := 0
	for _, r := range word {
		if unicode.IsNumber(r) {
			all++
			n++
			run = max(run, n)
			continue
		}
		n = 0
		if unicode.IsLetter(r) {
			letters++
		}
	}
	switch {
	case all < 4 || x.known[strings.ToLower(word)]:
		return false
	case addressLike.MatchString(word), phoneLike.MatchString(word):
		return true
	case versionLike.MatchString(word), errorCode.MatchString(word), yearLike.MatchString(word):
		return false
	}
	return run >= 4 || all >= 7 || letters > 0
}

// named reports whether a word is of the customer's own names, or holds one where
// words are not told apart.
func (x Redaction) named(word string) bool {
	for _, part := range nameParts(word) {
		switch {
		case x.names[part] && (!ordinary[part] && !x.known[part] || startsUpper(word)),
			x.orgs[part] && startsUpper(word) && !x.known[part]:
			return true
		}
	}
	if inUnspaced.MatchString(word) {
		for name := range x.names {
			if strings.Contains(fold(word), name) {
				return true
			}
		}
	}
	return false
}

// unknown reports whether a word has a capital, is not an abbreviation, and is not
// known.
func (x Redaction) unknown(word string) bool {
	if !startsUpper(word) || !strings.ContainsFunc(word, unicode.IsLower) || errorName.MatchString(word) {
		return false
	}
	if w := strings.ToLower(word); x.known[w] || ordinary[w] || honorifics[w] {
		return false
	}
	for _, part := range nameParts(word) {
		if !x.known[part] && !ordinary[part] {
			return true
		}
	}
	return false
}

func startsUpper(word string) bool {
	for _, r := range word {
		return unicode.IsUpper(r) || unicode.IsTitle(r)
	}
	return false
}

// nameParts are the words of a name, an address or a compound, folded, without what an
// apostrophe adds.
func nameParts(s string) []string {
	var parts []string
	for _, f := range strings.FieldsFunc(strings.ReplaceAll(fold(s), "’", "'"), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\''
	}) {
		f, rest, _ := strings.Cut(strings.TrimLeft(f, "'"), "'")
		if rest, _, _ = strings.Cut(rest, "'"); len(f) < 3 && len(rest) > 2 { // O'Brien, d'Angelo
			f = rest
		}
		if f != "" {
			parts = append(parts, f)
		}
	}
	return parts
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

var honorifics = wordSet("mr mr. mrs mrs. ms ms. miss dr dr. prof herr herrn frau mme madame monsieur señor señora sr sra signor signora")

// ordinary are words that begin sentences, or have a capital in any sentence, and
// are nobody's name for certain; in English, German, French and Spanish.
var ordinary = wordSet(`
a about after again all also am an and another any are as at be because been before both but by can could
despite did do does don't during each even ever every everything finally first for from has have he hello help her hi his how
i if in instead is isn't it its just last later like may maybe me more my need never next no nor not nothing now of ok
on once one only or our out over please second she should since so some still sometimes sorry starting suddenly thank thanks that
the their them then there these they this those though three today tomorrow trying two under unfortunately until up
urgent us using very was we well what whatever when whenever where whether which while who why will with without would yes yesterday
yet you your
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december english german french spanish
windows mac linux android chrome firefox safari edge outlook excel word google apple microsoft amazon paypal visa mastercard
internet bluetooth wi fi wifi java javascript python euro dollar
ab aber alle als am auch auf aus bei beim bis bitte da danach danke das dass dem den der die dies diese dieser dieses doch du
ein eine einen einer er erst es für ganz habe haben hallo heute hier ich ihr ihre ihren im immer in ist jede jeder jetzt kann kein keine
könnten können leider man mehr mein meine meinem meinen meiner mit nach nachdem nicht nichts noch nun nur ob oder ohne
seit seitdem sie sind so sobald trotz um und uns unser unsere von vor wann war warum was weil wenn wer wie wieder wir wird
wo zu zum zur
je nous vous il elle on le la les un une des mon ma mes notre votre ce cette depuis quand pourquoi comment bonjour merci
el los las una mi mis nuestro su desde cuando cómo por para hola gracias yo no se
`)
