package tracker

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
)

// The grouping index is derived from the log by one function, indexOp, whether a
// change was committed just now or is replayed years later. A replay takes the
// decisions that were made; it makes none.

// indexOp returns what ch means to the grouping index, ok false where that is
// nothing. An Add has doc, or where that is nil, the text to prepare it from.
func indexOp(r store.Reader, ch Change, doc *cluster.Doc) (op cluster.Op, text cluster.Text, ok bool, err error) {
	op = cluster.Op{Seq: ch.Seq, Ticket: uint64(ch.Ticket), Problem: uint64(ch.Problem), Topic: uint64(ch.Topic)}
	switch ch.Action {
	case ContactLogged:
		op.Kind, op.Doc = cluster.Add, doc
		text, op.At, ok, err = ticketText(r, ch.Ticket, ch.Contact)
	case TicketLinked:
		op.Kind, ok = cluster.Link, true
	case TicketTopic:
		op.Kind, ok = cluster.Topic, true
	case ProblemConfirmed, ProblemUnconfirmed:
		op.Kind, op.On, ok = cluster.Confirm, ch.Action == ProblemConfirmed, true
	case TicketJudged:
		op.Kind, op.Same, op.On, ok = cluster.Judge, ch.Same, ch.Audit, true
	case CandidateAudited:
		op.Kind, op.Same, ok = cluster.Audit, ch.Same, true
	case TicketErased:
		op.Kind, ok = cluster.Forget, true
	}
	return op, text, ok, err
}

// rawText is how much of a ticket is read to be prepared, in bytes: far more than
// is compared, so that what stands behind a long quotation is still found.
const rawText = 64 << 10

// ticketText is what ticket said up to and with contact, for comparison, and when
// it was last seen; ok is false where that is nothing.
func ticketText(r store.Reader, ticket TicketID, upTo ContactID) (text cluster.Text, seen time.Time, ok bool, err error) {
	said := textBuilder{}
	rng := store.Range{From: pair(ticket, ContactID(0)), To: pair(ticket, upTo+1)}
	err = each(r, bContactsByTicket, rng, func(e store.Entry) error {
		if said.full() && number[ContactID](e.Key) != upTo {
			return nil
		}
		c, err := load[Contact](r, bContacts, key(number[ContactID](e.Key)))
		if err != nil || c == nil {
			return err
		}
		said.add(*c)
		return nil
	})
	return said.text(), said.seen, said.any, err
}

// textBuilder joins what the contacts of one ticket say.
type textBuilder struct {
	t    cluster.Text
	body strings.Builder
	seen time.Time
	any  bool
}

func (b *textBuilder) full() bool { return b.body.Len() >= rawText }

func (b *textBuilder) add(c Contact) {
	if c.Direction != Inbound || c.Erased {
		return
	}
	if b.any = true; c.Seen().After(b.seen) {
		b.seen = c.Seen()
	}
	if b.body.Len() > 0 {
		b.body.WriteString(cluster.ContactBreak)
	}
	b.body.WriteString(cut(c.Text, max(0, rawText-b.body.Len())))
	first := func(dst *string, v string) {
		if *dst == "" {
			*dst = v
		}
	}
	first(&b.t.Sender, c.From)
	if c.Name != "" && !slices.Contains(b.t.Names, c.Name) {
		b.t.Names = append(b.t.Names, c.Name)
	}
	first(&b.t.Title, c.Title)
	first(&b.t.Language, c.Language)
	first(&b.t.Product, c.Product)
	first(&b.t.Version, c.Version)
	first(&b.t.Organization, c.Organization)
	if b.t.Components == nil {
		b.t.Components = c.Components
	}
}

func (b *textBuilder) text() cluster.Text {
	b.t.Body = b.body.String()
	return b.t
}

// moves of the log are taken in so many at a time.
const followPage = 2048

// followIndex brings the grouping index to the head of the log. While some changes
// are made ready the next ones are read.
func (c *core) followIndex(ctx context.Context) error {
	type outcome struct {
		f   following
		err error
	}
	read := func(after uint64) chan outcome {
		out := make(chan outcome, 1)
		go func() {
			var o outcome
			err := c.store.View(ctx, func(r store.Reader) (err error) {
				o.f, err = readFollowing(r, after)
				return err
			})
			o.err = err
			out <- o
		}()
		return out
	}
	for reading := read(c.index.Seq()); ; {
		o := <-reading
		if o.err != nil {
			return o.err
		}
		if o.f.more {
			reading = read(o.f.last)
		}
		o.f.applyTo(c.index)
		if !o.f.more {
			return nil
		}
	}
}

// following are some changes that come next, as what they mean to the index.
type following struct {
	ops   []cluster.Op
	texts []cluster.Text // of the op at the same place
	last  uint64         // the number of the last change
	more  bool           // there are further ones
}

