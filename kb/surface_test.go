package kb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
)

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

// dated are documents that differ in their fields and times.
var dated = []kb.Document{
	{ID: "old", Title: "box", Time: time.Date(1969, 12, 31, 23, 59, 59, 999e6, time.UTC), Fields: map[string]string{"team": "Red", "audience": "customers"}},
	{ID: "jan", Title: "box", Time: time.Date(2026, 1, 31, 23, 59, 59, 999e6, time.UTC), Fields: map[string]string{"team": "red\nBlue", "audience": "customers"}},
	{ID: "feb", Title: "box", Time: day("2026-02-01"), Fields: map[string]string{"team": "Red"}},
	{ID: "mar", Title: "box", Time: time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 2*60*60)), Fields: map[string]string{"team": "BLUE", "status": "Open"}},
	{ID: "never", Title: "box", Fields: map[string]string{"team": "green"}},
}

func TestFilters(t *testing.T) {
	ix := newIndex(t, "", dated...)
	type fields = map[string][]string
	for _, test := range []struct {
		promise string
		q       kb.Query
		want    string
	}{
		{"a bound of time leaves out what has none", kb.Query{Text: "box", Until: day("3000-01-01")}, "feb jan mar old"},
		{"since is included", kb.Query{Text: "box", Since: day("2026-02-01")}, "feb mar"},
		{"until is not", kb.Query{Text: "box", Until: day("2026-02-01")}, "jan old"},
		{"to the millisecond", kb.Query{Text: "box", Since: day("2026-02-01").Add(-time.Millisecond)}, "feb jan mar"},
		{"before 1970 too", kb.Query{Text: "box", Since: day("1969-12-31"), Until: day("1970-01-01")}, "old"},
		{"bounds alone list", kb.Query{Since: day("2026-02-01")}, "feb mar"},
		{"a month is from its first day to the next's", kb.Query{Text: "box after:2026-02 before:2026-03"}, "feb mar"},
		{"a year", kb.Query{Text: "before:2000"}, "old"},
		{"a day", kb.Query{Text: "AFTER:2026-01-31 before:2026-02-01 box"}, "jan"},
		{"a moment", kb.Query{Text: "box after:2026-02-28T23:00:00+00:00"}, "mar"},
		{"not after is before", kb.Query{Text: "box -after:2026-02"}, "jan old"},
		{"the narrowest of several bounds", kb.Query{Text: "box after:2026 after:2026-02"}, "feb mar"},
		{"typed bounds narrow the program's", kb.Query{Text: "box after:2026-02", Since: day("2026-01-01")}, "feb mar"},
		{"and never widen them", kb.Query{Text: "box after:1900 before:3000", Since: day("2026-02-01"), Until: day("2026-02-02")}, "feb"},
		{"the program's fields", kb.Query{Text: "box", Fields: fields{"team": {"RED"}}}, "feb jan old"},
		{"any of their values, all of the fields", kb.Query{Text: "box", Fields: fields{"team": {"red", "blue"}, "audience": {"customers"}}}, "jan old"},
		{"fields alone list", kb.Query{Fields: fields{"team": {"green"}}}, "never"},
		{"kind is a field", kb.Query{Text: "box", Fields: fields{"kind": {"article"}}}, ""},
		{"a field without values lets nothing through", kb.Query{Text: "box", Fields: fields{"team": nil}}, ""},
		{"a field that no document has lets nothing through", kb.Query{Text: "box", Fields: fields{"owner": {"mia"}}}, ""},
		{"typed fields narrow the program's", kb.Query{Text: "box team:blue", Fields: fields{"team": {"red"}}}, "jan"},
		{"and never widen them", kb.Query{Text: "box team:green team:blue", Fields: fields{"team": {"red"}}}, "jan"},
		{"nor by asking for what is left out", kb.Query{Text: "-team:red", Fields: fields{"team": {"red"}}}, ""},
		{"typed kinds neither", kb.Query{Text: "box kind:document", Kinds: []kb.Kind{"article"}}, ""},
	} {
		t.Run(test.promise, func(t *testing.T) {
			r, err := ix.Search(context.Background(), test.q)
			require.NoError(t, err)
			var ids []string
			for _, h := range r.Hits {
				ids = append(ids, h.ID)
			}
			require.Equal(t, test.want, strings.Join(ids, " "))
			require.Equal(t, len(ids), r.Total)
			require.Empty(t, r.Notes)
		})
	}
	r, err := ix.Search(context.Background(), kb.Query{Text: "box after:yesterday"})
	require.NoError(t, err)
	require.Equal(t, []string{"after:yesterday is no date like 2026-01-31, 2026-01 or 2026, so it was taken as words"}, r.Notes)
	require.Equal(t, 5, r.Total)

	require.NoError(t, ix.Put(context.Background(), kb.Document{ID: "own", Fields: map[string]string{"after": "2026-02"}}))
	require.Equal(t, []string{"document/own"}, names(t, ix, kb.Query{Text: "after:2026-02"}), "a field of that name wins")
}

