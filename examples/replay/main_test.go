package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// larkspur are 200 contacts of an invented product. Their field "about" says what is
// the same matter.
var larkspur = filepath.Join("..", "quickstart", "sample", "contacts.jsonl")

func mustRun(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, &errs))
	return out.String(), errs.String()
}

// results runs the program and returns the lines it writes with -out, and the summary.
func results(t *testing.T, args ...string) (out []placed, sum summary) {
	t.Helper()
	dir := t.TempDir()
	stdout, _ := mustRun(t, append(args, "-json", "-out", filepath.Join(dir, "out"))...)
	require.NoError(t, json.Unmarshal([]byte(stdout), &sum))
	for l := range strings.Lines(read(t, filepath.Join(dir, "out"))) {
		var p placed
		require.NoError(t, json.Unmarshal([]byte(l), &p))
		out = append(out, p)
	}
	return out, sum
}

func read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(raw)
}

// write writes a file of lines and returns its name.
func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600))
	return name
}

func ids(out []placed) (ids []string) {
	for _, p := range out {
		ids = append(ids, p.ID)
	}
	return ids
}

func TestSameFilesSameOutput(t *testing.T) {
	for _, row := range []struct {
		name string
		args []string
	}{
		{"imported", nil},
		{"shuffled", []string{"-shuffle", "7", "-caution", "50"}},
		{"one by one", []string{"-confirm", "about", "-audit", ".3", "-run", "RUN", "-regroup"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if testing.Short() && row.args != nil {
				t.Skip("one goroutine and much to compute: run without -short")
			}
			var all []string
			for _, processors := range []int{1, 2} {
				dir := t.TempDir()
				args := []string{"-in", larkspur, "-out", filepath.Join(dir, "out"), "-report", dir}
				for _, a := range row.args {
					args = append(args, strings.Replace(a, "RUN", filepath.Join(dir, "run"), 1))
				}
				before := runtime.GOMAXPROCS(processors)
				mustRun(t, args...)
				runtime.GOMAXPROCS(before)
				written := read(t, filepath.Join(dir, "out")) + read(t, filepath.Join(dir, "report.json")) +
					read(t, filepath.Join(dir, "report.md")) + read(t, filepath.Join(dir, "report.html"))
				if len(row.args) > 4 {
					written += read(t, filepath.Join(dir, "run"))
				}
				all = append(all, written)
			}
			require.Equal(t, all[0], all[1], "twice, on one processor and on two")
		})
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	a := write(t, "a.jsonl",
		`{"id":"a-first"}`, `{"id":"a3","time":"2026-01-03"}`, `{"id":"a3-next"}`, `{"id":"a1","time":"2026-01-01"}`)
	b := write(t, "b.jsonl", `{"id":"b2","time":"2026-01-02"}`, `{"id":"b3","time":"2026-01-03"}`)
	out, _ := results(t, "-in", a+","+b)
	require.Equal(t, []string{"a-first", "a1", "b2", "a3", "a3-next", "b3"}, ids(out))

	none := write(t, "c.jsonl", `{"id":"3"}`, `{"id":"1"}`, `{"id":"2"}`)
	out, _ = results(t, "-in", none)
	require.Equal(t, []string{"3", "1", "2"}, ids(out), "without times the files' own order")

	one, _ := results(t, "-in", a+","+b, "-shuffle", "1")
	two, _ := results(t, "-in", a+","+b, "-shuffle", "2")
	require.ElementsMatch(t, ids(one), ids(two))
	require.NotEqual(t, ids(one), ids(two), "another seed, another order")
}

func TestRanking(t *testing.T) {
	t.Parallel()
	run := filepath.Join(t.TempDir(), "run")
	out, _ := results(t, "-in", larkspur, "-run", run, "-k", "7", "-confirm", "about")
	place := map[string]int{}
	for i, p := range out {
		place[p.ID] = i
	}
	queries, last := map[string]int{}, map[string]float64{}
	seen := map[string]bool{}
	for l := range strings.Lines(read(t, run)) {
		f := strings.Fields(l)
		require.Len(t, f, 6)
		query, doc := f[0], f[2]
		queries[query]++
		require.Equal(t, strconv.Itoa(queries[query]), f[3], "ranks count from 1")
		require.False(t, seen[query+" "+doc], "a ticket once")
		seen[query+" "+doc] = true
		require.Less(t, place[doc], place[query], "only what is older")
		score, err := strconv.ParseFloat(f[4], 64)
		require.NoError(t, err)
		if queries[query] > 1 {
			require.Less(t, score, last[query], "scores fall")
		}
		last[query] = score
	}
	require.Greater(t, len(queries), 100)
	full := 0
	for _, n := range queries {
		require.LessOrEqual(t, n, 7)
		if n == 7 {
			full++
		}
	}
	require.Positive(t, full, "problems are flattened until k is reached")
}

func TestAgent(t *testing.T) {
	t.Parallel()
	lines := []string{
		`{"id":"1","title":"the lamp flickers at night"}`,
		`{"id":"2","title":"where can I buy the green cable","dup":"none of these"}`,
		`{"id":"3","title":"my lamp goes on and off","dup":"1"}`,
		`{"id":"4","title":"invoice lost","dup":["g7"]}`,
		`{"id":"5","title":"no bill arrived","dup":"g7"}`,
		`{"id":"6","title":"please send the invoice again","dup":["g7","5"]}`,
		`{"id":"7","title":"lamp","dup":"9"}`,
		`{"id":"9","title":"light"}`,
	}
	out, sum := results(t, "-in", write(t, "in.jsonl", lines...), "-confirm", "dup")
	require.Equal(t, 5, sum.Agent.Confirmed, "1-3, 4-5, 4-6, 5-6 and 7-9")
	problem := map[string]uint64{}
	for _, p := range out {
		if p.Problem != nil {
			problem[p.ID] = uint64(*p.Problem)
			require.Equal(t, "person", p.By)
		}
	}
	require.Len(t, problem, 7, "all but the cable")
	require.Equal(t, problem["1"], problem["3"])
	require.Equal(t, problem["4"], problem["6"])
	require.Equal(t, problem["7"], problem["9"])
	require.NotEqual(t, problem["1"], problem["4"])
	require.Zero(t, sum.Agent.Audits)
}

// The agent knows what was logged by an earlier run.
func TestAgentGoesOn(t *testing.T) {
	t.Parallel()
	db := t.TempDir()
	first := write(t, "in.jsonl", `{"id":"1","title":"lamp","dup":"x"}`, `{"id":"2","title":"cable"}`)
	_, sum := results(t, "-in", first, "-db", db, "-confirm", "dup")
	require.Zero(t, sum.Agent.Confirmed)
	more := write(t, "in.jsonl", `{"id":"1","title":"lamp","dup":"x"}`, `{"id":"2","title":"cable"}`, `{"id":"3","title":"light","dup":"x"}`, `{"id":"4","title":"wire","dup":"2"}`)
	out, sum := results(t, "-in", more, "-db", db, "-confirm", "dup")
	require.Equal(t, 2, sum.Duplicates)
	require.Equal(t, 2, sum.Agent.Confirmed)
	require.Equal(t, out[0].Problem, out[2].Problem)
	require.Equal(t, out[1].Problem, out[3].Problem)
	require.NotEqual(t, out[0].Problem, out[1].Problem)
}

func TestAudit(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	t.Parallel()
	_, all := results(t, "-in", larkspur, "-confirm", "about", "-audit", "1")
	require.Greater(t, all.Agent.Audits, 100, "every ticket that has a candidate")
	require.Positive(t, all.Agent.Same)
	require.Less(t, all.Agent.Same, all.Agent.Audits, "\"not the same\" is recorded, too")

	_, some := results(t, "-in", larkspur, "-confirm", "about", "-audit", ".2")
	require.Positive(t, some.Agent.Audits)
	require.Less(t, some.Agent.Audits, all.Agent.Audits/2)
}

// So many pairs and no more, the first ones.
func TestPairs(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	t.Parallel()
	_, none := results(t, "-in", larkspur, "-confirm", "about", "-pairs", "0")
	require.Zero(t, none.Agent.Confirmed)
	_, seven := results(t, "-in", larkspur, "-confirm", "about", "-pairs", "7")
	require.Equal(t, 7, seven.Agent.Confirmed)
}

// Logged together or one by one, the same comes of it.
func TestImportedOrLogged(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	t.Parallel()
	together, _ := results(t, "-in", larkspur, "-caution", "30")
	one, _ := results(t, "-in", larkspur, "-caution", "30", "-run", filepath.Join(t.TempDir(), "run"))
	require.Equal(t, together, one)
}

func TestThread(t *testing.T) {
	t.Parallel()
	in := write(t, "in.jsonl",
		`{"id":"T-1","author":"ada","time":"2026-01-01","title":"lamp"}`,
		`{"id":"T-1-c1","issue":"T-1","author":"bo","time":"2026-01-02","text":"mine too"}`,
		`{"id":"T-2-c1","issue":"T-2","author":"bo","time":"2026-01-03","text":"to a ticket that is not here"}`)
	out, _ := results(t, "-in", in, "-thread", "issue")
	require.Equal(t, out[0].Ticket, out[1].Ticket, "whoever sent it")
	require.NotEqual(t, out[0].Ticket, out[2].Ticket)

	one, _ := results(t, "-in", in, "-thread", "issue", "-run", filepath.Join(t.TempDir(), "run"))
	require.Equal(t, out, one, "logged together or one by one")

	out, _ = results(t, "-in", in)
	require.NotEqual(t, out[0].Ticket, out[1].Ticket, "a field counts only when it is named")
}

func TestKeptLog(t *testing.T) {
	t.Parallel()
	db := t.TempDir()
	out, sum := results(t, "-in", larkspur, "-db", db)
	require.Equal(t, 200, sum.Contacts)
	again, sum := results(t, "-in", larkspur, "-db", db, "-confirm", "nothing")
	require.Zero(t, sum.Contacts)
	require.Equal(t, 200, sum.Duplicates)
	require.Equal(t, 200, sum.Before)
	require.Equal(t, out, again, "what was there is told all the same")

	stdout, _ := mustRun(t, "-in", larkspur, "-db", db)
	require.Contains(t, stdout, "none is new: all 200 were logged before")
}

func TestBadLines(t *testing.T) {
	t.Parallel()
	lines := []string{`{"id":"1","title":"a"}`, `{"id":"2","time":"soon"}`, `{"id":"` + strings.Repeat("x", 2000) + `"}`, `{"id":"1","title":"a"}`}
	for range 25 {
		lines = append(lines, "no JSON")
	}
	in := write(t, "in.jsonl", lines...)
	stdout, stderr := mustRun(t, "-in", in, "-json")
	var sum summary
	require.NoError(t, json.Unmarshal([]byte(stdout), &sum))
	require.Equal(t, []int{1, 26, 1, 1}, []int{sum.Contacts, sum.BadLines, sum.Refused, sum.Duplicates})
	require.Contains(t, stderr, in+`:2: "time": "soon" is not a time`)
	require.Equal(t, shownBad, strings.Count(stderr, in), "the first are named")
	require.Contains(t, stderr, "further bad lines are counted only")

	stdout, _ = mustRun(t, "-in", in)
	require.Contains(t, stdout, "26 lines that cannot be read, 1 contacts that cannot be logged")
}

func TestGzip(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(`{"id":"1"}`))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	out, _ := results(t, "-in", write(t, "in.jsonl.gz", b.String()))
	require.Equal(t, []string{"1"}, ids(out))
}

