package cluster

import (
	stdcmp "cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// However many blocks and shards there are, in whatever order the documents were seen,
// what is found is what comparing with each of them finds.
func TestBestOfAllBlocks(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 0))
	docs := make([]*Doc, 400)
	for i := range docs {
		// Few words, so that many ranks are equal, and too few for a fingerprint.
		docs[i] = Prepare(Text{Title: fmt.Sprintf("printer%c", 'a'+draw.IntN(9)), Body: fmt.Sprintf("paper%c jam%c", 'a'+draw.IntN(26), 'a'+draw.IntN(26))})
	}
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	said := func() time.Time { return start.AddDate(0, 0, draw.IntN(400)) }
	for _, size := range []int{100, blockSlots + 1, shardSlots + 2*blockSlots} {
		ix := New(nil)
		for i := range size {
			ix.Apply(Op{Kind: Add, Ticket: uint64(i + 1), At: said(), Doc: docs[draw.IntN(len(docs))]})
		}
		ix.Stats() // from here on documents are listed as they come
		for i := range 50 {
			ix.Apply(Op{Kind: Forget, Ticket: uint64(draw.IntN(size) + 1)})
			ix.Apply(Op{Kind: Add, Ticket: uint64(size + i + 1), At: said(), Doc: docs[draw.IntN(len(docs))]})
		}
		ix.wake()
		for _, all := range []bool{false, true} {
			s, sc := newScored(ix.world, uint64(size), docs[draw.IntN(len(docs))], day(said())), &scratch{}
			s.all = all
			s.find(ix.world, sc, 0)
			want := s.among(ix.world, sc)
			require.Equal(t, len(want) > wanted+spare && !all, s.cut, "%d documents", size)
			if s.cut {
				want = want[:wanted+spare]
				require.Equal(t, want[len(want)-1].rank, s.last)
			}
			got := make([]key, len(s.hits))
			for i, h := range s.hits {
				got[i] = key{h.rank, h.score, h.slot}
			}
			require.Empty(t, cmp.Diff(want, got, cmp.AllowUnexported(key{})), "%d documents", size)
		}
	}
}

// among compares with every document. Later slots have later tickets.
func (s *Scored) among(w *world, sc *scratch) (all []key) {
	s.resolve(w, sc)
	defer s.release(sc)
	for slot, e := range w.entries {
		if e == nil || e.ticket == s.ticket {
			continue
		}
		if score := s.direct(e, sc); score > 0 {
			all = append(all, key{s.rank(score, e.seen), score, int32(slot)})
		}
	}
	slices.SortStableFunc(all, func(a, b key) int { return -stdcmp.Compare(a.rank, b.rank) })
	return all
}
