package tracker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker/store"
)

// UseArticle links an article to a ticket that it helped with. Twice is once, and so is
// using it on the ticket that it was made of.
//
// Errors: [ErrNotFound], [ErrErased].
func (t *Tracker) UseArticle(ctx context.Context, id ArticleID, ticket TicketID) error {
	return t.write(ctx, "use_article", fmt.Sprintf("article %d", id), 2048, func(x *tx) error {
		a, err := must[Article](x, bArticles, id, "article")
		if err != nil {
			return err
		}
		tk, err := x.live(ticket)
		if err != nil || slices.Contains(tk.Articles, id) {
			return err
		}
		a.Reused++
		tk.Articles = append(tk.Articles, id)
		_, err = x.use(a, ArticleUse{Ticket: ticket, Kind: ArticleReused})
		return errors.Join(err, x.saveTicket(tk))
	})
}

// TakeBackUse takes an article off a ticket again, and says why: it was not what
// helped. A ticket that an article was made of lets go of it so, too; the article stays.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] without a reason and for a flag
// ([Tracker.DismissFlag]), [ErrConflict] when that was done already.
func (t *Tracker) TakeBackUse(ctx context.Context, id UseID, reason string) (ArticleUse, error) {
	return t.settleUse(ctx, "take_back_use", id, reason, func(x *tx, u *ArticleUse, a *Article) error {
		if u.Kind == ArticleFlagged {
			return fmt.Errorf("%w: %d is a flag: dismiss it", ErrInvalid, id)
		}
		tk, err := x.live(u.Ticket)
		if err != nil {
			return err
		}
		if u.Kind == ArticleReused {
			a.Reused--
		}
		tk.Articles = slices.DeleteFunc(tk.Articles, func(other ArticleID) bool { return other == u.Article })
		if len(tk.Articles) == 0 {
			tk.Articles = nil
		}
		return x.saveTicket(tk)
	})
}

// FlagArticle says of an article what is wrong or wanting, and on which ticket that
// was seen (0: on none). The flag is open while the article says what it says now and is
// not archived, unless somebody dismisses it.
//
// Errors: [ErrNotFound], [ErrErased], [ErrInvalid] without a reason.
func (t *Tracker) FlagArticle(ctx context.Context, id ArticleID, ticket TicketID, reason string) (ArticleUse, error) {
	var out ArticleUse
	err := t.write(ctx, "flag_article", fmt.Sprintf("article %d", id), 4096, func(x *tx) error {
		a, err := must[Article](x, bArticles, id, "article")
		if err != nil {
			return err
		}
		if ticket != 0 {
			if _, err := x.live(ticket); err != nil {
				return err
			}
		}
		reason := cut(clean(reason), x.c.opts.Limits.Field)
		if reason == "" {
			return fmt.Errorf("%w: say what is wrong with article %d, or what it wants", ErrInvalid, id)
		}
		a.Flags++
		out, err = x.use(a, ArticleUse{Ticket: ticket, Kind: ArticleFlagged, Reason: reason})
		return err
	})
	return out, err
}

// DismissFlag answers a flag without a change to the article, and says why.
//
// Errors: [ErrNotFound], [ErrInvalid] without a reason and for a use that is no flag,
// [ErrConflict] when it is answered already.
func (t *Tracker) DismissFlag(ctx context.Context, id UseID, reason string) (ArticleUse, error) {
	return t.settleUse(ctx, "dismiss_flag", id, reason, func(x *tx, u *ArticleUse, a *Article) error {
		if u.Kind != ArticleFlagged {
			return fmt.Errorf("%w: %d is no flag: take it back", ErrInvalid, id)
		}
		a.Flags--
		return nil
	})
}

