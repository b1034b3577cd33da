package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/supportloop/supportloop/tracker/store"
	"github.com/supportloop/supportloop/tracker/store/boltstore"
)

// Pages whose records are all sound, and which are dangerous all the same.
func TestPagesThatLie(t *testing.T) {
	const leaf, size = 2, 7 // of an entry of the bucket changes: key and checksum
	for name, spoil := range map[string]func(page []byte) bool{
		"a leaf claims the page behind it": func(page []byte) bool {
			if page[8] != leaf || page[12] != 0 {
				return false
			}
			page[12]++
			return true
		},
		"two entries change places": func(page []byte) bool {
			at := bytes.Index(page, []byte("0-0"))
			if at < 0 || !bytes.HasPrefix(page[at+size:], []byte("0-1")) {
				return false
			}
			first := bytes.Clone(page[at : at+size])
			copy(page[at:], page[at+size:at+2*size])
			copy(page[at+size:], first)
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			file, _, _ := sample(t)
			pageSize := int(binary.NativeEndian.Uint32(file[24:]))
			spoilt := 0
			for at := 2 * pageSize; at < len(file); at += pageSize {
				if spoil(file[at : at+pageSize]) {
					spoilt++
				}
			}
			require.Positive(t, spoilt)
			d, err := boltstore.Examine(file)
			require.NoError(t, err)
			require.NotNil(t, d)
		})
	}
}

// bbolt frees a page with all that it claims: a claim too many frees other data.
func TestALeafThatClaimsAFreePage(t *testing.T) {
	file, _, _ := sample(t)
	pageSize := int(binary.NativeEndian.Uint32(file[24:]))
	damaged := func(at int, b byte) bool {
		old := file[at]
		file[at] = b
		d, err := boltstore.Examine(file)
		require.NoError(t, err)
		file[at] = old
		return d != nil
	}
	inUse := 0
	for page := 2 * pageSize; page < len(file); page += pageSize {
		if file[page+8] == 2 && damaged(page+8, 0xff) {
			inUse++
			require.True(t, damaged(page+12, file[page+12]+1), "page %d", page/pageSize)
		}
	}
	require.Positive(t, inUse)
}

// In a large file, a page that claims all the others does not take memory for them.
func TestALeafThatClaimsEverything(t *testing.T) {
	file, now, _ := sample(t)
	const size = 256 << 30
	pageSize := int64(binary.NativeEndian.Uint32(file[24:]))
	for page := range 2 {
		m := file[page*int(pageSize)+16:][:64]
		binary.NativeEndian.PutUint64(m[40:], size/uint64(pageSize))
		sum := fnv.New64a()
		_, _ = sum.Write(m[:56])
		binary.NativeEndian.PutUint64(m[56:], sum.Sum64())
	}
	r := &vast{file: file}
	d, err := boltstore.ExamineAt(r, size, nil)
	require.NoError(t, err)
	require.Nil(t, d)
	for page := 2 * pageSize; d == nil; page += pageSize {
		if leaf := file[page : page+pageSize]; leaf[8] == 2 && bytes.Contains(leaf, []byte("contact 0123")) {
			leaf[15] = 0x30 // the highest byte of its overflow; free pages do not matter
			d, err = boltstore.ExamineAt(r, size, nil)
			require.NoError(t, err)
		}
	}
	got := contents{}
	d, err = boltstore.ExamineAt(r, size, func(b store.Bucket, k, v []byte) error {
		if got[b] == nil {
			got[b] = map[string]string{}
		}
		got[b][string(k)] = string(v)
		return nil
	})
	require.NoError(t, err)
	require.NotNil(t, d)
	require.NoError(t, same(got, now, d))
	require.Less(t, r.most, 512<<20)
}

// vast reads a file with zeros behind it, and notes the most bytes asked for at once.
type vast struct {
	file []byte
	most int
}

func (v *vast) ReadAt(b []byte, at int64) (int, error) {
	if v.most = max(v.most, len(b)); len(b) > 512<<20 {
		return 0, errors.New("too much at once")
	}
	clear(b)
	if at < int64(len(v.file)) {
		copy(b, v.file[at:])
	}
	return len(b), nil
}

// A leaf that is older than its branch is sound in itself, and only the bucket's sum
// tells. A loss beside it that accounts for less than is missing does not hide it.
func TestAnOldLeafBesideAnotherLoss(t *testing.T) {
	file, now, before := sample(t)
	pageSize := int(binary.NativeEndian.Uint32(file[24:]))
	flipped := bytes.Index(file, []byte("contact 0003 wrote"))
	tried := 0
	for page := 2 * pageSize; page < len(file); page += pageSize {
		if file[page+8] != 1 { // no branch
			continue
		}
		for at := page + 16; at < page+16+16*int(binary.NativeEndian.Uint16(file[page+10:])); at += 16 {
			child := file[at+8 : at+16]
			was := binary.NativeEndian.Uint64(child)
			for other := range uint64(len(file) / pageSize) {
				if leaf := file[int(other)*pageSize:][:pageSize]; leaf[8] != 2 || !bytes.Contains(leaf, []byte("contact 024")) {
					continue
				}
				binary.NativeEndian.PutUint64(child, other)
				d, err := boltstore.Examine(file)
				require.NoError(t, err)
				if d == nil || len(d.Lost) != 1 || !strings.Contains(d.Lost[0].Reason, "older than the last change") {
					continue
				}
				tried++
				file[flipped] ^= 1
				d, err = judge(file, now, before)
				require.NoError(t, err, "%v", d)
				file[flipped] ^= 1
			}
			binary.NativeEndian.PutUint64(child, was)
		}
	}
	require.Positive(t, tried)
}
