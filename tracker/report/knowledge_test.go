package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// TestKnowledge counts what stands, in the period, of the product asked for.
func TestKnowledge(t *testing.T) {
	now := on(3, 1)
	tr, err := tracker.New(t.Context(), memstore.New(), &tracker.Options{Key: []byte("test"), NoGrouping: true, Now: func() time.Time { return now }})
	require.NoError(t, err)
	defer tr.Close()
	desk := tr.As(tracker.Agent("mia"))
	article := func(title string, products ...string) tracker.ArticleID {
		a, err := desk.CreateArticle(t.Context(), tracker.Article{Title: title, Products: products})
		require.NoError(t, err)
		return a.ID
	}
	lamp, shop, unused := article("Lamp", "Lamp"), article("Shop", "Shop"), article("Unused")
	ticket := func(product string, o tracker.Outcome, use ...tracker.ArticleID) tracker.TicketID {
		r, err := desk.Log(t.Context(), tracker.Contact{From: "ada@example.org", Text: "It does not work.", Product: product})
		require.NoError(t, err)
		for _, a := range use {
			require.NoError(t, desk.UseArticle(t.Context(), a, r.Ticket))
		}
		if o != "" {
			_, err = desk.CloseTicket(t.Context(), r.Ticket, o, "")
			require.NoError(t, err)
		}
		return r.Ticket
	}
	ticket("Lamp", tracker.SolvedByKnown, lamp) // before the period
	now = on(3, 10)
	ticket("Lamp", tracker.SolvedByKnown, lamp)
	ticket("Lamp", tracker.TiedToProblem)
	ticket("Shop", tracker.SolvedAnew, shop)
	ticket("Lamp", tracker.Refunded, lamp)
	solved := ticket("Lamp", "")
	_, err = desk.UpdateTicket(t.Context(), solved, func(k *tracker.Ticket) error { k.Status = tracker.StatusSolved; return nil })
	require.NoError(t, err)
	mistaken := ticket("Lamp", "", unused)
	for u, err := range desk.ArticleUses(t.Context(), tracker.ArticleUseQuery{Ticket: mistaken}) {
		require.NoError(t, err)
		_, err = desk.TakeBackUse(t.Context(), u.ID, "another one")
		require.NoError(t, err)
	}
	_, err = desk.DraftArticle(t.Context(), solved)
	require.NoError(t, err)
	for _, a := range []tracker.ArticleID{lamp, shop, shop} {
		_, err = desk.FlagArticle(t.Context(), a, 0, "It is wrong.")
		require.NoError(t, err)
	}
	now = on(3, 20)
	build := func(product string) report.Articles {
		r, err := report.Build(t.Context(), tr, &report.Options{Since: on(3, 5), Until: on(3, 25), Product: product})
		require.NoError(t, err)
		return r.Articles
	}
	got := build("")
	require.Equal(t, report.Articles{
		Articles: 4, Solved: 4, Linked: 3, Known: 2, Anew: 1, Reused: 3, Drafted: 1, Flagged: 3,
		Flags:   []report.Flags{{ID: shop, Title: "Shop", Flags: 2, Since: on(3, 10)}, {ID: lamp, Title: "Lamp", Flags: 1, Since: on(3, 10)}},
		Overdue: []report.Overdue{}, Unwritten: []report.Unwritten{},
		Unfound: []report.Unfound{{ID: unused, Title: "Unused", Updated: on(3, 1)}},
	}, got)
	require.Equal(t, 3, got.Closed())
	got = build("Shop")
	require.Equal(t, []int{2, 1, 1, 0, 1, 1, 0, 2, 1}, []int{got.Articles, got.Solved, got.Linked, got.Known, got.Anew, got.Reused, got.Drafted, got.Flagged, len(got.Flags)})
}

// An article stands once beside a problem, though it was about two that are one now.
func TestArticlesStandOnceBesideAProblem(t *testing.T) {
	now := on(3, 10)
	tr, err := tracker.New(t.Context(), memstore.New(), &tracker.Options{Key: []byte("test"), NoGrouping: true, Now: func() time.Time { return now }})
	require.NoError(t, err)
	defer tr.Close()
	desk := tr.As(tracker.Agent("mia"))
	r, err := desk.Log(t.Context(), tracker.Contact{From: "ada@example.org", Text: "It does not work."})
	require.NoError(t, err)
	for _, title := range []string{"Dark", "No light"} {
		_, err := desk.CreateProblem(t.Context(), tracker.Problem{Title: title})
		require.NoError(t, err)
	}
	_, err = desk.Confirm(t.Context(), r.Ticket, tracker.Target{Problem: 1})
	require.NoError(t, err)
	a, err := desk.CreateArticle(t.Context(), tracker.Article{Title: "Lamp", Problems: []tracker.ProblemID{1, 2}})
	require.NoError(t, err)
	_, err = desk.Merge(t.Context(), 1, 2)
	require.NoError(t, err)
	rep, err := report.Build(t.Context(), tr, &report.Options{Since: on(3, 5), Until: on(3, 25)})
	require.NoError(t, err)
	require.Equal(t, []tracker.ArticleID{a.ID}, rep.Problems[0].Articles)
}
