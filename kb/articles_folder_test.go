package kb_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func articleDesk(t *testing.T) *tracker.Tracker {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	tr, err := tracker.New(t.Context(), memstore.New(), &tracker.Options{Key: []byte("test"), NoGrouping: true, Now: func() time.Time { return now }})
	require.NoError(t, err)
	t.Cleanup(func() { _ = tr.Close() })
	for n := range 3 {
		_, err := tr.CreateProblem(t.Context(), tracker.Problem{Title: fmt.Sprint("Problem ", n)})
		require.NoError(t, err)
	}
	return tr.As(tracker.Agent("mia"))
}

// shelved makes articles that the tracker may hold, some of them replaced by others.
func shelved(t *testing.T, tr *tracker.Tracker, r *rand.Rand, n int) {
	t.Helper()
	for i := range n {
		a := anyArticle(r, i+1)
		if r.IntN(3) == 0 {
			a.Problems = []tracker.ProblemID{tracker.ProblemID(1 + r.IntN(3))}
		}
		_, err := tr.CreateArticle(t.Context(), a)
		require.NoError(t, err)
	}
	for i := range n / 10 {
		from, to := tracker.ArticleID(2*i+1), tracker.ArticleID(n-i)
		if from != to {
			_, err := tr.RetireArticle(t.Context(), from, to, "old")
			require.NoError(t, err)
		}
	}
}

// contents are the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(raw)
		return err
	})
	require.NoError(t, err)
	return out
}

func exported(t *testing.T, tr *tracker.Tracker, dir string) kb.Exported {
	t.Helper()
	out, err := kb.ExportArticles(t.Context(), tr, dir)
	require.NoError(t, err)
	return out
}

func imported(t *testing.T, tr *tracker.Tracker, dir string) kb.Imported {
	t.Helper()
	out, err := kb.ImportArticles(t.Context(), tr, dir)
	require.NoError(t, err)
	return out
}

