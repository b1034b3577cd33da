package kb_test

import (
	"context"
	"fmt"
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

// A rare word of documents that the reader may not see neither hides what else was asked
// for, nor tells so that it stands there.
func TestHiddenRareWordHidesNothing(t *testing.T) {
	docs := []kb.Document{{ID: "secret", Text: "router bluebird", Fields: map[string]string{"audience": "internal"}}}
	for i := range 1100 {
		docs = append(docs, kb.Document{ID: fmt.Sprint(i), Text: fmt.Sprint("router q", i), Fields: map[string]string{"audience": "customers"}})
	}
	ix := newIndex(t, "", docs...)
	for _, q := range []kb.Query{
		{Text: "router bluebird.", Audience: tracker.Customers}, {Text: "router bluebird. audience:customers"}, {Text: "router bluebird. -audience:internal"},
		{Text: "router bluebird. -q0 -audience:internal"}, {Text: "router nowhereatall.", Audience: tracker.Customers},
	} {
		r, err := ix.Search(context.Background(), q)
		require.NoError(t, err)
		require.GreaterOrEqual(t, r.Total, 1099, q.Text)
		require.Empty(t, r.Notes)
	}
	for _, text := range []string{`router bluebird. -"router bluebird"`, "router bluebird. -router-bluebird"} {
		r, err := ix.Search(context.Background(), kb.Query{Text: text})
		require.NoError(t, err)
		require.Equal(t, 1100, r.Total, "what is left out hides nothing either: %s", text)
	}
	r, err := ix.Search(context.Background(), kb.Query{Text: "router bluebird."})
	require.NoError(t, err)
	require.Equal(t, 1, r.Total, "who may see it finds it")
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
		{"an empty value is no value", kb.Query{Text: "box", Fields: fields{"owner": {""}}}, ""},
		{"also of a field that some documents have", kb.Query{Text: "box", Fields: fields{"status": {" "}}}, ""},
		{"a bound of time leaves out what has none", kb.Query{Text: "box", Until: day("3000-01-01")}, "feb jan mar old"},
		{"the last of times is after all", kb.Query{Text: "box", Until: time.Unix(1<<63-62135596801, 999999999)}, "feb jan mar old"},
		{"and nothing is after it", kb.Query{Text: "box", Since: time.Unix(1<<63-62135596801, 999999999)}, ""},
		{"the first is before all", kb.Query{Text: "box", Since: time.Unix(-1<<60, 0)}, "feb jan mar old"},
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

// A part of the index in which no document has a time is outside of any bound, too.
func TestTimesOfNone(t *testing.T) {
	for _, d := range []kb.Document{{ID: "never", Title: "box"}, {ID: "early", Title: "box", Time: time.Unix(-1, 0)}} {
		ix := newIndex(t, "", d)
		r, err := ix.Search(context.Background(), kb.Query{Text: "box", Until: day("2030-01-01")})
		require.NoError(t, err)
		require.Equal(t, !d.Time.IsZero(), r.Total == 1, d.ID)
	}
}
