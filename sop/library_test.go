package sop_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

// procedure returns a small sound file.
func procedure(id, more string) string {
	return fmt.Sprintf("format: 1\nid: %s\nversion: 1\ntitle: T\npurpose: P\nowner: O\nstatus: active\ndone_when: D\n%s", id, more)
}

const oneStep = "steps:\n  - act: Something\n"

func TestSamples(t *testing.T) {
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	files, err := fs.Glob(sop.Samples, "*.yaml")
	require.NoError(t, err)
	require.Len(t, l.All(), len(files))
	require.GreaterOrEqual(t, len(files), 12)
	require.Empty(t, l.Check(&sop.CheckOptions{Today: sop.Date{Year: 2026, Month: 11, Day: 22}, Before: l}))
	beside, err := fs.ReadFile(sop.Samples, sop.SchemaFile)
	require.NoError(t, err)
	require.Equal(t, sop.Schema(), beside)
	for _, p := range l.All() {
		t.Run(p.ID, func(t *testing.T) {
			require.Empty(t, p.Check(nil))
			require.Equal(t, p.ID+".yaml", p.File, "a file is found by its procedure's id")
			require.Equal(t, sop.Active, p.Status)
			require.False(t, p.ReviewBy.IsZero(), "a model to copy says when it is read again")
			require.False(t, p.When.IsZero())
			require.True(t, strings.HasPrefix(string(p.Source()), "# yaml-language-server: $schema="+sop.SchemaFile), "an editor finds the schema")
		})
	}
}

// Each sample is found by a customer's own words.
func TestSamplesMatch(t *testing.T) {
	l, err := sop.Load(sop.Samples)
	require.NoError(t, err)
	for _, row := range []struct {
		want  string
		facts sop.Facts
	}{
		{"double-charge", sop.Facts{Kind: "complaint", Title: "Paid twice this month", Text: "There are two charges of 29 EUR on my card."}},
		{"double-charge", sop.Facts{Text: "Das Abo wurde doppelt abgebucht!"}},
		{"refund", sop.Facts{Kind: "request", Text: "I would like my money back for the yearly plan, we closed the shop."}},
		{"refund", sop.Facts{Kind: "complaint", Text: "I asked twice for a refund already."}},
		{"cannot-log-in", sop.Facts{Kind: "incident", Title: "No reset mail", Text: "I asked for a new PASSWORD four times and nothing comes."}},
		{"cannot-log-in", sop.Facts{Kind: "question", Text: "Wie kann ich mein Passwort zurücksetzen?"}},
		{"outage", sop.Facts{Kind: "incident", Text: "All I get is HTTP 503, is there an outage? I cannot log in."}},
		{"sync-delay", sop.Facts{Kind: "incident", Text: "Receipts from my phone do not sync to the browser since Monday."}},
		{"bug-for-developers", sop.Facts{Kind: "incident", Version: "4.4.0", Text: "The app crashes whenever I photograph a receipt."}},
		{"bug-for-developers", sop.Facts{Kind: "incident", Text: "Card reader says ERR_PAIR_TIMEOUT."}},
		{"bug-for-developers", sop.Facts{Kind: "complaint", Text: "Every line from my bank is there as a duplicate, Error LK-2041."}},
		{"bug-for-developers", sop.Facts{Kind: "incident", Text: "Umlauts are garbled in the CSV."}},
		{"suggestion", sop.Facts{Kind: "suggestion", Text: "Could you make the list of invoices wider?"}},
		{"cancellation", sop.Facts{Kind: "request", Text: "Please cancel our subscription by the end of May."}},
		{"upset-customer", sop.Facts{Kind: "complaint", Text: "This is outrageous. It is the third time that I write."}},
		{"complaint-about-agent", sop.Facts{Kind: "complaint", Text: "Your colleague was rude on the phone this morning."}},
		{"data-request", sop.Facts{Kind: "request", Text: "Under the GDPR, please send me a copy of my data."}},
		{"vip", sop.Facts{Kind: "question", Text: "How do I add a till?", Spend: sop.Money{Minor: 90000, Currency: "EUR"}}},
		{"wrong-item", sop.Facts{Kind: "incident", Text: "You sent the wrong card reader, the old model."}},
		{"callback", sop.Facts{Channel: "voicemail", Text: "Hello, it is about an invoice, my number is on the display."}},
	} {
		m := l.Match(row.facts)
		require.NotEmpty(t, m, row.facts.Title+row.facts.Text)
		require.Equal(t, row.want, m[0].Procedure.ID, row.facts.Title+row.facts.Text)
	}
	require.Empty(t, l.Match(sop.Facts{Kind: "praise", Text: "Thank you for the quick help with my password!"}))
	require.Empty(t, l.Match(sop.Facts{}))
}

