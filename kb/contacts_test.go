package kb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

// Single contacts are found when they are asked for, and never by customers.
func TestContacts(t *testing.T) {
	ctx := context.Background()
	b := openBase(t, t.TempDir())
	first := logged(t, b, "ada@example.org", "Charged twice", "My card shows two charges.")
	desk := b.Tracker.As(tracker.Agent("mia"))
	reply, err := desk.Log(ctx, tracker.Contact{From: "ada@example.org", Channel: tracker.Call, Direction: tracker.Outbound, Ticket: first.Ticket, Text: "We returned one of the charges by wire."})
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))
	search := func(q kb.Query) []string {
		r, err := b.Search(ctx, q)
		require.NoError(t, err)
		got := []string{}
		for _, h := range r.Hits {
			got = append(got, string(h.Kind)+"/"+h.ID)
		}
		require.Equal(t, len(got), r.Total)
		return got
	}
	wire := fmt.Sprint("contact/", reply.Contact)
	require.Equal(t, []string{"ticket/1"}, search(kb.Query{Text: "charges"}), "a ticket and its contacts do not crowd the list")
	require.Equal(t, []string{"ticket/1"}, search(kb.Query{Text: "-nonsense"}))
	require.Equal(t, []string{wire}, search(kb.Query{Text: "wire kind:contact"}))
	require.Equal(t, []string{wire, "ticket/1"}, search(kb.Query{Text: "wire", Kinds: []kb.Kind{kb.Contact, kb.Ticket}}))
	require.Equal(t, []string{wire}, search(kb.Query{Text: "direction:outbound channel:call kind:contact reference:" + first.Reference}))
	require.Len(t, search(kb.Query{Kinds: []kb.Kind{kb.Contact}}), 2)
	require.Empty(t, search(kb.Query{Text: "wire", Kinds: []kb.Kind{kb.Contact, kb.Ticket}, Audience: tracker.Customers}))
	require.Empty(t, search(kb.Query{Text: "kind:contact audience:internal", Audience: tracker.Customers}))
	_, err = b.Tracker.CreateProblem(ctx, tracker.Problem{Title: "Charges come twice", Workaround: "Return one by wire."})
	require.NoError(t, err)
	_, err = b.Tracker.CreateArticle(ctx, tracker.Article{Title: "Returning charges by wire"})
	require.NoError(t, err)
	open, err := b.Tracker.CreateArticle(ctx, tracker.Article{Title: "When charges return by wire", Audience: tracker.Customers})
	require.NoError(t, err)
	require.NoError(t, b.CatchUp(ctx))
	require.Len(t, search(kb.Query{Text: "charges wire", Facets: []string{"audience"}}), 4)
	require.Equal(t, []string{fmt.Sprint("article/", open.ID)}, search(kb.Query{Text: "charges wire", Audience: tracker.Customers}), "customers see only what says so")

	// What is erased is not shown from that moment on, whatever the index still says.
	_, err = b.Tracker.Erase(ctx, first.Customer)
	require.NoError(t, err)
	other := logged(t, b, "bo@example.org", "Wire", "Another wire.")
	require.Empty(t, search(kb.Query{Text: "wire", Kinds: []kb.Kind{kb.Contact, kb.Ticket}}))
	require.Empty(t, search(kb.Query{Text: "charges", Kinds: []kb.Kind{kb.Ticket}}))
	require.NoError(t, b.CatchUp(ctx))
	require.Equal(t, []string{fmt.Sprint("contact/", other.Contact)}, search(kb.Query{Text: "wire kind:contact"}))
}

// From the moment it is erased a ticket is told by nothing, while the index still has it:
// not counted, not suggested, and no place of a page is kept for it.
func TestErasedIsNotTold(t *testing.T) {
	ctx := context.Background()
	b := openBase(t, t.TempDir())
	gone := logged(t, b, "ada@example.org", "Called", "Schwarzenegger called, and called again.")
	stays := logged(t, b, "bo@example.org", "Noise", "Nobody called me.")
	require.NoError(t, b.CatchUp(ctx))
	_, err := b.Tracker.Erase(ctx, gone.Customer)
	require.NoError(t, err)
	for _, row := range []struct {
		promise, text string
		finds         bool
	}{
		{"no word of it is suggested for a typo", "Schwarzeneger.", false},
		{"nor for the end of a word", "schwarz", false},
		{"nor is it found by being without a word", "-nonsense", true},
		{"what is left stands on the first page, and is counted", "called", true},
	} {
		r, err := b.Search(ctx, kb.Query{Text: row.text, Limit: 1, Facets: []string{"reference"}, Explain: true})
		require.NoError(t, err, row.promise)
		require.NotZero(t, r.Behind)
		require.Empty(t, r.Notes, row.promise)
		require.Empty(t, r.Next, row.promise)
		if !row.finds {
			require.Zero(t, r.Total, row.promise)
			require.Empty(t, r.Facets["reference"], row.promise)
			continue
		}
		require.Equal(t, 1, r.Total, row.promise)
		require.Equal(t, fmt.Sprint(stays.Ticket), r.Hits[0].ID, row.promise)
		require.Equal(t, []kb.FacetCount{{Value: strings.ToLower(stays.Reference), Count: 1}}, r.Facets["reference"], row.promise)
	}
}
