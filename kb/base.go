package kb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"

	"github.com/supportloop/supportloop/sop"
	"github.com/supportloop/supportloop/tracker"
	"github.com/supportloop/supportloop/tracker/store"
)

// Base is a knowledge base: the tracker's records and the procedures, in one search.
// Its methods may be called by many goroutines.
type Base struct {
	Tracker    *tracker.Tracker
	Procedures *sop.Library

	// ProcedureErrors are the mistakes in procedure files, an sop.Errors, or nil.
	// The sound files are in Procedures all the same.
	ProcedureErrors error

	// SynonymErrors are the mistakes in synonyms.yaml, see [ParseSynonyms], or nil. The
	// sound entries are used all the same.
	SynonymErrors error

	index  *Index
	erased erased
	log    *slog.Logger
	owned  bool // the tracker is closed with the Base

	progress   func(done, of int)
	rebuilding int // documents that are to be expected; the writer's
}

// Options are how a [Base] works. The zero value is good.
type Options struct {
	// Tracker is given to [tracker.Open]; New does not use it.
	Tracker *tracker.Options
	// Language of records that do not say theirs; see [IndexOptions]. Default "en".
	Language string
	// Languages to expect in records that do not say theirs; see [IndexOptions].
	Languages []string
	// Logger is told about damage, rebuilding and broken procedures, never about
	// content. Default: none.
	Logger *slog.Logger
	// Progress is called while an index is built: how many documents are done, of about
	// how many; in the last call of each time the two are equal. It is called by the
	// goroutine that builds, which waits for it. Default: none.
	Progress func(done, of int)
}

// Parts are what [New] makes a Base of.
type Parts struct {
	Tracker    *tracker.Tracker // required; Close does not close it
	Procedures *sop.Library     // nil: none
	Index      string           // folder of the index; "" is memory
	Synonyms   Synonyms         // the zero value: none
}

// Open opens the knowledge base in the folder dir, and makes one where there is none:
//
//	supportloop.db      the tracker's store
//	procedures/*.yaml   the procedures, if any
//	synonyms.yaml       words that mean the same, if any: see [ParseSynonyms]
//	index/              the search index, which can be deleted at any time
//
// It never waits for the index: until [Base.CatchUp] or [Base.Follow] has run,
// results say how far behind it is. A broken procedure file is told by
// ProcedureErrors, a mistake in synonyms.yaml by SynonymErrors. The errors are those of
// [tracker.Open], ErrInUse and the file system's.
func Open(ctx context.Context, dir string, o *Options) (*Base, error) {
	if o == nil {
		o = &Options{}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	t, err := tracker.Open(ctx, filepath.Join(dir, "supportloop.db"), o.Tracker)
	if err != nil {
		return nil, err
	}
	procedures, mistakes := loadProcedures(filepath.Join(dir, "procedures"))
	synonyms, wrong := loadSynonyms(filepath.Join(dir, "synonyms.yaml"))
	b, err := New(ctx, Parts{Tracker: t, Procedures: procedures, Index: filepath.Join(dir, "index"), Synonyms: synonyms}, o)
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	b.owned = true
	b.ProcedureErrors, b.SynonymErrors = mistakes, wrong
	if mistakes != nil {
		b.log.Warn("procedures have mistakes", "error", mistakes)
	}
	if wrong != nil {
		b.log.Warn("the synonyms have mistakes", "error", wrong)
	}
	return b, nil
}

func loadProcedures(dir string) (*sop.Library, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return &sop.Library{}, nil
	}
	return sop.Load(os.DirFS(dir))
}

func loadSynonyms(path string) (Synonyms, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Synonyms{}, nil
	}
	if err != nil {
		return Synonyms{}, err
	}
	defer f.Close()
	s, err := ParseSynonyms(f)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return s, err
}

// New makes a Base of parts that the caller opened. Its errors are ErrInvalid
// without a tracker, ErrInUse and the file system's.
func New(ctx context.Context, p Parts, o *Options) (*Base, error) {
	if o == nil {
		o = &Options{}
	}
	if p.Tracker == nil {
		return nil, fmt.Errorf("%w: a knowledge base needs a tracker", ErrInvalid)
	}
	b := &Base{Tracker: p.Tracker, Procedures: p.Procedures, progress: o.Progress}
	options := &IndexOptions{Language: o.Language, Languages: o.Languages, Synonyms: p.Synonyms, Logger: o.Logger}
	if o.Progress != nil {
		options.Progress = func(done int) { o.Progress(done, max(done, b.rebuilding)) }
	}
	ix, err := NewIndex(p.Index, options)
	if err != nil {
		return nil, err
	}
	b.index, b.log = ix, ix.log
	if b.Procedures == nil {
		b.Procedures = &sop.Library{}
	}
	if ix.gen != nil {
		if err := b.strange(ctx); errors.Is(err, ErrDamaged) && !errors.Is(err, store.ErrDamaged) {
			ix.discard(err)
		}
	}
	return b, nil
}

// Close closes the index, and what Open opened.
func (b *Base) Close() error {
	err := b.index.Close()
	if b.owned {
		err = errors.Join(err, b.Tracker.Close())
	}
	return err
}

// Search finds articles, problems, tickets and procedures, and single contacts where
// Query.Kinds or kind:contact asks for them; see [Index.Search]. It
// reads the index as it is: Results.Behind says how many changes it does not know yet,
// and Results.Rebuilding that there is none, until CatchUp has made it. Only tickets and
// contacts that were erased are left out at once. Customers can neither filter by an
// article's owner, confidence and problems nor have them counted; the program can filter.
func (b *Base) Search(ctx context.Context, q Query) (Results, error) {
	q.hidden = Contact
	if q.Audience == tracker.Customers {
		q.inner = innerFields
	}
	return b.search(ctx, q, nil)
}

// innerFields are those of articles that are for the house only.
var innerFields = []string{"confidence", "owner", problemField}

// search is [Index.search] without what was erased since the index was written, which is
// known only when the index has said how far it goes: then it is searched again.
func (b *Base) search(ctx context.Context, q Query, like *likeness) (Results, error) {
	for {
		found, encoded, err := b.index.search(ctx, q, like)
		if err != nil {
			return Results{}, err
		}
		head, err := b.Tracker.Head(ctx)
		if err != nil {
			return Results{}, err
		}
		var m mark
		if encoded == nil || json.Unmarshal(encoded, &m) != nil {
			found.Rebuilding = true
		}
		found.Behind = head - min(head, m.Seq)
		if found.Behind == 0 || found.Rebuilding {
			return found, nil
		}
		gone, err := b.gone(ctx, m.Seq)
		if err != nil {
			return Results{}, err
		}
		if len(gone) == 0 || maps.Equal(gone, q.gone) {
			return found, nil
		}
		q.gone = gone
	}
}
