package kb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// everything is all documents of a base with their fields, as far as a search tells.
func everything(t *testing.T, b *kb.Base) []string {
	var all []string
	for _, filter := range []string{"", "status:new", "status:open", "status:closed", "origin:confirmed", "origin:proposed", "problem:1", "problem:2", "problem:3", "problem:4", "problem:5", "problem:6"} {
		r, err := b.Search(t.Context(), kb.Query{Text: filter, Kinds: []kb.Kind{kb.Article, kb.Problem, kb.Ticket}, Limit: 1000})
		require.NoError(t, err)
		for _, h := range r.Hits {
			all = append(all, fmt.Sprint(filter, " ", h.Kind, " ", h.ID, " ", h.Title, " ", h.Snippet.Text))
		}
	}
	return all
}

// An index that followed is as one that is made anew, whatever was done and undone.
func TestFollowingIsAsMakingAnew(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			ctx := context.Background()
			tr, err := tracker.New(ctx, memstore.New(), &tracker.Options{Key: []byte("test")})
			require.NoError(t, err)
			defer tr.Close()
			b, err := kb.New(ctx, kb.Parts{Tracker: tr}, nil)
			require.NoError(t, err)
			defer b.Close()
			desk := tr.As(tracker.Agent("mia"))
			draw := rand.New(rand.NewPCG(seed, 0))
			texts := []string{"The scanner jams on glossy paper and beeps three times.", "My card was charged twice for March.", "The reset mail does not arrive."}
			var tickets []tracker.TicketID
			var decisions []tracker.DecisionID
			for range 60 {
				some := func() tracker.TicketID { return tickets[draw.IntN(len(tickets))] }
				problemOf := func() tracker.ProblemID {
					tk, err := tr.Ticket(ctx, some())
					require.NoError(t, err)
					return tk.Problem
				}
				var d tracker.Decision
				err = nil // what is refused changes nothing
				switch n := draw.IntN(10); {
				case n < 3 || len(tickets) < 4:
					i := draw.IntN(len(texts))
					r := logged(t, b, fmt.Sprintf("p%d@example.org", len(tickets)), texts[i][:12], texts[i])
					tickets = append(tickets, r.Ticket)
				case n == 3:
					d, err = desk.Confirm(ctx, some(), tracker.Target{Ticket: some()})
				case n == 4:
					d, err = desk.Reject(ctx, some(), tracker.Target{Problem: problemOf()})
				case n == 5:
					d, err = desk.Merge(ctx, problemOf(), problemOf())
				case n == 6:
					d, err = desk.Split(ctx, problemOf(), some())
				case n == 7:
					d, err = desk.Move(ctx, problemOf(), some())
				case n == 8:
					about := []tracker.ProblemID{problemOf(), problemOf()}
					if about[0] != 0 && about[1] != 0 {
						_, err = desk.CreateArticle(ctx, tracker.Article{Title: fmt.Sprint("What helps with ", about), Problems: about})
						require.NoError(t, err)
					}
				case len(decisions) > 0:
					d, err = desk.Undo(ctx, decisions[draw.IntN(len(decisions))])
				}
				if err == nil && d.ID != 0 {
					decisions = append(decisions, d.ID)
				}
				if draw.IntN(3) == 0 {
					require.NoError(t, b.CatchUp(ctx))
				}
			}
			require.NoError(t, b.CatchUp(ctx))
			anew, err := kb.New(ctx, kb.Parts{Tracker: tr}, nil)
			require.NoError(t, err)
			defer anew.Close()
			require.NoError(t, anew.CatchUp(ctx))
			require.Empty(t, cmp.Diff(everything(t, anew), everything(t, b)))
			require.NotEmpty(t, decisions)
		})
	}
}