func TestSummary(t *testing.T) {
	t.Parallel()
	_, sum := results(t, "-in", larkspur, "-confirm", "about", "-regroup")
	require.Equal(t, 200, sum.Contacts)
	require.Positive(t, sum.Groups)
	require.LessOrEqual(t, sum.Groups, sum.Problems)
	require.NotNil(t, sum.Regrouped)
	require.Positive(t, sum.Log.P50)
	require.LessOrEqual(t, sum.Log.P50, sum.Log.P99)
	for _, n := range []int64{sum.StoreBytes, sum.IndexBytes, sum.PeakBytes} {
		require.Positive(t, n)
	}
	stdout, stderr := mustRun(t, "-in", larkspur, "-run", filepath.Join(t.TempDir(), "run"))
	require.Empty(t, stderr, "progress is for terminals")
	for _, word := range []string{"200 logged", "contacts/s", "p99", "problems", "memory at most"} {
		require.Contains(t, stdout, word)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		args []string
		want string
	}{
		{nil, "which contacts?"},
		{[]string{"a.jsonl"}, `"a.jsonl" is no flag; name the files with -in`},
		{[]string{"-in", "nowhere.jsonl"}, "nowhere.jsonl"},
		{[]string{"-in", "x", "-pairs", "1"}, "-pairs needs -confirm FIELD"},
		{[]string{"-in", "x", "-audit", ".1"}, "-audit needs -confirm FIELD"},
		{[]string{"-in", "x", "-confirm", "f", "-audit", "2"}, "no share"},
		{[]string{"-in", "x", "-k", "0"}, "-k 0"},
		{[]string{"-in", "x", "-alarms", "-1"}, "-alarms -1: want a number of false alarms"},
		{[]string{"-in", "x", "-caution", "-1"}, "-caution -1"},
		{[]string{"-in", "x", "-cautions", "1,x"}, "-cautions: want numbers above 0"},
		{[]string{"-in", "x", "-cautions", "0"}, "-cautions: want numbers above 0"},
		{[]string{"-in", "x", "-hot", "-1"}, "-hot -1"},
		{[]string{"-in", "x", "-exemplars", "-8"}, "-exemplars -8"},
		{[]string{"-in", "x", "-caution", "NaN"}, "-caution NaN: want a number"},
		{[]string{"-in", "x", "-confirm", "f", "-audit", "NaN"}, "-audit NaN is no share"},
		{[]string{"-in", "x", "-shuffle", "dice"}, "-shuffle: want a whole number"},
		{[]string{"-in", "."}, "is a folder; name a file in it"},
		{[]string{"-in", larkspur, "-db", "main.go"}, "-db: "},
	} {
		var b bytes.Buffer
		require.ErrorContains(t, run(t.Context(), row.args, &b, &b), row.want)
	}
}

