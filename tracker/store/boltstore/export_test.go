package boltstore

import (
	"bytes"
	"context"
	"io"

	"go.etcd.io/bbolt"

	"github.com/supportloop/supportloop/tracker/store"
)

// Examine examines the bytes of a file without a file.
func Examine(b []byte) (*store.Damage, error) {
	found, err := examination{checksums: true}.run(context.Background(), bytes.NewReader(b), int64(len(b)))
	return found.damage, err
}

// SalvageBytes is Examine that hands over what is sound.
func SalvageBytes(b []byte, record func(store.Bucket, []byte, []byte) error) (*store.Damage, error) {
	found, err := examination{checksums: true, record: record}.run(context.Background(), bytes.NewReader(b), int64(len(b)))
	return found.damage, err
}

// ExamineAt is Examine of what need not be in memory.
func ExamineAt(r io.ReaderAt, size int64, record func(store.Bucket, []byte, []byte) error) (*store.Damage, error) {
	found, err := examination{checksums: true, record: record}.run(context.Background(), r, size)
	return found.damage, err
}

// CopyNew is how a finished file comes into its place where the file system has no
// links.
var CopyNew = copyNew

// Explain words the errors of Open.
var Explain = explain

// File is the descriptor that a store's commits go through.
func (s *Store) File() interface{ Close() error } { return s.file }

// WriteLayout makes the file one of another layout.
func WriteLayout(path string, version uint32) error {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		value := seal(metaBucket, layoutKey, layout{version: version}.bytes())
		return tx.Bucket([]byte(metaBucket)).Put(layoutKey, value)
	})
	if err != nil {
		return err
	}
	return db.Close()
}

// Checksum is the checksum of a record.
var Checksum = checksum
