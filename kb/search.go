package kb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker/show"
)

// Results are what a search found, and how far they can be trusted.
type Results struct {
	Hits []Hit `json:"hits"`
	// Total is how many documents were found. With a phrase, or -without of one, only
	// the best [MaxDepth] that match otherwise are looked through.
	Total int `json:"total"`
	// Facets are for each of Query.Facets its values among all that was found, and that
	// may be read: those of most documents first and then by value, at most [MaxFacet].
	Facets map[string][]FacetCount `json:"facets,omitempty"`
	// Next is Query.After for the next page; "" is the end, or [MaxDepth].
	//
	// Pages may be fetched while documents are put and deleted: each is the best of
	// what no page before it has shown. So whoever goes on to the end sees every
	// document that was found all the time exactly once, and no document twice, but
	// scores may rise from one page to the next. While Rebuilding, Next is the place
	// where the query was.
	Next string `json:"next,omitempty"`
	// Notes say in words what of the query was not understood.
	Notes []string `json:"notes,omitempty"`
	// Behind is how many of the tracker's changes are not in the index yet.
	Behind uint64 `json:"behind"`
	// Rebuilding: the index is not there, or was damaged; there are no hits until
	// it was made anew.
	Rebuilding bool `json:"rebuilding"`
}

// Hit is a document that was found.
type Hit struct {
	Kind     Kind      `json:"kind"`
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Snippet  Snippet   `json:"snippet"`
	Score    float64   `json:"score"` // for the order within one Results; higher is better
	Language string    `json:"language,omitempty"`
	Time     time.Time `json:"time,omitzero"`
	// Why is what Score is the sum of, the most first, if Query.Explain asks for it.
	Why []Why `json:"why,omitempty"`

	words []string // of the query, as the title and the snippet have them
}

// Search finds documents, the best first and equally good ones by kind and id. What
// a person typed is never an error; ErrInvalid is about Query's other fields. The
// other errors are ErrClosed and ctx's.
func (ix *Index) Search(ctx context.Context, q Query) (Results, error) {
	found, _, err := ix.search(ctx, q, nil)
	return found, err
}

