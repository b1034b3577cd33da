package kb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"github.com/supportloop/supportloop/tracker"
)

// Imported says what an import from a folder did.
type Imported struct {
	Created   []tracker.ArticleID `json:"created,omitempty"`
	Updated   []tracker.ArticleID `json:"updated,omitempty"`
	Unchanged int                 `json:"unchanged"`
	Mistakes  []*ArticleMistake   `json:"mistakes,omitempty"` // files, and parts of files, that were not taken
}

// ImportArticles takes the articles of a folder into the log: new ones are created, and
// those whose file says something else are updated, so that what they said before stays
// a revision. What has no file stays as it is.
//
// A file is of the article with its slug; else of the one with its number, if that has
// no other slug or the same title. Without slug and number its name is its slug. So a
// folder without slugs belongs to one log; it can be read into an empty one, where its
// articles keep their numbers if none is missing. An article that cannot keep its number
// and has no slug takes the name of its file for one, so that it is found again.
//
// A file with a mistake is not taken; a problem that the log does not know is left out
// of its article. Everything else is, and all mistakes are told, each with its file and
// line. Errors are those of the tracker and of the folder; what was taken until then
// stays, and a second import goes on from there.
func ImportArticles(ctx context.Context, desk *tracker.Tracker, dir string) (Imported, error) {
	im := importer{desk: desk, byID: map[tracker.ArticleID]tracker.Article{}, bySlug: map[string]tracker.ArticleID{}, taken: map[tracker.ArticleID]string{}, numbers: map[tracker.ArticleID]tracker.ArticleID{}}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return im.out, err
	}
	defer root.Close()
	files, err := readFolder(root.FS())
	if err != nil {
		return im.out, err
	}
	articles, err := allArticles(ctx, desk)
	if err != nil {
		return im.out, err
	}
	for _, a := range articles {
		im.note(a)
	}
	slices.SortStableFunc(files, func(a, b *ArticleFile) int {
		last := func(f *ArticleFile) uint64 { return cmp.Or(uint64(f.Article.ID), math.MaxUint64) }
		return cmp.Compare(last(a), last(b))
	})
	for _, f := range files {
		im.out.Mistakes = append(im.out.Mistakes, f.text.mistakes...)
		if f.sound() {
			if err := im.find(ctx, f); err != nil {
				return im.out, err
			}
		}
	}
	// All are there now, so that one can name another; what is in use comes first, as it
	// may have been replaced by what it replaces.
	slices.SortStableFunc(im.pairs, func(a, b pair) int { return cmp.Compare(min(a.want.ReplacedBy, 1), min(b.want.ReplacedBy, 1)) })
	for _, p := range im.pairs {
		if err := im.update(ctx, p); err != nil {
			return im.out, err
		}
	}
	slices.Sort(im.out.Updated)
	return im.out, nil
}

type importer struct {
	desk    *tracker.Tracker
	byID    map[tracker.ArticleID]tracker.Article
	bySlug  map[string]tracker.ArticleID
	taken   map[tracker.ArticleID]string            // articles, and from which file
	numbers map[tracker.ArticleID]tracker.ArticleID // of files, and what they are here
	pairs   []pair
	out     Imported
}

// pair is a file and its article.
type pair struct {
	file *ArticleFile
	id   tracker.ArticleID
	want tracker.Article // what the file says
	made bool            // just now
}

func (im *importer) note(a tracker.Article) {
	im.byID[a.ID] = a
	if a.Slug != "" {
		im.bySlug[a.Slug] = a.ID
	}
}

func (im *importer) wrong(f *ArticleFile, key, message string) {
	line := 0
	if e := f.text.head.get(key); e != nil {
		line = e.from + 2
	}
	im.out.Mistakes = append(im.out.Mistakes, &ArticleMistake{f.Path, line, message})
}

