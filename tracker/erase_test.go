package tracker_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// secret is what a customer says that must not be found anywhere once they are
// erased. Every word of it is theirs alone.
var secret = []string{
	"Zebedee", "Quillfeather", "zq@quillfeather.example", "+4930999888777", "Quillworks",
	"marmalade", "xylophone", "boilerroom", "tincture", "pergola", "saxhorn", "QZX-4711-KRAKEN",
	"gobbledygook", "hurdygurdy", "spelunker",
}

// confide logs contacts that hold every secret, on every path that content takes
// into the store.
func confide(t *testing.T, tr *tracker.Tracker) tracker.CustomerID {
	for n := range 12 {
		logged(t, tr, about(0, n))
	}
	c := tracker.Contact{
		Channel: tracker.Email, From: "Zebedee Quillfeather <zq@quillfeather.example>", Organization: "Quillworks", Identities: []tracker.Identity{{Value: "+4930999888777"}},
		Source: "imap", SourceID: "<marmalade@quillfeather.example>", InReplyTo: []string{"<xylophone@quillfeather.example>"},
		Title: "Charged twice for the subscription boilerroom", Text: "My card was charged twice this month, payment 7. Please refund one of the two payments. tincture",
		Environment: "in the pergola", Attachments: []tracker.Attachment{{Name: "saxhorn.txt", Content: []byte("QZX-4711-KRAKEN")}},
	}
	first := logged(t, tr, c)
	_, err := tr.Confirm(ctx, first.Ticket, ofProblem(1))
	require.NoError(t, err)
	again := c
	again.SourceID, again.Text = "<2@quillfeather.example>", "payment 8 of the gobbledygook was charged twice this month, please refund"
	again.Title = "Charged twice hurdygurdy"
	second := logged(t, tr, again)
	require.Equal(t, first.Customer, second.Customer)
	plain := about(0, 99)
	plain.From = c.From
	require.NotEmpty(t, logged(t, tr, plain).Rule, "the machine has its reasons")
	_, err = tr.MakePromise(ctx, tracker.Promise{Ticket: second.Ticket, Kind: tracker.PromiseCallback, Due: monday.Add(time.Hour), Text: "Call Zebedee about the spelunker"})
	require.NoError(t, err)
	_, err = tr.CloseTicket(ctx, first.Ticket, tracker.Declined, "the pergola is not covered")
	require.NoError(t, err)
	mine := again
	mine.SourceID, mine.Ticket = "<3@quillfeather.example>", 3 // on somebody else's ticket
	logged(t, tr, mine)
	_, err = tr.UpdateCustomer(ctx, first.Customer, func(c *tracker.Customer) error { c.Address = "Lord Zebedee"; return nil })
	require.NoError(t, err)
	return first.Customer
}

// findSecrets returns the secrets that stand in raw, however they are written.
func findSecrets(raw []byte) (out []string) {
	low := bytes.ToLower(raw)
	for _, s := range secret {
		if bytes.Contains(low, bytes.ToLower([]byte(s))) {
			out = append(out, s)
		}
	}
	return out
}

