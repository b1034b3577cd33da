package tracker

import (
	"slices"

	"github.com/supportloop/supportloop/tracker/store"
)

// missingOfArticles finds articles without one of their revisions, uses that their
// article or ticket does not list (an erasure would pass them by), and articles and
// tickets whose own counts and lists are not those of the uses.
func missingOfArticles(r store.Reader, v *Verification) {
	absent := func(b store.Bucket, k []byte) bool {
		raw, err := r.Get(b, k)
		return err != nil || raw == nil
	}
	flags, reused, on := map[ArticleID]int{}, map[ArticleID]int{}, map[TicketID][]ArticleID{}
	readable(r, bUses, func(u *ArticleUse) {
		n := uint64(u.ID)
		if absent(bUsesByArticle, pair(u.Article, u.ID)) {
			v.lost("article's list without use", n, n)
		}
		if u.Ticket != 0 && absent(bUsesByTicket, pair(u.Ticket, u.ID)) {
			v.lost("ticket's list without use of article", n, n)
		}
		switch {
		case !u.Stands():
			return
		case u.Kind == ArticleFlagged:
			flags[u.Article]++
			return
		case u.Kind == ArticleReused:
			reused[u.Article]++
		}
		on[u.Ticket] = append(on[u.Ticket], u.Article)
	})
	readable(r, bArticles, func(a *Article) {
		n := uint64(a.ID)
		if a.Flags != flags[a.ID] || a.Reused != reused[a.ID] {
			v.lost("counts of article", n, n)
		}
		for i := 1; i < a.Revision; i++ {
			if absent(bArticleRevisions, pair(a.ID, uint64(i))) {
				v.lost("revision of article", n, n)
				break
			}
		}
	})
	readable(r, bTickets, func(tk *Ticket) {
		if !slices.Equal(slices.Sorted(slices.Values(tk.Articles)), slices.Sorted(slices.Values(on[tk.ID]))) {
			v.lost("articles of ticket", uint64(tk.ID), uint64(tk.ID))
		}
	})
}
