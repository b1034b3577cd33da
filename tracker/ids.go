package tracker

import "encoding/binary"

// Every record has a number of its own kind, counted from 1 in the order of the
// log; 0 is none. A number is never given twice, and once given it resolves for
// ever: to the record, to what it was merged into, or to what an erasure left.
type (
	ContactID  uint64
	CustomerID uint64
	TicketID   uint64
	ProblemID  uint64
	TopicID    uint64
	ArticleID  uint64
	PromiseID  uint64
	DecisionID uint64
	RunID      uint64
	RemedyID   uint64
	UseID      uint64
	OutageID   uint64
)

// key is a number as it stands in the store: eight bytes, so that byte order is
// the order of numbers.
func key[N ~uint64](n N) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n))
}

// pair is the key of an index entry: of a, its b.
func pair[A, B ~uint64](a A, b B) []byte {
	return binary.BigEndian.AppendUint64(key(a), uint64(b))
}

// number reads the last eight bytes of a key or of a value.
func number[N ~uint64](b []byte) N {
	if len(b) < 8 {
		return 0
	}
	return N(binary.BigEndian.Uint64(b[len(b)-8:]))
}
