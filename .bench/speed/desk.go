package main

import (
	"fmt"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/cluster"
)

// desk keeps a grouping index as a tracker does, without the log.
type desk struct {
	ix                        *cluster.Index
	batch                     *cluster.Batch
	ops                       []cluster.Op
	tickets, problems, topics uint64
}

func newDesk() *desk {
	ix := cluster.New(nil)
	return &desk{ix: ix, batch: ix.Batch()}
}

func (d *desk) log(c tracker.Contact) {
	doc := cluster.Prepare(text(c))
	v := d.batch.Decide(d.ix.Score(0, doc, c.At), nil, nil)
	d.tickets++
	d.apply(cluster.Op{Kind: cluster.Add, Ticket: d.tickets, At: c.At, Doc: doc})
	if v.With != 0 {
		d.problems++
		v.Problem = d.problems
		d.apply(cluster.Op{Kind: cluster.Link, Ticket: v.With, Problem: v.Problem})
	}
	if v.Problem != 0 {
		d.apply(cluster.Op{Kind: cluster.Link, Ticket: d.tickets, Problem: v.Problem})
	}
	if v.TopicWith != 0 {
		d.topics++
		v.Topic = d.topics
		d.apply(cluster.Op{Kind: cluster.Topic, Ticket: v.TopicWith, Topic: v.Topic})
	}
	if v.Topic != 0 {
		d.apply(cluster.Op{Kind: cluster.Topic, Ticket: d.tickets, Topic: v.Topic})
	}
	if d.batch.Full() {
		d.commit()
	}
}

func (d *desk) apply(op cluster.Op) {
	op.Seq = d.ix.Seq() + uint64(len(d.ops)) + 1
	d.batch.Apply(op)
	d.ops = append(d.ops, op)
}

func (d *desk) commit() {
	d.ix.Apply(d.ops...)
	d.ops, d.batch = nil, d.ix.Batch()
}

// memory says what a ticket takes: as the index counts it, and as the heap grew.
func (d *desk) memory(what string, grown int64) {
	s := d.ix.Stats()
	fmt.Printf("%s: %d tickets, %d of them hot, %d bytes a hot ticket by Stats, %d by the heap\n",
		what, s.Tickets, s.Hot, s.Bytes/int64(s.Hot), grown/int64(s.Hot))
}

func text(c tracker.Contact) cluster.Text {
	return cluster.Text{
		Title: c.Title, Body: c.Text, Language: c.Language, Product: c.Product, Version: c.Version,
		Organization: c.Organization, Components: c.Components, Sender: c.From,
	}
}
