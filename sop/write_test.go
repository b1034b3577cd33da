package sop_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// sampleFiles returns the sample files, and the good file of this package's tests.
func sampleFiles(t testing.TB) map[string][]byte {
	names, err := fs.Glob(sop.Samples, "*.yaml")
	require.NoError(t, err)
	out := map[string][]byte{"good.yaml": []byte(good), "full.yaml": []byte(full)}
	for _, name := range names {
		data, err := fs.ReadFile(sop.Samples, name)
		require.NoError(t, err)
		out[name] = data
	}
	return out
}

// roundTrip checks what has to hold of every sound file: saved without an edit it is
// the same, written anew it says the same, and writing that again changes nothing.
func roundTrip(name string, data []byte) error {
	p, err := sop.Parse(name, data)
	if err != nil {
		return err
	}
	if same, err := sop.Rewrite(data, p); err != nil || !bytes.Equal(same, data) {
		return fmt.Errorf("saving what was not edited changed it: %v\n%s", err, same)
	}
	once, err := sop.Marshal(p)
	if err != nil {
		return fmt.Errorf("written anew: %w\n%s", err, once)
	}
	q, err := sop.Parse(name, once)
	if err != nil {
		return err
	}
	twice, err := sop.Marshal(q)
	if err != nil || !bytes.Equal(once, twice) {
		return fmt.Errorf("writing is no fixed point: %v\n%s", err, cmp.Diff(string(once), string(twice)))
	}
	return nil
}

func TestRoundTrip(t *testing.T) {
	for name, data := range sampleFiles(t) {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, roundTrip(name, data))
			require.NoError(t, roundTrip(name, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))), "with Windows line ends")
			require.NoError(t, roundTrip(name, append([]byte("\ufeff"), data...)), "with a byte order mark")
			require.NoError(t, roundTrip(name, bytes.TrimRight(data, "\n")), "without a line feed at the end")
		})
	}
}

// One way out of a check may be left unsaid, either of them.
func TestCheckLeavesOneWayUnsaid(t *testing.T) {
	for _, ways := range []string{"yes: next", "no: next", "yes: done", "no: done", "yes: next\n    no: next"} {
		require.NoError(t, roundTrip("f", []byte(procedure("f", "steps:\n  - check: It is so\n    "+ways+"\n"))), ways)
	}
}