func TestFacets(t *testing.T) {
	ctx := context.Background()
	ix := newIndex(t, "", dated...)
	// What was replaced and deleted counts no more.
	require.NoError(t, ix.Put(ctx, kb.Document{ID: "gone", Title: "box", Fields: map[string]string{"team": "violet"}}))
	require.NoError(t, ix.Delete(ctx, "", "gone"))
	for _, test := range []struct {
		promise string
		q       kb.Query
		want    map[string][]kb.FacetCount
	}{
		{
			"the most frequent first, then by value, as most write them", kb.Query{Text: "box"},
			map[string][]kb.FacetCount{"team": {{"Red", 3}, {"BLUE", 2}, {"green", 1}}, "status": {{"Open", 1}}, "kind": {{"document", 5}}, "owner": {}},
		},
		{
			"of what was found only", kb.Query{Text: "box after:2026-02"},
			map[string][]kb.FacetCount{"team": {{"BLUE", 1}, {"Red", 1}}, "status": {{"Open", 1}}, "kind": {{"document", 2}}, "owner": {}},
		},
		{
			"of what the reader may see only", kb.Query{Text: "box", Audience: tracker.Customers},
			map[string][]kb.FacetCount{"team": {{"Red", 2}, {"Blue", 1}}, "status": {}, "kind": {{"document", 2}}, "owner": {}},
		},
		{
			"a page does not change them", kb.Query{Text: "box", Limit: 1},
			map[string][]kb.FacetCount{"team": {{"Red", 3}, {"BLUE", 2}, {"green", 1}}, "status": {{"Open", 1}}, "kind": {{"document", 5}}, "owner": {}},
		},
		{
			"of what has a phrase", kb.Query{Text: `"no such phrase" box`},
			map[string][]kb.FacetCount{"team": {}, "status": {}, "kind": {}, "owner": {}},
		},
	} {
		t.Run(test.promise, func(t *testing.T) {
			test.q.Facets = []string{"team", "status", "kind", "owner"}
			r, err := ix.Search(ctx, test.q)
			require.NoError(t, err)
			require.Equal(t, test.want, r.Facets)
		})
	}

	var many []kb.Document
	for i := range 2 * kb.MaxFacet {
		many = append(many, kb.Document{ID: fmt.Sprint(i), Title: "many", Fields: map[string]string{"number": fmt.Sprint(i)}})
	}
	require.NoError(t, ix.Put(ctx, many...))
	r, err := ix.Search(ctx, kb.Query{Text: "many", Facets: []string{"number"}})
	require.NoError(t, err)
	require.Len(t, r.Facets["number"], kb.MaxFacet)
}

