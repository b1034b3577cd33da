package kb_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
)

// An article is about what the problem that it names has become: for those who read a
// briefing or an advice, for those who filter, and for developers. When the merge is
// undone all is as it was.
func TestArticleAboutAMergedProblem(t *testing.T) {
	d := newTeam(t)
	desk := d.Tracker.As(tracker.Agent("mia"))
	a, _ := d.problem(tracker.Problem{Title: "Paper jam", Workaround: "Open the tray."}, hours(5, 4)...)
	b, rs := d.problem(tracker.Problem{Title: "Tray stuck", Workaround: "Pull it."}, hours(3, 2)...)
	c, _ := d.problem(tracker.Problem{Title: "Rollers", Workaround: "Clean them."}, hours(2)...)
	_, err := desk.CreateArticle(d.Context(), tracker.Article{Title: "Trays and paper", Problems: []tracker.ProblemID{a.ID}})
	require.NoError(t, err)
	_, err = desk.CreateArticle(d.Context(), tracker.Article{Title: "Both", Problems: []tracker.ProblemID{b.ID, a.ID}})
	require.NoError(t, err)
	told := func() (all []string) {
		require.NoError(t, d.CatchUp(d.Context()))
		for _, l := range d.briefing(kb.BriefingOptions{}).Lines {
			all = append(all, fmt.Sprint("briefing ", l.Problem, " ", l.Articles, " ", l.Do))
		}
		advice, err := d.Advise(d.Context(), rs[0].Ticket)
		require.NoError(t, err)
		for _, x := range advice.Articles {
			all = append(all, fmt.Sprint("advice ", x.Article.ID, " ", x.Linked))
		}
		for p := tracker.ProblemID(1); p <= c.ID; p++ {
			for _, kind := range []kb.Kind{kb.Article, kb.Ticket} {
				found, err := d.Search(d.Context(), kb.Query{Text: fmt.Sprintf("kind:%s problem:%d", kind, p)})
				require.NoError(t, err)
				for _, h := range found.Hits {
					all = append(all, fmt.Sprint(kind, " ", h.ID, " of ", p))
				}
			}
		}
		rep, err := report.Build(d.Context(), d.Tracker, &report.Options{Unwritten: 1})
		require.NoError(t, err)
		for _, u := range rep.Articles.Unwritten {
			all = append(all, fmt.Sprint("unwritten ", u.ID))
		}
		return all
	}
	apart := told()
	require.Contains(t, apart, "article 1 of 1")
	require.Contains(t, apart, "unwritten 3")
	for round := range 2 { // undone, and merged anew
		first, err := desk.Merge(d.Context(), b.ID, a.ID)
		require.NoError(t, err)
		one := told()
		for _, want := range []string{
			"briefing 2 [1 2] [Workaround: Pull it. Article 1: Trays and paper]", "advice 1 true", "advice 2 true",
			"article 1 of 2", "article 2 of 2", "ticket 1 of 2", "ticket 4 of 2",
		} {
			require.Contains(t, one, want, "round %d", round)
		}
		for _, not := range []string{"article 1 of 1", "article 2 of 1", "ticket 1 of 1", "unwritten 2"} {
			require.NotContains(t, one, not)
		}

		second, err := desk.Merge(d.Context(), c.ID, b.ID)
		require.NoError(t, err)
		all := told()
		for _, want := range []string{"briefing 3 [1 2] [Workaround: Clean them. Article 1: Trays and paper]", "article 1 of 3", "article 2 of 3", "ticket 1 of 3"} {
			require.Contains(t, all, want, "through two merges")
		}
		require.NotContains(t, all, "article 1 of 2")
		likeFresh(t, d.Base)

		_, err = desk.Undo(d.Context(), second.ID)
		require.NoError(t, err)
		require.Equal(t, one, told())
		_, err = desk.Undo(d.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, apart, told())
		d.now = d.now.Add(time.Second)
	}
}
