package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

// What is dealt: eight weeks, with bursts of one intent in them.
const (
	weeks       = 8
	bursts      = 100
	fewest      = 5 // customers of a burst
	most        = 10
	burstLength = 2 * time.Hour
	span        = weeks * 7 * 24 * time.Hour
)

var begin = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC) // a Monday

// text is one contact of the data, with the intent that people gave it.
type text struct{ text, intent string }

// dealt is a contact at the time that it was dealt.
type dealt struct {
	text
	at    time.Time
	burst int // that it was planted for, counted from 1; 0 for none
}

// read reads the texts of a file that have an intent.
func read(name string) ([]text, error) {
	var all []text
	for line, err := range intake.File(name) {
		if err != nil {
			return nil, err
		}
		var intent string
		if err := json.Unmarshal(line.Fields["label"], &intent); err != nil || intent == "" {
			return nil, fmt.Errorf("%s: contact %q has no label: want the intent there", name, line.Contact.SourceID)
		}
		all = append(all, text{line.Contact.Text, intent})
	}
	return all, nil
}

// deal deals texts over the weeks at times drawn by seed: each text once, those of
// bursts first. Bursts of one intent stand at least a day apart.
func deal(texts []text, seed uint64) []dealt {
	rnd := rand.New(rand.NewPCG(seed, 3))
	rest := slices.Clone(texts)
	rnd.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	var intents []string
	for _, t := range texts {
		intents = append(intents, t.intent)
	}
	slices.Sort(intents)
	intents = slices.Compact(intents)

	anywhere := func(d time.Duration) time.Time { return begin.Add(time.Duration(rnd.Int64N(int64(d)))) }
	var out []dealt
	starts := map[string][]time.Time{}
	for b := 1; b <= bursts; {
		intent, start := intents[rnd.IntN(len(intents))], anywhere(span-burstLength)
		if slices.ContainsFunc(starts[intent], func(s time.Time) bool { return start.Sub(s).Abs() < 24*time.Hour }) {
			continue
		}
		starts[intent] = append(starts[intent], start)
		left := fewest + rnd.IntN(most-fewest+1)
		rest = slices.DeleteFunc(rest, func(t text) bool {
			if t.intent != intent || left == 0 {
				return false
			}
			left--
			out = append(out, dealt{t, start.Add(time.Duration(rnd.Int64N(int64(burstLength)))), b})
			return true
		})
		b++
	}
	for _, t := range rest {
		out = append(out, dealt{t, anywhere(span), 0})
	}
	slices.SortStableFunc(out, func(a, b dealt) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return out
}

// contact is contact n of those dealt: each is a customer's of its own.
func (d dealt) contact(n int) tracker.Contact {
	return tracker.Contact{
		At: d.at, Channel: tracker.Chat, From: fmt.Sprintf("c%d@example.org", n),
		Source: "dealt", SourceID: fmt.Sprint(n), Text: d.text.text,
	}
}
