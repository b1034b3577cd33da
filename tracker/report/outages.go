package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// Outage is an interruption of a service that customers were told of.
type Outage struct {
	ID         tracker.OutageID    `json:"id"`
	Title      string              `json:"title"`
	Products   []string            `json:"products,omitempty"` // that were affected; none: all of them
	Problem    tracker.ProblemID   `json:"problem,omitempty"`  // behind it
	Phase      tracker.OutagePhase `json:"phase"`              // as it was told last, up to Period.Until
	Began      time.Time           `json:"began"`
	Minutes    int                 `json:"minutes"`              // that it lasted, before the period too, and up to Period.Until at most; one begun counts as a whole one
	Updates    int                 `json:"updates"`              // times that customers were told something
	Reopened   int                 `json:"reopened,omitempty"`   // times that it was said to be over and was back
	Prevention string              `json:"prevention,omitempty"` // what is done so that it does not happen again
}

// outage takes in an outage that was not over before the period, as it was told by then.
func (t *tally) outage(o tracker.Outage, now time.Time) {
	moment := now
	if !moment.Before(t.until) {
		moment = t.until.Add(-1)
	}
	o, told := o.At(moment)
	about := func(p string) bool { return strings.EqualFold(show.Line(p), t.product) }
	switch {
	case !told, !o.Began.Before(t.until), !o.Open() && o.Ended.Before(t.period.Since):
		return
	case t.product != "" && len(o.Products) > 0 && !slices.ContainsFunc(o.Products, about):
		return
	}
	end := o.Ended
	if o.Open() {
		end = now
	}
	shown := Outage{
		ID: o.ID, Title: show.Line(o.Title), Phase: o.Phase, Began: o.Began.In(t.zone), Updates: len(o.Updates), Prevention: show.Line(o.Prevention),
		Minutes: max(0, int((end.Sub(o.Began)+time.Minute-1)/time.Minute)),
	}
	for _, p := range o.Products {
		shown.Products = append(shown.Products, show.Line(p))
	}
	for _, u := range o.Updates {
		if u.Reopened {
			shown.Reopened++
		}
	}
	if p := t.of(o.Problem); p != nil {
		shown.Problem = p.record.ID
	}
	t.outages = append(t.outages, shown)
}

func (t *tally) outageList() []Outage {
	slices.SortFunc(t.outages, func(a, b Outage) int { return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID)) })
	return append([]Outage{}, t.outages...)
}

func (o Outage) began() string { return o.Began.Format("2006-01-02 15:04") }

// lasted is how long the outage took, in words.
func (o Outage) lasted() string {
	s := fmt.Sprintf("%d min", o.Minutes%60)
	if h := o.Minutes / 60; h > 0 {
		s = fmt.Sprintf("%d h %s", h, s)
	}
	if o.Phase != tracker.OutageResolved {
		s += " so far"
	}
	return s
}

// cause is the problem behind the outage, "" where none is known.
func (o Outage) cause() string {
	if o.Problem == 0 {
		return ""
	}
	return fmt.Sprintf("P%d", o.Problem)
}
