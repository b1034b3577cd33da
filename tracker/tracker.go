package tracker

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker/cluster"
	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// Options say how a tracker works. Nil, and every zero field, means the default.
type Options struct {
	// Now is the clock. Default: time.Now. A tracker reads no other, and reads it on
	// the goroutine of whoever calls it, once an operation; importing, as each contact
	// is taken.
	Now func() time.Time

	// Key fixes the permutation behind references, and the store's id, when a store
	// is new; so that replaying a log gives the same references. Any bytes. Default:
	// random. A store that exists keeps the key it was made with.
	Key []byte

	// Grouping are the settings of the grouping index. NoGrouping switches it off:
	// contacts are logged, and people alone say what belongs together.
	Grouping   *cluster.Options
	NoGrouping bool

	// AnswerWithin makes a [PromiseAnswer] for every new ticket: due so long after it
	// was logged. Default 0: none is made; tell customers only what you keep.
	AnswerWithin time.Duration

	// Due turns a length of time that a procedure names into a moment; this is where a
	// calendar of business days comes in. Default: [sop.Span.After], in Zone.
	Due func(span sop.Span, from time.Time) time.Time

	// Zone is where the team works: months that limits are counted over, and hours of
	// business, are those of its clocks. Default: UTC.
	Zone *time.Location

	// CountryCode, like "+49", completes phone numbers that were given without one.
	CountryCode string

	// Authorize is asked before every write, on the goroutine of whoever calls.
	// Default: everything is allowed.
	Authorize Authorizer

	// Limits bound what is taken from outside.
	Limits Limits

	// ReadOnly refuses every write and opens the store's file for reading only, which
	// several processes can do at once. Used by Open.
	ReadOnly bool

	// LockTimeout is how long Open waits for another process to let the file go.
	// Default 5 s; negative does not wait.
	LockTimeout time.Duration

	// Cache is the file that keeps the grouping index between a Close and the next
	// Open; it can be deleted at any time. Open's default is its path with ".cache"
	// added, New's is none. "-" is none.
	Cache string

	// Logger hears of what goes wrong without anybody's call failing for it. It
	// never sees what a customer wrote. Default: nobody hears.
	Logger *slog.Logger
}

// Limits bound what one contact may bring. Zero means the default.
type Limits struct {
	Text        int   // bytes of text that are compared and searched; the whole of a longer one is kept as an attachment. Default 1 MiB
	Title       int   // bytes; default 1,000
	Field       int   // bytes of any other field; default 1,000
	Identities  int   // default 100
	Attachments int   // default 100
	Attachment  int64 // bytes of one, default 25 MiB; a contact whose attachments are larger in all than 60 MiB is refused
}

func (l Limits) filled() Limits {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&l.Text, 1<<20)
	def(&l.Title, 1000)
	def(&l.Field, 1000)
	def(&l.Identities, 100)
	def(&l.Attachments, 100)
	if l.Attachment <= 0 {
		l.Attachment = 25 << 20
	}
	return l
}

// Tracker is the log of contacts and what was made of it. It may be used from any
// goroutine; it starts none that outlives a call.
//
// A handle writes in the name of an actor: the one that Open or New returned as
// [System], the ones that [Tracker.As] returns as whom they name. They share
// everything else.
type Tracker struct {
	*core
	actor Actor
}

// core is what all handles of one log share.
type core struct {
	store    store.Store
	owned    bool
	opts     Options
	identity identityOfStore
	refs     references
	index    *cluster.Index // nil: no grouping
	cached   chan cache     // the cache of index, on its way while the store is opened
	queue    queue
	plans    sync.Map // *sop.Plan by the hashes of its texts

	mu     sync.Mutex
	last   head          // as of the last commit this process saw
	moved  chan struct{} // closed when last moves
	broken error         // what every write answers from now on
	closed bool
}

