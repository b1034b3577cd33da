package kb

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
)

// changePage is how many changes are taken in at a time.
const changePage = 500

// memoryBatches is how many commits an index in memory takes before it is built
// anew: bleve merges segments on disk only, and many make searching slow.
const memoryBatches = 256

// CatchUp brings the index up to the head of the tracker's log, once. Before, it checks
// the files: it reads them all, which takes some 50 ms for 100 MB. Where there is no
// index, or none that can be trusted, or where something was erased, it builds a
// new one beside the old one, which answers meanwhile; Options.Progress hears of that.
// When that fails or is cancelled, the old one stays.
//
// Its errors are the tracker's (among them [tracker.ErrGap]), the file system's,
// ErrClosed and ctx's. The index is as far then as Results.Behind says, and CatchUp
// may be called again.
func (b *Base) CatchUp(ctx context.Context) error { return b.bring(ctx, true) }

// How long Follow waits before it tries again to build an index, at first and at most,
// and after how long it checks the files again.
const (
	firstPause  = time.Second
	lastPause   = time.Minute
	checkPeriod = 10 * time.Minute
)

// Follow keeps the index up to date until ctx ends, and returns ctx's error then, or the
// tracker's: ErrClosed, [tracker.ErrGap]. What is logged is found moments later. An index
// that cannot be built, as on a full disk, is no end: the Logger is told, results say so,
// and Follow tries again after a second, and then after twice as long each time, up to a
// minute.
//
// The files are checked every ten minutes. Answers may be wrong for that long where
// something else writes to them while they are in use.
func (b *Base) Follow(ctx context.Context) error {
	pause := firstPause
	for checked := (time.Time{}); ; {
		check := time.Since(checked) >= checkPeriod
		err := b.bring(ctx, check)
		var u *unbuilt
		switch {
		case err == nil:
			if pause = firstPause; check {
				checked = time.Now()
			}
			err = b.wait(ctx, checked.Add(checkPeriod))
		case errors.As(err, &u) && ctx.Err() == nil:
			b.log.Warn("the search index cannot be built; it is tried again", "after", pause, "error", err)
			err = sleep(ctx, pause)
			pause = min(2*pause, lastPause)
		}
		if err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// unbuilt is an error of the index, not of the records: it cannot be built.
type unbuilt struct{ error }

func (u *unbuilt) Unwrap() error { return u.error }

// bring is CatchUp, with the files checked or not.
func (b *Base) bring(ctx context.Context, check bool) error {
	if err := b.index.lock(ctx); err != nil {
		return err
	}
	defer b.index.unlock()
	if gen := b.index.gen; check && gen != nil && gen.err() == nil {
		if err := gen.verify(ctx); err != nil {
			return err
		}
	}
	err := b.catchUp(ctx)
	var u *unbuilt
	if errors.Is(err, ErrDamaged) && !errors.Is(err, store.ErrDamaged) && !errors.As(err, &u) {
		b.log.Warn("the search index has to be rebuilt", "error", err)
		err = b.rebuild(ctx)
	}
	return err
}

// wait returns when there are new changes, when a search has found damage, or at a time.
func (b *Base) wait(ctx context.Context, until time.Time) error {
	b.index.mu.RLock()
	gen := b.index.gen
	b.index.mu.RUnlock()
	if gen == nil {
		return ErrClosed
	}
	if err := b.index.lock(ctx); err != nil {
		return err
	}
	seq := b.mark().Seq
	b.index.unlock()
	woken, wake := context.WithDeadline(ctx, until)
	defer wake()
	go func() {
		select {
		case <-gen.failed:
			wake()
		case <-woken.Done():
		}
	}()
	if err := b.Tracker.Wait(woken, seq); err != nil && (ctx.Err() != nil || woken.Err() == nil) {
		return err
	}
	return nil
}

func (b *Base) catchUp(ctx context.Context) error {
	head, err := b.Tracker.Head(ctx)
	if err != nil {
		return err
	}
	gen := b.index.gen
	if gen == nil || gen.err() != nil || b.mark().Seq > head || gen.path == "" && gen.batches > memoryBatches {
		return b.rebuild(ctx)
	}
	if err := b.takeIn(ctx); err != nil {
		return err
	}
	for b.mark().Erased {
		if err := b.rebuild(ctx); err != nil {
			return err
		}
	}
	return b.indexProcedures(ctx)
}

// takeIn brings the changes into the index, page by page.
func (b *Base) takeIn(ctx context.Context) error {
	for {
		next, dirty, n := b.mark(), dirty{}, 0
		for ch, err := range b.Tracker.Changes(ctx, next.Seq) {
			if err != nil {
				return err
			}
			next.Seq, next.Last = ch.Seq, fingerprint(ch)
			next.Erased = dirty.add(ch) || next.Erased
			if ch.Action == tracker.DecisionMade {
				if err := b.decided(ctx, ch.Decision, dirty); err != nil {
					return err
				}
			}
			if n++; n == changePage {
				break
			}
		}
		if n == 0 {
			return nil
		}
		if err := b.write(ctx, dirty, next); err != nil {
			return err
		}
		if n < changePage {
			return nil
		}
	}
}

// dirty are the records whose documents have to be made again.
type dirty map[record]bool

type record struct {
	kind Kind
	id   uint64
}

// add notes what a change touches, and reports whether it is an erasure.
func (d dirty) add(ch tracker.Change) (erased bool) {
	switch ch.Action {
	case tracker.PromiseChanged, tracker.CandidateAudited, tracker.TicketJudged, tracker.TopicChanged, tracker.TicketTopic, tracker.CustomerChanged,
		tracker.RunChanged, tracker.RemedyChanged, tracker.OutageChanged:
		return false
	case tracker.CustomerErased, tracker.TicketErased, tracker.ContactErased, tracker.ArticleErased:
		erased = true
	}
	for r, has := range map[record]bool{
		{Ticket, uint64(ch.Ticket)}:   ch.Ticket != 0,
		{Problem, uint64(ch.Problem)}: ch.Problem != 0,
		{Article, uint64(ch.Article)}: ch.Article != 0,
		{Contact, uint64(ch.Contact)}: ch.Contact != 0,
	} {
		if has {
			d[r] = true
		}
	}
	return erased
}

// write makes the documents of what is dirty, and commits them in bounded batches.
// The mark moves with the last of them.
func (b *Base) write(ctx context.Context, dirty dirty, next mark) error {
	used, err := b.articles(ctx, dirty)
	if err != nil {
		return err
	}
	order := make([]record, 0, len(dirty))
	for r := range dirty {
		order = append(order, r)
	}
	slices.SortFunc(order, func(x, y record) int {
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.id, y.id))
	})
	gen := b.index.gen
	c, bytes := change{mark: gen.state.Mark}, 0
	for _, r := range order {
		docs, err := b.document(ctx, r, used)
		if err != nil {
			return err
		}
		// A record may have given way to another: the key it had goes first.
		c.drop = append(c.drop, key(r.kind, fmt.Sprint(r.id)))
		for _, d := range docs {
			c.put = append(c.put, d)
			bytes += len(d.Text)
		}
		if len(c.put) >= batchDocuments || bytes >= batchBytes {
			if err := gen.apply(ctx, c); err != nil {
				return err
			}
			c, bytes = change{mark: gen.state.Mark}, 0
		}
	}
	c.mark = next.encode()
	return gen.apply(ctx, c)
}

