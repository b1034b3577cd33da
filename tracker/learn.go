package tracker

import (
	"context"
	"strings"
	"time"

	"github.com/supportloop/supportloop/sop"
)

// Learned is how procedures fared over some time.
type Learned struct {
	sop.Lessons
	Since     time.Time  `json:"since,omitzero"`
	Until     time.Time  `json:"until,omitzero"`
	Nothing   []TicketID `json:"nothing,omitempty"` // tickets that no procedure applied to: the first 100
	Questions []Asked    `json:"questions,omitempty"`
}

// Asked is how often a question was put, and how often an answer on file spared the
// customer that, by the question's id.
type Asked struct {
	Need   string `json:"need"`
	Put    int    `json:"put"`
	OnFile int    `json:"on_file"`
}

// Learn says for each procedure to how many tickets it applied, how often it was
// followed and finished, which steps were done otherwise or skipped and why, and which
// tickets matched nothing. It takes in tickets opened, and runs begun, from since on
// and before until; zero times do not narrow. Nothing is grouped by agent.
//
// The library is the one of today: a ticket counts for what applies to it now. What was
// erased is left out, tickets and runs alike.
//
// fill adds to the facts of a ticket what the tracker does not know, like what the
// customer spends; without it procedures that ask for such apply to nothing. Nil adds
// nothing.
func (t *Tracker) Learn(ctx context.Context, l *sop.Library, since, until time.Time, fill func(Ticket, *sop.Facts)) (Learned, error) {
	out := Learned{Since: since, Until: until}
	var learner sop.Learner
	for tk, err := range t.Tickets(ctx, TicketQuery{Since: since, Until: until}) {
		if err != nil {
			return out, err
		}
		if tk.Erased {
			continue
		}
		facts, err := t.Facts(ctx, tk)
		if err != nil {
			return out, err
		}
		if fill != nil {
			fill(tk, &facts)
		}
		matches := l.Match(facts)
		if len(matches) == 0 && len(out.Nothing) < 100 {
			out.Nothing = append(out.Nothing, tk.ID)
		}
		learner.Ticket(matches...)
	}
	asked := map[string]int{}
	for run, err := range t.Runs(ctx, RunQuery{Since: since, Until: until}) {
		if err != nil {
			return out, err
		}
		if run.Erased {
			continue
		}
		learner.Run(run.Run)
		for _, e := range run.Standing() {
			for _, a := range e.Answers {
				i, ok := asked[a.Need]
				if !ok {
					i = len(out.Questions)
					asked[a.Need] = i
					out.Questions = append(out.Questions, Asked{Need: a.Need})
				}
				if e.Spared(a) {
					out.Questions[i].OnFile++
				} else {
					out.Questions[i].Put++
				}
			}
		}
	}
	out.Lessons = learner.Lessons()
	return out, nil
}

// Facts returns what is known about a ticket for matching procedures: what its inbound
// contacts said, the oldest first, its problem and its topic.
//
// Errors: [ErrNotFound].
func (t *Tracker) Facts(ctx context.Context, tk Ticket) (sop.Facts, error) {
	f := sop.Facts{
		Kind: string(tk.Kind), Channel: string(tk.Channel), Product: tk.Product, Version: tk.Version,
		Language: tk.Language, Status: string(tk.Status), Title: tk.Title,
	}
	var said strings.Builder
	for c, err := range t.Contacts(ctx, ContactQuery{Ticket: tk.ID, Direction: Inbound}) {
		if err != nil {
			return f, err
		}
		if said.WriteString(c.Text + "\n\n"); said.Len() > sop.MaxText {
			break
		}
	}
	f.Text = said.String()
	if tk.Problem != 0 {
		p, err := t.Problem(ctx, tk.Problem)
		if err != nil {
			return f, err
		}
		f.Problem, f.ProblemTitle = uint64(p.ID), p.Title
	}
	if tk.Topic != 0 {
		topic, err := t.Topic(ctx, tk.Topic)
		if err != nil {
			return f, err
		}
		f.Words = append(f.Words, topic.Title)
	}
	return f, nil
}
