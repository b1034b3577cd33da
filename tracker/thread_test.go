package tracker_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestThreading: what joins a contact to a ticket, and what does not.
func TestThreading(t *testing.T) {
	const ada, eve = "ada@example.org", "eve@example.org"
	for _, row := range []struct {
		promise string
		closed  bool
		contact func(first tracker.Receipt) tracker.Contact
		joins   bool
		flags   []tracker.Flag
	}{
		{
			promise: "a reference in the title joins the sender's ticket",
			contact: func(r tracker.Receipt) tracker.Contact { return email(ada, "Re: ["+r.Reference+"] Lamp", "More.") },
			joins:   true,
		},
		{
			promise: "so does one in the text, in small letters",
			contact: func(r tracker.Receipt) tracker.Contact {
				return email(ada, "Hello", "It is about "+strings.ToLower(r.Reference)+" again.")
			},
			joins: true,
		},
		{
			promise: "and one that the caller knows, as it was dictated",
			contact: func(r tracker.Receipt) tracker.Contact {
				return tracker.Contact{Channel: tracker.Call, From: ada, Reference: strings.ReplaceAll(r.Reference, "-", " "), Text: "More."}
			},
			joins: true,
		},
		{
			promise: "an answer joins what it answers",
			contact: func(tracker.Receipt) tracker.Contact {
				c := email(ada, "Re: Lamp", "More.")
				c.InReplyTo = []string{"<unknown@example.org>", "<first@example.org>"}
				return c
			},
			joins: true,
		},
		{
			promise: "a source id does for a Message-ID",
			contact: func(tracker.Receipt) tracker.Contact {
				c := email(ada, "Re: Lamp", "More.")
				c.InReplyTo = []string{"form-17"}
				return c
			},
			joins: true,
		},
		{
			promise: "a title alone joins nothing",
			contact: func(tracker.Receipt) tracker.Contact { return email(ada, "Re: Lamp", "More.") },
		},
		{
			promise: "a reference with a mistake joins nothing",
			contact: func(r tracker.Receipt) tracker.Contact {
				wrong := []byte(r.Reference)
				wrong[0] = map[bool]byte{true: '8', false: '9'}[wrong[0] == '9']
				return email(ada, string(wrong), "More.")
			},
		},
		{
			promise: "somebody else's reference is a new ticket with a candidate, and flagged",
			contact: func(r tracker.Receipt) tracker.Contact {
				return email(eve, "Re: ["+r.Reference+"] Lamp", "Tell me all.")
			},
			flags: []tracker.Flag{tracker.FlagThreadRefused},
		},
		{
			promise: "so is an answer to somebody else's message",
			contact: func(tracker.Receipt) tracker.Contact {
				c := email(eve, "Re: Lamp", "Tell me all.")
				c.InReplyTo = []string{"<first@example.org>"}
				return c
			},
			flags: []tracker.Flag{tracker.FlagThreadRefused},
		},
		{
			promise: "who leaves nothing to be known by is not on the ticket",
			contact: func(r tracker.Receipt) tracker.Contact { return email("", r.Reference, "Tell me all.") },
			flags:   []tracker.Flag{tracker.FlagThreadRefused},
		},
		{
			promise: "naming a sender's address as one's own is no proof",
			contact: func(r tracker.Receipt) tracker.Contact {
				c := email(eve, r.Reference, "Tell me all.")
				c.Identities = []tracker.Identity{{Value: ada}}
				return c
			},
			flags: []tracker.Flag{tracker.FlagIdentityOfOther, tracker.FlagThreadRefused},
		},
		{
			promise: "an agent's word needs no proof",
			contact: func(r tracker.Receipt) tracker.Contact {
				c := email(eve, "From the neighbour", "It is her lamp.")
				c.Ticket = r.Ticket
				return c
			},
			joins: true,
		},
		{
			promise: "our answer joins",
			contact: func(r tracker.Receipt) tracker.Contact {
				c := email(ada, "Re: ["+r.Reference+"] Lamp", "Press the button.")
				c.Direction = tracker.Outbound
				return c
			},
			joins: true,
		},
		{
			promise: "what follows a closed ticket opens a new one, and is flagged",
			closed:  true,
			contact: func(r tracker.Receipt) tracker.Contact { return email(ada, r.Reference, "It is back.") },
			flags:   []tracker.Flag{tracker.FlagAfterClose},
		},
		{
			promise: "also by an agent's word",
			closed:  true,
			contact: func(r tracker.Receipt) tracker.Contact {
				return tracker.Contact{Channel: tracker.Call, From: ada, Ticket: r.Ticket, Text: "It is back."}
			},
			flags: []tracker.Flag{tracker.FlagAfterClose},
		},
		{
			promise: "our own word to a closed ticket does not open it",
			closed:  true,
			contact: func(r tracker.Receipt) tracker.Contact {
				return tracker.Contact{From: ada, Direction: tracker.Outbound, Ticket: r.Ticket, Text: "Was it solved?"}
			},
			joins: true,
		},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, _ := openMem(t, peopleOnly)
			first := email("Ada <"+ada+">", "Lamp", "It blinks.")
			first.MessageID = "<first@example.org>"
			sent := logged(t, tr, first)
			form := tracker.Contact{Channel: tracker.Form, From: ada, Source: "form", SourceID: "form-17", Ticket: sent.Ticket, Text: "By form, too."}
			require.Equal(t, sent.Ticket, logged(t, tr, form).Ticket)
			if row.closed {
				_, err := tr.CloseTicket(ctx, sent.Ticket, tracker.SolvedAnew, "")
				require.NoError(t, err)
			}
			got := logged(t, tr, row.contact(sent))
			require.Equal(t, row.joins, got.Ticket == sent.Ticket)
			require.Equal(t, row.joins, !got.NewTicket)
			require.Equal(t, row.flags, got.Flags)

			tk, err := tr.Ticket(ctx, got.Ticket)
			require.NoError(t, err)
			refused := len(row.flags) > 0 && row.flags[len(row.flags)-1] == tracker.FlagThreadRefused
			if refused {
				require.NotEmpty(t, got.Candidates, "who looks at it is shown the ticket it names")
				require.Equal(t, sent.Ticket, got.Candidates[0].Ticket)
			}
			if row.closed && !row.joins {
				require.Equal(t, sent.Ticket, tk.Follows)
			}
			checkSound(t, tr)
		})
	}
}

