package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sort"
	"strings"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker/intake"
)

func main() {
	dir := flag.String("dir", "/tmp/x/idx106", "")
	prof := flag.String("prof", "", "")
	evict := flag.Bool("evict", false, "")
	facets := flag.Bool("facets", false, "")
	n := flag.Int("n", 1000, "")
	dump := flag.String("dump", "", "")
	rounds := flag.Int("rounds", 1, "")
	known := flag.Int("known", 0, "")
	part := flag.Int("part", 6, "")
	flag.Parse()
	ctx := context.Background()
	var docs []kb.Document
	for _, f := range []string{"titanium/tickets.jsonl.gz", "titanium/comments.jsonl.gz", "it-tickets/contacts.jsonl.gz"} {
		f = "/work/shared/data/" + f
		source := filepath.Base(filepath.Dir(f)) + "-" + strings.SplitN(filepath.Base(f), ".", 2)[0]
		for line, err := range intake.File(f) {
			if err != nil {
				log.Fatal(err)
			}
			c := line.Contact
			docs = append(docs, kb.Document{ID: fmt.Sprint(len(docs)), Title: c.Title, Text: c.Text, Time: c.At,
				Fields: map[string]string{"source": source, "product": c.Product, "label": strings.Join(line.Values("label"), "\n")}})
		}
	}
	_, err := os.Stat(*dir)
	ix, e2 := kb.NewIndex(*dir, nil)
	if e2 != nil {
		log.Fatal(e2)
	}
	defer ix.Close()
	if err != nil {
		if err := ix.Rebuild(ctx, func(yield func(kb.Document, error) bool) {
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		}); err != nil {
			log.Fatal(err)
		}
	}
	if *known > 0 {
		for seed := uint64(10); seed < 12; seed++ {
		rnd := rand.New(rand.NewPCG(seed, 2))
		found, asked, mrr := 0, 0, 0.0
		for asked < *known {
			k := rnd.IntN(len(docs))
			t := strings.Fields(docs[k].Title)
			n := 2 + rnd.IntN(2)
			if len(t) < n+1 {
				continue
			}
			at := rnd.Perm(len(t))[:n]
			sort.Ints(at)
			var w []string
			for _, i := range at {
				w = append(w, t[i])
			}
			l := []rune(w[n-1])
			w[n-1] = string(l[:max(2, (len(l)**part+9)/10)])
			if len(l) < 4 { continue }
			asked++
			res, err := ix.Search(ctx, kb.Query{Text: strings.Join(w, " "), Limit: 20})
			if err != nil {
				log.Fatal(err)
			}
			for r, h := range res.Hits {
				if h.ID == docs[k].ID {
					found++
					mrr += 1 / float64(r+1)
				}
			}
		}
		fmt.Printf("seed %d R@20 %.4f MRR %.4f\n", seed, float64(found)/float64(asked), mrr/float64(asked))
		}
		return
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	var asked []string
	for len(asked) < *n+*n/10 {
		if t := strings.Fields(docs[rnd.IntN(len(docs))].Title); len(t) > 1 {
			asked = append(asked, t[rnd.IntN(len(t))]+" "+t[rnd.IntN(len(t))])
		}
	}
	q := kb.Query{Limit: 20}
	if *facets {
		q.Facets = []string{"source", "product", "label"}
	}
	trash := make([]byte, 48<<20)
	var w *bufio.Writer
	if *dump != "" {
		f, err := os.Create(*dump)
		if err != nil {
			log.Fatal(err)
		}
		defer f.Close()
		w = bufio.NewWriter(f)
		defer w.Flush()
	}
	if *prof != "" {
		f, _ := os.Create(*prof)
		pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	for r := 0; r < *rounds; r++ {
		var took []time.Duration
		var sum time.Duration
		for i := range asked {
			k := i - *n/10
			t := asked[(i+*n)%len(asked)]
			if *evict {
				for j := 0; j < len(trash); j += 64 {
					trash[j]++
				}
			}
			q.Text = t
			b := time.Now()
			res, err := ix.Search(ctx, q)
			d := time.Since(b)
			if err != nil {
				log.Fatal(err)
			}
			if w != nil {
				b, _ := json.Marshal(res)
				fmt.Fprintf(w, "%s %s\n", t, b)
			}
			if k >= 0 {
				took = append(took, d)
				sum += d
			}
		}
		sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
		fmt.Println("p10", took[len(took)/10], "p50", took[len(took)/2], "p90", took[len(took)*9/10], "p99", took[len(took)*99/100], "mean", sum/time.Duration(len(took)))
	}
}
