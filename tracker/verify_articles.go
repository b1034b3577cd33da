package tracker

import "github.com/supportloop/supportloop/tracker/store"

// missingOfArticles finds articles without one of their revisions, or whose count of
// open flags is not that of the flags, and uses that their article or ticket does not
// list: an erasure would pass them by.
func missingOfArticles(r store.Reader, v *Verification) {
	absent := func(b store.Bucket, k []byte) bool {
		raw, err := r.Get(b, k)
		return err != nil || raw == nil
	}
	open := map[ArticleID]int{}
	readable(r, bUses, func(u *ArticleUse) {
		n := uint64(u.ID)
		if absent(bUsesByArticle, pair(u.Article, u.ID)) {
			v.lost("article's list without use", n, n)
		}
		if u.Ticket != 0 && absent(bUsesByTicket, pair(u.Ticket, u.ID)) {
			v.lost("ticket's list without use of article", n, n)
		}
		if u.Kind == ArticleFlagged && u.Stands() {
			open[u.Article]++
		}
	})
	readable(r, bArticles, func(a *Article) {
		n := uint64(a.ID)
		if a.Flags != open[a.ID] {
			v.lost("flags of article", n, n)
		}
		for i := 1; i < a.Revision; i++ {
			if absent(bArticleRevisions, pair(a.ID, uint64(i))) {
				v.lost("revision of article", n, n)
				break
			}
		}
	})
}
