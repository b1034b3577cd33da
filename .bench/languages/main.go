// Command languages tells how well kb detects languages in texts whose language is known.
//
//	go run ./languages [-field lang] FILE…
//
// Files are of contacts, as [intake] reads them. Texts are cut to their first 5, 10 and
// 20 words, and taken whole. Dialects (a tag with a region, like de-ba) and languages that
// kb does not know stand apart: they should not be taken for another one with certainty.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker/intake"
)

func main() {
	field := flag.String("field", "lang", "that says the language")
	flag.Parse()
	if err := run(*field, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "languages:", err)
		os.Exit(1)
	}
}

// tally counts texts.
type tally struct{ all, right, sure, wrong int } // wrong ones of the sure

func (t *tally) count(want, got string, sure bool) {
	t.all++
	if got == want {
		t.right++
	}
	if sure {
		t.sure++
		if got != want {
			t.wrong++
		}
	}
}

func (t tally) String() string {
	of := func(n, all int) float64 { return float64(n) / float64(max(all, 1)) }
	return fmt.Sprintf("%d | %.3f | %.3f | %.4f", t.all, of(t.right, t.all), of(t.sure, t.all), of(t.wrong, t.sure))
}

func run(field string, files []string) error {
	texts := map[string][]string{} // by language
	for _, f := range files {
		for line, err := range intake.File(f) {
			if err != nil {
				return err
			}
			for _, tag := range line.Values(field) {
				tag = strings.ToLower(tag)
				texts[tag] = append(texts[tag], strings.TrimSpace(line.Contact.Title+"\n\n"+line.Contact.Text))
			}
		}
	}
	if len(texts) == 0 {
		return errors.New("name files of contacts that say their language")
	}
	known := kb.Languages()
	fmt.Print("| words | texts | best guess right | sure | wrong of the sure |\n| --- | --- | --- | --- | --- |\n")
	whole, other := map[string]*tally{}, map[string]*tally{}
	for _, words := range []int{5, 10, 20, 0} {
		var sum tally
		for tag, of := range texts {
			for _, text := range of {
				if w := strings.Fields(text); words > 0 {
					if len(w) < words {
						continue // it has no more to say when it is longer
					}
					text = strings.Join(w[:words], " ")
				}
				got, sure := kb.DetectLanguage(text, nil)
				if !slices.Contains(known, tag) {
					if words == 0 {
						primary, _, _ := strings.Cut(tag, "-")
						counted(other, tag).count(primary, got, sure)
					}
					continue
				}
				sum.count(tag, got, sure)
				if words == 0 {
					counted(whole, tag).count(tag, got, sure)
				}
			}
		}
		name := fmt.Sprint(words)
		if words == 0 {
			name = "whole"
		}
		fmt.Printf("| %s | %v |\n", name, sum)
	}
	fmt.Print("\n| whole, by language | texts | best guess right | sure | wrong of the sure |\n| --- | --- | --- | --- | --- |\n")
	for _, tag := range slices.Sorted(maps.Keys(whole)) {
		fmt.Printf("| %s | %v |\n", tag, whole[tag])
	}
	for _, tag := range slices.Sorted(maps.Keys(other)) {
		fmt.Printf("%s: of %d texts %d were taken for another language with certainty\n", tag, other[tag].all, other[tag].wrong)
	}
	return nil
}

func counted(all map[string]*tally, tag string) *tally {
	if all[tag] == nil {
		all[tag] = &tally{}
	}
	return all[tag]
}
