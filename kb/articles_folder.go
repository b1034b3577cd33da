package kb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/supportloop/supportloop/tracker"
)

const maxArticlesDepth = 16 // folders within each other

// ArticleFile is an article in the file of a folder.
type ArticleFile struct {
	Path    string          // in the folder, with slashes
	Article tracker.Article // what the file says; see [ParseArticle]

	data []byte
	text *articleText
}

// sound reports whether the file has no mistake.
func (f *ArticleFile) sound() bool { return len(f.text.mistakes) == 0 }

// slug is the one that the file says, and where it says neither that nor a number, its
// name.
func (f *ArticleFile) slug() string {
	if f.Article.Slug == "" && f.Article.ID == 0 {
		return fileStem(f.Path)
	}
	return f.Article.Slug
}

func fileStem(p string) string { return strings.TrimSuffix(path.Base(p), path.Ext(p)) }

// ReadArticles reads the articles of a folder: its files that end in .md, and those of
// the folders in it. Left out are what begins with a dot, symbolic links, and a
// README.md that is no article. A file with a mistake is told of and left out; the
// others are returned in the order of their paths.
//
// The error is for a folder that cannot be read, and ErrInvalid for more than 100,000
// files or 256 MiB.
func ReadArticles(dir fs.FS) ([]ArticleFile, []*ArticleMistake, error) {
	all, err := readFolder(dir)
	var files []ArticleFile
	var mistakes []*ArticleMistake
	for _, f := range all {
		mistakes = append(mistakes, f.text.mistakes...)
		if f.sound() {
			files = append(files, *f)
		}
	}
	return files, mistakes, err
}

func readFolder(dir fs.FS) ([]*ArticleFile, error) {
	var all []*ArticleFile
	seen, size := 0, 0
	err := fs.WalkDir(dir, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p == ".":
			return nil
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") || strings.Count(p, "/") >= maxArticlesDepth):
			return fs.SkipDir
		case !d.Type().IsRegular(), strings.HasPrefix(d.Name(), "."), !strings.EqualFold(path.Ext(p), ".md"):
			return nil
		}
		f := &ArticleFile{Path: p}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() > maxArticleText {
			f.text = &articleText{mistakes: []*ArticleMistake{{p, 0, fmt.Sprintf("the file has more than %d MiB", maxArticleText>>20)}}}
		} else {
			if f.data, err = fs.ReadFile(dir, p); err != nil {
				return err
			}
			f.text = readArticle(p, f.data)
			f.Article = f.text.article
		}
		if strings.EqualFold(d.Name(), "README.md") && f.text.open == "" {
			return nil
		}
		all = append(all, f)
		if seen, size = seen+1, size+len(f.data); seen > maxArticles || size > maxArticlesFile {
			return fmt.Errorf("%w: the folder has more than %d articles or %d MiB: divide it", ErrInvalid, maxArticles, maxArticlesFile>>20)
		}
		return nil
	})
	return all, err
}

// Exported says what an export to a folder did.
type Exported struct {
	Written   []string          `json:"written,omitempty"` // new files
	Changed   []string          `json:"changed,omitempty"` // files that say something else now
	Unchanged int               `json:"unchanged"`         // files that said the same already
	Others    []string          `json:"others,omitempty"`  // files that hold no article of the tracker's: new ones to import, or left over
	Mistakes  []*ArticleMistake `json:"mistakes,omitempty"`
}

// ExportArticles writes the articles of the log into a folder, a file each, archived
// ones too. A folder that is not there is made. An article's file is found by the slug in
// it, else by the number, wherever it lies and whatever it is called; it is changed as
// by [RewriteArticle], and not touched where it says the same. New files are named by the
// slug, or by number and title, and lie at the top. A file with a mistake is left alone.
// No file is deleted, and no symbolic link followed.
//
// Errors are those of the tracker and of the folder; what was written until then stays,
// each file whole.
func ExportArticles(ctx context.Context, desk *tracker.Tracker, dir string) (Exported, error) {
	var out Exported
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return out, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return out, err
	}
	defer root.Close()
	files, err := readFolder(root.FS())
	if err != nil {
		return out, err
	}
	shelf := newShelf(files)
	articles, err := allArticles(ctx, desk)
	if err != nil {
		return out, err
	}
	slugs := map[string]bool{}
	for _, a := range articles {
		slugs[a.Slug] = true
	}
	for _, a := range articles {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if err := shelf.put(root, a, slugs, &out); err != nil {
			return out, err
		}
	}
	for _, f := range files {
		out.Mistakes = append(out.Mistakes, f.text.mistakes...)
		if !shelf.used[f] && f.sound() {
			out.Others = append(out.Others, f.Path)
		}
	}
	return out, nil
}

