package tracker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

var (
	ctx    = context.Background()
	fixed  = []byte("a key that every test uses")
	monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	mia = tracker.Agent("mia")
	bob = tracker.Agent("bob")
)

// everything is set for the long forms of tests that a release is checked with.
var everything = os.Getenv("SUPPORTLOOP_ALL") != ""

// clock stands still until it is told to go on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: monday} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// option changes the settings that a test's tracker is opened with.
type option func(*tracker.Options)

func peopleOnly(o *tracker.Options) { o.NoGrouping = true }

func readOnly(o *tracker.Options) { o.ReadOnly = true }

func settings(c *clock, opts ...option) *tracker.Options {
	o := &tracker.Options{Now: c.Now, Key: fixed}
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// openMem opens a tracker that forgets. It writes in the name of mia.
func openMem(t testing.TB, opts ...option) (*tracker.Tracker, *clock) {
	t.Helper()
	c := newClock()
	return openStore(t, memstore.New(), c, opts...), c
}

func openStore(t testing.TB, s store.Store, c *clock, opts ...option) *tracker.Tracker {
	t.Helper()
	tr, err := tracker.New(ctx, s, settings(c, opts...))
	require.NoError(t, err)
	t.Cleanup(func() { _ = tr.Close() })
	return tr.As(mia)
}

// openBolt opens the tracker in the file at path.
func openBolt(t testing.TB, path string, c *clock, opts ...option) *tracker.Tracker {
	t.Helper()
	tr, err := tracker.Open(ctx, path, settings(c, opts...))
	require.NoError(t, err)
	t.Cleanup(func() { _ = tr.Close() })
	return tr.As(mia)
}

func tempFile(t testing.TB) string { return filepath.Join(t.TempDir(), "support.db") }

// logged logs a contact that has to be taken.
func logged(t testing.TB, tr *tracker.Tracker, c tracker.Contact) tracker.Receipt {
	t.Helper()
	r, err := tr.Log(ctx, c)
	require.NoError(t, err)
	return r
}

// tickets opens n tickets of n customers that have nothing in common.
func tickets(t testing.TB, tr *tracker.Tracker, n int) []tracker.TicketID {
	t.Helper()
	var out []tracker.TicketID
	for i := range n {
		out = append(out, logged(t, tr, alone(i)).Ticket)
	}
	return out
}

// problem makes a problem of tickets, by a person's word.
func problem(t testing.TB, tr *tracker.Tracker, ids ...tracker.TicketID) tracker.ProblemID {
	t.Helper()
	p, err := tr.CreateProblem(ctx, tracker.Problem{Title: "A problem"})
	require.NoError(t, err)
	if len(ids) > 0 {
		_, err = tr.Move(ctx, p.ID, ids...)
		require.NoError(t, err)
	}
	return p.ID
}

func email(from, title, text string) tracker.Contact {
	return tracker.Contact{Channel: tracker.Email, From: from, Title: title, Text: text}
}

// alone is contact n of many that speak of nothing in common.
func alone(n int) tracker.Contact {
	rnd := rand.New(rand.NewPCG(uint64(n), 7))
	word := func() string {
		var b strings.Builder
		for range 3 + rnd.IntN(2) {
			b.WriteByte("bcdfghjklmnprstvwz"[rnd.IntN(18)])
			b.WriteByte("aeiou"[rnd.IntN(5)])
		}
		return b.String()
	}
	words := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = word()
		}
		return strings.Join(out, " ")
	}
	return email(fmt.Sprintf("Person %d <p%d@example.org>", n, n), words(5), words(30))
}

// matters are problems that many customers tell of in the same words.
var matters = [][2]string{
	{"Charged twice for the subscription", "My card was charged twice this month, payment %d. Please refund one of the two payments."},
	{"Lamp does not connect to wifi", "Since yesterday lamp %d blinks orange and never joins the wireless network of my router."},
	{"Password reset link expired", "Ticket %d: the link in the reset mail says that it has expired although it is minutes old."},
	{"Parcel was delivered broken", "Order %d arrived today, the glass shade is shattered and the carton is dented on one side."},
	{"Application crashes on startup", "Version shown is %d. The program closes itself right after the splash screen every morning."},
}

// about is a contact of customer n about one of the matters.
func about(matter, n int) tracker.Contact {
	m := matters[matter%len(matters)]
	return email(fmt.Sprintf("Person %d <p%d@example.org>", n, n), m[0], fmt.Sprintf(m[1], 1000+n))
}

// from names a contact, so that it is logged once.
func from(c tracker.Contact, source string, n int) tracker.Contact {
	c.Source, c.SourceID = source, fmt.Sprintf("<%d@%s>", n, source)
	return c
}

// all reads a list to its end.
func all[T any](t testing.TB, list iter.Seq2[T, error]) []T {
	t.Helper()
	out, err := collect(list)
	require.NoError(t, err)
	return out
}

func collect[T any](list iter.Seq2[T, error]) (out []T, first error) {
	for v, err := range list {
		if err != nil {
			first = errors.Join(first, err)
			continue
		}
		out = append(out, v)
	}
	return out, first
}