// An edit changes the lines it must, and no other.
func TestEditsGolden(t *testing.T) {
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	var b strings.Builder
	for _, row := range []struct {
		promise, of string
		edit        func(*sop.Procedure)
	}{
		{"a number is one line", "refund", func(p *sop.Procedure) { p.Version++ }},
		{"a folded text is folded again", "outage", func(p *sop.Procedure) {
			p.Purpose = "Everybody who asks learns what is wrong and since when, is told when they hear next, and has no reason to ask us again before that."
		}},
		{"a word in a list in brackets", "refund", func(p *sop.Procedure) { p.When.All[0].Test.Values[1] = "praise" }},
		{"a word more in a list in brackets", "cannot-log-in", func(p *sop.Procedure) {
			p.Needs[1].Choices = append(p.Needs[1].Choices, "a code does not come")
		}},
		{"a limit", "double-charge", func(p *sop.Procedure) { p.Limits[0].UpTo.Minor = 7550 }},
		{"a point more to tell", "callback", func(p *sop.Procedure) {
			tell := p.Steps[2].Action.(sop.Tell)
			tell.Points = append(tell.Points, "Where the answer stands in writing: \"Help\", page 3")
			p.Steps[2].Action = tell
		}},
		{"a step between others", "suggestion", func(p *sop.Procedure) {
			p.Steps = slices.Insert(p.Steps, 4, sop.Step{ID: "thank", Action: sop.Act{Do: "Write a line to the author", By: "product"}, Note: "By hand, and short."})
		}},
		{"a step before all", "refund", func(p *sop.Procedure) {
			p.Steps = slices.Insert(p.Steps, 0, sop.Step{Action: sop.Tell{Points: []string{"That we look at it now"}}})
		}},
		{"a step less", "bug-for-developers", func(p *sop.Procedure) { p.Steps = slices.Delete(p.Steps, 6, 7) }},
		{"a key less behind the hyphen", "refund", func(p *sop.Procedure) {
			i := slices.IndexFunc(p.Steps, func(s sop.Step) bool { return s.ID == "confirm" })
			for j := range p.Steps {
				if p.Steps[j].Goto == "confirm" {
					p.Steps[j].Goto = sop.Done
				}
			}
			p.Steps[i].ID = ""
		}},
		{"a key that was not there", "cancellation", func(p *sop.Procedure) { p.Needs[0].Why = "So that nothing is charged after it." }},
		{"a whole part that was not there", "sync-delay", func(p *sop.Procedure) {
			p.Escalation = []sop.Escalation{{To: "second line lead", When: "More than ten entries are missing", Within: sop.Span{N: 1, Unit: sop.Hours}}}
			p.See = []sop.Link{{Procedure: "bug-for-developers"}, {Problem: 12}}
		}},
		{"a part that goes", "cannot-log-in", func(p *sop.Procedure) { p.Escalation = nil }},
		{"a test becomes another", "callback", func(p *sop.Procedure) {
			p.When.Any[1].Test = &sop.Test{Field: "channel", Op: sop.In, Values: []string{"voicemail", "phone"}}
		}},
		{"a text in double quotes", "everything", func(p *sop.Procedure) { p.Title = "Everything: \"a to b\"" }},
		{"a text on several lines", "everything", func(p *sop.Procedure) { p.Owner = "the half of the team" }},
		{"a folded text of two paragraphs", "everything", func(p *sop.Procedure) { p.Purpose = "One paragraph alone." }},
		{"a text that keeps its lines", "everything", func(p *sop.Procedure) { p.Needs[0].Ask = "What they are called,\nand since when" }},
		{"keys in braces", "everything", func(p *sop.Procedure) { p.Needs[1].Why, p.Needs[1].Choices[2] = "Why: so", "five, six" }},
		{"single quotes", "everything", func(p *sop.Procedure) { p.Needs[2].Why = "It's not needed." }},
		{"one point becomes two", "everything", func(p *sop.Procedure) {
			tell := p.Steps[3].Action.(sop.Tell)
			p.Steps[3].Action = sop.Tell{Points: append(tell.Points, "Another point")}
		}},
		{"two points become one", "everything", func(p *sop.Procedure) {
			tell := p.Steps[4].Action.(sop.Tell)
			p.Steps[4].Action = sop.Tell{Points: tell.Points[1:], Avoid: append(tell.Avoid, "Waste")}
		}},
		{"another case in braces", "everything", func(p *sop.Procedure) {
			d := p.Steps[7].Action.(sop.Decide)
			d.Cases[1].Goto = sop.Done
			p.Steps[7].Action = d
		}},
		{"a part that goes from between others", "everything", func(p *sop.Procedure) { p.See = nil }},
		{"an item in braces that goes", "everything", func(p *sop.Procedure) { p.Silence = p.Silence[:1] }},
		{"true becomes false", "everything", func(p *sop.Procedure) { p.Needs[0].Optional = false }},
	} {
		was, ok := l.Procedure(row.of)
		if row.of == "everything" {
			was, err = sop.Parse("full.yaml", []byte(full))
			require.NoError(t, err)
		} else {
			require.True(t, ok)
		}
		p := was.Clone()
		row.edit(p)
		out, err := sop.Rewrite(was.Source(), p)
		require.NoError(t, err, row.promise)
		fmt.Fprintf(&b, "== %s: %s\n%s\n", row.of, row.promise, lineDiff(string(was.Source()), string(out)))
	}
	golden(t, "edits.txt", b.String())
}

