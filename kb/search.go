package kb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/supportloop/supportloop/tracker"
)

// Results are what a search found, and how far they can be trusted.
type Results struct {
	Hits []Hit `json:"hits"`
	// Total is how many documents were found. With a phrase, only the best
	// [MaxDepth] that have all its words are looked through.
	Total int `json:"total"`
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
	if q.Limit == 0 {
		q.Limit = 20
	}
	if q.Limit < 0 || q.Limit > MaxHits || q.Offset < 0 || q.Offset > MaxDepth-q.Limit {
		return Results{}, nil, fmt.Errorf("%w: limit %d and offset %d: a page has at most %d hits, and all pages together %d", ErrInvalid, q.Limit, q.Offset, MaxHits, MaxDepth)
	}
	if q.Audience != "" && q.Audience != tracker.Internal && q.Audience != tracker.Customers {
		return Results{}, nil, fmt.Errorf("%w: audience %.40q: want %q or %q", ErrInvalid, q.Audience, tracker.Internal, tracker.Customers)
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.closed {
		return Results{}, nil, ErrClosed
	}
	if ix.gen == nil || ix.gen.err() != nil {
		return Results{Rebuilding: ix.gen != nil || ix.why != nil}, nil, nil
	}
	found, mark, err := ix.gen.search(ctx, q, like)
	if err == nil || ctx.Err() != nil {
		return found, mark, err
	}
	ix.gen.fail(err)
	ix.log.Warn("the search index has to be rebuilt", "error", err)
	return Results{Rebuilding: true}, nil, nil
}

// search answers q. Any error but ctx's means that the generation is damaged.
func (g *generation) search(ctx context.Context, q Query, like *likeness) (_ Results, mark []byte, err error) {
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
	s.language = primary(q.Language)
	p := parse(q.Text, func(name string) bool { return name == kindField || s.state.Fields[name] > 0 })
	out := Results{Notes: p.notes}
	if like != nil {
		if p, err = s.like(like); err != nil {
			return Results{}, nil, err
		}
		if len(p.words) == 0 {
			return out, s.state.Mark, nil
		}
	}
	for _, k := range q.Kinds {
		p.only[kindField] = append(p.only[kindField], string(k))
	}
	if len(q.Kinds) > 0 {
		p.only[kindField] = narrowed(p.only[kindField], q.Kinds)
	}
	if p.empty() {
		return out, s.state.Mark, nil
	}
	matched, err := s.match(p, q)
	if err != nil {
		return Results{}, nil, err
	}
	out.Total = len(matched)
	depth := q.Offset + q.Limit
	if s.verifies(p) {
		depth = MaxDepth
	}
	best, err := s.best(matched, depth)
	if err != nil {
		return Results{}, nil, err
	}
	if s.verifies(p) {
		if best, err = s.verified(best, p); err != nil {
			return Results{}, nil, err
		}
		out.Total = len(best)
	}
	best = best[min(q.Offset, len(best)):]
	best = best[:min(q.Limit, len(best))]
	for _, c := range best {
		h, err := s.hit(c)
		if err != nil {
			return Results{}, nil, err
		}
		out.Hits = append(out.Hits, h)
	}
	return out, s.state.Mark, nil
}

// narrowed are the kinds that a person asked for, of those that the program allows.
func narrowed(asked []string, allowed []Kind) []string {
	typed := asked[:len(asked)-len(allowed)]
	var both []string
	for _, k := range allowed {
		if len(typed) == 0 || slices.Contains(typed, string(k)) {
			both = append(both, string(k))
		}
	}
	return both
}

// verifies reports whether documents have to be looked into, because the index does
// not know where in a text a word stands.
func (s *searcher) verifies(p parsed) bool {
	return len(p.phrases) > 0 || slices.ContainsFunc(p.without, func(w []string) bool { return len(w) > 1 })
}

// verified are those of best that have all phrases and none that is to be left out.
func (s *searcher) verified(best []candidate, p parsed) ([]candidate, error) {
	var kept []candidate
	for _, c := range best {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		d, err := s.load(c)
		if err != nil {
			return nil, err
		}
		title, text := analyze(d.Title, d.Language), analyze(d.Text, d.Language)
		has := func(phrase []string) bool {
			return s.follows(title, phrase) || s.follows(text, phrase)
		}
		ok := true
		for _, phrase := range p.phrases {
			ok = ok && has(phrase)
		}
		for _, phrase := range p.without {
			ok = ok && (len(phrase) == 1 || !has(phrase))
		}
		if ok {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// follows reports whether phrase stands among tokens word by word.
func (s *searcher) follows(tokens []token, phrase []string) bool {
	for i := range tokens {
		if i+len(phrase) > len(tokens) {
			return false
		}
		all := true
		for j, word := range phrase {
			t := tokens[i+j]
			if t.class == joined || !slices.Contains(s.forms(word), t.term) {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
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
		Kind: d.Kind, ID: d.ID, Title: plain(d.Title), Snippet: s.finder().snippet(d.Text, d.Language),
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
