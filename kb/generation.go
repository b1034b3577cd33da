package kb

import (
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
	index "github.com/blevesearch/bleve_index_api"
	"go.etcd.io/bbolt"
)

// generation is one bleve index, from the time it was built until it is replaced.
// One writer at a time; any number of readers.
type generation struct {
	path    string // "" in memory
	bleve   bleve.Index
	state   state // as of the last batch; the writer's
	columns columns

	batches int // since it was made or opened

	once   sync.Once
	failed chan struct{} // closed when it cannot be used any more
	cause  error         // then, why
}

// stateKey is where bleve keeps our state.
var stateKey = []byte("supportloop/kb")

// failures is the name under which bleve tells us what goes wrong in its own
// goroutines. It stands in bleve's files, so it stays.
const failures = "supportloop/kb"

// open generations by the path that bleve tells us; see init.
var watched sync.Map

func init() {
	scorch.RegistryAsyncErrorCallbacks[failures] = func(err error, path string) {
		if g, ok := watched.Load(path); ok {
			g.(*generation).fail(err)
		}
	}
}

func options() map[string]any {
	return map[string]any{"unsafe_batch": true, "bolt_timeout": boltTimeout.String(), "asyncErrorCallbackName": failures}
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
	g = &generation{path: path, state: newState(language), failed: make(chan struct{})}
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
	wellClosed, err := checkSeal(path)
	if err != nil {
		return nil, err
	}
	g := &generation{path: path, failed: make(chan struct{})}
	var bad []string
	if wellClosed {
		err = os.Remove(filepath.Join(path, sealFile))
	} else {
		bad, err = unsound(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := g.open(language, wellClosed, bad); err != nil {
		g.fail(err)
		g.close(false)
		if !errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
		}
		return nil, err
	}
	return g, nil
}

func (g *generation) open(language string, wellClosed bool, bad []string) (err error) {
	defer g.guard(&err)
	g.watch()
	root := filepath.Join(storePath(g.path), "root.bolt")
	if err := checkBolt(root); err != nil {
		return err
	}
	if !wellClosed {
		if err := rewriteBolt(root); err != nil {
			return err
		}
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
	if wellClosed {
		return nil
	}
	return g.recount()
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

// rewriteBolt copies a bbolt file that nothing vouches for, entry by entry, and puts
// the copy in its place. If its pages lead astray, they do so here, where a fault is
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
	if err := errors.Join(bbolt.Compact(to, from, 0), to.Close(), from.Close()); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// recount compares the documents that are there with the state.
func (g *generation) recount() error {
	r, err := g.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	ids, err := r.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer ids.Close()
	have := newState("")
	for {
		n, err := ids.Next()
		if err != nil {
			return err
		}
		if n == nil {
			break
		}
		key, err := r.ExternalID(n)
		if err != nil {
			return err
		}
		have.count(key, about{}, 1)
	}
	if have.Documents != g.state.Documents || have.Sum != g.state.Sum {
		return fmt.Errorf("it holds %d documents and should hold %d, or others", have.Documents, g.state.Documents)
	}
	return nil
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