// lineDiff shows the lines that differ with one before and after.
func lineDiff(was, is string) string {
	a, b := strings.SplitAfter(was, "\n"), strings.SplitAfter(is, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out strings.Builder
	show := func(mark string, lines []string) {
		for _, l := range lines {
			out.WriteString(mark + strings.TrimRight(l, "\r\n") + "\n")
		}
	}
	show("  ", a[max(0, head-1):head])
	show("- ", a[head:len(a)-tail])
	show("+ ", b[head:len(b)-tail])
	show("  ", a[len(a)-tail:min(len(a), len(a)-tail+1)])
	return out.String()
}

// Random edits of every sample are written, read as what they are, and keep every
// comment that does not stand in what was removed.
func TestRandomEdits(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 2
	}
	for name, data := range sampleFiles(t) {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(rounds) {
				rnd := rand.New(rand.NewPCG(seed, 1))
				p, err := sop.Parse(name, data)
				require.NoError(t, err)
				file := data
				for range 6 {
					p = p.Clone()
					what := randomEdit(rnd, p)
					if _, err := sop.Marshal(p); err != nil {
						break // the edit is not sound: a step that is led to was removed, say
					}
					out, err := sop.Rewrite(file, p)
					require.NoError(t, err, "seed %d: %s\n%s", seed, what, file)
					q, err := sop.Parse(name, out)
					require.NoError(t, err)
					require.Equal(t, text(t, p), text(t, q), "seed %d: %s", seed, what)
					again, err := sop.Rewrite(out, q)
					require.NoError(t, err)
					require.Equal(t, string(out), string(again), "seed %d: %s: saving again changes it", seed, what)
					require.Equal(t, heading(data), heading(out), "the comment at the top stays")
					p, file = q, out
				}
			}
		})
	}
}

