package boltstore

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// replacesOpenFiles: Windows holds the names of open files fast.
const replacesOpenFiles = false

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

const (
	failImmediately = 1
	exclusive       = 2

	errorLockViolation syscall.Errno = 33
)

// tryLock locks one byte far behind the end of f for as long as f is open, alone or
// with others who read. It reports false when somebody else is in the way. It is
// the byte before the one that bbolt locks, since a lock there would stand in
// bbolt's way.
func tryLock(f *os.File, alone bool) (bool, error) {
	how := uintptr(failImmediately)
	if alone {
		how |= exclusive
	}
	at := &syscall.Overlapped{Offset: 1<<32 - 2, OffsetHigh: 1<<32 - 1}
	ok, _, err := lockFileEx.Call(f.Fd(), how, 0, 1, 0, uintptr(unsafe.Pointer(at)))
	switch {
	case ok != 0:
		return true, nil
	case errors.Is(err, errorLockViolation):
		return false, nil
	}
	return false, err
}

// syncDir does nothing: Windows makes names durable by itself and opens no folder
// for writing.
func syncDir(string) error { return nil }
