package cluster_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

var outage = cluster.Text{
	Title: "Checkout shows a blank window",
	Body:  "Since this morning the checkout shows a blank window after I choose invoice as payment method, nothing can be ordered.",
}

// reordered says the same as a text in another order: no copy, but very similar.
func reordered(t cluster.Text) cluster.Text {
	words := strings.Fields(t.Body)
	slices.Reverse(words)
	t.Body = strings.Join(words, " ")
	return t
}

func from(sender string, t cluster.Text) cluster.Text {
	t.Sender = sender
	return t
}

func ask(d *desk, t cluster.Text) cluster.Verdict {
	return d.batch.Decide(d.ix.Score(0, cluster.Prepare(t), start), nil, nil)
}

// One sender alone makes no recurring problem, whoever else does.
func TestSenderIsNoWitness(t *testing.T) {
	d := newDesk(nil)
	d.log([]contact{{ticket: 1, at: start, text: from("ada@example.org", outage)}}, 1)
	for _, text := range []cluster.Text{outage, reordered(outage)} {
		require.Empty(t, ask(d, from("ada@example.org", text)).Rule)
		require.NotEmpty(t, ask(d, from("ada@example.org", text)).Candidates)
		require.EqualValues(t, 1, ask(d, from("bob@example.org", text)).With)
		require.EqualValues(t, 1, ask(d, text).With, "nobody known counts as somebody else")
	}
}

func TestOrderOfRules(t *testing.T) {
	d := newDesk(nil)
	d.log([]contact{{ticket: 1, at: start, text: outage}}, 1)
	same, near := outage, outage
	same.Body = strings.Replace(same.Body, "nothing", "NOTHING", 1)
	near.Body += " Help!"
	for _, row := range []struct {
		rule string
		text cluster.Text
	}{{"fingerprint", same}, {"near_copy", near}, {"model", reordered(outage)}} {
		v := ask(d, row.text)
		require.Equal(t, row.rule, v.Rule)
		require.EqualValues(t, 1, v.With)
		require.GreaterOrEqual(t, v.Score, v.Threshold, row.rule)
		require.NotEmpty(t, v.Why, row.rule)
		s := d.ix.Score(0, cluster.Prepare(row.text), start)
		no := func(uint64) bool { return true }
		require.Empty(t, d.batch.Decide(s, nil, no).Rule, "refused: %s", row.rule)
	}
	d.link(1, 7)
	d.commit()
	s := d.ix.Score(0, cluster.Prepare(same), start)
	require.EqualValues(t, 7, d.batch.Decide(s, nil, nil).Problem)
	require.Empty(t, d.batch.Decide(s, func(p uint64) bool { return p == 7 }, nil).Rule, "a refused problem")
}

// The model joins a confirmed problem only once judgements bound its errors: 59
// without one, 93 with one. Copies may join before.
func TestConfirmedProblems(t *testing.T) {
	for _, row := range []struct {
		right, wrong int
		trusted      bool
	}{{0, 0, false}, {58, 0, false}, {59, 0, true}, {91, 1, false}, {92, 1, true}} {
		d := newDesk(nil)
		d.log([]contact{{ticket: 1, at: start, text: outage}}, 1)
		d.link(1, 7)
		d.apply(cluster.Op{Kind: cluster.Confirm, Problem: 7, On: true})
		for range row.right {
			d.apply(cluster.Op{Kind: cluster.Audit, Problem: 7, Same: true})
		}
		for range row.wrong {
			d.apply(cluster.Op{Kind: cluster.Audit, Problem: 7})
		}
		d.commit()
		v := ask(d, reordered(outage))
		require.Equal(t, row.trusted, v.Rule == "model", "%+v", row)
		require.True(t, v.Candidates[0].Confirmed)
		require.Equal(t, "fingerprint", ask(d, outage).Rule, "%+v", row)
	}
}