// allArticles are those of a log, each about the problems that its own are part of now.
func allArticles(ctx context.Context, desk *tracker.Tracker) ([]tracker.Article, error) {
	var all []tracker.Article
	for a, err := range desk.Articles(ctx, tracker.ArticleQuery{}) {
		if err != nil {
			return nil, err
		}
		if a.Problems, err = problemsOf(ctx, desk, a); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// shelf is a folder that articles are put into.
type shelf struct {
	bySlug map[string]*ArticleFile
	byID   map[tracker.ArticleID]*ArticleFile
	used   map[*ArticleFile]bool
	byName map[string]*ArticleFile // without a slug in it
	names  map[string]*ArticleFile // at the top, in small letters; nil: written just now
}

func newShelf(files []*ArticleFile) *shelf {
	s := &shelf{map[string]*ArticleFile{}, map[tracker.ArticleID]*ArticleFile{}, map[*ArticleFile]bool{}, map[string]*ArticleFile{}, map[string]*ArticleFile{}}
	for _, f := range files {
		s.names[strings.ToLower(f.Path)] = f
		if slug := f.slug(); slug != "" && s.bySlug[slug] == nil {
			s.bySlug[slug] = f
		}
		if f.Article.Slug == "" && s.byName[fileStem(f.Path)] == nil {
			s.byName[fileStem(f.Path)] = f
		}
		if f.Article.ID != 0 && s.byID[f.Article.ID] == nil {
			s.byID[f.Article.ID] = f
		}
	}
	return s
}

// put writes a into its file, if that says something else.
func (s *shelf) put(root *os.Root, a tracker.Article, slugs map[string]bool, out *Exported) error {
	f := s.bySlug[a.Slug]
	want := a
	if f != nil && a.Slug != "" {
		want.ID, want.Slug = f.Article.ID, f.Article.Slug // which is known by either
	} else if f = s.byID[a.ID]; f != nil && f.Article.Slug != "" && slugs[f.Article.Slug] {
		f = nil // another article's, from another log
	}
	if f == nil && a.Slug != "" {
		f = s.byName[a.Slug] // it could not keep the number that stands there
	}
	if f == nil || s.used[f] {
		return s.add(root, a, out)
	}
	s.used[f] = true
	if !f.sound() {
		return nil
	}
	data, err := f.text.rewrite(f.Path, f.data, want)
	var m *ArticleMistake
	switch {
	case errors.As(err, &m):
		out.Mistakes = append(out.Mistakes, m)
		return nil
	case err != nil:
		return err
	case bytes.Equal(data, f.data):
		out.Unchanged++
		return nil
	}
	if now, err := root.ReadFile(f.Path); err != nil || !bytes.Equal(now, f.data) {
		out.Mistakes = append(out.Mistakes, &ArticleMistake{File: f.Path, Message: "the file was changed meanwhile: export again"})
		return nil
	}
	out.Changed = append(out.Changed, f.Path)
	return replaceIn(root, f.Path, data)
}

// add writes a new file.
func (s *shelf) add(root *os.Root, a tracker.Article, out *Exported) error {
	data := FormatArticle(a)
	name := articleName(a) + ".md"
	if again := readArticle(name, data); len(again.mistakes) > 0 || !sameArticle(again.article, a) {
		out.Mistakes = append(out.Mistakes, &ArticleMistake{File: name, Message: fmt.Sprintf("article %d cannot be written to a file: %v", a.ID, joinMistakes(again.mistakes))})
		return nil
	}
	for n := 1; ; n++ {
		f, taken := s.names[strings.ToLower(name)]
		if !taken {
			if _, err := root.Lstat(name); errors.Is(err, fs.ErrNotExist) {
				break
			} else if err != nil {
				return err
			}
		}
		if f != nil && !f.sound() && n == 1 {
			return nil // it may be this one's: its mistakes are told
		}
		name = fmt.Sprintf("%s-%d.md", articleName(a), uint64(a.ID)+uint64(n-1))
	}
	s.names[strings.ToLower(name)] = nil
	out.Written = append(out.Written, name)
	return replaceIn(root, name, data)
}

// replaceIn writes a file whole or not at all.
func replaceIn(root *os.Root, name string, data []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := root.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	fresh := path.Join(path.Dir(name), ".new-"+path.Base(name))
	_ = root.Remove(fresh) // left over, or a link
	f, err := root.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = root.Rename(fresh, name)
	}
	if err != nil {
		_ = root.Remove(fresh)
	}
	return err
}

// articleName is what a new file of an article is called on every system: small letters
// of ASCII, digits and hyphens.
func articleName(a tracker.Article) string {
	name := safeName(a.Slug)
	switch {
	case a.Slug == "":
		return strings.TrimSuffix(fmt.Sprintf("%d-%s", a.ID, safeName(a.Title)), "-")
	case name == "" || name != a.Slug || slices.Contains(deviceNames, name):
		return strings.TrimPrefix(fmt.Sprintf("%s-%d", name, a.ID), "-")
	}
	return name
}

// deviceNames are what no file may be called on Windows, but for those with a digit.
var deviceNames = []string{"con", "prn", "aux", "nul", "readme"}

func init() {
	for n := range 10 {
		deviceNames = append(deviceNames, fmt.Sprint("com", n), fmt.Sprint("lpt", n))
	}
}

func safeName(s string) string {
	const longest = 80 // bytes
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(cut(s, 4*longest))) {
		switch {
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case !unicode.Is(unicode.Mn, r):
			gap = true
		}
		if b.Len() >= longest {
			break
		}
	}
	return b.String()
}
