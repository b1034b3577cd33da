package kb

import (
	"context"
	"fmt"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// flaggedLines are a line for each article with open flags, those that helped most
// tickets first. What a flag says stays with the article.
func (b *Base) flaggedLines(ctx context.Context, o BriefingOptions) ([]BriefingLine, error) {
	newest := map[tracker.ArticleID]time.Time{}
	for u, err := range b.Tracker.ArticleUses(ctx, tracker.ArticleUseQuery{Kind: tracker.ArticleFlagged, Standing: true}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !u.At.After(o.Now) {
			newest[u.Article] = u.At
		}
	}
	if len(newest) == 0 {
		return nil, nil
	}
	var lines []BriefingLine
	for a, err := range b.Tracker.Articles(ctx, tracker.ArticleQuery{}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		at, ok := newest[a.ID]
		if !ok || a.Confidence == tracker.Archived {
			continue
		}
		n := &names{}
		lines = append(lines, BriefingLine{
			Kind: BriefingFlagged, Title: n.hide(brief(plain(a.Title), briefingTitle)), Articles: []tracker.ArticleID{a.ID}, Since: at, rank: a.Reused,
			Why: fmt.Sprintf("%s on article %d, the newest since %s; it helped with %s so far", count(a.Flags, "open flag"), a.ID, clock(at, o.Now), count(a.Reused, "ticket")),
			Do:  []string{"Read what the flags say before you use it; improve it, or dismiss them with a reason."},
		})
	}
	return lines, nil
}
