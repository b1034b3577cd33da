package kb

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What makes a language a sure one. The numbers were chosen on requests and bug reports
// in some twenty languages.
const (
	surely    = 7.0  // natural logarithm of how much likelier than the next it has to be
	vaguely   = 14.0 // the same, of a text with hardly a frequent word
	maybeName = 0.25 // what a word counts that may be a name
	foreign   = 3.0  // of how much less likely a language is that was not asked for
	swing     = 2.0  // what one word counts of that at most
	dissent   = 8.0  // of how much likelier another may be for words in a row
	aliens    = 16   // words, of which one may have letters that the language does not write
	often     = -9.5 // of how likely a frequent word is
	overlap   = 0.4  // what a group of letters tells, as groups overlap
	unusual   = 3e-5 // share of a word among those of a language that does not use it
	usual     = 0.5  // share of the frequent words among the words of a text
	smoothing = 0.2
)

//go:embed detect.txt
var detectTable string

// model is what is known of the languages of one script.
type model struct {
	tags  []string
	index map[string]int         // of tags
	near  [][]bool               // languages that are told apart only when both are asked for
	words map[string]*likelihood // by frequent word, how likely it is in each language
	grams map[uint64]*likelihood // by group of two to four letters
	sum   []float64              // of the frequent words, by language
	write map[rune]uint64        // by letter, the languages that write it
}

var models = sync.OnceValue(readModels)

// readModels reads detect.txt.
func readModels() *[scripts]*model {
	var all [scripts]*model
	near := map[string][]string{}
	for _, paragraph := range strings.Split(norm.NFC.String(detectTable), "\n= ")[1:] {
		head, text, _ := strings.Cut(paragraph, "\n")
		frequent, sample, _ := strings.Cut(text, "\n")
		head, relatives, _ := strings.Cut(head, " < ")
		tag, rare, _ := strings.Cut(head, " ")
		near[tag] = strings.Fields(relatives)
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(frequent, "' "))
		s := scriptOf(first)
		all[s] = all[s].with(tag, rare, frequent, sample)
		if tag == "sr" {
			all[cyrillic] = all[cyrillic].with(tag, "", serbian.Replace(frequent), serbian.Replace(sample))
		}
	}
	for _, m := range all {
		if m == nil {
			continue
		}
		m.finish()
		m.index = map[string]int{}
		for l, tag := range m.tags {
			m.index[tag] = l
		}
		m.near = make([][]bool, len(m.tags))
		for i, a := range m.tags {
			m.near[i] = make([]bool, len(m.tags))
			for j, b := range m.tags {
				m.near[i][j] = slices.Contains(near[a], b) || slices.Contains(near[b], a)
			}
		}
	}
	return &all
}

// serbian is how its Latin letters are written in Cyrillic.
var serbian = strings.NewReplacer(
	"lj", "љ", "nj", "њ", "dž", "џ", "a", "а", "b", "б", "c", "ц", "č", "ч", "ć", "ћ", "d", "д", "đ", "ђ", "e", "е", "f", "ф",
	"g", "г", "h", "х", "i", "и", "j", "ј", "k", "к", "l", "л", "m", "м", "n", "н", "o", "о", "p", "п", "r", "р", "s", "с",
	"š", "ш", "t", "т", "u", "у", "v", "в", "z", "з", "ž", "ж",
)

// with adds a language to m, in counts.
func (m *model) with(tag, rare, frequent, sample string) *model {
	if m == nil {
		m = &model{words: map[string]*likelihood{}, grams: map[uint64]*likelihood{}, write: map[rune]uint64{}}
	}
	l := len(m.tags)
	m.tags, m.sum = append(m.tags, tag), append(m.sum, 0)
	for _, r := range rare + frequent + sample {
		m.write[r] |= 1 << l
	}
	seen := map[string]bool{}
	for rank, w := range strings.Fields(frequent) {
		if seen[w] {
			continue
		}
		seen[w] = true
		by := 1 / float32(rank+12)
		increase(m.words, w, l, by)
		m.sum[l] += float64(by)
		for g := range grams(w) {
			increase(m.grams, g, l, 1)
		}
	}
	for _, w := range strings.FieldsFunc(sample, func(r rune) bool { return r == ' ' || r == '\n' || strings.ContainsRune(",.?!;:¿¡،؟۔।-", r) }) {
		for g := range grams(w) {
			increase(m.grams, g, l, 1)
		}
	}
	return m
}

func increase[K comparable](counts map[K]*likelihood, k K, l int, by float32) {
	row := counts[k]
	if row == nil {
		row = &likelihood{}
		counts[k] = row
	}
	row[l] += by
}

