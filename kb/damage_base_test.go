package kb_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/kb"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store/memstore"
)

// patient is a log, and an index of it that is to be damaged.
type patient struct {
	log   []byte // exported
	index string
}

// newPatient has an index of several segments, in which documents were replaced and
// removed since; as it was closed, or as a process that died leaves it.
func newPatient(t *testing.T, sealed bool) patient {
	p := patient{index: t.TempDir()}
	tr, err := tracker.New(t.Context(), memstore.New(), &tracker.Options{Key: []byte("test"), NoGrouping: true})
	require.NoError(t, err)
	defer tr.Close()
	b, err := kb.New(t.Context(), kb.Parts{Tracker: tr, Index: p.index}, nil)
	require.NoError(t, err)
	defer b.Close()
	for i := range 24 {
		logged(t, b, fmt.Sprintf("c%d@example.org", i), fmt.Sprintf("Invoice %d is wrong", i), strings.Repeat(fmt.Sprintf("The total of order %d differs. ", i%5), i%4+1))
		if i%6 == 5 {
			require.NoError(t, b.CatchUp(t.Context()))
		}
	}
	for i := range 3 {
		_, err := tr.CloseTicket(t.Context(), tracker.TicketID(4*i+1), tracker.SolvedByKnown, "")
		require.NoError(t, err)
		a, err := tr.CreateArticle(t.Context(), tracker.Article{Title: fmt.Sprintf("Wrong invoices, part %d", i), Body: "Send the order anew."})
		require.NoError(t, err)
		if i == 1 {
			require.NoError(t, b.CatchUp(t.Context()))
			_, err = tr.UpdateArticle(t.Context(), a.ID, func(a *tracker.Article) error { a.Confidence = tracker.Archived; return nil })
			require.NoError(t, err)
		}
	}
	require.NoError(t, b.CatchUp(t.Context()))
	var log bytes.Buffer
	err = tr.Export(t.Context(), &log)
	require.NoError(t, err)
	p.log = log.Bytes()
	require.NoError(t, b.Close())
	if !sealed {
		require.NoError(t, os.Remove(filepath.Join(p.index, "1", "seal")))
	}
	return p
}

// open is a base over a copy of the log, and over a copy of the index that damage was
// done to before.
func (p patient) open(t *testing.T, damage func(index string)) (b *kb.Base, index string) {
	index = t.TempDir()
	require.NoError(t, os.CopyFS(index, os.DirFS(p.index)))
	damage(index)
	s := memstore.New()
	require.NoError(t, tracker.Restore(t.Context(), s, bytes.NewReader(p.log)))
	tr, err := tracker.New(t.Context(), s, &tracker.Options{Key: []byte("test"), NoGrouping: true})
	require.NoError(t, err)
	t.Cleanup(func() { tr.Close() })
	return reopen(t, tr, index), index
}

func reopen(t *testing.T, tr *tracker.Tracker, index string) *kb.Base {
	b, err := kb.New(t.Context(), kb.Parts{Tracker: tr, Index: index}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

// wound is one way to damage a file.
type wound struct {
	file, what string
	do         func(path string) error
}

// wounds are: deleted, cut off in several places, and a bit flipped in every 97th byte;
// of these only every nth.
func wounds(t *testing.T, dir string, nth int) (all []wound) {
	for _, name := range files(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		all = append(all, wound{name, "deleted", os.Remove})
		for _, n := range []int64{0, 1, info.Size() / 2, info.Size() - 1} {
			if n >= 0 && n < info.Size() {
				all = append(all, wound{name, fmt.Sprint("cut off at ", n), func(path string) error { return os.Truncate(path, n) }})
			}
		}
		for at := int64(0); at < info.Size(); at += 97 {
			if len(all)%nth == 0 {
				all = append(all, wound{name, fmt.Sprint("flipped at ", at), func(path string) error { return flipAt(path, at) }})
			} else {
				all = append(all, wound{})
			}
		}
	}
	return slices.DeleteFunc(all, func(w wound) bool { return w.do == nil })
}

// flipAt changes a bit in place, so that it changes in memory too where the file is mapped.
func flipAt(path string, at int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		return err
	}
	b[0] ^= 1 << (at % 8)
	_, err = f.WriteAt(b, at)
	return err
}

var askedOfPatients = []string{"invoice total order", "kind:ticket differs -wrong", `"order 2 differs"`, "status:closed", "kind:article anew"}

func answersOf(t *testing.T, b *kb.Base) (all []kb.Results, rebuilding bool) {
	for _, text := range askedOfPatients {
		r, err := b.Search(t.Context(), kb.Query{Text: text, Limit: 100})
		require.NoError(t, err)
		rebuilding = rebuilding || r.Rebuilding
		if r.Rebuilding {
			require.Empty(t, r.Hits)
		}
		all = append(all, r)
	}
	return all, rebuilding
}

// Whatever was done to a file of a base's index: its answers are right, or say that it
// is being rebuilt; logging goes on; and after CatchUp every answer is that of an index
// made anew. A sample; SUPPORTLOOP_ALL=1 does everything.
func TestDamagedIndexNeverLies(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine and much to compute: run without -short")
	}
	nth := 150
	if complete {
		nth = 1
	}
	for _, sealed := range []bool{true, false} {
		t.Run(map[bool]string{true: "closed well", false: "its process died"}[sealed], func(t *testing.T) {
			p := newPatient(t, sealed)
			whole, _ := p.open(t, func(string) {})
			want, rebuilding := answersOf(t, whole)
			require.False(t, rebuilding)
			said := 0
			all := wounds(t, p.index, nth)
			for i, w := range all {
				t.Run(w.file+" "+w.what, func(t *testing.T) {
					b, index := p.open(t, func(index string) { require.NoError(t, w.do(filepath.Join(index, w.file))) })
					got, rebuilding := answersOf(t, b)
					if rebuilding {
						said++
					} else {
						require.Empty(t, cmp.Diff(want, got, cmpopts.IgnoreUnexported(kb.Hit{})), "right, or rebuilding")
					}
					logged(t, b, "late@example.org", "Late", "Logging goes on.")
					require.NoError(t, b.CatchUp(t.Context()))
					likeFresh(t, b)
					if i%20 == 0 {
						require.NoError(t, b.Close())
						b = reopen(t, b.Tracker, index)
						_, r := found(t, b, "logging")
						require.Zero(t, r.Behind, "what was repaired is kept")
						likeFresh(t, b)
					}
				})
			}
			t.Logf("%d ways to damage it, %d of which it told of", len(all), said)
			require.NotZero(t, said)
		})
	}
}

