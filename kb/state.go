package kb

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// layout is the version of what stands in the index: fields, analysis, state. Any
// change of them takes the next number, and indexes of another one are rebuilt.
const layout = 3

// state is what an index knows about itself. It is written with every batch, in the
// same commit, with a checksum.
type state struct {
	Layout    int    `json:"layout"`
	Language  string `json:"language"` // of documents that do not say; see expected
	Documents int64  `json:"documents"`
	Sum       uint64 `json:"sum"` // of the hashes of their keys, so that a lost or revived one shows

	TitleWords int64            `json:"title_words"`
	TextWords  int64            `json:"text_words"`
	AskedWords int64            `json:"asked_words"`
	Asked      int64            `json:"asked"`     // documents that have such words
	Languages  map[string]int64 `json:"languages"` // documents by primary language
	Fields     map[string]int64 `json:"fields"`    // documents by name of field

	Mark []byte `json:"mark,omitempty"` // the follower's; see follow.go
}

func newState(language string) state {
	return state{Layout: layout, Language: language, Languages: map[string]int64{}, Fields: map[string]int64{}}
}

// about is what the state counts of one document; it is stored with the document so
// that it can be taken out again.
type about struct {
	Language   string
	TitleWords int64
	TextWords  int64
	AskedWords int64
	Fields     []string
}

// encode writes a on one line, its parts apart by tabs.
func (a about) encode() []byte {
	return fmt.Appendf(nil, "%s\t%d\t%d\t%d\t%s", a.Language, a.TitleWords, a.TextWords, a.AskedWords, strings.Join(a.Fields, " "))
}

// decodeAbout reads what encode wrote.
func decodeAbout(data []byte) (a about, err error) {
	parts := strings.Split(string(data), "\t")
	if len(parts) != 5 {
		return a, fmt.Errorf("%w: what it says about a document has %d parts", ErrDamaged, len(parts))
	}
	a.Language, a.Fields = parts[0], strings.Fields(parts[4])
	var wrong [3]error
	a.TitleWords, wrong[0] = strconv.ParseInt(parts[1], 10, 64)
	a.TextWords, wrong[1] = strconv.ParseInt(parts[2], 10, 64)
	a.AskedWords, wrong[2] = strconv.ParseInt(parts[3], 10, 64)
	if err := errors.Join(wrong[:]...); err != nil {
		return a, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return a, nil
}

// count takes a document in (by 1) or out (by -1).
func (s *state) count(key string, a about, by int64) {
	h := fnv.New64a()
	h.Write([]byte(key))
	s.Sum += uint64(by) * h.Sum64()
	s.Documents += by
	s.TitleWords += by * a.TitleWords
	s.TextWords += by * a.TextWords
	s.AskedWords += by * a.AskedWords
	if a.AskedWords > 0 {
		s.Asked += by
	}
	add(s.Languages, a.Language, by)
	for _, f := range a.Fields {
		add(s.Fields, f, by)
	}
}

func add(m map[string]int64, k string, by int64) {
	if m[k] += by; m[k] == 0 {
		delete(m, k)
	}
}

func (s state) clone() state {
	c := s
	c.Languages, c.Fields = map[string]int64{}, map[string]int64{}
	for k, n := range s.Languages {
		c.Languages[k] = n
	}
	for k, n := range s.Fields {
		c.Fields[k] = n
	}
	return c
}

func (s state) encode() ([]byte, error) {
	data, err := json.Marshal(s)
	return frame(data), err
}

// decodeState reads what encode wrote. Its errors are ErrDamaged; of another layout
// or language too, since such an index cannot be used either.
func decodeState(framed []byte, language string) (state, error) {
	s := newState("")
	data, err := unframe(framed)
	if err != nil {
		return s, fmt.Errorf("%w in its state", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("%w: its state: %w", ErrDamaged, err)
	}
	if s.Layout != layout || s.Language != language {
		return s, fmt.Errorf("%w: it has layout %d and language %q, this program makes layout %d and language %q", ErrDamaged, s.Layout, s.Language, layout, language)
	}
	return s, nil
}
