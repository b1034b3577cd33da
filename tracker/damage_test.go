package tracker_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// patient is a file of 300 contacts, whole, and what is in it.
type patient struct {
	raw      []byte
	clock    *clock
	contacts []tracker.Contact // by number, from 0
	export   string
}

func newPatient(t *testing.T) *patient {
	path, clock := tempFile(t), newClock()
	s, err := boltstore.Open(ctx, path, nil)
	require.NoError(t, err)
	tr := openStore(t, s, clock, peopleOnly)
	var cs []tracker.Contact
	for n := range 300 {
		c := from(email(fmt.Sprintf("p%d@example.org", n%40), fmt.Sprintf("Matter %d", n), "It is broken."), "i", n)
		if n >= 40 {
			c.Ticket = tracker.TicketID(n%40 + 1)
		}
		if n%60 == 0 {
			c.Attachments = []tracker.Attachment{{Name: "x", Content: noise(uint64(n), 100)}}
		}
		cs = append(cs, c)
	}
	_, err = tr.Import(ctx, sequence(cs...), nil)
	require.NoError(t, err)
	problem(t, tr, 1, 2, 3)
	problem(t, tr, 4, 5)
	_, err = tr.Merge(ctx, 1, 2)
	require.NoError(t, err)
	_, err = tr.Reject(ctx, 3, ofProblem(1))
	require.NoError(t, err)
	p := &patient{clock: clock, export: export(t, tr)}
	for id := range tracker.ContactID(300) {
		c, err := tr.Contact(ctx, id+1)
		require.NoError(t, err)
		p.contacts = append(p.contacts, c)
	}
	require.NoError(t, tr.Close())
	require.NoError(t, s.Compact(ctx))
	require.NoError(t, s.Close())
	p.raw, err = os.ReadFile(path)
	require.NoError(t, err)
	return p
}

func (p *patient) open(path string, opts ...option) (*tracker.Tracker, error) {
	opts = append(opts, peopleOnly, func(o *tracker.Options) { o.Cache = "-" })
	return tracker.Open(ctx, path, settings(p.clock, opts...))
}

// examine opens the file at path as a program would. It must show what was there, or
// say that it is damaged; and then, if one looks, reading shows the sound contacts,
// and what is lost of the others is named.
func (p *patient) examine(path string, look bool) (damaged bool, err error) {
	tr, err := p.open(path)
	switch {
	case err == nil:
		var b strings.Builder
		err := errors.Join(tr.Export(ctx, &b), tr.Close())
		if err == nil && b.String() != p.export {
			err = errors.New("it opens without an error and shows something else")
		}
		return false, err
	case !errors.Is(err, store.ErrDamaged):
		return true, fmt.Errorf("the error is not one of damage: %w", err)
	}
	if !look {
		return true, nil
	}
	tr, err = p.open(path, readOnly)
	if errors.Is(err, store.ErrDamaged) {
		return true, nil // nothing of it can be read, and that is said
	}
	if err != nil {
		return true, fmt.Errorf("opened for reading: %w", err)
	}
	v, err := tr.Verify(ctx)
	if err == nil && v.Damage == nil {
		err = errors.New("opened for reading, Verify finds no damage")
	}
	if err != nil {
		return true, errors.Join(err, tr.Close())
	}
	named := map[uint64]bool{}
	for _, want := range p.contacts {
		for _, l := range v.Damage.Lost {
			if l.Holds("contacts", binary.BigEndian.AppendUint64(nil, uint64(want.ID))) {
				named[uint64(want.ID)] = true
			}
		}
	}
	for _, m := range v.Missing {
		for n := m.First; m.What == "contact" && n <= m.Last && n <= 300; n++ {
			named[n] = true
		}
	}
	for i, want := range p.contacts {
		got, cerr := tr.Contact(ctx, want.ID)
		switch {
		case cerr == nil && !reflect.DeepEqual(got, want):
			return true, fmt.Errorf("contact %d is not what was logged", i+1)
		case cerr != nil && !named[uint64(i+1)]:
			return true, fmt.Errorf("contact %d cannot be read, and Verify does not name it: %w", i+1, cerr)
		}
	}
	return true, tr.Close()
}

