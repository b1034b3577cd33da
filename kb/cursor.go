package kb

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// A cursor is what Results.Next carries: which query it belongs to, and a hash of the
// name of every hit that was shown. A place in the order would not do: whatever is put
// or deleted changes how rare words are, and with it the score of every document. So a
// page is the best of what has not been shown, and none is skipped or repeated.
type cursor struct {
	query uint64
	shown []uint64 // in the order they were shown
}

// cursorVersion is the first byte of a cursor.
const cursorVersion = 1

// newCursor reads q.After.
func newCursor(q Query) (cursor, error) {
	c := cursor{query: q.hash()}
	if q.After == "" {
		return c, nil
	}
	var data []byte
	var err error
	if len(q.After) <= base64.RawURLEncoding.EncodedLen(9+8*MaxDepth) {
		data, err = base64.RawURLEncoding.DecodeString(q.After)
	}
	if err != nil || len(data) < 9 || len(data)%8 != 1 || data[0] != cursorVersion {
		return c, fmt.Errorf("%w: after: it is not what Results.Next said", ErrInvalid)
	}
	if binary.BigEndian.Uint64(data[1:]) != c.query {
		return c, fmt.Errorf("%w: after: it is of another query; for a new query begin with the first page", ErrInvalid)
	}
	for data = data[9:]; len(data) > 0; data = data[8:] {
		c.shown = append(c.shown, binary.BigEndian.Uint64(data))
	}
	return c, nil
}

// String is what newCursor reads.
func (c cursor) String() string {
	data := binary.BigEndian.AppendUint64([]byte{cursorVersion}, c.query)
	for _, h := range c.shown {
		data = binary.BigEndian.AppendUint64(data, h)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// page is the next of best, which are in order and one more than were shown and asked
// for, if there are as many. The cursor goes on behind it; more says whether anything
// is there.
func (c *cursor) page(best []candidate, limit int) (page []candidate, more bool) {
	shown := make(map[uint64]bool, len(c.shown))
	for _, h := range c.shown {
		shown[h] = true
	}
	for _, b := range best {
		h := hashed([]byte(b.key))
		switch {
		case shown[h]:
			continue
		case len(c.shown) == MaxDepth:
			return page, false
		case len(page) == limit:
			return page, true
		}
		page = append(page, b)
		c.shown = append(c.shown, h)
	}
	return page, false
}

// hash tells queries apart that find different documents.
func (q Query) hash() uint64 {
	q.Limit, q.Facets, q.After, q.Explain = 0, nil, "", false
	q.Since, q.Until = q.Since.UTC(), q.Until.UTC()
	if len(q.Kinds) == 0 {
		q.Kinds = nil
	}
	if len(q.Fields) == 0 {
		q.Fields = nil
	}
	data, err := json.Marshal(q)
	if err != nil {
		data = fmt.Append(nil, q) // of a time that JSON has no form for
	}
	return hashed(data)
}

func hashed(data []byte) uint64 {
	sum := sha256.Sum256(data)
	return binary.BigEndian.Uint64(sum[:])
}
