package sop_test

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/sop"
)

// What runs say is counted by procedure and step, through versions, and what was undone
// does not count but as undone.
func TestLearner(t *testing.T) {
	files := func(version string) fstest.MapFS {
		return fstest.MapFS{
			"a.yaml": file(procedure("a", "language: "+version+"\nsteps:\n  - act: One\n  - include: b\n  - id: last\n    act: Two\n")),
			"b.yaml": file(procedure("b", "steps:\n  - act: Within\n")),
		}
	}
	var l sop.Learner
	l.Ticket()
	for _, version := range []string{"en", "de"} {
		lib, err := sop.Load(files(version))
		require.NoError(t, err)
		a, _ := lib.Procedure("a")
		l.Ticket(sop.Match{Procedure: a})
		pl, err := lib.Plan("a")
		require.NoError(t, err)
		require.Equal(t, a, pl.Procedure())
		r, _ := pl.Start(mia())
		r, _ = must(t, pl, r, sop.Move{How: sop.Did}, mia())
		r, _ = must(t, pl, r, sop.Move{How: sop.Did}, mia())
		r, _ = must(t, pl, r, sop.Move{How: sop.Undone}, mia())
		r, _ = must(t, pl, r, sop.Move{How: sop.Skipped, Reason: "Not " + map[string]string{"en": "now", "de": " NOW"}[version]}, mia())
		l.Run(r)
		if version == "de" {
			r, _ = must(t, pl, r, sop.Move{How: sop.Abandoned, Reason: "Enough"}, mia())
			l.Run(r)
		}
	}
	require.Equal(t, sop.Lessons{
		Tickets: 3, Unmatched: 1,
		Procedures: []sop.Lesson{
			{
				Procedure: "a", Applied: 2, Followed: 3, Stopped: 1, Running: 2, Deviating: 3, Undone: 3,
				Why:   []sop.Because{{Reason: "Enough", Times: 1}},
				Steps: []sop.StepLesson{{Says: "do: One", Reached: 3, Did: 3}},
			},
			{
				Procedure: "b", Deviations: 3,
				Steps: []sop.StepLesson{{Says: "do: Within", Reached: 3, Skipped: 3, Why: []sop.Because{{Reason: "Not now", Times: 3}}}},
			},
		},
	}, l.Lessons())
	require.Len(t, l.Lessons().Procedures[1].AlwaysSkipped(3), 1)
	require.Empty(t, l.Lessons().Procedures[1].AlwaysSkipped(4))
	require.Empty(t, l.Lessons().Procedures[0].AlwaysSkipped(0))
}

// Learning takes as long as there are runs: every reason is looked up, not searched for,
// and a step keeps only so many.
func TestLearnerManyReasons(t *testing.T) {
	took := func(n int) time.Duration {
		var l sop.Learner
		began := time.Now()
		for i := range n {
			l.Run(sop.Run{Texts: []sop.Text{{ID: "a"}}, Trace: []sop.Entry{
				{N: 1, How: sop.Skipped, Procedure: "a", Step: "1", Says: "x", Reason: fmt.Sprintf("The customer, number %d, said that they had no time", i)},
			}})
		}
		one := l.Lessons().Procedures[0].Steps[0]
		require.Equal(t, n, one.Skipped)
		require.Len(t, one.Why, min(n, sop.MaxReasons))
		return time.Since(began)
	}
	took(100)
	few, many := took(1000), took(16000)
	require.Less(t, many, 100*few, "sixteen times the runs")
}