// TestFlippedBytes flips one byte of a store at a time: a sample of them, or with
// SUPPORTLOOP_ALL=1 all. The file is dealt to as many workers as there are processors.
func TestFlippedBytes(t *testing.T) {
	p := newPatient(t)
	every := len(p.raw) / 200
	if everything {
		every = 1
	}
	var tried, noticed atomic.Int64
	began := time.Now()
	t.Run("parts", func(t *testing.T) {
		parts := runtime.GOMAXPROCS(0)
		for part := range parts {
			from, to := len(p.raw)*part/parts, len(p.raw)*(part+1)/parts
			t.Run(fmt.Sprint(part), func(t *testing.T) {
				t.Parallel()
				p.flip(t, from, to, every, &tried, &noticed)
			})
		}
	})
	t.Logf("%d of %d bytes flipped, %d noticed, in %v", tried.Load(), len(p.raw), noticed.Load(), time.Since(began).Round(time.Second))
	require.NotZero(t, noticed.Load())
}

// flip flips about one in every bytes of a copy of the patient, from one place to another.
func (p *patient) flip(t *testing.T, from, to, every int, tried, noticed *atomic.Int64) {
	path := filepath.Join(t.TempDir(), "flipped.db")
	require.NoError(t, os.WriteFile(path, p.raw, 0o600))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	damaged, err := p.examine(path, true)
	require.NoError(t, err)
	require.False(t, damaged, "as it is, it is sound")

	rnd := rand.New(rand.NewPCG(1, uint64(from)))
	for at := from; at < to; at += 1 + rnd.IntN(2*every-1) {
		flip := byte(1) << rnd.IntN(8)
		if rnd.IntN(4) == 0 {
			flip = byte(1 + rnd.IntN(255))
		}
		_, err := f.WriteAt([]byte{p.raw[at] ^ flip}, int64(at))
		require.NoError(t, err)
		damaged, err := p.examine(path, !everything || at%16 == 0)
		require.NoError(t, err, "byte %d (page %d, offset %d) xor %#x", at, at/os.Getpagesize(), at%os.Getpagesize(), flip)
		_, err = f.WriteAt(p.raw[at:at+1], int64(at))
		require.NoError(t, err)
		if tried.Add(1); damaged {
			noticed.Add(1)
		}
	}
	now, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, p.raw, now, "opening changed the file")
}

// TestTruncatedFiles cuts a store at multiples of 512 bytes.
func TestTruncatedFiles(t *testing.T) {
	p := newPatient(t)
	path := filepath.Join(t.TempDir(), "cut.db")
	every := 512 * max(1, len(p.raw)/512/40)
	if everything {
		every = 512
	}
	n := 0
	for size := 0; size < len(p.raw); size += every {
		require.NoError(t, os.WriteFile(path, p.raw[:size], 0o600))
		_, err := p.examine(path, true)
		require.NoError(t, err, "cut to %d of %d bytes", size, len(p.raw))
		n++
	}
	t.Logf("cut at %d places", n)
}

// TestDamageWhereTheStoreSaysWhatItIs: the records of the head and of the identity are
// single; a store that lost one is still read.
func TestDamageWhereTheStoreSaysWhatItIs(t *testing.T) {
	p := newPatient(t)
	for i, record := range []string{`{"layout":1,`, `{"seq":`} {
		at := bytes.Index(p.raw, []byte(record))
		require.Positive(t, at)
		path := filepath.Join(t.TempDir(), "damaged.db")
		require.NoError(t, os.WriteFile(path, flipped(p.raw, at+2), 0o600))
		damaged, err := p.examine(path, true)
		require.NoError(t, err)
		require.True(t, damaged)
		tr, err := p.open(path, readOnly)
		require.NoError(t, err, "what is sound can be read")
		cs := all(t, tr.Contacts(ctx, tracker.ContactQuery{}))
		require.Len(t, cs, 300)
		if i == 1 {
			tk, err := tr.Ticket(ctx, 7)
			require.NoError(t, err)
			found, err := tr.TicketByReference(ctx, tk.Reference)
			require.NoError(t, err, "without the head, references are still read")
			require.Equal(t, tk, found)
		}
		require.NoError(t, tr.Close())
	}
}
