package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

const (
	changed = .3     // share of the words that are another contact's the second time and later
	coined  = .02    // share of the words that nobody wrote before
	senders = 50_000 // people who write
)

// texts are contacts without end: those of the data, then the same with other words, and so on.
type texts struct {
	all   []tracker.Contact
	words []string // as often as they are written
}

func read(data string) (*texts, error) {
	t := &texts{}
	for _, name := range []string{"titanium/tickets", "it-tickets/contacts", "multidogo/contacts"} {
		for line, err := range intake.File(filepath.Join(data, name+".jsonl.gz")) {
			if err != nil {
				return nil, err
			}
			c := line.Contact
			t.all = append(t.all, tracker.Contact{Channel: tracker.Email, Title: c.Title, Text: c.Text, Product: c.Product, Components: c.Components})
		}
	}
	// Sets are mixed as they would come in.
	draw := rand.New(rand.NewPCG(1, 0))
	draw.Shuffle(len(t.all), func(i, j int) { t.all[i], t.all[j] = t.all[j], t.all[i] })
	for _, c := range t.all {
		t.words = append(t.words, strings.Fields(c.Text)...)
	}
	return t, nil
}

// contact is the nth contact, always the same.
func (t *texts) contact(n int) tracker.Contact {
	c := t.all[n%len(t.all)]
	draw := rand.New(rand.NewPCG(2, uint64(n)))
	c.Source, c.SourceID = "million", fmt.Sprint(n)
	c.From = fmt.Sprintf("customer%d@example.org", draw.IntN(senders))
	if n >= len(t.all) {
		c.Title, c.Text = t.reword(c.Title, draw), t.reword(c.Text, draw)
	}
	return c
}

// reword changes words of s and leaves its lines and spaces.
func (t *texts) reword(s string, draw *rand.Rand) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		for i, w := range strings.Split(line, " ") {
			if i > 0 {
				b.WriteByte(' ')
			}
			switch p := draw.Float64(); {
			case strings.TrimSpace(w) == "" || p >= changed+coined:
				b.WriteString(w)
			case p < changed:
				b.WriteString(t.words[draw.IntN(len(t.words))])
			default:
				b.WriteString(coin(draw))
			}
		}
	}
	return b.String()
}

// coin makes a word up.
func coin(draw *rand.Rand) string {
	var b strings.Builder
	for range 2 + draw.IntN(3) {
		b.WriteByte("bdfgklmnprstvz"[draw.IntN(14)])
		b.WriteByte("aeiou"[draw.IntN(5)])
	}
	return b.String()
}
