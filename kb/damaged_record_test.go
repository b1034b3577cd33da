package kb_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// One record that is damaged takes no other one with it.
func TestOneDamagedRecordIsLeftOut(t *testing.T) {
	for _, row := range []struct {
		promise, damaged string
		finds            []string
		advised          bool // the ticket has its problem
	}{
		{"of a ticket whose contact is damaged the others are found", "beeps thrice", []string{"article/1", "problem/1", "ticket/1"}, true},
		{"advice for a ticket whose problem is damaged has the rest", "Glossy problem", []string{"article/1", "problem/1", "ticket/1"}, false},
	} {
		t.Run(row.promise, func(t *testing.T) {
			ctx := context.Background()
			s := &failing{Store: memstore.New(), err: fmt.Errorf("a record: %w", store.ErrDamaged)}
			tr, err := tracker.New(ctx, s, &tracker.Options{Key: []byte("test"), NoGrouping: true})
			require.NoError(t, err)
			defer tr.Close()
			b, err := kb.New(ctx, kb.Parts{Tracker: tr}, nil)
			require.NoError(t, err)
			defer b.Close()
			first := logged(t, b, "ada@example.org", "Scanner", "It beeps thrice.")
			desk := tr.As(tracker.Agent("mia"))
			_, err = desk.Log(ctx, tracker.Contact{From: "ada@example.org", Channel: tracker.Email, Direction: tracker.Inbound, Ticket: first.Ticket, Text: "It jams on glossy paper."})
			require.NoError(t, err)
			p, err := tr.CreateProblem(ctx, tracker.Problem{Title: "Glossy problem"})
			require.NoError(t, err)
			_, err = tr.Move(ctx, p.ID, first.Ticket)
			require.NoError(t, err)
			art, err := tr.CreateArticle(ctx, tracker.Article{Title: "Glossy paper"})
			require.NoError(t, err)
			err = desk.UseArticle(ctx, art.ID, first.Ticket)
			require.NoError(t, err)
			_, err = desk.CloseTicket(ctx, first.Ticket, tracker.SolvedByKnown, "")
			require.NoError(t, err)

			s.what = []byte(row.damaged)
			require.NoError(t, b.CatchUp(ctx))
			names, _ := found(t, b, "glossy")
			require.ElementsMatch(t, row.finds, names)
			a, err := b.Advise(ctx, first.Ticket)
			require.NoError(t, err)
			require.Equal(t, row.advised, a.Problem != nil)
			require.Len(t, a.Articles, 1)
		})
	}
}
