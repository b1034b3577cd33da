package kb

import (
	"context"
	"errors"
	"slices"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
)

// An article names problems by the numbers that they had when it was written. Whoever
// compares them with anything compares what these resolve to.

// problemField is the field of tickets that names the problem behind them, and of
// articles that names those they are about.
const problemField = "problem"

// problemsOf are the problems that an article is about, as they are now: two may be one
// by now. One whose record is damaged stays as the article names it.
func problemsOf(ctx context.Context, desk *tracker.Tracker, a tracker.Article) ([]tracker.ProblemID, error) {
	var all []tracker.ProblemID
	for _, id := range a.Problems {
		switch p, err := desk.Problem(ctx, id); {
		case err == nil:
			id = p.ID
		case !errors.Is(err, store.ErrDamaged) && !errors.Is(err, tracker.ErrNotFound):
			return nil, err
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all, nil
}

// decided adds to d what a decision changed besides what its changes name: the problems
// that tickets left, and the articles about problems that were made one or taken apart
// again. The index has such an article by the number that one end of the merge resolved
// to: by that of the end itself, or of what it was merged into in turn. Where that is
// undone too, the decision which does so finds the article.
func (b *Base) decided(ctx context.Context, id tracker.DecisionID, d dirty) error {
	made, err := b.Tracker.Decision(ctx, id)
	if err != nil {
		if b.leftOut(err) {
			err = nil
		}
		return err
	}
	var ends []uint64
	for _, end := range made.Problems() {
		d[record{Problem, uint64(end)}] = true
		p, err := b.Tracker.Problem(ctx, end)
		if err != nil && !b.leftOut(err) {
			return err
		}
		for _, n := range []tracker.ProblemID{end, p.ID} {
			if n != 0 && !slices.Contains(ends, uint64(n)) {
				ends = append(ends, uint64(n))
			}
		}
	}
	if made.Verb != tracker.VerbMerge && made.Verb != tracker.VerbUndo || len(ends) == 0 {
		return nil
	}
	about, err := b.naming(ctx, Article, problemField, ends...)
	for _, n := range about {
		d[record{Article, n}] = true
	}
	return err
}
