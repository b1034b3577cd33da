package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/supportloop/supportloop/tracker"
)

// closeJoins is how many joins of each Caution are kept: the ones nearest to not being
// made, which are the ones to read before choosing.
const closeJoins = 5

// caution is what one Caution would have joined.
type caution struct {
	tracker.CautionHistory
	Close []closeJoin `json:"close"` // the joins nearest to not being made, by the model
}

// closeJoin is a join, with what the two tickets are called.
type closeJoin struct {
	tracker.CautionJoin
	Title     string `json:"title"`
	WithTitle string `json:"with_title"`
}

// margin is by how much a join was made.
func (j closeJoin) margin() float64 { return j.Score - j.Threshold }

// parseCautions reads numbers above 0, separated by commas.
func parseCautions(v string) (all []float64, err error) {
	for _, s := range strings.Split(v, ",") {
		c, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || !(c > 0) || math.IsInf(c, 1) {
			return nil, errors.New("want numbers above 0, like 1,2,5,10")
		}
		all = append(all, c)
	}
	return all, nil
}

// backtestCautions says what each Caution would have joined in the whole log, had the
// machine been alone; what people said is held against it.
func (r *replay) backtestCautions(ctx context.Context) ([]caution, error) {
	var out []caution
	for _, c := range r.cautions {
		var near []closeJoin
		h, err := r.desk.BacktestCaution(ctx, tracker.CautionTest{Caution: c, Alone: true}, func(j tracker.CautionJoin) {
			if j.Rule == "model" {
				near = nearest(near, closeJoin{CautionJoin: j})
			}
		})
		if err != nil {
			return nil, err
		}
		for i := range near {
			for id, title := range map[tracker.TicketID]*string{near[i].Ticket: &near[i].Title, near[i].With: &near[i].WithTitle} {
				tk, err := r.desk.Ticket(ctx, id)
				if err != nil {
					return nil, err
				}
				*title = tk.Title
			}
		}
		out = append(out, caution{h, near})
	}
	return out, nil
}

// nearest adds j to a short list that is ordered by the margin.
func nearest(list []closeJoin, j closeJoin) []closeJoin {
	i := len(list)
	for i > 0 && list[i-1].margin() > j.margin() {
		i--
	}
	list = append(list[:i], append([]closeJoin{j}, list[i:]...)...)
	return list[:min(len(list), closeJoins)]
}

func writeCautions(w io.Writer, all []caution) {
	fmt.Fprintf(w, "  %7s %7s %11s %7s %10s %6s %8s %9s %8s\n", "caution", "joins", "in 1,000", "copies", "by chance", "same", "refused", "problems", "largest")
	for _, c := range all {
		fmt.Fprintf(w, "  %7g %7d %11.1f %7d %10.1f %6d %8d %9d %8d\n", c.Caution, c.Joins, c.PerThousand, c.Copies, c.Chance, c.Same, c.Refused, c.Problems, c.Largest)
	}
	for _, c := range all {
		for _, j := range c.Close {
			fmt.Fprintf(w, "  at %g, %.2f over %.2f: %q with %q\n", c.Caution, j.Score, j.Threshold, j.Title, j.WithTitle)
		}
	}
}
