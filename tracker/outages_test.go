package tracker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// posted posts an outage that has to be taken.
func posted(t testing.TB, tr *tracker.Tracker, o tracker.Outage) tracker.Outage {
	t.Helper()
	got, err := tr.PostOutage(ctx, o, "Sign-in fails for some. We are looking for the cause.")
	require.NoError(t, err)
	return got
}

func to(p tracker.OutagePhase) func(*tracker.Outage) error {
	return func(o *tracker.Outage) error { o.Phase = p; return nil }
}

// TestOutage: the life of an outage, each word of it with its time and who said it.
func TestOutage(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	began, expected := monday.Add(-20*time.Minute), monday.Add(2*time.Hour)
	o := posted(t, tr, tracker.Outage{Title: " Sign-in\nfails ", Products: []string{"Shop", "", "Shop", "App"}, Began: began})
	require.Equal(t, tracker.Outage{
		ID: 1, Title: "Sign-in fails", Products: []string{"Shop", "App"}, Phase: tracker.OutageInvestigating, Began: began,
		Updates: []tracker.OutageUpdate{{Phase: tracker.OutageInvestigating, At: monday, By: mia, Text: "Sign-in fails for some. We are looking for the cause."}},
	}, o)

	clock.forward(time.Hour)
	p := problem(t, tr)
	o, err := tr.As(bob).UpdateOutage(ctx, 1, "A certificate ran out.\r\n\n  We renew it. ", func(o *tracker.Outage) error {
		o.Phase, o.Expected, o.Problem = tracker.OutageIdentified, expected, p
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, tracker.OutageUpdate{Phase: tracker.OutageIdentified, At: monday.Add(time.Hour), By: bob, Text: "A certificate ran out.\n\nWe renew it."}, o.Told())
	require.Equal(t, []any{expected, p, true}, []any{o.Expected, o.Problem, o.Open()})

	o, err = tr.UpdateOutage(ctx, 1, "Still at it.", nil)
	require.NoError(t, err)
	require.Equal(t, tracker.OutageIdentified, o.Told().Phase, "a text alone leaves the phase as it is")
	_, err = tr.UpdateOutage(ctx, 1, "", func(o *tracker.Outage) error { o.Expected = expected.Add(time.Hour); return nil })
	require.NoError(t, err)

	clock.forward(time.Hour)
	o, err = tr.UpdateOutage(ctx, 1, "Sign-in works again.", func(o *tracker.Outage) error {
		o.Phase, o.Prevention = tracker.OutageResolved, "Certificates are renewed by a machine now."
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []any{false, monday.Add(2 * time.Hour), expected.Add(time.Hour)}, []any{o.Open(), o.Ended, o.Expected}, "what was said last stays")
	require.Len(t, o.Updates, 4, "what changes without a text is told by no update")

	clock.forward(time.Hour)
	o, err = tr.UpdateOutage(ctx, 1, "It fails again.", to(tracker.OutageInvestigating))
	require.NoError(t, err)
	require.True(t, o.Told().Reopened)
	require.Equal(t, []any{time.Time{}, time.Time{}, "Certificates are renewed by a machine now."}, []any{o.Ended, o.Expected, o.Prevention})
	clock.forward(time.Hour)
	o, err = tr.UpdateOutage(ctx, 1, "It is over, since an hour.", func(o *tracker.Outage) error {
		o.Phase, o.Ended = tracker.OutageResolved, clock.Now().Add(-59*time.Minute)
		return nil
	})
	require.NoError(t, err)
	require.False(t, o.Told().Reopened)

	var changes []tracker.Change
	for _, ch := range all(t, tr.Changes(ctx, 0)) {
		if ch.Action == tracker.OutageChanged {
			changes = append(changes, ch)
		}
	}
	require.Len(t, changes, 7, "each change is in the log")
	require.Equal(t, []any{bob, tracker.OutageID(1)}, []any{changes[1].Actor, changes[1].Outage}, "with whose it is")
	st, err := tr.Stats(ctx)
	require.NoError(t, err)
	require.Equal(t, uint64(1), st.Outages)

	whole := export(t, tr)
	require.NoError(t, tr.Close())
	tr = openBolt(t, path, clock)
	got, err := tr.Outage(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, o, got, "it survives a restart")
	restored := memstore.New()
	require.NoError(t, tracker.Restore(ctx, restored, strings.NewReader(whole)))
	other := openStore(t, restored, clock)
	require.Equal(t, []tracker.Outage{o}, all(t, other.Outages(ctx, tracker.OutageQuery{})), "and an export")
	require.Equal(t, tracker.OutageID(2), posted(t, other, tracker.Outage{Title: "T"}).ID)
	checkSound(t, other)
	_, err = tr.Outage(ctx, 2)
	require.ErrorIs(t, err, tracker.ErrNotFound)
}

// TestOutageRefuses: what cannot be is refused with a word on what to do, and changes
// nothing.
func TestOutageRefuses(t *testing.T) {
	long := strings.Repeat("x", 4001)
	post := func(o tracker.Outage, text string) func(*tracker.Tracker) error {
		return func(tr *tracker.Tracker) error { _, err := tr.PostOutage(ctx, o, text); return err }
	}
	update := func(id tracker.OutageID, text string, fn func(*tracker.Outage)) func(*tracker.Tracker) error {
		return func(tr *tracker.Tracker) error {
			_, err := tr.UpdateOutage(ctx, id, text, func(o *tracker.Outage) error { fn(o); return nil })
			return err
		}
	}
	const open, over = tracker.OutageID(1), tracker.OutageID(2) // identified; resolved
	for _, row := range []struct {
		promise string
		do      func(*tracker.Tracker) error
		err     error
		says    string
	}{
		{"one without a title", post(tracker.Outage{Title: " \n"}, "x"), tracker.ErrInvalid, "needs a title"},
		{"one that tells nothing", post(tracker.Outage{Title: "T"}, " \n "), tracker.ErrInvalid, "the update that an outage is investigating has no text"},
		{"a text that nobody reads", post(tracker.Outage{Title: "T"}, long), tracker.ErrInvalid, "4001 bytes of text, at most 4000"},
		{"a phase that is none", post(tracker.Outage{Title: "T", Phase: "down"}, "x"), tracker.ErrInvalid, "want one of [investigating identified monitoring resolved]"},
		{"one that has not begun", post(tracker.Outage{Title: "T", Began: monday.Add(time.Second)}, "x"), tracker.ErrInvalid, "Began is a time past"},
		{"one that began before the calendar", post(tracker.Outage{Title: "T", Began: time.Date(-4, 1, 1, 0, 0, 0, 0, time.UTC)}, "x"), tracker.ErrInvalid, "Began is a time past"},
		{"an end expected in the past", post(tracker.Outage{Title: "T", Expected: monday}, "x"), tracker.ErrInvalid, "Expected is a time ahead"},
		{"or never", post(tracker.Outage{Title: "T", Expected: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, "x"), tracker.ErrInvalid, "Expected is a time ahead"},
		{"an end of one that goes on", post(tracker.Outage{Title: "T", Ended: monday}, "x"), tracker.ErrInvalid, "leave Ended out, or resolve it"},
		{"an end ahead", post(tracker.Outage{Title: "T", Phase: tracker.OutageResolved, Ended: monday.Add(time.Hour)}, "x"), tracker.ErrInvalid, "before now"},
		{"an end before the beginning", post(tracker.Outage{Title: "T", Phase: tracker.OutageResolved, Began: monday, Ended: monday.Add(-time.Hour)}, "x"), tracker.ErrInvalid, "ended after that"},
		{"a beginning after the end", update(over, "", func(o *tracker.Outage) { o.Ended = o.Ended.Add(-time.Hour) }), tracker.ErrInvalid, "ended after that"},
		{"what prevents it before it is over", post(tracker.Outage{Title: "T", Prevention: "x"}, "x"), tracker.ErrInvalid, "once the outage is resolved; this one is investigating"},
		{"more of that than anybody reads", update(over, "", func(o *tracker.Outage) { o.Prevention = long }), tracker.ErrInvalid, "Prevention has 4001 bytes"},
		{"a problem that is not there", post(tracker.Outage{Title: "T", Problem: 9}, "x"), tracker.ErrNotFound, "problem 9"},
		{"more products than anybody has", post(tracker.Outage{Title: "T", Products: numbers(101)}, "x"), tracker.ErrInvalid, "at most 100"},
		{"a phase that is past", update(open, "x", func(o *tracker.Outage) { o.Phase = tracker.OutageInvestigating }), tracker.ErrInvalid, "outage 1 is identified already and does not go back to investigating"},
		{"a phase without a word", update(open, "", func(o *tracker.Outage) { o.Phase = tracker.OutageMonitoring }), tracker.ErrInvalid, "the update that an outage is monitoring has no text"},
		{"opening again without a word", update(over, "", func(o *tracker.Outage) { o.Phase = tracker.OutageMonitoring }), tracker.ErrInvalid, "has no text"},
		{"one that is over without an end", update(over, "", func(o *tracker.Outage) { o.Ended = time.Time{} }), tracker.ErrInvalid, "open it again"},
		{"an end that is expected of what is over", update(over, "", func(o *tracker.Outage) { o.Expected = monday.Add(time.Hour) }), tracker.ErrInvalid, "Expected is a time ahead"},
		{"another number", update(open, "", func(o *tracker.Outage) { o.ID = 7 }), tracker.ErrInvalid, "the number of outage 1 stays"},
		{"an update less", update(open, "", func(o *tracker.Outage) { o.Updates = nil }), tracker.ErrInvalid, "so do its updates"},
		{"an update by somebody else", update(open, "", func(o *tracker.Outage) { o.Updates[0].By = bob }), tracker.ErrInvalid, "of update 1 of outage 1 only the text"},
		{"an update emptied", update(open, "", func(o *tracker.Outage) { o.Updates[0].Text = "\t" }), tracker.ErrInvalid, "update 1 of outage 1 has no text"},
		{"nothing at all", func(tr *tracker.Tracker) error { _, err := tr.UpdateOutage(ctx, open, " ", nil); return err }, tracker.ErrInvalid, "tells something, or changes something"},
		{"one that is not there", update(9, "x", func(*tracker.Outage) {}), tracker.ErrNotFound, "outage 9"},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, _ := openMem(t, peopleOnly)
			posted(t, tr, tracker.Outage{Title: "T", Phase: tracker.OutageIdentified})
			posted(t, tr, tracker.Outage{Title: "T", Phase: tracker.OutageResolved})
			before := export(t, tr)
			err := row.do(tr)
			require.ErrorIs(t, err, row.err)
			require.ErrorContains(t, err, row.says)
			require.Less(t, len(err.Error()), 500, "an error is read by people")
			require.Equal(t, before, export(t, tr))
		})
	}
}

func numbers(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint(i))
	}
	return out
}