// What cannot be written is said before hours of work, not after.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for flag, name := range map[string]string{"-out": dir, "-run": filepath.Join(dir, "no", "folder"), "-report": file} {
		var b bytes.Buffer
		r := &replay{settings: settings{in: []string{larkspur}, k: 1}, stderr: &b}
		switch flag {
		case "-out":
			r.out = name
		case "-run":
			r.settings.run = name
		case "-report":
			r.report = name
		}
		_, err := r.run(t.Context())
		require.ErrorContains(t, err, "that can be written to", flag)
		require.ErrorContains(t, err, flag)
		require.Zero(t, r.sum.Contacts, "nothing was logged yet")
	}
}

// alarming is a file of a month in which somebody asks something every four hours, and
// then customers who write the same within an hour.
func alarming(t *testing.T, customers int) string {
	var lines []string
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	at := func(when time.Time, who int, text string) {
		lines = append(lines, fmt.Sprintf(`{"id": "%d", "time": %q, "from": "c%d@example.org", "text": %q}`, len(lines), when.Format(time.RFC3339), who, text))
	}
	words := strings.Fields("lamp bulb cable shade socket timer sensor bracket dimmer colour warranty invoice parcel courier voucher catalogue")
	for i := range 180 {
		w := func(k int) string { return words[(i*k+i/len(words))%len(words)] }
		at(day.Add(time.Duration(i)*4*time.Hour), i, fmt.Sprintf("Which %s goes with the %s and the %s, and %s?", w(3), w(5), w(7), w(11)))
	}
	for i := range customers {
		at(day.AddDate(0, 0, 30).Add(time.Duration(i)*8*time.Minute), 1000+i, "The application refuses my password since the update and shows error E4711.")
	}
	return write(t, "alarming.jsonl", lines...)
}

