package kb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/util"
	index "github.com/blevesearch/bleve_index_api"
	"go.etcd.io/bbolt"
)

// generation is one bleve index, from the time it was built until it is replaced.
// One writer at a time; any number of readers.
type generation struct {
	path     string // "" in memory
	bleve    bleve.Index
	state    state // as of the last batch; the writer's
	columns  columns
	unpacked unpacked

	batches int // since it was made or opened

	once   sync.Once
	failed chan struct{} // closed when it cannot be used any more
	cause  error         // then, why

	closing chan struct{} // closed when it is to be closed
}

func newGeneration(path string) *generation {
	return &generation{path: path, failed: make(chan struct{}), closing: make(chan struct{})}
}

// stateKey is where bleve keeps our state.
var stateKey = []byte("supportloop/kb")

// failures is the name under which bleve tells us what goes on, and what goes wrong, in
// its own goroutines. It stands in bleve's files, so it stays.
const failures = "supportloop/kb"

// open generations by the path that bleve tells us; see init.
var watched sync.Map

func init() {
	scorch.RegistryAsyncErrorCallbacks[failures] = func(err error, path string) {
		if g, ok := watched.Load(path); ok {
			g := g.(*generation)
			g.fail(err)
			// On a full disk bleve would try again at once, and again, for ever.
			<-g.closing
		}
	}
	scorch.RegistryEventCallbacks[failures] = func(e scorch.Event) bool {
		switch e.Kind {
		case scorch.EventKindPreMergeCheck, scorch.EventKindPersisterProgress, scorch.EventKindPurgerCheck:
			// We are in the goroutine that merges, or in the one that persists: from now
			// on a fault in a mapped file is a panic there, which bleve recovers from and
			// reports, and not the end of the process.
			debug.SetPanicOnFault(true)
		}
		return true
	}
}

func options() map[string]any {
	return map[string]any{
		"unsafe_batch": true, "bolt_timeout": boltTimeout.String(),
		"asyncErrorCallbackName": failures, "eventCallbackName": failures,
	}
}

// boltTimeout is how long to wait for a file that another process has open.
const boltTimeout = 100 * time.Millisecond

// storePath is where bleve keeps the segments of an index.
func storePath(path string) string { return path + string(os.PathSeparator) + "store" }

func (g *generation) watch() {
	if g.path != "" {
		watched.Store(storePath(g.path), g)
	}
}

// create makes an empty generation at path, which is not there yet; "" is memory. One
// that it returns has to be closed, also beside an error.
func create(path, language string) (g *generation, err error) {
	g = newGeneration(path)
	g.state = newState(language)
	defer g.guard(&err)
	g.watch()
	if path != "" {
		// bleve makes folders that everybody may read; ours are for their owner.
		if err := os.Mkdir(path, 0o700); err != nil {
			return g, err
		}
	}
	m := mapping.NewIndexMapping()
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	g.bleve, err = bleve.NewUsing(path, m, scorch.Name, scorch.Name, options())
	return g, err
}

// openGeneration opens what is at path, after it was checked. Whatever is wrong with
// it is ErrDamaged.
func openGeneration(path, language string) (*generation, error) {
	wellClosed, bad, err := checkSeal(path)
	if err != nil {
		return nil, err
	}
	if wellClosed {
		if err := os.Remove(filepath.Join(path, sealFile)); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	g := newGeneration(path)
	if err := g.open(language, bad); err != nil {
		g.fail(err)
		g.close(false)
		if !errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
		}
		return nil, err
	}
	return g, nil
}

func (g *generation) open(language string, bad []string) (err error) {
	defer g.guard(&err)
	defer faultless()()
	g.watch()
	root := filepath.Join(storePath(g.path), "root.bolt")
	if err := checkBolt(root); err != nil {
		return err
	}
	if err := rewriteBolt(root); err != nil {
		return err
	}
	if g.bleve, err = bleve.OpenUsing(g.path, options()); err != nil {
		return err
	}
	for _, path := range bad {
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("%s has a wrong checksum", path)
		}
	}
	framed, err := g.bleve.GetInternal(stateKey)
	if err != nil {
		return err
	}
	if g.state, err = decodeState(framed, language); err != nil {
		return err
	}
	if err := g.recount(); err != nil {
		return err
	}
	// What bleve persists first it does before it calls us; see init.
	err = g.flush(context.Background())
	g.batches = 0
	return err
}

// checkBolt refuses a file that is too short for bbolt: reading it would end the
// process.
func checkBolt(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() < int64(4*os.Getpagesize()) {
		return fmt.Errorf("%s is cut off", path)
	}
	return nil
}

// rewriteBolt copies a bbolt file, entry by entry, and puts the copy in its place: with
// the newest state of the index only. If its pages lead astray, they do so here, where a fault is
// an error; in one of bleve's goroutines it would end the process.
func rewriteBolt(path string) error {
	defer faultless()()
	from, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: boltTimeout})
	if err != nil {
		return err
	}
	defer from.Close() // again is no error
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	to, err := bbolt.Open(fresh, 0o600, &bbolt.Options{Timeout: boltTimeout})
	if err != nil {
		return err
	}
	err = bbolt.Compact(to, from, 0)
	if err == nil {
		err = to.Update(newestOnly)
	}
	if err := errors.Join(err, to.Close(), from.Close()); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// newestOnly removes all states of the index but the newest. Where that cannot be read,
