//go:build unix && !solaris && !illumos && !aix

package boltstore

import (
	"errors"
	"os"
	"syscall"
)

// replacesOpenFiles says whether a file that is open can be renamed over another
// that is open.
const replacesOpenFiles = true

// tryLock locks f for as long as it is open, alone or with others who read. It
// reports false when somebody else is in the way. bbolt then takes the same lock on
// the same open file, which is no conflict.
func tryLock(f *os.File, alone bool) (bool, error) {
	how := syscall.LOCK_NB | syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_NB | syscall.LOCK_EX
	}
	err := syscall.Flock(int(f.Fd()), how)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return f.Sync()
}