func (t *Tracker) settleUse(ctx context.Context, action string, id UseID, reason string, how func(*tx, *ArticleUse, *Article) error) (ArticleUse, error) {
	var out ArticleUse
	err := t.write(ctx, action, fmt.Sprintf("use %d", id), 4096, func(x *tx) error {
		u, err := must[ArticleUse](x, bUses, id, "use of an article")
		if err != nil {
			return err
		}
		a, err := must[Article](x, bArticles, u.Article, "article")
		if err != nil {
			return err
		}
		reason := cut(clean(reason), x.c.opts.Limits.Field)
		switch {
		case reason == "":
			return fmt.Errorf("%w: say why", ErrInvalid)
		case !u.Stands():
			return fmt.Errorf("%w: that was settled by %s already", ErrConflict, u.SettledBy)
		}
		if err := how(x, u, a); err != nil {
			return err
		}
		u.Settled, u.SettledBy, u.Answer = x.now, x.actor, reason
		out = *u
		return errors.Join(save(x, bUses, key(id), u), x.articleUsed(a, u))
	})
	return out, err
}

// use writes down a use of a, and a.
func (x *tx) use(a *Article, u ArticleUse) (ArticleUse, error) {
	x.head.Uses++
	u.ID, u.Article, u.Revision, u.At, u.By = x.head.Uses, a.ID, a.Revision, x.now, x.actor
	err := errors.Join(
		save(x, bUses, key(u.ID), u),
		x.Put(bUsesByArticle, pair(u.Article, u.ID), []byte{}),
	)
	if u.Ticket != 0 {
		err = errors.Join(err, x.Put(bUsesByTicket, pair(u.Ticket, u.ID), []byte{}))
	}
	return u, errors.Join(err, x.articleUsed(a, &u))
}

func (x *tx) articleUsed(a *Article, u *ArticleUse) error {
	return errors.Join(save(x, bArticles, key(a.ID), a), x.change(Change{Action: ArticleChanged, Article: a.ID, Ticket: u.Ticket, Use: u.ID}))
}

// answerFlags settles the open flags of an article by the revision a that it is now, and
// opens those again of which a says, in use, what was flagged.
func (x *tx) answerFlags(was, a *Article) error {
	a.Flags = 0
	return each(x, bUsesByArticle, store.Prefix(key(a.ID)), func(e store.Entry) error {
		u, err := must[ArticleUse](x, bUses, number[UseID](e.Key), "use of an article")
		if err != nil || u.Kind != ArticleFlagged || !u.Stands() && u.Fixed == 0 {
			return err
		}
		flagged := was // which is not among the revisions yet
		if u.Revision != was.Revision {
			if flagged, err = articleRevision(x, a.ID, u.Revision); err != nil {
				return err
			}
		}
		again := a.Confidence != Archived && saysSame(flagged, a)
		if again {
			a.Flags++
		}
		switch {
		case again == u.Stands():
			return nil
		case again:
			u.Settled, u.SettledBy, u.Fixed = time.Time{}, Actor{}, 0
		default:
			u.Settled, u.SettledBy, u.Fixed = x.now, x.actor, a.Revision
		}
		return save(x, bUses, key(u.ID), u)
	})
}

// ArticleUseQuery narrows a list of uses; zero fields do not.
type ArticleUseQuery struct {
	Since, Until time.Time // by when they were: from Since on, before Until
	Article      ArticleID
	Ticket       TicketID
	Kind         UseKind
	Standing     bool // only flags that are open, and uses that were not taken back
}

// ArticleUses lists how articles and tickets met, in the order in which they did.
func (t *Tracker) ArticleUses(ctx context.Context, q ArticleUseQuery) iter.Seq2[ArticleUse, error] {
	keep := func(_ store.Reader, u *ArticleUse) (bool, error) {
		return within(u.At, q.Since, q.Until) && (q.Article == 0 || u.Article == q.Article) &&
			(q.Ticket == 0 || u.Ticket == q.Ticket) && (q.Kind == "" || u.Kind == q.Kind) && (!q.Standing || u.Stands()), nil
	}
	find := where(through[ArticleUse](bUses), keep)
	switch {
	case q.Article != 0:
		return list(ctx, t.core, bUsesByArticle, store.Prefix(key(q.Article)), find)
	case q.Ticket != 0:
		return list(ctx, t.core, bUsesByTicket, store.Prefix(key(q.Ticket)), find)
	}
	return list(ctx, t.core, bUses, store.Range{}, where(record[ArticleUse](bUses), keep))
}
