package kb

import (
	"context"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// The fields of bleve's documents. Those of [Document.Fields] follow fieldPrefix.
const (
	titleField  = "title"
	textField   = "text"
	askedField  = "asked"
	timeField   = "time"
	aboutField  = "about"
	fieldPrefix = "f:"
	// Values that are not written in small letters stand behind spelledPrefix as
	// they are written, for facets.
	spelledPrefix = "s:"
)

// change is what one commit does to a generation.
type change struct {
	put     []Document // checked
	drop    []string   // keys
	mark    []byte     // of the follower, kept with the state
	durable bool       // wait until it is on disk
}

// apply commits c. The generation is given up when that fails.
func (g *generation) apply(ctx context.Context, c change) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := g.err(); err != nil {
		return err
	}
	defer g.guard(&err)
	defer faultless()()

	next := g.state.clone()
	next.Mark = c.mark
	b := g.bleve.NewBatch()
	if err := g.fill(b, &next, c); err != nil {
		g.fail(err)
		return g.err()
	}
	encoded, err := next.encode()
	if err != nil {
		return err
	}
	b.SetInternal(stateKey, encoded)
	persisted := make(chan error, 1)
	if c.durable && g.path != "" {
		b.SetPersistedCallback(func(err error) { persisted <- err })
	} else {
		persisted <- nil
	}
	if err := g.commit(b, persisted); err != nil {
		g.fail(err)
		return g.err()
	}
	g.state = next
	g.batches++
	return nil
}

// commit runs the batch where it can be left behind: when one of bleve's own
// goroutines has died, a batch never returns.
func (g *generation) commit(b *bleve.Batch, persisted <-chan error) error {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer g.guard(&err)
		defer faultless()() // it looks for the documents' names in the mapped files
		err = g.bleve.Batch(b)
	}()
	for _, step := range []<-chan error{done, persisted} {
		select {
		case err := <-step:
			if err != nil {
				return err
			}
		case <-g.failed:
			return g.cause
		}
	}
	return nil
}

// fill puts c into a batch and counts it into the state.
func (g *generation) fill(b *bleve.Batch, next *state, c change) error {
	r, err := g.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	seen := map[string]bool{}
	uncount := func(key string) error {
		if seen[key] {
			return nil
		}
		seen[key] = true
		old, err := r.Document(key)
		if err != nil || old == nil {
			return err
		}
		var a about
		old.VisitFields(func(f index.Field) {
			if f.Name() == aboutField {
				a, err = decodeAbout(f.Value())
			}
		})
		next.count(key, a, -1)
		return err
	}
	for _, k := range c.drop {
		if err := uncount(k); err != nil {
			return err
		}
		b.Delete(k)
	}
	// Of two documents with one name in a change, the later counts.
	last := map[string]int{}
	for i, d := range c.put {
		last[key(d.Kind, d.ID)] = i
	}
	for i, d := range c.put {
		k := key(d.Kind, d.ID)
		if last[k] != i {
			continue
		}
		if err := uncount(k); err != nil {
			return err
		}
		doc, a := g.document(k, d)
		if err := b.IndexAdvanced(doc); err != nil {
			return err
		}
		next.count(k, a, 1)
	}
	return nil
}

// document is d as bleve takes it: analyzed already, by us, so that an error in the
// analysis is ours and not one in a goroutine of bleve's.
func (g *generation) document(key string, d Document) (*document.Document, about) {
	doc := document.NewDocument(key)
	language := languageOf(d, g.state.Language)
	a := about{Language: language}
	var written ready
	text := func(field, value string, how index.FieldIndexingOptions) int64 {
		terms := ready{}
		for i, t := range analyze(value, language) {
			if t.written != "" {
				written = append(written, &analysis.Token{Term: []byte(t.written), Position: 1})
			}
			terms = append(terms, &analysis.Token{Start: t.start, End: t.end, Term: []byte(t.term), Position: i + 1})
		}
		if value != "" {
			doc.AddField(document.NewTextFieldCustom(field, nil, []byte(value), how, terms))
		}
		return int64(len(terms))
	}
	a.TitleWords = text(titleField, d.Title, index.IndexField|index.StoreField)
	a.TextWords = text(textField, d.Text, index.IndexField|index.StoreField)
	doc.AddField(document.NewTextFieldCustom(wordsField, nil, nil, index.IndexField|index.SkipFreqNorm, written))
	a.AskedWords = text(askedField, d.Asked, index.IndexField)

	keyword := func(field string, values []string) {
		doc.AddField(document.NewTextFieldCustom(field, nil, nil, index.IndexField, terms(values)))
	}
	keyword(fieldPrefix+kindField, []string{string(d.Kind)})
	for _, name := range sortedKeys(d.Fields) {
		folded, spelled := fieldTerms(d.Fields[name])
		if len(folded) > 0 {
			keyword(fieldPrefix+name, folded)
			a.Fields = append(a.Fields, name)
		}
		if len(spelled) > 0 {
			keyword(spelledPrefix+name, spelled)
		}
	}
	if !d.Time.IsZero() {
		doc.AddField(document.NewTextFieldCustom(timeField, nil, []byte(d.Time.UTC().Format(time.RFC3339Nano)), index.IndexField|index.StoreField, terms(timeTerms(d.Time))))
	}
	stored(doc, aboutField, a.encode())
	return doc, a
}

func stored(doc *document.Document, field string, value []byte) {
	doc.AddField(document.NewTextFieldCustom(field, nil, value, index.StoreField, ready{}))
}

// terms are those of a field that is not analyzed.
func terms(values []string) ready {
	var tokens ready
	for i, v := range values {
		tokens = append(tokens, &analysis.Token{Term: []byte(v), Position: i + 1})
	}
	return tokens
}

// ready is an analyzer that has done its work already.
type ready analysis.TokenStream

func (r ready) Analyze([]byte) analysis.TokenStream { return analysis.TokenStream(r) }