// finish makes likelihoods of the counts: natural logarithms.
func (m *model) finish() {
	for _, row := range m.words {
		for l := range m.tags {
			row[l] = float32(math.Log(unusual + usual*float64(row[l])/m.sum[l]))
		}
	}
	all := make([]float64, len(m.tags)) // whole numbers, so that their order does not matter
	for _, row := range m.grams {
		for l := range m.tags {
			all[l] += float64(row[l])
		}
	}
	rest := float64(smoothing * float64(len(m.grams)))
	for _, row := range m.grams {
		for l := range m.tags {
			row[l] = float32(overlap * math.Log((float64(row[l])+smoothing)/(all[l]+rest)))
		}
	}
}

// FNV-1a's.
const (
	hashStart = uint64(14695981039346656037)
	hashPrime = 1099511628211
)

// grams yields the groups of two to four letters of a word and its borders.
func grams[S string | []byte](word S) func(yield func(uint64) bool) {
	return func(yield func(uint64) bool) {
		const border = '_'
		last := [4]rune{} // the letters before
		seen := 0
		next := func(r rune) bool {
			copy(last[:], last[1:])
			last[3] = r
			seen++
			h := hashStart
			for n := 1; n <= 4 && n <= seen; n++ {
				h = (h ^ uint64(last[4-n])) * hashPrime
				if n < 2 {
					continue
				}
				if !yield(h ^ uint64(n)<<60) {
					return false
				}
			}
			return true
		}
		if !next(border) {
			return
		}
		for _, r := range string(word) {
			if !next(r) {
				return
			}
		}
		next(border)
	}
}

// maxTags is how many languages of one script there can be.
const maxTags = 40

// likelihood is a natural logarithm for each language of a model.
type likelihood [maxTags]float32

// judge tells the languages of a script apart.
func (d *detection) judge(s script, among []string) (tag string, sure bool) {
	m := models()[s]
	var is [maxTags]string // of a language, how it was asked for
	for i := len(among) - 1; i >= 0; i-- {
		if l, ok := m.index[spokenIn(among[i])]; ok {
			is[l] = among[i]
		}
	}
	var all likelihood
	var words [detectWords]likelihood
	n := 0
	var frequent, alien [maxTags]int8
	for i, w := range d.words[:d.n] {
		if w.of != s || d.repeated(i) {
			continue
		}
		word := d.bytes[w.start:w.end]
		m.score(word, w.name, &words[n], &frequent)
		if !w.name {
			m.foreign(word, &alien)
		}
		for l := range m.tags {
			all[l] += words[n][l]
		}
		n++
	}
	best := -1
	for l := range m.tags {
		if is[l] != "" && (best < 0 || all[l] > all[best]) {
			best = l
		}
	}
	if best < 0 || n == 0 {
		return "", false
	}
	if alien[best] > 0 && int(alien[best])*aliens >= n {
		return is[best], false
	}
	for l := range m.tags {
		if l == best || is[l] == "" && m.near[best][l] {
			continue
		}
		lead := all[best] - all[l]
		if is[l] == "" {
			lead += foreign
		}
		if lead < surely || lead < vaguely && frequent[best] < 2 {
			return is[best], false
		}
		var run float32 // the stretch of words that speaks most for l
		for _, w := range words[:n] {
			run = max(0, run+max(-swing, min(w[l]-w[best], swing)))
			if run > dissent {
				return is[best], false
			}
		}
	}
	return is[best], true
}

// repeated reports whether a word was there before: it says nothing new.
func (d *detection) repeated(i int) bool {
	w := d.words[i]
	for _, v := range d.words[:i] {
		if v.end-v.start == w.end-w.start && string(d.bytes[v.start:v.end]) == string(d.bytes[w.start:w.end]) {
			return true
		}
	}
	return false
}

// score adds how likely a word is in each language, and counts it for those where it
// is frequent.
func (m *model) score(word []byte, name bool, likely *likelihood, frequent *[maxTags]int8) {
	if row, ok := m.words[string(word)]; ok {
		*likely = *row
		for l := range frequent {
			if row[l] > often && l < len(m.tags) && !name {
				frequent[l]++
			}
		}
	} else {
		for g := range grams(word) {
			if row, ok := m.grams[g]; ok {
				for l := range likely {
					likely[l] += row[l]
				}
			}
		}
	}
	if name {
		for l := range likely {
			likely[l] *= maybeName
		}
	}
}

// foreign counts for each language whether a word has letters that it does not write.
func (m *model) foreign(word []byte, alien *[maxTags]int8) {
	for _, r := range string(word) {
		if r < utf8.RuneSelf {
			continue
		}
		for l, writes := 0, m.write[r]; l < len(m.tags); l++ {
			if writes>>l&1 == 0 {
				alien[l]++
			}
		}
	}
}
