package tracker_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
)

// solvedTicket is a ticket with a question and an answer that name everybody.
func solvedTicket(t *testing.T, tr *tracker.Tracker) tracker.Receipt {
	t.Helper()
	r := logged(t, tr, tracker.Contact{
		Channel: tracker.Email, From: "Zebedee Quillfeather <zq@quillfeather.example>", Language: "en",
		Product: "Lamp", Version: "2.3", Components: []string{"Wifi", "App"}, Environment: "Android 14, router of zq@quillfeather.example",
		Title: "Quillfeather here: my lamp forgets the network",
		Text:  "Hi Mia,\nmy name is Zebedee.\nThe Lamp forgets the network every night, and order 4711823 is\nnew. My colleague Priya Raman sees E1234.\n\nIt began with version 2.3.\n\nBest regards\nZebedee",
	})
	for _, text := range []string{
		"Hello Mr Quillfeather,\nplease do this:\n1. Open the app.\n2. Choose to forget all networks, then call +49 170 1234567.\n\nKind regards\nMia",
		"Glad that it helped!",
	} {
		logged(t, tr, tracker.Contact{Channel: tracker.Email, Direction: tracker.Outbound, From: "zq@quillfeather.example", Ticket: r.Ticket, Text: text})
	}
	logged(t, tr, tracker.Contact{Channel: tracker.Email, Direction: tracker.Note, Ticket: r.Ticket, From: "zq@quillfeather.example", Text: "A very long note among ourselves that nobody else is to read, as it is about marmalade and more."})
	return r
}

func solve(t *testing.T, tr *tracker.Tracker, id tracker.TicketID) {
	t.Helper()
	_, err := tr.UpdateTicket(ctx, id, func(tk *tracker.Ticket) error { tk.Status = tracker.StatusSolved; return nil })
	require.NoError(t, err)
}

func TestDraftArticle(t *testing.T) {
	tr, _ := openMem(t, peopleOnly)
	r := solvedTicket(t, tr)
	_, err := tr.DraftArticle(ctx, r.Ticket)
	require.ErrorIs(t, err, tracker.ErrConflict, "there is nothing to write down yet")
	solve(t, tr, r.Ticket)
	a, err := tr.DraftArticle(ctx, r.Ticket)
	require.NoError(t, err)
	require.Equal(t, tracker.Article{
		ID: 1, Title: "[…] here: my lamp forgets the network",
		Issue:       "The Lamp forgets the network every night, and order […] is new. My colleague […] sees E1234.\n\nIt began with version 2.3.",
		Environment: "Product: Lamp\nVersion: 2.3\nComponents: Wifi, App\nAndroid 14, router of […]",
		Resolution:  "please do this:\n\n1. Open the app.\n2. Choose to forget all networks, then call […].",
		Products:    []string{"Lamp"}, Versions: []string{"2.3"}, Language: "en",
		Audience: tracker.Internal, Confidence: tracker.WorkInProgress, Revision: 1, Updated: monday, By: mia,
	}, a)
	tk, err := tr.Ticket(ctx, r.Ticket)
	require.NoError(t, err)
	require.Equal(t, []tracker.ArticleID{a.ID}, tk.Articles)
	uses := all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Article: a.ID}))
	require.Len(t, uses, 1)
	require.Equal(t, tracker.ArticleDrafted, uses[0].Kind)
	require.NoError(t, tr.UseArticle(ctx, a.ID, r.Ticket))
	require.Len(t, all(t, tr.ArticleUses(ctx, tracker.ArticleUseQuery{Article: a.ID})), 1, "a draft is no reuse where it was made")

	_, err = tr.DraftArticle(ctx, r.Ticket)
	require.ErrorIs(t, err, tracker.ErrConflict, "there is one")
	_, err = tr.RetireArticle(ctx, a.ID, 0, "It was no good.")
	require.NoError(t, err)
	b, err := tr.DraftArticle(ctx, r.Ticket)
	require.NoError(t, err)
	require.Equal(t, a.Issue, b.Issue)
	_, err = tr.TakeBackUse(ctx, 2, "It is of another ticket.")
	require.NoError(t, err)
	tk, err = tr.Ticket(ctx, r.Ticket)
	require.NoError(t, err)
	require.Equal(t, []tracker.ArticleID{a.ID}, tk.Articles)
	_, err = tr.DraftArticle(ctx, 99)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = tr.Erase(ctx, r.Customer)
	require.NoError(t, err)
	_, err = tr.DraftArticle(ctx, r.Ticket)
	require.ErrorIs(t, err, tracker.ErrErased)
	checkSound(t, tr)
}

