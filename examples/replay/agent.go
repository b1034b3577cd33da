package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"

	"github.com/supportloop/supportloop/tracker"
)

// agent plays the person who knows which contacts are the same matter: those that
// share a value of a field, and those of which one names the other's id in it.
type agent struct {
	desk  *tracker.Tracker
	pairs int // that it confirms at most, below 0: all
	did   judgements

	byID    map[string]tracker.TicketID // of a contact
	byValue map[string]tracker.TicketID // the first that has the value
	matters map[string]string           // of an id or a value, another one of the same matter
	tickets map[tracker.TicketID]string // id of a contact on it, to look up its matter
}

// judgements count what the agent said.
type judgements struct {
	Confirmed int `json:"confirmed"` // pairs
	Conflicts int `json:"conflicts"` // pairs that stood against what was confirmed before
	Audits    int `json:"audits"`
	Same      int `json:"same"` // of the audits
}

func newAgent(desk *tracker.Tracker, pairs int) *agent {
	return &agent{
		desk: desk, pairs: pairs, byID: map[string]tracker.TicketID{}, byValue: map[string]tracker.TicketID{},
		matters: map[string]string{}, tickets: map[tracker.TicketID]string{},
	}
}

// learn tells the agent the truth about all lines, of which it uses in an audit what
// concerns two that were logged.
func (a *agent) learn(lines []line) {
	ids := map[string]bool{}
	for _, l := range lines {
		ids[l.id] = true
	}
	for _, l := range lines {
		for _, v := range l.same {
			a.matters[a.matter("value "+v)] = a.matter("id " + l.id)
			if ids[v] {
				a.matters[a.matter("id "+v)] = a.matter("id " + l.id)
			}
		}
	}
}

// matter is the name that all of one matter lead to.
func (a *agent) matter(s string) string {
	root := s
	for next, ok := a.matters[root]; ok && next != root; next, ok = a.matters[root] {
		root = next
	}
	for s != root { // the next time it is one step
		s, a.matters[s] = a.matters[s], root
	}
	return root
}

// confirm says with which earlier tickets a line's is the same.
func (a *agent) confirm(ctx context.Context, l line, t tracker.TicketID) error {
	earlier := []tracker.TicketID{a.byValue[l.id]}
	for _, v := range l.same {
		earlier = append(earlier, a.byValue[v], a.byID[v])
	}
	a.remember(l, t)
	said := map[tracker.TicketID]bool{0: true, t: true}
	for _, e := range earlier {
		if said[e] || a.did.Confirmed == a.pairs {
			continue
		}
		said[e] = true
		switch _, err := a.desk.Confirm(ctx, t, tracker.Target{Ticket: e}); {
		case errors.Is(err, tracker.ErrConflict):
			a.did.Conflicts++
		case err != nil:
			return err
		default:
			a.did.Confirmed++
		}
	}
	return nil
}

// remember notes the ticket of a line for the lines after it.
func (a *agent) remember(l line, t tracker.TicketID) {
	if a.tickets[t] == "" {
		a.tickets[t] = l.id
	}
	if a.byID[l.id] == 0 {
		a.byID[l.id] = t
	}
	for _, v := range l.same {
		if a.byValue[v] == 0 {
			a.byValue[v] = t
		}
	}
}

// judge looks at the best candidate that a line had.
func (a *agent) judge(ctx context.Context, l line, t tracker.TicketID, best tracker.Candidate) error {
	other, ok := a.tickets[best.Ticket]
	same := ok && a.matter("id "+l.id) == a.matter("id "+other)
	switch _, err := a.desk.Audit(ctx, t, best.Target(), same); {
	case errors.Is(err, tracker.ErrConflict):
		a.did.Conflicts++
		return nil
	case err != nil:
		return err
	}
	a.did.Audits++
	if same {
		a.did.Same++
	}
	return nil
}

// drawn says whether a contact belongs to the share that is audited. Its id decides,
// so that the order does not.
func drawn(id string, share float64) bool {
	sum := sha256.Sum256([]byte("audit " + id))
	return float64(binary.BigEndian.Uint64(sum[:])) < share*math.MaxUint64
}
