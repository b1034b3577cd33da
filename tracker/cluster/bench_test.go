package cluster_test

import (
	"testing"

	"github.com/supportloop/supportloop/tracker/cluster"
)

func BenchmarkPrepare(b *testing.B) {
	contacts := invented(b)
	size := 0
	for _, c := range contacts {
		size += len(c.text.Title) + len(c.text.Body)
	}
	b.SetBytes(int64(size / len(contacts)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		cluster.Prepare(contacts[i%len(contacts)].text)
	}
}

// filled is a desk with 5,000 contacts.
func filled(b *testing.B) (*desk, []contact) {
	b.Helper()
	contacts := made(6000)
	d := newDesk(nil)
	d.log(contacts[:5000], 64)
	return d, contacts[5000:]
}

func BenchmarkScore(b *testing.B) {
	d, contacts := filled(b)
	doc := cluster.Prepare(contacts[0].text)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			d.ix.Score(0, doc, contacts[0].at)
		}
	})
}

func BenchmarkCandidates(b *testing.B) {
	d, contacts := filled(b)
	doc := cluster.Prepare(contacts[0].text)
	d.ix.Score(0, doc, contacts[0].at)
	b.ReportAllocs()
	for b.Loop() {
		d.ix.Candidates(d.ix.Score(0, doc, contacts[0].at), 10)
	}
}

func BenchmarkDecide(b *testing.B) {
	d, contacts := filled(b)
	s := d.ix.Score(0, cluster.Prepare(contacts[0].text), contacts[0].at)
	b.ReportAllocs()
	for b.Loop() {
		d.batch.Decide(s, nil, nil)
	}
}

func BenchmarkApply(b *testing.B) {
	d, contacts := filled(b)
	docs := make([]*cluster.Doc, len(contacts))
	for i, c := range contacts {
		docs[i] = cluster.Prepare(c.text)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.ix.Apply(cluster.Op{Kind: cluster.Add, Ticket: uint64(10_000 + i), At: contacts[0].at, Doc: docs[i%len(docs)]})
	}
}

func BenchmarkSnapshot(b *testing.B) {
	d, _ := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		snapshot(b, d.ix)
	}
}