// Nearly all that the model joins belongs together, and much that does is joined.
func TestJoinsBeatChance(t *testing.T) {
	contacts := made(800)
	d := newDesk(nil)
	d.log(contacts, 32)
	subjects := map[uint64]map[string]int{}
	right, wrong := 0, 0
	for _, c := range contacts {
		p := d.problem[c.ticket]
		if p == 0 {
			continue
		}
		if subjects[p] == nil {
			subjects[p] = map[string]int{}
		}
		for s, n := range subjects[p] {
			if s == c.problem {
				right += n
			} else {
				wrong += n
			}
		}
		subjects[p][c.problem]++
	}
	require.Greater(t, right, 50)
	require.Less(t, wrong*10, right, "%d right, %d wrong", right, wrong)
}

// What was seen lately ranks first, but is no more similar for it.
func TestRecencyRanksAndNoMore(t *testing.T) {
	d := newDesk(nil)
	d.ix.Apply(
		cluster.Op{Kind: cluster.Add, Ticket: 1, At: start.AddDate(-1, 0, 0), Doc: cluster.Prepare(outage)},
		cluster.Op{Kind: cluster.Add, Ticket: 2, At: start, Doc: cluster.Prepare(outage)},
	)
	c := d.ix.Candidates(d.ix.Score(0, cluster.Prepare(outage), start), 2)
	require.EqualValues(t, 2, c[0].Ticket)
	require.Greater(t, c[0].Score, c[1].Score)
	require.Equal(t, c[0].Similarity, c[1].Similarity)
}

// Of tickets without a problem the newest stay in memory; older ones are found by
// their fingerprint.
func TestHotSetIsBounded(t *testing.T) {
	d := newDesk(&cluster.Options{Hot: 30})
	d.log([]contact{{ticket: 5000, at: start, text: outage}}, 1)
	for i, c := range made(200) {
		d.apply(cluster.Op{Kind: cluster.Add, Ticket: uint64(i + 1), At: c.at, Doc: cluster.Prepare(c.text)})
		d.commit()
	}
	require.Equal(t, 30, d.ix.Stats().Hot)
	require.Equal(t, 201, d.ix.Stats().Tickets)
	require.Empty(t, ask(d, reordered(outage)).Rule)
	require.EqualValues(t, 5000, ask(d, outage).With)
}

// However much came since, a problem is found by its exemplars.
func TestOldProblemsStayFound(t *testing.T) {
	d := newDesk(&cluster.Options{Hot: 30, Exemplars: 2})
	for ticket := uint64(5000); ticket < 5005; ticket++ {
		d.apply(cluster.Op{Kind: cluster.Add, Ticket: ticket, At: start, Doc: cluster.Prepare(reordered(outage))})
		d.apply(cluster.Op{Kind: cluster.Link, Ticket: ticket, Problem: 7})
		d.commit()
	}
	for i, c := range made(200) {
		d.apply(cluster.Op{Kind: cluster.Add, Ticket: uint64(i + 1), At: c.at, Doc: cluster.Prepare(c.text)})
		d.commit()
	}
	v := ask(d, outage)
	require.EqualValues(t, 7, v.Candidates[0].Problem)
	require.EqualValues(t, 7, v.Problem, "and joined")
}

// Thousands of texts that rank alike leave no text without an answer.
func TestTiesEverywhere(t *testing.T) {
	d := newDesk(nil)
	var all []contact
	for i := range 1500 {
		all = append(all, contact{ticket: uint64(i + 1), at: start, text: cluster.Text{Body: "card " + []string{"lost", "late", "blocked"}[i%3]}})
	}
	d.log(all, 48)
	require.NotEmpty(t, ask(d, all[0].text).Candidates)
}

