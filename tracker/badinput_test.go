package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
)

// TestBadInput: what nobody would send on purpose is taken where nothing is lost by
// it, and refused with a word on what to change where it is not.
func TestBadInput(t *testing.T) {
	big := strings.Repeat("lamp ", 1<<20) // 5 MiB
	ids := func(n int) (out []tracker.Identity) {
		for i := range n {
			out = append(out, tracker.Identity{Value: fmt.Sprintf("a%d@example.org", i)})
		}
		return out
	}
	const ada = "ada@example.org"
	for _, row := range []struct {
		promise string
		contact tracker.Contact
		err     error // nil: it is taken
		says    string
		flags   []tracker.Flag
		check   func(*testing.T, tracker.Contact)
	}{
		{promise: "nothing at all is kept, as something came", contact: tracker.Contact{}, flags: []tracker.Flag{tracker.FlagEmpty}},
		{promise: "white space is nothing", contact: email(ada, " ", "\n\t "), flags: []tracker.Flag{tracker.FlagEmpty}},
		{promise: "an attachment alone is something", contact: tracker.Contact{From: ada, Attachments: []tracker.Attachment{{Content: []byte("x")}}}},
		{promise: "5 MB of text are kept whole, the first of it as text", contact: email(ada, "T", big), flags: []tracker.Flag{tracker.FlagTextCut}},
		{promise: "5 MB of title are cut", contact: email(ada, big, "Text."), check: func(t *testing.T, c tracker.Contact) { require.LessOrEqual(t, len(c.Title), 1000) }},
		{promise: "a name is cut, too", contact: tracker.Contact{From: ada, Name: big, Text: "x"}, check: func(t *testing.T, c tracker.Contact) { require.LessOrEqual(t, len(c.Name), 1000) }},
		{promise: "5 MB of sender are refused", contact: email(big, "T", "Text."), err: tracker.ErrInvalid, says: "at most 1000"},
		{promise: "5 MB of source id are refused", contact: tracker.Contact{Source: "x", SourceID: big}, err: tracker.ErrInvalid, says: "at most 1000"},
		{promise: "5 MB of another identity are refused", contact: tracker.Contact{From: ada, Identities: []tracker.Identity{{Value: big}}}, err: tracker.ErrInvalid, says: "at most 1000"},
		{promise: "an answer to a message with a name of 5 MB answers none", contact: tracker.Contact{From: ada, Text: "x", InReplyTo: []string{big}},
			check: func(t *testing.T, c tracker.Contact) { require.Empty(t, c.InReplyTo) }},
		{promise: "bytes that are no text are replaced, and kept", contact: email(ada, "T\xff", "a\xffb"), flags: []tracker.Flag{tracker.FlagTextRepaired},
			check: func(t *testing.T, c tracker.Contact) {
				require.Equal(t, "a\uFFFDb", c.Text)
				require.Equal(t, "T\uFFFD", c.Title)
				require.Len(t, c.Attachments, 1)
			}},
		{promise: "so is a NUL", contact: email(ada, "T", "a\x00b"), flags: []tracker.Flag{tracker.FlagTextRepaired},
			check: func(t *testing.T, c tracker.Contact) { require.Equal(t, "a\uFFFDb", c.Text) }},
		{promise: "direction marks do not reach a title", contact: email(ada, "\u202egnp.exe\u2066", "x"), check: func(t *testing.T, c tracker.Contact) { require.Equal(t, "gnp.exe", c.Title) }},
		{promise: "nor do line ends and control characters", contact: email(ada, "a\r\nBcc: x\x07\x1b[2J", "x"), check: func(t *testing.T, c tracker.Contact) { require.Equal(t, "a Bcc: x[2J", c.Title) }},
		{promise: "forty identities of one customer are kept", contact: tracker.Contact{From: ada, Text: "x", Identities: ids(40)},
			check: func(t *testing.T, c tracker.Contact) { require.Len(t, c.Identities, 40) }},
		{promise: "a hundred and one are refused", contact: tracker.Contact{From: ada, Identities: ids(101)}, err: tracker.ErrInvalid, says: "at most 100"},
		{promise: "an identity is what it says it is", contact: tracker.Contact{From: ada, Identities: []tracker.Identity{{Kind: tracker.IdentityEmail, Value: "+49 30 123456"}}}, err: tracker.ErrInvalid, says: "is no email"},
		{promise: "a direction is one of three", contact: tracker.Contact{Direction: "up"}, err: tracker.ErrInvalid, says: "want inbound, outbound or note"},
		{promise: "a channel is a short name", contact: tracker.Contact{Channel: "../etc"}, err: tracker.ErrInvalid, says: "a–z"},
		{promise: "so is a kind", contact: tracker.Contact{Kind: tracker.Kind(strings.Repeat("k", 33))}, err: tracker.ErrInvalid, says: "32"},
		{promise: "year 0 is dropped", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(0, 5, 1, 0, 0, 0, 0, time.UTC)}, flags: []tracker.Flag{tracker.FlagTimeUnusable}},
		{promise: "years before it, too", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(-4000, 5, 1, 0, 0, 0, 0, time.UTC)}, flags: []tracker.Flag{tracker.FlagTimeUnusable}},
		{promise: "year 1 is long ago", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(1, 5, 1, 0, 0, 0, 0, time.UTC)},
			check: func(t *testing.T, c tracker.Contact) { require.Equal(t, 1, c.Seen().Year()) }},
		{promise: "year 9999 is far ahead", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, flags: []tracker.Flag{tracker.FlagTimeAhead},
			check: func(t *testing.T, c tracker.Contact) { require.Equal(t, monday, c.Seen()) }},
		{promise: "year 300000 is dropped", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC)}, flags: []tracker.Flag{tracker.FlagTimeUnusable}},
		{promise: "what is year 9999 there and 10000 in UTC is dropped", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))}, flags: []tracker.Flag{tracker.FlagTimeUnusable}},
		{promise: "and what is year 1 there and 0 in UTC", contact: tracker.Contact{From: ada, Text: "x", At: time.Date(1, 1, 1, 1, 0, 0, 0, time.FixedZone("", 7200))}, flags: []tracker.Flag{tracker.FlagTimeUnusable}},
		{promise: "a zone of thirty hours is only a way to write a time", contact: tracker.Contact{From: ada, Text: "x", Source: "s", SourceID: "1", At: monday.In(time.FixedZone("", 30*3600))},
			check: func(t *testing.T, c tracker.Contact) { require.Equal(t, monday, c.Seen()) }},
		{promise: "a version of letters, a language of signs, a product of one kilobyte are words",
			contact: tracker.Contact{From: ada, Text: "x", Version: "ⅻ", Language: "§§", Product: big[:1000], Components: strings.Fields(big[:5000])}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, _ := openMem(t)
			logged(t, tr, about(0, 1))
			before := export(t, tr)
			r, err := tr.Log(ctx, row.contact)
			if row.err != nil {
				require.ErrorIs(t, err, row.err)
				require.ErrorContains(t, err, row.says)
				require.Less(t, len(err.Error()), 500, "an error is read by people")
				require.Equal(t, before, export(t, tr))
				return
			}
			require.NoError(t, err)
			require.Equal(t, row.flags, r.Flags)
			c, err := tr.Contact(ctx, r.Contact)
			require.NoError(t, err)
			require.Equal(t, row.flags, c.Flags)
			if row.check != nil {
				row.check(t, c)
			}
			if len(c.Attachments) > 0 {
				_, err := tr.Attachment(ctx, r.Contact, len(c.Attachments)-1)
				require.NoError(t, err)
			}
			checkSound(t, tr)
		})
	}
}