// search is Search, for a text that was not typed when like is given. It returns the
// follower's mark of the index that answered; nil when none did.
func (ix *Index) search(ctx context.Context, q Query, like *likeness) (Results, []byte, error) {
	q, err := q.checked()
	if err != nil {
		return Results{}, nil, err
	}
	place, err := newCursor(q)
	if err != nil {
		return Results{}, nil, err
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.closed {
		return Results{}, nil, ErrClosed
	}
	if ix.gen == nil || ix.gen.err() != nil {
		return Results{Rebuilding: ix.gen != nil || ix.why != nil, Next: q.After}, nil, nil
	}
	found, mark, err := ix.gen.search(ctx, q, place, like, ix.synonyms)
	if err == nil || ctx.Err() != nil {
		return found, mark, err
	}
	ix.gen.fail(err)
	ix.log.Warn("the search index has to be rebuilt", "error", err)
	return Results{Rebuilding: true, Next: q.After}, nil, nil
}

// search answers q. Any error but ctx's means that the generation is damaged.
func (g *generation) search(ctx context.Context, q Query, place cursor, like *likeness, synonyms Synonyms) (_ Results, mark []byte, err error) {
	defer g.guard(&err)
	defer faultless()()
	r, err := g.reader()
	if err != nil {
		return Results{}, nil, err
	}
	defer r.Close()
	s, err := newSearcher(ctx, r)
	if err != nil {
		return Results{}, nil, err
	}
	defer s.close()
	s.language, s.synonyms = primary(q.Language), synonyms
	s.columns, s.unpacked = &g.columns, &g.unpacked
	p := parse(q.Text, func(name string) bool {
		return name == kindField || s.state.Fields[name] > 0 && !slices.Contains(q.inner, name)
	})
	out := Results{Notes: p.notes}
	if like != nil {
		if p, err = s.like(like); err != nil {
			return Results{}, nil, err
		}
		if len(p.words) == 0 {
			return out, s.state.Mark, nil
		}
	}
	if p.empty() && len(q.Kinds)+len(q.Fields) == 0 && q.Since.IsZero() && q.Until.IsZero() {
		return out, s.state.Mark, nil
	}
	found, err := s.match(p, q)
	if err != nil {
		return Results{}, nil, err
	}
	out.Notes = append(out.Notes, s.notes...)
	total, which, depth := found.n, &found.docs, len(place.shown)+q.Limit+1
	if s.verifies(p) {
		depth = MaxDepth
	}
	best, err := s.best(found.best(depth), depth)
	if err != nil {
		return Results{}, nil, err
	}
	if s.verifies(p) {
		if best, err = s.verified(best, p); err != nil {
			return Results{}, nil, err
		}
		total, which = len(best), &set{}
		for _, c := range best {
			which.add(c.number)
		}
	}
	out.Total = total
	if out.Facets, err = s.facets(which, q.told()); err != nil {
		return Results{}, nil, err
	}
	page, more := place.page(best, q.Limit)
	if more {
		out.Next = place.String()
	}
	var why map[uint64][]Why
	if q.Explain {
		if why, err = s.explain(page); err != nil {
			return Results{}, nil, err
		}
	}
	for _, c := range page {
		if err := ctx.Err(); err != nil {
			return Results{}, nil, err
		}
		h, err := s.hit(c)
		if err != nil {
			return Results{}, nil, err
		}
		h.Why = why[c.number]
		out.Hits = append(out.Hits, h)
	}
	return out, s.state.Mark, nil
}

// verifies reports whether documents have to be looked into, because the index does
// not know where in a text a word stands.
func (s *searcher) verifies(p parsed) bool {
	return len(p.phrases) > 0 || p.leavesOutPhrases()
}

// verified are those of best that have all phrases and none that is to be left out.
func (s *searcher) verified(best []candidate, p parsed) ([]candidate, error) {
	var wanted, unwanted []*sequence
	for _, phrase := range p.phrases {
		wanted = append(wanted, s.sequence(phrase))
	}
	for _, phrase := range p.without {
		if len(phrase) > 1 {
			unwanted = append(unwanted, s.sequence(phrase))
		}
	}
	var left []candidate
	for _, c := range best {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		d, err := s.load(c)
		if err != nil {
			return nil, err
		}
		has := func(q *sequence) bool { return q.stands(d.Title, d.Language) || q.stands(d.Text, d.Language) }
		lacks := func(q *sequence) bool { return !has(q) }
		if !slices.ContainsFunc(wanted, lacks) && !slices.ContainsFunc(unwanted, has) {
			left = append(left, c)
		}
	}
	return left, s.ctx.Err()
}

// load reads a candidate's stored fields.
func (s *searcher) load(c candidate) (Document, error) {
	kind, id := unkey(c.key)
	d := Document{Kind: kind, ID: id}
	err := fmt.Errorf("document %s is not there", c.key)
	for _, p := range s.parts {
		if c.number < p.first || c.number >= p.end() {
			continue
		}
		err = nil
		e := p.VisitDocument(c.number-p.first, func(field string, _ byte, value []byte, _ []uint64) bool {
			switch field {
			case titleField:
				d.Title = string(value)
			case textField:
				d.Text = string(value)
			case timeField:
				d.Time, err = time.Parse(time.RFC3339Nano, string(value))
			case aboutField:
				d.Language = aboutLanguage(value)
			}
			return true
		})
		err = cmp.Or(e, err)
	}
	return d, err
}

func (s *searcher) hit(c candidate) (Hit, error) {
	d, err := s.load(c)
	if err != nil {
		return Hit{}, err
	}
	h := Hit{
		Kind: d.Kind, ID: d.ID, Title: show.Line(d.Title), Snippet: s.finder().snippet(d.Text, d.Language),
		Score: c.score, Language: d.Language, Time: d.Time,
	}
	if s.tells {
		h.words = s.shown(h, d.Language)
	}
	return h, nil
}

// shown are the words of the query that a hit shows, the most telling first, at most
// five.
func (s *searcher) shown(h Hit, language string) []string {
	shown := map[string]string{} // a term as it is written there
	for _, text := range []string{h.Title, h.Snippet.Text} {
		for _, t := range analyze(text, language) {
			if _, ok := shown[t.term]; !ok && s.terms[t.term] {
				shown[t.term] = strings.ToLower(text[t.start:t.end])
			}
		}
	}
	terms := sortedKeys(shown)
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(s.idf[b], s.idf[a]) })
	var words []string
	for _, t := range terms[:min(len(terms), 5)] {
		words = append(words, shown[t])
	}
	return words
}
