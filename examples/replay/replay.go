package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/report"
)

// replay is one run of this program.
type replay struct {
	settings
	stderr io.Writer

	desk    *tracker.Tracker
	clock   *clock
	agent   *agent // nil: nobody confirms
	members *members

	first  map[tracker.TicketID]string // id of a ticket's first contact
	on     map[string]tracker.TicketID // ticket of a contact, for -thread
	logged []logged
	took   []time.Duration
	sum    summary
}

// logged is what is remembered of a contact until the end.
type logged struct {
	id       string
	contact  tracker.ContactID
	ticket   tracker.TicketID
	customer tracker.CustomerID
}

func (r *replay) run(ctx context.Context) (_ *summary, err error) {
	lines, err := r.read()
	if err != nil {
		return nil, err
	}
	dir := r.db
	if dir == "" {
		if dir, err = os.MkdirTemp("", "replay"); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if err := r.open(ctx, dir); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.desk.Close()) }()
	// What cannot be written is said before the work, not after.
	var out *os.File
	if r.out != "" {
		if out, err = create("out", r.out); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
	}
	if r.report != "" {
		if err := makeFolder("report", r.report, 0o777); err != nil {
			return nil, err
		}
	}

	begin := time.Now()
	if r.oneByOne() {
		err = r.log(ctx, lines)
	} else {
		err = r.load(ctx, lines)
	}
	if err != nil {
		return nil, err
	}
	r.sum.took(time.Since(begin), r.took)
	if r.regroup {
		begin := time.Now()
		if r.sum.Regrouped, err = regroup(ctx, r.desk); err != nil {
			return nil, err
		}
		r.sum.RegroupSeconds = round(time.Since(begin).Seconds(), 3)
	}
	if r.alarms > 0 {
		if r.sum.Alarms, err = r.backtestAlarms(ctx); err != nil {
			return nil, err
		}
	}
	if len(r.cautions) > 0 {
		if r.sum.Cautions, err = r.backtestCautions(ctx); err != nil {
			return nil, err
		}
	}
	if out != nil {
		if err := r.writeOut(ctx, out); err != nil {
			return nil, err
		}
	}
	if r.report != "" {
		if err := r.writeReport(ctx); err != nil {
			return nil, err
		}
	}
	return &r.sum, r.sum.count(ctx, r.desk)
}