// TestEraseLeavesNoWord: not in the bytes of the file, not in the cache, not in an
// export; and the counts stay.
func TestEraseLeavesNoWord(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	who := confide(t, tr)
	require.NoError(t, tr.Maintain(ctx))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Len(t, findSecrets(raw), len(secret), "before, every word is in the file")
	before, err := tr.Stats(ctx)
	require.NoError(t, err)
	problem, err := tr.Problem(ctx, 1)
	require.NoError(t, err)

	done, err := tr.Erase(ctx, who)
	require.NoError(t, err)
	require.Equal(t, who, done.Customer)
	require.Equal(t, []int{4, 3, 3, 2}, []int{done.Contacts, done.Tickets, done.Attachments, done.Identities})
	require.NotZero(t, done.Decisions)
	for _, tk := range all(t, tr.Tickets(ctx, tracker.TicketQuery{Customer: who})) {
		require.Empty(t, tk.Candidates)
		for _, d := range all(t, tr.Decisions(ctx, tracker.DecisionQuery{Ticket: tk.ID})) {
			require.Empty(t, d.Why, "decision %d keeps words of theirs", d.ID)
		}
	}
	require.True(t, done.Compacted)
	require.NotEmpty(t, done.Notes, "what is left to the caller is said")
	require.NoFileExists(t, path+".cache")

	look := func(when string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
		require.NoError(t, err)
		for _, f := range files {
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			require.Empty(t, findSecrets(raw), "%s, in %s", when, filepath.Base(f))
		}
	}
	look("at once")
	require.Empty(t, findSecrets([]byte(export(t, tr))), "in the export")
	checkSound(t, tr)
	after, err := tr.Stats(ctx)
	require.NoError(t, err)
	require.Equal(t, []uint64{before.Contacts, before.Tickets, before.Customers}, []uint64{after.Contacts, after.Tickets, after.Customers}, "the counts stay")
	still, err := tr.Problem(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, []int{problem.Tickets, problem.ConfirmedTickets}, []int{still.Tickets, still.ConfirmedTickets})

	_, err = tr.CustomerByIdentity(ctx, "zq@quillfeather.example")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	c, err := tr.Contact(ctx, 13)
	require.NoError(t, err)
	require.True(t, c.Erased)
	require.Equal(t, tracker.Contact{
		At: c.At, LoggedAt: c.LoggedAt, Channel: tracker.Email, Direction: tracker.Inbound, ID: 13, Ticket: c.Ticket, Customer: who, Actor: mia, Erased: true,
	}, c)
	_, err = tr.Attachment(ctx, 13, 0)
	require.ErrorIs(t, err, tracker.ErrErased)
	for _, err := range []error{
		func() error { _, err := tr.Confirm(ctx, c.Ticket, ofProblem(1)); return err }(),
		func() error {
			_, err := tr.UpdateTicket(ctx, c.Ticket, func(*tracker.Ticket) error { return nil })
			return err
		}(),
		func() error {
			_, err := tr.UpdateCustomer(ctx, who, func(*tracker.Customer) error { return nil })
			return err
		}(),
		func() error { _, err := tr.MergeCustomers(ctx, 1, who); return err }(),
	} {
		require.ErrorIs(t, err, tracker.ErrErased)
	}
	for _, d := range all(t, tr.Decisions(ctx, tracker.DecisionQuery{Ticket: c.Ticket})) {
		_, err := tr.Undo(ctx, d.ID)
		require.ErrorIs(t, err, tracker.ErrConflict, "a decision that would bring the ticket back")
	}
	var erased []tracker.Action
	for _, ch := range all(t, tr.Changes(ctx, 0)) {
		switch ch.Action {
		case tracker.ContactErased, tracker.TicketErased, tracker.CustomerErased:
			erased = append(erased, ch.Action)
		}
	}
	require.Len(t, erased, 4+3+1, "followers are told to delete")

	again := from(alone(1), "imap", 1)
	again.SourceID = "<marmalade@quillfeather.example>"
	_, err = tr.Log(ctx, again)
	require.NoError(t, err)
	second, err := tr.Erase(ctx, who)
	require.NoError(t, err, "erasing again does no harm")
	require.Zero(t, second.Contacts)
	checkSound(t, tr)

	require.NoError(t, tr.Close())
	tr = openBolt(t, path, clock)
	back := logged(t, tr, email("zq@quillfeather.example", "Hello", "I am back."))
	require.NotEqual(t, who, back.Customer, "who comes back is somebody new")
	require.NoError(t, tr.Close())
}

// TestEraseLeavesNothingAfterClose: the cache that Close writes is of a log that says
// less.
func TestEraseLeavesNothingAfterClose(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	who := confide(t, tr)
	_, err := tr.Erase(ctx, who)
	require.NoError(t, err)
	require.NoError(t, tr.Close())
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		require.Empty(t, findSecrets(raw), filepath.Base(f))
	}
	tr = openBolt(t, path, clock)
	found, err := tr.Candidates(ctx, email("x@example.org", "hurdygurdy", "gobbledygook boilerroom tincture"), 20)
	require.NoError(t, err)
	for _, c := range found {
		tk, err := tr.Ticket(ctx, c.Ticket)
		require.NoError(t, err)
		require.False(t, tk.Erased, "nothing is like what is gone")
	}
}

