package main

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/intake"
)

//go:embed sample
var files embed.FS

// sample is six weeks at the desk of Larkspur. Its clock is that of its contacts.
type sample struct {
	now      time.Time
	lines    []intake.Line
	acts     map[string][]act // by the id of the contact that they follow
	articles []article
}

// act is something that an agent did after a contact.
type act struct {
	Contact string `json:"contact"`
	By      string `json:"by"`

	Unanswered bool `json:"unanswered"` // nobody did

	Promise *tracker.Promise `json:"promise"` // was made on its ticket
	Kept    time.Time        `json:"kept"`    // and when it was

	Follow  string              `json:"follow"`  // the procedure that was begun on its ticket
	Answers map[string][]string `json:"answers"` // to what it asks first

	About      string                `json:"about"` // the problem that was worked on, by its label
	Title      string                `json:"title"`
	Status     tracker.ProblemStatus `json:"status"`
	RootCause  string                `json:"root_cause"`
	Resolution string                `json:"resolution"`
	FixedIn    string                `json:"fixed_in"`
	Solved     bool                  `json:"solved"` // its tickets are closed

	Outage *outage `json:"outage"` // was told to everybody
}

// outage is what is so of an outage from a time on; a new one has a title.
type outage struct {
	tracker.Outage
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
	About string    `json:"about"` // the problem behind it, by its label
}

// article is an article and the label of the problem that it is about.
type article struct {
	tracker.Article
	about string
}

func openSample() (*sample, error) {
	s := &sample{acts: map[string][]act{}}
	f, err := files.Open("sample/contacts.jsonl")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for l, err := range intake.JSONLines(f, "larkspur") {
		if err != nil {
			return nil, err
		}
		s.lines = append(s.lines, l)
	}
	s.now = s.lines[0].Contact.At

	var acts []act
	if err := s.load("desk.json", &acts); err != nil {
		return nil, err
	}
	for _, a := range acts {
		s.acts[a.Contact] = append(s.acts[a.Contact], a)
	}

	var labels []struct{ About string }
	if err := s.load("articles.json", &labels); err != nil {
		return nil, err
	}
	if f, err = files.Open("sample/articles.json"); err != nil {
		return nil, err
	}
	defer f.Close()
	articles, err := kb.LoadArticles(f)
	if err != nil {
		return nil, err
	}
	for i, a := range articles {
		s.articles = append(s.articles, article{a, labels[i].About})
	}
	return s, nil
}

func (s *sample) load(name string, v any) error {
	raw, err := files.ReadFile("sample/" + name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// play logs the contacts one after the other, and does after each what the agents did.
// What was logged before is not done again.
func (s *sample) play(ctx context.Context, base *kb.Base) (*happened, error) {
	t := base.Tracker
	h := &happened{what: "Larkspur, an invented product"}
	d := &desk{sample: s, base: base, all: t, mia: t.As(tracker.Agent("mia")), about: map[tracker.TicketID]string{}, told: h}
	for _, l := range s.lines {
		if err := d.until(ctx, l.Contact.At); err != nil {
			return nil, err
		}
		r, err := t.Log(ctx, l.Contact)
		if err != nil {
			return nil, fmt.Errorf("contact %s: %w", l.Contact.SourceID, err)
		}
		h.took(l.Contact, r)
		if err := d.work(ctx, l, r); err != nil {
			return nil, fmt.Errorf("after contact %s: %w", l.Contact.SourceID, err)
		}
	}
	if h.contacts == 0 {
		return h, nil
	}
	return h, d.write(ctx)
}

// write puts what is known into the knowledge base, and on the problems it is about.
func (d *desk) write(ctx context.Context) error {
	for _, a := range d.articles {
		problem, others, err := d.problems(ctx, a.about)
		if err != nil {
			return err
		}
		owner := d.all.As(tracker.Agent(a.Owner))
		if problem != 0 {
			a.Problems = []tracker.ProblemID{problem}
		}
		switch _, err := owner.CreateArticle(ctx, a.Article); {
		case errors.Is(err, tracker.ErrConflict): // it was written in an earlier run
			continue
		case err != nil:
			return err
		case problem == 0:
			continue
		}
		if len(others) > 0 {
			if _, err := owner.Merge(ctx, problem, others...); err != nil {
				return err
			}
		}
		if _, err := owner.UpdateProblem(ctx, problem, func(p *tracker.Problem) error {
			p.Workaround, p.RootCause = a.Workaround, cmp.Or(p.RootCause, a.Cause)
			if !p.Titled {
				p.Title = a.Title
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// problems are those that tickets with a label belong to: first the one that most do,
// 0 for none, then the others.
func (d *desk) problems(ctx context.Context, label string) (most tracker.ProblemID, others []tracker.ProblemID, err error) {
	count := map[tracker.ProblemID]int{}
	for t, about := range d.about {
		if about != label {
			continue
		}
		tk, err := d.all.Ticket(ctx, t)
		if err != nil {
			return 0, nil, err
		}
		if tk.Problem != 0 {
			count[tk.Problem]++
		}
	}
	found := slices.SortedFunc(maps.Keys(count), func(a, b tracker.ProblemID) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	if len(found) == 0 {
		return 0, nil, nil
	}
	return found[0], found[1:], nil
}
