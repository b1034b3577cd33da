package tracker

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker/internal/redact"
	"github.com/supportloop/supportloop/tracker/store"
)

// eraseFlags takes out what was written about a ticket when articles were flagged on it.
func (x *tx) eraseFlags(id TicketID) error {
	return each(x, bUsesByTicket, store.Prefix(key(id)), func(e store.Entry) error {
		u, err := must[ArticleUse](x, bUses, number[UseID](e.Key), "use of an article")
		if err != nil || u.Reason == "" && u.Answer == "" {
			return err
		}
		u.Reason, u.Answer = "", ""
		return save(x, bUses, key(u.ID), u)
	})
}

// eraseDrafts takes out of the articles that were made of tickets, and of all their
// revisions, what stands there as it was taken from contacts that are erased now.
func (x *tx) eraseDrafts(tickets map[TicketID]bool, out *Erasure) error {
	for _, id := range slices.Sorted(maps.Keys(tickets)) {
		tk, err := x.ticket(id)
		if err != nil {
			return err
		}
		err = each(x, bUsesByTicket, store.Prefix(key(id)), func(e store.Entry) error {
			u, err := must[ArticleUse](x, bUses, number[UseID](e.Key), "use of an article")
			if err != nil || u.Kind != ArticleDrafted {
				return err
			}
			return x.eraseDraft(tk, u, out)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *tx) eraseDraft(tk *Ticket, u *ArticleUse, out *Erasure) error {
	first, err := articleRevision(x, u.Article, u.Revision)
	if err != nil {
		return err
	}
	var gone []string
	var kept []Taken
	for _, t := range u.Took {
		erased := tk.Erased
		if t.Contact != 0 {
			c, err := must[Contact](x, bContacts, t.Contact, "contact")
			if err != nil {
				return err
			}
			erased = c.Erased
		}
		if !erased {
			kept = append(kept, t)
			continue
		}
		gone = append(gone, sentences(*first.part(t.Part))...)
	}
	if len(gone) == 0 && len(kept) == len(u.Took) {
		return nil
	}
	stays := sentences(setting(tk)) // product and version are no secret
	gone = slices.DeleteFunc(gone, func(s string) bool { return slices.Contains(stays, s) })
	slices.SortFunc(gone, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
	long := wrapped(gone)
	u.Took = kept
	out.Articles = append(out.Articles, u.Article)
	is, err := must[Article](x, bArticles, u.Article, "article")
	if err != nil {
		return err
	}
	for n := 1; n < is.Revision; n++ {
		was, err := articleRevision(x, is.ID, n)
		if err != nil {
			return err
		}
		was.forget(gone, long)
		if err := save(x, bArticleRevisions, pair(is.ID, uint64(n)), was); err != nil {
			return err
		}
	}
	is.forget(gone, long)
	return errors.Join(
		save(x, bUses, key(u.ID), u), save(x, bArticles, key(is.ID), is),
		x.change(Change{Action: ArticleErased, Article: is.ID}),
	)
}

// sentences are those of a part, and its lines.
func sentences(part string) []string {
	var out []string
	for l := range strings.SplitSeq(part, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(append(out, l), redact.Split(l)...)
		}
	}
	return out
}

// forget takes sentences out of what an article says: the long ones wherever they stand,
// a short one, which others may write too, only where it is a line of its own.
func (a *Article) forget(gone []string, long []*regexp.Regexp) {
	for _, name := range []string{"title", "issue", "environment", "cause", "resolution", "workaround", "body"} {
		part := a.part(name)
		was := *part
		for _, s := range long {
			*part = s.ReplaceAllLiteralString(*part, "")
		}
		var lines []string
		for l := range strings.SplitSeq(*part, "\n") {
			if !slices.Contains(gone, strings.TrimSpace(l)) {
				lines = append(lines, l)
			}
		}
		if *part = strings.Join(lines, "\n"); *part != was {
			*part = strings.TrimSpace(*part)
		}
	}
	if a.Title == "" {
		a.Title = fmt.Sprintf("Article %d", a.ID)
	}
}

// wrapped find the sentences that are not short, with any white space between words.
func wrapped(sentences []string) (long []*regexp.Regexp) {
	const short = 12 // bytes
	for _, s := range sentences {
		if len(s) < short {
			continue
		}
		words := strings.Fields(s)
		for i, w := range words {
			words[i] = regexp.QuoteMeta(w)
		}
		long = append(long, regexp.MustCompile(strings.Join(words, `\s+`)))
	}
	return long
}