// readFollowing reads the changes behind after, so many at a time.
func readFollowing(r store.Reader, after uint64) (following, error) {
	f := following{last: after}
	h, err := readHead(r)
	if err != nil || after == h.Seq {
		return f, err
	}
	entries, err := r.Page(bChanges, store.Range{From: key(after + 1)}, followPage)
	if err != nil {
		return f, err
	}
	for _, e := range entries {
		ch, err := decode[Change](bChanges, e.Key, e.Value)
		if err != nil {
			return f, err
		}
		if f.last++; ch.Seq != f.last {
			return f, fmt.Errorf("%w: %d follows %d", ErrGap, ch.Seq, f.last-1)
		}
		op, text, ok, err := indexOp(r, *ch, nil)
		if err != nil {
			return f, err
		}
		if ok {
			f.ops, f.texts = append(f.ops, op), append(f.texts, text)
		}
	}
	if len(entries) < followPage && f.last != h.Seq {
		return f, fmt.Errorf("%w: it ends at %d, its head says %d", ErrGap, f.last, h.Seq)
	}
	f.more = f.last != h.Seq
	return f, nil
}

// applyTo takes the changes into index.
func (f following) applyTo(index *cluster.Index) {
	inParallel(len(f.ops), func(i int) {
		if f.ops[i].Kind == cluster.Add {
			f.ops[i].Doc = cluster.Prepare(f.texts[i])
		}
	})
	index.Apply(f.ops...)
	index.Advance(f.last)
}

// inParallel calls fn for 0 to n-1 on as many goroutines as there are processors,
// and returns when all calls did.
func inParallel(n int, fn func(int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				fn(i)
			}
		})
	}
	wg.Wait()
}

// cacheHead is the first line of the file that keeps the index.
type cacheHead struct {
	Store  string `json:"store"`
	Change string `json:"change"` // hash of the last change that is in it: a restored backup may have gone another way since
}

func (c *core) cachePath() string {
	if c.opts.Cache == "-" {
		return ""
	}
	return c.opts.Cache
}

// caches reports whether there is an index to save, and where to.
func (c *core) caches() bool { return c.index != nil && c.cachePath() != "" }

// loadIndex makes the index: from the cache as far as that reaches, from the log
// for the rest.
func (c *core) loadIndex(ctx context.Context) error {
	if err := c.readCache(ctx); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.opts.Logger.Warn("the cache of the grouping index is not used, the index is made from the log", "file", c.cachePath(), "why", err)
		}
		c.index = cluster.New(c.opts.Grouping)
	}
	return c.followIndex(ctx)
}

func (c *core) readCache(ctx context.Context) error {
	cached := c.cached
	if c.cached = nil; cached == nil {
		cached = loadCache(c.cachePath(), c.opts.Grouping)
	}
	k := <-cached
	if k.err != nil {
		return k.err
	}
	want, err := c.cacheHead(ctx, k.index.Seq())
	if err != nil {
		return err
	}
	if k.head != want {
		return errors.New("it is of another store, or of another history of this one")
	}
	c.index = k.index
	return nil
}

// cache is what the file that keeps the index holds.
type cache struct {
	head  cacheHead
	index *cluster.Index
	err   error
}

// loadCache reads the cache on a goroutine of its own, so that a store can be opened
// meanwhile. Whoever asks for it receives it.
func loadCache(path string, o *cluster.Options) chan cache {
	out := make(chan cache, 1)
	go func() {
		var k cache
		k.head, k.index, k.err = parseCache(path, o)
		out <- k
	}()
	return out
}

func parseCache(path string, o *cluster.Options) (h cacheHead, index *cluster.Index, err error) {
	if path == "" {
		return h, nil, fs.ErrNotExist
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return h, nil, err
	}
	line, rest, found := bytes.Cut(raw, []byte{'\n'})
	if !found {
		return h, nil, errors.New("it has no head")
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, nil, err
	}
	if index, err = cluster.Read(bytes.NewReader(rest), o); err == nil {
		index.Stats() // the first question has to wait for what a snapshot leaves out: not a caller's
	}
	return h, index, err
}

func (c *core) cacheHead(ctx context.Context, seq uint64) (cacheHead, error) {
	h := cacheHead{Store: c.identity.ID}
	err := c.store.View(ctx, func(r store.Reader) error {
		raw, err := r.Get(bChanges, key(seq))
		if err == nil && raw != nil {
			h.Change = hex.EncodeToString(hash(string(raw)))
		}
		return err
	})
	return h, err
}

// Maintain saves the grouping index, as Close does, so that the next Open is fast
// even when this process ends without closing. Writers wait while it is copied in
// memory. It is for the caller's schedule; once an hour is plenty.
func (t *Tracker) Maintain(ctx context.Context) error {
	if err := errors.Join(t.readable(), t.authorize(ctx, "maintain", "")); err != nil || !t.caches() {
		return err
	}
	var s snapshot
	err := t.between(ctx, func() (err error) {
		s, err = t.snapshot()
		return err
	})
	if err != nil {
		return err
	}
	return t.saveIndex(s)
}

// snapshot is the grouping index as of a sequence number.
type snapshot struct {
	seq   uint64
	bytes bytes.Buffer
}

// snapshot copies the index. Nothing may be committed meanwhile.
func (c *core) snapshot() (s snapshot, err error) {
	s.seq = c.index.Seq()
	_, err = c.index.WriteTo(&s.bytes)
	return s, err
}

// saveIndex writes the cache, whole or not at all.
func (c *core) saveIndex(s snapshot) (err error) {
	path := c.cachePath()
	h, err := c.cacheHead(context.Background(), s.seq)
	if err != nil {
		return err
	}
	line, err := json.Marshal(h)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = io.Copy(f, io.MultiReader(bytes.NewReader(append(line, '\n')), &s.bytes))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