func TestAlarmsAreBacktested(t *testing.T) {
	_, sum := results(t, "-in", alarming(t, 6), "-alarms", "1")
	require.NotEmpty(t, sum.Alarms.Alarms)
	last := sum.Alarms.Alarms[len(sum.Alarms.Alarms)-1]
	require.GreaterOrEqual(t, last.Customers, 3)
	require.Equal(t, 186, sum.Alarms.Tickets)

	text, _ := mustRun(t, "-in", alarming(t, 6), "-alarms", "1")
	require.Contains(t, text, last.Why)

	_, sum = results(t, "-in", alarming(t, 1), "-alarms", "1")
	require.Empty(t, sum.Alarms.Alarms, "without the burst nothing rings")

	_, sum = results(t, "-in", alarming(t, 6))
	require.Nil(t, sum.Alarms, "who does not ask is not told")
}

func TestCautionsAreBacktested(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	_, sum := results(t, "-in", larkspur, "-confirm", "about", "-cautions", "0.1,2,50")
	require.Len(t, sum.Cautions, 3)
	last := caution{}
	for _, c := range sum.Cautions {
		require.Positive(t, c.Contacts)
		require.GreaterOrEqual(t, c.Joins, last.Joins, "the bolder, the more")
		require.LessOrEqual(t, len(c.Close), 5)
		for _, j := range c.Close {
			require.Greater(t, j.Score, j.Threshold)
			require.NotEmpty(t, j.Title)
		}
		last = c
	}
	require.NotEmpty(t, last.Same)
	text, _ := mustRun(t, "-in", larkspur, "-cautions", "50")
	require.Contains(t, text, "caution   joins")
	_, sum = results(t, "-in", larkspur)
	require.Nil(t, sum.Cautions, "who does not ask is not told")
}
