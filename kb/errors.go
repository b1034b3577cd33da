package kb

import "errors"

// Test for these with [errors.Is].
var (
	// ErrDamaged: the index on disk cannot be trusted and has to be made anew, with
	// [Index.Rebuild] or by [Base.CatchUp].
	ErrDamaged = errors.New("the search index is damaged")
	// ErrInUse: another process, or another Index of this one, holds the folder.
	ErrInUse = errors.New("the search index is in use")
	// ErrClosed: the index was closed.
	ErrClosed = errors.New("the search index is closed")
	// ErrInvalid: a document or a query cannot be taken as it is; the message says
	// what to change.
	ErrInvalid = errors.New("invalid")
)
