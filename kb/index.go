package kb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
)

// IndexOptions are how an [Index] works. The zero value is good.
type IndexOptions struct {
	// Language of documents that do not say theirs and whose text does not tell: BCP 47,
	// of which the part before the first hyphen counts. Default "en". An index made with
	// another one has to be made anew.
	Language string
	// Languages are those to expect in documents that do not say theirs: see
	// [DetectLanguage]. Default: all [Languages]; none (not nil) takes every one to be
	// in Language. An index made with others has to be made anew.
	Languages []string
	// Synonyms are found for each other; see [ParseSynonyms]. Default: none.
	Synonyms Synonyms
	// Logger is told about damage and rebuilding, never about content. Default: none.
	Logger *slog.Logger
	// Progress is called by [Index.Rebuild] with how many documents are done, some
	// hundred at a time. It waits for it. Default: none.
	Progress func(done int)
}

// Index is a full-text index of documents, in a folder or in memory. It may be used
// by many goroutines: searches run beside each other and beside one writer.
type Index struct {
	folder   *folder // nil in memory
	language string  // see expected
	synonyms Synonyms
	log      *slog.Logger
	progress func(done int)

	writing chan struct{} // holds one token; who has it writes

	mu     sync.RWMutex
	gen    *generation // nil: there is nothing to search
	why    error       // why not, although there was an index
	closed bool
}

// NewIndex opens the index in the folder dir, or prepares for one where there is
// none; "" is an index in memory. It checks the files and never repairs them: of a
// damaged index [Index.Damage] tells, and until [Index.Rebuild] its results are empty.
// Its errors are ErrInUse and the file system's.
func NewIndex(dir string, o *IndexOptions) (*Index, error) {
	if o == nil {
		o = &IndexOptions{}
	}
	ix := &Index{language: expected(o.Language, o.Languages), synonyms: o.Synonyms, log: o.Logger, progress: o.Progress, writing: make(chan struct{}, 1)}
	if ix.log == nil {
		ix.log = slog.New(slog.DiscardHandler)
	}
	if ix.progress == nil {
		ix.progress = func(int) {}
	}
	if dir == "" {
		return ix, nil
	}
	var err error
	if ix.folder, err = openFolder(dir); err != nil {
		return nil, err
	}
	n, err := ix.folder.current()
	if err == nil && n > 0 {
		ix.gen, err = openGeneration(ix.folder.generation(n), ix.language)
	}
	if errors.Is(err, ErrDamaged) {
		ix.why = err
		ix.log.Warn("the search index has to be rebuilt", "folder", dir, "error", err)
		return ix, nil
	}
	if err != nil {
		ix.folder.close()
		return nil, err
	}
	if n > 0 { // bleve may have written into an old one while it was removed
		if err := ix.folder.sweep(n); err != nil {
			ix.log.Warn("an old search index could not be removed; the next opening tries again", "error", err)
		}
	}
	return ix, nil
}

// Damage is nil, or why the index has to be made anew with [Index.Rebuild]: then it is
// ErrDamaged.
func (ix *Index) Damage() error {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.gen != nil {
		return ix.gen.err()
	}
	return ix.why
}

// Len is how many documents there are.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.gen == nil || ix.gen.err() != nil {
		return 0
	}
	n, err := ix.gen.bleve.DocCount()
	if err != nil {
		return 0
	}
	return int(n)
}

// Put adds documents; one of the same kind and id is replaced. They are on disk and
// found when it returns nil. Otherwise some may be.
// Its errors are ErrInvalid (before anything was put), ErrDamaged, ErrClosed and ctx's.
func (ix *Index) Put(ctx context.Context, docs ...Document) error {
	docs = slices.Clone(docs)
	for i := range docs {
		var err error
		if docs[i], err = docs[i].checked(); err != nil {
			return err
		}
	}
	return ix.write(ctx, func(g *generation) error {
		for len(docs) > 0 {
			n := batchOf(docs)
			if err := g.apply(ctx, change{put: docs[:n], mark: g.state.Mark, durable: n == len(docs)}); err != nil {
				return err
			}
			docs = docs[n:]
		}
		return nil
	})
}

// Delete takes documents out; those that are not there are no error. Their content
// may remain in the files for a while, where no search finds it, until bleve merges
// them or until Rebuild. Its errors are Put's.
func (ix *Index) Delete(ctx context.Context, kind Kind, ids ...string) error {
	if kind == "" {
		kind = anyKind
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = key(kind, id)
	}
	return ix.write(ctx, func(g *generation) error {
		return g.apply(ctx, change{drop: keys, mark: g.state.Mark, durable: true})
	})
}

