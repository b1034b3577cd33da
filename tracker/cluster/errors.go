package cluster

import "errors"

// ErrSnapshot says that a snapshot cannot be used. Make the index anew from the log.
var ErrSnapshot = errors.New("cluster: the snapshot cannot be used")
