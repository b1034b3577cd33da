package kb

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/supportloop/supportloop/tracker"
)

// Limits of what [LoadArticles] reads.
const (
	maxArticles     = 100_000
	maxArticlesFile = 256 << 20 // bytes
)

// LoadArticles reads a JSON array of articles, in the fields of [tracker.Article], to
// be given to [tracker.Tracker.CreateArticle] one by one. An "id" that is a string is
// the article's slug; one that is a number is left out, as the tracker numbers them
// itself. Fields it does not know are left out too. Its errors are r's, and ErrInvalid,
// which names the article by its place in the array, from 1.
func LoadArticles(r io.Reader) ([]tracker.Article, error) {
	whole := &errReader{r: io.LimitReader(r, maxArticlesFile+1)}
	all, err := loadArticles(json.NewDecoder(whole))
	switch {
	case whole.err != nil:
		return nil, fmt.Errorf("read articles: %w", whole.err)
	case whole.n > maxArticlesFile:
		return nil, fmt.Errorf("%w: more than %d MiB of articles: divide the file", ErrInvalid, maxArticlesFile>>20)
	case err != nil:
		return nil, err
	}
	return all, nil
}

// errReader remembers why reading ended, which a decoder does not tell in full.
type errReader struct {
	r   io.Reader
	n   int
	err error // but io.EOF
}

func (r *errReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += n
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

func loadArticles(in *json.Decoder) ([]tracker.Article, error) {
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return nil, fmt.Errorf("%w: the articles are not a JSON array: begin the file with [", ErrInvalid)
	}
	var all []tracker.Article
	for in.More() {
		var read struct {
			tracker.Article
			ID any `json:"id"`
		}
		if err := in.Decode(&read); err != nil {
			return nil, fmt.Errorf("%w: article %d: %w", ErrInvalid, len(all)+1, err)
		}
		a := read.Article
		if slug, ok := read.ID.(string); ok && a.Slug == "" {
			a.Slug = slug
		}
		if a.Title == "" {
			return nil, fmt.Errorf("%w: article %d has no title", ErrInvalid, len(all)+1)
		}
		if all = append(all, a); len(all) > maxArticles {
			return nil, fmt.Errorf("%w: more than %d articles: divide the file", ErrInvalid, maxArticles)
		}
	}
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("%w: after article %d: %w", ErrInvalid, len(all), err)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: something stands behind the array, after article %d: put all articles into one array", ErrInvalid, len(all))
	}
	return all, nil
}