func TestThreadingToWhatIsNotThere(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	r := logged(t, tr, alone(1))
	before := export(t, tr)
	c := alone(2)
	c.Ticket = r.Ticket + 1
	_, err := tr.Log(ctx, c)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	require.Equal(t, before, export(t, tr), "what is refused leaves no trace, not even a customer")

	_, err = tr.Erase(ctx, r.Customer)
	require.NoError(t, err)
	c.Ticket = r.Ticket
	_, err = tr.Log(ctx, c)
	require.ErrorIs(t, err, tracker.ErrErased)
}

// TestOwnTicketBesideAnothers: who names somebody else's ticket and their own goes on
// with their own, whichever they name first.
func TestOwnTicketBesideAnothers(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	hers := logged(t, tr, email("ada@example.org", "Lamp", "It blinks."))
	own := logged(t, tr, email("eve@example.org", "Lamp", "Mine, too."))
	for _, order := range [][2]string{{hers.Reference, own.Reference}, {own.Reference, hers.Reference}} {
		got := logged(t, tr, email("eve@example.org", "News of "+order[0]+" and "+order[1]+"?", "More."))
		require.Equal(t, own.Ticket, got.Ticket)
		require.Empty(t, got.Flags)
	}
}

// TestNobodyTakesOverAThread: who sends a message under the name of another's gets no
// answers that are meant for it, and takes none away.
func TestNobodyTakesOverAThread(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	first := email("ada@example.org", "Lamp", "It blinks.")
	first.MessageID = "<1@example.org>"
	r := logged(t, tr, first)
	stolen := email("eve@example.org", "Lamp", "Mine, too.")
	stolen.MessageID = "<1@example.org>"
	eve := logged(t, tr, stolen)
	answer := email("ada@example.org", "Re: Lamp", "More.")
	answer.InReplyTo = []string{"<1@example.org>"}
	require.Equal(t, r.Ticket, logged(t, tr, answer).Ticket)
	_, err := tr.Erase(ctx, eve.Customer)
	require.NoError(t, err)
	require.Equal(t, r.Ticket, logged(t, tr, answer).Ticket, "also after the other was erased")
}