// TestOutageCorrected: a text that says what it should not is taken back, and says so.
func TestOutageCorrected(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	o, err := tr.PostOutage(ctx, tracker.Outage{Title: "T"}, "Ms Quillfeather cannot sign in.")
	require.NoError(t, err)
	clock.forward(time.Hour)
	o, err = tr.UpdateOutage(ctx, o.ID, "", func(o *tracker.Outage) error { o.Updates[0].Text = "Some cannot\tsign in."; return nil })
	require.NoError(t, err)
	require.Equal(t, []tracker.OutageUpdate{{Phase: tracker.OutageInvestigating, At: monday, By: mia, Text: "Some cannot sign in.", Corrected: monday.Add(time.Hour)}}, o.Updates)
	require.NotContains(t, export(t, tr), "Quillfeather")
}

// TestOutageIsBounded, and one at its bound can still be brought to its end.
func TestOutageIsBounded(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	posted(t, tr, tracker.Outage{Title: "T"})
	for range 499 {
		_, err := tr.UpdateOutage(ctx, 1, "x", nil)
		require.NoError(t, err)
	}
	_, err := tr.UpdateOutage(ctx, 1, "x", nil)
	require.ErrorIs(t, err, tracker.ErrInvalid)
	require.ErrorContains(t, err, "has 500 updates")
	_, err = tr.UpdateOutage(ctx, 1, "x", to(tracker.OutageResolved))
	require.NoError(t, err)
	_, err = tr.UpdateOutage(ctx, 1, "x", to(tracker.OutageMonitoring))
	require.ErrorIs(t, err, tracker.ErrInvalid)
}