// When more hits are gone than others stand in for, the text is scored anew.
func TestManyHitsGone(t *testing.T) {
	d := newDesk(nil)
	d.log(made(900), 64)
	c := made(901)[900]
	doc := cluster.Prepare(c.text)
	stale := d.ix.Score(0, doc, c.at)
	for _, found := range d.ix.Candidates(stale, 180) {
		for _, ticket := range found.Tickets {
			d.ix.Apply(cluster.Op{Kind: cluster.Forget, Ticket: ticket})
		}
	}
	fresh := d.ix.Score(0, doc, c.at)
	require.Empty(t, cmp.Diff(d.ix.Candidates(fresh, 300), d.ix.Candidates(stale, 300)))
}

// A label has neither what one customer alone wrote nor values.
func TestLabelKeepsSecrets(t *testing.T) {
	d := newDesk(nil)
	d.log(made(60), 20)
	l := d.ix.Label([]cluster.LabelText{
		{Customer: 1, Text: cluster.Text{Title: "Checkout blank for Zebulon, order 4711, call +49 30 1234567", Body: "The checkout is blank."}},
		{Customer: 2, Text: cluster.Text{Title: "Blank checkout zoe@example.org", Body: "The checkout stays blank, https://example.org/zoe"}},
		{Customer: 3, Text: cluster.Text{Title: "Checkout blank", Body: "Yours, Quentin"}},
	}, nil)
	all := strings.ToLower(l.Title + " " + strings.Join(l.Words, " "))
	require.Contains(t, all, "checkout")
	require.Contains(t, all, "blank")
	for _, secret := range []string{"zebulon", "4711", "1234567", "zoe", "example.org", "quentin"} {
		require.NotContains(t, all, secret)
	}
}

// What people are called counts for nothing, wherever it stands, and is never shown.
func TestNamesCountForNothing(t *testing.T) {
	for _, row := range []struct {
		name, title, body string
		gone, stays       []string
	}{
		{"Ada Quill", "Export for Ada fails", "ADA QUILL here, Quill's export fails.", []string{"ada", "quill"}, []string{"export", "fail"}},
		{"Zoë O'Hara-Lind", "Logo", "O'Hara and zoë miss a logo, says Lind.", []string{"ohara", "zoë", "lind"}, []string{"logo"}},
		{"田中 花子", "", "田中です。印刷できません", []string{"田中"}, []string{"印刷"}},
		{"", "Ada", "", nil, []string{"ada"}},
	} {
		text := cluster.Text{Title: row.title, Body: row.body, Names: []string{row.name}}
		var kept []string
		for _, k := range cluster.Prepare(text).Kept() {
			if k.As != "" {
				kept = append(kept, k.As)
			}
		}
		for _, w := range row.gone {
			require.NotContains(t, kept, w, "%+v", row)
		}
		require.Subset(t, kept, row.stays, "%+v", row)
		l := cluster.New(nil).Label([]cluster.LabelText{{Text: text, Customer: 1}, {Text: text, Customer: 2}}, nil)
		for _, w := range row.gone {
			require.NotContains(t, strings.ToLower(l.Title+strings.Join(l.Words, " ")), w, "%+v", row)
		}
	}
	one := cluster.Prepare(cluster.Text{Title: "Report by Ada", Body: "the report that Ada made is missing two pages", Names: []string{"Ada"}})
	d := newDesk(nil)
	d.log([]contact{{ticket: 1, at: start, text: cluster.Text{Title: "Report by Bob", Body: "the report that Bob made is missing two pages", Names: []string{"Bob"}}}}, 1)
	require.Equal(t, "fingerprint", d.batch.Decide(d.ix.Score(0, one, start), nil, nil).Rule, "texts that differ in a name only are the same")
}