// indexProcedures replaces the procedures in the index when they are others.
func (b *Base) indexProcedures(ctx context.Context) error {
	m := b.mark()
	hash := b.procedureHash()
	if m.Hash == hash {
		return nil
	}
	c := change{}
	for _, id := range m.Procedures {
		c.drop = append(c.drop, key(Procedure, id))
	}
	m.Hash, m.Procedures = hash, nil
	for _, p := range b.Procedures.All() {
		d, ok := procedureDocument(p)
		if !ok {
			continue
		}
		c.put = append(c.put, d)
		m.Procedures = append(m.Procedures, p.ID)
	}
	c.mark = m.encode()
	return b.index.gen.apply(ctx, c)
}

func (b *Base) procedureHash() string {
	h := sha256.New()
	for _, p := range b.Procedures.All() {
		fmt.Fprintln(h, p.ID, p.Hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// rebuild builds a new index from the records, and then takes in what was logged
// meanwhile.
func (b *Base) rebuild(ctx context.Context) error {
	head, err := b.Tracker.Head(ctx)
	if err != nil {
		return err
	}
	m := mark{Store: b.Tracker.StoreID(), Seq: head, Hash: b.procedureHash()}
	if m.Last, err = b.change(ctx, head); err != nil {
		return err
	}
	for _, p := range b.Procedures.All() {
		if _, ok := procedureDocument(p); ok {
			m.Procedures = append(m.Procedures, p.ID)
		}
	}
	stats, err := b.Tracker.Stats(ctx)
	if err != nil {
		return err
	}
	b.rebuilding = int(stats.Articles+stats.Problems+stats.Tickets) + len(m.Procedures)
	b.log.Info("building the search index", "documents", b.rebuilding)
	var theirs error // of the records
	docs := func(yield func(Document, error) bool) {
		n := 0
		for d, err := range b.documents(ctx) {
			if n++; err == nil && n%meanwhile == 0 {
				err = b.oldTakesIn(ctx)
			}
			if theirs = err; !yield(d, err) {
				return
			}
		}
	}
	if err := b.index.rebuild(ctx, docs, m.encode()); err != nil {
		if theirs != nil || ctx.Err() != nil {
			return err
		}
		return &unbuilt{err}
	}
	if b.progress != nil {
		b.progress(b.index.Len(), b.index.Len())
	}
	b.log.Info("the search index is built", "documents", b.index.Len())
	return b.takeIn(ctx)
}

// meanwhile is after how many documents of a new index the old one takes in what was
// logged: building may take minutes.
const meanwhile = 200

// oldTakesIn brings the index that answers while another is built up to date, if there
// is one. That it cannot be written to any more is no reason not to build the other.
func (b *Base) oldTakesIn(ctx context.Context) error {
	if b.index.gen == nil || b.index.gen.err() != nil {
		return nil
	}
	err := b.takeIn(ctx)
	if errors.Is(err, ErrDamaged) && !errors.Is(err, store.ErrDamaged) {
		return nil
	}
	return err
}

// documents are all there are.
func (b *Base) documents(ctx context.Context) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		used := uses{}
		ok := each(b, b.Tracker.Problems(ctx, tracker.ProblemQuery{}), yield, func(p tracker.Problem) (Document, bool, error) {
			d, ok := problemDocument(p)
			return d, ok, nil
		}) && each(b, b.Tracker.Tickets(ctx, tracker.TicketQuery{}), yield, func(t tracker.Ticket) (Document, bool, error) {
			used.add(t)
			return b.ticketDocument(ctx, t)
		}) && each(b, b.Tracker.Articles(ctx, tracker.ArticleQuery{}), yield, func(a tracker.Article) (Document, bool, error) {
			return b.articleDocument(ctx, a, used[a.ID])
		}) && each(b, b.Tracker.Contacts(ctx, tracker.ContactQuery{}), yield, func(c tracker.Contact) (Document, bool, error) {
			return b.contactDocument(ctx, c)
		})
		if !ok {
			return
		}
		for _, p := range b.Procedures.All() {
			if d, ok := procedureDocument(p); ok && !yield(d, nil) {
				return
			}
		}
	}
}

// each yields a document for every record, and reports whether to go on.
func each[T any](b *Base, all iter.Seq2[T, error], yield func(Document, error) bool, make func(T) (Document, bool, error)) bool {
	for v, err := range all {
		var d Document
		ok := false
		if err == nil {
			d, ok, err = make(v)
		}
		switch {
		case b.leftOut(err):
		case err != nil:
			yield(Document{}, err)
			return false
		case ok && !yield(d, nil):
			return false
		}
	}
	return true
}
