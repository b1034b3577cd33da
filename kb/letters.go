package kb

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	"github.com/blevesearch/bleve/v2/analysis/lang/fa"
	"github.com/blevesearch/bleve/v2/analysis/lang/hi"
	"golang.org/x/text/unicode/norm"
)

// elisions are the short words that French, Italian and Catalan write together with the
// next.
var elisions = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "c": true, "n": true, "qu": true,
	"un": true, "dell": true, "nell": true, "all": true, "dall": true, "sull": true, "quest": true,
}

func elided(word string) string {
	if article, noun, ok := strings.Cut(word, "'"); ok && noun != "" && elisions[article] {
		return noun
	}
	return word
}

// unaccented is word in letters without accents.
func unaccented(word string) string {
	if ascii(word) {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(word) {
		switch r {
		case 'ß':
			b.WriteString("ss")
		case 'æ':
			b.WriteString("ae")
		case 'œ':
			b.WriteString("oe")
		case 'ø':
			b.WriteByte('o')
		case 'ł':
			b.WriteByte('l')
		case 'đ', 'ð':
			b.WriteByte('d')
		case 'ı':
			b.WriteByte('i')
		default:
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// umlauts writes ä, ö and ü for ae, oe and ue, but for those in words like neue and
// Quelle.
func umlauts(word string) string {
	var b strings.Builder
	before := rune(0)
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRuneInString(word[i:])
		if i+1 < len(word) && word[i+1] == 'e' && !strings.ContainsRune("aeiouyq", before) {
			if k := strings.IndexByte("aou", word[i]); k >= 0 {
				before = 'e'
				b.WriteString([]string{"ä", "ö", "ü"}[k])
				i += 2
				continue
			}
		}
		before = r
		b.WriteString(word[i : i+size])
		i += size
	}
	return b.String()
}

// Endings that people type without their accents, and that stemmers know with them.
func spanishAccents(word string) string    { return respelled(word, "cion", "ción", "sion", "sión") }
func portugueseAccents(word string) string { return respelled(word, "cao", "ção", "coes", "ções") }

func respelled(word string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		if rest, ok := strings.CutSuffix(word, pairs[i]); ok && len(rest) > 1 {
			return rest + pairs[i+1]
		}
	}
	return word
}

// One way of writing what has two.
var (
	commas           = strings.NewReplacer("ș", "ş", "ț", "ţ").Replace
	yo               = strings.NewReplacer("ё", "е").Replace
	ukrainianLetters = strings.NewReplacer("ґ", "г", "'", "").Replace
	serbianLatin     = strings.NewReplacer(
		"љ", "lj", "њ", "nj", "џ", "dž", "а", "a", "б", "b", "ц", "c", "ч", "č", "ћ", "ć", "д", "d", "ђ", "đ", "е", "e", "ф", "f",
		"г", "g", "х", "h", "и", "i", "ј", "j", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s",
		"ш", "š", "т", "t", "у", "u", "в", "v", "з", "z", "ж", "ž",
	).Replace
	finalSigma = strings.NewReplacer("ς", "σ").Replace
)

func tonos(word string) string { return finalSigma(unaccented(word)) }

// properNoun is a Turkish word without what follows the apostrophe of a name.
func properNoun(word string) string {
	name, _, _ := strings.Cut(word, "'")
	return name
}

// longVowel is a Japanese word in katakana without the sign at its end that some write
// and some do not.
func longVowel(word string) string {
	if rest, ok := strings.CutSuffix(word, "ー"); ok && utf8.RuneCountInString(rest) >= 3 {
		return rest
	}
	return word
}

// malay is an Indonesian or Malay word without its particles and the usual affixes.
func malay(word string) string {
	word = shortened(word, 4, "lah", "kah", "nya", "pun", "ku", "mu")
	for _, p := range []struct{ prefix, first, follows string }{
		{"meny", "s", "aeiou"}, {"peny", "s", "aeiou"}, {"meng", "", ""}, {"peng", "", ""},
		{"mem", "p", "aeiou"}, {"pem", "p", "aeiou"}, {"mem", "", ""}, {"pem", "", ""},
		{"men", "t", "aeiou"}, {"pen", "t", "aeiou"}, {"men", "", ""}, {"pen", "", ""},
		{"me", "", "lrwy"}, {"ber", "", ""}, {"ter", "", ""}, {"di", "", ""},
	} {
		rest, ok := strings.CutPrefix(word, p.prefix)
		if ok && len(p.first)+len(rest) >= 4 && (p.follows == "" || strings.IndexByte(p.follows, rest[0]) >= 0) {
			word = p.first + rest
			break
		}
	}
	return shortened(word, 5, "kan", "an", "i")
}

// shortened is word without the first of the endings that leaves so many letters.
func shortened(word string, least int, endings ...string) string {
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(word, e); ok && len(rest) >= least {
			return rest
		}
	}
	return word
}

// Those that bleve has, in the order in which its analyzers use them.
var (
	hindi   = filtered(hi.NewHindiNormalizeFilter(), hi.NewHindiStemmerFilter())
	sorani  = filtered(ckb.NewSoraniNormalizeFilter(), ckb.NewSoraniStemmerFilter())
	persian = persianEndings(filtered(fa.NewPersianNormalizeFilter()))
)

func filtered(filters ...analysis.TokenFilter) func(string) string {
	return func(word string) string {
		stream := analysis.TokenStream{{Term: []byte(word)}}
		for _, f := range filters {
			stream = f.Filter(stream)
		}
		return string(stream[0].Term)
	}
}

// persianEndings takes the endings of the plural off as well, which may be written
// apart with a character of no width.
func persianEndings(normal func(string) string) func(string) string {
	plural := newEndings("هاي ها هايي هايم ان", 3, 1, "")
	return func(word string) string {
		return plural.off(strings.ReplaceAll(normal(word), "\u200c", ""))
	}
}