// Facets, filters and times agree with the documents, whatever became of the index.
func TestColumnsAgreeWithDocuments(t *testing.T) {
	ctx := context.Background()
	for _, dir := range []string{"", t.TempDir()} {
		ix := newIndex(t, dir)
		rnd := rand.New(rand.NewPCG(7, 7))
		have := map[string]kb.Document{}
		for range 60 {
			var docs []kb.Document
			for range 1 + rnd.IntN(40) {
				d := kb.Document{ID: fmt.Sprint(rnd.IntN(400)), Title: "word", Fields: map[string]string{"color": []string{"red", "green", "blue\nred"}[rnd.IntN(3)], "own": fmt.Sprint(rnd.IntN(5000))}}
				if rnd.IntN(4) > 0 {
					d.Time = day("2026-01-01").Add(time.Duration(rnd.IntN(100)) * time.Hour)
				}
				docs = append(docs, d)
			}
			require.NoError(t, ix.Put(ctx, docs...))
			for _, d := range docs {
				have[d.ID] = d
			}
			drop := fmt.Sprint(rnd.IntN(400))
			require.NoError(t, ix.Delete(ctx, "", drop))
			delete(have, drop)

			since := day("2026-01-01").Add(time.Duration(rnd.IntN(100)) * time.Hour)
			colors, red, late := map[string]int{}, 0, 0
			for _, d := range have {
				for _, c := range strings.Fields(d.Fields["color"]) {
					colors[c]++
				}
				if strings.Contains(d.Fields["color"], "red") {
					red++
				}
				if !d.Time.IsZero() && !d.Time.Before(since) {
					late++
				}
			}
			r, err := ix.Search(ctx, kb.Query{Text: "word", Facets: []string{"color", "own"}})
			require.NoError(t, err)
			require.Equal(t, len(have), r.Total)
			for _, f := range r.Facets["color"] {
				require.Equal(t, colors[f.Value], f.Count, f.Value)
			}
			for _, text := range []string{"word", ""} { // found by a word, and listed
				r, err = ix.Search(ctx, kb.Query{Text: text, Fields: map[string][]string{"color": {"red"}}})
				require.NoError(t, err)
				require.Equal(t, red, r.Total)
				r, err = ix.Search(ctx, kb.Query{Text: text, Since: since})
				require.NoError(t, err)
				require.Equal(t, late, r.Total)
			}
		}
	}
}

// While documents are put and deleted between pages, each that was found all the time
// is shown exactly once, and none twice.
func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		ix := newIndex(t, "")
		words := []string{"box", "red", "blue", "lid", "cable", "the"}
		put := func(id string, found bool) {
			text := []string{"filler"}
			for range rnd.IntN(12) {
				text = append(text, words[rnd.IntN(len(words))])
			}
			if found {
				text = append(text, "box")
			}
			require.NoError(t, ix.Put(ctx, kb.Document{ID: id, Title: words[rnd.IntN(3)], Text: strings.Join(text, " ")}))
		}
		stays := map[string]bool{}
		for i := range 60 {
			id := fmt.Sprint("stays", i)
			stays[id] = true
			put(id, true)
			put(fmt.Sprint("comes", i), i%2 == 0)
		}
		text := []string{"box", "red box", "box the cable lid", `"box"`}[seed%4]
		shown := map[string]int{}
		q := kb.Query{Text: text, Limit: 1 + rnd.IntN(9)}
		for pages := 0; ; pages++ {
			r, err := ix.Search(ctx, q)
			require.NoError(t, err)
			require.LessOrEqual(t, len(r.Hits), q.Limit)
			for _, h := range r.Hits {
				shown[h.ID]++
				require.Equal(t, 1, shown[h.ID], "%s is shown again", h.ID)
			}
			if r.Next == "" {
				break
			}
			require.Len(t, r.Hits, q.Limit, "a page that others follow is full")
			q.After, q.Limit = r.Next, 1+rnd.IntN(9)
			require.Less(t, pages, 1000, "pages come to an end")
			for range rnd.IntN(6) {
				id := fmt.Sprint("comes", rnd.IntN(70))
				switch rnd.IntN(3) {
				case 0:
					require.NoError(t, ix.Delete(ctx, "", id))
				case 1:
					put(id, true)
				default: // one that stays says something else, and is still found
					put(fmt.Sprint("stays", rnd.IntN(60)), true)
				}
			}
		}
		for id := range stays {
			require.Equal(t, 1, shown[id], "%s, seed %d", id, seed)
		}
	}
}

