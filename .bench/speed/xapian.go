package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// xapian is speed_xapian.py with the same texts, answering questions.
type xapian struct {
	version string
	cmd     *exec.Cmd
	ask     io.WriteCloser
	answers *bufio.Scanner
}

func newXapian(python, dir string, w *words) (*xapian, error) {
	texts := filepath.Join(dir, "texts")
	if err := w.write(texts); err != nil {
		return nil, err
	}
	x := &xapian{cmd: exec.Command(python, "speed_xapian.py", texts)}
	x.cmd.Stderr = os.Stderr
	out, err := x.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if x.ask, err = x.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := x.cmd.Start(); err != nil {
		return nil, err
	}
	x.answers = bufio.NewScanner(out)
	x.version, err = x.answer()
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

func (x *xapian) answer() (string, error) {
	if !x.answers.Scan() {
		return "", errors.Join(errors.New("speed_xapian.py says no more"), x.answers.Err())
	}
	return x.answers.Text(), nil
}

// took asks for any of the terms and returns how long Xapian took.
func (x *xapian) took(terms []int) (time.Duration, error) {
	if _, err := fmt.Fprintln(x.ask, strings.Join(named(terms), " ")); err != nil {
		return 0, err
	}
	s, err := x.answer()
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(s, 64)
	return time.Duration(seconds * float64(time.Second)), err
}

func (x *xapian) Close() error { return errors.Join(x.ask.Close(), x.cmd.Wait()) }
