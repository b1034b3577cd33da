package cluster_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/cluster"
)

func snapshot(t testing.TB, ix *cluster.Index) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := ix.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

// However commits are batched, the verdicts and the index are the same.
func TestBatchingChangesNothing(t *testing.T) {
	contacts := made(700)
	one := newDesk(&cluster.Options{Exemplars: 3, Hot: 250})
	one.log(contacts, 1)
	joined := 0
	for _, v := range one.verdicts {
		if v.Rule != "" {
			joined++
		}
	}
	require.Greater(t, joined, 50, "the texts must make for something to decide")
	for _, size := range []int{7, 64, 300} {
		many := newDesk(&cluster.Options{Exemplars: 3, Hot: 250})
		many.log(contacts, size)
		require.Empty(t, cmp.Diff(one.verdicts, many.verdicts), "batches of %d", size)
		require.True(t, bytes.Equal(snapshot(t, one.ix), snapshot(t, many.ix)), "batches of %d", size)
	}
}

// A text that was scored before others came is decided as if it were scored now.
func TestScoreOutsideIsScoreAtHead(t *testing.T) {
	contacts := made(500)
	d := newDesk(&cluster.Options{Exemplars: 2, Hot: 150})
	d.log(contacts[:300], 10)
	stale := make([]*cluster.Scored, 0, 200)
	for _, c := range contacts[300:] {
		stale = append(stale, d.ix.Score(0, cluster.Prepare(c.text), c.at))
	}
	for i, c := range contacts[300:] {
		doc := cluster.Prepare(c.text)
		fresh := d.ix.Score(0, doc, c.at)
		require.Empty(t, cmp.Diff(d.ix.Candidates(fresh, 50), d.ix.Candidates(stale[i], 50)), "ticket %d", c.ticket)
		require.Empty(t, cmp.Diff(d.batch.Decide(fresh, nil, nil), d.batch.Decide(stale[i], nil, nil)), "ticket %d", c.ticket)
		d.take(c, doc, fresh)
		d.commit()
	}
}

// A snapshot gives the answers of the index it was taken of, now and later.
func TestSnapshotAnswersAlike(t *testing.T) {
	contacts := made(600)
	d := newDesk(nil)
	d.log(contacts[:400], 16)
	d.ix.Apply(cluster.Op{Kind: cluster.Confirm, Problem: 1, On: true}, cluster.Op{Kind: cluster.Forget, Ticket: 17})
	raw := snapshot(t, d.ix)
	again, err := cluster.Read(bytes.NewReader(raw), nil)
	require.NoError(t, err)
	require.Equal(t, d.ix.Stats(), again.Stats())
	require.Equal(t, raw, snapshot(t, again))
	other := newDesk(nil)
	*other = *d
	other.ix, other.verdicts, other.ops = again, nil, nil
	other.problem, other.topic = map[uint64]uint64{}, map[uint64]uint64{}
	other.batch = again.Batch()
	d.verdicts, d.batch = nil, d.ix.Batch()
	d.log(contacts[400:], 8)
	other.log(contacts[400:], 8)
	require.Empty(t, cmp.Diff(d.verdicts, other.verdicts))
}

// Whoever reads the log again and asks nothing in between comes to the same index,
// wherever the first question falls.
func TestReplayIsTheSameIndex(t *testing.T) {
	o := &cluster.Options{Exemplars: 3, Hot: 250}
	d := newDesk(o)
	d.log(made(700), 7)
	want := snapshot(t, d.ix)
	step := 41
	if testing.Short() {
		step = 400
	}
	for asked := 0; asked < len(d.all); asked += step {
		ix := cluster.New(o)
		ix.Apply(d.all[:asked]...)
		ix.Stats()
		ix.Apply(d.all[asked:]...)
		require.True(t, bytes.Equal(want, snapshot(t, ix)), "asked after %d of %d", asked, len(d.all))
		require.Equal(t, d.ix.Stats(), ix.Stats())
	}
}