// sequence makes a list of contacts to import.
func sequence(cs ...tracker.Contact) iter.Seq2[tracker.Contact, error] {
	return func(yield func(tracker.Contact, error) bool) {
		for _, c := range cs {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func export(t testing.TB, tr *tracker.Tracker) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, tr.Export(ctx, &b))
	return b.String()
}

// belongings are the lines of an export that say what belongs together: customers,
// tickets, problems and refusals. What names a group is left out, and so are groups
// that have come to nothing.
func belongings(t testing.TB, tr *tracker.Tracker) string {
	t.Helper()
	keep := map[string]bool{
		"customers": true, "identities": true, "tickets": true, "tickets_by_customer": true,
		"tickets_by_problem": true, "tickets_by_status": true, "refusals": true, "problems": true,
	}
	var out []string
	for line := range strings.Lines(export(t, tr)) {
		var l struct {
			Bucket, Key string
			Value       map[string]any
			Bytes       string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		if !keep[l.Bucket] {
			continue
		}
		if l.Bucket == "problems" {
			delete(l.Value, "title")
			delete(l.Value, "words")
			if l.Value["tickets"] == 0.0 && l.Value["made_by_person"] == nil && l.Value["merged_into"] == nil {
				continue
			}
		}
		if l.Bucket == "refusals" {
			l.Bytes = "" // by which decision a refusal stands is not what it says
		}
		value, err := json.Marshal(l.Value)
		require.NoError(t, err)
		out = append(out, fmt.Sprintf("%s %s %s %s", l.Bucket, l.Key, value, l.Bytes))
	}
	return strings.Join(out, "\n")
}

// checkDense fails unless the changes are numbered 1, 2, 3 … to the head.
func checkDense(t testing.TB, tr *tracker.Tracker) {
	t.Helper()
	n := uint64(0)
	for ch, err := range tr.Changes(ctx, 0) {
		require.NoError(t, err)
		n++
		require.Equal(t, n, ch.Seq)
	}
	head, err := tr.Head(ctx)
	require.NoError(t, err)
	require.Equal(t, head, n, "the log ends before its head")
}

// checkSound fails unless the store is sound and every count agrees with what it
// counts.
func checkSound(t testing.TB, tr *tracker.Tracker) {
	t.Helper()
	checkDense(t, tr)
	v, err := tr.Verify(ctx)
	require.NoError(t, err)
	require.True(t, v.Sound(), "%+v", v)
	require.NoError(t, tally(tr))
}

// tally counts tickets and contacts and holds the records' own counts against it.
func tally(tr *tracker.Tracker) error {
	ofProblem, confirmed, ofCustomer, ofTopic := map[tracker.ProblemID]int{}, map[tracker.ProblemID]int{}, map[tracker.CustomerID]int{}, map[tracker.TopicID]int{}
	tks, err := collect(tr.Tickets(ctx, tracker.TicketQuery{}))
	if err != nil {
		return err
	}
	for _, tk := range tks {
		ofProblem[tk.Problem]++
		ofCustomer[tk.Customer]++
		ofTopic[tk.Topic]++
		if tk.Link.Person {
			confirmed[tk.Problem]++
		}
		cs, err := collect(tr.Contacts(ctx, tracker.ContactQuery{Ticket: tk.ID}))
		if err != nil {
			return err
		}
		if len(cs) != tk.Contacts {
			return fmt.Errorf("ticket %d counts %d contacts and has %d", tk.ID, tk.Contacts, len(cs))
		}
	}
	problems, err := collect(tr.Problems(ctx, tracker.ProblemQuery{All: true}))
	if err != nil {
		return err
	}
	for _, p := range problems {
		if p.Tickets != ofProblem[p.ID] || p.ConfirmedTickets != confirmed[p.ID] {
			return fmt.Errorf("problem %d counts %d tickets, %d confirmed, and has %d, %d", p.ID, p.Tickets, p.ConfirmedTickets, ofProblem[p.ID], confirmed[p.ID])
		}
		if p.MergedInto != 0 && p.Tickets != 0 {
			return fmt.Errorf("problem %d was merged into %d and has %d tickets", p.ID, p.MergedInto, p.Tickets)
		}
		listed, err := collect(tr.Tickets(ctx, tracker.TicketQuery{Problem: p.ID}))
		if err != nil {
			return err
		}
		if p.MergedInto == 0 && len(listed) != p.Tickets {
			return fmt.Errorf("problem %d lists %d tickets of %d", p.ID, len(listed), p.Tickets)
		}
	}
	for cu, err := range tr.Customers(ctx) {
		if err != nil {
			return err
		}
		listed, err := collect(tr.Tickets(ctx, tracker.TicketQuery{Customer: cu.ID}))
		if err != nil {
			return err
		}
		if len(listed) != ofCustomer[cu.ID] {
			return fmt.Errorf("customer %d lists %d tickets and has %d", cu.ID, len(listed), ofCustomer[cu.ID])
		}
	}
	for tp, err := range tr.Topics(ctx) {
		if err != nil {
			return err
		}
		if tp.Tickets != ofTopic[tp.ID] {
			return fmt.Errorf("topic %d counts %d tickets and has %d", tp.ID, tp.Tickets, ofTopic[tp.ID])
		}
	}
	return nil
}
