// Command search holds kb's search and its index against bleve alone and SQLite FTS5, on
// the same documents and words, turn by turn in one run.
//
//	go run ./search [-queries 1000] [-typed 3000] FILE…
//
// Files are of contacts, as [intake] reads them; each line is a document. Asked are two
// words of one title at a time, for the first 20 hits: kb with its ranking and snippets,
// once more with facets of three fields, the others without. bleve is there twice, with the mapping that it has by itself and with
// a static one of two fields. Then kb alone: how long phrases and mere filters take, and with
// -typed how many titles are among the first 20 when two or three of their words are typed, the last
// one not to its end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker/intake"
)

const hits = 20

var start = time.Now()

func main() {
	queries := flag.Int("queries", 1000, "how many pairs of words are asked for")
	typed := flag.Int("typed", 0, "how many titles are looked for while typing")
	profile := flag.String("cpuprofile", "", "`file` to write a profile of kb's searches to; they run alone then")
	flag.Parse()
	if err := run(context.Background(), *queries, *typed, *profile, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

// engine is what can be filled with documents, and asked.
type engine interface {
	build(context.Context, []kb.Document) error
	ask(ctx context.Context, words []string) error
	close() error
}

func run(ctx context.Context, queries, typed int, profile string, files []string) error {
	if len(files) == 0 || queries < 1 {
		return errors.New("name the files of contacts to search in")
	}
	docs, err := read(files)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "search")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours := &own{dir: filepath.Join(dir, "kb")}
	counting := &own{dir: filepath.Join(dir, "facets")} // so that neither finds warm what the other has asked for
	all := []struct {
		name string
		engine
	}{
		{"kb", ours},
		{"kb, with facets", faceted{counting}},
		{"bleve", &bare{path: filepath.Join(dir, "bleve")}},
		{"bleve, static mapping", &bare{path: filepath.Join(dir, "static"), static: true}},
		{"SQLite FTS5, bm25", &sqlite{path: filepath.Join(dir, "fts5.db")}},
	}
	if profile != "" {
		all = all[:1]
	}
	fmt.Printf("%d documents\n\n| index | built in | MB | documents a second, times bleve's |\n| --- | --- | --- | --- |\n", len(docs))
	took := map[string]time.Duration{}
	for _, e := range all {
		runtime.GC()
		began := time.Now()
		if err := e.build(ctx, docs); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		defer e.close()
		took[e.name] = time.Since(began)
	}
	for _, e := range all {
		if _, same := e.engine.(faceted); same {
			continue
		}
		fmt.Printf("| %s | %.1f s | %d | %.2f |\n", e.name, took[e.name].Seconds(), size(dir, e.engine)>>20, float64(took["bleve"])/float64(took[e.name]))
	}
	if err := ours.reopen(ctx); err != nil {
		return err
	}
	asked := pairs(docs, queries+queries/10)
	asked, first := asked[:queries], asked[queries:] // the first ones are not counted
	if profile != "" {
		return profiled(profile, func() error {
			for _, words := range asked {
				if err := ours.ask(ctx, words); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := counting.reopen(ctx); err != nil {
		return err
	}
	runtime.LockOSThread()
	times, cores := map[string]timing{}, map[string]timing{}
	for i := -len(first); i < len(asked); i++ {
		words := first[max(-i-1, 0):]
		if i >= 0 {
			words = asked[i:]
		}
		for k := range all {
			e := all[(k+max(i, 0))%len(all)]
			began, before := time.Now(), spent()
			if err := e.ask(ctx, words[0]); err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			if i >= 0 {
				times[e.name] = append(times[e.name], time.Since(began))
				cores[e.name] = append(cores[e.name], spent()-before)
			}
		}
	}
	fmt.Printf("\n%d searches for two words\n\n| asked | p50 | p99 | p50, times bleve's | p99, times bleve's |\n| --- | --- | --- | --- | --- |\n", len(asked))
	for _, e := range all {
		times[e.name].row(e.name, times["bleve"])
	}
	fmt.Print("\n| of a core, on average | | times bleve's |\n| --- | --- | --- |\n")
	for _, e := range all {
		mean := cores[e.name].mean()
		fmt.Printf("| %s | %v | %.2f |\n", e.name, mean.Round(time.Microsecond), float64(mean)/float64(cores["bleve"].mean()))
	}
	if err := ours.others(ctx); err != nil {
		return err
	}
	return ours.typing(ctx, docs, typed)
}

// read makes a document of every contact.
func read(files []string) (docs []kb.Document, err error) {
	for _, f := range files {
		source := filepath.Base(filepath.Dir(f)) + "-" + strings.SplitN(filepath.Base(f), ".", 2)[0]
		for line, err := range intake.File(f) {
			if err != nil {
				return nil, err
			}
			c := line.Contact
			docs = append(docs, kb.Document{
				ID: fmt.Sprint(len(docs)), Title: c.Title, Text: c.Text, Time: c.At,
				Fields: map[string]string{"source": source, "product": c.Product, "label": strings.Join(line.Values("label"), "\n")},
			})
		}
	}
	return docs, nil
}

// pairs are two words each, of one title, always the same ones.
func pairs(docs []kb.Document, n int) (pairs [][]string) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for len(pairs) < n {
		if t := strings.Fields(docs[rnd.IntN(len(docs))].Title); len(t) > 1 {
			pairs = append(pairs, []string{t[rnd.IntN(len(t))], t[rnd.IntN(len(t))]})
		}
	}
	return pairs
}

// size is how many bytes the files of an engine have.
func size(dir string, e engine) (bytes int64) {
	name := dir
	switch e := e.(type) {
	case *own:
		name = e.dir
	case *bare:
		name = e.path
	case *sqlite:
		name = e.path
	}
	_ = filepath.Walk(name, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}

func profiled(path string, fn func() error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	began := time.Now()
	err = fn()
	pprof.StopCPUProfile()
	fmt.Println("searching took", time.Since(began))
	return errors.Join(err, f.Close())
}
