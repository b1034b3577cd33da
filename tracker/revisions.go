package tracker

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// ArticleRevision returns an article as it was in a revision, or is, in its last one.
//
// Errors: [ErrNotFound].
func (t *Tracker) ArticleRevision(ctx context.Context, id ArticleID, revision int) (Article, error) {
	var out Article
	err := t.view(ctx, func(r store.Reader) error {
		a, err := articleRevision(r, id, revision)
		if err == nil {
			out = *a
		}
		return err
	})
	return out, err
}

func articleRevision(r store.Reader, id ArticleID, revision int) (*Article, error) {
	a, err := must[Article](r, bArticles, id, "article")
	if err != nil || a.Revision == revision {
		return a, err
	}
	was, err := load[Article](r, bArticleRevisions, pair(id, uint64(max(revision, 0))))
	if err == nil && was == nil {
		err = fmt.Errorf("article %d has revisions 1 to %d, there is no %d: %w", id, a.Revision, revision, ErrNotFound)
	}
	return was, err
}

// ArticleRevisions lists what an article was and is, the oldest first.
//
// Errors: [ErrNotFound].
func (t *Tracker) ArticleRevisions(ctx context.Context, id ArticleID) iter.Seq2[Article, error] {
	return func(yield func(Article, error) bool) {
		last := 1
		for n := 1; n <= last; n++ {
			var was, is *Article
			err := t.view(ctx, func(r store.Reader) (err error) {
				if is, err = must[Article](r, bArticles, id, "article"); err == nil {
					was, err = articleRevision(r, id, n)
				}
				return err
			})
			if err != nil {
				yield(Article{}, err)
				return
			}
			if last = is.Revision; !yield(*was, nil) {
				return
			}
		}
	}
}

// RestoreArticle makes an article what it was in a revision: a new revision says so
// again, and the ones between stay. Its slug stays as it is, and so does what counts
// its uses; flags on what it says again are open again.
//
// Errors: [ErrNotFound], [ErrInvalid] for the revision that it is in.
func (t *Tracker) RestoreArticle(ctx context.Context, id ArticleID, revision int, reason string) (Article, error) {
	var out Article
	err := t.write(ctx, "restore_article", fmt.Sprintf("article %d", id), 8192, func(x *tx) error {
		is, err := must[Article](x, bArticles, id, "article")
		if err != nil {
			return err
		}
		if is.Revision == revision {
			return fmt.Errorf("%w: article %d is in revision %d: name an older one", ErrInvalid, id, revision)
		}
		was, err := articleRevision(x, id, revision)
		if err != nil {
			return err
		}
		was.Slug, was.Reused, was.Flags, was.Revision, was.Reason = is.Slug, is.Reused, is.Flags, is.Revision, reason
		out, err = x.saveArticle(is, *was)
		return err
	})
	return out, err
}

// RetireArticle archives an article, and says by which it is replaced (0: by none) and
// why. It is still found by its number and slug; RestoreArticle brings it back.
//
// Errors: [ErrNotFound], [ErrInvalid] without a reason, [ErrConflict] when it, or what
// replaces it, is archived already.
func (t *Tracker) RetireArticle(ctx context.Context, id, replacedBy ArticleID, reason string) (Article, error) {
	var out Article
	err := t.write(ctx, "retire_article", fmt.Sprintf("article %d", id), 8192, func(x *tx) error {
		was, err := must[Article](x, bArticles, id, "article")
		if err != nil {
			return err
		}
		switch {
		case was.Confidence == Archived:
			return fmt.Errorf("%w: article %d is archived already", ErrConflict, id)
		case clean(reason) == "":
			return fmt.Errorf("%w: an article is retired with the reason", ErrInvalid)
		}
		if replacedBy != 0 {
			by, err := must[Article](x, bArticles, replacedBy, "article")
			switch {
			case err != nil:
				return err
			case by.Confidence == Archived:
				return fmt.Errorf("%w: article %d is archived itself: name one that is in use", ErrConflict, replacedBy)
			}
		}
		a := *was
		a.Problems = slices.Clone(was.Problems)
		a.Confidence, a.ReplacedBy, a.Reason = Archived, replacedBy, reason
		out, err = x.saveArticle(was, a)
		return err
	})
	return out, err
}