func heading(data []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

func text(t *testing.T, p *sop.Procedure) string {
	data, err := sop.Marshal(p)
	require.NoError(t, err)
	return string(data)
}

var randomTexts = []string{
	"Short", "With a colon: and more", "'quoted'", `"doubly"`, "- a hyphen first", "#not a comment", "a # b", "ends with:", "yes", "12", "2027-01-01",
	"Two\nlines", "a long text that goes on and on and on until it is past the width at which lines are folded, and then some more of it", "ümläut ß 漢字",
	"{braces} and [brackets], too", "*star", "&and", "!bang", "%percent", "@at", "`tick`", "back\\slash", "tab\tinside", "a  double space", "trailing dots ...", "null", "~", "| pipe", "> more", "? what", "x: y: z",
}

// randomEdit changes something in p and says what.
func randomEdit(rnd *rand.Rand, p *sop.Procedure) string {
	pick := func() string { return randomTexts[rnd.IntN(len(randomTexts))] }
	switch n := rnd.IntN(14); n {
	case 0:
		p.Version++
		return "version"
	case 1:
		p.Title = strings.ReplaceAll(pick(), "\n", " ")
		return "title " + p.Title
	case 2:
		p.Purpose = pick()
		return "purpose " + p.Purpose
	case 3:
		i := rnd.IntN(len(p.Steps))
		p.Steps = slices.Delete(p.Steps, i, i+1)
		return fmt.Sprint("step ", i+1, " less")
	case 4:
		i := rnd.IntN(len(p.Steps) + 1)
		p.Steps = slices.Insert(p.Steps, i, sop.Step{Action: sop.Tell{Points: []string{pick(), pick()}, Avoid: []string{pick()}}, Note: pick()})
		return fmt.Sprint("a step before ", i+1)
	case 5:
		i := rnd.IntN(len(p.Steps))
		p.Steps[i].Note = pick()
		return fmt.Sprint("note of ", i+1)
	case 6:
		i, j := rnd.IntN(len(p.Steps)), rnd.IntN(len(p.Steps))
		p.Steps[i], p.Steps[j] = p.Steps[j], p.Steps[i]
		return fmt.Sprint("steps ", i+1, " and ", j+1, " swapped")
	case 7:
		p.Limits = append(p.Limits, sop.Limit{Role: pick(), Remedy: sop.Credit, UpTo: sop.Money{Minor: int64(rnd.IntN(9999)), Currency: "EUR"}, Per: sop.PerTicket})
		return "a limit more"
	case 8:
		p.Limits = nil
		return "no limits"
	case 9:
		for i := range p.Steps {
			if tell, ok := p.Steps[i].Action.(sop.Tell); ok {
				k := rnd.IntN(len(tell.Points))
				tell.Points[k] = pick()
				return fmt.Sprint("point ", k+1, " of step ", i+1)
			}
		}
		return "nothing"
	case 10:
		p.Escalation = append([]sop.Escalation{{To: pick(), When: pick(), Within: sop.Span{N: 1 + rnd.IntN(9), Unit: sop.BusinessDays}}}, p.Escalation...)
		return "an escalation first"
	case 11:
		for i := range p.Needs {
			p.Needs[i].Why = pick()
		}
		return "why of all"
	case 12:
		p.When = sop.Condition{Any: []sop.Condition{
			{Test: &sop.Test{Field: "words", Op: sop.Contains, Values: []string{"some words", "crash*"}}},
			p.When,
		}}
		if p.When.Any[1].IsZero() {
			p.When.Any = p.When.Any[:1]
		}
		return "when within any"
	default:
		p.Needs = append(p.Needs, sop.Need{ID: fmt.Sprintf("fresh%d", rnd.IntN(1000)), Ask: pick(), Type: sop.NeedChoice, Choices: []string{"yes", pick() + " one", "[2]"}, Optional: rnd.IntN(2) == 0})
		return "a question more"
	}
}

// Of several who save an edit of one file at once, one has saved it.
func TestSaveAtOnce(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "x.yaml")
		require.NoError(t, os.WriteFile(path, []byte(procedure("x", oneStep)), 0o644))
		p, err := sop.Parse("x.yaml", []byte(procedure("x", oneStep)))
		require.NoError(t, err)
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				q := p.Clone()
				q.Owner = fmt.Sprint("owner ", i)
				_, errs[i] = sop.Save(path, q)
			})
		}
		all.Wait()
		var saved []string
		for i, err := range errs {
			if err == nil {
				saved = append(saved, fmt.Sprint("owner: owner ", i))
			} else {
				require.ErrorIs(t, err, sop.ErrChanged)
			}
		}
		require.Len(t, saved, 1)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(data), saved[0])
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, sop.Samples))
	path := filepath.Join(dir, "refund.yaml")
	before, err := os.Stat(path)
	require.NoError(t, err)
	l, err := sop.Load(os.DirFS(dir))
	require.NoError(t, err)
	p, _ := l.Procedure("refund")

	same, err := sop.Save(path, p)
	require.NoError(t, err)
	require.Equal(t, p.Hash, same.Hash)
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, before.ModTime(), after.ModTime(), "what was not edited is not written")

	q := p.Clone()
	q.Version, q.Owner = 2, "money desk"
	saved, err := sop.Save(path, q)
	require.NoError(t, err)
	require.NotEqual(t, p.Hash, saved.Hash)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.NewReplacer("version: 1", "version: 2", "owner: billing", "owner: money desk").Replace(string(p.Source())), string(data))

	_, err = sop.Save(path, q)
	require.ErrorIs(t, err, sop.ErrChanged, "an edit of what somebody changed meanwhile is refused")

	bad := saved.Clone()
	bad.Title = ""
	_, err = sop.Save(path, bad)
	require.ErrorContains(t, err, "title is missing")
	now, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(data), string(now), "what is not sound is not saved")

	fresh := &sop.Procedure{Format: sop.Format1, ID: "new", Version: 1, Title: "New", Purpose: "P", Owner: "O", Status: sop.Draft, DoneWhen: "D",
		Steps: []sop.Step{{Action: sop.Act{Do: "Something"}}}}
	_, err = sop.Save(path, fresh)
	require.ErrorIs(t, err, fs.ErrExist)
	_, err = sop.Save(filepath.Join(dir, "new.yaml"), fresh)
	require.NoError(t, err)
	l, err = sop.Load(os.DirFS(dir))
	require.NoError(t, err)
	_, ok := l.Procedure("new")
	require.True(t, ok)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, strings.HasSuffix(e.Name(), ".tmp"), "nothing is left beside it")
	}
}
