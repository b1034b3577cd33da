package kb

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// bleve writes checksums into its segments and never reads them, and the bbolt file
// beside them has none. So a generation that is closed well is sealed: every file of
// it with its length and CRC-32C. The seal is broken when the generation is opened
// again. A generation without a seal was in use when its process died. Of that, and of
// one whose files were changed while it was open, so that the seal is of damage, the
// segments are checked by their own checksums and the rest by what the state says.

const sealFile = "seal"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type sealed struct {
	Size int64  `json:"size"`
	CRC  uint32 `json:"crc32c"`
}

// seal writes what the files of a closed generation are.
func seal(dir string) error {
	files, _, err := sums(dir)
	if err != nil {
		return err
	}
	data, err := json.Marshal(files)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, sealFile), frame(data))
}

// checkSeal reads all files of a generation, and compares them with the seal if there
// is one. It returns whether there is, and the segments that have another checksum than
// they say: without a seal a dying process may have left one half-written, which bleve
// removes when it opens. Its errors are ErrDamaged.
func checkSeal(dir string) (wellClosed bool, unsound []string, err error) {
	have, unsound, err := sums(dir)
	if err != nil {
		return false, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	framed, err := os.ReadFile(filepath.Join(dir, sealFile))
	if os.IsNotExist(err) {
		return false, unsound, nil
	}
	if err != nil {
		return true, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	data, err := unframe(framed)
	if err != nil {
		return true, nil, fmt.Errorf("%w in the seal of %s", err, dir)
	}
	var want map[string]sealed
	if err := json.Unmarshal(data, &want); err != nil {
		return true, nil, fmt.Errorf("%w: the seal of %s: %w", ErrDamaged, dir, err)
	}
	for name, w := range want {
		if h, ok := have[name]; !ok || h != w {
			return true, nil, fmt.Errorf("%w: %s is not as it was written", ErrDamaged, filepath.Join(dir, name))
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok {
			return true, nil, fmt.Errorf("%w: %s does not belong there", ErrDamaged, filepath.Join(dir, name))
		}
	}
	return true, unsound, nil
}

// sums reads the files below dir, as many at a time as there are processors. A segment
// ends with its own checksum: the unsound are those where it is wrong.
func sums(dir string) (files map[string]sealed, unsound []string, err error) {
	var failed error
	var mu sync.Mutex
	var readers sync.WaitGroup
	at := make(chan struct{}, runtime.GOMAXPROCS(0))
	files = map[string]sealed{}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || name == sealFile {
			return err
		}
		at <- struct{}{}
		readers.Go(func() {
			defer func() { <-at }()
			sum, sound, e := sumFile(path)
			mu.Lock()
			defer mu.Unlock()
			files[filepath.ToSlash(name)] = sum
			if !sound {
				unsound = append(unsound, path)
			}
			if e != nil {
				failed = errors.Join(failed, e)
			}
		})
		return nil
	})
	readers.Wait()
	slices.Sort(unsound)
	return files, unsound, errors.Join(err, failed)
}

const segmentSuffix = ".zap"

// sumFile reads a file once. Sound is false for a segment that is not as its own
// checksum, its last four bytes, says.
func sumFile(path string) (sum sealed, sound bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, false, err
	}
	defer f.Close()
	whole := crc32.New(castagnoli)
	if !strings.HasSuffix(path, segmentSuffix) {
		n, err := io.Copy(whole, f)
		return sealed{n, whole.Sum32()}, true, err
	}
	info, err := f.Stat()
	if err != nil {
		return sum, false, err
	}
	content, own := crc32.NewIEEE(), make([]byte, 4)
	n, err := io.Copy(io.MultiWriter(whole, content), io.LimitReader(f, max(0, info.Size()-int64(len(own)))))
	if err != nil {
		return sum, false, err
	}
	m, err := io.ReadFull(f, own)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil // shorter than a checksum, or cut off meanwhile
	}
	whole.Write(own[:m])
	return sealed{n + int64(m), whole.Sum32()}, m == len(own) && content.Sum32() == binary.BigEndian.Uint32(own), err
}

// frame puts a checksum before data.
func frame(data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, crc32.Checksum(data, castagnoli)), data...)
}

// unframe takes off what frame put. Its error is ErrDamaged.
func unframe(framed []byte) ([]byte, error) {
	if len(framed) < 4 || !bytes.Equal(frame(framed[4:])[:4], framed[:4]) {
		return nil, fmt.Errorf("%w: wrong checksum", ErrDamaged)
	}
	return framed[4:], nil
}
