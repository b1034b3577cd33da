package tracker_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// people opens a tracker with three customers of two tickets each, who have two
// identities each.
func people(t *testing.T) *tracker.Tracker {
	tr, _ := openMem(t, peopleOnly)
	for i := range 6 {
		n := i / 2
		c := alone(i)
		c.From = fmt.Sprintf("Customer %d <c%d@example.org>", n, n)
		c.Identities = []tracker.Identity{{Value: fmt.Sprintf("+49 30 555 000%d", n)}, {Value: fmt.Sprintf("@c%d", n)}}
		require.Equal(t, tracker.CustomerID(n+1), logged(t, tr, c).Customer)
	}
	return tr
}

func TestMergeCustomers(t *testing.T) {
	tr := people(t)
	made, err := tr.MergeCustomers(ctx, 1, 2)
	require.NoError(t, err)
	checkSound(t, tr)
	for _, spelling := range []string{"c0@example.org", "c1@example.org", "+49305550001", "c1"} {
		cu, err := tr.CustomerByIdentity(ctx, spelling)
		require.NoError(t, err, spelling)
		require.Equal(t, tracker.CustomerID(1), cu.ID, spelling)
	}
	cu, err := tr.Customer(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, tracker.CustomerID(1), cu.ID, "the old number resolves")
	require.Len(t, cu.Identities, 6)
	for _, id := range []tracker.CustomerID{1, 2} {
		require.Len(t, all(t, tr.Tickets(ctx, tracker.TicketQuery{Customer: id})), 4)
		require.Len(t, all(t, tr.Contacts(ctx, tracker.ContactQuery{Customer: id})), 4)
	}
	require.Len(t, all(t, tr.Customers(ctx)), 2)

	first, err := tr.Ticket(ctx, 1)
	require.NoError(t, err)
	r := logged(t, tr, email("c1@example.org", "Re: ["+first.Reference+"]", "It is me."))
	require.Equal(t, tracker.TicketID(1), r.Ticket, "one is on the tickets of the other now")
	require.Equal(t, tracker.CustomerID(1), r.Customer)

	_, err = tr.MergeCustomers(ctx, 2, 1)
	require.ErrorIs(t, err, tracker.ErrInvalid, "they are one already")
	_, err = tr.MergeCustomers(ctx, 1, 99)
	require.ErrorIs(t, err, tracker.ErrNotFound)

	undo, err := tr.Undo(ctx, made.ID)
	require.NoError(t, err)
	checkSound(t, tr)
	tk, err := tr.Ticket(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, 2, tk.Contacts, "what came meanwhile stays where it is")
	cu, err = tr.Customer(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, "c1@example.org", cu.Identities[0].Value)
	_, err = tr.Undo(ctx, undo.ID)
	require.NoError(t, err)
	_, err = tr.Undo(ctx, made.ID)
	require.NoError(t, err)
	checkSound(t, tr)
}

// TestMergeCustomersIsUndoneExactly: to the order of identities.
func TestMergeCustomersIsUndoneExactly(t *testing.T) {
	tr := people(t)
	before := belongings(t, tr)
	made, err := tr.MergeCustomers(ctx, 1, 2)
	require.NoError(t, err)
	after := belongings(t, tr)
	undo, err := tr.Undo(ctx, made.ID)
	require.NoError(t, err)
	require.Equal(t, before, belongings(t, tr))
	_, err = tr.Undo(ctx, undo.ID)
	require.NoError(t, err)
	require.Equal(t, after, belongings(t, tr))
	_, err = tr.Undo(ctx, made.ID)
	require.NoError(t, err)
	require.Equal(t, before, belongings(t, tr))
}

// TestMergedCustomersInAChain: the last of a chain has everything, and the chain is
// undone from its end.
func TestMergedCustomersInAChain(t *testing.T) {
	tr := people(t)
	one, err := tr.MergeCustomers(ctx, 2, 1)
	require.NoError(t, err)
	two, err := tr.MergeCustomers(ctx, 3, 1) // 1 is 2 now
	require.NoError(t, err)
	cu, err := tr.Customer(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, tracker.CustomerID(3), cu.ID)
	require.Len(t, all(t, tr.Tickets(ctx, tracker.TicketQuery{Customer: cu.ID})), 6)
	require.Len(t, cu.Identities, 9)
	_, err = tr.Undo(ctx, one.ID)
	require.ErrorIs(t, err, tracker.ErrConflict)
	_, err = tr.Undo(ctx, two.ID)
	require.NoError(t, err)
	_, err = tr.Undo(ctx, one.ID)
	require.NoError(t, err)
	require.Len(t, all(t, tr.Customers(ctx)), 3)
	checkSound(t, tr)
}

func TestPromisesOfMergedCustomers(t *testing.T) {
	tr := people(t)
	tk, err := tr.Ticket(ctx, 3)
	require.NoError(t, err)
	require.Equal(t, tracker.CustomerID(2), tk.Customer)
	_, err = tr.MakePromise(ctx, tracker.Promise{Ticket: 3, Kind: tracker.PromiseUpdate, Due: monday.AddDate(0, 0, 1)})
	require.NoError(t, err)
	_, err = tr.MergeCustomers(ctx, 1, 2)
	require.NoError(t, err)
	for _, id := range []tracker.CustomerID{1, 2} {
		require.Len(t, all(t, tr.Promises(ctx, tracker.PromiseQuery{Customer: id})), 1, "what was promised to customer %d is promised to who they are", id)
	}
}
