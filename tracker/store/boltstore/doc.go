// Package boltstore keeps a [store.Store] in one file, by way of bbolt.
//
//	s, err := boltstore.Open(ctx, "support.db", nil)
//	defer s.Close()
//
// bbolt gives ordered keys, snapshots and transactions that survive a crash. This
// package adds what a log that must not lose a contact needs beyond that: every
// record carries a checksum, every bucket its count and sum, every file is examined
// before bbolt maps it into memory, and a damaged one is named for what is lost in
// it, read for what is not, and never brings the process down.
//
// # Layout
//
// The file is a bbolt file, format version 2. What is in it is part of this
// package's API; layout 1 is:
//
//   - Each [store.Bucket] that ever had an entry is a top-level bbolt bucket of the
//     same name. There are no buckets in buckets, and the sequences of bbolt's
//     buckets are not used.
//   - A value is stored behind 4 bytes, little-endian: the CRC-32C (Castagnoli) of
//     the length of the bucket's name (1 byte), the name, the length of the key (2
//     bytes, little-endian), the key, and the value.
//   - The bucket "!meta", which no [store.Bucket] can be, has one record for each
//     bucket, under its name: the number of its entries and the sum of their
//     weights, 8 bytes each, little-endian. The weight of an entry is SplitMix64's
//     finalizer of crc<<32 | length of the stored value, and the sum wraps around;
//     it does not depend on order. These records are written in the transaction
//     that changes the bucket, with checksums of their own.
//   - "!meta" also has the record "!layout": the version of the layout (4 bytes)
//     and the number of commits the file has seen (8 bytes), little-endian.
//   - The list of free pages is not in the file; it follows from the pages in use.
//
// A program meets a file with a newer layout with an error that says so.
//
// Beside the store's file NAME there may be NAME.compact while [Store.Compact] runs, and
// .NAME.new- with digits behind it while NAME is being made or salvaged into. A process
// that dies then leaves them; the next Open for writing removes them. A new store gets
// its name whole, by a link, so that a crash leaves a store or none; on a file system
// without links it is copied, and a crash in that moment leaves a part of it, which Open
// calls damaged.
//
// # Damage
//
// Open reads the pages itself, with every number checked, before bbolt sees them:
// page ids, kinds, sizes, the order of keys, no page used twice, the checksums of
// all records (up to [Options.VerifyUpTo]), and the count and sum of every bucket.
// A file that passes is safe to map. One that does not is a [*store.Damage]: opened
// for writing that is an error; opened for reading only, what is sound is copied to
// memory and served, and [Store.Damage] says what is missing. [Salvage] writes the
// same to a new file. What is not found is a page that was replaced by an older state of
// itself, in a bucket of which another page cannot be read.
//
// Later, each record that is read is checked again, and a read that the disk fails
// is an error of that read.
//
// # Locks
//
// One process has a file open for writing, or several for reading only. The lock is
// on the file itself; no other file is needed for it, so a store in a folder that
// may not be written can be read.
package boltstore
