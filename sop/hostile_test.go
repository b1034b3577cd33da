package sop_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// numbered repeats a line with its number as long as it fits into a file beside
// head and tail.
func numbered(head, line, tail string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; ; i++ {
		s := fmt.Sprintf(line, i)
		if b.Len()+len(s)+len(tail) > sop.MaxFileSize {
			return b.String() + tail
		}
		b.WriteString(s)
	}
}

// Files made to cost much are refused in bounded time, with a place. The bound
// is slack, for slow machines.
func TestHostileFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("times are measured without -short")
	}
	head := good[:strings.Index(good, "when:")]
	tail := "done_when: The end.\n"
	for _, row := range []struct{ attack, file, want string }{
		{"brackets without end", strings.Repeat("[", sop.MaxFileSize), "f:1:1: values lie more than 24 levels"},
		{"very many values", numbered("a: [", "%d,", "]"), ": the file holds more than 20000 values"},
		{"very many lists with comments", numbered("a:\n", "-\n # %d\n", ""), ": the file holds more than 20000 values"},
		{"a mistake at the end of very many lines", numbered("", "k%d: v\n", "x: \"open\n"), ": a quotation mark is opened here"},
		{"a bracket opened at the start of very many lines", numbered("k: v\nx: [a\n", ", %d\n", ""), "f:2:4: a [ is opened here"},
		{"very many unknown keys", numbered(head, "purpose%d: v\n", tail), `f:10:1: there is no key "purpose0" here`},
		{"very many links to nothing", numbered(head+"steps:\n", "  - {id: s%[1]d, act: A, goto: t%[1]d} # ................................................................\n", tail), `step 1 "s0", goto: no step is called "t0"`},
		{"very many regular expressions", numbered(head+"when:\n  any:\n", "    - {field: text, matches: '\\pL{900}%d'}\n", tail), "matches: the file has more than 20 regular expressions"},
	} {
		t.Run(row.attack, func(t *testing.T) {
			start := time.Now()
			p, err := sop.Parse("f", []byte(row.file))
			took := time.Since(start)
			require.Nil(t, p)
			require.ErrorContains(t, err, row.want)
			require.Less(t, took, time.Minute) // slack, for machines under load
			t.Log(took)
		})
	}
}

// Regular expressions made to cost much are refused, or searched for in bounded time.
func TestHostileToMatching(t *testing.T) {
	if testing.Short() {
		t.Skip("times are measured without -short")
	}
	text := strings.Repeat("ab c ", sop.MaxText/5)
	for pattern, sound := range map[string]bool{
		`(\w+\W+){0,20}refund`: true, `(.*a){30}x`: true, `.{0,120}x`: true, `((a|b|ab){1,5}){1,5}z`: true,
		`.{0,1000}x`: false, `(.?){1000}x`: false, `((a|b|ab){1,30}){1,30}z`: false, `(?:[a-z]*[0-9]*){0,200}!`: false, `(\w+\W+){0,100}refund`: false,
	} {
		line := fmt.Sprintf("    - {field: words, matches: '%s'}\n", pattern)
		p, err := sop.Parse("f", []byte(procedure("f", oneStep+"when:\n  any:\n"+strings.Repeat(line, sop.MaxPatterns))))
		if !sound {
			require.ErrorContains(t, err, "f:13:31: when, any 1, matches: ", pattern)
			require.ErrorContains(t, err, "is too large a regular expression. Repeat less in it", pattern)
			continue
		}
		require.NoError(t, err, pattern)
		start := time.Now()
		p.Explain(sop.Facts{Title: text, Text: text})
		took := time.Since(start)
		require.Less(t, took, 10*time.Second) // slack, for machines under load
		t.Log(pattern, took)
	}
}

// Includes cost what there is of them, not its square.
func TestHostileIncludes(t *testing.T) {
	if testing.Short() {
		t.Skip("times are measured without -short")
	}
	head := good[:strings.Index(good, "when:")]
	files := fstest.MapFS{"i.yaml": file(procedure("i", oneStep))}
	for id := 'a'; id < 'i'; id++ {
		files[string(id)+".yaml"] = file(strings.Replace(head, "id: ", "id: "+string(id)+" #", 1) +
			"done_when: D\nsteps:\n" + strings.Repeat("- include: "+string(id+1)+"\n", 6000))
	}
	start := time.Now()
	_, err := sop.Load(files)
	require.NoError(t, err)
	took := time.Since(start)
	require.Less(t, took, 10*time.Second) // slack, for machines under load
	t.Log(took)
}

// Sound files made to cost the checker much are checked in bounded time.
func TestHostileToTheChecker(t *testing.T) {
	if testing.Short() {
		t.Skip("times are measured without -short")
	}
	head := good[:strings.Index(good, "when:")]
	tail := "done_when: The end.\n"
	for _, row := range []struct{ attack, file string }{
		{"very many steps in one loop", numbered(head+"steps:\n", "  - {id: s%[1]d, act: Do it}\n", "  - {act: Again, goto: s0}\n"+tail)},
		{"very many loops", numbered(head+"steps:\n", "  - {id: s%[1]d, act: A, goto: s%[1]d}\n", tail)},
		{"very many decisions on one answer", numbered(head+"needs:\n  - {id: q, ask: Q, type: yes_no}\nsteps:\n  - ask: q\n", "  - {decide: D%d, on: q, cases: [{case: 'yes', goto: done}]}\n", tail)},
		{"very many promises for one time", numbered(head+"needs:\n  - {id: q, ask: Q, type: time}\nsteps:\n", "  - {promise: update, at: q, what: '%d'}\n", "  - ask: q\n"+tail)},
		{"very many gifts without a limit", numbered(head+"steps:\n", "  - {act: 'A%d', remedy: credit}\n", tail)},
		{"very much to tell", numbered(head+"steps:\n  - tell:\n", "    - I say %d\n", tail)},
	} {
		t.Run(row.attack, func(t *testing.T) {
			file := []byte(row.file)
			for { // as much of it as the reader takes
				_, err := sop.Parse("f", file)
				if err == nil {
					break
				}
				require.ErrorContains(t, err, "more than")
				head, rest, _ := strings.Cut(string(file), "steps:\n")
				lines := strings.SplitAfter(strings.TrimSuffix(rest, tail), "\n")
				file = []byte(head + "steps:\n" + strings.Join(lines[:1], "") + strings.Join(lines[len(lines)/4:], "") + tail)
			}
			p, err := sop.Parse("f", file)
			require.NoError(t, err)
			start := time.Now()
			found := len(p.Check(nil))
			took := time.Since(start)
			require.Less(t, took, 20*time.Second) // slack, for machines under load
			t.Log(took, found, len(p.Steps))
		})
	}
}
