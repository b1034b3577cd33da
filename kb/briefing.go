package kb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// BriefingOptions say what a [Briefing] is about. Every zero field means the default.
type BriefingOptions struct {
	// Now is the moment of the briefing. Its zone is the one in which times are
	// written. Default: the tracker's clock, in UTC. What people wrote about a problem
	// and how tickets and promises stand is as of when it is read.
	Now time.Time
	// Since is when the last briefing was: what was fixed from then on is told.
	// Default: 24 hours before Now.
	Since time.Time
	// Until is the end of the shift: promises due before it are told. Default: 8 hours
	// after Now.
	Until time.Time
	// Lines is how many there are at most, up to [MaxBriefingLines]. Default 7.
	Lines int
}

// MaxBriefingLines is how many lines a briefing has at most.
const MaxBriefingLines = 100

// Briefing is what everyone in support should know now, the most useful first. Its
// lines are for all to read: of customers they have numbers and references of tickets,
// and what people and the machine wrote about problems, in which names of the
// customers concerned, addresses and long numbers are replaced by "[…]".
type Briefing struct {
	Now   time.Time      `json:"now"`
	Since time.Time      `json:"since"`
	Until time.Time      `json:"until"`
	Lines []BriefingLine `json:"lines"`          // none: nothing is the matter
	More  int            `json:"more,omitempty"` // lines that there was no room for
}

// BriefingKind is why a line is in a briefing.
type BriefingKind string

// The kinds of lines, in the order in which they are told.
const (
	BriefingOutage    BriefingKind = "outage"    // a service is interrupted
	BriefingKnown     BriefingKind = "known"     // customers come with it, and what helps is known
	BriefingRising    BriefingKind = "rising"    // new, or more than its past explains; no answer is known
	BriefingFixed     BriefingKind = "fixed"     // resolved since the last briefing, a problem or an outage
	BriefingRegressed BriefingKind = "regressed" // it was fixed and is back
	BriefingOverdue   BriefingKind = "overdue"   // promises whose time is past
	BriefingDue       BriefingKind = "due"       // promises whose time is in this shift
	BriefingFlagged   BriefingKind = "flagged"   // articles of which somebody says that they are wrong
)

var briefingKinds = []BriefingKind{BriefingOutage, BriefingKnown, BriefingRising, BriefingFixed, BriefingRegressed, BriefingOverdue, BriefingDue, BriefingFlagged}

// BriefingLine is one thing to know: what it is, why it is told, what to do.
type BriefingLine struct {
	Kind  BriefingKind  `json:"kind"`
	Title string        `json:"title"`
	Why   string        `json:"why"` // in numbers
	Do    []string      `json:"do,omitempty"`
	Trend tracker.Trend `json:"trend,omitempty"` // of a problem
	// Alarm: more customers come at this moment than chance explains, see
	// [tracker.Tracker.Alarms].
	Alarm bool `json:"alarm,omitempty"`

	Outage   tracker.OutageID    `json:"outage,omitempty"`
	Problem  tracker.ProblemID   `json:"problem,omitempty"` // of an outage: the one behind it
	Topic    tracker.TopicID     `json:"topic,omitempty"`   // of an alarm about no problem yet
	Articles []tracker.ArticleID `json:"articles,omitempty"`
	// Tickets are those that wait for us, the oldest first, all of them: for the
	// promises, or to be told of the fix, or of the last update of the outage.
	Tickets []tracker.TicketID `json:"tickets,omitempty"`

	// Customers are different ones: who opened a ticket about the problem within the
	// last [tracker.TrendRecentDays], whom the alarm counts, to whom we promised.
	Customers int       `json:"customers"`
	Since     time.Time `json:"since,omitzero"` // of the outage, or its end; of the problem, the alarm, the fix, the return; when the first promise is due; the newest flag

	rank int // the higher the earlier within its kind
}

// How much of a line is written.
const (
	briefingLines = 7
	briefingTitle = 100 // characters
	briefingText  = 280 // characters of one thing to do
	briefingNamed = 5   // tickets that are named; the others are counted
)

