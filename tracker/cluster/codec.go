package cluster

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"math"
)

// encoder writes numbers and remembers the first error.
type encoder struct {
	w   *bufio.Writer
	n   int64
	sum uint32
	err error
	buf [binary.MaxVarintLen64]byte
}

func (e *encoder) write(b []byte) {
	if e.err != nil {
		return
	}
	e.sum = crc32.Update(e.sum, castagnoli, b)
	var n int
	n, e.err = e.w.Write(b)
	e.n += int64(n)
}

func (e *encoder) uint(all ...uint64) {
	for _, x := range all {
		e.write(e.buf[:binary.PutUvarint(e.buf[:], x)])
	}
}

func (e *encoder) fixed32(x uint32) {
	binary.LittleEndian.PutUint32(e.buf[:4], x)
	e.write(e.buf[:4])
}

func (e *encoder) fixed64(x uint64) {
	binary.LittleEndian.PutUint64(e.buf[:8], x)
	e.write(e.buf[:8])
}

func (e *encoder) float(all ...float64) {
	for _, x := range all {
		e.fixed64(math.Float64bits(x))
	}
}

// set writes a sorted set as the steps between its members.
func (e *encoder) set(all []uint16) {
	last := uint16(0)
	for _, x := range all {
		e.uint(uint64(x - last))
		last = x
	}
}

func zigzag(x int32) uint64 { return uint64(uint32(x<<1) ^ uint32(x>>31)) }

// decoder reads what an encoder wrote. Once something is bad, all is zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) take(n int) []byte {
	if d.bad || n < 0 || n > len(d.b) {
		d.bad = true
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) uint() uint64 {
	x, n := binary.Uvarint(d.b)
	if d.bad || n <= 0 {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return x
}

// count reads a number of things that take at least size bytes each.
func (d *decoder) count(size int) int {
	n := d.uint()
	if n > uint64(len(d.b)/size) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) fixed32() uint32 {
	if b := d.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) fixed64() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) float() float64 { return math.Float64frombits(d.fixed64()) }

func (d *decoder) zigzag() int32 {
	x := uint32(d.uint())
	return int32(x>>1) ^ -int32(x&1)
}

func (d *decoder) set(all []uint16) {
	last := uint16(0)
	for i := range all {
		last += uint16(d.uint())
		all[i] = last
	}
}
