package tracker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func TestParseIdentity(t *testing.T) {
	const e, p, h = tracker.IdentityEmail, tracker.IdentityPhone, tracker.IdentityHandle
	for _, row := range []struct {
		promise string
		in      string
		country string
		kind    tracker.IdentityKind
		value   string
		name    string
	}{
		{"a bare address is an email", "ada@example.org", "", e, "ada@example.org", ""},
		{"case does not tell people apart", "Ada.Diaz@Example.ORG", "", e, "ada.diaz@example.org", ""},
		{"the name beside the address is returned", "Ada Diaz <ada@example.org>", "", e, "ada@example.org", "Ada Diaz"},
		{"a quoted name loses its quotes", `"Diaz, Ada" <ada@example.org>`, "", e, "ada@example.org", "Diaz, Ada"},
		{"a name in an encoded word is read", "=?utf-8?q?Zo=C3=AB?= <zoe@example.org>", "", e, "zoe@example.org", "Zoë"},
		{"an address that no standard allows is still an address", "ada..diaz@example.org", "", e, "ada..diaz@example.org", ""},
		{"so it is with a name", "Ada <ada..diaz@example.org>", "", e, "ada..diaz@example.org", "Ada"},
		{"full-width letters are the ordinary ones", "ａｄａ@example.org", "", e, "ada@example.org", ""},
		{"white space around it does not count", "  ada@example.org \t", "", e, "ada@example.org", ""},
		{"direction marks do not make another person", "\u202eada@example.org\u202c", "", e, "ada@example.org", ""},

		{"an international number keeps its plus", "+49 30 1234567", "", p, "+49301234567", ""},
		{"00 is a plus", "0049 30 1234567", "", p, "+49301234567", ""},
		{"a national number gets the country code", "030 / 123 45 67", "+49", p, "+49301234567", ""},
		{"without a country code it stays as it is", "030 1234567", "", p, "0301234567", ""},
		{"a zero in brackets is not dialled from abroad", "+49 (0)30 1234567", "", p, "+49301234567", ""},
		{"brackets and dots are only writing", "(555) 010.4477", "", p, "5550104477", ""},
		{"an extension tells two people apart", "+1 555 0100 ext. 12", "", p, "+15550100x12", ""},
		{"and is read in its short form", "+1 555 0100x12", "", p, "+15550100x12", ""},
		{"tel: is no part of the number", "tel:+15550100", "", p, "+15550100", ""},
		{"full-width digits are digits", "＋１５５５０１００", "", p, "+15550100", ""},
		{"a name beside a number is no part of it", "Ada <+1 555 0100>", "", h, "ada <+1 555 0100>", ""},

		{"what is neither is a handle", "Ada_D", "", h, "ada_d", ""},
		{"the sign before a handle does not count", "@Ada_D", "", h, "ada_d", ""},
		{"four digits are no phone number", "4711", "", h, "4711", ""},
		{"nor are twenty-one", "123456789012345678901", "", h, "123456789012345678901", ""},
		{"sharp s and double s are one in a handle", "Großmann", "", h, "grossmann", ""},
		{"nothing is nobody", "", "", "", "", ""},
		{"nor is white space anybody", " \n\t", "", "", "", ""},
	} {
		id, name := tracker.ParseIdentity(row.in, row.country)
		require.Equal(t, row.kind, id.Kind, "%s: %q", row.promise, row.in)
		require.Equal(t, row.value, id.Value, "%s: %q", row.promise, row.in)
		require.Equal(t, row.name, name, "%s: %q", row.promise, row.in)
	}
}

// FuzzParseIdentity: no text stops it, and what is in normal form stays as it is.
func FuzzParseIdentity(f *testing.F) {
	for _, s := range []string{"", "@", "@@a", "a@", "<>", "<@>", "+49 (0)30 1", "00", "x12", "+1 5 5 5 1 x", "\xff@\xff", "Ada <ada@example.org>"} {
		f.Add(s, "+49")
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		id, _ := tracker.ParseIdentity(s, country)
		if id.Kind == "" && id.Value != "" {
			t.Fatalf("%q: %q has no kind", s, id.Value)
		}
		if id.Kind == tracker.IdentityHandle || country == "" || country[0] != '+' {
			return // a handle may look like a number once its signs are gone
		}
		again, _ := tracker.ParseIdentity(id.Value, country)
		if again.Kind == id.Kind && again.Value != id.Value {
			t.Fatalf("%q becomes %q, which becomes %q", s, id.Value, again.Value)
		}
	})
}

// TestCustomersAreKnownByTheirIdentities goes from contacts to people.
func TestCustomersAreKnownByTheirIdentities(t *testing.T) {
	tr, _ := openMem(t, peopleOnly, func(o *tracker.Options) { o.CountryCode = "+49" })
	ada := logged(t, tr, email("Ada <ada@example.org>", "One", "first"))
	require.NotZero(t, ada.Customer)

	again := logged(t, tr, email("ADA@EXAMPLE.ORG", "Two", "second"))
	require.Equal(t, ada.Customer, again.Customer, "an address is compared without case")

	told := logged(t, tr, tracker.Contact{From: "Ada <ada@example.org>", Title: "Three", Identities: []tracker.Identity{{Value: "030 1234567"}}})
	require.Equal(t, ada.Customer, told.Customer)
	called := logged(t, tr, tracker.Contact{Channel: tracker.Call, From: "+49 (0)30 123 45 67", Text: "A call."})
	require.Equal(t, ada.Customer, called.Customer, "a number told by mail is known when it calls")

	ben := logged(t, tr, tracker.Contact{From: "ben@example.org", Text: "My wife Ada is at ada@example.org.", Identities: []tracker.Identity{{Value: "ada@example.org"}}})
	require.NotEqual(t, ada.Customer, ben.Customer, "who names somebody else's address does not become them")
	require.Contains(t, ben.Flags, tracker.FlagIdentityOfOther)

	cu, err := tr.Customer(ctx, ada.Customer)
	require.NoError(t, err)
	require.Equal(t, "Ada", cu.Name)
	require.Equal(t, "Ada", cu.Greeting())
	require.Len(t, all(t, tr.Tickets(ctx, tracker.TicketQuery{Customer: cu.ID})), 4)
	require.Equal(t, []tracker.Identity{
		{Kind: tracker.IdentityEmail, Value: "ada@example.org", Origin: tracker.Observed},
		{Kind: tracker.IdentityPhone, Value: "+49301234567", Origin: tracker.Given},
	}, cu.Identities, "a number that was told stays given when it is seen later")

	for _, spelling := range []string{"Ada@Example.org", "0049 30 1234567", "(030) 1234567"} {
		found, err := tr.CustomerByIdentity(ctx, spelling)
		require.NoError(t, err, spelling)
		require.Equal(t, ada.Customer, found.ID, spelling)
	}
	for _, nobody := range []string{"", "eve@example.org"} {
		_, err := tr.CustomerByIdentity(ctx, nobody)
		require.ErrorIs(t, err, tracker.ErrNotFound, "%q", nobody)
	}
	nameless := logged(t, tr, tracker.Contact{Channel: tracker.Post, Text: "Nobody signed this."})
	require.Zero(t, nameless.Customer, "who leaves nothing to be known by is nobody")
	checkSound(t, tr)
}

func TestNotesAndAnswersMakeNobody(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	for _, d := range []tracker.Direction{tracker.Outbound, tracker.Note} {
		c := email("stranger@example.org", "To whom it may concern", "Hello.")
		c.Direction = d
		require.Zero(t, logged(t, tr, c).Customer, d)
	}
	require.Empty(t, all(t, tr.Customers(ctx)))
}
