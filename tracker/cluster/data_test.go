package cluster_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

var start = time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)

// contact is one of the texts that tests group.
type contact struct {
	ticket  uint64
	problem string // what it truly is about, empty for a matter of its own
	text    cluster.Text
	at      time.Time
}

func invented(t testing.TB) []contact {
	t.Helper()
	raw, err := os.ReadFile("testdata/contacts.txt")
	require.NoError(t, err)
	var all []contact
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.Split(strings.TrimSpace(line), " | ")
		require.Len(t, part, 4, line)
		n := len(all) + 1
		all = append(all, contact{
			ticket: uint64(n), problem: strings.Trim(part[0], "-"),
			text: cluster.Text{Sender: part[1], Title: part[2], Body: part[3]},
			at:   start.AddDate(0, 0, n),
		})
	}
	return all
}

// made makes n contacts of words that no one would write, some of them about the
// same thing as one before. The same n makes the same contacts.
func made(n int) []contact {
	seed := uint64(1)
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed >> 33 % uint64(n))
	}
	syllables := strings.Fields("ba co di fu ga he ji ko lu me no pi qua ro sa te vi wo xe zu")
	vocabulary := make([]string, 3000)
	for i := range vocabulary {
		vocabulary[i] = syllables[i%20] + syllables[i/20%20] + syllables[i/400%20] + syllables[(i*7)%20]
	}
	// Squaring makes low numbers frequent, as words are.
	word := func() string { x := next(3000); return vocabulary[x*x/3000] }
	words := func(n int) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = word()
		}
		return all
	}
	type subject struct {
		name        string
		title, body []string
	}
	var subjects []subject
	all := make([]contact, n)
	for i := range all {
		var s subject
		if len(subjects) > 0 && next(4) == 0 {
			s = subjects[next(len(subjects))]
			s.body = append(append([]string{}, s.body[:20]...), words(6)...)
			s.title = append(append([]string{}, s.title[:4]...), word())
		} else {
			s = subject{fmt.Sprint(i), words(6), words(30)}
			subjects = append(subjects, s)
		}
		all[i] = contact{
			ticket: uint64(i + 1), problem: s.name, at: start.Add(time.Duration(i) * time.Hour),
			text: cluster.Text{Title: strings.Join(s.title, " "), Body: strings.Join(s.body, " "), Sender: fmt.Sprint(next(n))},
		}
	}
	return all
}

// desk does what a tracker does: it scores, decides, numbers and applies.
type desk struct {
	ix       *cluster.Index
	batch    *cluster.Batch
	ops      []cluster.Op
	all      []cluster.Op // ever
	verdicts []cluster.Verdict
	seq      uint64
	problems uint64
	topics   uint64
	problem  map[uint64]uint64
	topic    map[uint64]uint64
}

func newDesk(o *cluster.Options) *desk {
	d := &desk{ix: cluster.New(o), problem: map[uint64]uint64{}, topic: map[uint64]uint64{}}
	d.batch = d.ix.Batch()
	return d
}

// log takes contacts in, so many a batch; all of a batch are scored before it.
func (d *desk) log(contacts []contact, size int) {
	for len(contacts) > 0 {
		n := min(size, len(contacts))
		docs, scored := make([]*cluster.Doc, n), make([]*cluster.Scored, n)
		for i, c := range contacts[:n] {
			docs[i] = cluster.Prepare(c.text)
			scored[i] = d.ix.Score(0, docs[i], c.at)
		}
		for i, c := range contacts[:n] {
			if d.batch.Full() {
				d.commit()
			}
			d.take(c, docs[i], scored[i])
		}
		d.commit()
		contacts = contacts[n:]
	}
}

func (d *desk) take(c contact, doc *cluster.Doc, s *cluster.Scored) cluster.Verdict {
	v := d.batch.Decide(s, nil, nil)
	d.verdicts = append(d.verdicts, v)
	d.apply(cluster.Op{Kind: cluster.Add, Ticket: c.ticket, At: c.at, Doc: doc})
	problem, topic := v.Problem, v.Topic
	if v.With != 0 {
		d.problems++
		problem = d.problems
		d.link(v.With, problem)
	}
	if problem != 0 {
		d.link(c.ticket, problem)
	}
	if v.TopicWith != 0 {
		d.topics++
		topic = d.topics
		d.about(v.TopicWith, topic)
	}
	if topic != 0 {
		d.about(c.ticket, topic)
	}
	return v
}

func (d *desk) link(ticket, problem uint64) {
	d.problem[ticket] = problem
	d.apply(cluster.Op{Kind: cluster.Link, Ticket: ticket, Problem: problem})
}

func (d *desk) about(ticket, topic uint64) {
	d.topic[ticket] = topic
	d.apply(cluster.Op{Kind: cluster.Topic, Ticket: ticket, Topic: topic})
}

func (d *desk) apply(op cluster.Op) {
	d.seq++
	op.Seq = d.seq
	d.batch.Apply(op)
	d.ops = append(d.ops, op)
	d.all = append(d.all, op)
}

func (d *desk) commit() {
	d.ix.Apply(d.ops...)
	d.ops = d.ops[:0]
	d.batch = d.ix.Batch()
}