// TestEraseMergedCustomers: whoever was merged into them goes with them, by either
// number, also what they wrote on other people's tickets.
func TestEraseMergedCustomers(t *testing.T) {
	for _, by := range []tracker.CustomerID{1, 2} {
		path, clock := tempFile(t), newClock()
		tr := openBolt(t, path, clock, peopleOnly)
		logged(t, tr, email("Ada <ada@example.org>", "One", "abracadabra"))
		logged(t, tr, email("Ada Diaz <adad@example.org>", "Two", "hocuspocus"))
		logged(t, tr, email("Ben <ben@example.org>", "Three", "ordinary"))
		guest := email("adad@example.org", "Guest", "simsalabim")
		guest.Ticket = 3
		logged(t, tr, guest)
		_, err := tr.MergeCustomers(ctx, 1, 2)
		require.NoError(t, err)
		done, err := tr.Erase(ctx, by)
		require.NoError(t, err)
		require.Equal(t, tracker.CustomerID(1), done.Customer)
		require.Equal(t, 3, done.Contacts)
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, word := range []string{"abracadabra", "hocuspocus", "simsalabim", "Diaz", "ada@", "adad@"} {
			require.False(t, bytes.Contains(raw, []byte(word)), word)
			require.False(t, strings.Contains(export(t, tr), word), word)
		}
		require.True(t, bytes.Contains(raw, []byte("ordinary")), "others stay")
		_, err = tr.Undo(ctx, 1)
		require.ErrorIs(t, err, tracker.ErrConflict, "the two are not taken apart any more")
		checkSound(t, tr)
	}
}

// TestEraseOnOthersTickets: what they wrote on somebody else's ticket may be why that
// was put into a problem, and what the problem is called; that goes, too.
func TestEraseOnOthersTickets(t *testing.T) {
	for name, opts := range map[string][]option{"grouping": nil, "people only, later": {peopleOnly}} {
		t.Run(name, func(t *testing.T) { eraseGuest(t, opts...) })
	}
}

func eraseGuest(t *testing.T, opts ...option) {
	s, clock := memstore.New(), newClock()
	tr := openStore(t, s, clock)
	matter := func() tracker.Contact {
		return email("Zebedee <zq@quillfeather.example>", "Marmalade xylophone in the boilerroom", "The gobbledygook tincture makes my hurdygurdy pergola blink orange since the saxhorn was moved.")
	}
	for n := range 4 {
		logged(t, tr, about(0, n))
	}
	own := logged(t, tr, matter())
	other := matter()
	other.From = "Zebedee <quill@quillfeather.example>"
	again := logged(t, tr, other)
	require.NotZero(t, again.Problem)
	_, err := tr.MergeCustomers(ctx, own.Customer, again.Customer)
	require.NoError(t, err)
	host := logged(t, tr, email("host@example.org", "", ""))
	require.Zero(t, host.Problem)
	guest := matter()
	guest.Ticket = host.Ticket
	require.Equal(t, again.Problem, logged(t, tr, guest).Problem)
	made := all(t, tr.Decisions(ctx, tracker.DecisionQuery{Ticket: host.Ticket}))
	require.NotEmpty(t, findSecrets([]byte(fmt.Sprint(made))), "before, the decision has their words for a reason")
	tr = openStore(t, s, clock, opts...)
	_, err = tr.Erase(ctx, own.Customer)
	require.NoError(t, err)
	require.Empty(t, findSecrets([]byte(export(t, tr))))
	checkSound(t, tr)
}

// compacting is a store that takes as long to compact as it is told to.
type compacting struct {
	*trouble
	done chan struct{}
}

func (s *compacting) Compact(context.Context) error { <-s.done; return nil }

// TestEraseAmongOthers: the grouping index is made anew while others write, and knows
// what they wrote and nothing that was erased.
func TestEraseAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &compacting{newTrouble(), make(chan struct{})}
		tr := openStore(t, s, newClock())
		for n := range 4 {
			logged(t, tr, about(0, n))
		}
		who := logged(t, tr, email("gone@example.org", "hurdygurdy", "gobbledygook of the marmalade xylophone")).Customer
		erased := make(chan error)
		go func() { _, err := tr.Erase(ctx, who); erased <- err }()
		synctest.Wait()
		gate := make(chan struct{})
		s.set(func() { s.gate = gate })
		var others sync.WaitGroup
		for n := range 2 { // the first is being committed; the second shares a transaction with what Erase does next
			others.Go(func() {
				if _, err := tr.Log(ctx, about(n+1, 10+n)); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		close(s.done)
		synctest.Wait()
		require.Equal(t, 2, tr.Waiting(), "who logs and who erases")
		close(gate)
		require.NoError(t, <-erased)
		others.Wait()
		logged(t, tr, about(1, 20))
		sameCandidates(t, openStore(t, s, newClock()), tr, 30)
		checkSound(t, tr)
	})
}

func TestEraseNobody(t *testing.T) {
	tr, _ := openMem(t)
	_, err := tr.Erase(ctx, 1)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	r := logged(t, tr, alone(1))
	done, err := tr.Erase(ctx, r.Customer)
	require.NoError(t, err)
	require.False(t, done.Compacted)
	require.Len(t, done.Notes, 3, "a store that cannot compact says so")
}
