package tracker

import "errors"

// Test for these with [errors.Is]. Errors of the store below pass through: see
// [github.com/supportloop/supportloop/tracker/store].
var (
	// ErrNotFound: there is no record of that number, reference or identity.
	ErrNotFound = errors.New("not found")
	// ErrErased: the record was there; its content was erased.
	ErrErased = errors.New("erased")
	// ErrInvalid: the input cannot be taken as it is; the message says what to change.
	ErrInvalid = errors.New("invalid")
	// ErrConflict: what somebody decided since stands in the way; the message names it.
	ErrConflict = errors.New("conflict")
	// ErrForbidden: the Authorizer refused.
	ErrForbidden = errors.New("forbidden")
	// ErrLayout: the store was written by a newer version of this library.
	ErrLayout = errors.New("the store's layout is newer than this program understands")
	// ErrGap: the log of changes is not dense. Verify tells what is lost.
	ErrGap = errors.New("a gap in the log of changes")
	// ErrClosed: the tracker was closed.
	ErrClosed = errors.New("the tracker is closed")
)
