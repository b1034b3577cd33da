package tracker_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestStatus goes from every status to every other.
func TestStatus(t *testing.T) {
	const n, o, p, h, s, c = tracker.StatusNew, tracker.StatusOpen, tracker.StatusPending, tracker.StatusOnHold, tracker.StatusSolved, tracker.StatusClosed
	may := map[tracker.Status][]tracker.Status{n: {o, p, h, s}, o: {p, h, s}, p: {o, h, s}, h: {o, p, s}, s: {o}, c: {}}
	every := []tracker.Status{n, o, p, h, s, c}
	tr, _ := openMem(t, peopleOnly)
	put := func(to tracker.Status) tracker.TicketID {
		id := logged(t, tr, alone(1)).Ticket
		var err error
		if to == c {
			_, err = tr.CloseTicket(ctx, id, tracker.NothingAsked, "")
		} else {
			_, err = tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { tk.Status = to; return nil })
		}
		require.NoError(t, err)
		return id
	}
	for _, from := range every {
		for _, to := range append(every, "lost", "") {
			id := put(from)
			got, err := tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { tk.Status = to; return nil })
			allowed := from == to
			for _, a := range may[from] {
				allowed = allowed || a == to
			}
			if !allowed {
				require.ErrorIs(t, err, tracker.ErrInvalid, "%s to %s", from, to)
				continue
			}
			require.NoError(t, err, "%s to %s", from, to)
			require.Equal(t, to, got.Status)
		}
	}
	checkSound(t, tr)
}

// TestContactsMoveTicketsOn: what is said moves a ticket from one status to the next.
func TestContactsMoveTicketsOn(t *testing.T) {
	const in, out, note = tracker.Inbound, tracker.Outbound, tracker.Note
	for _, row := range []struct {
		promise   string
		from, to  tracker.Status
		says      tracker.Direction
		automatic bool
	}{
		{"our answer opens a new ticket", tracker.StatusNew, tracker.StatusOpen, out, false},
		{"an automatic one does not", tracker.StatusNew, tracker.StatusNew, out, true},
		{"a note does not", tracker.StatusNew, tracker.StatusNew, note, false},
		{"the customer's answer ends the waiting for it", tracker.StatusPending, tracker.StatusOpen, in, false},
		{"an out-of-office reply does not", tracker.StatusPending, tracker.StatusPending, in, true},
		{"what was solved opens again when the customer writes", tracker.StatusSolved, tracker.StatusOpen, in, false},
		{"waiting for somebody else goes on", tracker.StatusOnHold, tracker.StatusOnHold, in, false},
		{"an open one stays open", tracker.StatusOpen, tracker.StatusOpen, in, false},
	} {
		tr, _ := openMem(t, peopleOnly)
		r := logged(t, tr, alone(1))
		if row.from != tracker.StatusNew {
			_, err := tr.UpdateTicket(ctx, r.Ticket, func(tk *tracker.Ticket) error { tk.Status = row.from; return nil })
			require.NoError(t, err)
		}
		logged(t, tr, tracker.Contact{From: "p1@example.org", Direction: row.says, Automatic: row.automatic, Ticket: r.Ticket, Text: "More."})
		tk, err := tr.Ticket(ctx, r.Ticket)
		require.NoError(t, err)
		require.Equal(t, row.to, tk.Status, row.promise)
		require.Equal(t, 2, tk.Contacts)
	}
}

func TestCloseTicket(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	id := logged(t, tr, alone(1)).Ticket
	for _, row := range []struct {
		promise string
		outcome tracker.Outcome
		reason  string
	}{
		{"an outcome is one of ours", "gone", ""},
		{"and is not left out", "", "because"},
		{"who is told no is told why", tracker.Declined, " "},
	} {
		_, err := tr.CloseTicket(ctx, id, row.outcome, row.reason)
		require.ErrorIs(t, err, tracker.ErrInvalid, row.promise)
	}
	p, err := tr.MakePromise(ctx, tracker.Promise{Ticket: id, Kind: tracker.PromiseCallback, Due: monday.Add(time.Hour)})
	require.NoError(t, err)
	_, err = tr.CloseTicket(ctx, id, tracker.Refunded, "")
	require.ErrorIs(t, err, tracker.ErrConflict, "an open promise is settled first")
	require.ErrorContains(t, err, "promise 1")
	_, err = tr.SettlePromise(ctx, p.ID, tracker.PromiseKept, "")
	require.NoError(t, err)
	clock.forward(time.Hour)
	tk, err := tr.CloseTicket(ctx, id, tracker.Declined, "the lamp\nis not ours")
	require.NoError(t, err)
	require.Equal(t, tracker.StatusClosed, tk.Status)
	require.Equal(t, "the lamp is not ours", tk.Reason)
	require.Equal(t, monday.Add(time.Hour), tk.Closed)
	read, err := tr.Ticket(ctx, id)
	require.NoError(t, err)
	require.Equal(t, tk, read)

	_, err = tr.CloseTicket(ctx, id, tracker.Refunded, "")
	require.ErrorIs(t, err, tracker.ErrConflict, "what is closed stays closed")
	_, err = tr.CloseTicket(ctx, id+1, tracker.Refunded, "")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	checkSound(t, tr)
}

