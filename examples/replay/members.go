package main

import (
	"context"
	"slices"

	"github.com/supportloop/supportloop/tracker"
)

// members are the tickets of each problem, oldest first, kept by following the log:
// asking for them anew before each contact would take longer than ranking.
type members struct {
	desk *tracker.Tracker
	seq  uint64 // up to which the log was followed
	of   map[tracker.TicketID]tracker.ProblemID
	in   map[tracker.ProblemID][]tracker.TicketID
}

func newMembers(desk *tracker.Tracker) *members {
	return &members{desk: desk, of: map[tracker.TicketID]tracker.ProblemID{}, in: map[tracker.ProblemID][]tracker.TicketID{}}
}

// follow takes in what was logged since.
func (m *members) follow(ctx context.Context) error {
	for ch, err := range m.desk.Changes(ctx, m.seq) {
		if err != nil {
			return err
		}
		if m.seq = ch.Seq; ch.Action == tracker.TicketLinked {
			m.move(ch.Ticket, ch.Problem)
		}
	}
	return nil
}

func (m *members) move(t tracker.TicketID, to tracker.ProblemID) {
	from := m.of[t]
	if i, ok := slices.BinarySearch(m.in[from], t); ok {
		m.in[from] = slices.Delete(m.in[from], i, i+1)
	}
	if m.of[t] = to; to == 0 {
		return
	}
	if i, ok := slices.BinarySearch(m.in[to], t); !ok {
		m.in[to] = slices.Insert(m.in[to], i, t)
	}
}