func TestLoad(t *testing.T) {
	for _, row := range []struct {
		promise string
		files   fstest.MapFS
		ids     []string
		want    []string
	}{
		{
			"folders are read through, other files are not",
			fstest.MapFS{
				"b.yaml": file(procedure("b", oneStep)), "deep/er/a.yml": file(procedure("a", oneStep)),
				"README.md": file("no"), "c.yaml.bak": file("no"),
			},
			[]string{"a", "b"}, nil,
		},
		{
			"a broken file does not hide the others, and each of its mistakes is told",
			fstest.MapFS{"a.yaml": file(procedure("a", oneStep)), "b.yaml": file(procedure("b", "steps:\n  - {}\n  - ask: x\n"))},
			[]string{"a"},
			[]string{"b.yaml:10:5: step 1: the step does not say what to do", `b.yaml:11:10: step 2, ask: no question is called "x"`},
		},
		{
			"an id belongs to the first file by path",
			fstest.MapFS{"a.yaml": file(procedure("same", oneStep)), "b.yaml": file(procedure("same", oneStep))},
			[]string{"same"},
			[]string{`b.yaml:2:5: id: version 1 of "same" belongs to a.yaml already`},
		},
		{
			"an include of nothing is told and its procedure kept",
			fstest.MapFS{"a.yaml": file(procedure("apples", "steps:\n  - include: pear\n")), "b.yaml": file(procedure("pears", oneStep))},
			[]string{"apples", "pears"},
			[]string{`a.yaml:10:14: step 1, include: no procedure is called "pear". Write pears, if that is what was meant`},
		},
		{
			"a broken file without an id is not among those that may be meant",
			fstest.MapFS{"a.yaml": file(procedure("apples", "steps:\n  - include: zebra\n")), "b.yaml": file("format: [\n")},
			[]string{"apples"},
			[]string{
				`a.yaml:10:14: step 1, include: no procedure is called "zebra". Add it, or name another, or write one of: apples.`,
				"b.yaml:1:1: ",
			},
		},
		{
			"an include of a broken file is not told a second time",
			fstest.MapFS{"a.yaml": file(procedure("a", "steps:\n  - include: b\n")), "b.yaml": file(procedure("b", "steps: []\n"))},
			[]string{"a"},
			[]string{"b.yaml:9:8: steps: the list is empty"},
		},
		{
			"includes in a circle are told at each include of it",
			fstest.MapFS{
				"a.yaml": file(procedure("a", "steps:\n  - include: b\n")),
				"b.yaml": file(procedure("b", "steps:\n  - include: c\n")),
				"c.yaml": file(procedure("c", "steps:\n  - include: b\n")),
			},
			[]string{"a", "b", "c"},
			[]string{"b.yaml:10:14: step 1, include: c comes back to this procedure", "c.yaml:10:14: step 1, include: b comes back to this procedure"},
		},
		{
			"a successor that is not there is told",
			fstest.MapFS{"a.yaml": file(strings.Replace(procedure("a", oneStep), "active", "retired\nreplaced_by: z", 1))},
			[]string{"a"},
			[]string{`a.yaml:8:14: replaced_by: no procedure is called "z"`},
		},
	} {
		t.Run(row.promise, func(t *testing.T) {
			l, err := sop.Load(row.files)
			require.NotNil(t, l)
			var ids []string
			for _, p := range l.All() {
				ids = append(ids, p.ID)
			}
			require.Equal(t, row.ids, ids)
			if row.want == nil {
				require.NoError(t, err)
				return
			}
			var errs sop.Errors
			require.True(t, errors.As(err, &errs))
			require.Len(t, errs, len(row.want))
			for i, want := range row.want {
				require.True(t, strings.HasPrefix(errs[i].Error(), want), "%s\nshould begin %s", errs[i], want)
			}
		})
	}
}

// unreadable is a file system of which one file or folder cannot be opened.
type unreadable struct {
	fstest.MapFS
	name string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.name {
		return nil, errors.New("input/output error")
	}
	return u.MapFS.Open(name)
}

func (u unreadable) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == u.name {
		return nil, errors.New("input/output error")
	}
	return u.MapFS.ReadDir(name)
}

// What cannot be read now goes on as it was, whole folders too.
func TestReloadKeepsWhatCannotBeRead(t *testing.T) {
	files := fstest.MapFS{"a.yaml": file(procedure("a", oneStep)), "sub/deep/b.yaml": file(procedure("b", oneStep)), "subtle/c.yaml": file(procedure("c", oneStep))}
	l, err := sop.Load(files)
	require.NoError(t, err)
	for bad, kept := range map[string][]string{".": {"a", "b", "c"}, "sub": {"b"}, "sub/deep": {"b"}, "sub/deep/b.yaml": {"b"}, "subtle": {"c"}} {
		again, err := l.Reload(unreadable{files, bad})
		require.ErrorContains(t, err, bad+": this cannot be read: input/output error")
		require.Len(t, again.All(), 3, bad)
		var got []string
		for _, p := range again.Kept() {
			got = append(got, p.ID)
		}
		require.Equal(t, kept, got, bad)
	}
}

// A procedure that moved into a sound file is not the one that its broken file had.
func TestReloadTakesTheSoundFile(t *testing.T) {
	l, err := sop.Load(fstest.MapFS{"a.yaml": file(procedure("x", "steps:\n  - act: Old\n"))})
	require.NoError(t, err)
	for _, broken := range []string{"id: other\n", procedure("x", "steps: []\n"), "["} {
		l, err := l.Reload(fstest.MapFS{"a.yaml": file(broken), "b.yaml": file(procedure("x", "steps:\n  - act: New\n"))})
		require.ErrorContains(t, err, "a.yaml:")
		p, ok := l.Procedure("x")
		require.True(t, ok)
		require.Equal(t, "b.yaml", p.File)
		require.Empty(t, l.Kept())
	}
}

// A folder that is not there is an error and an empty library, not a panic.
func TestLoadNothing(t *testing.T) {
	sub, err := fs.Sub(fstest.MapFS{}, "procedures")
	require.NoError(t, err)
	l, err := sop.Load(sub)
	require.Error(t, err)
	require.Empty(t, l.All())
	require.Empty(t, l.Match(sop.Facts{Kind: "incident"}))
	_, ok := l.Procedure("a")
	require.False(t, ok)
}
