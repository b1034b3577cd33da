package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

func (t *tally) article(a tracker.Article, now time.Time) {
	about := func(p string) bool { return strings.EqualFold(show.Line(p), t.product) }
	if a.Confidence == tracker.Archived || t.product != "" && len(a.Products) > 0 && !slices.ContainsFunc(a.Products, about) {
		return
	}
	t.shelf[a.ID] = true
	t.articles.Articles++
	if a.Confidence == tracker.Validated {
		t.articles.Validated++
	}
	if !a.ReviewBy.IsZero() && a.ReviewBy.Before(now) {
		t.articles.Overdue = append(t.articles.Overdue, Overdue{ID: a.ID, Title: show.Line(a.Title), ReviewBy: a.ReviewBy.In(t.zone), Reused: a.Reused})
	}
	if a.Flags > 0 {
		t.articles.Flags = append(t.articles.Flags, Flags{ID: a.ID, Title: show.Line(a.Title), Flags: a.Flags})
	}
	if a.Reused == 0 && a.Updated.Before(t.period.Since) {
		t.articles.Unfound = append(t.articles.Unfound, Unfound{ID: a.ID, Title: show.Line(a.Title), Updated: a.Updated.In(t.zone)})
	}
	for _, id := range a.Problems {
		if p := t.of(id); p != nil && !slices.Contains(p.articles, a.ID) { // two may be one by now
			p.articles = append(p.articles, a.ID)
		}
	}
}

// use takes in how an article met a ticket; a flag of no ticket counts with its article.
func (t *tally) use(u tracker.ArticleUse) {
	if u.Kind == tracker.ArticleFlagged && u.Stands() {
		if since, ok := t.flagged[u.Article]; !ok || u.At.Before(since) {
			t.flagged[u.Article] = u.At
		}
	}
	_, ours := t.tickets[u.Ticket]
	if ours = ours || u.Ticket == 0 && t.shelf[u.Article]; !ours || !t.period.holds(u.At) {
		return
	}
	switch {
	case u.Kind == tracker.ArticleFlagged:
		t.articles.Flagged++
	case !u.Stands():
	case u.Kind == tracker.ArticleReused:
		t.articles.Reused++
	case u.Kind == tracker.ArticleDrafted:
		t.articles.Drafted++
	}
}

// knowledge is what of the articles needs care: n of each at most, and problems from
// so many tickets on.
func (t *tally) knowledge(n, tickets int) Articles {
	a := t.articles
	for _, f := range t.tickets {
		if !f.solved.IsZero() && t.period.holds(f.solved) {
			a.Solved++
			if f.linked {
				a.Linked++
			}
		}
		if !f.closed.IsZero() && t.period.holds(f.closed) {
			switch f.outcome {
			case tracker.SolvedByKnown, tracker.TiedToProblem:
				a.Known++
			case tracker.SolvedAnew:
				a.Anew++
			}
		}
	}
	for i, f := range a.Flags {
		a.Flags[i].Since = t.flagged[f.ID].In(t.zone)
	}
	a.Unwritten = []Unwritten{}
	for _, p := range ordered(t.problems) {
		u := Unwritten{ID: p.record.ID, Title: show.Line(p.record.Title), Tickets: p.confirmed + p.other, KnownError: p.record.KnownError()}
		if u.Tickets >= tickets && len(p.articles) == 0 && p.record.Status != tracker.ProblemClosed {
			a.Unwritten = append(a.Unwritten, u)
		}
	}
	a.Overdue = first(a.Overdue, n, func(x, y Overdue) int { return x.ReviewBy.Compare(y.ReviewBy) })
	a.Flags = first(a.Flags, n, func(x, y Flags) int { return cmp.Compare(y.Flags, x.Flags) })
	a.Unfound = first(a.Unfound, n, func(x, y Unfound) int { return x.Updated.Compare(y.Updated) })
	a.Unwritten = first(a.Unwritten, n, func(x, y Unwritten) int {
		return cmp.Or(boolFirst(x.KnownError, y.KnownError), cmp.Compare(y.Tickets, x.Tickets))
	})
	return a
}

// first are the first n of a list in an order.
func first[T any](list []T, n int, order func(T, T) int) []T {
	slices.SortStableFunc(list, order)
	return append([]T{}, list[:min(n, len(list))]...)
}
