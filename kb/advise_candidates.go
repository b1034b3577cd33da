package kb

import (
	"context"
	"strings"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/show"
)

// candidates are what a ticket may belong to besides its problem, best first: as found
// when it was logged, as they are now. A ticket that has come to a problem since
// stands for that problem.
func (b *Base) candidates(ctx context.Context, t tracker.Ticket) ([]CandidateAdvice, error) {
	refused, err := b.refused(ctx, t)
	if err != nil {
		return nil, err
	}
	seen := map[tracker.Target]bool{}
	var all []CandidateAdvice
	for _, c := range t.Candidates {
		out := CandidateAdvice{Candidate: c, Why: "has similar contacts"}
		if words := wordsOf(c.Why); len(words) > 0 {
			out.Why = "both say " + strings.Join(words, ", ")
		}
		if refused[tracker.Target{Ticket: c.Ticket}] {
			continue
		}
		if c.Problem == 0 {
			other, err := b.Tracker.Ticket(ctx, c.Ticket)
			if other.Erased || b.leftOut(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out.Title, out.Candidate.Problem = other.Title, other.Problem
		}
		if out.Candidate.Problem != 0 {
			p, err := b.Tracker.Problem(ctx, out.Candidate.Problem)
			if b.leftOut(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out.Title, out.Do, out.Candidate.Problem = p.Title, whatHelps(p, t.Version), p.ID
		}
		target := out.Candidate.Target()
		if refused[target] || seen[target] || t.Problem != 0 && target.Problem == t.Problem {
			continue
		}
		seen[target] = true
		all = append(all, out)
	}
	return all, nil
}

// refused are what people said a ticket is not, as far as that stands.
func (b *Base) refused(ctx context.Context, t tracker.Ticket) (map[tracker.Target]bool, error) {
	no := map[tracker.Target]bool{}
	if t.ID == 0 {
		return no, nil
	}
	for d, err := range b.Tracker.Decisions(ctx, tracker.DecisionQuery{Ticket: t.ID}) {
		if b.leftOut(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if d.UndoneBy != 0 || d.Ticket != t.ID {
			continue
		}
		for _, target := range []tracker.Target{{Problem: d.Problem}, {Ticket: d.With}} {
			switch {
			case target == tracker.Target{}:
			case d.Verb == tracker.VerbReject:
				no[target] = true
			case d.Verb == tracker.VerbConfirm:
				delete(no, target)
			}
		}
	}
	return no, nil
}

// rivals are what a ticket may belong to: the problem that the machine linked it to, and
// its candidates. Each weighs what people's audits said of its like, or its similarity.
func rivals(p *KnownProblem, candidates []CandidateAdvice) []rival {
	var all []rival
	audited, most := true, 0.0
	for _, c := range candidates {
		audited = audited && c.Candidate.Probability > 0
	}
	for _, c := range candidates {
		r := rival{problem: c.Candidate.Problem, title: show.Line(c.Title), weight: c.Candidate.Similarity}
		if r.problem == 0 {
			r.ticket = c.Candidate.Ticket
		}
		if audited {
			r.weight = c.Candidate.Probability
		}
		r.weight = max(r.weight, 0.05)
		most = max(most, r.weight)
		all = append(all, r)
	}
	if p != nil && len(all) > 0 {
		all = append([]rival{{problem: p.Problem.ID, title: show.Line(p.Problem.Title), weight: most}}, all...)
	}
	return all
}
