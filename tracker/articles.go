package tracker

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// CreateArticle adds an article. Title is required; Audience defaults to Internal,
// Confidence to WorkInProgress.
//
// Errors: [ErrInvalid], [ErrConflict] for a Slug that another article has, [ErrNotFound]
// for a problem or a successor that is not there.
func (t *Tracker) CreateArticle(ctx context.Context, a Article) (Article, error) {
	var out Article
	err := t.write(ctx, "create_article", "", len(a.Body)+2048, func(x *tx) error {
		x.head.Articles++
		a.ID, a.Revision, a.Reused, a.Flags = x.head.Articles, 0, 0, 0
		if a.Audience == "" {
			a.Audience = Internal
		}
		if a.Confidence == "" {
			a.Confidence = WorkInProgress
		}
		var err error
		out, err = x.saveArticle(nil, a)
		return err
	})
	return out, err
}

// UpdateArticle lets fn change an article and keeps what it was as a revision; fn may
// leave a Reason. ID, Revision, Reused, Flags, Updated and By are the tracker's. What
// changes what the article says, or archives it, answers its open flags; what makes it say
// again what was flagged opens them again. fn may run on another caller's goroutine and
// must not call the tracker.
//
// Errors: fn's, [ErrNotFound], [ErrInvalid], also for articles that would replace each
// other in a circle, [ErrConflict] for a Slug that is taken.
func (t *Tracker) UpdateArticle(ctx context.Context, id ArticleID, fn func(*Article) error) (Article, error) {
	var out Article
	err := t.write(ctx, "update_article", fmt.Sprintf("article %d", id), 8192, func(x *tx) error {
		was, err := must[Article](x, bArticles, id, "article")
		if err != nil {
			return err
		}
		edited, err := must[Article](x, bArticles, id, "article")
		if err != nil {
			return err
		}
		edited.Reason = ""
		if err := fn(edited); err != nil {
			return err
		}
		if edited.ID != was.ID || edited.Revision != was.Revision || edited.Reused != was.Reused || edited.Flags != was.Flags {
			return fmt.Errorf("%w: an article's number, revision and counts are not edited", ErrInvalid)
		}
		out, err = x.saveArticle(was, *edited)
		return err
	})
	return out, err
}

func (x *tx) saveArticle(was *Article, a Article) (Article, error) {
	a.Title = cut(clean(a.Title), x.c.opts.Limits.Title)
	switch {
	case a.Title == "":
		return a, fmt.Errorf("%w: an article needs a title", ErrInvalid)
	case a.Audience != Internal && a.Audience != Customers:
		return a, fmt.Errorf("%w: audience %q: want internal or customers", ErrInvalid, a.Audience)
	case !slices.Contains([]Confidence{WorkInProgress, NotValidated, Validated, Archived}, a.Confidence):
		return a, fmt.Errorf("%w: confidence %q: want work_in_progress, not_validated, validated or archived", ErrInvalid, a.Confidence)
	}
	if err := x.replaced(&a); err != nil {
		return a, err
	}
	a.Reason = cut(clean(a.Reason), x.c.opts.Limits.Field)
	about := a.Problems
	a.Problems = nil
	for _, id := range about {
		p, err := x.problem(id)
		if err != nil {
			return a, err
		}
		if !slices.Contains(a.Problems, p.ID) { // two may be one by now
			a.Problems = append(a.Problems, p.ID)
		}
	}
	if was != nil && was.Slug != a.Slug && was.Slug != "" {
		if err := x.Delete(bArticleSlugs, hash(was.Slug)); err != nil {
			return a, err
		}
	}
	if a.Slug != "" {
		raw, err := x.Get(bArticleSlugs, hash(a.Slug))
		if err != nil {
			return a, err
		}
		if other := number[ArticleID](raw); other != 0 && other != a.ID {
			return a, fmt.Errorf("%w: article %d has the slug %q", ErrConflict, other, a.Slug)
		}
		if err := x.Put(bArticleSlugs, hash(a.Slug), key(a.ID)); err != nil {
			return a, err
		}
	}
	if was != nil {
		if err := save(x, bArticleRevisions, pair(was.ID, uint64(was.Revision)), was); err != nil {
			return a, err
		}
	}
	a.Revision++
	a.Updated, a.By = x.now, x.actor
	if was != nil && (!saysSame(was, &a) || a.Confidence == Archived || was.Confidence == Archived) {
		if err := x.answerFlags(was, &a); err != nil {
			return a, err
		}
	}
	return a, errors.Join(save(x, bArticles, key(a.ID), a), x.change(Change{Action: ArticleChanged, Article: a.ID}))
}

// replaced checks what an archived article says stands in its place: that it is there,
// and is not replaced by this one in turn. Any other has nothing in its place.
func (x *tx) replaced(a *Article) error {
	if a.Confidence != Archived || a.ReplacedBy == 0 {
		a.ReplacedBy = 0
		return nil
	}
	if a.ReplacedBy == a.ID {
		return fmt.Errorf("%w: an article does not replace itself", ErrInvalid)
	}
	by, err := must[Article](x, bArticles, a.ReplacedBy, "article")
	for seen := map[ArticleID]bool{}; err == nil && by.ReplacedBy != 0 && !seen[by.ID]; {
		if by.ReplacedBy == a.ID {
			return fmt.Errorf("%w: article %d is in the end replaced by article %d itself: name one that is in use, or bring article %d back first", ErrInvalid, a.ReplacedBy, a.ID, a.ReplacedBy)
		}
		seen[by.ID] = true
		by, err = must[Article](x, bArticles, by.ReplacedBy, "article")
	}
	return err
}

// saysSame reports whether two revisions tell a reader the same.
func saysSame(a, b *Article) bool {
	return a.Title == b.Title && a.Issue == b.Issue && a.Environment == b.Environment && a.Cause == b.Cause &&
		a.Resolution == b.Resolution && a.Workaround == b.Workaround && a.Body == b.Body &&
		slices.Equal(a.Products, b.Products) && slices.Equal(a.Versions, b.Versions)
}

// same reports whether two records are equal to the last field.
func same[T any](a, b T) bool { return reflect.DeepEqual(a, b) }
