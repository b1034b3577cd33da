package main

import (
	"bytes"
	"compress/gzip"
	"context"
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
	require.NoError(t, search(context.Background(), docs, queries, out, "", "en", 10))
	got, err := os.ReadFile(out)
	require.NoError(t, err)
	columns := strings.Fields(strings.Split(string(got), "\n")[0])
	require.Len(t, columns, 6)
	require.Equal(t, []string{"q1", "Q0", "a2", "1"}, columns[:4])

	require.ErrorContains(t, search(context.Background(), "", queries, out, "", "en", 10), "-corpus")
	require.Error(t, search(context.Background(), filepath.Join(dir, "none"), queries, out, "", "en", 10))
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
}
