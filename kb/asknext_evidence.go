package kb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/show"
)

const (
	askLooked = 200 // tickets of a candidate whose facts are counted
	askRead   = 20  // of these, evenly apart, that are read
	yes       = "yes"
	no        = "no"
)

// evidence counts what the tickets of rivals say.
type evidence struct {
	rivals   []rival
	features map[string]*feature
	named    map[string]bool // features of which the customer named one form
}

// count adds a ticket, or a part of one, of rival i to a feature.
func (e *evidence) count(name string, f feature, i int, answer string, n float64) {
	have := e.features[name]
	if have == nil {
		have = &f
		have.counts = make([]map[string]float64, len(e.rivals))
		for j := range have.counts {
			have.counts[j] = map[string]float64{}
		}
		e.features[name] = have
	}
	have.counts[i][answer] += n
}

// ask says what to ask about t, whose words are said, to tell the rivals apart.
func (b *Base) ask(ctx context.Context, t tracker.Ticket, said string, rivals []rival) ([]Question, error) {
	if len(rivals) < 2 {
		return nil, nil
	}
	known, err := b.knownOf(ctx, t, said)
	if err != nil {
		return nil, err
	}
	e := &evidence{rivals: rivals, features: map[string]*feature{}, named: map[string]bool{}}
	texts := make([][]map[string]bool, len(rivals)) // by rival and ticket, the terms
	vocabulary := map[string]string{}               // words to ask for, as they are written
	for i, r := range rivals {
		tickets, err := b.ticketsOf(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, tk := range tickets {
			e.facts(i, tk, known)
		}
		read := spread(tickets, askRead)
		for _, tk := range read {
			doc, err := b.prepared(ctx, tk)
			if err != nil {
				return nil, err
			}
			texts[i] = append(texts[i], termsOf(doc))
			if err := b.answers(ctx, e, i, tk, known); err != nil {
				return nil, err
			}
		}
		words, err := b.telling(ctx, r, read)
		if err != nil {
			return nil, err
		}
		for term, word := range words {
			if have, ok := vocabulary[term]; !ok || word < have {
				vocabulary[term] = word
			}
		}
	}
	for _, term := range sortedKeys(vocabulary) {
		if known.words[term] {
			continue
		}
		f := feature{ask: fmt.Sprintf("Does “%s” come into it?", vocabulary[term]), order: 5, say: true}
		for i := range rivals {
			for _, has := range texts[i] {
				e.count("word "+term, f, i, map[bool]string{true: yes, false: no}[has[term]], 1)
			}
		}
	}
	var all []*feature
	for _, name := range sortedKeys(e.features) {
		if !e.named[name] {
			all = append(all, e.features[name])
		}
	}
	return questions(rivals, all), nil
}

// known is what is not to be asked about a ticket any more.
type known struct {
	version, product, component bool
	answered                    map[string]bool // questions, by id
	words                       map[string]bool // terms
	said                        string          // folded
}

// says reports whether the customer named something already: as a word, of which the
// plural may be one letter longer.
func (k known) says(what string) bool {
	what = fold(what)
	for at := 0; what != ""; {
		i := strings.Index(k.said[at:], what)
		if i < 0 {
			break
		}
		from := at + i
		at = from + len(what)
		before, _ := utf8.DecodeLastRuneInString(k.said[:from])
		next, n := utf8.DecodeRuneInString(k.said[at:])
		last, _ := utf8.DecodeRuneInString(k.said[at+n:])
		if !inWord(before) && (!inWord(next) || !inWord(last)) {
			return true
		}
	}
	return false
}

// inWord reports whether r goes on with a word, in scripts that set words apart.
func inWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func (b *Base) knownOf(ctx context.Context, t tracker.Ticket, said string) (known, error) {
	k := known{
		version: t.Version != "", product: t.Product != "", component: len(t.Components) > 0,
		answered: map[string]bool{}, words: map[string]bool{}, said: fold(t.Title + "\n" + said),
	}
	for _, kept := range cluster.Prepare(cluster.Text{Title: t.Title, Body: said, Language: t.Language}).Kept() {
		if k.words[kept.As] = true; kept.Kind == "version" {
			k.version = true
		}
	}
	if t.Customer != 0 {
		for a, err := range b.Tracker.Answers(ctx, t.Customer) {
			if b.leftOut(err) {
				continue
			}
			if err != nil {
				return k, err
			}
			if a.Good(t.ID, b.Tracker.Now()) {
				k.answered[a.Need] = true
			}
		}
	}
	if t.ID == 0 {
		return k, nil
	}
	for run, err := range b.Tracker.Runs(ctx, tracker.RunQuery{Ticket: t.ID}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return k, err
		}
		for need := range run.Answers {
			k.answered[need] = true
		}
	}
	return k, nil
}

// ticketsOf are the first tickets of a rival that can be read.
func (b *Base) ticketsOf(ctx context.Context, r rival) ([]tracker.Ticket, error) {
	if r.problem == 0 {
		t, err := b.Tracker.Ticket(ctx, r.ticket)
		if b.leftOut(err) {
			return nil, nil
		}
		return []tracker.Ticket{t}, err
	}
	var all []tracker.Ticket
	for t, err := range b.Tracker.Tickets(ctx, tracker.TicketQuery{Problem: r.problem}) {
		if b.leftOut(err) || err == nil && t.Erased {
			continue
		}
		if err != nil {
			return nil, err
		}
		if all = append(all, t); len(all) == askLooked {
			break
		}
	}
	return all, nil
}