// of finds the article of a file.
func (im *importer) of(f *ArticleFile) (tracker.Article, bool) {
	if id := im.bySlug[f.slug()]; id != 0 {
		return im.byID[id], true
	}
	a, ok := im.byID[f.Article.ID]
	if ok && (a.Slug == f.Article.Slug || a.Slug == fileStem(f.Path) || a.Title == f.Article.Title) {
		return a, true
	}
	if id := im.bySlug[fileStem(f.Path)]; id != 0 && f.Article.Slug == "" {
		return im.byID[id], true
	}
	return tracker.Article{}, false
}

// find finds the article of a file, or creates it.
func (im *importer) find(ctx context.Context, f *ArticleFile) error {
	p := pair{file: f, want: f.Article}
	p.want.Slug, p.want.Problems = f.slug(), nil
	for _, id := range f.Article.Problems {
		switch known, err := im.desk.Problem(ctx, id); {
		case errors.Is(err, tracker.ErrNotFound):
			im.wrong(f, "problems", fmt.Sprintf("problems: there is no problem %d here", id))
		case err != nil:
			return err
		case !slices.Contains(p.want.Problems, known.ID): // two may be one by now
			p.want.Problems = append(p.want.Problems, known.ID)
		}
	}
	a, there := im.of(f)
	if other := im.taken[a.ID]; there && other != "" {
		im.wrong(f, "id", fmt.Sprintf("this is article %d, like %s: keep one of the files, or take id and slug out of one", a.ID, other))
		return nil
	}
	if !there {
		fresh := p.want
		fresh.ReplacedBy = 0
		var err error
		if a, err = im.desk.CreateArticle(ctx, fresh); err != nil {
			return im.refused(f, err)
		}
		im.out.Created = append(im.out.Created, a.ID)
		im.note(a)
		p.made = true
	}
	if p.id = a.ID; p.want.Slug == "" {
		p.want.Slug = a.Slug // which it may have from the name of its file
		if name := fileStem(f.Path); p.made && a.ID != f.Article.ID && im.bySlug[name] == 0 {
			p.want.Slug = name
		}
	}
	im.taken[a.ID] = f.Path
	if f.Article.ID != 0 {
		im.numbers[f.Article.ID] = a.ID
	}
	im.pairs = append(im.pairs, p)
	return nil
}

// update makes an article say what its file says.
func (im *importer) update(ctx context.Context, p pair) error {
	is, want := im.byID[p.id], p.want
	want.ID = is.ID
	if by := im.numbers[want.ReplacedBy]; by != 0 {
		want.ReplacedBy = by
	}
	if sameArticle(is, want) {
		if !p.made {
			im.out.Unchanged++
		}
		return nil
	}
	_, err := im.desk.UpdateArticle(ctx, is.ID, func(a *tracker.Article) error {
		for _, part := range articleParts {
			if text := *part.of(&want); tidy(*part.of(a)) != text {
				*part.of(a) = text
			}
		}
		a.Slug, a.Title, a.Language, a.Owner, a.ReviewBy = want.Slug, want.Title, want.Language, want.Owner, want.ReviewBy
		a.Audience, a.Confidence, a.ReplacedBy = want.Audience, want.Confidence, want.ReplacedBy
		a.Products, a.Versions, a.Problems, a.Procedures = want.Products, want.Versions, want.Problems, want.Procedures
		a.Reason = "From the file " + p.file.Path
		return nil
	})
	if err != nil {
		return im.refused(p.file, err)
	}
	if !p.made {
		im.out.Updated = append(im.out.Updated, is.ID)
	}
	return nil
}

// refused makes a mistake in the file of what the tracker does not take.
func (im *importer) refused(f *ArticleFile, err error) error {
	if errors.Is(err, tracker.ErrInvalid) || errors.Is(err, tracker.ErrConflict) || errors.Is(err, tracker.ErrNotFound) {
		im.out.Mistakes = append(im.out.Mistakes, &ArticleMistake{File: f.Path, Message: err.Error()})
		return nil
	}
	return err
}
