package tracker_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

func TestActorsInText(t *testing.T) {
	for _, row := range []struct {
		actor tracker.Actor
		text  string
	}{
		{tracker.System, "system"},
		{mia, "agent:mia"},
		{tracker.Agent("a:b"), "agent:a:b"},
		{tracker.Actor{Kind: tracker.ActorRule, Name: "vip"}, "rule:vip"},
		{tracker.Actor{}, ""},
	} {
		text, err := row.actor.MarshalText()
		require.NoError(t, err)
		require.Equal(t, row.text, string(text))
		var back tracker.Actor
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, row.actor, back)
	}
	var a tracker.Actor
	require.ErrorContains(t, a.UnmarshalText([]byte("ghost:x")), "ghost:x")
	require.True(t, mia.Person())
	require.True(t, tracker.Actor{Kind: tracker.ActorRule}.Person(), "a person stands behind a rule")
	require.False(t, tracker.System.Person())
}

// TestEveryWriteNamesItsActor also when several write at once.
func TestEveryWriteNamesItsActor(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	require.Equal(t, mia, tr.Actor())
	r := logged(t, tr.As(bob), alone(1))
	c, err := tr.Contact(ctx, r.Contact)
	require.NoError(t, err)
	require.Equal(t, bob, c.Actor)
	d, err := tr.Confirm(ctx, r.Ticket, ofProblem(problem(t, tr)))
	require.NoError(t, err)
	require.Equal(t, mia, d.Actor)
	var who []string
	for _, ch := range all(t, tr.Changes(ctx, 0)) {
		who = append(who, ch.Actor.String())
	}
	require.Equal(t, []string{"agent:bob", "agent:mia"}, slices.Compact(who))
}