// open opens the log in dir, and reads from one that has contacts already what they
// are called.
func (r *replay) open(ctx context.Context, dir string) (err error) {
	if err := makeFolder("db", dir, 0o700); err != nil {
		return err
	}
	r.clock = newClock()
	cache := "-" // nothing is opened again
	if r.db != "" {
		cache = ""
	}
	r.desk, err = tracker.Open(ctx, filepath.Join(dir, "supportloop.db"), &tracker.Options{
		Key: []byte("replay"), Now: func() time.Time { return r.clock.now }, Cache: cache,
		Grouping: &cluster.Options{Caution: r.caution, Hot: r.hot, Exemplars: r.exemplars},
	})
	if err != nil {
		return err
	}
	r.first, r.on = map[tracker.TicketID]string{}, map[string]tracker.TicketID{}
	r.members = newMembers(r.desk)
	if r.confirm != "" {
		r.agent = newAgent(r.desk.As(tracker.Agent("replay")), r.pairs)
	}
	var there []tracker.Contact
	for c, err := range r.desk.Contacts(ctx, tracker.ContactQuery{}) {
		if err != nil {
			return errors.Join(err, r.desk.Close())
		}
		there = append(there, tracker.Contact{ID: c.ID, Ticket: c.Ticket, SourceID: c.SourceID, LoggedAt: c.LoggedAt})
	}
	slices.SortFunc(there, func(a, b tracker.Contact) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range there {
		r.clock.move(c.LoggedAt)
		r.know(c.Ticket, name(c))
	}
	r.sum.Before = len(there)
	return nil
}

// know remembers what a ticket and its contact are called.
func (r *replay) know(t tracker.TicketID, id string) {
	if _, ok := r.first[t]; !ok {
		r.first[t] = id
	}
	if r.thread != "" {
		if _, ok := r.on[id]; !ok {
			r.on[id] = t
		}
	}
}

// oneByOne says that something is to be done between one contact and the next.
func (r *replay) oneByOne() bool {
	return r.settings.run != "" || r.confirm != ""
}

// load logs all lines, many at once.
func (r *replay) load(ctx context.Context, lines []line) error {
	show := newProgress(r.stderr, len(lines))
	defer show.end()
	for done := 0; done < len(lines); {
		part := lines[done:]
		part = part[:apart(part)]
		_, err := r.desk.Import(ctx, r.contacts(part), func(_ tracker.Contact, rec tracker.Receipt, err error) {
			r.note(lines[done], rec, err)
			done++
			show.at(done)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// apart is how many of the first lines can be logged together: the next one goes on
// with the ticket of one of them, which has no number before it is logged.
func apart(lines []line) int {
	ids := map[string]bool{}
	for i, l := range lines {
		for _, id := range l.thread {
			if ids[id] {
				return i
			}
		}
		ids[l.id] = true
	}
	return len(lines)
}

// contacts moves the clock on with each contact that it gives.
func (r *replay) contacts(lines []line) iter.Seq2[tracker.Contact, error] {
	return func(yield func(tracker.Contact, error) bool) {
		for _, l := range lines {
			if !yield(r.next(l), nil) {
				return
			}
		}
	}
}

// next moves the clock to a line, and returns its contact with the ticket that it goes
// on with.
func (r *replay) next(l line) tracker.Contact {
	r.clock.move(l.contact.At)
	c := l.contact
	for _, id := range l.thread {
		if c.Ticket == 0 {
			c.Ticket = r.on[id]
		}
	}
	return c
}

// note counts what became of a line.
func (r *replay) note(l line, rec tracker.Receipt, err error) {
	switch {
	case err != nil:
		r.sum.Refused++
		if r.sum.Refused <= shownBad {
			fmt.Fprintf(r.stderr, "%s, contact %q: %v\n", l.contact.Source, l.id, err)
		}
		return
	case rec.Duplicate:
		r.sum.Duplicates++
	default:
		r.sum.Contacts++
	}
	r.know(rec.Ticket, l.id)
	r.logged = append(r.logged, logged{l.id, rec.Contact, rec.Ticket, rec.Customer})
}

// log logs one line after the other, ranks what is older first and lets the agent
// judge after.
func (r *replay) log(ctx context.Context, lines []line) (err error) {
	var ranking *runFile
	if r.settings.run != "" {
		if ranking, err = createRun(r.settings.run); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, ranking.Close()) }()
	}
	if r.agent != nil {
		r.agent.learn(lines)
	}
	show := newProgress(r.stderr, len(lines))
	defer show.end()
	for i, l := range lines {
		c := r.next(l)
		audited := r.agent != nil && drawn(l.id, r.audit)
		var found []tracker.Candidate
		if (ranking != nil || audited) && c.Ticket == 0 && inbound(c) {
			if found, err = r.desk.Candidates(ctx, c, r.k); err != nil && !errors.Is(err, tracker.ErrInvalid) {
				return err
			}
		}
		var tickets []ranked
		if ranking != nil {
			if tickets, err = r.flatten(ctx, found); err != nil {
				return err
			}
		}
		begin := time.Now()
		rec, err := r.desk.Log(ctx, c)
		r.took = append(r.took, time.Since(begin))
		if err != nil && !errors.Is(err, tracker.ErrInvalid) {
			return err
		}
		r.note(l, rec, err)
		show.at(i + 1)
		if err != nil {
			continue
		}
		if rec.Duplicate {
			if r.agent != nil {
				r.agent.remember(l, rec.Ticket)
			}
			continue
		}
		if ranking != nil {
			if err := ranking.write(l.id, tickets); err != nil {
				return err
			}
		}
		if r.agent == nil {
			continue
		}
		if audited && rec.NewTicket && len(found) > 0 {
			if err := r.agent.judge(ctx, l, rec.Ticket, found[0]); err != nil {
				return err
			}
		}
		if err := r.agent.confirm(ctx, l, rec.Ticket); err != nil {
			return err
		}
	}
	if r.agent != nil {
		r.sum.Agent = &r.agent.did
	}
	return nil
}

func inbound(c tracker.Contact) bool { return c.Direction == "" || c.Direction == tracker.Inbound }

func regroup(ctx context.Context, desk *tracker.Tracker) (*tracker.Regrouped, error) {
	done, err := desk.Regroup(ctx)
	return &done, err
}

// writeReport writes the report in every format.
func (r *replay) writeReport(ctx context.Context) error {
	rep, err := report.Build(ctx, r.desk, nil)
	if err != nil {
		return err
	}
	_, err = report.Save(r.report, rep)
	return err
}