// Rebuild makes the index anew from docs, beside the old one, which answers until the
// new one takes its place and is removed then. An error leaves the old one.
func (ix *Index) Rebuild(ctx context.Context, docs iter.Seq2[Document, error]) error {
	if err := ix.lock(ctx); err != nil {
		return err
	}
	defer ix.unlock()
	return ix.rebuild(ctx, docs, nil)
}

// Close waits for a writer and closes the files. The index cannot be used afterwards.
func (ix *Index) Close() error {
	ix.writing <- struct{}{}
	defer ix.unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed {
		return nil
	}
	ix.closed = true
	var err error
	if ix.gen != nil {
		if ix.gen.path != "" && ix.gen.err() == nil && ix.gen.batches > 0 {
			err = ix.gen.flush(context.Background())
		}
		if e := ix.gen.close(true); err == nil {
			err = e
		}
		ix.gen = nil
	}
	if ix.folder != nil {
		if e := ix.folder.close(); err == nil {
			err = e
		}
	}
	return err
}

// discard gives up the index that was opened, for a reason that is ErrDamaged.
func (ix *Index) discard(why error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.log.Warn("the search index has to be rebuilt", "error", why)
	if err := ix.gen.close(false); err != nil {
		ix.log.Warn("the discarded search index did not close", "error", err)
	}
	ix.gen, ix.why = nil, why
}

// lock makes the caller the writer.
func (ix *Index) lock(ctx context.Context) error {
	select {
	case ix.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if ix.closed { // changes only under the writer's lock
		ix.unlock()
		return ErrClosed
	}
	return nil
}

func (ix *Index) unlock() { <-ix.writing }

// write calls fn as the writer, with a generation to write to.
func (ix *Index) write(ctx context.Context, fn func(*generation) error) error {
	if err := ix.lock(ctx); err != nil {
		return err
	}
	defer ix.unlock()
	if err := ix.Damage(); err != nil {
		return err
	}
	if ix.gen == nil {
		if err := ix.rebuild(ctx, func(func(Document, error) bool) {}, nil); err != nil {
			return err
		}
	}
	return fn(ix.gen)
}

// rebuild builds a generation from docs and makes it the current one. The caller is
// the writer.
func (ix *Index) rebuild(ctx context.Context, docs iter.Seq2[Document, error], mark []byte) (err error) {
	number, path := uint64(0), ""
	if ix.folder != nil {
		if number, err = ix.folder.unused(); err != nil {
			return err
		}
		path = ix.folder.generation(number)
	}
	next, err := create(path, ix.language)
	if err == nil {
		err = build(ctx, next, docs, mark, ix.progress)
	}
	if err == nil && ix.folder != nil {
		err = ix.folder.use(number)
	}
	if err != nil {
		if next != nil {
			err = errors.Join(err, next.close(false))
		}
		if ix.folder != nil {
			_ = ix.folder.sweep(ix.number())
		}
		return fmt.Errorf("rebuild the search index: %w", err)
	}

	ix.mu.Lock()
	old := ix.gen
	ix.gen, ix.why = next, nil
	ix.mu.Unlock()
	if old != nil {
		if err := old.close(false); err != nil {
			ix.log.Warn("the replaced search index did not close", "error", err)
		}
	}
	if ix.folder != nil {
		if err := ix.folder.sweep(number); err != nil {
			ix.log.Warn("an old search index could not be removed; the next opening tries again", "error", err)
		}
	}
	return nil
}

// number is that of the current generation.
func (ix *Index) number() uint64 {
	n, _ := ix.folder.current()
	return n
}

// What one commit holds at most.
const (
	batchDocuments = 500
	batchBytes     = 4 << 20
)

// batchOf is how many of docs make one commit: at least one.
func batchOf(docs []Document) int {
	bytes := 0
	for i, d := range docs {
		bytes += len(d.Title) + len(d.Text) + len(d.Asked)
		if i > 0 && (i == batchDocuments || bytes > batchBytes) {
			return i
		}
	}
	return len(docs)
}

// build fills a new generation.
func build(ctx context.Context, g *generation, docs iter.Seq2[Document, error], mark []byte, progress func(done int)) error {
	var batch []Document
	bytes, done := 0, 0
	for d, err := range docs {
		if err == nil {
			d, err = d.checked()
		}
		if err != nil {
			return err
		}
		batch = append(batch, d)
		bytes += len(d.Title) + len(d.Text) + len(d.Asked)
		if len(batch) < batchDocuments && bytes < batchBytes {
			continue
		}
		if err := g.apply(ctx, change{put: batch}); err != nil {
			return err
		}
		done += len(batch)
		progress(done)
		batch, bytes = batch[:0], 0
	}
	err := g.apply(ctx, change{put: batch, mark: mark, durable: true})
	if err == nil {
		progress(done + len(batch))
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