// A group is called by a subject line of its members, else by a clause of what they
// say that stands for itself, else by its words.
func TestTitles(t *testing.T) {
	say := func(title, body string) cluster.LabelText {
		return cluster.LabelText{Text: cluster.Text{Title: title, Body: body}}
	}
	for _, row := range []struct {
		want    string
		members []cluster.LabelText
	}{
		{"Card reader does not pair", []cluster.LabelText{say("Re: FWD: [shop #12] Card reader does not pair", "It blinks."), say("", "My card reader does not pair with the phone.")}},
		{"The card reader does not pair", []cluster.LabelText{say("", "Hello,\nso, the card reader does not pair! I bought it on Monday."), say("(no subject)", "Card reader again, will not pair, tried three times, and the light goes on and off and on while I wait here")}},
		{"Card reader stays dark", []cluster.LabelText{say("Card reader of Zebulon stays dark", "x"), say("Hi", "card reader stays dark, order 4711")}},
		{"After the update the reader blinks for a minute and then falls silent", []cluster.LabelText{say("", "After the update the reader blinks for a minute and then falls silent, although nothing else was changed on the phone.")}},
		{"Dark", []cluster.LabelText{say("", "dark")}},
		{"Printer (paper, jams)", []cluster.LabelText{say("Printer", "Paper jams."), say("Printer", "The paper jams.")}},
		{"", []cluster.LabelText{say("", "4711")}},
	} {
		require.Equal(t, row.want, cluster.New(nil).Label(row.members, nil).Title)
	}
}

// A title that another group has goes to nobody else: the next one that tells nearly as
// much is taken, or words are added that the other group has not, or else a number.
func TestTitlesThatAreTaken(t *testing.T) {
	say := func(title, body string) cluster.LabelText {
		return cluster.LabelText{Text: cluster.Text{Title: title, Body: body}}
	}
	two := []cluster.LabelText{say("Card reader stays dark", "After the storm."), say("Reader stays dark, card too", "After the storm.")}
	same := []cluster.LabelText{say("Card reader stays dark", "After the storm."), say("Card reader stays dark", "After the storm.")}
	telling := []cluster.LabelText{say("Card reader stays dark", "The lamp blinks since the storm."), say("Card reader stays dark", "The lamp blinks since the storm.")}
	alike := []cluster.LabelText{say("Card reader stays dark", ""), say("Card reader stays dark", "")}
	for _, row := range []struct {
		promise, want string
		members       []cluster.LabelText
		taken         map[string][]string // with the words of who has it
	}{
		{"none is taken", "Card reader stays dark", two, nil},
		{"another member's title does", "Reader stays dark, card too", two, map[string][]string{"Card reader stays dark": {"card", "reader", "storm"}}},
		{"words that are not theirs", "Card reader stays dark (storm)", same, map[string][]string{"Card reader stays dark": {"Card", "reader"}}},
		{"their words tell nothing apart", "The lamp blinks since the storm", telling, map[string][]string{"Card reader stays dark": {"storm", "lamp", "blinks"}}},
		{"nothing does", "Card reader stays dark (2)", alike, map[string][]string{"Card reader stays dark": nil}},
		{"nor the second time", "Card reader stays dark (3)", alike, map[string][]string{"Card reader stays dark": nil, "Card reader stays dark (2)": nil}},
		{"nothing to say needs no number", "", []cluster.LabelText{say("", "4711")}, map[string][]string{"": nil}},
	} {
		l := cluster.New(nil).Label(row.members, func(title string) ([]string, bool) {
			words, yes := row.taken[title]
			return words, yes
		})
		require.Equal(t, row.want, l.Title, row.promise)
	}
}

// Regrouping leaves alone what people touched, and makes the same plan twice.
func TestRegroup(t *testing.T) {
	contacts := made(300)
	d := newDesk(nil)
	d.log(contacts, 32)
	before := snapshot(t, d.ix)
	plan := d.ix.Regroup(cluster.RegroupOptions{})
	require.Empty(t, cmp.Diff(plan, d.ix.Regroup(cluster.RegroupOptions{})))
	require.True(t, bytes.Equal(before, snapshot(t, d.ix)), "a plan changes nothing")
	require.NotEmpty(t, plan.Topics)
	bound := d.ix.Regroup(cluster.RegroupOptions{Touched: func(uint64) bool { return true }})
	require.Empty(t, bound.Merges)
	require.Empty(t, bound.Moves)
	require.Empty(t, bound.Splits)
}