// Briefing says what everyone in support should know: outages, until when they will last
// and what customers are told, known problems that customers come with and what helps, new
// and escalating problems and what rings ([tracker.Tracker.Alarms] by its default rule),
// what was fixed and who is still to be told, what is back, what was promised, and which
// articles are flagged. A problem is told once, with the outage that it is behind while
// there is one. Outages that go on are all told before anything else; of the others every
// kind of line has its best one told before any has its second. Of each kind those are best
// with which most customers came, a confirmed problem counting twice.
//
// What a problem does is said by [tracker.TrendOf], in days that end at Now. Alarms
// ring by the tracker's clock: where Now is another hour than that, there are none.
// The same records and options give the same briefing.
//
// It reads all problems, and the tickets of those that were lately heard of; the search
// index is not needed. A record that is damaged is left out. Its errors are ErrInvalid
// for options that cannot be, the tracker's and ctx's.
func (b *Base) Briefing(ctx context.Context, o BriefingOptions) (Briefing, error) {
	o, err := b.briefingOptions(o)
	if err != nil {
		return Briefing{}, err
	}
	all, err := b.problemLines(ctx, o)
	if err != nil {
		return Briefing{}, err
	}
	promised, err := b.promiseLines(ctx, o)
	if err != nil {
		return Briefing{}, err
	}
	flagged, err := b.flaggedLines(ctx, o)
	if err != nil {
		return Briefing{}, err
	}
	out := Briefing{Now: o.Now, Since: o.Since, Until: o.Until}
	out.Lines, out.More = chosen(slices.Concat(all, promised, flagged), o.Lines)
	for i := range out.Lines {
		if err := b.hideNames(ctx, &out.Lines[i]); err != nil {
			return Briefing{}, err
		}
	}
	return out, nil
}

func (b *Base) briefingOptions(o BriefingOptions) (BriefingOptions, error) {
	if o.Now.IsZero() {
		o.Now = b.Tracker.Now().UTC()
	}
	if o.Since.IsZero() {
		o.Since = o.Now.Add(-24 * time.Hour)
	}
	if o.Until.IsZero() {
		o.Until = o.Now.Add(8 * time.Hour)
	}
	if o.Lines == 0 {
		o.Lines = briefingLines
	}
	switch {
	case o.Lines < 0 || o.Lines > MaxBriefingLines:
		return o, fmt.Errorf("%w: a briefing of %d lines: want 1 to %d", ErrInvalid, o.Lines, MaxBriefingLines)
	case o.Since.After(o.Now):
		return o, fmt.Errorf("%w: a briefing since %s, which is after its moment, %s", ErrInvalid, o.Since.Format(time.RFC3339), o.Now.Format(time.RFC3339))
	case o.Until.Before(o.Now):
		return o, fmt.Errorf("%w: a shift until %s, which is before the briefing, %s", ErrInvalid, o.Until.Format(time.RFC3339), o.Now.Format(time.RFC3339))
	}
	o.Since, o.Until = o.Since.In(o.Now.Location()), o.Until.In(o.Now.Location())
	return o, nil
}

// chosen takes from every kind in turn until n lines are there, and puts them in the
// order of the kinds.
func chosen(all []BriefingLine, n int) (lines []BriefingLine, more int) {
	of := map[BriefingKind][]BriefingLine{}
	for _, l := range all {
		of[l.Kind] = append(of[l.Kind], l)
	}
	for _, kind := range briefingKinds {
		slices.SortStableFunc(of[kind], func(a, b BriefingLine) int { return b.rank - a.rank })
	}
	take := map[BriefingKind]int{BriefingOutage: min(n, len(of[BriefingOutage]))}
	for left := min(n, len(all)) - take[BriefingOutage]; left > 0; {
		for _, kind := range briefingKinds {
			if left > 0 && take[kind] < len(of[kind]) {
				take[kind]++
				left--
			}
		}
	}
	for _, kind := range briefingKinds {
		lines = append(lines, of[kind][:take[kind]]...)
	}
	return lines, len(all) - len(lines)
}