// TestOneOfAThousand: what cannot be taken is reported, and the others are logged.
func TestOneOfAThousand(t *testing.T) {
	tr, _ := openMem(t)
	unreadable := errors.New("line 500 is no contact")
	n := 0
	failed := map[int]error{}
	sum, err := tr.Import(ctx, func(yield func(tracker.Contact, error) bool) {
		for i := range 1000 {
			c, err := from(alone(i), "file", i), error(nil)
			switch i {
			case 250:
				c.Direction = "sideways"
			case 500:
				err = unreadable
			case 750:
				c.Ticket = 99999
			case 900:
				c = from(alone(0), "file", 0)
			}
			if !yield(c, err) {
				return
			}
		}
	}, func(_ tracker.Contact, r tracker.Receipt, err error) {
		if err != nil {
			failed[n] = err
		}
		n++
	})
	require.NoError(t, err)
	require.Equal(t, tracker.Imported{Logged: 996, Duplicates: 1, Failed: 3}, sum)
	require.Equal(t, 1000, n, "each is reported, in order")
	require.Len(t, failed, 3)
	require.ErrorIs(t, failed[250], tracker.ErrInvalid)
	require.ErrorIs(t, failed[500], unreadable)
	require.ErrorIs(t, failed[750], tracker.ErrNotFound)
	checkSound(t, tr)
}