// TestAuthorizer is asked before every write, with the actor, the action and the
// object, and its no is what the caller gets.
func TestAuthorizer(t *testing.T) {
	no := errors.New("only with the manager")
	var asked []tracker.Request
	deny := false
	tr, _ := openMem(t, peopleOnly, func(o *tracker.Options) {
		o.Authorize = func(_ context.Context, r tracker.Request) error {
			if asked = append(asked, r); deny {
				return no
			}
			return nil
		}
	})
	ids := tickets(t, tr, 4)
	p, q := problem(t, tr, ids[:2]...), problem(t, tr, ids[2])
	_, err := tr.CreateArticle(ctx, tracker.Article{Title: "T"})
	require.NoError(t, err)
	posted(t, tr, tracker.Outage{Title: "T"})
	_, err = tr.MakePromise(ctx, tracker.Promise{Ticket: ids[0], Kind: tracker.PromiseUpdate, Due: monday.Add(time.Hour)})
	require.NoError(t, err)
	before := export(t, tr)
	deny = true
	for _, row := range []struct {
		action, object string
		do             func() error
	}{
		{"log", "", func() error { _, err := tr.Log(ctx, alone(9)); return err }},
		{"import", "", func() error { _, err := tr.Import(ctx, sequence(alone(9)), nil); return err }},
		{"confirm", "ticket 4", func() error { _, err := tr.Confirm(ctx, 4, ofProblem(p)); return err }},
		{"reject", "ticket 1", func() error { _, err := tr.Reject(ctx, 1, ofProblem(p)); return err }},
		{"audit", "ticket 4", func() error { _, err := tr.Audit(ctx, 4, ofProblem(p), true); return err }},
		{"move", "problem 1", func() error { _, err := tr.Move(ctx, p, 4); return err }},
		{"merge", "problem 1", func() error { _, err := tr.Merge(ctx, p, q); return err }},
		{"split", "problem 1", func() error { _, err := tr.Split(ctx, p, 1); return err }},
		{"merge_customers", "customer 1", func() error { _, err := tr.MergeCustomers(ctx, 1, 2); return err }},
		{"undo", "decision 1", func() error { _, err := tr.Undo(ctx, 1); return err }},
		{"erase", "customer 1", func() error { _, err := tr.Erase(ctx, 1); return err }},
		{"update_ticket", "ticket 1", func() error {
			_, err := tr.UpdateTicket(ctx, 1, func(tk *tracker.Ticket) error { tk.Title = "x"; return nil })
			return err
		}},
		{"close_ticket", "ticket 4", func() error { _, err := tr.CloseTicket(ctx, 4, tracker.Refunded, ""); return err }},
		{"create_problem", "", func() error { _, err := tr.CreateProblem(ctx, tracker.Problem{Title: "T"}); return err }},
		{"update_problem", "problem 1", func() error {
			_, err := tr.UpdateProblem(ctx, 1, func(p *tracker.Problem) error { p.Title = "x"; return nil })
			return err
		}},
		{"update_customer", "customer 1", func() error {
			_, err := tr.UpdateCustomer(ctx, 1, func(c *tracker.Customer) error { c.Name = "x"; return nil })
			return err
		}},
		{"create_article", "", func() error { _, err := tr.CreateArticle(ctx, tracker.Article{Title: "T"}); return err }},
		{"update_article", "article 1", func() error {
			_, err := tr.UpdateArticle(ctx, 1, func(a *tracker.Article) error { a.Title = "x"; return nil })
			return err
		}},
		{"use_article", "article 1", func() error { return tr.UseArticle(ctx, 1, 1) }},
		{"take_back_use", "use 1", func() error { _, err := tr.TakeBackUse(ctx, 1, "x"); return err }},
		{"flag_article", "article 1", func() error { _, err := tr.FlagArticle(ctx, 1, 0, "x"); return err }},
		{"dismiss_flag", "use 1", func() error { _, err := tr.DismissFlag(ctx, 1, "x"); return err }},
		{"restore_article", "article 1", func() error { _, err := tr.RestoreArticle(ctx, 1, 1, ""); return err }},
		{"retire_article", "article 1", func() error { _, err := tr.RetireArticle(ctx, 1, 0, "x"); return err }},
		{"draft_article", "ticket 1", func() error { _, err := tr.DraftArticle(ctx, 1); return err }},
		{"post_outage", "", func() error { _, err := tr.PostOutage(ctx, tracker.Outage{Title: "T"}, "x"); return err }},
		{"update_outage", "outage 1", func() error { _, err := tr.UpdateOutage(ctx, 1, "x", nil); return err }},
		{"make_promise", "ticket 1", func() error {
			_, err := tr.MakePromise(ctx, tracker.Promise{Ticket: 1, Kind: tracker.PromiseUpdate, Due: monday.Add(time.Hour)})
			return err
		}},
		{"settle_promise", "promise 1", func() error { _, err := tr.SettlePromise(ctx, 1, tracker.PromiseKept, ""); return err }},
	} {
		asked = nil
		err := row.do()
		require.ErrorIs(t, err, tracker.ErrForbidden, row.action)
		require.ErrorIs(t, err, no, "the reason is handed on")
		require.Equal(t, []tracker.Request{{Actor: mia, Action: row.action, Object: row.object}}, asked)
	}
	require.Equal(t, before, export(t, tr), "what was refused changed nothing")
}

// TestReadOnly refuses every write and shows everything.
func TestReadOnly(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	for n := range 3 {
		logged(t, tr, about(0, n))
	}
	want := export(t, tr)
	require.NoError(t, tr.Close())
	require.FileExists(t, path+".cache")
	one, two := openBolt(t, path, clock, readOnly), openBolt(t, path, clock, readOnly)
	require.Equal(t, want, export(t, one))
	require.Equal(t, want, export(t, two), "several read at once")
	_, err := one.Log(ctx, alone(1))
	require.ErrorIs(t, err, store.ErrReadOnly)
	_, err = one.Import(ctx, sequence(alone(1)), nil)
	require.ErrorIs(t, err, store.ErrReadOnly)
	_, err = one.Confirm(ctx, 1, ofTicket(2))
	require.ErrorIs(t, err, store.ErrReadOnly)
	_, err = one.Erase(ctx, 1)
	require.ErrorIs(t, err, store.ErrReadOnly)
	found, err := one.Candidates(ctx, about(0, 9), 5)
	require.NoError(t, err)
	require.NotEmpty(t, found, "what a contact may be the same as can still be asked")
	require.FileExists(t, path+".cache", "what only reads leaves the cache alone")

	_, err = tracker.New(ctx, memstore.New(), settings(clock, readOnly))
	require.ErrorIs(t, err, tracker.ErrNotFound, "an empty store is not made by reading it")
}
