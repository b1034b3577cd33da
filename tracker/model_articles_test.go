package tracker_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// modelArticle is what an article said in each revision, and how it met tickets.
type modelArticle struct {
	says     []string // the body by revision, from 1
	archived bool
	of       tracker.TicketID // that it was made of
	uses     map[tracker.UseID]tracker.TicketID
	flags    map[tracker.UseID]string // that nobody dismissed, and the text that was flagged
	open     map[tracker.UseID]bool
}

func (a *modelArticle) revise(says string, archived bool) {
	clear(a.open)
	for id, flagged := range a.flags {
		if !archived && flagged == says {
			a.open[id] = true
		}
	}
	a.says, a.archived = append(a.says, says), archived
}

// know does something with articles, on the model and on the stores.
func (h *history) know() {
	m, n := h.model, len(h.model.articles)
	if n == 0 || h.articles.IntN(6) == 0 {
		h.newArticle()
		return
	}
	id := tracker.ArticleID(1 + h.articles.IntN(n))
	a, ticket := m.articles[id-1], tracker.TicketID(1+h.articles.IntN(len(m.tickets)))
	tk := m.tickets[ticket]
	switch h.articles.IntN(8) {
	case 0, 1:
		_, err := both(h, func(tr *tracker.Tracker) (int, error) { return 0, tr.UseArticle(ctx, id, ticket) })
		h.tell("use article %d on ticket %d: %v", id, ticket, err)
		if tk.erased {
			require.ErrorIs(h.t, err, tracker.ErrErased)
		} else if require.NoError(h.t, err); a.of != ticket && !slices.Contains(slices.Collect(maps.Values(a.uses)), ticket) {
			m.uses++
			a.uses[m.uses] = ticket
		}
	case 2:
		for _, use := range slices.Sorted(maps.Keys(a.uses)) {
			_, err := both(h, func(tr *tracker.Tracker) (tracker.ArticleUse, error) { return tr.TakeBackUse(ctx, use, "no") })
			h.tell("take back use %d: %v", use, err)
			if m.tickets[a.uses[use]].erased {
				require.ErrorIs(h.t, err, tracker.ErrErased)
				continue
			}
			require.NoError(h.t, err)
			delete(a.uses, use)
			return
		}
	case 3:
		_, err := both(h, func(tr *tracker.Tracker) (tracker.ArticleUse, error) { return tr.FlagArticle(ctx, id, ticket, "wrong") })
		h.tell("flag article %d on ticket %d: %v", id, ticket, err)
		if tk.erased {
			require.ErrorIs(h.t, err, tracker.ErrErased)
		} else {
			require.NoError(h.t, err)
			m.uses++
			a.flags[m.uses], a.open[m.uses] = a.says[len(a.says)-1], true
		}
	case 4:
		for _, use := range slices.Sorted(maps.Keys(a.open)) {
			_, err := both(h, func(tr *tracker.Tracker) (tracker.ArticleUse, error) { return tr.DismissFlag(ctx, use, "right") })
			h.tell("dismiss flag %d: %v", use, err)
			require.NoError(h.t, err)
			delete(a.flags, use)
			delete(a.open, use)
			return
		}
	case 5:
		says := fmt.Sprint("text ", h.articles.IntN(3))
		_, err := both(h, func(tr *tracker.Tracker) (tracker.Article, error) {
			return tr.UpdateArticle(ctx, id, func(a *tracker.Article) error { a.Body = says; return nil })
		})
		h.tell("article %d says %q: %v", id, says, err)
		require.NoError(h.t, err)
		a.revise(says, a.archived)
	case 6:
		_, err := both(h, func(tr *tracker.Tracker) (tracker.Article, error) { return tr.RetireArticle(ctx, id, 0, "old") })
		h.tell("retire article %d: %v", id, err)
		if a.archived {
			require.ErrorIs(h.t, err, tracker.ErrConflict)
		} else {
			require.NoError(h.t, err)
			a.revise(a.says[len(a.says)-1], true)
		}
	case 7:
		to := 1 + h.articles.IntN(len(a.says))
		was, err := h.on[0].ArticleRevision(ctx, id, to)
		require.NoError(h.t, err)
		_, err = both(h, func(tr *tracker.Tracker) (tracker.Article, error) { return tr.RestoreArticle(ctx, id, to, "") })
		h.tell("article %d as in revision %d: %v", id, to, err)
		if to == len(a.says) {
			require.ErrorIs(h.t, err, tracker.ErrInvalid)
			return
		}
		require.NoError(h.t, err)
		a.revise(a.says[to-1], was.Confidence == tracker.Archived)
	}
}

func (h *history) newArticle() {
	m := h.model
	id := tracker.ArticleID(len(m.articles) + 1)
	a := &modelArticle{says: []string{""}, uses: map[tracker.UseID]tracker.TicketID{}, flags: map[tracker.UseID]string{}, open: map[tracker.UseID]bool{}}
	ticket := tracker.TicketID(1 + h.articles.IntN(len(m.tickets)))
	if h.articles.IntN(3) == 0 {
		got, err := both(h, func(tr *tracker.Tracker) (tracker.Article, error) {
			return tr.CreateArticle(ctx, tracker.Article{Title: "T"})
		})
		require.NoError(h.t, err)
		require.Equal(h.t, id, got.ID)
		m.articles = append(m.articles, a)
		return
	}
	got, err := both(h, func(tr *tracker.Tracker) (tracker.Article, error) { return tr.DraftArticle(ctx, ticket) })
	h.tell("draft of ticket %d: article %d: %v", ticket, got.ID, err)
	made := func(a *modelArticle) bool { return a.of == ticket && !a.archived }
	switch tk := m.tickets[ticket]; {
	case tk.erased:
		require.ErrorIs(h.t, err, tracker.ErrErased)
	case !tk.closed || slices.ContainsFunc(m.articles, made):
		require.ErrorIs(h.t, err, tracker.ErrConflict)
	default:
		require.NoError(h.t, err)
		require.Equal(h.t, id, got.ID)
		m.uses++
		a.of = ticket
		m.articles = append(m.articles, a)
	}
}

// compareArticles holds all articles, revisions and uses against the model.
func (h *history) compareArticles(tr *tracker.Tracker) {
	got := all(h.t, tr.Articles(ctx, tracker.ArticleQuery{}))
	require.Len(h.t, got, len(h.model.articles))
	on := map[tracker.TicketID][]tracker.ArticleID{}
	for i, a := range got {
		want := h.model.articles[i]
		require.Equal(h.t, []any{len(want.uses), len(want.open), len(want.says), want.archived}, []any{a.Reused, a.Flags, a.Revision, a.Confidence == tracker.Archived}, "article %d", a.ID)
		var says []string
		for _, r := range all(h.t, tr.ArticleRevisions(ctx, a.ID)) {
			says = append(says, r.Body)
		}
		require.Equal(h.t, want.says, says)
		if want.of != 0 {
			on[want.of] = append(on[want.of], a.ID)
			if h.model.tickets[want.of].erased {
				require.Empty(h.t, a.Issue, "article %d keeps what ticket %d said", a.ID, want.of)
			} else {
				require.NotEmpty(h.t, a.Issue)
			}
		}
		for _, ticket := range want.uses {
			on[ticket] = append(on[ticket], a.ID)
		}
	}
	for _, tk := range all(h.t, tr.Tickets(ctx, tracker.TicketQuery{})) {
		require.ElementsMatch(h.t, on[tk.ID], tk.Articles, "ticket %d", tk.ID)
	}
}