// bleve would take an older one, and what was put in since would be lost without a word.
func newestOnly(tx *bbolt.Tx) error {
	states := tx.Bucket(util.BoltSnapshotsBucket)
	if states == nil {
		return nil // an index that was begun only; see open
	}
	c := states.Cursor()
	newest, _ := c.Last()
	var older [][]byte
	for k, _ := c.First(); k != nil && !bytes.Equal(k, newest); k, _ = c.Next() {
		older = append(older, bytes.Clone(k))
	}
	for _, k := range older {
		if err := states.DeleteBucket(k); err != nil {
			return err
		}
	}
	return nil
}

// recount compares the documents that are there with the state. It reads their names
// from the segments' dictionaries, which takes a tenth of the time of asking document
// by document, and takes out those that were deleted since.
func (g *generation) recount() error {
	r, err := g.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return fmt.Errorf("its files are of another sort: %T", r)
	}
	have := newState("")
	for _, s := range snapshot.Segments() {
		dict, err := s.Segment().Dictionary("_id")
		if err != nil {
			return err
		}
		keys := dict.AutomatonIterator(nil, nil, nil)
		n := uint64(0)
		for {
			k, err := keys.Next()
			if err != nil {
				return err
			}
			if k == nil {
				break
			}
			have.count(k.Term, about{}, 1)
			n++
		}
		if n != s.Segment().Count() {
			return fmt.Errorf("a segment names %d documents and holds %d", n, s.Segment().Count())
		}
		if s.Deleted() == nil {
			continue
		}
		for gone := s.Deleted().Iterator(); gone.HasNext(); {
			key, err := s.DocID(uint64(gone.Next()))
			if err != nil {
				return err
			}
			have.count(string(key), about{}, -1)
		}
	}
	if have.Documents != g.state.Documents || have.Sum != g.state.Sum {
		return fmt.Errorf("it holds %d documents and should hold %d, or others", have.Documents, g.state.Documents)
	}
	return nil
}

// verify compares the segments on disk with their checksums: what something else wrote
// to them while they are in use would be searched, and merged into new ones. The
// generation is given up when one is not sound; the error is ctx's.
func (g *generation) verify(ctx context.Context) error {
	files, err := g.segments()
	for path := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, sound, e := sumFile(path)
		if e != nil || !sound {
			// bleve removes a file when it has merged it, though a reader has it mapped.
			if now, again := g.segments(); again == nil && !now[path] {
				continue
			}
			err = errors.Join(err, e, fmt.Errorf("%s is not as it was written", path))
		}
	}
	if err != nil {
		g.fail(err)
	}
	return nil
}

// segments are the paths of those on disk.
func (g *generation) segments() (paths map[string]bool, err error) {
	r, err := g.reader()
	if err != nil || g.path == "" {
		return nil, err
	}
	defer r.Close()
	paths = map[string]bool{}
	if snapshot, ok := r.(*scorch.IndexSnapshot); ok {
		for _, s := range snapshot.Segments() {
			if file, ok := s.Segment().(interface{ Path() string }); ok {
				paths[file.Path()] = true
			}
		}
	}
	return paths, nil
}

// guard turns a panic, or a fault in a mapped file, into an error and gives the
// generation up. It is deferred by whatever calls into bleve.
func (g *generation) guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrDamaged, r)
		g.fail(*err)
	}
}

// faultless makes faults in mapped files panics, in this goroutine, until the
// function it returns is called.
func faultless() func() {
	before := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(before) }
}

// fail gives the generation up: it will be replaced by a new one.
func (g *generation) fail(err error) {
	g.once.Do(func() {
		g.cause = err
		close(g.failed)
	})
}

// err is why the generation cannot be used any more; nil: it can.
func (g *generation) err() error {
	select {
	case <-g.failed:
		return fmt.Errorf("%w: %w", ErrDamaged, g.cause)
	default:
		return nil
	}
}

func (g *generation) reader() (index.IndexReader, error) {
	i, err := g.bleve.Advanced()
	if err != nil {
		return nil, err
	}
	return i.Reader()
}

// flush waits until all batches are on disk.
func (g *generation) flush(ctx context.Context) error {
	return g.apply(ctx, change{mark: g.state.Mark, durable: true})
}

// close closes bleve, and seals the files if that is asked for.
func (g *generation) close(sealed bool) (err error) {
	close(g.closing)
	if g.path != "" {
		defer watched.Delete(storePath(g.path))
	}
	if g.bleve == nil {
		return nil
	}
	defer g.guard(&err)
	if g.err() != nil {
		// Its goroutines may be gone, and then bleve would wait for them for ever.
		go func() {
			defer func() { _ = recover() }()
			g.bleve.Close()
		}()
		return nil
	}
	if err := g.bleve.Close(); err != nil || !sealed || g.path == "" {
		return err
	}
	return seal(g.path)
}
