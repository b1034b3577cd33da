package sop

import (
	"embed"
	"io/fs"
)

//go:embed samples/*.yaml
var samples embed.FS

// Samples holds procedures to copy and change, one *.yaml file each: written for
// Larkspur, an invented invoicing app for small shops.
var Samples = func() fs.FS {
	sub, err := fs.Sub(samples, "samples")
	if err != nil {
		panic(err) // the path is a constant
	}
	return sub
}()