// Open opens the tracker whose records are in the file at path, making it where
// there is none. One process at a time can write to it: a second one gets
// [store.ErrLocked] after Options.LockTimeout.
//
// A damaged file is refused with an error that is [store.ErrDamaged] and says what
// is lost; with Options.ReadOnly what is sound can be read.
func Open(ctx context.Context, path string, o *Options) (*Tracker, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	if opts.Cache == "" {
		opts.Cache = path + ".cache"
	}
	c := &core{opts: opts, owned: true}
	if !opts.NoGrouping {
		c.cached = loadCache(c.cachePath(), opts.Grouping)
	}
	s, err := boltstore.Open(ctx, path, &boltstore.Options{ReadOnly: opts.ReadOnly, LockTimeout: opts.LockTimeout, Logger: opts.Logger})
	if err != nil {
		return nil, err
	}
	t, err := c.start(ctx, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return t, nil
}

// New is Open on a store of the caller's, who also closes it, after the tracker.
func New(ctx context.Context, s store.Store, o *Options) (*Tracker, error) {
	c := &core{}
	if o != nil {
		c.opts = *o
	}
	return c.start(ctx, s)
}

// start makes a tracker of the options and a store.
func (c *core) start(ctx context.Context, s store.Store) (*Tracker, error) {
	c.store, c.moved = s, make(chan struct{})
	if c.opts.Now == nil {
		c.opts.Now = time.Now
	}
	if c.opts.Logger == nil {
		c.opts.Logger = slog.New(slog.DiscardHandler)
	}
	c.opts.Limits = c.opts.Limits.filled()
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	c.refs = references{key: c.identity.Key}
	if !c.opts.NoGrouping {
		err := c.loadIndex(ctx)
		if damaged := errors.Is(err, store.ErrDamaged) || errors.Is(err, ErrGap); damaged && c.opts.ReadOnly {
			c.opts.Logger.Warn("grouping is off, as the log is damaged; Verify tells what is lost", "why", err)
			c.index = nil
		} else if err != nil {
			return nil, fmt.Errorf("grouping index: %w", err)
		}
	}
	return &Tracker{core: c, actor: System}, nil
}

// open reads who the store is, and makes it somebody where it is new.
func (c *core) open(ctx context.Context) error {
	var found *identityOfStore
	err := c.store.View(ctx, func(r store.Reader) error {
		var err error
		if found, err = load[identityOfStore](r, bMeta, keyStore); err != nil || found == nil {
			return err
		}
		c.last, err = readHead(r)
		return err
	})
	if errors.Is(err, store.ErrDamaged) && c.opts.ReadOnly {
		c.opts.Logger.Warn("the store is damaged where it says what it is: references may be wrong; Verify tells what is lost", "why", err)
		c.opts.NoGrouping = true
		if found == nil {
			return nil
		}
		err = nil
	}
	if err != nil {
		return err
	}
	if found == nil && c.opts.ReadOnly {
		return fmt.Errorf("nothing was logged here yet, and it is opened for reading only: %w", ErrNotFound)
	}
	if found == nil {
		made := c.newIdentity()
		err := c.store.Update(ctx, func(w store.Writer) error {
			var err error
			if found, err = load[identityOfStore](w, bMeta, keyStore); err != nil || found != nil {
				return err // another machine was first
			}
			found = &made
			return errors.Join(save(w, bMeta, keyStore, made), save(w, bMeta, keyHead, head{}))
		})
		if err != nil {
			return err
		}
	}
	if found.Layout > Layout {
		return fmt.Errorf("%w: it is %d, this program knows up to %d; use the newer library", ErrLayout, found.Layout, Layout)
	}
	c.identity = *found
	return nil
}

func (c *core) newIdentity() identityOfStore {
	k := c.opts.Key
	if len(k) == 0 {
		k = make([]byte, 32)
		rand.Read(k) // never fails
	}
	m := hmac.New(sha256.New, k)
	m.Write([]byte("store"))
	return identityOfStore{Layout: Layout, ID: hex.EncodeToString(m.Sum(nil)[:8]), Key: k, Made: c.now()}
}

func readHead(r store.Reader) (head, error) {
	h, err := load[head](r, bMeta, keyHead)
	if err != nil {
		return head{}, err
	}
	if h == nil {
		return head{}, fmt.Errorf("%w: the store has no record of how far its numbers go; restore a backup", store.ErrDamaged)
	}
	return *h, nil
}

// As returns a handle that writes in the name of a.
func (t *Tracker) As(a Actor) *Tracker { return &Tracker{core: t.core, actor: a} }

// Actor is in whose name t writes.
func (t *Tracker) Actor() Actor { return t.actor }

// StoreID tells one log from another. It stays the same for the life of the log,
// also in its backups and exports.
func (t *Tracker) StoreID() string { return t.identity.ID }

// Now reads the tracker's clock.
func (t *Tracker) Now() time.Time { return t.now() }

// local is a time on the clocks of the team.
func (c *core) local(t time.Time) time.Time {
	if c.opts.Zone == nil {
		return t
	}
	return t.In(c.opts.Zone)
}

// now is the clock, to the millisecond and in UTC: what is written is what is read.
func (c *core) now() time.Time { return c.opts.Now().UTC().Truncate(time.Millisecond) }

// Close saves the grouping index for the next Open and closes what Open opened.
// Calls under way end first; later ones answer [ErrClosed]. A second Close does
// nothing.
func (t *Tracker) Close() error {
	c := t.core
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	close(c.moved)
	c.moved = nil
	c.mu.Unlock()
	c.queue.close()
	var err error
	if c.caches() && c.brokenBy() == nil && !c.opts.ReadOnly {
		var s snapshot
		if s, err = c.snapshot(); err == nil {
			err = c.saveIndex(s)
		}
	}
	if c.owned {
		err = errors.Join(err, c.store.Close())
	}
	return err
}

// brokenBy returns why the handle refuses work, nil if it does not.
func (c *core) brokenBy() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// readable returns [ErrClosed] once the tracker is closed.
func (c *core) readable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	return nil
}

// view reads one snapshot.
func (c *core) view(ctx context.Context, fn func(store.Reader) error) error {
	if err := c.readable(); err != nil {
		return err
	}
	return c.store.View(ctx, fn)
}
