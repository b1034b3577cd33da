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
	var lines []BriefingLine
	for a, err := range b.Tracker.Articles(ctx, tracker.ArticleQuery{}) {
		if b.leftOut(err) || err == nil && (a.Flags == 0 || a.Confidence == tracker.Archived) {
			continue
		}
		if err != nil {
			return nil, err
		}
		n := 0
		var newest time.Time
		for u, err := range b.Tracker.ArticleUses(ctx, tracker.ArticleUseQuery{Article: a.ID, Kind: tracker.ArticleFlagged, Standing: true}) {
			if b.leftOut(err) || err == nil && u.At.After(o.Now) {
				continue
			}
			if err != nil {
				return nil, err
			}
			n, newest = n+1, u.At
		}
		if n == 0 {
			continue
		}
		lines = append(lines, BriefingLine{
			Kind: BriefingFlagged, Title: shown(a.Title, briefingTitle), Articles: []tracker.ArticleID{a.ID}, Since: newest, rank: a.Reused,
			Why: fmt.Sprintf("%s on article %d, the newest since %s; it helped with %s so far", count(n, "open flag"), a.ID, clock(newest, o.Now), count(a.Reused, "ticket")),
			Do:  []string{"Read what the flags say before you use it; improve it, or dismiss them with a reason."},
		})
	}
	return lines, nil
}
