package kb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/supportloop/supportloop/tracker"
)

// mark is how far the index follows the tracker. It is kept inside the index, in the
// commit that brings what it says, so that after a crash the index goes on from
// where it really is.
type mark struct {
	Store string `json:"store"` // that it follows
	Seq   uint64 `json:"seq"`   // of the last change it knows
	Last  string `json:"last"`  // fingerprint of that change; "" of none
	// Procedures are those in the index, and Hash is of their content.
	Procedures []string `json:"procedures,omitempty"`
	Hash       string   `json:"hash,omitempty"`
	// Erased: content was erased since the index was built. It is found no more, but
	// its bytes may be in the files until the index is built anew.
	Erased bool `json:"erased,omitempty"`
}

func (m mark) encode() []byte {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers have an encoding
	}
	return data
}

// mark reads that of the current index. The caller is the writer, or alone.
func (b *Base) mark() mark {
	var m mark
	if b.index.gen != nil {
		_ = json.Unmarshal(b.index.gen.state.Mark, &m) // one that cannot be read is of no store
	}
	return m
}

// fingerprint tells a change from another of the same number, which a log has that was
// restored from an older copy and went on differently.
func fingerprint(ch tracker.Change) string {
	data, err := json.Marshal(ch)
	if err != nil {
		panic(err) // ids and a time have an encoding
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:8])
}

// change reads one change of the log; number 0 is none.
func (b *Base) change(ctx context.Context, seq uint64) (print string, err error) {
	if seq == 0 {
		return "", nil
	}
	for ch, err := range b.Tracker.Changes(ctx, seq-1) {
		if err != nil {
			return "", err
		}
		return fingerprint(ch), nil
	}
	return "", nil
}

// strange is why the index is not of this log, as an ErrDamaged, or nil: it is.
// Other errors are the tracker's.
func (b *Base) strange(ctx context.Context) error {
	m := b.mark()
	if m.Store != b.Tracker.StoreID() {
		return fmt.Errorf("%w: it was made from another store", ErrDamaged)
	}
	print, err := b.change(ctx, m.Seq)
	if err == nil && print != m.Last {
		err = fmt.Errorf("%w: its change %d is another in the store, which was restored from an older copy", ErrDamaged, m.Seq)
	}
	return err
}
