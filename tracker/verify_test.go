package tracker_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// lossy is a store that has lost the tickets from the second to the fourth, and the sixth.
type lossy struct{ store.Store }

func (s lossy) View(ctx context.Context, fn func(store.Reader) error) error {
	return s.Store.View(ctx, func(r store.Reader) error { return fn(lossyReader{r}) })
}

type lossyReader struct{ store.Reader }

func (r lossyReader) Get(b store.Bucket, k []byte) ([]byte, error) {
	if b == "tickets" {
		switch n := binary.BigEndian.Uint64(k); n {
		case 2, 3, 4, 6:
			return nil, fmt.Errorf("ticket %d: %w", n, store.ErrDamaged)
		}
	}
	return r.Reader.Get(b, k)
}

func (r lossyReader) Page(b store.Bucket, rng store.Range, n int) ([]store.Entry, error) {
	if b == "tickets" {
		return nil, store.ErrDamaged
	}
	return r.Reader.Page(b, rng, n)
}

// TestVerifyNamesRuns: what is lost side by side is one line to read.
func TestVerifyNamesRuns(t *testing.T) {
	s, clock := memstore.New(), newClock()
	tr := openStore(t, s, clock, peopleOnly)
	tickets(t, tr, 8)
	v, err := openStore(t, lossy{s}, clock, peopleOnly).Verify(ctx)
	require.NoError(t, err)
	require.Equal(t, []tracker.Missing{{What: "ticket", First: 2, Last: 4}, {What: "ticket", First: 6, Last: 6}}, v.Missing)
	require.Equal(t, "[tickets 2 to 4 ticket 6]", fmt.Sprint(v.Missing))
	require.False(t, v.Sound())
}

// What limits and erasures go by is looked at, too: a run, a remedy or a promise that its
// ticket does not list is neither counted nor erased.
func TestVerifyListsOfTickets(t *testing.T) {
	for bucket, want := range map[store.Bucket]string{
		"runs_by_ticket":     "[ticket's list without run 1 answers of ticket 1]",
		"remedies_by_ticket": "[ticket's list without remedy 1]",
		"promises_by_ticket": "[ticket's list without promise 1]",
		"promises_open":      "[list of what is due without promise 1]",
		"answers":            "[answers of ticket 1]",
	} {
		s := memstore.New()
		tr := openStore(t, s, newClock(), peopleOnly)
		r := moveOn(t, tr, paying(t, tr, plan(t, amends), tickets(t, tr, 1)[0]), "", pay(60))
		moveOn(t, tr, r, "", did)
		v, err := tr.Verify(ctx)
		require.NoError(t, err)
		require.True(t, v.Sound(), "%v", v.Missing)
		require.NoError(t, s.Update(ctx, func(w store.Writer) error {
			entries, err := w.Page(bucket, store.Range{}, 1)
			if err != nil {
				return err
			}
			return w.Delete(bucket, entries[0].Key)
		}))
		v, err = tr.Verify(ctx)
		require.NoError(t, err)
		require.Equal(t, want, fmt.Sprint(v.Missing))
	}
}

// What figures and erasures go by is looked at: revisions, uses and their lists, and the
// counts that articles and tickets keep of them.
func TestVerifyListsOfArticles(t *testing.T) {
	for _, row := range []struct {
		bucket store.Bucket
		nth    int
		want   string
	}{
		{"uses_by_article", 0, "[article's list without use 1]"},
		{"uses_by_ticket", 1, "[ticket's list without use of article 2]"},
		{"article_revisions", 0, "[revision of article 1]"},
		{"uses", 0, "[use of article 1 counts of article 1 articles of ticket 1]"},
		{"uses", 1, "[use of article 2 counts of article 1]"},
		{"uses", 2, "[use of article 3 articles of ticket 2]"},
	} {
		s := memstore.New()
		tr := openStore(t, s, newClock(), peopleOnly)
		ids := tickets(t, tr, 2)
		a := article(t, tr, tracker.Article{Title: "Pairing"})
		_, err := tr.UpdateArticle(ctx, a.ID, func(a *tracker.Article) error { a.Body = "Hold it."; return nil })
		require.NoError(t, err)
		require.NoError(t, tr.UseArticle(ctx, a.ID, ids[0]))
		_, err = tr.FlagArticle(ctx, a.ID, ids[0], "It is on the left.")
		require.NoError(t, err)
		solve(t, tr, ids[1])
		_, err = tr.DraftArticle(ctx, ids[1])
		require.NoError(t, err)
		checkSound(t, tr)
		require.NoError(t, s.Update(ctx, func(w store.Writer) error {
			entries, err := w.Page(row.bucket, store.Range{}, row.nth+1)
			if err != nil {
				return err
			}
			return w.Delete(row.bucket, entries[row.nth].Key)
		}))
		v, err := tr.Verify(ctx)
		require.NoError(t, err)
		require.Equal(t, row.want, fmt.Sprint(v.Missing))
	}
}
