package main

import (
	"context"
	"fmt"
	"io"

	"github.com/supportloop/supportloop/tracker"
)

// shownAlarms is how many alarms the text lists, the last ones.
const shownAlarms = 5

// backtestAlarms says when an alarm rule would have rung, had it been switched on.
func (r *replay) backtestAlarms(ctx context.Context) (*tracker.AlarmHistory, error) {
	h, err := r.desk.BacktestAlarms(ctx, &tracker.AlarmRule{FalseAlarms: r.alarms})
	return &h, err
}

func writeAlarms(w io.Writer, h *tracker.AlarmHistory) {
	for _, a := range h.Alarms[max(0, len(h.Alarms)-shownAlarms):] {
		what := fmt.Sprintf("topic %d", a.Topic)
		if a.Problem != 0 {
			what = fmt.Sprintf("problem %d", a.Problem)
		}
		fmt.Fprintf(w, "  %s  %s %q\n    %s\n", a.At.Format("2006-01-02 15:04"), what, a.Title, a.Why)
	}
}
