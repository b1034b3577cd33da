// Command alarm measures how many bursts of trouble alarms see, and what that costs in
// false ones: a file of contacts with intents is dealt over eight weeks at random times,
// with 100 bursts planted in it of five to ten customers with one intent within two
// hours. It is logged, grouped, and back-tested with rules of more and less patience.
//
//	go run ./alarm -seeds 3 banking77/contacts.jsonl.gz
//
// A burst is seen if an alarm rang by its fifth contact of whose tickets at least half
// are the burst's; it is late if the first such alarm rang after. An alarm of whose
// tickets no burst has half is a false one. With -ideal the groups are the intents
// themselves: what alarms could do if grouping made no mistake.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// accepted are the false alarms a week that rules are made for: the points of the curve.
var accepted = []float64{.05, .1, .25, .5, 1, 2, 5, 10, 20}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "alarm:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	seeds := flag.Uint64("seeds", 3, "deal so often, with the seeds 1 to this")
	regroup := flag.Duration("regroup", 24*time.Hour, "time from one regroup to the next, 0 for none")
	ideal := flag.Bool("ideal", false, "group by the intents that people gave")
	flag.Parse()
	if flag.NArg() != 1 || *seeds < 1 {
		return errors.New("name one file of contacts, JSON Lines with the intent as label")
	}
	texts, err := read(flag.Arg(0))
	if err != nil {
		return err
	}
	points := make([][]point, len(accepted))
	for seed := uint64(1); seed <= *seeds; seed++ {
		all := deal(texts, seed)
		var t *tracker.Tracker
		if *ideal {
			t, err = logIdeal(ctx, all)
		} else {
			t, err = logAll(ctx, all, *regroup)
		}
		if err != nil {
			return err
		}
		for i, rate := range accepted {
			h, err := t.BacktestAlarms(ctx, &tracker.AlarmRule{FalseAlarms: rate})
			if err != nil {
				return err
			}
			points[i] = append(points[i], score(all, h))
		}
		fmt.Fprintf(os.Stderr, "seed %d of %d\n", seed, *seeds)
	}
	grouped := fmt.Sprintf("regroup every %v", *regroup)
	if *ideal {
		grouped = "grouped by intent"
	}
	fmt.Printf("%d contacts over %d weeks, %d bursts, %d seeds, %s\n\n", len(texts), weeks, bursts, *seeds, grouped)
	fmt.Println("accepted  false a week   seen by the 5th   late            hours with an alarm")
	for i, rate := range accepted {
		column := func(f func(point) float64) string {
			mean, dev := spread(points[i], f)
			return fmt.Sprintf("%.3f ±%.3f", mean, dev)
		}
		fmt.Printf("%8g  %s   %s      %s    %s\n", rate,
			column(func(p point) float64 { return p.falseAWeek }), column(func(p point) float64 { return p.seen }),
			column(func(p point) float64 { return p.late }), column(func(p point) float64 { return p.hours }))
	}
	return nil
}

// logAll logs what was dealt, at the times at which it was.
func logAll(ctx context.Context, all []dealt, regroup time.Duration) (*tracker.Tracker, error) {
	now := begin
	t, err := tracker.New(ctx, memstore.New(), &tracker.Options{Now: func() time.Time { return now }, Key: []byte("alarm")})
	if err != nil {
		return nil, err
	}
	next := begin.Add(span)
	if regroup > 0 {
		next = begin.Add(regroup)
	}
	for i := 0; ; next = next.Add(regroup) {
		var contacts iter.Seq2[tracker.Contact, error] = func(yield func(tracker.Contact, error) bool) {
			for ; i < len(all) && all[i].at.Before(next); i++ {
				if now = all[i].at; !yield(all[i].contact(i), nil) {
					return
				}
			}
		}
		sum, err := t.Import(ctx, contacts, nil)
		if err == nil && sum.Failed > 0 {
			err = fmt.Errorf("%d contacts could not be logged", sum.Failed)
		}
		if err != nil || i == len(all) {
			return t, err
		}
		now = next
		if _, err := t.Regroup(ctx); err != nil {
			return nil, err
		}
	}
}

// logIdeal logs what was dealt, each intent a problem.
func logIdeal(ctx context.Context, all []dealt) (*tracker.Tracker, error) {
	now := begin
	t, err := tracker.New(ctx, memstore.New(), &tracker.Options{Now: func() time.Time { return now }, Key: []byte("alarm"), NoGrouping: true})
	if err != nil {
		return nil, err
	}
	problems := map[string]tracker.ProblemID{}
	for n, d := range all {
		now = d.at
		if problems[d.intent] == 0 {
			p, err := t.CreateProblem(ctx, tracker.Problem{Title: d.intent})
			if err != nil {
				return nil, err
			}
			problems[d.intent] = p.ID
		}
		r, err := t.Log(ctx, d.contact(n))
		if err != nil {
			return nil, err
		}
		if _, err := t.Move(ctx, problems[d.intent], r.Ticket); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// point is what one rule did with what was dealt once.
type point struct{ falseAWeek, seen, late, hours float64 }

// score holds alarms against what was planted. Ticket n is of contact n.
func score(all []dealt, h tracker.AlarmHistory) point {
	fifth, came := map[int]time.Time{}, map[int]int{}
	for _, d := range all {
		if came[d.burst]++; d.burst != 0 && came[d.burst] == 5 {
			fifth[d.burst] = d.at.Truncate(time.Millisecond)
		}
	}
	first := map[int]time.Time{}
	p := point{hours: h.HoursShare}
	for _, a := range h.Alarms {
		of := map[int]int{}
		for _, id := range a.Tickets {
			of[all[id-1].burst]++
		}
		right := false
		for b := 1; b <= bursts; b++ {
			if 2*of[b] < len(a.Tickets) {
				continue
			}
			right = true
			if _, ok := first[b]; !ok {
				first[b] = a.At
			}
		}
		if !right {
			p.falseAWeek += 1. / weeks
		}
	}
	for b, at := range first {
		if at.After(fifth[b]) {
			p.late += 1. / bursts
		} else {
			p.seen += 1. / bursts
		}
	}
	return p
}

// spread is the mean of a figure over the seeds, and its standard deviation.
func spread(points []point, f func(point) float64) (mean, dev float64) {
	values := slices.Collect(func(yield func(float64) bool) {
		for _, p := range points {
			if !yield(f(p)) {
				return
			}
		}
	})
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		dev += (v - mean) * (v - mean) / float64(max(1, len(values)-1))
	}
	return mean, math.Sqrt(dev)
}
