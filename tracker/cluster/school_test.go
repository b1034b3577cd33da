package cluster_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

// judged logs contacts and says of each which problem it truly has, in batches of a size.
func judged(t testing.TB, contacts []contact, size int) *desk {
	t.Helper()
	d := newDesk(nil)
	problems, first := map[string]uint64{}, map[string]uint64{}
	for chunk := range slices.Chunk(contacts, size) {
		for _, c := range chunk {
			doc := cluster.Prepare(c.text)
			s := d.ix.Score(0, doc, c.at)
			if d.batch.Full() {
				d.commit()
			}
			d.take(c, doc, s)
			other := first[c.problem]
			if other == 0 {
				first[c.problem] = c.ticket
				continue
			}
			if problems[c.problem] == 0 {
				d.problems++
				problems[c.problem] = d.problems
				d.link(other, d.problems)
				d.apply(cluster.Op{Kind: cluster.Confirm, Problem: d.problems, On: true})
			}
			p := problems[c.problem]
			d.link(c.ticket, p)
			d.apply(cluster.Op{Kind: cluster.Judge, Ticket: c.ticket, Problem: p, Same: true, On: c.ticket%2 == 0})
			if wrong := d.problem[c.ticket-1]; wrong != 0 && wrong != p {
				d.apply(cluster.Op{Kind: cluster.Judge, Ticket: c.ticket, Problem: wrong, On: true})
			}
		}
		d.commit()
	}
	return d
}

// TestJudgementsTeach: what people say changes the ranking; it does so however commits
// were batched, and a snapshot keeps it.
func TestJudgementsTeach(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	contacts := made(900)
	one, many := judged(t, contacts, 1), judged(t, contacts, 50)
	require.Equal(t, one.verdicts, many.verdicts)

	untaught := cluster.New(nil)
	for _, op := range one.all {
		if op.Kind != cluster.Judge {
			untaught.Apply(op)
		}
	}
	replayed := cluster.New(nil)
	replayed.Apply(one.all...)
	var snapshot bytes.Buffer
	_, err := one.ix.WriteTo(&snapshot)
	require.NoError(t, err)
	loaded, err := cluster.Read(bytes.NewReader(snapshot.Bytes()), nil)
	require.NoError(t, err)

	differ := false
	probable := 0
	for _, c := range made(1000)[900:] {
		doc := cluster.Prepare(c.text)
		ask := func(ix *cluster.Index) []cluster.Candidate { return ix.Candidates(ix.Score(0, doc, c.at), 10) }
		want := ask(one.ix)
		require.Equal(t, want, ask(many.ix))
		require.Equal(t, want, ask(replayed), "a replay learns the same")
		require.Equal(t, want, ask(loaded), "a snapshot keeps what was learned")
		plain := ask(untaught)
		for i := range want {
			differ = differ || want[i].Score != plain[min(i, len(plain)-1)].Score
			if want[i].Probability > 0 {
				probable++
			}
		}
		for _, p := range plain {
			require.Zero(t, p.Probability, "nothing was audited")
		}
	}
	require.True(t, differ)
	require.Positive(t, probable, "there were enough audits to tell probabilities")
}

// TestFeaturesAddUp: the features of a candidate are what its score is made of, learned
// weights or not.
func TestFeaturesAddUp(t *testing.T) {
	d := judged(t, made(900), 30)
	n := 0
	for _, c := range made(950)[900:] {
		s := d.ix.Score(0, cluster.Prepare(c.text), c.at)
		for _, found := range d.ix.Candidates(s, 10) {
			sum := 0.0
			for _, f := range d.ix.Features(s, found) {
				require.NotEmpty(t, f.Name)
				sum += f.Value * f.Weight
			}
			require.InDelta(t, found.Score, sum, 1e-5)
			n++
		}
		require.Nil(t, d.ix.Features(s, cluster.Candidate{Problem: 1 << 40}))
	}
	require.Greater(t, n, 100)
}