// TestTheSameTextManyTimes takes no longer, and no more memory, than as many texts
// that differ.
func TestTheSameTextManyTimes(t *testing.T) {
	many := 1_500
	if everything {
		many = 10_000
	}
	run := func(contact func(int) tracker.Contact) (time.Duration, uint64, *tracker.Tracker) {
		tr, _ := openMem(t)
		began := time.Now()
		sum, err := tr.Import(ctx, func(yield func(tracker.Contact, error) bool) {
			for i := range many {
				if !yield(contact(i), nil) {
					return
				}
			}
		}, nil)
		require.NoError(t, err)
		require.Equal(t, many, sum.Logged)
		took := time.Since(began)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return took, m.HeapAlloc, tr
	}
	differ, base, tr := run(alone)
	require.NoError(t, tr.Close())
	tr = nil
	same, heap, tr := run(func(i int) tracker.Contact {
		c := about(0, 0)
		c.From = fmt.Sprintf("p%d@example.org", i)
		return c
	})
	t.Logf("the same %v and %d MB, different ones %v and %d MB", same, heap>>20, differ, base>>20)
	require.Less(t, same, 3*differ+time.Second)
	require.Less(t, heap, 2*base+64<<20)
	p, err := tr.Problem(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, many, p.Tickets)
}

// TestTwoOnOneFile: the second who wants to write is told that somebody has the file.
func TestTwoOnOneFile(t *testing.T) {
	path, clock := tempFile(t), newClock()
	first := openBolt(t, path, clock)
	logged(t, first, alone(1))
	impatient, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := tracker.Open(impatient, path, settings(clock))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = tracker.Open(ctx, path, settings(clock, func(o *tracker.Options) { o.LockTimeout = -1 }))
	require.ErrorIs(t, err, store.ErrLocked)
	require.ErrorContains(t, err, path)
	logged(t, first, alone(2))
	require.NoError(t, first.Close())
	second := openBolt(t, path, clock)
	checkSound(t, second)
}

func TestPlacesThatCannotBeWritten(t *testing.T) {
	clock := newClock()
	_, err := tracker.Open(ctx, filepath.Join(t.TempDir(), "no", "folder", "x.db"), settings(clock))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = tracker.Open(ctx, t.TempDir(), settings(clock))
	require.Error(t, err, "a folder is no store")
	_, err = tracker.Open(ctx, tempFile(t), settings(clock, readOnly))
	require.ErrorIs(t, err, os.ErrNotExist, "reading makes nothing")
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Log("permissions do not bind this user")
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "support.db")
	tr := openBolt(t, path, clock)
	logged(t, tr, alone(1))
	require.NoError(t, tr.Close())
	require.NoError(t, os.Chmod(path, 0o400))
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	_, err = tracker.Open(ctx, path, settings(clock))
	require.ErrorIs(t, err, os.ErrPermission)
	_, err = tracker.Open(ctx, filepath.Join(dir, "new.db"), settings(clock))
	require.ErrorIs(t, err, os.ErrPermission)
	read := openBolt(t, path, clock, readOnly)
	checkSound(t, read)
}

// TestCacheThatCannotBeWritten: only the cache is lost by it, and that is said at
// Close, with everything logged.
func TestCacheThatCannotBeWritten(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock, func(o *tracker.Options) { o.Cache = filepath.Join(path+".d", "cache") })
	logged(t, tr, alone(1))
	require.ErrorIs(t, tr.Maintain(ctx), os.ErrNotExist)
	require.ErrorIs(t, tr.Close(), os.ErrNotExist)
	tr = openBolt(t, path, clock)
	checkSound(t, tr)
}

// TestClocksThatRunBackwards: a log by a clock that jumps about is a log.
func TestClocksThatRunBackwards(t *testing.T) {
	tr, clock := openMem(t, answerWithin(time.Hour))
	for n := range 60 {
		clock.forward(time.Duration(n*n%17-9) * time.Hour)
		logged(t, tr, about(n, n))
	}
	clock.forward(-50 * 365 * 24 * time.Hour)
	r := logged(t, tr, about(0, 99))
	require.Equal(t, tracker.ProblemID(1), r.Problem)
	_, err := tr.Regroup(ctx)
	require.NoError(t, err)
	every := all(t, tr.Contacts(ctx, tracker.ContactQuery{}))
	require.Len(t, every, 61)
	require.Equal(t, r.Contact, every[0].ID)
	checkSound(t, tr)
}
