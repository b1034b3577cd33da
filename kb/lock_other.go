//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package kb

import "os"

// lock keeps the file open; there is no lock on this system, so the caller sees to it
// that one process at a time uses the folder.
func lock(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}