// TestArticlesRoundTrip: 500 articles, exported, imported into another log and exported
// from there, are the same files; and once more into the same folder nothing is written.
func TestArticlesRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	seeds := uint64(1)
	if os.Getenv("SUPPORTLOOP_ALL") != "" {
		seeds = 10
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 3))
		one, two := articleDesk(t), articleDesk(t)
		shelved(t, one, r, 500)
		first, second := t.TempDir(), t.TempDir()
		out := exported(t, one, first)
		require.Empty(t, out.Mistakes)
		require.Len(t, out.Written, 500)
		in := imported(t, two, first)
		require.Empty(t, in.Mistakes)
		require.Len(t, in.Created, 500)
		exported(t, two, second)
		require.Equal(t, contents(t, first), contents(t, second))
		for name := range contents(t, first) {
			require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*\.md$`, name, "safe on every system")
		}

		require.Equal(t, kb.Exported{Unchanged: 500}, exported(t, two, first))
		require.Equal(t, kb.Imported{Unchanged: 500}, imported(t, one, first), "what says the same makes no revision")
		require.Equal(t, kb.Imported{Unchanged: 500}, imported(t, two, first))
	}
}

// TestExportLeavesFilesAlone: whatever people made of a file that says the same.
func TestExportLeavesFilesAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	tr, dir := articleDesk(t), t.TempDir()
	shelved(t, tr, r, 200)
	exported(t, tr, dir)
	for name, text := range contents(t, dir) {
		head, rest, _ := strings.Cut(strings.TrimPrefix(text, "---\n"), "---\n")
		lines := strings.SplitAfter(strings.TrimSuffix(head, "\n"), "\n")
		lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], "\n") + "\n"
		r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		for i, l := range lines {
			switch r.IntN(5) {
			case 0:
				lines[i] = "# a comment\n\n" + l
			case 1:
				if i == 0 {
					lines[i] = "weight: [1,\n  2]\n" + l
				}
			case 2:
				lines[i] = strings.TrimSuffix(l, "\n") + "   # why\n"
			}
		}
		text = "---\n" + strings.Join(lines, "") + "---\n" + strings.Replace(rest, "\n", "\n\n\n", 1)
		if r.IntN(2) == 0 {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\n", "\r\n")
		}
		if r.IntN(4) == 0 {
			text = "\uFEFF" + text
		}
		to := filepath.Join(dir, name)
		if r.IntN(3) == 0 { // and moved it
			require.NoError(t, os.Remove(to))
			to = filepath.Join(dir, "sub", "of "+name)
			require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		}
		require.NoError(t, os.WriteFile(to, []byte(text), 0o600))
	}
	in := imported(t, tr, dir) // a lone carriage return is lost where a file has Windows line ends
	require.Empty(t, in.Mistakes)
	require.Empty(t, in.Created)
	before := contents(t, dir)
	require.Equal(t, kb.Exported{Unchanged: 200}, exported(t, tr, dir))
	require.Equal(t, before, contents(t, dir))

	_, err := tr.UpdateArticle(t.Context(), 150, func(a *tracker.Article) error { a.Owner = "somebody else"; return nil })
	require.NoError(t, err)
	out := exported(t, tr, dir)
	require.Len(t, out.Changed, 1)
	require.Equal(t, 199, out.Unchanged)
	changed := 0
	for name, text := range contents(t, dir) {
		if text != before[name] {
			changed++
			require.LessOrEqual(t, differentLines(before[name], text), 2, "one line was changed, or came")
		}
	}
	require.Equal(t, 1, changed)
}

func differentLines(a, b string) int {
	count := map[string]int{}
	for l := range strings.Lines(a) {
		count[l]++
	}
	for l := range strings.Lines(b) {
		count[l]--
	}
	n := 0
	for _, c := range count {
		n += max(c, -c)
	}
	return n
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
	require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
}

func TestImportArticles(t *testing.T) {
	tr, dir := articleDesk(t), t.TempDir()
	write(t, dir, "README.md", "# How we write\n")
	write(t, dir, "pairing.md", "---\ntitle: Pairing\n---\nHold the button.\n")
	write(t, dir, "wifi/reset.md", "---\ntitle: Reset\nslug: reset-wifi\nproblems: [2, 9]\n---\n")
	write(t, dir, "broken.md", "---\ntitle: A: B\nowner: [\n---\n")
	write(t, dir, "seventh.md", "---\nid: 70\ntitle: Seventy\n---\n")
	write(t, dir, ".hidden/x.md", "---\ntitle: Hidden\n---\n")
	write(t, dir, "notes.txt", "nothing")
	in := imported(t, tr, dir)
	require.Equal(t, []tracker.ArticleID{1, 2, 3}, in.Created)
	var told []string
	for _, m := range in.Mistakes {
		told = append(told, m.Error())
	}
	require.ElementsMatch(t, []string{
		"broken.md:2: title: put this text in quotes, as YAML reads it otherwise",
		"broken.md:3: owner: a bracket is not closed, or something stands behind it",
		"wifi/reset.md:4: problems: there is no problem 9 here",
	}, told)
	seventy, err := tr.ArticleBySlug(t.Context(), "seventh")
	require.NoError(t, err, "what cannot keep its number is found by its file's name")
	require.Equal(t, tracker.ArticleID(1), seventy.ID)
	reset, err := tr.ArticleBySlug(t.Context(), "reset-wifi")
	require.NoError(t, err)
	require.Equal(t, []tracker.ProblemID{2}, reset.Problems)
	pairing, err := tr.ArticleBySlug(t.Context(), "pairing")
	require.NoError(t, err)
	require.Equal(t, "Hold the button.", pairing.Body)

	again := imported(t, tr, dir)
	require.Equal(t, 3, again.Unchanged)
	require.Empty(t, append(again.Created, again.Updated...))

	write(t, dir, "pairing.md", "---\ntitle: Pairing\n---\nHold it for long.\n")
	in = imported(t, tr, dir)
	require.Equal(t, []tracker.ArticleID{pairing.ID}, in.Updated)
	pairing, err = tr.Article(t.Context(), pairing.ID)
	require.NoError(t, err)
	require.Equal(t, []any{"Hold it for long.", 2, "From the file pairing.md", tracker.Agent("mia")}, []any{pairing.Body, pairing.Revision, pairing.Reason, pairing.By})

	before := contents(t, dir)
	out := exported(t, tr, dir)
	require.Equal(t, []string{"seventh.md", "wifi/reset.md"}, out.Changed, "the number it has here, and a problem that is not there")
	after := contents(t, dir)
	require.Equal(t, before["broken.md"], after["broken.md"], "a broken file is nobody's to write to")
	require.Equal(t, before["pairing.md"], after["pairing.md"])
	require.Equal(t, "---\nid: 1\nslug: seventh\ntitle: Seventy\n---\n", after["seventh.md"])
	require.Len(t, after, len(before))
}

// A file names a problem once, though its article was about two that are one now, and
// what names both in a file says the same.
func TestArticlesNameProblemsOnce(t *testing.T) {
	tr, dir := articleDesk(t), t.TempDir()
	_, err := tr.CreateArticle(t.Context(), tracker.Article{Title: "Pairing", Problems: []tracker.ProblemID{2, 1}})
	require.NoError(t, err)
	_, err = tr.Merge(t.Context(), 1, 2)
	require.NoError(t, err)
	out := exported(t, tr, dir)
	file := contents(t, dir)[out.Written[0]]
	require.Contains(t, file, "\nproblems: [1]\n")

	write(t, dir, out.Written[0], strings.Replace(file, "[1]", "[2, 1, 1]", 1))
	require.Equal(t, kb.Imported{Unchanged: 1}, imported(t, tr, dir))
	require.Equal(t, out.Written, exported(t, tr, dir).Changed)
	require.Equal(t, file, contents(t, dir)[out.Written[0]])
}

// Of two files one may come into use while the other is retired for it, in any order.
func TestImportTurnsASuccessorRound(t *testing.T) {
	for _, swap := range []bool{false, true} {
		tr, dir := articleDesk(t), t.TempDir()
		write(t, dir, "a.md", "---\nid: 1\ntitle: A\n---\n")
		write(t, dir, "b.md", "---\nid: 2\ntitle: B\nconfidence: archived\nreplaced_by: 1\n---\n")
		if swap {
			write(t, dir, "a.md", "---\nid: 1\ntitle: A\nconfidence: archived\nreplaced_by: 2\n---\n")
			write(t, dir, "b.md", "---\nid: 2\ntitle: B\n---\n")
		}
		require.Empty(t, imported(t, tr, dir).Mistakes)
		a, b := tracker.ArticleID(1), tracker.ArticleID(2)
		if swap {
			a, b = b, a
		}
		write(t, dir, map[tracker.ArticleID]string{1: "a.md", 2: "b.md"}[a], fmt.Sprintf("---\nid: %d\ntitle: X\nconfidence: archived\nreplaced_by: %d\n---\n", a, b))
		write(t, dir, map[tracker.ArticleID]string{1: "a.md", 2: "b.md"}[b], fmt.Sprintf("---\nid: %d\ntitle: Y\n---\n", b))
		require.Equal(t, kb.Imported{Updated: []tracker.ArticleID{1, 2}}, imported(t, tr, dir))
		old, err := tr.Article(t.Context(), a)
		require.NoError(t, err)
		require.Equal(t, b, old.ReplacedBy)
	}
}

// TestImportFindsArticles by slug, then by number, and never takes one for another.
func TestImportFindsArticles(t *testing.T) {
	tr, dir := articleDesk(t), t.TempDir()
	for _, a := range []tracker.Article{{Title: "One", Slug: "one"}, {Title: "Two"}, {Title: "Three", Slug: "three"}} {
		_, err := tr.CreateArticle(t.Context(), a)
		require.NoError(t, err)
	}
	write(t, dir, "a.md", "---\nid: 2\nslug: one\ntitle: By slug\n---\n")
	write(t, dir, "b.md", "---\nid: 2\ntitle: By number\n---\n")
	write(t, dir, "c.md", "---\nid: 3\nslug: third\ntitle: Three\n---\n")
	write(t, dir, "d.md", "---\nid: 1\nslug: other\ntitle: Of another log\n---\n")
	write(t, dir, "e.md", "---\nid: 2\ntitle: By number too\n---\n")
	in := imported(t, tr, dir)
	require.ElementsMatch(t, []tracker.ArticleID{1, 2, 3}, in.Updated)
	require.Equal(t, []tracker.ArticleID{4}, in.Created)
	require.Len(t, in.Mistakes, 1)
	require.Equal(t, "e.md:2: this is article 2, like b.md: keep one of the files, or take id and slug out of one", in.Mistakes[0].Error())
	var titles []string
	for a, err := range tr.Articles(t.Context(), tracker.ArticleQuery{}) {
		require.NoError(t, err)
		titles = append(titles, a.Slug+": "+a.Title)
	}
	require.Equal(t, []string{"one: By slug", ": By number", "third: Three", "other: Of another log"}, titles, "a slug that was edited in a file with its title kept is edited")
}

// TestExportArticles: names that clash, files of nobody's, links that lead elsewhere.
func TestExportArticles(t *testing.T) {
	tr, dir := articleDesk(t), filepath.Join(t.TempDir(), "new", "articles")
	for _, a := range []tracker.Article{{Title: "Über Lampen & Licht"}, {Title: "B", Slug: "con"}, {Title: "C", Slug: "Pairing"}, {Title: "D", Slug: "pairing"}, {Title: "E", Slug: "../../etc/passwd"}, {Title: "電球"}, {Title: "G", Slug: "pairing-3"}, {Title: strings.Repeat("long ", 100)}} {
		_, err := tr.CreateArticle(t.Context(), a)
		require.NoError(t, err)
	}
	out := exported(t, tr, dir)
	require.Equal(t, []string{"1-uber-lampen-licht.md", "con-2.md", "pairing-3.md", "pairing.md", "etc-passwd-5.md", "6.md", "pairing-3-7.md", out.Written[7]}, out.Written)
	require.Less(t, len(out.Written[7]), 100)

	write(t, dir, "mine.md", "---\ntitle: Mine\n---\n")
	require.Equal(t, kb.Exported{Unchanged: 8, Others: []string{"mine.md"}}, exported(t, tr, dir))
	if runtime.GOOS == "windows" {
		return
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.md")
	require.NoError(t, os.WriteFile(elsewhere, []byte("---\nid: 6\ntitle: Elsewhere\n---\n"), 0o600))
	require.NoError(t, os.Remove(filepath.Join(dir, "6.md")))
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(dir, "6.md")))
	out = exported(t, tr, dir)
	require.Equal(t, []string{"6-6.md"}, out.Written, "a link is not followed, nor replaced")
	raw, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	require.Contains(t, string(raw), "Elsewhere")
	for _, m := range imported(t, tr, dir).Mistakes {
		require.NotContains(t, m.File, "6.md")
	}
	notes := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(notes, []byte("mine"), 0o600))
	require.NoError(t, os.Remove(filepath.Join(dir, "pairing.md")))
	require.NoError(t, os.Symlink("notes.txt", filepath.Join(dir, ".new-pairing.md")))
	require.Equal(t, []string{"pairing.md"}, exported(t, tr, dir).Written)
	raw, err = os.ReadFile(notes)
	require.NoError(t, err)
	require.Equal(t, "mine", string(raw), "nor written through")
	a, err := tr.Article(t.Context(), 6)
	require.NoError(t, err)
	require.Equal(t, "電球", a.Title, "nor read")
}

func TestReadArticles(t *testing.T) {
	files, mistakes, err := kb.ReadArticles(fstest.MapFS{
		"b/two.md": {Data: []byte("---\ntitle: Two\n---\n")},
		"one.MD":   {Data: []byte("---\ntitle: One\n---\n")},
		"bad.md":   {Data: []byte("nothing")},
		"link.md":  {Data: []byte("---\ntitle: Link\n---\n"), Mode: fs.ModeSymlink},
	})
	require.NoError(t, err)
	require.Equal(t, []string{"b/two.md", "one.MD"}, []string{files[0].Path, files[1].Path})
	require.Len(t, files, 2)
	require.Len(t, mistakes, 1)
	require.Equal(t, "bad.md", mistakes[0].File)
	_, err = kb.ImportArticles(t.Context(), articleDesk(t), filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}