// What is damaged, cut off, of another version or of other options is refused and
// never read wrong.
func TestSnapshotDamage(t *testing.T) {
	d := newDesk(nil)
	d.log(made(40), 8)
	raw := snapshot(t, d.ix)
	for _, n := range []int{0, 1, 20, len(raw) / 2, len(raw) - 1} {
		_, err := cluster.Read(bytes.NewReader(raw[:n]), nil)
		require.ErrorIs(t, err, cluster.ErrSnapshot, "cut at %d", n)
	}
	for i := 0; i < len(raw); i += 97 {
		bad := bytes.Clone(raw)
		bad[i] ^= 0x40
		_, err := cluster.Read(bytes.NewReader(bad), nil)
		require.ErrorIs(t, err, cluster.ErrSnapshot, "byte %d", i)
	}
	_, err := cluster.Read(bytes.NewReader(raw), &cluster.Options{Exemplars: 4})
	require.ErrorIs(t, err, cluster.ErrSnapshot)
}

// A forgotten ticket is found no more, and within an epoch nothing else changes.
func TestForgottenIsAsNeverAdded(t *testing.T) {
	contacts := made(110)
	with, without := newDesk(nil), newDesk(nil)
	with.log(contacts[:100], 1)
	without.log(contacts[:100], 1)
	guest := contacts[100]
	guest.ticket = 9999
	with.ix.Apply(
		cluster.Op{Kind: cluster.Add, Ticket: guest.ticket, At: guest.at, Doc: cluster.Prepare(guest.text)},
		cluster.Op{Kind: cluster.Link, Ticket: guest.ticket, Problem: 1},
		cluster.Op{Kind: cluster.Topic, Ticket: guest.ticket, Topic: 1},
		cluster.Op{Kind: cluster.Forget, Ticket: guest.ticket},
	)
	require.Equal(t, without.ix.Stats().Tickets, with.ix.Stats().Tickets)
	require.Equal(t, without.ix.Stats().Epoch, with.ix.Stats().Epoch, "the test must stay within an epoch")
	for _, c := range contacts[100:] {
		a := with.ix.Score(0, cluster.Prepare(c.text), start)
		b := without.ix.Score(0, cluster.Prepare(c.text), start)
		require.Empty(t, cmp.Diff(without.ix.Candidates(b, 20), with.ix.Candidates(a, 20)))
		require.Empty(t, cmp.Diff(without.ix.Batch().Decide(b, nil, nil), with.ix.Batch().Decide(a, nil, nil)))
	}
}

// One processor or all, scores in parallel or one by one: the same verdicts.
func TestProcessorsChangeNothing(t *testing.T) {
	contacts := made(300)
	first := newDesk(nil)
	first.log(contacts, 32)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	second := newDesk(nil)
	second.log(contacts, 32)
	require.Empty(t, cmp.Diff(first.verdicts, second.verdicts))
	require.Equal(t, snapshot(t, first.ix), snapshot(t, second.ix))
}

// Score, Candidates and Stats may be called while the writer works.
func TestReadersBesideTheWriter(t *testing.T) {
	contacts := made(400)
	d := newDesk(nil)
	d.log(contacts[:50], 10)
	stop, done := make(chan struct{}), make(chan struct{})
	for range 2 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				c := contacts[i%len(contacts)]
				d.ix.Candidates(d.ix.Score(0, cluster.Prepare(c.text), c.at), 5)
				d.ix.Stats()
			}
		}()
	}
	d.log(contacts[50:], 10)
	close(stop)
	<-done
	<-done
}

// Ten thousand people send the same text: one problem, bounded memory, and no
// slower at the end than at the beginning.
func TestTenThousandTimesTheSame(t *testing.T) {
	d := newDesk(nil)
	d.log(made(200), 20)
	before := d.ix.Stats()
	same := make([]contact, 10_000)
	for i := range same {
		same[i] = contact{ticket: uint64(1000 + i), at: start, text: cluster.Text{
			Title: "The site is down", Body: fmt.Sprint("Since this morning your whole web site shows a white page, order number ", 100_000+i),
		}}
	}
	d.log(same, 64)
	after := d.ix.Stats()
	require.Equal(t, before.Tickets+10_000, after.Tickets)
	require.Equal(t, before.Problems+1, after.Problems)
	require.Equal(t, before.Hot+1, after.Hot)
	last := d.verdicts[len(d.verdicts)-1]
	require.Equal(t, "fingerprint", last.Rule)
	require.Equal(t, d.problem[1000], last.Problem)
}
