//go:build !windows && (!unix || solaris || illumos || aix)

package boltstore

import "os"

const replacesOpenFiles = true

// tryLock leaves locking to bbolt, which does it a moment later.
func tryLock(*os.File, bool) (bool, error) { return true, nil }

// syncDir makes the names in a folder durable where the system can.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}
