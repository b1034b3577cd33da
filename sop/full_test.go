package sop_test

import _ "embed"

// full has every key of the format, every kind of value and every way to write one.
//
//go:embed testdata/full.yaml
var full string
