package kb

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// bleve writes checksums into its segments and never reads them, and the bbolt file
// beside them has none. So a generation that is closed well is sealed: every file of
// it with its length and CRC-32C. The seal is broken when the generation is opened
// again. A generation without a seal was in use when its process died: of that, the
// segments are checked by their own checksums and the rest by what the state says.

const sealFile = "seal"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type sealed struct {
	Size int64  `json:"size"`
	CRC  uint32 `json:"crc32c"`
}

// seal writes what the files of a closed generation are.
func seal(dir string) error {
	files, err := sums(dir)
	if err != nil {
		return err
	}
	data, err := json.Marshal(files)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, sealFile), frame(data))
}

// checkSeal compares the files with the seal. Without one it returns false; its
// errors are ErrDamaged.
func checkSeal(dir string) (bool, error) {
	framed, err := os.ReadFile(filepath.Join(dir, sealFile))
	if os.IsNotExist(err) {
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	data, err := unframe(framed)
	if err != nil {
		return true, fmt.Errorf("%w in the seal of %s", err, dir)
	}
	var want map[string]sealed
	if err := json.Unmarshal(data, &want); err != nil {
		return true, fmt.Errorf("%w: the seal of %s: %w", ErrDamaged, dir, err)
	}
	have, err := sums(dir)
	if err != nil {
		return true, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for name, w := range want {
		if h, ok := have[name]; !ok || h != w {
			return true, fmt.Errorf("%w: %s is not as it was written", ErrDamaged, filepath.Join(dir, name))
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok {
			return true, fmt.Errorf("%w: %s does not belong there", ErrDamaged, filepath.Join(dir, name))
		}
	}
	return true, nil
}

func sums(dir string) (map[string]sealed, error) {
	files := map[string]sealed{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || name == sealFile {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := crc32.New(castagnoli)
		n, err := io.Copy(sum, f)
		files[filepath.ToSlash(name)] = sealed{n, sum.Sum32()}
		return err
	})
	return files, err
}

// unsound are the segment files below dir whose own checksum is wrong. One that a
// dying process left half-written is among them, and bleve removes it when it opens.
func unsound(dir string) ([]string, error) {
	var bad []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".zap") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := len(data) - 4; n < 0 || crc32.ChecksumIEEE(data[:n]) != binary.BigEndian.Uint32(data[n:]) {
			bad = append(bad, path)
		}
		return nil
	})
	return bad, err
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
