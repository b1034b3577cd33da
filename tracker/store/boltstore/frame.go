package boltstore

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/supportloop/supportloop/tracker/store"
)

// frameSize is what a record has in front of its value: the checksum.
const frameSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the CRC-32C of bucket, key and value. The lengths in front of bucket
// and key keep their ends apart.
func checksum(b store.Bucket, key, value []byte) uint32 {
	var head [1 + store.MaxBucket + 2]byte
	head[0] = byte(len(b))
	n := 1 + copy(head[1:], b)
	binary.LittleEndian.PutUint16(head[n:], uint16(len(key)))
	sum := crc32.Update(0, castagnoli, head[:n+2])
	sum = crc32.Update(sum, castagnoli, key)
	return crc32.Update(sum, castagnoli, value)
}

// seal returns value in its frame.
func seal(b store.Bucket, key, value []byte) []byte {
	framed := make([]byte, frameSize+len(value))
	binary.LittleEndian.PutUint32(framed, checksum(b, key, value))
	copy(framed[frameSize:], value)
	return framed
}

// unseal returns the value in a frame, and whether it is what was written.
func unseal(b store.Bucket, key, framed []byte) ([]byte, bool) {
	if len(framed) < frameSize {
		return nil, false
	}
	value := framed[frameSize:len(framed):len(framed)]
	return value, binary.LittleEndian.Uint32(framed) == checksum(b, key, value)
}

// weight is what a framed record adds to the sum of its bucket. The finalizer of
// SplitMix64 (Steele, Lea and Flood, 2014) spreads the 32 bits of the checksum over
// 64, so that what is lost and what is found by mistake do not cancel out.
func weight(framed []byte) uint64 {
	x := uint64(binary.LittleEndian.Uint32(framed))<<32 | uint64(uint32(len(framed)))
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// metaBucket holds what the store knows of itself. No [store.Bucket] has this name.
const metaBucket store.Bucket = "!meta"

// layoutKey is where the layout record is, in metaBucket.
var layoutKey = []byte("!layout")

// layoutVersion is the version of what the package comment describes.
const layoutVersion = 1

// layout says which version of the layout a file has, and how many commits it saw.
type layout struct {
	version uint32
	commits uint64
}

func (l layout) bytes() []byte {
	b := binary.LittleEndian.AppendUint32(nil, l.version)
	return binary.LittleEndian.AppendUint64(b, l.commits)
}

func parseLayout(b []byte) (layout, bool) {
	if len(b) != 12 {
		return layout{}, false
	}
	return layout{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint64(b[4:])}, true
}

// tally is how many records a bucket has, and the wrapping sum of their weights.
type tally struct{ count, sum uint64 }

func (t *tally) add(framed []byte) {
	t.count++
	t.sum += weight(framed)
}

func (t *tally) remove(framed []byte) {
	t.count--
	t.sum -= weight(framed)
}

func (t tally) bytes() []byte {
	b := binary.LittleEndian.AppendUint64(nil, t.count)
	return binary.LittleEndian.AppendUint64(b, t.sum)
}

func parseTally(b []byte) (tally, bool) {
	if len(b) != 16 {
		return tally{}, false
	}
	return tally{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}, true
}
