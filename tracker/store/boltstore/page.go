package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
)

// The pages of a bbolt file, format version 2, in the byte order of the machine.
// They are read here with every offset checked, because bbolt itself trusts them:
// it maps the file into memory and a wrong number kills the process.
const (
	magic         = 0xED0CDAED
	formatVersion = 2

	headerSize  = 16 // id, flags, count, overflow
	elementSize = 16 // of a branch page and of a leaf page
	bucketSize  = 16 // root page id, sequence
	metaSize    = 64

	branchPage   = 0x01
	leafPage     = 0x02
	metaPage     = 0x04
	freelistPage = 0x10

	bucketElement = 0x01

	noFreelist = 1<<64 - 1

	minPageSize = 1 << 10
	maxPageSize = 1 << 24
	maxKeySize  = 32768
)

var native = binary.NativeEndian

// meta is what one of the first two pages says of the whole file.
type meta struct {
	pageSize int64
	root     uint64 // page id
	freelist uint64 // page id, or noFreelist
	pages    uint64 // every page id in use is below
	txid     uint64
}

// parseMeta reads the meta page id. The fields are returned as they are even with
// an error, for those who want to try them.
func parseMeta(page []byte, id uint64) (meta, error) {
	if len(page) < headerSize+metaSize {
		return meta{}, errors.New("the file ends in it")
	}
	h, b := parseHeader(page), page[headerSize:]
	m := meta{
		pageSize: int64(native.Uint32(b[8:])),
		root:     native.Uint64(b[16:]),
		freelist: native.Uint64(b[32:]),
		pages:    native.Uint64(b[40:]),
		txid:     native.Uint64(b[48:]),
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaSize-8])
	switch {
	case native.Uint32(b) != magic:
		return m, errors.New("it does not begin as bbolt's do")
	case native.Uint32(b[4:]) != formatVersion:
		return m, fmt.Errorf("its format version is %d, want %d", native.Uint32(b[4:]), formatVersion)
	case sum.Sum64() != native.Uint64(b[metaSize-8:]):
		return m, errors.New("its checksum is wrong")
	case h != header{id: id, flags: metaPage}:
		return m, errors.New("its header is wrong")
	case !m.plausible():
		return m, errors.New("its page size is not a power of two")
	}
	return m, nil
}

func (m meta) plausible() bool {
	return m.pageSize >= minPageSize && m.pageSize <= maxPageSize && m.pageSize&(m.pageSize-1) == 0
}

// header is the beginning of a page.
type header struct {
	id       uint64
	flags    uint16
	count    uint16
	overflow uint32 // how many pages behind this one belong to it
}

func parseHeader(page []byte) header {
	return header{native.Uint64(page), native.Uint16(page[8:]), native.Uint16(page[10:]), native.Uint32(page[12:])}
}

// element is an entry of a leaf page, or of a branch page, where value is nil.
type element struct {
	flags uint32
	child uint64 // page id, in a branch page
	key   []byte
	value []byte
}

// elements reads the count elements of a leaf or branch page. It is strict: bbolt
// writes keys and values one behind the other right behind the last element, and
// nothing else is taken for whole. What can be read at all is returned even so; a
// missing element has no key. used is where the last byte is.
func elements(page []byte, h header) (list []element, used int, err error) {
	wrong := func(i int, what string) {
		if err == nil {
			err = fmt.Errorf("element %d of %d %s", i+1, h.count, what)
		}
	}
	list = make([]element, min(int(h.count), len(page)/elementSize))
	used = headerSize + int(h.count)*elementSize
	for i := range list {
		at := headerSize + i*elementSize
		if at+elementSize > len(page) {
			wrong(i, "lies outside the page")
			return list[:i], len(page), err
		}
		b := page[at:]
		var e element
		var pos, ksize, vsize uint32
		if h.flags&leafPage != 0 {
			e.flags, pos, ksize, vsize = native.Uint32(b), native.Uint32(b[4:]), native.Uint32(b[8:]), native.Uint32(b[12:])
		} else {
			pos, ksize, e.child = native.Uint32(b), native.Uint32(b[4:]), native.Uint64(b[8:])
		}
		from := int64(at) + int64(pos)
		to := from + int64(ksize) + int64(vsize)
		switch {
		case ksize == 0 || ksize > maxKeySize:
			wrong(i, "has a key of an impossible size")
			continue
		case to > int64(len(page)):
			wrong(i, "reaches beyond the page")
			continue
		case from != int64(used):
			wrong(i, "is not where it should be")
		}
		used = int(to)
		e.key = page[from : from+int64(ksize) : from+int64(ksize)]
		if h.flags&leafPage != 0 {
			e.value = page[from+int64(ksize) : to : to]
		}
		list[i] = e
	}
	return list, used, err
}
