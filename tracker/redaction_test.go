package tracker_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

func TestRedaction(t *testing.T) {
	var r tracker.Redaction
	for _, c := range []tracker.Customer{
		{Name: "Ada Nwosu", Address: "Dr. Quillfeather", Organization: "The Kestrel Works"},
		{Name: "Mark Bill", Organization: "Studio 54"}, {Name: "José O’Brien"}, {Name: "王小明"}, {Name: "李明"}, {Name: "李明华"}, {Name: "سلمى حداد"},
		{Identities: []tracker.Identity{
			{Kind: tracker.IdentityHandle, Value: "skyadaa"}, {Kind: tracker.IdentityHandle, Value: "sky-lamp_7"},
			{Kind: tracker.IdentityEmail, Value: "lamp@example.org"},
		}},
	} {
		r.Add(c)
	}
	for _, row := range []struct{ promise, text, want string }{
		{"a name", "Invoices of Ada Nwosu are empty", "Invoices of […] are empty"},
		{"a part of one", "Invoices of Nwosu are empty", "Invoices of […] are empty"},
		{"in any form", "ADA's card, and Nwosu–Smith", "[…]'s card, and […]–Smith"},
		{"however its letters are encoded", "Jose\u0301 and ＡＤＡ", "[…] and […]"},
		{"without capitals, where two stand together", "tell ada  nwosu", "tell […]"},
		{"what follows an apostrophe", "card of O’Brien", "card of O’[…]"},
		{"not a word that is a name elsewhere", "You may mark a bill", "You may mark a bill"},
		{"how they want to be addressed, but for the title", "Dr. Quillfeather and Dr. Who", "Dr. […] and Dr. Who"},
		{"the organization, but for its article", "The Kestrel cannot print", "The […] cannot print"},
		{"an address, whoever's it is", "Mail to jo.ann@shop.example bounces, (a@b).", "Mail to […] bounces, ([…])."},
		{"a handle", "@skyadaa, SkyAdaa and @someone ask", "[…], […] and […] ask"},
		{"one with the network it is of", "@ada@social.example asks", "[…] asks"},
		{"one of several words", "sky-lamp_7 asks about a sky lamp", "[…] asks about a sky lamp"},
		{"nothing of what an address is made of", "Lamp is dark", "Lamp is dark"},
		{"a telephone number", "Calls from +44 20 7946 0958 or (030) 1234567 drop", "Calls from […] or […] drop"},
		{"one with dots", "Calls from 555.123.4567 or 01.23.45.67.89 drop", "Calls from […] or […] drop"},
		{"the address of a computer", "No route to 192.168.10.20", "No route to […]"},
		{"a long number behind a line", "order_12345678", "order[…]"},
		{"versions, dates and codes stay", "0x80070005 in 4.2.1 4.3.0 10.0.19045.3803 since 2026-04-10, LK-2041", "0x80070005 in 4.2.1 4.3.0 10.0.19045.3803 since 2026-04-10, LK-2041"},
		{"links stay", "See https://status.example/lamps", "See https://status.example/lamps"},
		{"a number in a name stays where the name is not", "Error 5401 in 2.54.1, 54 times", "Error 5401 in 2.54.1, 54 times"},
		{"and goes where it is", "Studio 54 cannot print, studio 54 neither", "[…] cannot print, […] neither"},
		{"a name that another one begins with", "李明华的账单，李明的账单", "[…]的账单，[…]的账单"},
		{"a name in a script without capitals", "王小明的账单", "[…]的账单"},
		{"and in one with spaces", "فاتورة سلمى حداد", "فاتورة […]"},
		{"several in a row are one", "Ada Nwosu Mark Bill +44 20 7946 0958", "[…]"},
		{"lines stay", "Ada:\nno", "[…]:\nno"},
		{"nothing is nothing", "", ""},
	} {
		t.Run(row.promise, func(t *testing.T) { require.Equal(t, row.want, r.Hide(row.text)) })
	}
	var nobody tracker.Redaction
	require.Equal(t, "Ada, […]", nobody.Hide("Ada, ada@example.org"))
}

func ExampleRedaction() {
	var r tracker.Redaction
	r.Add(tracker.Customer{Name: "Ada Nwosu"})
	fmt.Println(r.Hide("Ask Ada (ada@example.org, +44 20 7946 0958) whether 2.14.0 works"))
	// Output:
	// Ask […] ([…], […]) whether 2.14.0 works
}

func FuzzRedaction(f *testing.F) {
	var r tracker.Redaction
	r.Add(tracker.Customer{Name: "Zoë Quillfeather", Identities: []tracker.Identity{{Kind: tracker.IdentityHandle, Value: "sky-lamp"}}})
	for _, s := range []string{"Ask QUILLFEATHER (a@b.c, d@e.), zoe\u0308 quillfeather", "sky-lamp @x 555.123.4567", "\xff[…] […]@a @", "@0@!0", "+44 20 7946 0958/9"} {
		f.Add(s)
	}
	word := regexp.MustCompile(`[\pL\pM\pN_]+`)
	f.Fuzz(func(t *testing.T, s string) {
		got := r.Hide(s)
		require.NotRegexp(t, `[^\s@]@[^\s@]`, got)
		for _, w := range word.FindAllString(got, -1) {
			first, _ := utf8.DecodeRuneInString(w)
			require.False(t, strings.ToLower(w) == "quillfeather" && !unicode.IsLower(first), "%q in %q", w, got)
		}
	})
}