// TestOutageOfAClockThatGoesBack ends when it began, not before.
func TestOutageOfAClockThatGoesBack(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	posted(t, tr, tracker.Outage{Title: "T"})
	clock.forward(-time.Hour)
	o, err := tr.UpdateOutage(ctx, 1, "x", to(tracker.OutageResolved))
	require.NoError(t, err)
	require.Equal(t, monday, o.Ended)
	_, err = tr.UpdateOutage(ctx, 1, "It was the clock.", nil)
	require.NoError(t, err)
}

// TestOutages are listed by what is asked for.
func TestOutages(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	p, q := problem(t, tr), problem(t, tr)
	at := func(h int) time.Time { return monday.Add(time.Duration(h) * time.Hour) }
	clock.forward(10 * time.Hour)
	over := tracker.OutageResolved
	posted(t, tr, tracker.Outage{Title: "from 0 to 2, of p", Problem: p, Products: []string{"Shop"}, Phase: over, Began: at(0), Ended: at(2)})
	posted(t, tr, tracker.Outage{Title: "from 1 on, of q", Problem: q, Products: []string{"App", "shop"}, Began: at(1)})
	posted(t, tr, tracker.Outage{Title: "from 4 to 6, of all products", Phase: over, Began: at(4), Ended: at(6)})
	_, err := tr.Merge(ctx, p, q)
	require.NoError(t, err)
	for _, row := range []struct {
		promise string
		q       tracker.OutageQuery
		want    []tracker.OutageID
	}{
		{"all", tracker.OutageQuery{}, []tracker.OutageID{1, 2, 3}},
		{"open ones", tracker.OutageQuery{Open: true}, []tracker.OutageID{2}},
		{"of a product, however it is written, and of all", tracker.OutageQuery{Product: "SHOP"}, []tracker.OutageID{1, 2, 3}},
		{"but of no other one", tracker.OutageQuery{Product: "Sho"}, []tracker.OutageID{3}},
		{"of a problem, and of what was merged into it", tracker.OutageQuery{Problem: p}, []tracker.OutageID{1, 2}},
		{"by a number that was merged", tracker.OutageQuery{Problem: q}, []tracker.OutageID{1, 2}},
		{"not over before a time", tracker.OutageQuery{Since: at(3)}, []tracker.OutageID{2, 3}},
		{"begun before a time", tracker.OutageQuery{Until: at(4)}, []tracker.OutageID{1, 2}},
		{"at a moment", tracker.OutageQuery{Since: at(5), Until: at(5).Add(1)}, []tracker.OutageID{2, 3}},
		{"all at once", tracker.OutageQuery{Since: at(1), Until: at(3), Product: "shop", Problem: p, Open: true}, []tracker.OutageID{2}},
	} {
		t.Run(row.promise, func(t *testing.T) {
			var got []tracker.OutageID
			for _, o := range all(t, tr.Outages(ctx, row.q)) {
				got = append(got, o.ID)
			}
			require.Equal(t, row.want, got)
		})
	}
	require.Equal(t, p, posted(t, tr, tracker.Outage{Title: "named by a number that was merged", Problem: q}).Problem)
	for _, err := range tr.Outages(ctx, tracker.OutageQuery{Problem: 99}) {
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
}

// TestOutageAt a moment is what was told by then.
func TestOutageAt(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	posted(t, tr, tracker.Outage{Title: "T"})
	for _, phase := range []tracker.OutagePhase{tracker.OutageResolved, tracker.OutageIdentified} {
		clock.forward(time.Hour)
		_, err := tr.UpdateOutage(ctx, 1, "Now it is "+string(phase), to(phase))
		require.NoError(t, err)
	}
	o, err := tr.Outage(ctx, 1)
	require.NoError(t, err)
	for _, row := range []struct {
		promise string
		minutes int
		phase   tracker.OutagePhase
		ended   time.Time
	}{
		{"nothing before it was posted", -1, "", time.Time{}},
		{"open from then on", 0, tracker.OutageInvestigating, time.Time{}},
		{"over, though it was opened again since", 90, tracker.OutageResolved, monday.Add(time.Hour)},
		{"open again", 120, tracker.OutageIdentified, time.Time{}},
	} {
		then, ok := o.At(monday.Add(time.Duration(row.minutes) * time.Minute))
		require.Equal(t, row.phase != "", ok, row.promise)
		require.Equal(t, []any{row.phase, row.phase, row.ended}, []any{then.Phase, then.Told().Phase, then.Ended}, row.promise)
	}
}

// TestOutageAtBetweenTwoEnds: what is over at a moment ended before it, whatever was told
// of it then and however it went on.
func TestOutageAtBetweenTwoEnds(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	posted(t, tr, tracker.Outage{Title: "T"})
	for _, phase := range []tracker.OutagePhase{tracker.OutageResolved, tracker.OutageResolved, tracker.OutageMonitoring, tracker.OutageResolved} {
		clock.forward(time.Hour)
		_, err := tr.UpdateOutage(ctx, 1, "Now it is "+string(phase), to(phase))
		require.NoError(t, err)
	}
	o, err := tr.UpdateOutage(ctx, 1, "", func(o *tracker.Outage) error { o.Prevention = "A check rings."; return nil })
	require.NoError(t, err)
	for minutes, want := range map[int]time.Duration{90: time.Hour, 150: time.Hour, 210: 0, 270: 4 * time.Hour} {
		then, ok := o.At(monday.Add(time.Duration(minutes) * time.Minute))
		require.True(t, ok)
		if want == 0 {
			require.Zero(t, then.Ended)
			require.True(t, then.Open())
			continue
		}
		require.Equal(t, monday.Add(want), then.Ended, "%d minutes", minutes)
	}
}

// TestAffected: who waits is on the list, and ticked off by being told.
func TestAffected(t *testing.T) {
	tr, clock := openMem(t, peopleOnly)
	ids := tickets(t, tr, 6)
	p, q := problem(t, tr, ids[:4]...), problem(t, tr, ids[4])
	o := posted(t, tr, tracker.Outage{Title: "T", Problem: q})
	_, err := tr.Merge(ctx, p, q)
	require.NoError(t, err)
	_, err = tr.CloseTicket(ctx, ids[1], tracker.Withdrawn, "")
	require.NoError(t, err)
	_, err = tr.UpdateTicket(ctx, ids[2], func(tk *tracker.Ticket) error { tk.Status = tracker.StatusSolved; return nil })
	require.NoError(t, err)
	tk, err := tr.Ticket(ctx, ids[3])
	require.NoError(t, err)
	_, err = tr.Erase(ctx, tk.Customer)
	require.NoError(t, err)
	told := func() map[tracker.TicketID]time.Time {
		got := map[tracker.TicketID]time.Time{}
		for _, a := range all(t, tr.Affected(ctx, o.ID)) {
			tk, err := tr.Ticket(ctx, a.Ticket)
			require.NoError(t, err)
			require.Equal(t, []any{tk.Reference, tk.Customer}, []any{a.Reference, a.Customer})
			got[a.Ticket] = a.Told
		}
		return got
	}
	never := time.Time{}
	require.Equal(t, map[tracker.TicketID]time.Time{ids[0]: never, ids[4]: never}, told())
	clock.forward(time.Hour)
	logged(t, tr, tracker.Contact{Channel: tracker.Email, Direction: tracker.Outbound, Ticket: ids[0], Automatic: true, Text: "We have got your mail."})
	require.Equal(t, map[tracker.TicketID]time.Time{ids[0]: never, ids[4]: never}, told(), "an automatic reply tells nothing of it")
	for _, dir := range []tracker.Direction{tracker.Note, tracker.Outbound, tracker.Outbound} {
		logged(t, tr, tracker.Contact{Channel: tracker.Email, Direction: dir, Ticket: ids[0], Text: "We are at it."})
		clock.forward(time.Hour)
	}
	require.Equal(t, map[tracker.TicketID]time.Time{ids[0]: monday.Add(2 * time.Hour), ids[4]: never}, told())
	_, err = tr.UpdateOutage(ctx, o.ID, "It is over.", to(tracker.OutageResolved))
	require.NoError(t, err)
	require.Equal(t, map[tracker.TicketID]time.Time{ids[0]: never, ids[4]: never}, told(), "what is new is to be told anew")

	none := posted(t, tr, tracker.Outage{Title: "T"})
	require.Empty(t, all(t, tr.Affected(ctx, none.ID)))
	for _, err := range tr.Affected(ctx, 9) {
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
}

// TestEraseLeavesOutages as they are, with their problem; and says that people's own words
// are to be looked through.
func TestEraseLeavesOutages(t *testing.T) {
	tr, _ := openMem(t)
	who := confide(t, tr)
	posted(t, tr, tracker.Outage{Title: "Payments fail", Problem: 1})
	before := all(t, tr.Outages(ctx, tracker.OutageQuery{Problem: 1}))
	require.Len(t, before, 1)
	done, err := tr.Erase(ctx, who)
	require.NoError(t, err)
	require.Contains(t, strings.Join(done.Notes, "\n"), "in outages")
	require.Equal(t, before, all(t, tr.Outages(ctx, tracker.OutageQuery{Problem: 1})))
	require.Empty(t, findSecrets([]byte(export(t, tr))))
	checkSound(t, tr)
}

// TestStoreWithoutOutages: what was written before there were any is as it was, and opens.
func TestStoreWithoutOutages(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock)
	logged(t, tr, about(0, 1))
	require.NotContains(t, export(t, tr), "outage")
	require.NoError(t, tr.Close())
	tr = openBolt(t, path, clock, readOnly)
	require.Empty(t, all(t, tr.Outages(ctx, tracker.OutageQuery{})))
	checkSound(t, tr)
}

// TestVerifyMissesOutages that were posted and are gone; the others are still listed.
func TestVerifyMissesOutages(t *testing.T) {
	s := memstore.New()
	tr := openStore(t, s, newClock(), peopleOnly)
	for range 3 {
		posted(t, tr, tracker.Outage{Title: "T"})
	}
	checkSound(t, tr)
	require.NoError(t, s.Update(ctx, func(w store.Writer) error {
		entries, err := w.Page("outages", store.Range{}, 2)
		if err != nil {
			return err
		}
		return w.Delete("outages", entries[1].Key)
	}))
	v, err := tr.Verify(ctx)
	require.NoError(t, err)
	require.Equal(t, "[outage 2]", fmt.Sprint(v.Missing))
	require.Len(t, all(t, tr.Outages(ctx, tracker.OutageQuery{})), 2)
}
