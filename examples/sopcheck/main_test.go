package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

var today = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

const head = "format: 1\nid: gift\nversion: 1\ntitle: A gift\npurpose: It is made good.\nowner: billing\nstatus: active\ndone_when: It is there.\n"

func TestSopcheck(t *testing.T) {
	for _, row := range []struct {
		promise, file string
		flags         []string
		status        int
		want          string
	}{
		{"a sound folder passes", head + "steps:\n  - act: Give it\n", nil, 0, "1 sound procedures, 0 mistakes, 0 warnings, 0 hints\n"},
		{"a mistake stops a build", head, nil, 1, "p.yaml:1:1: steps is missing. Add a line with steps: and list what to do below it.\n0 sound procedures, 1 mistakes, 0 warnings, 0 hints\n"},
		{"so does a warning", head + "review_by: 2026-11-21\nsteps:\n  - act: Give it\n", nil, 1,
			"p.yaml:9:12: review_by: this was to be read again by 2026-11-21. Ask billing to read it and to set a new date. [warning review-overdue]\n1 sound procedures, 0 mistakes, 1 warnings, 0 hints\n"},
		{"a hint does not", head + "steps:\n  - tell: The ETA\n", nil, 0,
			"p.yaml:10:11: step 1, tell: \"ETA\" is a word of ours that a customer need not know. Say it as you would to a neighbour. [hint wording-jargon]\n1 sound procedures, 0 mistakes, 0 warnings, 1 hints\n"},
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "p.yaml"), []byte(row.file), 0o644))
		var out bytes.Buffer
		status, err := run(append(row.flags, dir), today, &out)
		require.NoError(t, err, row.promise)
		require.Equal(t, row.want, out.String(), row.promise)
		require.Equal(t, row.status, status, row.promise)
	}
}

func TestSamplesPass(t *testing.T) {
	dir, training := t.TempDir(), t.TempDir()
	require.NoError(t, os.CopyFS(dir, sop.Samples))
	var out bytes.Buffer
	status, err := run([]string{"-before", dir, "-training", training, dir}, today, &out)
	require.NoError(t, err)
	require.Zero(t, status, out.String())
	page, err := os.ReadFile(filepath.Join(training, "refund.md"))
	require.NoError(t, err)
	require.Contains(t, string(page), "# A customer asks for money back")

	path := filepath.Join(dir, "refund.yaml")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	published := t.TempDir()
	require.NoError(t, os.CopyFS(published, sop.Samples))
	require.NoError(t, os.WriteFile(path, bytes.Replace(data, []byte("owner: billing"), []byte("owner: support"), 1), 0o644))
	out.Reset()
	status, err = run([]string{"-before", published, dir}, today, &out)
	require.NoError(t, err)
	require.Equal(t, 1, status)
	require.Contains(t, out.String(), "[warning version-not-raised]")
}

// The procedure in the README passes as it stands there.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, after, ok := strings.Cut(strings.ReplaceAll(string(readme), "\r\n", "\n"), "```yaml\n")
	require.True(t, ok)
	yaml, _, ok := strings.Cut(after, "```\n")
	require.True(t, ok)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p.yaml"), []byte(yaml), 0o644))
	var out bytes.Buffer
	status, err := run([]string{dir}, today, &out)
	require.NoError(t, err)
	require.Zero(t, status, out.String())
}

func TestWhatCannotBeRead(t *testing.T) {
	var out bytes.Buffer
	for _, args := range [][]string{nil, {"a", "b"}, {filepath.Join(t.TempDir(), "gone")}, {t.TempDir()}} {
		status, err := run(args, today, &out)
		require.Error(t, err)
		require.Equal(t, 2, status)
	}
	status, err := run([]string{"-schema"}, today, &out)
	require.NoError(t, err)
	require.Zero(t, status)
	require.Equal(t, sop.Schema(), out.Bytes())
}
