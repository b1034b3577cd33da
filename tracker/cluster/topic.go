package cluster

import (
	"cmp"
	"math"
)

const neighbours = 31 // that vote on a topic

// decideTopic lets the most similar tickets vote.
func (s *Scored) decideTopic(w *world, v *Verdict) {
	type vote struct {
		topic uint64
		sum   float64
		n     int
		best  float64
	}
	var votes []vote
	var alone hit
	hits := s.closest(neighbours)
	for _, h := range hits {
		topic := w.of(h.entry).topic
		if topic == 0 {
			if alone.similar == 0 {
				alone = h
			}
			continue
		}
		i := 0
		for i < len(votes) && votes[i].topic != topic {
			i++
		}
		if i == len(votes) {
			votes = append(votes, vote{topic: topic})
		}
		votes[i].sum += h.similar
		votes[i].n++
		votes[i].best = max(votes[i].best, h.similar)
	}
	var best vote
	for _, x := range votes {
		// A large topic has votes from everywhere: without a counterweight it would
		// draw in more and more, and end as the topic of all.
		x.sum = round(x.sum / math.Sqrt(math.Sqrt(float64(w.topic(x.topic)))))
		if c := cmp.Compare(x.sum, best.sum); c > 0 || c == 0 && x.topic < best.topic {
			best = x
		}
	}
	if best.best > w.threshold.topic {
		v.Topic, v.TopicScore = best.topic, best.best
		return
	}
	if alone.similar > w.threshold.topic {
		v.TopicWith, v.TopicScore = alone.entry.ticket, alone.similar
	}
}

// closest returns the n most similar hits, the older first among equals.
func (s *Scored) closest(n int) []hit {
	top := make([]hit, 0, n+1)
	for _, h := range s.hits {
		i := len(top)
		for i > 0 && (top[i-1].similar < h.similar || top[i-1].similar == h.similar && top[i-1].entry.ticket > h.entry.ticket) {
			i--
		}
		if i == n {
			continue
		}
		top = append(top, hit{})
		copy(top[i+1:], top[i:])
		top[i] = h
		top = top[:min(len(top), n)]
	}
	return top
}
