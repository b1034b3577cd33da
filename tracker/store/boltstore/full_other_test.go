//go:build !linux && !darwin

package boltstore_test

func fillLimited(string) {}
