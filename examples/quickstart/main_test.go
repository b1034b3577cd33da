package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

var update = flag.Bool("update", false, "write the golden file anew")

// quickstart runs the program on a folder and returns what it prints, without the
// folder's name, and the reports.
func quickstart(t *testing.T, dir string, args ...string) (screen, errors string, reports map[string]string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	out := filepath.Join(dir, "out")
	args = append([]string{"-db", filepath.Join(dir, "db"), "-out", out}, args...)
	require.NoError(t, run(context.Background(), args, &stdout, &stderr))
	reports = map[string]string{}
	for _, name := range []string{"report.html", "report.md", "report.json"} {
		raw, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		reports[name] = string(raw)
	}
	return strings.NewReplacer(filepath.Join(dir, "db"), "DB", out+string(filepath.Separator), "OUT/").Replace(stdout.String()), stderr.String(), reports
}

func TestSample(t *testing.T) {
	dir := t.TempDir()
	first, stderr, reports := quickstart(t, dir)
	require.Empty(t, stderr)
	require.LessOrEqual(t, strings.Count(first, "\n"), 60, "it fits on a screen or two")

	golden := filepath.Join("testdata", "sample.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(first), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), first, "run with -update if this is meant")

	head := headOf(t, dir)
	again, _, reportsAgain := quickstart(t, dir)
	require.Contains(t, again, "Nothing is new: all 200 contacts were logged before, and none was logged twice.")
	require.Equal(t, head, headOf(t, dir), "the second run writes nothing")
	require.Equal(t, reports, reportsAgain)
	_, state, _ := strings.Cut(first, "What recurs")
	_, stateAgain, _ := strings.Cut(again, "What recurs")
	require.Equal(t, withoutMia(state), withoutMia(stateAgain), "and shows the same")
}

func withoutMia(s string) string {
	var kept []string
	for l := range strings.Lines(s) {
		if !strings.Contains(l, "Mia was shown") {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "")
}

func headOf(t *testing.T, dir string) uint64 {
	desk, err := tracker.Open(t.Context(), filepath.Join(dir, "db", "supportloop.db"), &tracker.Options{ReadOnly: true})
	require.NoError(t, err)
	defer desk.Close()
	head, err := desk.Head(t.Context())
	require.NoError(t, err)
	return head
}

func TestSampleOnOneProcessor(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	want, err := os.ReadFile(filepath.Join("testdata", "sample.golden"))
	require.NoError(t, err)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	got, _, _ := quickstart(t, t.TempDir())
	require.Equal(t, string(want), got)
}

// What the sample was written to show.
func TestSampleShows(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	dir := t.TempDir()
	_, _, reports := quickstart(t, dir)
	require.Contains(t, reports["report.md"], "## What matters most")
	require.Contains(t, reports["report.html"], "<html")
	require.Contains(t, reports["report.md"], "| 1 | Nobody can sign in | Larkspur | P11 | resolved | 2026-03-24 09:10 | 3 h 10 min | 3 | 0 |")
	require.Contains(t, reports["report.md"], "- so that outage 1 does not happen again: An alarm rings when the connections run low")

	ctx := t.Context()
	desk, err := tracker.Open(ctx, filepath.Join(dir, "db", "supportloop.db"), &tracker.Options{ReadOnly: true})
	require.NoError(t, err)
	defer desk.Close()

	known, regressed := 0, 0
	for p, err := range desk.Problems(ctx, tracker.ProblemQuery{}) {
		require.NoError(t, err)
		if p.KnownError() {
			known++
		}
		if !p.Regressed.IsZero() {
			regressed++
			require.Equal(t, "4.3.0", p.FixedIn)
			require.Equal(t, tracker.ProblemAssess, p.Status, "what came back is looked at again")
		}
	}
	require.GreaterOrEqual(t, known, 9, "eight problems with an article, and the outage")
	require.Equal(t, 1, regressed)

	linked := 0
	for a, err := range desk.Articles(ctx, tracker.ArticleQuery{}) {
		require.NoError(t, err)
		linked += len(a.Problems)
	}
	require.Equal(t, 8, linked, "each article is about a problem that was found")

	states := map[tracker.PromiseState]int{}
	for p, err := range desk.Promises(ctx, tracker.PromiseQuery{}) {
		require.NoError(t, err)
		states[p.State]++
	}
	for _, s := range []tracker.PromiseState{tracker.PromiseOpen, tracker.PromiseKept, tracker.PromiseBroken, tracker.PromiseWithdrawn} {
		require.Positive(t, states[s], "%s promises", s)
	}
}

func TestOwnContacts(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "mine.jsonl")
	require.NoError(t, os.WriteFile(in, []byte(`{"id":"1","time":"2025-12-05","from":"ada@example.org","title":"Lamp \u001b[31mflickers"}
{"id":"2","time":"yesterday"}
{"id":"3","time":"2026-01-06","from":"bo@example.org","title":"Where is my lamp?"}
`), 0o600))
	got, stderr, reports := quickstart(t, dir, "-in", in)
	require.Contains(t, got, "2 contacts logged.\n2 customers, 2 tickets, in DB\n")
	require.Contains(t, got, "5 Dec 2025 to 6 Jan 2026")
	require.NotContains(t, got, "\x1b", "a terminal obeys nothing that a customer wrote")
	require.Contains(t, stderr, `mine.jsonl:2: "time": "yesterday" is not a time`)
	require.Contains(t, reports["report.md"], "2025-12-05 to 2026-01-06")

	got, _, _ = quickstart(t, dir, "-in", in)
	require.Contains(t, got, "Nothing is new: all 2 contacts were logged before, and none was logged twice.")
}

// A contact that does not say when it was is one of today, and in the report.
func TestOwnContactsWithoutATime(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "mine.jsonl")
	require.NoError(t, os.WriteFile(in, []byte(`{"id":"1","time":"2025-12-05","from":"ada@example.org","title":"Lamp flickers"}
{"id":"2","from":"bo@example.org","title":"Where is my lamp?"}
`), 0o600))
	_, _, reports := quickstart(t, dir, "-in", in)
	require.Contains(t, reports["report.md"], "2 contacts from 2 customers on 2 new tickets.")
}

func TestErrors(t *testing.T) {
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"-in", "nowhere.jsonl"}, "nowhere.jsonl"},
		{[]string{"mine.jsonl"}, `"mine.jsonl" is no flag; name a file of contacts with -in`},
		{[]string{"-in", "."}, "is a folder; name a file in it"},
		{[]string{"-out", "main.go"}, "-out: "},
		{[]string{"-db", "main.go"}, "-db: "},
		{[]string{"-colour", "red"}, "-colour"},
	} {
		var b bytes.Buffer
		err := run(t.Context(), append([]string{"-out", t.TempDir()}, row.args...), &b, &b)
		require.ErrorContains(t, err, row.want)
	}
}

// What was fixed without a word of how is news, though there is nothing to do.
func TestBriefingWithNothingToDo(t *testing.T) {
	ctx := t.Context()
	base, err := kb.Open(ctx, t.TempDir(), nil)
	require.NoError(t, err)
	defer base.Close()
	p, err := base.Tracker.CreateProblem(ctx, tracker.Problem{Title: "Lamps blink"})
	require.NoError(t, err)
	_, err = base.Tracker.UpdateProblem(ctx, p.ID, func(p *tracker.Problem) error { p.Status = tracker.ProblemResolved; return nil })
	require.NoError(t, err)
	s := &screen{base: base}
	require.NoError(t, s.briefing(ctx))
	require.Contains(t, s.String(), "Lamps blink")
}
