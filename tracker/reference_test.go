package tracker_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

const referenceAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// TestReferencesPermute: among the numbers of a small domain none is given twice
// and none is left out; at the ends of the large ones the way back is found.
func TestReferencesPermute(t *testing.T) {
	refs := tracker.NewReferences(fixed)
	seen := make([]bool, 1<<14)
	for v := range uint64(len(seen)) {
		p := refs.Permute(v, 14, false)
		require.False(t, seen[p], "%d is given twice", p)
		seen[p] = true
		require.Equal(t, v, refs.Permute(p, 14, true))
	}
	other := tracker.NewReferences([]byte("another key"))
	same := 0
	for _, n := range []tracker.TicketID{1, 2, 3, 1000, 1<<30 - 1, 1 << 30, 1<<30 + 1, 1<<30 + 1<<40 - 1} {
		ref := refs.Of(n)
		require.Equal(t, n, refs.Number(ref), ref)
		want := 8
		if n >= 1<<30 {
			want = 10
		}
		require.Len(t, ref, want, "characters with the hyphen")
		if other.Of(n) == ref {
			same++
		}
	}
	require.Zero(t, same, "another key gives other references")
}

// TestReferencesNoticeMistakes: one wrong character, or two neighbours exchanged,
// is never another ticket's reference.
func TestReferencesNoticeMistakes(t *testing.T) {
	refs := tracker.NewReferences(fixed)
	for n := tracker.TicketID(1); n <= 200; n++ {
		if n > 100 {
			n += 1 << 30
		}
		ref := strings.ReplaceAll(refs.Of(n), "-", "")
		for i := range ref {
			for _, c := range referenceAlphabet {
				wrong := ref[:i] + string(c) + ref[i+1:]
				if wrong != ref {
					require.Zero(t, refs.Number(wrong), "%s read as %s", ref, wrong)
				}
			}
			if i > 0 && ref[i] != ref[i-1] {
				swapped := ref[:i-1] + ref[i:i+1] + ref[i-1:i] + ref[i+1:]
				require.Zero(t, refs.Number(swapped), "%s read as %s", ref, swapped)
			}
		}
		if n > 1<<30 {
			n -= 1 << 30
		}
	}
}

func TestReferencesAreReadAsPeopleWriteThem(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	var withZero, withOne tracker.Receipt
	for i := 0; withZero.Ticket == 0 || withOne.Ticket == 0; i++ {
		r := logged(t, tr, alone(i))
		if strings.Contains(r.Reference, "0") {
			withZero = r
		}
		if strings.Contains(r.Reference, "1") {
			withOne = r
		}
	}
	zero, one := withZero.Reference, withOne.Reference
	for _, row := range []struct {
		promise, spelling string
		ticket            tracker.TicketID
	}{
		{"as it was given", zero, withZero.Ticket},
		{"in small letters", strings.ToLower(zero), withZero.Ticket},
		{"without the hyphen", strings.ReplaceAll(zero, "-", ""), withZero.Ticket},
		{"with spaces, as it is dictated", strings.Join(strings.Split(zero, ""), " "), withZero.Ticket},
		{"with the letter O for a zero", strings.ReplaceAll(zero, "0", "O"), withZero.Ticket},
		{"with the letter I for a one", strings.ReplaceAll(one, "1", "I"), withOne.Ticket},
		{"with the letter l for a one", strings.ReplaceAll(one, "1", "l"), withOne.Ticket},
	} {
		tk, err := tr.TicketByReference(ctx, row.spelling)
		require.NoError(t, err, "%s: %q", row.promise, row.spelling)
		require.Equal(t, row.ticket, tk.ID, row.promise)
	}
	for _, nobody := range []string{"", "-", "ABC", "ZZZ-ZZZZ", zero + "0", "ÄÖÜ-ÄÖÜÄ", strings.Repeat("7", 1<<16)} {
		_, err := tr.TicketByReference(ctx, nobody)
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
}

// TestReferencesStandOut: they are found in running text, and nothing else is.
func TestReferencesStandOut(t *testing.T) {
	refs := tracker.NewReferences(fixed)
	a, b := refs.Of(7), refs.Of(8)
	for _, row := range []struct {
		text string
		want []tracker.TicketID
	}{
		{"Re: [" + a + "] lamp", []tracker.TicketID{7}},
		{"about " + strings.ToLower(a) + ", not " + b + ".", []tracker.TicketID{7, 8}},
		{"(" + a + ")", []tracker.TicketID{7}},
		{"X" + a, nil},
		{a + "99", nil},
		{"555-0100 is a phone number", nil},
		{"", nil},
	} {
		require.Equal(t, row.want, refs.In(row.text), row.text)
	}
	require.Len(t, refs.In(strings.Repeat(a+" ", 1000)), 8, "a text made of references costs no more than eight")
}
