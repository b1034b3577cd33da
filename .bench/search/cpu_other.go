//go:build !linux

package main

import "time"

// spent is the time by the clock, where that of a thread is not to be had.
func spent() time.Duration { return time.Since(start) }
