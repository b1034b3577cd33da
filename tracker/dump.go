package tracker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/supportloop/supportloop/tracker/store"
)

// dumped is a line of an export: one entry of the store. A value that is JSON
// stands as it is, any other in base 64 under "bytes".
type dumped struct {
	Bucket store.Bucket    `json:"bucket"`
	Key    string          `json:"key"` // hex
	Value  json.RawMessage `json:"value,omitempty"`
	Bytes  []byte          `json:"bytes,omitempty"`
}

// dumpHead is the first line of an export, dumpEnd the last: without it the
// export was cut short.
type dumpHead struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Layout  int    `json:"layout"`
	Store   string `json:"store"`
}

type dumpEnd struct {
	Entries int `json:"entries"`
}

const dumpFormat = "supportloop-export"

// Export writes the whole store as JSON Lines, as of one moment: a head, an entry a
// line ([Layout] says what stands in which bucket), and a line that counts them.
// What was erased is not in it. [Restore] reads it into an empty store of any kind.
func (t *Tracker) Export(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(dumpHead{dumpFormat, 1, t.identity.Layout, t.identity.ID}); err != nil {
		return err
	}
	n := 0
	err := t.view(ctx, func(r store.Reader) error {
		for _, b := range buckets {
			err := each(r, b, store.Range{}, func(e store.Entry) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				n++
				line := dumped{Bucket: b, Key: hex.EncodeToString(e.Key)}
				if b != bBlobs && b != bProcedureTexts && len(e.Value) > 0 && e.Value[0] == '{' {
					line.Value = e.Value
				} else {
					line.Bytes = e.Value
				}
				return enc.Encode(line)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(enc.Encode(dumpEnd{n}), out.Flush())
}

// A line of an export is at most so long: a record, or a part of an attachment.
const maxDumpLine = 96 << 20

// Restore reads what [Tracker.Export] wrote into s, which must be empty, in
// transactions of some thousand entries. When it fails, s is of no use: throw it
// away. Errors name the line; one that is cut short or was changed is [ErrInvalid].
func Restore(ctx context.Context, s store.Store, r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxDumpLine)
	at := 0
	next := func() ([]byte, error) {
		if !lines.Scan() {
			return nil, errors.Join(lines.Err(), fmt.Errorf("%w: the export ends after line %d, before its last line; it was cut short", ErrInvalid, at))
		}
		at++
		return bytes.Clone(lines.Bytes()), nil
	}
	line, err := next()
	if err != nil {
		return err
	}
	var h dumpHead
	if err := json.Unmarshal(line, &h); err != nil || h.Format != dumpFormat || h.Version != 1 {
		return fmt.Errorf("%w: line 1 is not the head of an export that this version reads", ErrInvalid)
	}
	if h.Layout > Layout {
		return fmt.Errorf("%w: the export has layout %d, this program knows up to %d", ErrLayout, h.Layout, Layout)
	}
	err = s.View(ctx, func(r store.Reader) error {
		for _, b := range buckets {
			if some, err := r.Page(b, store.Range{}, 1); err != nil || len(some) > 0 {
				return errors.Join(err, fmt.Errorf("%w: the store is not empty: restore into a new one", ErrConflict))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	known := map[store.Bucket]bool{}
	for _, b := range buckets {
		known[b] = true
	}
	const batch, batchBytes = 4096, 16 << 20
	n := 0
	for done := false; !done; {
		err := s.Update(ctx, func(w store.Writer) error {
			size := 0
			for range batch {
				line, err := next()
				if err != nil {
					return err
				}
				var d struct {
					dumped
					Entries *int `json:"entries"`
				}
				if err := json.Unmarshal(line, &d); err != nil {
					return fmt.Errorf("%w: line %d: %v", ErrInvalid, at, err)
				}
				if d.Entries != nil {
					if done = true; *d.Entries != n {
						return fmt.Errorf("%w: line %d counts %d entries, %d came: lines are missing", ErrInvalid, at, *d.Entries, n)
					}
					return nil
				}
				k, err := hex.DecodeString(d.Key)
				if err != nil || len(k) == 0 || !known[d.Bucket] {
					return fmt.Errorf("%w: line %d: bucket %q, key %q", ErrInvalid, at, d.Bucket, d.Key)
				}
				v := d.Bytes
				if d.Value != nil {
					v = d.Value
				}
				if v == nil {
					v = []byte{}
				}
				if err := w.Put(d.Bucket, k, v); err != nil {
					return fmt.Errorf("line %d: %w", at, err)
				}
				n++
				if size += len(line); size > batchBytes {
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Backup writes a consistent copy of the store while it is used, in the store's own
// form, and returns its size in bytes. A store that cannot do that is
// [errors.ErrUnsupported]; Export works on every store.
func (t *Tracker) Backup(ctx context.Context, w io.Writer) (int64, error) {
	if err := t.readable(); err != nil {
		return 0, err
	}
	b, ok := t.store.(store.BackupWriter)
	if !ok {
		return 0, fmt.Errorf("this kind of store has no backup of its own, use Export: %w", errors.ErrUnsupported)
	}
	return b.Backup(ctx, w)
}

// Attachment returns the content of a contact's attachment n, from 0.
//
// Errors: [ErrNotFound], [ErrErased].
func (t *Tracker) Attachment(ctx context.Context, id ContactID, n int) ([]byte, error) {
	var out []byte
	err := t.view(ctx, func(r store.Reader) error {
		c, err := must[Contact](r, bContacts, id, "contact")
		switch {
		case err != nil:
			return err
		case c.Erased:
			return fmt.Errorf("contact %d: %w", id, ErrErased)
		case n < 0 || n >= len(c.Attachments):
			return fmt.Errorf("contact %d has %d attachments, there is no number %d: %w", id, len(c.Attachments), n, ErrNotFound)
		}
		out = make([]byte, 0, c.Attachments[n].Size)
		err = each(r, bBlobs, store.Prefix(pair(id, uint64(n))), func(e store.Entry) error {
			out = append(out, e.Value...)
			return nil
		})
		if err == nil && int64(len(out)) != c.Attachments[n].Size {
			err = fmt.Errorf("attachment %d of contact %d: %d bytes of %d are there: %w", n, id, len(out), c.Attachments[n].Size, store.ErrDamaged)
		}
		return err
	})
	return out, err
}
