package sop

// Limits on what is read.
const (
	MaxFileSize = 256 << 10 // bytes in a file
	MaxDepth    = 24        // levels of lists and mappings within each other
	MaxNodes    = 20_000    // keys, values, lists and mappings in a file
	MaxPattern  = 200       // bytes in the regular expression of a matches test
	MaxText     = 64 << 10  // bytes of a ticket's text that are matched
	MaxErrors   = 100       // mistakes reported for one file
)

// Parse reads one procedure. Name is the file's name, for messages.
//
// The error is an [Errors] with every mistake in the file; the Procedure is nil
// then.
func Parse(name string, data []byte) (*Procedure, error) {
	return nil, Errors{{File: name, Message: "the file is empty", Fix: "Start from one of the samples"}}
}
