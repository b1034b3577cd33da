package intake

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// MaxLine is how long a line may be, in bytes, its end not counted. A longer one is
// a [LineError].
const MaxLine = 16 << 20

var (
	errTooLong = errors.New("line too long")
	errUTF16   = errors.New("this is UTF-16; save it as UTF-8")
)

// lines cuts a stream into lines of bounded length.
type lines struct {
	r   *bufio.Reader
	buf []byte
}

// newLines unpacks gzip, which it knows by its first bytes, and drops the mark that
// some editors write at the beginning of a file.
func newLines(r io.Reader) (*lines, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(2)
	if bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, packed(err)
		}
		in = bufio.NewReaderSize(z, 64<<10)
	}
	if err == nil {
		head, err = in.Peek(3)
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, packed(err)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, errUTF16
	case string(head) == "\ufeff":
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
	}
	return &lines{r: in}, nil
}

// next returns the next line without its end, valid until the next call. After
// errTooLong it goes on with the line after; every other error is the end.
func (l *lines) next() ([]byte, error) {
	l.buf = l.buf[:0]
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.buf)+len(bytes.TrimRight(part, "\r\n")) > MaxLine {
			long = true
		}
		if !long {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(l.buf) > 0 || long):
		case err != nil:
			return nil, packed(err)
		}
		if long {
			l.buf = nil
			return nil, errTooLong
		}
		return bytes.TrimRight(l.buf, "\r\n"), nil
	}
}

// packed adds what to do to an error of unpacking.
func packed(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is cut off; get the whole file", err)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return fmt.Errorf("%w: it begins like gzip and cannot be unpacked; get the file once more", err)
	}
	return err
}
