package tracker_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// town is a log with something of everything.
func town(t *testing.T) *tracker.Tracker {
	tr, clock := openMem(t, answerWithin(4*time.Hour))
	channels := []tracker.Channel{tracker.Email, tracker.Call, tracker.Chat}
	kinds := []tracker.Kind{tracker.Question, tracker.Incident, tracker.Praise, ""}
	for n := range 60 {
		clock.forward(time.Hour)
		c := about(n%4, n%13)
		if n%5 == 0 {
			c = alone(n)
		}
		c.From = fmt.Sprintf("Customer <c%d@example.org>", n%13)
		c.Channel, c.Kind = channels[n%3], kinds[n%4]
		if n%7 == 0 {
			c.At = clock.Now().Add(-time.Duration(n) * time.Hour)
		}
		r := logged(t, tr, c)
		if n%3 == 0 {
			logged(t, tr, tracker.Contact{Channel: channels[n%2], Direction: tracker.Outbound, Ticket: r.Ticket, Text: "We look into it."})
		}
		if n%4 == 0 {
			logged(t, tr, tracker.Contact{From: fmt.Sprintf("c%d@example.org", (n+1)%13), Ticket: r.Ticket, Text: "I have it, too.", Kind: tracker.Complaint})
		}
		if n%9 == 3 {
			_, err := tr.CloseTicket(ctx, r.Ticket, tracker.SolvedAnew, "")
			require.NoError(t, err)
		}
	}
	_, err := tr.Merge(ctx, 1, 2)
	require.NoError(t, err)
	_, err = tr.Confirm(ctx, 1, ofTicket(6))
	require.NoError(t, err)
	_, err = tr.MergeCustomers(ctx, 3, 4)
	require.NoError(t, err)
	return tr
}

// TestContactQueries holds every filter, alone and with others, against reading
// everything.
func TestContactQueries(t *testing.T) {
	tr := town(t)
	every := all(t, tr.Contacts(ctx, tracker.ContactQuery{}))
	ticketOf := map[tracker.TicketID]tracker.Ticket{}
	for _, tk := range all(t, tr.Tickets(ctx, tracker.TicketQuery{})) {
		ticketOf[tk.ID] = tk
	}
	st, err := tr.Stats(ctx)
	require.NoError(t, err)
	require.Len(t, every, int(st.Contacts))
	require.True(t, slices.IsSortedFunc(every, func(a, b tracker.Contact) int { return a.Seen().Compare(b.Seen()) }), "by the time they were said")
	from, to := monday.Add(10*time.Hour), monday.Add(30*time.Hour)
	found := 0
	for i := range 1 << 8 {
		q := tracker.ContactQuery{}
		set := func(bit int, f func()) {
			if i>>bit&1 == 1 {
				f()
			}
		}
		set(0, func() { q.Since = from })
		set(1, func() { q.Until = to })
		set(2, func() { q.Customer = 4 })
		set(3, func() { q.Ticket = 5 })
		set(4, func() { q.Problem = 2 })
		set(5, func() { q.Channel = tracker.Call })
		set(6, func() { q.Kind = tracker.Incident })
		set(7, func() { q.Direction = tracker.Inbound })
		var want []tracker.ContactID
		for _, c := range every {
			tk := ticketOf[c.Ticket]
			if (q.Since.IsZero() || !c.Seen().Before(q.Since)) && (q.Until.IsZero() || c.Seen().Before(q.Until)) &&
				(q.Customer == 0 || tk.Customer == 3) && (q.Ticket == 0 || c.Ticket == q.Ticket) && (q.Problem == 0 || tk.Problem == 1) &&
				(q.Channel == "" || c.Channel == q.Channel) && (q.Kind == "" || c.Kind == q.Kind) && (q.Direction == "" || c.Direction == q.Direction) {
				want = append(want, c.ID)
			}
		}
		var got []tracker.ContactID
		for _, c := range all(t, tr.Contacts(ctx, q)) {
			got = append(got, c.ID)
		}
		found += len(got)
		require.ElementsMatch(t, want, got, "%+v", q)
	}
	require.Greater(t, found, 500, "the queries find something")
}

