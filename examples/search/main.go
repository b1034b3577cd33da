// Search finds documents in a file, without a tracker: the generic use of package kb
// as a program.
//
//	go run ./examples/search -corpus articles.jsonl
//	go run ./examples/search -corpus corpus.jsonl.gz -queries queries.jsonl.gz -k 100 -run out.trec
//
// Corpus and queries are JSON Lines, one object a line with "id", "title" and "text";
// a name that ends in .gz is read through gzip. Without -queries it answers what is
// typed, a line at a time. With -run it writes the hits in TREC format, for the usual
// tools that measure searching.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"os/signal"
	"strings"

	"github.com/supportloop/supportloop/kb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("search", flag.ContinueOnError)
	flags.SetOutput(stderr)
	corpus := flags.String("corpus", "", "`file` of the documents to search")
	queries := flags.String("queries", "", "`file` of the queries; without it, what is typed")
	k := flags.Int("k", 10, "hits for each query")
	trec := flags.String("run", "", "`file` to write the hits to in TREC format; without it, standard output")
	dir := flags.String("index", "", "`folder` to keep the index in; without it, memory")
	language := flags.String("language", "en", "of documents that do not say theirs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("%q is no flag; name the documents with -corpus", flags.Arg(0))
	case *corpus == "":
		return errors.New("which documents? Name their file with -corpus, or see -help")
	case *k < 1 || *k > kb.MaxHits:
		return fmt.Errorf("-k %d: want 1 to %d", *k, kb.MaxHits)
	case *trec != "" && *queries == "":
		return errors.New("-run needs -queries FILE: what is typed is answered on the screen")
	}
	index, err := kb.NewIndex(*dir, &kb.IndexOptions{Language: *language})
	if err != nil {
		return fmt.Errorf("-index: %w", err)
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	if err := index.Rebuild(ctx, documents(*corpus)); err != nil {
		return err
	}
	if *queries == "" {
		return answer(ctx, index, *k, stdin, stdout)
	}
	out := stdout
	if *trec != "" {
		f, err := os.Create(*trec)
		if err != nil {
			return fmt.Errorf("-run: %w; name a file in a folder that can be written to", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	w := bufio.NewWriter(out)
	if err := answerAll(ctx, index, *k, *queries, w); err != nil {
		return err
	}
	return w.Flush()
}

// row is a line of a corpus or of the queries.
type row struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Language string `json:"language"`
}

// documents reads a corpus.
func documents(name string) iter.Seq2[kb.Document, error] {
	return func(yield func(kb.Document, error) bool) {
		for r, err := range rows(name) {
			if !yield(kb.Document{ID: r.ID, Title: r.Title, Text: r.Text, Language: r.Language}, err) || err != nil {
				return
			}
		}
	}
}

var errNoID = errors.New("it has none")

// rows reads JSON Lines.
func rows(name string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		fail := func(err error) { yield(row{}, fmt.Errorf("%s: %w", name, err)) }
		f, err := os.Open(name)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer f.Close()
		in := io.Reader(f)
		if strings.HasSuffix(name, ".gz") {
			if in, err = gzip.NewReader(f); err != nil {
				fail(fmt.Errorf("%w; if it is not compressed, take .gz off its name", err))
				return
			}
		}
		lines := bufio.NewReader(in)
		for n := 1; err != io.EOF; n++ {
			var line []byte
			if line, err = lines.ReadBytes('\n'); err != nil && err != io.EOF {
				fail(fmt.Errorf("after line %d: %w; is it a whole file of JSON Lines?", n-1, err))
				return
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			var r row
			if e := json.Unmarshal(line, &r); e != nil || r.ID == "" {
				fail(fmt.Errorf("line %d: want an object with an id, like {\"id\": \"1\", \"title\": \"…\", \"text\": \"…\"}: %w", n, cmp.Or(e, errNoID)))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// answerAll writes the hits of every query in TREC format.
func answerAll(ctx context.Context, index *kb.Index, k int, queries string, w io.Writer) error {
	for q, err := range rows(queries) {
		if err != nil {
			return err
		}
		found, err := index.Search(ctx, kb.Query{Text: strings.TrimSpace(q.Title + " " + q.Text), Limit: k})
		if err != nil {
			return fmt.Errorf("query %s: %w", q.ID, err)
		}
		for i, h := range found.Hits {
			if _, err := fmt.Fprintf(w, "%s Q0 %s %d %.6f supportloop\n", q.ID, h.ID, i+1, h.Score); err != nil {
				return err
			}
		}
	}
	return nil
}

// answer shows what is found for every line that is typed.
func answer(ctx context.Context, index *kb.Index, k int, in io.Reader, w io.Writer) error {
	fmt.Fprintf(w, "%d documents. Type words, \"phrases\" and -without; an empty line shows more.\n", index.Len())
	lines, end := make(chan string), make(chan error, 1)
	go func() { // so that an interrupt need not wait for a line
		r := bufio.NewReader(in)
		for {
			line, err := r.ReadString('\n')
			if line != "" {
				lines <- line
			}
			if err != nil {
				end <- err
				return
			}
		}
	}()
	q, shown := kb.Query{Limit: k}, 0
	for {
		var line string
		select {
		case line = <-lines:
		case err := <-end:
			if err == io.EOF {
				return nil
			}
			return err
		case <-ctx.Done():
			return nil
		}
		if line = strings.TrimSpace(line); line != "" {
			q.Text, q.After, shown = line, "", 0
		} else if q.After == "" {
			continue
		}
		found, err := index.Search(ctx, q)
		if err != nil {
			return err
		}
		for _, note := range found.Notes {
			fmt.Fprintln(w, "Note:", note)
		}
		fmt.Fprintf(w, "%d found\n", found.Total)
		for i, h := range found.Hits {
			fmt.Fprintf(w, "%3d. %s  (%s)\n     %s\n", shown+i+1, h.Title, h.ID, marked(h.Snippet))
		}
		q.After = found.Next
		shown += len(found.Hits)
	}
}

// marked is a snippet with what was searched for between asterisks.
func marked(s kb.Snippet) string {
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(s.Text[at:m.Start] + "*" + s.Text[m.Start:m.End] + "*")
		at = m.End
	}
	return b.String() + s.Text[at:]
}