func TestAfterRefuses(t *testing.T) {
	ctx := context.Background()
	ix := newIndex(t, "", shelf...)
	q := kb.Query{Text: "-xylophone", Limit: 2}
	r, err := ix.Search(ctx, q)
	require.NoError(t, err)
	require.NotEmpty(t, r.Next)
	for _, other := range []kb.Query{
		{Text: "xylophone", After: r.Next},
		{Text: q.Text, After: r.Next, Audience: tracker.Customers},
		{Text: q.Text, After: r.Next, Kinds: []kb.Kind{"article"}},
		{Text: q.Text, After: r.Next, Fields: map[string][]string{"status": {"open"}}},
		{Text: q.Text, After: r.Next, Since: day("2026-01-01")},
		{Text: q.Text, After: r.Next[1:]},
		{Text: q.Text, After: r.Next + "AAAA"},
		{Text: q.Text, After: "?"},
	} {
		_, err := ix.Search(ctx, other)
		require.ErrorIs(t, err, kb.ErrInvalid)
	}
	for _, bad := range []kb.Query{
		{Facets: []string{"Two Words"}}, {Fields: map[string][]string{"": nil}}, {Fields: map[string][]string{"a": make([]string, kb.MaxValues+1)}},
	} {
		_, err := ix.Search(ctx, bad)
		require.ErrorIs(t, err, kb.ErrInvalid)
	}
	same := kb.Query{Text: q.Text, Limit: 3, After: r.Next, Explain: true, Facets: []string{"kind"}, Kinds: []kb.Kind{}}
	rest, err := ix.Search(ctx, same)
	require.NoError(t, err)
	require.Len(t, rest.Hits, 3)
	require.Empty(t, rest.Next)
}

// The reasons of a hit add up to its score.
func TestExplain(t *testing.T) {
	ctx := context.Background()
	docs, asked := readShelf(t, "testdata/shelf.txt")
	ix := newIndex(t, "", docs...)
	reasons := 0
	for _, a := range asked {
		for _, text := range []string{a.text, a.text + " " + a.text + ` "` + a.text + `"`} {
			r, err := ix.Search(ctx, kb.Query{Text: text, Explain: true})
			require.NoError(t, err)
			for _, h := range r.Hits {
				sum := 0.0
				for _, w := range h.Why {
					sum += w.Score
					reasons++
				}
				require.InDelta(t, h.Score, sum, 1e-6, "%s: %s", text, h.ID)
			}
			r, err = ix.Search(ctx, kb.Query{Text: text})
			require.NoError(t, err)
			for _, h := range r.Hits {
				require.Empty(t, h.Why, "nobody asked")
			}
		}
	}
	require.Greater(t, reasons, 100)

	r, err := ix.Search(ctx, kb.Query{Text: `printing "print head"`, Explain: true, Limit: 1})
	require.NoError(t, err)
	how := map[string]bool{}
	for _, w := range r.Hits[0].Why {
		how[w.Typed+" "+w.Found+" "+w.How+" "+w.Field] = true
	}
	require.True(t, how["printing print form text"], how)
	require.True(t, how["head head phrase text"], how)
}

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

// impatient is a context that ends at the n-th time it is asked.
type impatient struct {
	context.Context
	left int
}

func (c *impatient) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// A search stops wherever it is when its context ends, and that is no damage.
func TestSearchStopsAnywhere(t *testing.T) {
	ix := newIndex(t, "", append(dated, shelf...)...)
	for _, q := range []kb.Query{
		{Text: `box "new cartridge" -refund`, Explain: true},
		{Text: "-nothing after:2026", Facets: []string{"team", "status"}},
		{Text: "printer box", Fields: map[string][]string{"team": {"red"}}, Audience: tracker.Customers},
	} {
		want, err := ix.Search(context.Background(), q)
		require.NoError(t, err)
		for n := 0; ; n++ {
			got, err := ix.Search(&impatient{context.Background(), n}, q)
			require.NoError(t, ix.Damage())
			if err == nil {
				require.Equal(t, want, got)
				require.Greater(t, n, 3, "it asks now and then")
				break
			}
			require.ErrorIs(t, err, context.Canceled)
			require.Less(t, n, 10000)
		}
	}
}
