package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/supportloop/supportloop/tracker/cluster"
)

// words are texts as the grouping index reads them, each word a number.
type words struct {
	number map[string]int
	in     []int // how many texts have the word
	docs   [][]int
}

func newWords() *words { return &words{number: map[string]int{}} }

func (w *words) add(d *cluster.Doc) {
	var doc []int
	seen := map[int]bool{}
	for _, k := range d.Kept() {
		if k.As == "" {
			continue
		}
		n, ok := w.number[k.As]
		if !ok {
			n = len(w.in)
			w.number[k.As] = n
			w.in = append(w.in, 0)
		}
		if doc = append(doc, n); !seen[n] {
			seen[n] = true
			w.in[n]++
		}
	}
	w.docs = append(w.docs, doc)
}

// heaviest returns at most n words of d, most weight first: idf by how often the word
// stands in title and body, as BM25F saturates it.
func (w *words) heaviest(d *cluster.Doc, n int) []int {
	count := map[int]float64{}
	for _, k := range d.Kept() {
		if word, ok := w.number[k.As]; ok && k.As != "" {
			count[word] += map[string]float64{"title": 3, "body": .2}[k.Field]
		}
	}
	weight := func(word int) float64 {
		tf := count[word]
		return math.Log2(float64(len(w.docs))/float64(w.in[word])) * tf / (.2 + tf)
	}
	var all []int
	for word := range count {
		all = append(all, word)
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a, b)) })
	return all[:min(n, len(all))]
}

// named writes word numbers so that every tokenizer takes one for one word.
func named(doc []int) []string {
	s := make([]string, len(doc))
	for i, n := range doc {
		s[i] = "w" + strconv.Itoa(n)
	}
	return s
}

// write writes the texts, one a line.
func (w *words) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	to := bufio.NewWriter(f)
	for _, d := range w.docs {
		fmt.Fprintln(to, strings.Join(named(d), " "))
	}
	return errors.Join(to.Flush(), f.Close())
}
