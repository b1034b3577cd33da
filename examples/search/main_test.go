package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
)

const corpus = `{"id": "a1", "title": "Charged twice", "text": "One payment is returned within three days."}
{"id": "a2", "title": "The reader does not pair", "text": "Hold the button until the light blinks."}
`

// The hits of every query stand in a file that the usual tools read, best first.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	docs, queries, out := filepath.Join(dir, "corpus.jsonl.gz"), filepath.Join(dir, "queries.jsonl"), filepath.Join(dir, "out.trec")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(corpus))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(docs, packed.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(queries, []byte(`{"id": "q1", "text": "card reader pairing button"}`), 0o600))
	require.NoError(t, run(t.Context(), []string{"-corpus", docs, "-queries", queries, "-run", out}, nil, io.Discard, io.Discard))
	got, err := os.ReadFile(out)
	require.NoError(t, err)
	columns := strings.Fields(strings.Split(string(got), "\n")[0])
	require.Len(t, columns, 6)
	require.Equal(t, []string{"q1", "Q0", "a2", "1"}, columns[:4])
}

// Whoever gives it what it cannot read is told what to give it.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
		return name
	}
	good := file("good.jsonl", corpus)
	for _, row := range []struct {
		args []string
		want string
	}{
		{nil, "Name their file with -corpus"},
		{[]string{good}, "name the documents with -corpus"},
		{[]string{"-corpus", filepath.Join(dir, "none")}, "none"},
		{[]string{"-corpus", dir}, "is it a whole file"},
		{[]string{"-corpus", file("plain.gz", corpus)}, "take .gz off its name"},
		{[]string{"-corpus", file("list.jsonl", "[]")}, `list.jsonl: line 1: want an object with an id, like {"id": "1"`},
		{[]string{"-corpus", file("nameless.jsonl", corpus+`{"title": "x"}`)}, "line 3: want an object with an id"},
		{[]string{"-corpus", good, "-k", "-1"}, "-k -1: want 1 to 1000"},
		{[]string{"-corpus", good, "-run", "x"}, "-run needs -queries"},
		{[]string{"-corpus", good, "-index", good}, "-index: "},
		{[]string{"-corpus", good, "-queries", good, "-run", dir}, "name a file in a folder"},
		{[]string{"-colour", "red"}, "-colour"},
	} {
		require.ErrorContains(t, run(t.Context(), row.args, strings.NewReader(""), io.Discard, io.Discard), row.want, row.args)
	}
}

// What is typed is answered line by line.
func TestAnswer(t *testing.T) {
	index, err := kb.NewIndex("", nil)
	require.NoError(t, err)
	defer index.Close()
	require.NoError(t, index.Put(context.Background(), kb.Document{ID: "a1", Title: "Charged twice", Text: "One payment is returned."}))
	var out strings.Builder
	require.NoError(t, answer(context.Background(), index, 3, strings.NewReader("charged twice\nnothing of the kind\n"), &out))
	require.Contains(t, out.String(), "Charged twice")

	long := strings.Repeat("charged ", 20_000)
	out.Reset()
	require.NoError(t, answer(context.Background(), index, 3, strings.NewReader(long), &out))
	require.Contains(t, out.String(), "Note: only the first", "a long line is answered too")

	quiet, never := io.Pipe() // nobody types
	defer never.Close()
	ctx, interrupt := context.WithCancel(context.Background())
	interrupt()
	require.NoError(t, answer(ctx, index, 3, quiet, &out))
}

// An empty line goes on where the last answer ended, and says nothing at the end.
func TestAnswerGoesOn(t *testing.T) {
	index, err := kb.NewIndex("", nil)
	require.NoError(t, err)
	defer index.Close()
	for _, id := range []string{"a1", "a2", "a3"} {
		require.NoError(t, index.Put(context.Background(), kb.Document{ID: id, Title: "Charged twice"}))
	}
	var out strings.Builder
	require.NoError(t, answer(context.Background(), index, 2, strings.NewReader("charged\n\n\n"), &out))
	require.Contains(t, out.String(), "  2. Charged twice  (a2)")
	require.Contains(t, out.String(), "  3. Charged twice  (a3)")
	require.Equal(t, 2, strings.Count(out.String(), "3 found"))
}
