package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/report"
)

// TestOutageOfItsTime: an outage lasted as long as was told by the end of the period,
// whatever was said of its end afterwards.
func TestOutageOfItsTime(t *testing.T) {
	s := open(t, tracker.Options{})
	s.outage(on(3, 1), on(3, 2), tracker.Outage{Title: "T"}, "x")
	s.now = on(3, 20)
	_, err := s.desk.UpdateOutage(t.Context(), 1, "", func(o *tracker.Outage) error { o.Ended = on(3, 10); return nil })
	require.NoError(t, err)
	for until, days := range map[time.Time]int{on(3, 5): 1, on(3, 15): 9} {
		r := s.build(&report.Options{Since: on(3, 1), Until: until})
		require.Len(t, r.Outages, 1)
		require.Equal(t, days*24*60, r.Outages[0].Minutes)
	}
}

// TestOutages: a report has the outages that were going on in its period, as they had been
// told by its end.
func TestOutages(t *testing.T) {
	s := open(t, tracker.Options{})
	tell := func(id tracker.OutageID, at time.Time, phase tracker.OutagePhase) {
		s.now = at
		_, err := s.desk.UpdateOutage(t.Context(), id, "x", func(o *tracker.Outage) error { o.Phase = phase; return nil })
		require.NoError(t, err)
	}
	var problems []tracker.ProblemID
	for range 2 {
		p, err := s.desk.CreateProblem(t.Context(), tracker.Problem{Title: "T"})
		require.NoError(t, err)
		problems = append(problems, p.ID)
	}
	s.outage(on(2, 1), on(2, 2), tracker.Outage{Title: "over before", Products: []string{"Shop"}}, "x")
	s.outage(on(2, 28), on(3, 1), tracker.Outage{Title: "over as it begins"}, "x")
	s.outage(on(3, 10), on(3, 10).Add(90*time.Second), tracker.Outage{Title: "within", Products: []string{"Shop"}}, "x")
	tell(3, on(3, 11), tracker.OutageMonitoring)
	tell(3, on(3, 12), tracker.OutageResolved)
	s.outage(on(3, 31), on(4, 2), tracker.Outage{Title: "open at its end", Problem: problems[1], Products: []string{"App"}}, "x")
	s.outage(on(4, 1), on(4, 2), tracker.Outage{Title: "behind it"}, "x")
	s.now = on(4, 10)
	_, err := s.desk.Merge(t.Context(), problems[0], problems[1])
	require.NoError(t, err)
	row := func(o report.Outage) []any { return []any{o.ID, o.Title, o.Phase, o.Minutes, o.Updates, o.Reopened} }
	early := []any{tracker.OutageID(2), "over as it begins", tracker.OutageResolved, 24 * 60, 2, 0}
	within := []any{tracker.OutageID(3), "within", tracker.OutageResolved, 2 * 24 * 60, 4, 1}
	late := []any{tracker.OutageID(4), "open at its end", tracker.OutageInvestigating, 24 * 60, 1, 0}
	for product, want := range map[string][][]any{"": {early, within, late}, "shop": {early, within}} {
		r := s.build(&report.Options{Since: on(3, 1), Until: on(4, 1), Product: product})
		var got [][]any
		for _, o := range r.Outages {
			got = append(got, row(o))
		}
		require.Equal(t, want, got, "of %q", product)
	}
	r := s.build(&report.Options{Since: on(3, 1), Until: on(4, 1)})
	require.Equal(t, problems[0], r.Outages[2].Problem, "into which its own was merged")
	require.Empty(t, r.Outages[2].Prevention, "what was told behind the period is not in it")
	require.Contains(t, written(t, report.Markdown, r), "24 h 0 min so far")
}