// TestDraftOfAProblem: while it has no resolution what helped is a workaround. What the
// problem itself says stays there: the draft is linked to it and says none of it.
func TestDraftOfAProblem(t *testing.T) {
	for _, row := range []struct {
		promise                string
		answer                 string
		p                      tracker.Problem
		resolution, workaround string
	}{
		{"nothing is known but the answer", "Please switch it off and on again.", tracker.Problem{}, "", "Please switch it off and on again."},
		{"the problem is resolved", "Please update to 2.4 today.", tracker.Problem{Status: tracker.ProblemResolved}, "Please update to 2.4 today.", ""},
		{"the problem has a resolution", "Please update to 2.4 today.", tracker.Problem{Resolution: "Update."}, "Please update to 2.4 today.", ""},
		{"nobody answered in writing", "", tracker.Problem{Workaround: "Off and on.", Resolution: "Update."}, "", ""},
		{"nobody answered, nothing is known", "", tracker.Problem{}, "", ""},
	} {
		t.Run(row.promise, func(t *testing.T) {
			tr, _ := openMem(t, peopleOnly)
			ids := tickets(t, tr, 1)
			row.p.Title = "Lamps blink"
			p, err := tr.CreateProblem(ctx, row.p)
			require.NoError(t, err)
			_, err = tr.Move(ctx, p.ID, ids...)
			require.NoError(t, err)
			if row.answer != "" {
				logged(t, tr, tracker.Contact{Channel: tracker.Email, Direction: tracker.Outbound, From: "p0@example.org", Ticket: ids[0], Text: row.answer})
			}
			_, err = tr.CloseTicket(ctx, ids[0], tracker.TiedToProblem, "")
			require.NoError(t, err)
			a, err := tr.DraftArticle(ctx, ids[0])
			require.NoError(t, err)
			require.Equal(t, []tracker.ProblemID{p.ID}, a.Problems)
			require.Equal(t, []string{row.resolution, row.workaround}, []string{a.Resolution, a.Workaround})
		})
	}
}

// TestSolved: only what may help others is written down.
func TestSolved(t *testing.T) {
	for outcome, want := range map[tracker.Outcome]bool{
		tracker.SolvedByKnown: true, tracker.SolvedAnew: true, tracker.TiedToProblem: true,
		tracker.Refunded: false, tracker.Declined: false, tracker.Withdrawn: false, tracker.NoReply: false, tracker.NothingAsked: false,
	} {
		require.Equal(t, want, tracker.Ticket{Status: tracker.StatusClosed, Outcome: outcome}.Solved(), outcome)
	}
	require.True(t, tracker.Ticket{Status: tracker.StatusSolved}.Solved())
	require.False(t, tracker.Ticket{Status: tracker.StatusPending}.Solved())
}

// TestEraseReachesDrafts: a customer's words do not live on in what was made of them, in
// whichever revision and part, while what people wrote stays.
func TestEraseReachesDrafts(t *testing.T) {
	path, clock := tempFile(t), newClock()
	tr := openBolt(t, path, clock, peopleOnly)
	r := solvedTicket(t, tr)
	solve(t, tr, r.Ticket)
	a, err := tr.DraftArticle(ctx, r.Ticket)
	require.NoError(t, err)
	_, err = tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error {
		a.Body = "As one said: " + strings.TrimSpace(strings.Split(a.Issue, "\n")[0]) + " So look at the router."
		a.Issue = "A lamp loses its network overnight.\n" + strings.Replace(a.Issue, "network every night", "network\n  every night", 1) // as an editor wraps it
		a.Title, a.Confidence = "Lamps that lose their network", tracker.Validated
		return nil
	})
	require.NoError(t, err)
	_, err = tr.FlagArticle(ctx, a.ID, r.Ticket, "It did not help with E1234.")
	require.NoError(t, err)
	other := article(t, tr, tracker.Article{Title: "Another", Body: "Open the app."})

	head, err := tr.Head(ctx)
	require.NoError(t, err)
	done, err := tr.Erase(ctx, r.Customer)
	require.NoError(t, err)
	require.Equal(t, []tracker.ArticleID{a.ID}, done.Articles)
	is, err := tr.Article(ctx, a.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"Lamps that lose their network", "A lamp loses its network overnight.", "Product: Lamp\nVersion: 2.3\nComponents: Wifi, App", "", "As one said:  So look at the router."},
		[]string{is.Title, is.Issue, is.Environment, is.Resolution, is.Body})
	first, err := tr.ArticleRevision(ctx, a.ID, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"Article 1", "", "Product: Lamp\nVersion: 2.3\nComponents: Wifi, App", "", ""}, []string{first.Title, first.Issue, first.Environment, first.Resolution, first.Body})
	out := export(t, tr)
	for _, words := range []string{"every night", "My colleague", "E1234", "to forget", "Open the app", "please do this", "forgets the network", "It began"} {
		if words == "Open the app" {
			require.Equal(t, 1, strings.Count(out, words), "what people wrote elsewhere stays")
			continue
		}
		require.NotContains(t, out, words)
	}
	kept, err := tr.Article(ctx, other.ID)
	require.NoError(t, err)
	require.Equal(t, other, kept)
	told := false
	for ch, err := range tr.Changes(ctx, head) {
		require.NoError(t, err)
		told = told || ch.Action == tracker.ArticleErased && ch.Article == a.ID
	}
	require.True(t, told, "whoever keeps a copy is told")
	done, err = tr.Erase(ctx, r.Customer)
	require.NoError(t, err)
	require.Empty(t, done.Articles, "once more does nothing more")
	checkSound(t, tr)
}
