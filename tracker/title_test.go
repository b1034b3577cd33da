package tracker_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// titlesDiffer fails if the machine called a problem what another one is called.
func titlesDiffer(tr *tracker.Tracker) error {
	whose := map[string]tracker.Problem{}
	for p, err := range tr.Problems(ctx, tracker.ProblemQuery{}) {
		if err != nil {
			return err
		}
		title := strings.ToLower(p.Title)
		if other, ok := whose[title]; ok && title != "" && !(p.Titled && other.Titled) {
			return fmt.Errorf("problems %d and %d are both called %q", other.ID, p.ID, p.Title)
		}
		whose[title] = p
	}
	return nil
}

// alike makes a problem of two new tickets that are both called title, also if the
// machine takes them for an older one.
func alike(t *testing.T, tr *tracker.Tracker, title, text string) tracker.Problem {
	t.Helper()
	a := logged(t, tr, email("", title, text))
	b := logged(t, tr, email("", title, text))
	p, err := tr.Problem(ctx, b.Problem)
	require.NoError(t, err, "texts that are the same are joined")
	if p.Tickets > 2 {
		d, err := tr.Split(ctx, p.ID, a.Ticket, b.Ticket)
		require.NoError(t, err)
		p, err = tr.Problem(ctx, d.Problem)
		require.NoError(t, err)
	}
	return p
}

// TestTitlesTellApart: of two problems whose tickets are called the same, each has a
// title of its own, and keeps it whatever becomes of the other.
func TestTitlesTellApart(t *testing.T) {
	tr, _ := openMem(t)
	first := alike(t, tr, "Weekly check", "")
	require.Equal(t, "Weekly check", first.Title)
	second := alike(t, tr, "Weekly check", "The pump in the cellar rattles.")
	require.Equal(t, "The pump in the cellar rattles", second.Title)
	third := alike(t, tr, "weekly check", "")
	require.Equal(t, "Weekly check (2)", third.Title)
	require.NoError(t, titlesDiffer(tr))

	now := func(p tracker.Problem) string {
		var title string
		for q, err := range tr.Problems(ctx, tracker.ProblemQuery{}) {
			require.NoError(t, err)
			if q.ID == p.ID {
				title = q.Title
			}
		}
		return title
	}
	merge, err := tr.Merge(ctx, third.ID, first.ID)
	require.NoError(t, err)
	more := logged(t, tr, email("", "Weekly check", ""))
	_, err = tr.Confirm(ctx, more.Ticket, tracker.Target{Problem: third.ID})
	require.NoError(t, err)
	_, err = tr.Undo(ctx, merge.ID)
	require.NoError(t, err)
	require.Equal(t, []string{first.Title, second.Title, third.Title}, []string{now(first), now(second), now(third)}, "as before the merge")

	// A person's title is theirs; the machine's yields to it.
	_, err = tr.UpdateProblem(ctx, second.ID, func(p *tracker.Problem) error { p.Title = "WEEKLY CHECK (2)"; return nil })
	require.NoError(t, err)
	require.Equal(t, "WEEKLY CHECK (2)", now(second))
	require.Equal(t, "Weekly check (3)", now(third))
	_, err = tr.UpdateProblem(ctx, first.ID, func(p *tracker.Problem) error { p.Title = "WEEKLY CHECK (2)"; return nil })
	require.NoError(t, err)
	require.Equal(t, "WEEKLY CHECK (2)", now(first), "two people's titles may be the same")
	require.Equal(t, "WEEKLY CHECK (2)", now(second))
	require.NoError(t, titlesDiffer(tr))
}

// TestTitleSaysNothingOfWhoWasErased: a title that was told apart by words, or was
// stable, is made anew when a customer is erased.
func TestTitleSaysNothingOfWhoWasErased(t *testing.T) {
	tr, _ := openMem(t)
	alike(t, tr, "Weekly check", "")
	a := logged(t, tr, email("ada@example.org", "Weekly check", "The pump in the cellar rattles."))
	b := logged(t, tr, email("ada@example.org", "Weekly check", "The pump in the cellar rattles!"))
	d, err := tr.Confirm(ctx, b.Ticket, tracker.Target{Ticket: a.Ticket})
	require.NoError(t, err)
	c := logged(t, tr, email("bob@example.org", "Weekly check", "Nothing new."))
	_, err = tr.Confirm(ctx, c.Ticket, tracker.Target{Problem: d.Problem})
	require.NoError(t, err)
	_, err = tr.Erase(ctx, a.Customer)
	require.NoError(t, err)
	p, err := tr.Problem(ctx, d.Problem)
	require.NoError(t, err)
	for _, said := range append(p.Words, p.Title) {
		for _, word := range []string{"pump", "cellar", "rattles"} {
			require.NotContains(t, strings.ToLower(said), word)
		}
	}
	require.NoError(t, titlesDiffer(tr))
}