// TestUpdateTicket: people write what is theirs to write, and nothing else.
func TestUpdateTicket(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	c := alone(1)
	c.Components = []string{"app"}
	id := logged(t, tr, c).Ticket
	_, err := tr.CreateArticle(ctx, tracker.Article{Title: "How to"})
	require.NoError(t, err)
	require.NoError(t, tr.UseArticle(ctx, 1, id))

	tk, err := tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error {
		tk.Title, tk.Kind, tk.Language, tk.Product, tk.Version = "New\u202e title", tracker.Complaint, "de", "Lamp", "4.2"
		tk.Components = append(tk.Components, "hub")
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, "New title", tk.Title)
	require.Equal(t, []string{"app", "hub"}, tk.Components)
	read, err := tr.Ticket(ctx, id)
	require.NoError(t, err)
	require.Equal(t, tk, read)

	before := export(t, tr)
	for name, change := range map[string]func(*tracker.Ticket){
		"number":        func(tk *tracker.Ticket) { tk.ID++ },
		"reference":     func(tk *tracker.Ticket) { tk.Reference = "AAA-AAAA" },
		"customer":      func(tk *tracker.Ticket) { tk.Customer++ },
		"problem":       func(tk *tracker.Ticket) { tk.Problem = 1 },
		"count":         func(tk *tracker.Ticket) { tk.Contacts = 0 },
		"time":          func(tk *tracker.Ticket) { tk.Opened = tk.Opened.Add(1) },
		"outcome":       func(tk *tracker.Ticket) { tk.Outcome = tracker.Refunded },
		"erased":        func(tk *tracker.Ticket) { tk.Erased = true },
		"article":       func(tk *tracker.Ticket) { tk.Articles = nil },
		"article in it": func(tk *tracker.Ticket) { tk.Articles[0] = 7 },
		"closed":        func(tk *tracker.Ticket) { tk.Status = tracker.StatusClosed },
	} {
		_, err := tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { change(tk); return nil })
		require.ErrorIs(t, err, tracker.ErrInvalid, name)
	}
	stop := errors.New("thought better of it")
	_, err = tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { tk.Title = "Other"; return stop })
	require.ErrorIs(t, err, stop)
	require.Equal(t, before, export(t, tr), "what is refused changes nothing")
}

func TestUpdateCustomer(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	id := logged(t, tr, alone(1)).Customer
	cu, err := tr.UpdateCustomer(ctx, id, func(c *tracker.Customer) error { c.Address = "Dr. Okafor"; return nil })
	require.NoError(t, err)
	require.Equal(t, "Dr. Okafor", cu.Greeting())
	before := export(t, tr)
	for name, change := range map[string]func(*tracker.Customer){
		"number":         func(c *tracker.Customer) { c.ID++ },
		"identities":     func(c *tracker.Customer) { c.Identities = nil },
		"identity in it": func(c *tracker.Customer) { c.Identities[0].Value = "eve@example.org" },
		"merged":         func(c *tracker.Customer) { c.MergedInto = 7 },
	} {
		_, err := tr.UpdateCustomer(ctx, id, func(c *tracker.Customer) error { change(c); return nil })
		require.ErrorIs(t, err, tracker.ErrInvalid, name)
	}
	require.Equal(t, before, export(t, tr))
	_, err = tr.UpdateCustomer(ctx, id+1, func(*tracker.Customer) error { return nil })
	require.ErrorIs(t, err, tracker.ErrNotFound)
}
