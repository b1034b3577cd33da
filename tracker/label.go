package tracker

import (
	"errors"
	"slices"
	"strings"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// A group is named by its oldest members, so many at most.
const labelMembers = 12

// namedAt reports whether a group that grew to n is to be named anew: at 2, 3, 4,
// 6, 8, 12 … and no more once its oldest members decide the name.
func namedAt(n int) bool {
	for at := 2; at <= 2*labelMembers; at *= 2 {
		if n == at || n == at+at/2 {
			return true
		}
	}
	return false
}

// topicNamedAt is namedAt for topics: there are many small ones, which nobody asks
// for by name.
func topicNamedAt(n int) bool { return n == 4 || n == 12 }

// relabel names a problem by its tickets, unless a person did. always does it
// whatever its size; without grouping it takes the machine's name away.
func (x *tx) relabel(id ProblemID, always bool) error {
	p, err := x.problemAt(id)
	if err != nil || (!always && !namedAt(p.Tickets)) {
		return err
	}
	taken, failed := x.taken(id)
	label, err := x.label(bTicketsByProblem, key(id), taken)
	if err := errors.Join(err, *failed); err != nil {
		return err
	}
	was := p.Title
	title := label.Title
	if p.Titled || !always && strings.HasPrefix(was, title+" (") { // it was told apart from one that is gone
		title = was
	}
	if title == was && slices.Equal(label.Words, p.Words) {
		return nil
	}
	p.Title, p.Words = title, label.Words
	return errors.Join(x.saveProblem(p), x.change(Change{Action: ProblemChanged, Problem: id}), x.retitled(p, was))
}

// taken tells which titles other problems have, also those that were merged: a merge
// can be undone. The error is what kept it from telling.
func (x *tx) taken(id ProblemID) (cluster.Taken, *error) {
	failed := new(error)
	return func(title string) (words []string, yes bool) {
		others, err := x.titled(title, id)
		for _, other := range others {
			var p *Problem
			if p, err = x.problemAt(other); err != nil {
				break
			}
			words = append(words, p.Words...)
		}
		if err != nil {
			*failed = err
		}
		return words, len(others) > 0
	}, failed
}

// titled are the problems with a title, but for one.
func (x *tx) titled(title string, but ProblemID) (ids []ProblemID, err error) {
	err = each(x, bProblemsByTitle, store.Prefix(titleKey(title)), func(e store.Entry) error {
		if id := number[ProblemID](e.Key); id != but {
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

// titleKey does not tell small letters from capitals, as who looks for a title does not.
func titleKey(title string) []byte { return hash(fold(title)) }

// retitled files p by its title. To one that a person gave, the machine's titles yield.
func (x *tx) retitled(p *Problem, was string) error {
	if p.Title == was {
		return nil
	}
	if was != "" {
		if err := x.Delete(bProblemsByTitle, append(titleKey(was), key(p.ID)...)); err != nil {
			return err
		}
	}
	if p.Title == "" {
		return nil
	}
	if err := x.Put(bProblemsByTitle, append(titleKey(p.Title), key(p.ID)...), []byte{}); err != nil || !p.Titled {
		return err
	}
	others, err := x.titled(p.Title, p.ID)
	if err != nil {
		return err
	}
	for _, id := range others {
		other, err := x.problemAt(id)
		if err == nil && other.Tickets > 0 { // else there is nothing to name it by
			err = x.relabel(id, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *tx) relabelTopic(id TopicID, always bool) error {
	tp, err := must[Topic](x, bTopics, id, "topic")
	if err != nil || (!always && !topicNamedAt(tp.Tickets)) {
		return err
	}
	label, err := x.label(bTicketsByTopic, key(id), nil)
	if err != nil {
		return err
	}
	tp.Words = label.Words
	tp.Title = strings.Join(label.Words[:min(3, len(label.Words))], ", ")
	return errors.Join(save(x, bTopics, key(id), tp), x.change(Change{Action: TopicChanged, Topic: id}))
}

// label names the group whose tickets stand under prefix in b, by a title that is not
// taken.
func (x *tx) label(b store.Bucket, prefix []byte, taken cluster.Taken) (cluster.Label, error) {
	if x.c.index == nil {
		return cluster.Label{}, nil
	}
	entries, err := x.Page(b, store.Prefix(prefix), labelMembers)
	if err != nil {
		return cluster.Label{}, err
	}
	var members []cluster.LabelText
	for _, e := range entries {
		tk, err := x.ticket(number[TicketID](e.Key))
		if err != nil {
			return cluster.Label{}, err
		}
		text, _, ok, err := ticketText(x, tk.ID, x.head.Contacts)
		if err != nil {
			return cluster.Label{}, err
		}
		if !ok {
			continue
		}
		who := uint64(tk.Customer)
		if who == 0 {
			who = 1<<63 | uint64(tk.ID) // nobody known counts as somebody else each
		} else {
			cu, err := x.customer(tk.Customer)
			if err != nil {
				return cluster.Label{}, err
			}
			if cu.Name != "" {
				text.Names = append(text.Names, cu.Name)
			}
		}
		members = append(members, cluster.LabelText{Text: text, Customer: who})
	}
	return x.c.index.Label(members, taken), nil
}
