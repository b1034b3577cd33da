package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// summary is what is printed at the end.
type summary struct {
	Contacts   int `json:"contacts"`   // logged by this run
	Before     int `json:"before"`     // in the log when it began
	Duplicates int `json:"duplicates"` // were in the log already, or in the files twice
	BadLines   int `json:"bad_lines"`
	Refused    int `json:"refused"` // could be read and not be logged

	Seconds        float64  `json:"seconds"` // of logging, ranking and confirming; not of reading the files
	PerSecond      float64  `json:"contacts_per_second"`
	Log            *latency `json:"log_ms,omitempty"` // absent when all were imported at once
	RegroupSeconds float64  `json:"regroup_seconds,omitempty"`

	Agent     *judgements        `json:"agent,omitempty"`
	Regrouped *tracker.Regrouped `json:"regrouped,omitempty"`

	Alarms *tracker.AlarmHistory `json:"alarms,omitempty"` // what a rule would have done

	Cautions []caution `json:"cautions,omitempty"` // what each Caution would have joined

	Customers  uint64 `json:"customers"`
	Tickets    uint64 `json:"tickets"`
	Problems   int    `json:"problems"`
	Groups     int    `json:"groups"`  // problems of two tickets or more
	Grouped    int    `json:"grouped"` // tickets in them
	Largest    int    `json:"largest"` // tickets of the largest
	Topics     int    `json:"topics"`
	StoreBytes int64  `json:"store_bytes"`
	IndexBytes int64  `json:"index_bytes"` // of the grouping index in memory, estimated
	PeakBytes  int64  `json:"peak_bytes"`  // of memory, this whole process
}

// latency is how long Log took, in milliseconds.
type latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func (s *summary) took(all time.Duration, each []time.Duration) {
	s.Seconds = round(all.Seconds(), 3)
	s.PerSecond = round(float64(s.Contacts+s.Duplicates)/all.Seconds(), 1)
	if len(each) == 0 {
		return
	}
	slices.Sort(each)
	at := func(q float64) float64 {
		i := min(int(q*float64(len(each))), len(each)-1)
		return round(float64(each[i])/float64(time.Millisecond), 3)
	}
	s.Log = &latency{at(.50), at(.95), at(.99), at(1)}
}

// count reads off the log what was found.
func (s *summary) count(ctx context.Context, desk *tracker.Tracker) error {
	for p, err := range desk.Problems(ctx, tracker.ProblemQuery{}) {
		if err != nil {
			return err
		}
		s.Problems++
		if p.Tickets >= 2 {
			s.Groups++
			s.Grouped += p.Tickets
			s.Largest = max(s.Largest, p.Tickets)
		}
	}
	for _, err := range desk.Topics(ctx) {
		if err != nil {
			return err
		}
		s.Topics++
	}
	st, err := desk.Stats(ctx)
	if err != nil {
		return err
	}
	s.Customers, s.Tickets = st.Customers, st.Tickets
	s.StoreBytes, s.IndexBytes, s.PeakBytes = st.StoreBytes, st.Index.Bytes, peakMemory()
	return nil
}

func (s *summary) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(s)
}

func (s *summary) writeText(w io.Writer) error {
	var b strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	if s.Contacts == 0 && s.Duplicates > 0 {
		row("contacts", "none is new: all %d were logged before", s.Duplicates)
	} else {
		row("contacts", "%d logged, %d were there already", s.Contacts, s.Duplicates)
	}
	if s.BadLines+s.Refused > 0 {
		row("left out", "%d lines that cannot be read, %d contacts that cannot be logged", s.BadLines, s.Refused)
	}
	row("time", "%.1f s, %.0f contacts/s", s.Seconds, s.PerSecond)
	if s.Log != nil {
		row("a Log", "p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, longest %.1f ms", s.Log.P50, s.Log.P95, s.Log.P99, s.Log.Max)
	}
	if s.Agent != nil {
		row("the agent", "confirmed %d pairs (%d against earlier ones), judged %d candidates: %d the same", s.Agent.Confirmed, s.Agent.Conflicts, s.Agent.Audits, s.Agent.Same)
	}
	if s.Regrouped != nil {
		row("regrouped", "%d merges, %d moves, %d splits, %d to another topic, in %.1f s", s.Regrouped.Merges, s.Regrouped.Moves, s.Regrouped.Splits, s.Regrouped.Topics, s.RegroupSeconds)
	}
	if h := s.Alarms; h != nil {
		row("alarms", "%d rang, %.2g a week; in %.2g %% of the hours somebody who asked would have been told of one", len(h.Alarms), h.PerWeek, 100*h.HoursShare)
		writeAlarms(&b, h)
	}
	if len(s.Cautions) > 0 {
		row("cautions", "what the machine alone would have joined with each; \"same\" and \"refused\" is what people said of it")
		writeCautions(&b, s.Cautions)
	}
	row("the log", "%d customers, %d tickets, %d topics", s.Customers, s.Tickets, s.Topics)
	row("problems", "%d, of which %d have two tickets or more: %d tickets, %d in the largest", s.Problems, s.Groups, s.Grouped, s.Largest)
	row("size", "store %s, grouping index %s, memory at most %s", size(s.StoreBytes), size(s.IndexBytes), size(s.PeakBytes))
	_, err := io.WriteString(w, b.String())
	return err
}

func size(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

func round(x float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(x*p) / p
}

// peakMemory is the most memory that this process ever had: on Linux as the system
// counts it, elsewhere what Go took from the system.
func peakMemory() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	for l := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			if kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
