package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/supportloop/supportloop/tracker"
)

// ranked is an older ticket as -run lists it.
type ranked struct {
	id    string // of its first contact
	score float64
}

// flatten turns candidates into tickets, best first and each once: of a problem those
// that were found, then its others, the oldest first.
func (r *replay) flatten(ctx context.Context, found []tracker.Candidate) ([]ranked, error) {
	if err := r.members.follow(ctx); err != nil {
		return nil, err
	}
	var out []ranked
	seen := map[tracker.TicketID]bool{}
	add := func(t tracker.TicketID, score float64) {
		if !seen[t] && len(out) < r.k {
			seen[t] = true
			out = append(out, ranked{r.first[t], score})
		}
	}
	for _, c := range found {
		if len(out) >= r.k {
			break
		}
		if c.Problem == 0 {
			add(c.Ticket, c.Score)
			continue
		}
		for _, t := range c.Tickets {
			add(t, c.Score)
		}
		for _, t := range r.members.in[c.Problem] {
			add(t, c.Score)
		}
	}
	return out, nil
}

// create makes the file that a flag names.
func create(flag, name string) (*os.File, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, fmt.Errorf("-%s: %w; name a file in a folder that can be written to", flag, err)
	}
	return f, nil
}

// makeFolder makes the folder that a flag names, unless it is there.
func makeFolder(flag, name string, mode os.FileMode) error {
	if err := os.MkdirAll(name, mode); err != nil {
		return fmt.Errorf("-%s: %w; name a folder that can be written to", flag, err)
	}
	return nil
}

// runFile is a TREC run: query, Q0, document, rank, score, tag.
type runFile struct {
	f *os.File
	w *bufio.Writer
}

func createRun(name string) (*runFile, error) {
	f, err := create("run", name)
	if err != nil {
		return nil, err
	}
	return &runFile{f, bufio.NewWriter(f)}, nil
}

// write lists tickets for a contact. Tools that read such files go by the score, so it
// is made to fall with each rank.
func (f *runFile) write(id string, tickets []ranked) error {
	last := math.Inf(1)
	for i, t := range tickets {
		score := t.score
		if score >= last {
			score = last - 1e-6
		}
		last = score
		if _, err := fmt.Fprintf(f.w, "%s Q0 %s %d %.6f replay\n", column(id), column(t.id), i+1, score); err != nil {
			return err
		}
	}
	return nil
}

func (f *runFile) Close() error { return errors.Join(f.w.Flush(), f.f.Close()) }

// column is s without white space, which separates columns.
func column(s string) string { return strings.Join(strings.Fields(s), "_") }

// placed is a line of -out: where a contact belongs at the end. Problem, topic and the
// rule are null where there is none.
type placed struct {
	ID         string              `json:"id"`
	Ticket     tracker.TicketID    `json:"ticket"`
	Customer   *tracker.CustomerID `json:"customer"`
	Problem    *tracker.ProblemID  `json:"problem"`
	Topic      *tracker.TopicID    `json:"topic"`
	By         string              `json:"by"` // person, regroup, or a rule of the machine's; "" without a problem
	Candidates []candidate         `json:"candidates"`
}

// candidate is what the ticket might have belonged to when it was opened.
type candidate struct {
	ID    string           `json:"id"` // of the first contact on the most similar ticket
	Score float64          `json:"score"`
	Why   []tracker.Reason `json:"why"`
}

// writeOut writes a line for each contact, in the order in which they were logged.
func (r *replay) writeOut(ctx context.Context, out io.Writer) error {
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	written := map[tracker.ContactID]bool{}
	for _, l := range r.logged {
		if written[l.contact] {
			continue
		}
		written[l.contact] = true
		p, err := r.place(ctx, l)
		if err != nil {
			return err
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (r *replay) place(ctx context.Context, l logged) (placed, error) {
	tk, err := r.desk.Ticket(ctx, l.ticket)
	if err != nil {
		return placed{}, err
	}
	p := placed{
		ID: l.id, Ticket: tk.ID, Customer: orNull(l.customer), Problem: orNull(tk.Problem), Topic: orNull(tk.Topic),
		Candidates: []candidate{},
	}
	for _, c := range tk.Candidates {
		p.Candidates = append(p.Candidates, candidate{r.first[c.Ticket], c.Score, c.Why})
	}
	if tk.Problem == 0 {
		return p, nil
	}
	if p.By = "person"; !tk.Link.Person {
		d, err := r.desk.Decision(ctx, tk.Link.Decision)
		if err != nil {
			return placed{}, err
		}
		p.By = d.Rule
	}
	return p, nil
}

func orNull[T ~uint64](id T) *T {
	if id == 0 {
		return nil
	}
	return &id
}