func TestTicketQueries(t *testing.T) {
	tr := town(t)
	every := all(t, tr.Tickets(ctx, tracker.TicketQuery{}))
	require.Len(t, every, 60)
	var topic tracker.TopicID
	for _, tp := range all(t, tr.Topics(ctx)) {
		topic = tp.ID
	}
	require.NotZero(t, topic)
	found := 0
	for i := range 1 << 8 {
		q := tracker.TicketQuery{}
		set := func(bit int, f func()) {
			if i>>bit&1 == 1 {
				f()
			}
		}
		set(0, func() { q.Since = monday.Add(10 * time.Hour) })
		set(1, func() { q.Until = monday.Add(30 * time.Hour) })
		set(2, func() { q.Customer = 4 })
		set(3, func() { q.Problem = 2 })
		set(4, func() { q.Topic = topic })
		set(5, func() { q.Status = []tracker.Status{tracker.StatusClosed, tracker.StatusOpen} })
		set(6, func() { q.Channel = tracker.Call })
		set(7, func() { q.Kind = tracker.Incident })
		var want []tracker.TicketID
		for _, tk := range every {
			if (q.Since.IsZero() || !tk.Opened.Before(q.Since)) && (q.Until.IsZero() || tk.Opened.Before(q.Until)) &&
				(q.Customer == 0 || tk.Customer == 3) && (q.Problem == 0 || tk.Problem == 1) && (q.Topic == 0 || tk.Topic == q.Topic) &&
				(len(q.Status) == 0 || slices.Contains(q.Status, tk.Status)) && (q.Channel == "" || tk.Channel == q.Channel) && (q.Kind == "" || tk.Kind == q.Kind) {
				want = append(want, tk.ID)
			}
		}
		var got []tracker.TicketID
		for _, tk := range all(t, tr.Tickets(ctx, q)) {
			got = append(got, tk.ID)
		}
		found += len(got)
		require.ElementsMatch(t, want, got, "%+v", q)
	}
	require.Greater(t, found, 500)
	for _, q := range []tracker.TicketQuery{{Customer: 99}, {Problem: 99}} {
		_, err := collect(tr.Tickets(ctx, q))
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
}

func TestOtherQueries(t *testing.T) {
	tr := town(t)
	every := all(t, tr.Decisions(ctx, tracker.DecisionQuery{}))
	require.NotEmpty(t, every)
	for _, q := range []tracker.DecisionQuery{{Ticket: 6}, {Problem: 1}, {Problem: 2}, {After: 5}, {Ticket: 6, After: 3}, {Ticket: 6, Problem: 1, After: 3}} {
		var want []tracker.DecisionID
		for _, d := range every {
			on := d.Ticket == q.Ticket || d.With == q.Ticket || slices.ContainsFunc(d.Effects, func(e tracker.Effect) bool { return e.Ticket == q.Ticket })
			if (q.Ticket == 0 || on) && (q.Problem == 0 || d.Problem == q.Problem || d.From == q.Problem) && d.ID > q.After {
				want = append(want, d.ID)
			}
		}
		var got []tracker.DecisionID
		for _, d := range all(t, tr.Decisions(ctx, q)) {
			got = append(got, d.ID)
		}
		require.Equal(t, want, got, "%+v", q)
	}

	promises := all(t, tr.Promises(ctx, tracker.PromiseQuery{}))
	for i := range 1 << 4 {
		q := tracker.PromiseQuery{}
		set := func(bit int, f func()) {
			if i>>bit&1 == 1 {
				f()
			}
		}
		set(0, func() { q.State = tracker.PromiseOpen })
		set(1, func() { q.Ticket = 2 })
		set(2, func() { q.Customer = 3 })
		set(3, func() { q.DueBefore = monday.Add(20 * time.Hour) })
		var want []tracker.PromiseID
		for _, p := range promises {
			tk, err := tr.Ticket(ctx, p.Ticket)
			require.NoError(t, err)
			if (q.State == "" || p.State == q.State) && (q.Ticket == 0 || p.Ticket == q.Ticket) && (q.Customer == 0 || tk.Customer == q.Customer) &&
				(q.DueBefore.IsZero() || p.Due.Before(q.DueBefore)) {
				want = append(want, p.ID)
			}
		}
		var got []tracker.PromiseID
		for _, p := range all(t, tr.Promises(ctx, q)) {
			got = append(got, p.ID)
		}
		require.ElementsMatch(t, want, got, "%+v", q)
	}

	open := all(t, tr.Problems(ctx, tracker.ProblemQuery{Status: []tracker.ProblemStatus{tracker.ProblemAssess}}))
	require.Empty(t, open)
	_, err := tr.UpdateProblem(ctx, 1, func(p *tracker.Problem) error { p.Title, p.Status = "T", tracker.ProblemAssess; return nil })
	require.NoError(t, err)
	require.Len(t, all(t, tr.Problems(ctx, tracker.ProblemQuery{Status: []tracker.ProblemStatus{tracker.ProblemAssess}})), 1)
	for _, cu := range all(t, tr.Customers(ctx)) {
		require.NotEqual(t, tracker.CustomerID(4), cu.ID, "one that was merged is not listed")
	}
	_, err = tr.Contact(ctx, 9999)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	for _, missing := range []func() error{
		func() error { _, err := tr.Ticket(ctx, 0); return err },
		func() error { _, err := tr.Customer(ctx, 9999); return err },
		func() error { _, err := tr.Problem(ctx, 9999); return err },
		func() error { _, err := tr.Topic(ctx, 9999); return err },
		func() error { _, err := tr.Article(ctx, 9999); return err },
		func() error { _, err := tr.ArticleBySlug(ctx, "none"); return err },
		func() error { _, err := tr.Promise(ctx, 9999); return err },
		func() error { _, err := tr.Decision(ctx, 9999); return err },
	} {
		require.ErrorIs(t, missing(), tracker.ErrNotFound)
	}
	for asked, missing := range map[string]func(string) error{
		"7QK-M3XP":           func(s string) error { _, err := tr.TicketByReference(ctx, s); return err },
		"nobody@example.org": func(s string) error { _, err := tr.CustomerByIdentity(ctx, s); return err },
		"none":               func(s string) error { _, err := tr.ArticleBySlug(ctx, s); return err },
	} {
		err := missing(asked)
		require.ErrorIs(t, err, tracker.ErrNotFound)
		require.ErrorContains(t, err, asked, "it says what was looked for")
	}
}

// TestDecisionsOfAProblem are those that brought it a ticket or took one from it, also
// where it is one of several.
func TestDecisionsOfAProblem(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	ids := tickets(t, tr, 6)
	a, b, c := problem(t, tr, ids[0]), problem(t, tr, ids[1], ids[2]), problem(t, tr, ids[3])
	moved, err := tr.Move(ctx, a, ids[2])
	require.NoError(t, err)
	merged, err := tr.Merge(ctx, a, b, c)
	require.NoError(t, err)
	for p, want := range map[tracker.ProblemID][]tracker.DecisionID{a: {1, moved.ID, merged.ID}, b: {2, moved.ID, merged.ID}, c: {3, merged.ID}} {
		var got []tracker.DecisionID
		for _, d := range all(t, tr.Decisions(ctx, tracker.DecisionQuery{Problem: p})) {
			got = append(got, d.ID)
		}
		require.Equal(t, want, got, "problem %d", p)
	}
}

// TestListsAreNotDisturbed: what is there throughout appears once, whatever is
// written by whoever reads the list.
func TestListsAreNotDisturbed(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	tickets(t, tr, 600)
	seen := map[tracker.TicketID]int{}
	for tk, err := range tr.Tickets(ctx, tracker.TicketQuery{}) {
		require.NoError(t, err)
		if seen[tk.ID]++; tk.ID%50 == 0 {
			_, err := tr.UpdateTicket(ctx, tk.ID, func(tk *tracker.Ticket) error { tk.Title = "changed"; return nil })
			require.NoError(t, err)
		}
	}
	require.Len(t, seen, 600)
	for id, n := range seen {
		require.Equal(t, 1, n, "ticket %d", id)
	}
}
