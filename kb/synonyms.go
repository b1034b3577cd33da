package kb

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Synonyms are words that mean the same to a search, of which each finds the others,
// ranked a little lower. Made by [ParseSynonyms]; the zero value holds none. They are
// applied when a query is answered, so that changing them needs no new index.
type Synonyms struct{ rules *rules }

// Limits of a file of synonyms.
const (
	MaxSynonymFile  = 1 << 20 // bytes
	MaxSynonymRules = 10000   // entries of the list
	MaxSynonyms     = 16      // words or phrases of one entry
	MaxSynonymWords = 6       // words of a phrase
)

// rules are what is found by a word or a phrase that is typed.
type rules struct {
	list []rule
	size int // entries that they were made of

	mu sync.Mutex
	of map[string]map[string][]int // by language: of the first word's form, the rules it begins
}

// rule says that whoever types the words of from also means any of to.
type rule struct {
	from []string
	to   [][]string
}

// Len is how many entries there are: groups and one-way rules.
func (s Synonyms) Len() int {
	if s.rules == nil {
		return 0
	}
	return s.rules.size
}

// beginning are the rules of which the first word has the given form in a language.
func (s Synonyms) beginning(language, form string) []rule {
	if s.rules == nil {
		return nil
	}
	r := s.rules
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[string]map[string][]int{}
	}
	if r.of[language] == nil {
		r.of[language] = map[string][]int{}
		for i, rule := range r.list {
			f := stem(language, rule.from[0])
			r.of[language][f] = append(r.of[language][f], i)
		}
	}
	var found []rule
	for _, i := range r.of[language][form] {
		found = append(found, r.list[i])
	}
	return found
}

// ParseSynonyms reads a YAML list. A list in it is a group, of which each member finds
// all others; a key with a list is a rule for one direction: who types the key also
// finds what is in its list, and not the other way round. Members are words, or
// phrases of at most [MaxSynonymWords] words; a phrase is found where all its words
// stand. Case does not matter, and neither do the forms that a language gives a word.
//
//	# Ours and what customers say
//	- [invoice, bill]
//	- [sign in, log in, login]
//	- router: [modem, box]
//
// The error joins all mistakes, each with its line, and is ErrInvalid; the entries
// that are sound are returned all the same.
func ParseSynonyms(r io.Reader) (Synonyms, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSynonymFile+1))
	switch {
	case err != nil:
		return Synonyms{}, err
	case len(data) > MaxSynonymFile:
		return Synonyms{}, fmt.Errorf("%w: the synonyms are longer than %d bytes: divide them", ErrInvalid, MaxSynonymFile)
	case !utf8.Valid(data):
		return Synonyms{}, fmt.Errorf("%w: the synonyms are not in UTF-8: save the file in that encoding", ErrInvalid)
	}
	root, err := yamlTree(data)
	if err != nil {
		return Synonyms{}, fmt.Errorf("%w: the synonyms are no YAML: %s", ErrInvalid, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	p := synonymReader{rules: &rules{}}
	p.read(root)
	return Synonyms{p.rules}, errors.Join(p.mistakes...)
}

// yamlTree is the tree of the one document in data; nil when there is none. The
// library's decoder, which expands aliases, never runs: see decision 4.
func yamlTree(data []byte) (root *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("%v", p)
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("a second document begins: remove the line ---")
	}
	return doc.Content[0], nil
}

// synonymReader gathers rules, and what is wrong.
type synonymReader struct {
	rules    *rules
	mistakes []error
}

const maxMistakes = 20

func (p *synonymReader) wrong(n *yaml.Node, format string, args ...any) {
	switch {
	case len(p.mistakes) < maxMistakes:
		p.mistakes = append(p.mistakes, fmt.Errorf("%w: line %d: %s", ErrInvalid, n.Line, fmt.Sprintf(format, args...)))
	case len(p.mistakes) == maxMistakes:
		p.mistakes = append(p.mistakes, fmt.Errorf("%w: and more mistakes", ErrInvalid))
	}
}

func (p *synonymReader) read(root *yaml.Node) {
	if root == nil || root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return // only comments
	}
	if root.Kind != yaml.SequenceNode {
		p.wrong(root, "want a list: begin each line with - , like - [invoice, bill]")
		return
	}
	for _, entry := range root.Content {
		if p.rules.size == MaxSynonymRules {
			p.wrong(entry, "only the first %d entries are used", MaxSynonymRules)
			return
		}
		before := len(p.mistakes)
		rules := p.entry(entry)
		if len(p.mistakes) == before && len(rules) > 0 {
			p.rules.list = append(p.rules.list, rules...)
			p.rules.size++
		}
	}
}

// entry are the rules that an entry of the list makes.
func (p *synonymReader) entry(n *yaml.Node) []rule {
	switch n.Kind {
	case yaml.SequenceNode:
		all := p.members(n)
		if len(n.Content) == 1 {
			p.wrong(n, "a group has at least two words; add one, or remove the line")
		}
		var rules []rule
		for i, from := range all {
			r := rule{from: from}
			for j, to := range all {
				if i != j {
					r.to = append(r.to, to)
				}
			}
			rules = append(rules, r)
		}
		return rules
	case yaml.MappingNode:
		if n.Anchor != "" || len(n.Content) != 2 {
			p.wrong(n, "want one key with its list, like - router: [modem, box]; give every key an entry of its own")
			return nil
		}
		from := p.member(n.Content[0])
		if n.Content[1].Kind != yaml.SequenceNode {
			p.wrong(n.Content[1], "want a list in brackets after the colon, like router: [modem, box]; put a word that has a colon in quotation marks")
			return nil
		}
		to := p.members(n.Content[1])
		if from == nil || len(to) == 0 {
			return nil
		}
		return []rule{{from, to}}
	}
	p.wrong(n, "want words in brackets, like - [invoice, bill]")
	return nil
}

func (p *synonymReader) members(n *yaml.Node) [][]string {
	if n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		p.wrong(n, "anchors and tags are not part of the format; put text that begins with & or ! in quotation marks")
		return nil
	}
	if len(n.Content) == 0 {
		p.wrong(n, "the list is empty")
	}
	if len(n.Content) > MaxSynonyms {
		p.wrong(n, "%d members; at most %d can be", len(n.Content), MaxSynonyms)
		return nil
	}
	var all [][]string
	seen := map[string]bool{}
	for _, c := range n.Content {
		words := p.member(c)
		if words == nil {
			continue
		}
		key := strings.Join(words, " ")
		if seen[key] {
			p.wrong(c, "%q is said twice", c.Value)
			continue
		}
		seen[key] = true
		all = append(all, words)
	}
	return all
}

// member are the words of a member, or nil.
func (p *synonymReader) member(n *yaml.Node) []string {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		p.wrong(n, "want a word or a phrase here, and no list, alias or tag; quotation marks make any text one")
		return nil
	}
	var words []string
	for _, t := range split(strings.ToValidUTF8(n.Value, " ")) {
		if t.class != joined {
			words = append(words, t.term)
		}
	}
	switch {
	case len(words) == 0:
		p.wrong(n, "%q has no word in it", cut(n.Value, 40))
		return nil
	case len(words) > MaxSynonymWords:
		p.wrong(n, "%q has %d words; at most %d can be", cut(n.Value, 40), len(words), MaxSynonymWords)
		return nil
	case strings.ContainsFunc(n.Value, unicode.IsControl):
		p.wrong(n, "%q has a control character in it", cut(n.Value, 40))
		return nil
	}
	return words
}