// The same while the index is open, searched and written to: what is mapped changes or
// goes away under the process. It lives; and after CatchUp, and opened again, the index
// answers as one made anew.
func TestDamageWhileInUse(t *testing.T) {
	nth := 400
	if complete {
		nth = 1
	}
	p := newPatient(t, true)
	all := wounds(t, p.index, nth)
	gaveUp := 0
	for i, w := range all {
		if filepath.Base(w.file) == "seal" {
			continue // is gone while the index is open
		}
		t.Run(w.file+" "+w.what, func(t *testing.T) {
			b, index := p.open(t, func(string) {})
			searching, stop := context.WithCancel(t.Context())
			searched := make(chan error, 1)
			go func() {
				var err error
				for err == nil && searching.Err() == nil {
					_, err = b.Search(t.Context(), kb.Query{Text: askedOfPatients[i%len(askedOfPatients)]})
				}
				searched <- err
			}()
			logged(t, b, "soon@example.org", "Soon", "Before the damage.")
			require.NoError(t, b.CatchUp(t.Context()))
			err := w.do(filepath.Join(index, w.file))
			if !os.IsNotExist(err) && err != io.EOF { // merged away or written anew, and shorter, meanwhile
				require.NoError(t, err)
			}
			for i := range 3 {
				logged(t, b, fmt.Sprintf("late%d@example.org", i), "Late", "Logging goes on.")
				require.NoError(t, b.CatchUp(t.Context()))
			}
			_, err = b.Tracker.CloseTicket(t.Context(), 2, tracker.SolvedByKnown, "")
			require.NoError(t, err)
			require.NoError(t, b.CatchUp(t.Context()))
			stop()
			require.NoError(t, <-searched)
			for tries := 0; !compared(t, b); tries++ { // what writes to disk meets the damage later
				require.Less(t, tries, 3)
				require.NoError(t, b.CatchUp(t.Context()))
			}
			if entries(t, index)[0] != "1" {
				gaveUp++
			}
			_ = b.Close() // may say what happened
			b = reopen(t, b.Tracker, index)
			require.NoError(t, b.CatchUp(t.Context()))
			likeFresh(t, b)
		})
	}
	t.Logf("%d ways to damage it, %d times it was made anew", len(all), gaveUp)
	require.NotZero(t, gaveUp)
}

// What something else wrote to a file in use is noticed by the next CatchUp, before a
// merge or a search that happens to meet it.
func TestFilesInUseAreChecked(t *testing.T) {
	p := newPatient(t, true)
	b, index := p.open(t, func(string) {})
	require.NoError(t, b.CatchUp(t.Context()))
	require.Equal(t, []string{"1", "current", "lock"}, entries(t, index), "they are sound")
	segments, err := filepath.Glob(filepath.Join(index, "1", "store", "*.zap"))
	require.NoError(t, err)
	flipped := 0
	for _, path := range segments { // but those that bleve is writing or has just merged away
		if info, err := os.Stat(path); err == nil && info.Size() > 0 && flipAt(path, info.Size()/2) == nil {
			flipped++
		}
	}
	require.NotZero(t, flipped)
	require.NoError(t, b.CatchUp(t.Context()))
	require.Contains(t, entries(t, index), "2", "made anew")
	likeFresh(t, b)
	require.NoError(t, b.Close())
	likeFresh(t, reopen(t, b.Tracker, index))
	require.Equal(t, []string{"2", "current", "lock"}, entries(t, index), "what bleve still wrote into the old one is gone, too")
}
