package tracker_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// TestLogIsIdempotent: the source, its id and the content name a contact.
func TestLogIsIdempotent(t *testing.T) {
	first := from(email("Ada <ada@example.org>", "Lamp", "It blinks."), "imap", 1)
	first.At = monday.Add(-time.Hour)
	first.Attachments = []tracker.Attachment{{Name: "lamp.jpg", Content: []byte("a picture")}}
	with := func(change func(*tracker.Contact)) tracker.Contact {
		c := first
		c.Attachments = []tracker.Attachment{first.Attachments[0]}
		change(&c)
		return c
	}
	for _, row := range []struct {
		promise string
		again   tracker.Contact
		same    bool
		flagged bool
	}{
		{"the same contact gets the receipt of the first time", with(func(*tracker.Contact) {}), true, false},
		{"other words under the same id are kept, and flagged", with(func(c *tracker.Contact) { c.Text = "It burns." }), false, true},
		{"so is another title", with(func(c *tracker.Contact) { c.Title = "Lamp!" }), false, true},
		{"so is another attachment", with(func(c *tracker.Contact) { c.Attachments[0].Content = []byte("another one") }), false, true},
		{"so is another time", with(func(c *tracker.Contact) { c.At = monday }), false, true},
		{"so are other bytes that are no text", with(func(c *tracker.Contact) { c.Text = "It blinks.\xff" }), false, true},
		{"another id is another contact", with(func(c *tracker.Contact) { c.SourceID = "<2@imap>" }), false, false},
		{"another source is another contact", with(func(c *tracker.Contact) { c.Source = "form" }), false, false},
		{"without a source id nothing is compared", with(func(c *tracker.Contact) { c.SourceID = "" }), false, false},
		{"nor without a source", with(func(c *tracker.Contact) { c.Source = "" }), false, false},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, clock := openMem(t, peopleOnly)
			was := logged(t, tr, first)
			require.False(t, was.Duplicate)
			clock.forward(time.Hour)
			before := export(t, tr)
			got := logged(t, tr, row.again)
			require.Equal(t, row.same, got.Duplicate)
			if row.same {
				was.Duplicate = true
				require.Equal(t, was, got)
				require.Equal(t, before, export(t, tr), "nothing is written for it")
				return
			}
			require.NotEqual(t, was.Contact, got.Contact)
			require.Equal(t, row.flagged, slices.Contains(got.Flags, tracker.FlagOtherContent), "%v", got.Flags)
			kept, err := tr.Contact(ctx, was.Contact)
			require.NoError(t, err)
			require.Equal(t, "It blinks.", kept.Text, "what was said first stays")
			other := logged(t, tr, row.again)
			require.Equal(t, row.again.Source != "" && row.again.SourceID != "", other.Duplicate, "the second one is idempotent, too")
			checkSound(t, tr)
		})
	}
}

// TestReceiptOfThen: a duplicate is told what the first one was, whatever became of
// it since.
func TestReceiptOfThen(t *testing.T) {
	tr, _ := openMem(t)
	one := logged(t, tr, from(about(0, 1), "imap", 1))
	two := logged(t, tr, from(about(0, 2), "imap", 2))
	require.NotZero(t, two.Problem)
	require.NotEmpty(t, two.Rule)
	_, err := tr.Reject(ctx, two.Ticket, tracker.Target{Problem: two.Problem})
	require.NoError(t, err)
	again := logged(t, tr, from(about(0, 2), "imap", 2))
	require.True(t, again.Duplicate)
	require.Equal(t, two.Problem, again.Problem)
	require.Equal(t, two.Rule, again.Rule)
	require.Equal(t, two.Seq, again.Seq)
	require.Zero(t, logged(t, tr, from(about(0, 1), "imap", 1)).Problem)
	require.Equal(t, one.Ticket, tracker.TicketID(1))
}

// TestSeen: recency goes by the earlier of the sender's claim and our clock.
func TestSeen(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	for _, row := range []struct {
		promise string
		at      time.Time
		seen    time.Time
		flags   []tracker.Flag
	}{
		{"no claim is now", time.Time{}, monday, nil},
		{"the past is believed", monday.AddDate(-1, 0, 0), monday.AddDate(-1, 0, 0), nil},
		{"a clock that is a little ahead is not", monday.Add(time.Hour), monday, nil},
		{"one that is far ahead is flagged", monday.Add(25 * time.Hour), monday, []tracker.Flag{tracker.FlagTimeAhead}},
		{"another zone is the same moment", monday.In(time.FixedZone("", 9*3600)), monday, nil},
	} {
		c := alone(1)
		c.At = row.at
		r := logged(t, tr, c)
		got, err := tr.Contact(ctx, r.Contact)
		require.NoError(t, err)
		require.Equal(t, row.seen, got.Seen(), row.promise)
		require.Equal(t, monday, got.LoggedAt)
		require.Equal(t, row.flags, r.Flags, row.promise)
		tk, err := tr.Ticket(ctx, r.Ticket)
		require.NoError(t, err)
		require.Equal(t, row.seen, tk.Opened, row.promise)
	}
	clock.forward(-time.Hour)
	r := logged(t, tr, alone(2))
	got, err := tr.Contact(ctx, r.Contact)
	require.NoError(t, err)
	require.Equal(t, monday.Add(-time.Hour), got.LoggedAt, "a clock that was set back is written down as it is")
	checkSound(t, tr)
}

// TestContactsAreKeptAsSaid reads back every field.
func TestContactsAreKeptAsSaid(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	c := tracker.Contact{
		At: monday.Add(-time.Minute), Channel: "carrier_pigeon", Kind: tracker.Complaint, From: "Ada <ada@example.org>", Organization: "Lark Ltd.",
		Source: "loft", SourceID: "7", MessageID: "<7@loft>", InReplyTo: []string{"<6@loft>"}, Title: "Title", Text: "Line one\nline two <b>& more</b>\u2028",
		Language: "en", Product: "Lamp", Components: []string{"app", "hub"}, Version: "4.2", Environment: "at home", Automatic: true,
	}
	r := logged(t, tr.As(bob), c)
	want := c
	want.ID, want.LoggedAt, want.Actor, want.Customer, want.Ticket, want.Direction, want.Name = r.Contact, monday, bob, r.Customer, r.Ticket, tracker.Inbound, "Ada"
	got, err := tr.Contact(ctx, r.Contact)
	require.NoError(t, err)
	require.Equal(t, want, got)
	tk, err := tr.Ticket(ctx, r.Ticket)
	require.NoError(t, err)
	require.Equal(t, "Title", tk.Title)
	require.Equal(t, []string{"app", "hub"}, tk.Components)
	require.Equal(t, 1, tk.Contacts)
}
