package report

import "github.com/supportloop/supportloop/tracker"

// Trend is how a problem moves: see [tracker.Trend].
type Trend = tracker.Trend

const (
	New        = tracker.TrendNew        // first seen within the last TrendNew days
	Ongoing    = tracker.TrendOngoing    // none of the others
	Escalating = tracker.TrendEscalating // more customers than its own past explains
	Quiet      = tracker.TrendQuiet      // nobody for TrendNew days
	Regressed  = tracker.TrendRegressed  // it was fixed and came back
)

// The windows that [TrendOf] looks at, in days.
const (
	TrendRecent = tracker.TrendRecentDays // what is compared …
	TrendPast   = tracker.TrendPastDays   // … with the time before it
	TrendNew    = tracker.TrendNewDays
)

// TrendOf says how a problem moves, from the distinct customers who came with it each
// day, up to today: see [tracker.TrendOf], which it is.
func TrendOf(perDay []int, regressed bool) Trend { return tracker.TrendOf(perDay, regressed) }

func sum(s []int) int {
	n := 0
	for _, v := range s {
		n += max(v, 0)
	}
	return n
}