// spread are n of all, evenly apart.
func spread(all []tracker.Ticket, n int) []tracker.Ticket {
	if len(all) <= n {
		return all
	}
	some := make([]tracker.Ticket, n)
	for i := range some {
		some[i] = all[i*len(all)/n]
	}
	return some
}

// facts counts what a ticket's record says.
func (e *evidence) facts(i int, t tracker.Ticket, k known) {
	if v := show.Line(t.Version); v != "" && !k.version {
		e.count("version", feature{ask: "Which version is it?", order: 1}, i, v, 1)
	}
	if v := show.Line(t.Product); v != "" && !k.product {
		e.named["product"] = e.named["product"] || k.says(v)
		e.count("product", feature{ask: "Which product is it about?", order: 2}, i, v, 1)
	}
	for _, c := range t.Components {
		if v := show.Line(c); v != "" && !k.component {
			e.named["component"] = e.named["component"] || k.says(v)
			e.count("component", feature{ask: "Which part of the product is it about?", order: 3}, i, v, 1/float64(len(t.Components)))
		}
	}
}

// answers counts what the customer of a ticket answered, while a procedure was
// followed, to questions that have few answers.
func (b *Base) answers(ctx context.Context, e *evidence, i int, t tracker.Ticket, k known) error {
	seen := map[string]bool{}
	for run, err := range b.Tracker.Runs(ctx, tracker.RunQuery{Ticket: t.ID}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return err
		}
		for _, text := range run.Texts {
			p, ok := b.Procedures.Procedure(text.ID)
			if !ok {
				continue
			}
			for _, need := range p.Needs {
				a, ok := run.Answers[need.ID]
				few := need.Type == sop.NeedYesNo || need.Type == sop.NeedChoice || need.Type == sop.NeedChoices
				if !ok || !few || seen[need.ID] || k.answered[need.ID] {
					continue
				}
				seen[need.ID] = true
				for _, v := range a.Values {
					e.count("answer "+need.ID, feature{ask: show.Line(need.Ask), order: 4}, i, show.Line(v), 1/float64(len(a.Values)))
				}
			}
		}
	}
	return nil
}

// prepared is what the customer of a ticket said, without names, signatures and what
// was quoted.
func (b *Base) prepared(ctx context.Context, t tracker.Ticket) (*cluster.Doc, error) {
	said, err := b.said(ctx, t, tracker.Inbound)
	if err != nil {
		return nil, err
	}
	names, err := b.namesOf(ctx, t)
	return cluster.Prepare(cluster.Text{Title: t.Title, Body: said, Language: t.Language, Names: names}), err
}

func (b *Base) namesOf(ctx context.Context, t tracker.Ticket) ([]string, error) {
	if t.Customer == 0 {
		return nil, nil
	}
	c, err := b.Tracker.Customer(ctx, t.Customer)
	if b.leftOut(err) {
		return nil, nil
	}
	return []string{c.Name, c.Organization}, err
}

func termsOf(doc *cluster.Doc) map[string]bool {
	all := map[string]bool{}
	for _, kept := range doc.Kept() {
		if kept.As != "" {
			all[kept.As] = true
		}
	}
	return all
}

// telling are the words that a rival may be known by, by their terms: those that set a
// problem's tickets apart, and those of its title.
func (b *Base) telling(ctx context.Context, r rival, tickets []tracker.Ticket) (map[string]string, error) {
	text := cluster.Text{Title: r.title}
	for _, t := range tickets {
		names, err := b.namesOf(ctx, t)
		if err != nil {
			return nil, err
		}
		text.Names = append(text.Names, names...)
		text.Language = t.Language
	}
	if r.problem != 0 {
		p, err := b.Tracker.Problem(ctx, r.problem)
		if err != nil && !b.leftOut(err) {
			return nil, err
		}
		text.Body = strings.Join(p.Words, " ")
	}
	words := map[string]string{}
	for _, kept := range cluster.Prepare(text).Kept() {
		asks := slices.Contains([]string{"word", "code", "exception", "status"}, kept.Kind)
		if !asks || len([]rune(kept.Text)) < 3 || linking[fold(kept.Text)] {
			continue
		}
		if _, ok := words[kept.As]; !ok {
			words[kept.As] = show.Line(kept.Text)
		}
	}
	return words, nil
}

// linking are words of titles that nobody is asked for.
var linking = func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(`
after again all always before cannot can't does doesn't don't every from get gets has have how into later more never not now
once only out over since still than that the then there this too twice under until when where which while who why will with without
back come comes goes gone made make need needs off one two use used using want wants work works working longer any
aber alle auch beim dann durch eine einer falsch fehlt geht immer kann kein keine mehr nach nicht noch nur oder ohne sehr seit sich und vom von
vor wann warum was wenn wie wird wieder zum zur
après avant avec dans depuis deux encore être fait mais ne non pas plus pour quand que qui sans sur toujours une
antes cada como con cuando del desde después donde dos está hay las los más muy nada nunca otra para pero por que sin sobre una
`) {
		set[w] = true
	}
	return set
}()
